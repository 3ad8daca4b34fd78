"""A trial of an edited prompt: on the rows that the edit can affect, a sample, or all dev rows, against the one before.

Nothing of it is a kind of run of its own: each is what `evaluate` or `evaluate_affected` makes, so whatever is asked in
a trial is taken over by the full run that gives the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from labkit.comparison import Pair, paired
from labkit.costs import is_free
from labkit.diagnosis import affected_rows
from labkit.errors import BadData, BadInput, NothingEdited, UnknownName
from labkit.evaluation.affected import AFFECTED, AffectedRun, evaluate_affected, runs_of
from labkit.evaluation.calls import calls_of, currency_of
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.expectation import expectation
from labkit.evaluation.known import open_requests
from labkit.evaluation.plan import Plan, plan_rows
from labkit.evaluation.progress import Observer
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts import prompt_sha256

if TYPE_CHECKING:
    from labkit.records import Example, Prompt, Run
    from labkit.workspace import Scene

TrialRows = Literal["affected", "sample", "dev"]
SAMPLE = "sample"  # stands in a run's header in place of a split: its score is that of a sample
_SPLIT = "dev"


@dataclass(frozen=True, slots=True)
class TrialWish:
    """What is to be tried, and how.

    Args:
        model: a name that `get_model` knows.
        rows: only the dev rows that the edit can affect, a random sample of dev rows, or all of them.
        sample: rows of the sample, or all when there are fewer.
        max_cost: money in the bar's currency that each of the trial's runs may cost; see `evaluate`.
        personal_data: "send", "mask" or None; see `evaluate`.

    Raises:
        BadInput: there are no such rows, or the sample is empty.
    """

    model: str
    rows: TrialRows = "affected"
    sample: int = 50
    max_cost: float | None = None
    personal_data: str | None = None

    def __post_init__(self) -> None:
        if self.rows not in get_args(TrialRows):
            raise UnknownName("rows of a trial", self.rows, get_args(TrialRows))
        if self.sample < 1:
            raise BadInput.told("error.trial.sample", sample=self.sample)


@dataclass(frozen=True, slots=True)
class TrialForecast:
    """What a trial will take.

    Args:
        rows: dev rows that the edited prompt is asked about.
        of: dev rows in all.
        calls: requests of the edited prompt that have no answer yet.
        before_calls: requests of the version before that have none: it is asked first, so that both can be compared.
        money: of all these, in `currency`; None where no price is known.
        currency: "" where no price is known.
        free: whether the model answers on this machine.
    """

    rows: int
    of: int
    calls: int
    before_calls: int
    money: float | None
    currency: str
    free: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial.

    Args:
        run: of the edited prompt; of the version before when that one could not be finished.
        before: of the version before, over the same rows or more; None when both say the same.
        pair: both held against each other on the rows they share; None without gold, or while rows are open.
        affected: the rows that were asked for a reason, with the estimate for all; None unless these were wished.
    """

    run: Run
    before: Run | None
    pair: Pair | None
    affected: AffectedRun | None = None


def forecast_trial(scene: Scene, before: Prompt, edited: Prompt, wish: TrialWish) -> TrialForecast:
    """Work out what a trial will take; nothing is sent and nothing is written.

    Args:
        scene: where rows, prices and earlier answers are.
        before: the version before the edit.
        edited: the prompt to try.
        wish: with which model, on which rows.

    Raises:
        BadInput: no dev rows, or the edit says the same and only affected rows are wished.
    """
    model = get_model(wish.model, scene)
    rows = _chosen(scene, before, edited, wish)
    basis = _dev_rows(scene) if wish.rows == "affected" else rows
    firsts = [] if _same(before, edited) else [_plan(scene, before, model, basis, _SPLIT, wish)]
    plan = _plan(scene, edited, model, rows, AFFECTED, wish)
    quoted = [_quote(scene, asked, model) for asked in (plan, *firsts)]
    money = [amount for _, amount in quoted if amount is not None]
    return TrialForecast(
        rows=len(rows),
        of=len(_dev_rows(scene)),
        calls=quoted[0][0],
        before_calls=sum(calls for calls, _ in quoted[1:]),
        money=sum(money) if len(money) == len(quoted) else None,
        currency=currency_of(plan, scene.prices()),
        free=is_free(model.name),
    )


