"""`evaluate`: open the run that was asked for, or ask what is still open of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from labkit.errors import BadInput, BudgetSpent, ModelError, ModelRefused, ModelUnreachable
from labkit.evaluation.bills import keeping_the_bill
from labkit.evaluation.budget import Tariff, purse_for, tariff_for
from labkit.evaluation.consent import as_sent, require_consent
from labkit.evaluation.engine import Engine
from labkit.evaluation.known import known_answers
from labkit.evaluation.plan import Plan, plan_file, plan_split
from labkit.evaluation.progress import Observer, getting_ready, observing
from labkit.evaluation.purse import Purse
from labkit.evaluation.retry import Retry
from labkit.evaluation.shared_rows import AskingAlone, looks_at_others
from labkit.evaluation.tally import Tally
from labkit.evaluation.turns import our_turn
from labkit.evaluation.twins import Asking, Twins, shares_answers
from labkit.models import get_model
from labkit.models.base import Model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.records import Example, Prompt, Run, Status
from labkit.store import OpenRow, Store, begun_run, unanswered
from labkit.store.garbage import collecting_seldom
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
    grows to all of them pays twice. A run that goes on takes over what others were answered meanwhile, unless it was
    begun with `fresh`. Rows that another run has out in a batch file are left open, with a word on how to fetch them.

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
    """How a question is to be asked, as `evaluate` describes it.

    Args:
        among: whether it is one of several; what is answered already is then told of all of them together.
    """

    reason: str | None
    fresh: bool
    max_cost: float | None
    personal_data: str | None
    progress: Observer | None
    retry: Retry
    in_batch: bool = False
    among: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is asked in one session of a run.

    Args:
        run: the run as it is stored.
        rows: what is to be asked of it.
        tally: counts rows and tells progress.
        purse: has a say before each request.
        alone: is to end when nothing more goes out, if answers are waited for long after.
        anew: whether nothing is taken over.
    """

    run: Run
    rows: Sequence[OpenRow]
    tally: Tally
    purse: Purse
    alone: AskingAlone
    anew: bool


Session = Callable[[Sitting], None]


@collecting_seldom()
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
            return _reopen(scene, plan, known, observer, told=not wishes.among)
    if not known:
        plan.require_reason(wishes.reason)
    made_ready = _lacks_answers(store, plan, wishes)
    tariff = _get_ready(scene, plan, model, wishes) if made_ready else None
    with observing(wishes.progress) as observer, our_turn(store, plan, observer, fresh=fresh):
        known = None if fresh else store.find_run(plan.header, plan.task)  # another process may have been quicker
        if known and not store.pending(known):
            return _reopen(scene, plan, known, observer, told=not wishes.among)
        run = known or _begin(scene, plan, wishes)
        anew = store.is_asked_anew(run)
        with AskingAlone(store, plan, run, observer, waits=looks_at_others(plan, anew=anew)) as alone:
            taken = () if anew else known_answers(store, plan, run)  # of others, since it was planned or stopped
            store.take_over(run, taken)
            out = alone.out_elsewhere()
            is_bare = not known and not taken
            stored = begun_run(plan.header, plan.task, plan.examples) if is_bare else store.load_run(run, as_asked=True)
            rows = [row for row in unanswered(stored) if (row.example.id, row.repeat) not in out]
            if rows and not made_ready:  # what was to be taken over is not: others asked anew meanwhile
                tariff = _get_ready(scene, plan, model, wishes)
            purse = purse_for(store, plan, run, wishes.max_cost, tariff)
            tally = Tally(stored, observer)
            sitting = Sitting(stored, rows, tally, purse, alone, anew)
            taken_over = [] if wishes.among else _on_taken_over(stored)
            _ask(scene, plan, sitting, out, session or _row_by_row(scene, plan, model, wishes.retry), taken_over)
    assembled = tally.assembled()
    return store.load_run(run, read=tally.read) if assembled is None else store.as_of_now(assembled)


def _lacks_answers(store: Store, plan: Plan, wishes: Wishes) -> bool:
    """Whether anything is to be asked, as far as can be known before the run is held."""
    known = None if wishes.fresh else store.find_run(plan.header, plan.task)
    anew = wishes.fresh or (known is not None and store.is_asked_anew(known))
    lacking = len(store.pending(known)) if known else plan.askings
    return anew or len(known_answers(store, plan, known)) != lacking


def _get_ready(scene: Scene, plan: Plan, model: Model, wishes: Wishes) -> Tariff | None:
    """Find out what would stop the asking; then the tariff. Whoever lacks a key is not asked about personal data."""
    tariff = tariff_for(scene, plan, model, wishes.max_cost, in_batch=wishes.in_batch)
    if isinstance(model, OpenAICompatible):
        model.require_key()
    require_consent(scene, plan, model, wishes.personal_data)
    with getting_ready(wishes.progress, plan.header, plan.askings):
        model.check()
    return tariff


