"""`evaluate`: open the run that was asked for, or ask what is still open of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labkit.errors import BadInput, BudgetSpent, ModelError, ModelRefused, ModelUnreachable
from labkit.evaluation.bills import keeping_the_bill
from labkit.evaluation.budget import purse_for, tariff_for
from labkit.evaluation.consent import as_sent, require_consent
from labkit.evaluation.engine import Engine
from labkit.evaluation.known import known_answers
from labkit.evaluation.plan import Plan, plan_file, plan_split
from labkit.evaluation.progress import Observer, getting_ready, observing
from labkit.evaluation.purse import Purse
from labkit.evaluation.retry import Retry
from labkit.evaluation.shared_rows import asking_alone
from labkit.evaluation.tally import Tally
from labkit.evaluation.turns import our_turn
from labkit.models import get_model
from labkit.models.base import Model
from labkit.records import Example, Prompt, Run
from labkit.store import KnownReply
from labkit.texts import say
from labkit.workspace import Scene

_NAMED = 20  # rows that a sentence names; the run's `in_flight` and --json name all


def evaluate(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    split: str = "dev",
    *,
    limit: int | None = None,
    repeats: int = 1,
    reason: str | None = None,
    fresh: bool = False,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Run:
    """Ask a model about the rows of a split, each row once or several times.

    The same question (prompt, model, parameters, rows) is one run: a finished one is returned as it is, one that was
    interrupted goes on, and rows that failed are asked again; one that another process is at is followed until it is
    done, or taken over should that process end. A new run begins with what earlier runs were answered to
    the very same requests (see `known_answers`). So neither a cell that is run again nor a pilot of fifty rows that
    grows to all of them pays twice; a run that goes on takes nothing over from what other runs were answered meanwhile.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        split: pool, dev, test, traffic, or all (pool, dev and test).
        limit: only the first so many rows.
        repeats: how often each row is asked; each time is an independent answer with a row of its own in the run.
        reason: why test rows are read; a new run on them needs one, and it is written into the scene's decisions.
        fresh: ask everything again in a new run, and take nothing over.
        max_cost: money in the bar's currency that the run may cost, all its sessions together. It is looked at before
            each request; when it is used up the open rows stay pending, and the same with a higher limit goes on.
        personal_data: "send" or "mask", what becomes of phone numbers, secrets and their like before they go to a host
            outside; asked once for a scene and host, as the answer is kept in decisions.jsonl.
        progress: is called with a `Progress` after each change; by default a bar on stderr.
        retry: how patient to be; by default up to five attempts a row.

    Returns:
        The run with every row: those without gold labels have answers, but no scores.

    Raises:
        BadInput: an unknown name, no rows, or a limit that cannot be held as the model has no price.
        NeedsReason: test rows without a reason.
        NeedsConsent: personal data or secrets would be sent to a host, and nobody has said what becomes of them.
        ModelError: the model cannot be asked; nothing is written when that shows before the first row.
        RunBusy: it should be asked anew while another process is at this very run.
    """
    chosen = get_model(model, scene)
    plan = plan_split(scene, prompt, chosen, split, limit, repeats)
    return carry_out(scene, plan, chosen, Wishes(reason, fresh, max_cost, personal_data, progress, retry or Retry()))


def classify(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    examples: Sequence[Example],
    *,
    fresh: bool = False,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> Run:
    """Ask a model about rows that are not the scene's; otherwise like `evaluate`.

    Args:
        scene: its task says what may be answered, its store keeps the run.
        prompt: a prompt, or the name of one of the scene's.
        model: a model, or a name that `get_model` knows.
        examples: the rows; at least one.
        fresh: as in `evaluate`.
        max_cost: as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.
    """
    chosen = get_model(model, scene)
    plan = plan_file(scene, prompt, chosen, examples)
    return carry_out(scene, plan, chosen, Wishes(None, fresh, max_cost, personal_data, progress, retry or Retry()))


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a question is to be asked, as `evaluate` describes it."""

    reason: str | None
    fresh: bool
    max_cost: float | None
    personal_data: str | None
    progress: Observer | None
    retry: Retry
    in_batch: bool = False


Session = Callable[[Run, Tally, Purse], None]  # asks what is open of a stored run