def run_trial(scene: Scene, before: Prompt, edited: Prompt, wish: TrialWish, progress: Observer | None = None) -> Trial:
    """Ask the version before, as far as it has no answers, then the edited prompt, and hold them against each other.

    Args:
        scene: where rows and runs are.
        before: the version before the edit.
        edited: the prompt to try.
        wish: with which model, on which rows.
        progress: is called as by `evaluate`; a KeyboardInterrupt that it raises stops the trial, and answers are kept.

    Raises:
        BadInput: no dev rows, or the edit says the same and only affected rows are wished.
        LabkitError: as `evaluate` does.
    """
    model = get_model(wish.model, scene)
    if wish.rows == "affected":
        return _affected_trial(scene, before, edited, model, wish, progress)
    rows = _chosen(scene, before, edited, wish)
    called = _SPLIT if len(rows) == len(_dev_rows(scene)) else SAMPLE
    first = None if _same(before, edited) else _ask(scene, before, model, rows, called, wish, progress)
    if first and not first.complete:  # its budget is used up
        return Trial(first, None, None)
    run = _ask(scene, edited, model, rows, called, wish, progress)
    return Trial(run, first, _pair(first, run))


def _affected_trial(
    scene: Scene, before: Prompt, edited: Prompt, model: Model, wish: TrialWish, progress: Observer | None
) -> Trial:
    if _same(before, edited):
        raise NothingEdited.told("error.trial.nothing_changed")
    first = _ask(scene, before, model, _dev_rows(scene), _SPLIT, wish, progress)
    if not first.complete:
        return Trial(first, None, None)
    found = evaluate_affected(
        scene,
        edited,
        first,
        model,
        max_cost=wish.max_cost,
        personal_data=wish.personal_data,
        progress=progress,
    )
    return Trial(found.asked, first, _pair(first, found.asked), found)


def _ask(
    scene: Scene,
    prompt: Prompt,
    model: Model,
    rows: Sequence[Example],
    called: str,
    wish: TrialWish,
    progress: Observer | None,
) -> Run:
    plan = plan_rows(scene, prompt, model, rows, called)
    return carry_out(scene, plan, model, Wishes(None, False, wish.max_cost, wish.personal_data, progress, Retry()))


def _pair(before: Run | None, run: Run) -> Pair | None:
    if before is None or not (before.complete and run.complete):
        return None
    if all(row.example.labels is None for row in run.rows):
        return None
    return paired(before, run)


def _chosen(scene: Scene, before: Prompt, edited: Prompt, wish: TrialWish) -> list[Example]:
    """The dev rows that are asked, in the file's order."""
    rows = _dev_rows(scene)
    if wish.rows == "dev":
        return rows
    wanted = set(_affected_ids(scene, before, edited, rows) if wish.rows == "affected" else _drawn(rows, wish.sample))
    return [row for row in rows if row.id in wanted]


def _drawn(rows: Sequence[Example], size: int) -> Iterator[str]:
    """A random sample, the same for the same rows, so that two versions are tried on one."""
    import numpy as np

    for k in np.random.default_rng(0).permutation(len(rows))[:size]:
        yield rows[int(k)].id


def _affected_ids(scene: Scene, before: Prompt, edited: Prompt, rows: Sequence[Example]) -> tuple[str, ...]:
    return affected_rows(before, edited, scene.task, rows, runs_of(scene, before)).asked


def _dev_rows(scene: Scene) -> list[Example]:
    rows = list(scene.examples(_SPLIT))
    if not rows:
        raise BadData.told("error.trial.no_dev", scene=scene.path)
    return rows


def _plan(scene: Scene, prompt: Prompt, model: Model, rows: Sequence[Example], called: str, wish: TrialWish) -> Plan:
    return as_sent(scene, plan_rows(scene, prompt, model, rows, called), model, wish.personal_data)


def _quote(scene: Scene, plan: Plan, model: Model) -> tuple[int, float | None]:
    """Requests without an answer, and their money."""
    requests = open_requests(scene.store, plan)
    calls = calls_of(plan, requests, scene.prices(), expectation(scene.store, plan, model))
    return calls.count, calls.cost


def _same(before: Prompt, edited: Prompt) -> bool:
    return prompt_sha256(before) == prompt_sha256(edited)