def _reopen(scene: Scene, plan: Plan, known: str, observer: Observer, *, told: bool) -> Run:
    """A finished run as it is stored; nobody is asked, nothing is paid."""
    run = scene.store.load_run(known)
    reopened = say("evaluate.reopened", run=known, created=run.header.created)
    notes = [*([reopened] if told else []), *_on_gold(plan), *_on_cut_off(plan, run.counts)]
    Tally(run, observer).tell("\n".join(notes))
    return run


def _begin(scene: Scene, plan: Plan, wishes: Wishes) -> str:
    """Write down a new run; a reading of test rows goes into the scene's decisions first."""
    run = plan.header.run
    if plan.test_rows:
        scene.record_decision("test_reading", run=run, reason=wishes.reason, rows=plan.test_rows)
    scene.store.create_run(plan.header, plan.task, plan.examples, anew=wishes.fresh)
    return run


def _row_by_row(scene: Scene, plan: Plan, model: Model, retry: Retry) -> Session:
    """A session that sends request after request."""

    def ask(sitting: Sitting) -> None:
        run = sitting.run.id
        if out := scene.store.batched(run):
            raise BadInput.told("error.evaluate.out_in_batch", out=len(out), run=run)
        with keeping_the_bill(scene, plan, model, run):
            twins = Twins(sitting.rows, alike=shares_answers(plan))
            Engine(scene.store, run, model, retry, sitting.tally, sitting.purse).ask(twins, plan.request)

    return ask


def _ask(
    scene: Scene, plan: Plan, sitting: Sitting, out: Mapping[Asking, str], session: Session, taken_over: Iterable[str]
) -> None:
    stored, tally, run = sitting.run, sitting.tally, sitting.run.id
    earlier = _on_earlier_sessions(scene, stored, len(sitting.rows) + len(out))
    tally.tell("\n".join([*taken_over, *earlier, *on_batches(out), *_on_gold(plan)]))
    try:
        session(sitting)
        if notes := [*_on_cut_off(plan, tally.counts)]:
            tally.tell("\n".join(notes))
    except BudgetSpent as spent:
        tally.tell(say("budget.spent", problem=spent.problem, pending=len(scene.store.pending(run))))
    except ModelError as error:
        kept = len(stored.rows) - len(scene.store.pending(run))
        kind = ModelRefused if isinstance(error, ModelRefused) else ModelUnreachable
        problem = say("error.evaluate.stopped", problem=error.problem, kept=kept, rows=len(stored.rows), run=run)
        fix = error.fix or say("error.evaluate.see_to_the_model")
        raise kind(problem, say("error.evaluate.then_again", fix=fix)) from error
    except KeyboardInterrupt:
        kept = len(stored.rows) - len(scene.store.pending(run))
        tally.tell(say("evaluate.stopped", kept=kept, rows=len(stored.rows), run=run))
        raise


def _on_taken_over(stored: Run) -> Iterator[str]:
    """What is answered already, and by whom."""
    if taken := [row.taken_from for row in stored.rows if row.taken_from not in (None, stored.id)]:
        runs = ", ".join(dict.fromkeys(taken))
        yield say("evaluate.taken_over", taken=len(taken), rows=len(stored.rows), runs=runs)


def _on_earlier_sessions(scene: Scene, stored: Run, pending: int) -> Iterator[str]:
    """What an earlier session has answered, and what it may have cost in vain."""
    taken = [row for row in stored.rows if row.taken_from]
    if len(taken) < len(stored.rows) - pending:
        yield say("evaluate.resumed", run=stored.id, kept=len(stored.rows) - pending, pending=pending)
    out = {request.row for request in scene.store.batched(stored.id)}
    if lost := [row for row in stored.in_flight if row not in out]:
        yield say("evaluate.in_flight", lost=len(lost), rows=_some(lost))


def on_batches(out: Mapping[Asking, str]) -> Iterator[str]:
    """What is left open because it is paid for already and on its way to another run."""
    for run, rows in Counter(out.values()).items():
        yield say("evaluate.out_elsewhere", rows=rows, run=run)


def _some(rows: Sequence[str]) -> str:
    return ", ".join(rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")


def _on_cut_off(plan: Plan, counts: Mapping[str, int]) -> Iterator[str]:
    """How to get the rest of answers that were cut off, without paying for the others once more."""
    limit = plan.header.parameters.get("max_tokens")
    if limit is not None and counts[Status.TRUNCATED]:
        yield say("evaluate.cut_off", rows=counts[Status.TRUNCATED], limit=limit)


def _on_gold(plan: Plan) -> Iterator[str]:
    """That rows without gold get no score."""
    unlabelled = sum(example.labels is None for example in plan.examples)
    if plan.scored and unlabelled:
        yield say("evaluate.unlabelled", unlabelled=unlabelled, rows=len(plan.examples))
