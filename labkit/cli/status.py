"""Where a scene stands: its best run against the bar, what was spent, and the one next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, print_json
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.costs import Cost
    from labkit.decision import NextStep, ScoredRun
    from labkit.records import Run
    from labkit.workspace import Scene


@app.command()
def status(directory: SceneDir, json_: JsonFlag = False) -> None:
    """Say how far the scene is from its bar, and what to do next."""
    from labkit.decision import ScoredRun, best_run
    from labkit.diagnosis import is_probe
    from labkit.scoring import score
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    loaded = [scene.store.load_run(header.run) for header in scene.store.runs()]
    scored = [ScoredRun(run, score(run)) for run in loaded if not is_probe(run.header)]
    rows = len(scene.examples("dev"))
    dev = [s for s in scored if s.run.header.split == "dev" and s.run.complete and len(s.run.rows) == rows]
    found = _Found(directory, scene, loaded, scored, best_run(dev, scene.task.bar.metric))
    if json_:
        print_json(found.as_json())
    else:
        found.print()


class _Found:
    """What is known of a scene, ready to be told.

    Args:
        directory: the scene as the user wrote it.
        scene: the scene.
        loaded: all its runs, newest first.
        scored: those that measure a prompt, with their scores.
        best: the best complete run over dev rows, or None.
    """

    def __init__(
        self,
        directory: str,
        scene: Scene,
        loaded: Sequence[Run],
        scored: Sequence[ScoredRun],
        best: ScoredRun | None,
    ) -> None:
        from labkit.costs import run_cost, total_cost

        self.scene, self.best = scene, best
        prices = scene.prices().prices
        self.cost = total_cost(run_cost(run, prices) for run in loaded)
        self.next = self._next_step(directory, scored)

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        return {
            "scene": self.scene.task.name,
            "task": {"labels": list(self.scene.task.labels), "rows": len(self.scene.examples("all"))},
            "best": self._best_json(),
            "test_readings": len(self.scene.test_readings()),
            "spent": {"amounts": dict(self.cost.amounts), "unknown_replies": self.cost.unknown},
            "next": {"command": self.next.command, "reason": self.next.reason},
        }

    def print(self) -> None:
        """Everything in a few lines."""
        lines = (self._best_line(), say("status.readings", readings=len(self.scene.test_readings())))
        for line in (*lines, spent_line(self.cost), "", self.next.reason, f"  {self.next.command}"):
            typer.echo(line)

    def _next_step(self, directory: str, scored: Sequence[ScoredRun]) -> NextStep:
        from labkit.decision import Situation, next_step

        return next_step(
            Situation(
                directory=directory,
                task=self.scene.task,
                examples=self.scene.examples("all"),
                prompts=_different_prompts(self.scene),
                runs=scored,
                test_readings=len(self.scene.test_readings()),
                datasets=self.scene.dataset_names(),
            )
        )

    def _best_json(self) -> dict[str, Any] | None:
        from labkit.decision import standing

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
            return say("status.nothing", metric=bar.metric, bar=f"{bar.value:.3f}")
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
            distance=f"{100 * found['distance']:+.1f}",
            verdict=say(f"bar.{found['verdict'].replace(' ', '_')}"),
        )


def _different_prompts(scene: Scene) -> tuple[str, ...]:
    """The prompts' names; one that only repeats an earlier prompt is left out, since it asks nothing new."""
    from labkit.prompts import prompt_sha256

    first: dict[str, str] = {}
    for name in scene.prompt_names():
        first.setdefault(prompt_sha256(scene.prompt(name)), name)
    return tuple(first.values())


def spent_line(cost: Cost) -> str:
    """What was spent, in words; what has no price is said to be unknown, never counted as free."""
    amounts = ", ".join(f"{amount:.2f} {currency}" for currency, amount in cost.amounts.items())
    if cost.unknown:
        return say("status.spent_unknown", amounts=amounts or "?", unknown=cost.unknown)
    return say("status.spent", amounts=amounts or "0")
