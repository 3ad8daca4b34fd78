"""Where a scene stands: its best run against the bar, what was spent, and the one next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labkit.costs import Cost, run_cost, total_cost
from labkit.decision import Live, NextStep, ScoredRun, Situation, best_run, next_step, standing
from labkit.diagnosis import is_probe
from labkit.prompts import prompt_sha256
from labkit.records import Prompt
from labkit.releases import release_history
from labkit.scoring import score
from labkit.texts import say
from labkit.traffic.parts import FOLDER, parts_of
from labkit.views.markup import render_template
from labkit.views.sentences import from_the_bar
from labkit.views.standing import standing_values
from labkit.views.wear import Wear, wear
from labkit.workspace import Scene
from labkit.workspace.prompt_versions import PromptVersions


def status(scene: Scene, directory: str | None = None) -> SceneStatus:
    """Where a scene stands; a notebook cell that ends with it shows the distance to the bar and the one next step.

    Args:
        scene: the scene.
        directory: its folder as the user writes it in commands; the scene's path when None.

    Returns:
        What is known, with the one next step.
    """
    loaded = [scene.store.load_run(header.run) for header in scene.store.runs()]
    scored = tuple(ScoredRun(run, score(run)) for run in loaded if not is_probe(run.header))
    rows = len(scene.examples("dev"))
    dev = [s for s in scored if s.run.header.split == "dev" and s.run.complete and len(s.run.rows) == rows]
    prices = scene.prices().prices
    return SceneStatus(
        scene=scene,
        directory=directory or str(scene.path),
        scored=scored,
        best=best_run(dev, scene.task.bar.metric),
        cost=total_cost(run_cost(run, prices) for run in loaded),
    )


@dataclass(frozen=True, eq=False)
class SceneStatus:
    """What is known of a scene, ready to be told.

    Args:
        scene: the scene.
        directory: its folder, as commands name it.
        scored: its runs that measure a prompt, with their scores, newest first.
        best: the best complete run over dev rows, or None.
        cost: what all its runs have cost.
    """

    scene: Scene
    directory: str
    scored: Sequence[ScoredRun]
    best: ScoredRun | None
    cost: Cost

    @cached_property
    def wear(self) -> Wear:
        """How often dev rows chose and test rows were read."""
        return wear(self.scene, [scored.run for scored in self.scored])

    @cached_property
    def next(self) -> NextStep:
        """The one next step."""
        return next_step(
            Situation(
                directory=self.directory,
                task=self.scene.task,
                examples=self.scene.examples("all"),
                prompts=_different_prompts(self.scene),
                runs=self.scored,
                test_readings=len(self.scene.test_readings()),
                datasets=self.scene.dataset_names(),
                live=_live(self.scene),
                has_traffic=bool(parts_of(self.scene.path / FOLDER)),
                own_notebooks=(self.scene.path / "notebooks").is_dir(),
            )
        )

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        return {
            "scene": self.scene.task.name,
            "task": {"labels": list(self.scene.task.labels), "rows": len(self.scene.examples("all"))},
            "best": self._best_json(),
            "test_readings": len(self.wear.readings),
            "wear": self.wear.as_json(),
            "spent": {"amounts": dict(self.cost.amounts), "unknown_replies": self.cost.unknown},
            "next": {"command": self.next.command, "reason": self.next.reason},
        }

    @property
    def problems(self) -> tuple[str, ...]:
        """Files of the scene that cannot be used, a sentence each: prompts, and runs in shared/."""
        unread = [version for version in PromptVersions(self.scene)() if version.problem]
        return (
            *(f"prompts/{version.name}.md: {version.problem}" for version in unread),
            *self.scene.unread_shared_runs,
        )

    def lines(self) -> tuple[str, ...]:
        """Everything in a few lines, the command last."""
        spent = spent_line(self.cost)
        return (self._best_line(), *self._worn(), spent, "", self.next.reason, f"  {self.next.command}")

    def _worn(self) -> tuple[str, ...]:
        """What is said of wear: nothing of dev rows before something was chosen on them."""
        return (*(self.wear.on_dev() if self.wear.luck else ()), *self.wear.on_test())

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        readings = len(self.scene.test_readings())
        values = standing_values(self.best, readings) if self.best else None
        return render_template(
            "status.html",
            say=say,
            piece="standing.html",
            standing=values,
            nothing=self._best_line(),
            spent=spent_line(self.cost),
            worn=self._worn(),
            title=say("status.next"),
            step=self.next,
            problems=self.problems,
            **(values or {}),
        )

    def _best_json(self) -> dict[str, Any] | None:
        if self.best is None:
            return None
        header, where = self.best.run.header, standing(self.scene.task, self.best.scores)
        value = where.value
        return {
            "run": header.run,
            "prompt": header.prompt_name,
            "model": header.model,
            "metric": where.metric,
            "value": value and {"value": value.value, "low": value.low, "high": value.high},
            "bar": where.bar,
            "distance": where.distance,
            "verdict": where.verdict,
        }

    def _best_line(self) -> str:
        found = self._best_json()
        bar = self.scene.task.bar
        if found is None or found["value"] is None:
            older = any(one.run.header.split == "dev" and one.run.complete for one in self.scored)
            said = say("status.nothing", metric=bar.metric, bar=f"{bar.value:.3f}")
            return f"{said} {say('status.older')}" if older else said
        value = found["value"]
        return say(
            "status.best",
            prompt=found["prompt"],
            model=found["model"],
            metric=bar.metric,
            value=f"{value['value']:.3f}",
            low=f"{value['low']:.3f}",
            high=f"{value['high']:.3f}",
            bar=f"{bar.value:.3f}",
            distance=from_the_bar(found["distance"]),
            verdict=say(f"bar.{found['verdict'].replace(' ', '_')}"),
        )


def spent_line(cost: Cost) -> str:
    """What was spent, in words; what has no price is said to be unknown, never counted as free."""
    amounts = ", ".join(f"{amount:.2f} {currency}" for currency, amount in cost.amounts.items())
    if cost.unknown:
        return say("status.spent_unknown", amounts=amounts or "?", unknown=cost.unknown)
    return say("status.spent", amounts=amounts or "0")


def _different_prompts(scene: Scene) -> tuple[str, ...]:
    """The prompts' names; one that only repeats an earlier prompt, or cannot be read, is left out: it asks nothing.

    What is kept for tuned models, prompts for labels only, counts where there are no others.
    """
    first: dict[str, Prompt] = {}
    for version in PromptVersions(scene)():
        if version.prompt:
            first.setdefault(prompt_sha256(version.prompt), version.prompt)
    explained = [prompt.name for prompt in first.values() if prompt.rationale != "none"]
    return tuple(explained or (prompt.name for prompt in first.values()))


def _live(scene: Scene) -> Live | None:
    current = release_history(scene).current
    return Live(current.id, current.prompt_sha256, current.model) if current else None
