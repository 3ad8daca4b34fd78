"""How many labelled rows does a trained classifier need, to do as well as a model that is asked with a prompt?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.datasets.learning_curve import LearningPoint, learning_curve
from labkit.errors import BadData, BadInput
from labkit.models.linear import Linear
from labkit.records import Run
from labkit.scoring.scores import metric_value

if TYPE_CHECKING:
    from labkit.workspace import Scene

_FEWEST = 20  # rows to begin with; each size is twice the one before


@dataclass(frozen=True, slots=True)
class LabelEfficiency:
    """What labels are worth to a classifier that learns from nothing else, beside what runs score.

    Args:
        metric: the score, the bar's metric.
        learner: the model that learns, "linear".
        points: its score on the runs' rows after so many labelled pool rows.
        scores: run id -> what that run scores.
    """

    metric: str
    learner: str
    points: tuple[LearningPoint, ...]
    scores: Mapping[str, float]

    def rows_to_match(self, run: str) -> int | None:
        """The fewest rows of the curve from which on the learner's mean score is no lower than a run's; None: never.

        Args:
            run: its id.
        """
        found = None
        for point in reversed(self.points):
            if point.value < self.scores[run]:
                break
            found = point.rows
        return found


def label_efficiency(
    scene: Scene,
    runs: Sequence[Run],
    *,
    draws: int = 3,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> LabelEfficiency:
    """Train `linear` on 20, 40, 80, … labelled pool rows, up to all of them, and hold it against runs on dev.

    Args:
        scene: whose pool.
        runs: what to match: runs of the same dev rows, by any prompt and model.
        draws: random parts of each size, whose mean counts.
        seed: of the draws.
        progress: told how many models have learnt, and of how many; whatever it raises ends the work. When None a bar
            on stderr says so, once it takes over two seconds.

    Raises:
        BadInput: no run, one on other rows than dev or than the first, or fewer draws than 1.
        BadData: dev or pool rows without labels, or a part from which nothing can be learnt.
    """
    if draws < 1:
        raise BadInput.told("error.curve.draws", draws=draws)
    _require_same_dev_rows(runs)
    dev = [row.example for row in runs[0].rows if row.example.labels is not None]
    pool = [example for example in scene.examples("pool") if example.labels is not None]
    if len(pool) < _FEWEST or not dev:
        raise BadData.told("error.efficiency.rows", fewest=_FEWEST, pool=len(pool), dev=len(dev))
    points = learning_curve(scene, pool, dev, _sizes(len(pool)), draws=draws, seed=seed, progress=progress)
    metric = scene.task.bar.metric
    scores = {run.id: metric_value(run, metric) or 0.0 for run in runs}
    return LabelEfficiency(metric, Linear.name, points, scores)


def _require_same_dev_rows(runs: Sequence[Run]) -> None:
    if not runs:
        raise BadInput.told("error.efficiency.no_run")
    first = {row.example.id for row in runs[0].rows}
    for run in runs:
        if run.header.split != "dev" or {row.example.id for row in run.rows} != first:
            raise BadInput.told("error.efficiency.other_rows", run=run.id, first=runs[0].id)


def _sizes(rows: int) -> list[int]:
    sizes = [_FEWEST]
    while 2 * sizes[-1] < rows:
        sizes.append(2 * sizes[-1])
    return sizes if sizes[-1] == rows else [*sizes, rows]
