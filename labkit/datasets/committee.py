"""Models asked about the pool so that it can be told how hard its rows are: a sample first, then what may be chosen.

A pool of a hundred thousand rows is not worth a hundred thousand requests: a sample tells whether the models are good
enough to judge difficulty at all, and only then are the rows asked that a choice under the quotas could take.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from labkit.costs import run_cost
from labkit.curation.candidates import find_candidates
from labkit.curation.difficulty import Committee, learns_from_pool, rate_difficulty
from labkit.curation.selection import Selector
from labkit.datasets.confirming import confirmed_by_people
from labkit.datasets.selecting import BUDGET
from labkit.datasets.sifting import pool_runs
from labkit.errors import BadInput
from labkit.evaluation.batch import POLL_S, carry_out_in_batch, takes_batches
from labkit.evaluation.calls import Calls, calls_of, currency_of
from labkit.evaluation.consent import as_sent
from labkit.evaluation.evaluate import Wishes, carry_out
from labkit.evaluation.expectation import expectation
from labkit.evaluation.known import unpaid_requests
from labkit.evaluation.plan import plan_rows
from labkit.evaluation.retry import Retry
from labkit.models import get_model
from labkit.records import Example, Run
from labkit.texts import Phrase

if TYPE_CHECKING:
    from labkit.evaluation.progress import Observer
    from labkit.models.base import Model
    from labkit.workspace import Scene

SAMPLE = 100  # rows of the first stage: the committee's accuracy to within ten points
REACH = 3  # the second stage asks so many times the budget: easy, boundary and hard rows are still to be told apart
Ending = Literal["asked", "weak", "open"]


@dataclass(frozen=True, slots=True)
class CommitteeForecast:
    """What asking a committee will take; only requests without an answer count.

    Args:
        rows: stage ("sample", "candidates", and "pool" for all that could be asked) -> rows of it.
        calls: model -> stage -> what it takes; "candidates" includes the sample.
        currency: model -> of its money; "" where it has no price.
    """

    rows: Mapping[str, int]
    calls: Mapping[str, Mapping[str, Calls]]
    currency: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskedCommittee:
    """What became of asking a committee.

    Args:
        committee: what its answers, and those of earlier runs over the pool, say of the candidates.
        runs: the newest run of each model that was named.
        ended: "asked" to the end, "weak" after the sample, as the models are wrong too often to judge, or "open" where
            a limit or a batch left rows without an answer: the same call goes on.
        rows: stage -> rows that were asked in it.
    """

    committee: Committee
    runs: tuple[Run, ...]
    ended: Ending
    rows: Mapping[str, int]


def forecast_committee(
    scene: Scene,
    prompt: str,
    models: Sequence[str | Model],
    budget: int = BUDGET,
    *,
    sample: int = SAMPLE,
    reach: int = REACH,
) -> CommitteeForecast:
    """Work out what `ask_committee` with the same words would take at most; nothing is sent and nothing is written.

    Raises:
        BadInput, BadData, UnknownName: as in `ask_committee`.
    """
    chosen, stages, prices = _voters(scene, models), _stages(scene, budget, sample, reach), scene.prices()
    found: dict[str, dict[str, Calls]] = defaultdict(dict)
    currency: dict[str, str] = {}
    for model in chosen:
        for stage, rows in stages.items():
            plan = as_sent(scene, plan_rows(scene, prompt, model, rows, "pool"), model, None)
            expected = expectation(scene.store, plan, model)
            found[model.name][stage] = calls_of(plan, unpaid_requests(scene.store, plan), prices, expected)
            currency[model.name] = currency_of(plan, prices)
    return CommitteeForecast({stage: len(rows) for stage, rows in stages.items()}, found, currency)


def ask_committee(
    scene: Scene,
    prompt: str,
    models: Sequence[str | Model],
    budget: int = BUDGET,
    *,
    sample: int = SAMPLE,
    reach: int = REACH,
    batch: bool = False,
    wait: bool = True,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
    retry: Retry | None = None,
) -> AskedCommittee:
    """Have models answer what of the pool a choice could take, so that `select` knows which rows are hard.

    First a sample that holds every label alike. Where the models are right too seldom to judge difficulty (below 0.5 on
    average), that is all that is paid for. Else they answer the rows that quotas and coverage would choose with `reach`
    times the budget, the sample among them. Everything is a run over the pool like others: kept, priced, gone on with.

    Args:
        scene: whose pool.
        prompt: the name of the prompt they are asked with.
        models: at least two, or one where earlier runs over the pool vote as well; none that has learnt from the pool.
        budget: of the choice to come, per subtask.
        sample: rows of the first stage.
        reach: how many times the budget is asked in the second.
        batch: whether models whose provider takes batch files are asked that way, at its price.
        wait: with `batch`: whether to stay until they are over; else the same call goes on later.
        max_cost: money in the bar's currency for all models and both stages together.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.
        retry: as in `evaluate`.

    Raises:
        BadInput: too few models, one that has seen the pool's answers, or numbers below 1.
        BadData: no labelled pool row that may be chosen.
        LabkitError: as `evaluate` does.
    """
    chosen, stages = _voters(scene, models), _stages(scene, budget, sample, reach)
    wishes = Wishes(None, False, max_cost, personal_data, progress, retry or Retry(), in_batch=batch)
    poll_s = POLL_S if wait else None
    rows: dict[str, int] = {}
    spent: dict[str, Run] = {}
    for stage in ("sample", "candidates"):
        runs = [_answered(scene, prompt, model, stages[stage], wishes, poll_s, spent) for model in chosen]
        rows[stage] = len(stages[stage])
        committee = rate_difficulty(scene.examples("pool"), pool_runs(scene))
        is_open = any(not run.complete for run in runs)
        if is_open or not committee.ratings:
            return AskedCommittee(committee, tuple(runs), "open" if is_open else "weak", rows)
    return AskedCommittee(committee, tuple(runs), "asked", rows)


def _voters(scene: Scene, models: Sequence[str | Model]) -> list[Model]:
    chosen = [get_model(model, scene) for model in models]
    names = [model.name for model in chosen]
    if learnt := [name for name in names if learns_from_pool(name)]:
        raise BadInput.told("error.committee.learnt", model=learnt[0])
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadInput.told("error.committee.twice", model=twice[0])
    if len(chosen) + sum(not learns_from_pool(run.header.model) for run in pool_runs(scene)) < 2 or not chosen:
        raise BadInput.told("error.committee.few", models=len(chosen))
    return chosen


def _stages(scene: Scene, budget: int, sample: int, reach: int) -> dict[str, list[Example]]:
    """Stage -> its rows as the file has them, in its order; "pool" is all that could be asked."""
    for what, number in (("budget", budget), ("sample", sample), ("reach", reach)):
        if number < 1:
            raise BadInput.told("error.committee.number", what=Phrase(f"committee.number.{what}"), number=number)
    candidates = find_candidates(scene.examples("all"), confirmed=confirmed_by_people(scene))
    chosen = Selector(candidates, scene.task).choose(reach * budget, neighbours=False)
    first = {row.id for row in _alike_over_labels(candidates.rows, sample)}
    wanted = {
        "sample": first,
        "candidates": first | {row.example.id for row in chosen},
        "pool": {row.id for row in candidates.rows},
    }
    return {stage: [row for row in scene.rows if row.id in ids] for stage, ids in wanted.items()}


def _alike_over_labels(rows: Sequence[Example], number: int) -> list[Example]:
    """Rows drawn at random, the labels taking turns; the same ones at every call."""
    shuffled = random.Random(0).sample(rows, len(rows))  # noqa: S311 - sampling, not secrets
    of_label: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for row in shuffled:
        of_label[row.labels or ()].append(row)
    turns = [(turn, k, row) for k, drawn in enumerate(of_label.values()) for turn, row in enumerate(drawn)]
    return [row for _, _, row in sorted(turns, key=lambda one: one[:2])[:number]]


def _answered(
    scene: Scene,
    prompt: str,
    model: Model,
    rows: Sequence[Example],
    wishes: Wishes,
    poll_s: float | None,
    spent: dict[str, Run],
) -> Run:
    """A model's answers to rows; `spent` gathers the runs of this call, whose money counts against its limit."""
    plan = plan_rows(scene, prompt, model, rows, "pool")
    in_batch = wishes.in_batch and takes_batches(model)
    wishes = replace(wishes, max_cost=_left(scene, wishes.max_cost, spent), in_batch=in_batch)
    run = carry_out_in_batch(scene, plan, model, wishes, poll_s) if in_batch else carry_out(scene, plan, model, wishes)
    spent[run.id] = run
    return run


def _left(scene: Scene, limit: float | None, spent: Mapping[str, Run]) -> float | None:
    """What of a limit on all runs is left for the next one."""
    if limit is None:
        return None
    prices, currency = scene.prices(), scene.task.bar.currency
    costs = (run_cost(run, prices.prices).amount_in(currency, prices.rates) for run in spent.values())
    return max(0.0, limit - sum(cost or 0.0 for cost in costs))
