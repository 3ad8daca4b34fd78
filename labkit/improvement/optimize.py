"""All definitions at once: gepa searches, rows it has not seen judge, a person accepts.

GEPA (Agrawal et al. 2025, "GEPA: reflective prompt evolution can outperform reinforcement learning") keeps a pool of
candidates that are best on some validation row, and changes one component of one of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labkit.errors import BadInput, MissingExtra
from labkit.evaluation import Calls, Retry
from labkit.evaluation.calls import calls_of_each, currency_of
from labkit.evaluation.expectation import expectation
from labkit.evaluation.plan import plan_file
from labkit.improvement.acceptance import overtaken_by, save_change
from labkit.improvement.allowance import Allowance
from labkit.improvement.candidates import Adapter, as_candidate, as_prompt
from labkit.improvement.parting import Parts, part
from labkit.improvement.sets import FourSets, pinned_rows
from labkit.improvement.suggest import AFTER, BEFORE, POOL_WORDS, new_findings
from labkit.improvement.trial import FourSetTrial, judge_by_gold_of_now
from labkit.models import get_model
from labkit.models.base import Model
from labkit.prompts.diff import PromptDiff, diff_prompts
from labkit.prompts.lint import LintFinding
from labkit.records import Example, Prompt
from labkit.texts import say
from labkit.workspace import Scene

CALLS = 1000  # rows asked during the search
TRAINING = 200  # pool rows that errors are taken from
MINIBATCH = 8  # rows on which one change is tried before the validation rows are asked

Told = Callable[[int, int], None]  # rows asked so far, and at most


@dataclass(frozen=True, slots=True)
class SearchBudget:
    """What a search will take at most, before anything is asked.

    Args:
        search: rows asked during the search; the iteration at hand is finished, so it may be `over` more.
        over: at most so many more.
        proposals: definitions asked of a proposer at most.
        trial: rows asked for the trial: all parts, before and after.
        calls: all rows in tokens and money, as if none had an answer yet; of the model, without the proposer's.
        currency: of the money.
    """

    search: int
    over: int
    proposals: int
    trial: int
    calls: Calls
    currency: str


@dataclass(frozen=True, eq=False)
class Optimised:
    """The best candidate of a search, and its trial.

    Args:
        scene: where it can be accepted.
        model: who answered.
        proposer: who proposed: a model, or "pool words".
        before, after: the prompts.
        candidates: how many were kept during the search, the first one included.
        asked: rows asked during the search.
        proposals: definitions proposed, and of them `unusable` that could not be read or changed nothing.
        validation: mean row score of the first and the best candidate on the rows that chose it, so it flatters.
        parts: which rows did what.
        sets: the rows it was tried on; held out are rows that the search has not seen.
        runs: the ids of the runs of both prompts over them.
        findings: what lint finds in the new prompt and not in the old one.
    """

    scene: Scene
    model: str
    proposer: str
    before: Prompt
    after: Prompt
    candidates: int
    asked: int
    proposals: int
    unusable: int
    validation: tuple[float, float]
    parts: Parts
    sets: FourSets
    runs: tuple[str, str]
    findings: tuple[LintFinding, ...]

    @property
    def trial(self) -> FourSetTrial:
        """What became of the four sets, by gold as it is corrected now."""
        return judge_by_gold_of_now(self.scene, self.runs, self.sets)

    @property
    def diff(self) -> PromptDiff:
        """What changed, definition by definition."""
        return diff_prompts(self.before, self.after)

    @property
    def offered(self) -> bool:
        """Whether it may be accepted: something changed, every set lets it through, and lint finds no new error."""
        clean = not any(finding.severity == "error" for finding in self.findings)
        return not self.diff.same and self.trial.passes and clean

    @property
    def overtaken(self) -> str:
        """The version that has come since and is not in it; "" where there is none. See `overtaken_by`."""
        return overtaken_by(self.scene, self.before, self.after)

    @property
    def message(self) -> str:
        """Where the definitions come from, in one line."""
        labels = ", ".join(self.diff.changed_labels)
        named = {"before": self.before.name, "model": self.model, "proposer": self.proposer}
        return say("optimised.message", labels=labels, **named)

    def accept(self, message: str = "") -> Path:
        """Save it as the next version of the prompt; no version is ever overwritten.

        Args:
            message: what the version's message says; else where the definitions came from.

        Raises:
            BadInput: the trial does not let it through.
        """
        if not self.offered:
            raise BadInput.told("error.optimize.not_passed", before=self.before.name)
        labels = ", ".join(self.diff.changed_labels)
        told, where = message or self.message, {"label": labels, "run": self.runs[1], "reason": self.message}
        return save_change(self.scene, self.after, told, **where)


def search_budget(scene: Scene, prompt: str | Prompt, model: str | Model, calls: int = CALLS) -> SearchBudget:
    """What `optimize` with the same words will take at most; nobody is asked.

    Args:
        scene: where rows, prompts and prices are.
        prompt: a prompt, or the name of one of the scene's.
        model: who answers rows.
        calls: rows asked during the search.
    """
    start = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    chosen = get_model(model, scene)
    parts = part(scene.examples("all"), TRAINING)
    every = (*parts.training, *parts.validation, *parts.held_out)
    over = 2 * MINIBATCH + len(parts.validation)
    plan = plan_file(scene, start, chosen, every)
    requests = [plan.request(row) for row in plan.rows]
    rows = calls + over + 2 * len(every)
    asked = [requests[k % len(requests)] for k in range(rows)]
    prices = scene.prices()
    found = calls_of_each(plan, asked, prices, expectation(scene.store, plan, chosen))
    return SearchBudget(calls, over, calls // (2 * MINIBATCH) + 1, 2 * len(every), found, currency_of(plan, prices))


def optimize(
    scene: Scene,
    prompt: str | Prompt,
    model: str | Model,
    proposer: str | Model | None = None,
    *,
    calls: int = CALLS,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Told | None = None,
    stop: Callable[[], bool] | None = None,
    retry: Retry | None = None,
) -> Optimised:
    """Search for better definitions with gepa, then try the best candidate like any suggestion.

    Errors come from pool rows, one half of dev chooses among candidates, the other half judges the chosen one; test
    rows are never read. Every answer and every proposal is kept as a run, and the search draws the same way each time:
    one that was interrupted goes on when it is called again, and asks nobody what was answered.

    Args:
        scene: where rows, prompts and runs are.
        prompt: a prompt with definitions, or the name of one of the scene's.
        model: who answers rows.
        proposer: who proposes definitions; None for the words of the training rows, which needs no model.
        calls: rows asked during the search; see `search_budget`.
        max_cost: money in the bar's currency for all that is asked, together.
        personal_data: as in `evaluate`.
        progress: is called with the rows asked so far, and at most.
        stop: the search ends before the next iteration when this is true.
        retry: as in `evaluate`.

    Raises:
        MissingExtra: gepa is not installed.
        BadInput: no definitions, or fewer calls than one candidate takes.
        BadData: too few labelled rows.
        LabkitError: as `evaluate` does.
    """
    start = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    chosen = get_model(model, scene)
    parts = part(scene.examples("all"), TRAINING)
    if not start.definitions or calls < len(parts.validation) + 2 * MINIBATCH:
        raise BadInput.told(
            "error.optimize.too_few_calls",
            calls=calls,
            start=start.name,
            validation=len(parts.validation) + 2 * MINIBATCH,
        )
    allowance = Allowance(scene, max_cost, personal_data, lambda _: None, retry or Retry())
    proposing = allowance.named(proposer) if proposer is not None else None
    tell = (lambda asked: progress(asked, calls)) if progress else (lambda _: None)
    adapter = Adapter(allowance, start, chosen, proposing, parts.training, tell)
    result = _search(adapter, parts, calls, stop)
    best = as_prompt(result.best_candidate, start)
    sets, runs = _tried(allowance, chosen, start, best, parts, pinned_rows(scene))
    return Optimised(
        scene=scene,
        model=chosen.name,
        proposer=proposing.name if proposing else POOL_WORDS,
        before=start,
        after=best,
        candidates=len(result.candidates),
        asked=adapter.asked,
        proposals=adapter.proposals,
        unusable=adapter.unusable,
        validation=(result.val_aggregate_scores[0], max(result.val_aggregate_scores)),
        parts=parts,
        sets=sets,
        runs=runs,
        findings=new_findings(scene, start, best),
    )


class _Silent:
    """gepa's logger; what it would print is in the runs."""

    def log(self, message: str) -> None:
        """Nothing."""


