"""Would more rows help? A cheap model learns from parts of a dataset, and the curve says when to stop collecting."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from labkit.errors import BadData, BadInput
from labkit.models.linear import Linear
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Example, RunRow
from labkit.scoring.scores import metric_intervals

if TYPE_CHECKING:
    from labkit.workspace import Scene

SHARES = (0.25, 0.5, 0.75, 1.0)
ENOUGH = 0.005  # gain of the last quarter below which collecting more is not worth it: half a point
_LEAST_ROWS = 40


@dataclass(frozen=True, slots=True)
class SaturationPoint:
    """What a part of the dataset teaches: its rows, the mean score over draws, the lowest and the highest, 0 to 1."""

    rows: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """How the score on dev rows grows with the dataset.

    Args:
        metric: the score, the bar's metric.
        proxy: the model that learnt, "linear": the shape of its curve is a hint for a language model, not its score.
        points: at a quarter, a half, three quarters and all of the rows.
    """

    metric: str
    proxy: str
    points: tuple[SaturationPoint, ...]

    @property
    def last_gain(self) -> float:
        """What the last quarter of the rows added, in shares: 0.01 is one point."""
        return self.points[-1].value - self.points[-2].value

    @property
    def saturated(self) -> bool:
        """Whether the last quarter added less than half a point."""
        return self.last_gain < ENOUGH


def saturation(
    scene: Scene, dataset: str, *, draws: int = 5, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Saturation:
    """Train `linear` on parts of a dataset and score each on the dev rows; no run is recorded.

    Args:
        scene: whose dataset, and whose dev rows.
        dataset: its name.
        draws: random parts of each size, whose mean counts.
        seed: of the draws.
        progress: told how many models have learnt, and of how many.

    Raises:
        UnknownName: there is no such dataset.
        BadInput: fewer draws than 1.
        BadData: fewer than 40 rows, no labelled dev rows, or a part from which nothing can be learnt.
    """
    rows = [_learnt(row) for row in scene.dataset(dataset).rows]
    return saturation_of(scene, rows, draws=draws, seed=seed, progress=progress)


def saturation_of(
    scene: Scene,
    rows: Sequence[Example],
    *,
    draws: int = 5,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Saturation:
    """The curve of rows that are no dataset yet; see `saturation`."""
    if draws < 1:
        raise BadInput(f"The number of draws is {draws}", "Give at least 1")
    dev = [example for example in scene.examples("dev") if example.labels is not None]
    if len(rows) < _LEAST_ROWS or not dev:
        raise BadData(
            f"A curve needs {_LEAST_ROWS} rows and labelled dev rows; there are {len(rows)} and {len(dev)}",
            "Select more rows, or label dev rows",
        )
    sizes = [round(share * len(rows)) for share in SHARES]
    points = learning_curve(scene, rows, dev, sizes, draws=draws, seed=seed, progress=progress)
    return Saturation(scene.task.bar.metric, Linear.name, points)


def learning_curve(
    scene: Scene,
    rows: Sequence[Example],
    dev: Sequence[Example],
    sizes: Sequence[int],
    *,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[SaturationPoint, ...]:
    """What `linear` scores after it learnt from so many rows.

    Args:
        scene: whose task and metric.
        rows: what it may learn from.
        dev: what it is asked.
        sizes: numbers of rows, growing; all of the rows are learnt from once, less in random parts.
        draws: parts of each size.
        seed: of the draws.
        progress: told how many models have learnt, and of how many.

    Raises:
        BadData: a part from which nothing can be learnt.
    """
    generator = random.Random(seed)  # noqa: S311 - sampling, not secrets
    parts = [(size, generator.sample(rows, size)) for size in sizes for _ in range(draws if size < len(rows) else 1)]
    scores: dict[int, list[float]] = {size: [] for size in sizes}
    for done, (size, part) in enumerate(parts, 1):
        scores[size].append(_score(scene, part, dev))
        if progress is not None:
            progress(done, len(parts))
    return tuple(SaturationPoint(size, sum(f) / len(f), min(f), max(f)) for size, f in scores.items())


def _learnt(row: Mapping[str, Any]) -> Example:
    """A dataset's row with the labels it teaches."""
    target = row.get("target") or {"labels": row.get("labels")}
    subtask = row.get("subtask")
    return Example(str(row.get("id")), tuple(row["items"]), tuple(target.get("labels") or ()), subtask=subtask)


def _score(scene: Scene, part: Sequence[Example], dev: Sequence[Example]) -> float:
    """The score on dev rows of a model that learnt from a part."""
    prompt = replace(scene.prompt(scene.prompt_names()[-1]), retrieved=0)
    replies = Linear(part, scene.task).answer([render(prompt, scene.task, example) for example in dev])
    rows = [RunRow(e, parse_reply(reply, scene.task, e)) for e, reply in zip(dev, replies, strict=True)]
    return metric_intervals(rows, scene.task)[scene.task.bar.metric].value