def carry_out(scene: Scene, plan: Plan, model: Model, wishes: Wishes, session: Session | None = None) -> Run:
    """Return the finished run, or hold the run against other processes and ask what is open.

    Args:
        scene: where runs are.
        plan: the question.
        model: whom it is put to.
        wishes: how.
        session: asks what is open; by default row by row.
    """
    store, fresh = scene.store, wishes.fresh
    plan = as_sent(scene, plan, model, wishes.personal_data)
    known = None if fresh else store.find_run(plan.header, plan.task)
    if known and not store.pending(known):
        with observing(wishes.progress) as observer:
            return _reopen(scene, plan, known, observer)
    taken = () if fresh or known else known_answers(store, plan)
    if not known:
        plan.require_reason(wishes.reason)
    tariff = tariff_for(scene, plan, model, wishes.max_cost, in_batch=wishes.in_batch)
    if known or len(taken) < plan.header.repeats * len(plan.examples):
        require_consent(scene, plan, model, wishes.personal_data)
        with getting_ready(wishes.progress, plan.header, plan.header.repeats * len(plan.examples)):
            model.check()
    with observing(wishes.progress) as observer, our_turn(store, plan, observer, fresh=fresh):
        known = None if fresh else store.find_run(plan.header, plan.task)  # another process may have been quicker
        if known and not store.pending(known):
            return _reopen(scene, plan, known, observer)
        run = known or _begin(scene, plan, wishes.reason, taken)
        purse = purse_for(store, plan, run, wishes.max_cost, tariff)
        waits = (
            not fresh and plan.header.repeats * len(plan.examples) > 1
        )  # one request is sooner asked than waited for
        with asking_alone(store, plan, run, observer, begun_now=not known, waits=waits):
            _ask(scene, plan, run, observer, purse, session or _row_by_row(scene, plan, model, wishes.retry))
    return store.load_run(run)


def _reopen(scene: Scene, plan: Plan, known: str, observer: Observer) -> Run:
    """A finished run as it is stored; nobody is asked, nothing is paid."""
    run = scene.store.load_run(known)
    notes = [say("evaluate.reopened", run=known, created=run.header.created), *_on_gold(plan)]
    Tally(run, observer).tell("\n".join(notes))
    return run


def _begin(scene: Scene, plan: Plan, reason: str | None, taken: Sequence[KnownReply]) -> str:
    """Write down a new run; a reading of test rows goes into the scene's decisions first."""
    run = plan.header.run
    if plan.test_rows:
        scene.record_decision("test_reading", run=run, reason=reason, rows=plan.test_rows)
    scene.store.create_run(plan.header, plan.task, plan.examples, taken)
    return run


def _row_by_row(scene: Scene, plan: Plan, model: Model, retry: Retry) -> Session:
    """A session that sends request after request."""

    def ask(stored: Run, tally: Tally, purse: Purse) -> None:
        if out := scene.store.batched(stored.id):
            raise BadInput(
                f"{len(out)} rows of run {stored.id} are out in a batch file; sent again they would be paid twice",
                "Fetch their answers with --batch (labkit.evaluate_batch)",
            )
        with keeping_the_bill(scene, plan, model, stored.id):
            Engine(scene.store, stored.id, model, retry, tally, purse).ask(scene.store.pending(stored.id), plan.request)

    return ask


def _ask(scene: Scene, plan: Plan, run: str, observer: Observer, purse: Purse, session: Session) -> None:
    stored = scene.store.load_run(run)
    tally = Tally(stored, observer)
    pending = scene.store.pending(run)
    tally.tell("\n".join([*_on_earlier_sessions(scene, stored, len(pending)), *_on_gold(plan)]))
    try:
        session(stored, tally, purse)
    except BudgetSpent as spent:
        tally.tell(say("budget.spent", problem=spent.problem, pending=len(scene.store.pending(run))))
    except ModelError as error:
        kept = len(stored.rows) - len(scene.store.pending(run))
        fix = error.fix or "See to the model"
        kind = ModelRefused if isinstance(error, ModelRefused) else ModelUnreachable
        raise kind(
            f"{error.problem} ({kept} of {len(stored.rows)} rows are answered and kept in run {run})",
            f"{fix}. Then run the same again: it goes on from there",
        ) from error
    except KeyboardInterrupt:
        kept = len(stored.rows) - len(scene.store.pending(run))
        tally.tell(say("evaluate.stopped", kept=kept, rows=len(stored.rows), run=run))
        raise


def _on_earlier_sessions(scene: Scene, stored: Run, pending: int) -> Iterator[str]:
    """What is answered already, by whom, and what an earlier session may have cost in vain."""
    if taken := [row.taken_from for row in stored.rows if row.taken_from]:
        runs = ", ".join(dict.fromkeys(taken))
        yield say("evaluate.taken_over", taken=len(taken), rows=len(stored.rows), runs=runs)
    if len(taken) < len(stored.rows) - pending:
        yield say("evaluate.resumed", run=stored.id, kept=len(stored.rows) - pending, pending=pending)
    out = {request.row for request in scene.store.batched(stored.id)}
    if lost := [row for row in stored.in_flight if row not in out]:
        yield say("evaluate.in_flight", lost=len(lost), rows=_some(lost))


def _some(rows: Sequence[str]) -> str:
    return ", ".join(rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")


def _on_gold(plan: Plan) -> Iterator[str]:
    """That rows without gold get no score."""
    unlabelled = sum(example.labels is None for example in plan.examples)
    if plan.scored and unlabelled:
        yield say("evaluate.unlabelled", unlabelled=unlabelled, rows=len(plan.examples))