def _search(adapter: Adapter, parts: Parts, calls: int, stop: Callable[[], bool] | None) -> Any:
    """Let gepa search; without a run directory, since it would keep its state as a pickle, and ours is in the store."""
    try:
        import gepa
    except ImportError as error:
        raise MissingExtra(say("feature.optimize"), "optimize") from error
    return gepa.optimize(
        seed_candidate=as_candidate(adapter.prompt),
        trainset=list(parts.training),
        valset=list(parts.validation),
        adapter=adapter,
        module_selector=adapter.choose,
        reflection_minibatch_size=MINIBATCH,
        max_metric_calls=calls,
        stop_callbacks=lambda state: adapter.stopped or bool(stop and stop()),
        logger=_Silent(),
        track_best_outputs=False,
        seed=0,
    )


def _tried(
    allowance: Allowance, model: Model, before: Prompt, after: Prompt, parts: Parts, keep: tuple[Example, ...]
) -> tuple[FourSets, tuple[str, str]]:
    """The four sets of a search: what it learnt from and chose by, parted into wrong and right before; pins; unseen."""
    seen = (*parts.training, *parts.validation)
    rows = tuple({row.id: row for row in (*seen, *keep, *parts.held_out)}.values())
    old = allowance.rows(replace(before, name=f"{before.name}{BEFORE}"), model, rows)
    new = allowance.rows(replace(after, name=f"{before.name}{AFTER}"), model, rows)
    right = {row.example.id for row in old.rows if row.correct}
    failing = tuple(row for row in seen if row.id not in right)
    kept = tuple(row for row in seen if row.id in right)
    return FourSets(failing, kept, keep, parts.held_out), (old.id, new.id)
