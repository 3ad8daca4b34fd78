"""Would more rows help? A cheap model learns from parts of a dataset, and the curve says when to stop collecting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labkit.datasets.learning_curve import LearningPoint, learning_curve
from labkit.errors import BadData, BadInput
from labkit.models.linear import Linear
from labkit.records import Example

if TYPE_CHECKING:
    from labkit.workspace import Scene

SHARES = (0.25, 0.5, 0.75, 1.0)
ENOUGH = 0.005  # gain of the last quarter below which collecting more is not worth it: half a point
_LEAST_ROWS = 40


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
    points: tuple[LearningPoint, ...]

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
        progress: told how many models have learnt, and of how many; whatever it raises ends the work. When None a bar
            on stderr says so, once it takes over two seconds.

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
        raise BadInput.told("error.curve.draws", draws=draws)
    dev = [example for example in scene.examples("dev") if example.labels is not None]
    if len(rows) < _LEAST_ROWS or not dev:
        raise BadData.told("error.saturation.rows", fewest=_LEAST_ROWS, rows=len(rows), dev=len(dev))
    sizes = [round(share * len(rows)) for share in SHARES]
    points = learning_curve(scene, rows, dev, sizes, draws=draws, seed=seed, progress=progress)
    return Saturation(scene.task.bar.metric, Linear.name, points)


def _learnt(row: Mapping[str, Any]) -> Example:
    """A dataset's row with the labels it teaches."""
    target = row.get("target") or {"labels": row.get("labels")}
    subtask = row.get("subtask")
    return Example(str(row.get("id")), tuple(row["items"]), tuple(target.get("labels") or ()), subtask=subtask)
