"""What a cheap model scores after it learnt from few rows, from more, from all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labkit.evaluation.steps import telling
from labkit.models.linear import Linear
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Example, RunRow
from labkit.scoring.scores import metric_intervals

if TYPE_CHECKING:
    from labkit.workspace import Scene


Counted = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """What so many rows teach: the mean score over draws, the lowest and the highest, 0 to 1."""

    rows: int
    value: float
    low: float
    high: float


def learning_curve(
    scene: Scene,
    rows: Sequence[Example],
    dev: Sequence[Example],
    sizes: Sequence[int],
    *,
    draws: int,
    seed: int,
    progress: Counted | None,
) -> tuple[LearningPoint, ...]:
    """What `linear` scores after it learnt from so many rows.

    Args:
        scene: whose task and metric.
        rows: what it may learn from.
        dev: what it is asked.
        sizes: numbers of rows, growing; all of the rows are learnt from once, less in random parts.
        draws: parts of each size.
        seed: of the draws.
        progress: told how many models have learnt, and of how many; whatever it raises ends the work. When None a bar
            on stderr says so, once it takes over two seconds.

    Raises:
        BadData: a part from which nothing can be learnt.
    """
    generator = random.Random(seed)  # noqa: S311 - sampling, not secrets
    parts = [(size, generator.sample(rows, size)) for size in sizes for _ in range(draws if size < len(rows) else 1)]
    scores: dict[int, list[float]] = {size: [] for size in sizes}
    with _counting(progress) as tell:
        for done, (size, part) in enumerate(parts, 1):
            scores[size].append(_score(scene, part, dev))
            tell(done, len(parts))
    return tuple(LearningPoint(size, sum(f) / len(f), min(f), max(f)) for size, f in scores.items())


@contextmanager
def _counting(progress: Counted | None) -> Iterator[Counted]:
    """Who wants to know how many models have learnt, or a bar."""
    if progress is not None:
        yield progress
        return
    with telling(None) as steps:
        steps("learning", 0.0)
        yield lambda done, of: steps("learning", done / of)


def _score(scene: Scene, part: Sequence[Example], dev: Sequence[Example]) -> float:
    """The score on dev rows of a model that learnt from a part."""
    prompt = replace(scene.prompt(scene.prompt_names()[-1]), retrieved=0)
    replies = Linear(part, scene.task).answer([render(prompt, scene.task, example) for example in dev])
    rows = [RunRow(e, parse_reply(reply, scene.task, e)) for e, reply in zip(dev, replies, strict=True)]
    return metric_intervals(rows, scene.task)[scene.task.bar.metric].value
