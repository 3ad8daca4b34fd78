"""What a run need not ask, because another one has paid for the very same requests."""

from __future__ import annotations

from labkit.evaluation.plan import Plan
from labkit.evaluation.twins import WORTH_TAKING
from labkit.parsing import parse_reply
from labkit.records import Request
from labkit.store import KnownReply, Store


def known_answers(store: Store, plan: Plan, run: str | None = None) -> tuple[KnownReply, ...]:
    """Answers of other runs to requests of the same content, the newest for each.

    Only whole answers are taken over, be they right or wrong, readable or not: asking once more until one likes the
    answer would flatter the model. Rows that failed, stayed blank, were cut off or withheld got no answer; asking them
    again may bring one, so they are asked.

    Args:
        store: all its runs are looked at, whatever split, prompt name or scene they were asked for.
        plan: the run that is going to begin, or to go on.
        run: its whole id when it has begun; then only what it lacks is looked for. Its rows that are out in a batch
            file are paid for already.
    """
    if not store.has_others_like(plan.header, but=run):
        return ()
    out = {(sent.row, sent.repeat) for sent in store.batched(run)} if run else set()
    open_ = [row for row in (store.pending(run) if run else plan.rows) if (row.example.id, row.repeat) not in out]
    rows = {(row.example.id, row.repeat): row.example for row in open_}
    taken: dict[tuple[str, int], KnownReply] = {}
    for known in store.known_replies(plan.header, (plan.request(row) for row in open_), but=run):
        asking = known.request.row, known.request.repeat
        if asking not in taken and parse_reply(known.reply, plan.task, rows[asking]).status in WORTH_TAKING:
            taken[asking] = known
    return tuple(taken.values())


def open_requests(store: Store | None, plan: Plan) -> tuple[Request, ...]:
    """What of a plan would be sent: what its run lacks and no other has answered; all of it without a store."""
    run = store.find_run(plan.header, plan.task) if store else None
    rows = store.pending(run) if store and run else plan.rows
    requests = tuple(plan.request(row) for row in rows)
    if store is None or (run and store.is_asked_anew(run)):
        return requests
    answered = {(known.request.row, known.request.repeat) for known in known_answers(store, plan, run)}
    return tuple(request for request in requests if (request.row, request.repeat) not in answered)
