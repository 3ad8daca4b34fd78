"""What a run need not ask, because another one, or it itself, has paid for the very same requests."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.evaluation.plan import Plan
from labkit.evaluation.shared_rows import out_in_batches
from labkit.evaluation.twins import WORTH_TAKING, asking_of, content_of, shares_answers
from labkit.parsing import parse_reply
from labkit.records import Request
from labkit.store import KnownReply, OpenRow, Store


def known_answers(store: Store, plan: Plan, run: str | None = None) -> tuple[KnownReply, ...]:
    """Answers of other runs, and of other rows of the run itself, to requests of the same content, the newest for each.

    Only whole answers are taken over, be they right or wrong, readable or not: asking once more until one likes the
    answer would flatter the model. Rows that failed, stayed blank, were cut off or withheld got no answer; asking them
    again may bring one, so they are asked.

    Args:
        store: all its runs are looked at, whatever split, prompt name or scene they were asked for.
        plan: the run that is going to begin, or to go on.
        run: its whole id when it has begun; then only what it lacks is looked for. Its rows that are out in a batch
            file are paid for already.
    """
    pending = store.pending(run) if run else tuple(plan.rows)
    if not store.has_others_like(plan.header, but=run):
        pending = _like_answered(plan, pending)
    out = {(sent.row, sent.repeat) for sent in store.batched(run)} if run and pending else set()
    open_ = [row for row in pending if asking_of(row) not in out]
    rows = {asking_of(row): row.example for row in open_}
    taken: dict[tuple[str, int], KnownReply] = {}
    for known in store.known_replies(plan.header, (plan.request(row) for row in open_)):
        asking = known.request.row, known.request.repeat
        if asking not in taken and parse_reply(known.reply, plan.task, rows[asking]).status in WORTH_TAKING:
            taken[asking] = known
    return tuple(taken.values())


def _like_answered(plan: Plan, pending: Sequence[OpenRow]) -> tuple[OpenRow, ...]:
    """Of a run's open rows those that ask the same as one of its rows that has a reply."""
    if not pending or len(pending) == plan.askings or not shares_answers(plan):
        return ()
    open_ = {asking_of(row) for row in pending}
    replied = {content_of(row) for row in plan.rows if asking_of(row) not in open_}
    return tuple(row for row in pending if content_of(row) in replied)


def open_requests(store: Store | None, plan: Plan) -> tuple[Request, ...]:
    """What of a plan would be sent: what its run lacks and no other has answered; all of it without a store."""
    run = store.find_run(plan.header, plan.task) if store else None
    rows = store.pending(run) if store and run else plan.rows
    requests = tuple(plan.request(row) for row in rows)
    if store is None or (run and store.is_asked_anew(run)):
        return requests
    answered = {(known.request.row, known.request.repeat) for known in known_answers(store, plan, run)}
    return tuple(request for request in requests if (request.row, request.repeat) not in answered)


def unpaid_requests(store: Store, plan: Plan) -> Sequence[Request]:
    """What of a plan is neither answered nor on its way in a batch file, where it is paid for already."""
    requests, out = open_requests(store, plan), out_in_batches(store, plan)
    if not out:
        return requests
    examples = {example.id: example for example in plan.examples}
    return [one for one in requests if content_of(OpenRow(examples[one.row], one.repeat)) not in out]
