"""What a training says of itself that somebody should hear: no number for a loss, a jump, a score that falls."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import isfinite
from statistics import median

from labkit.texts import Phrase

_RECENT = 8  # steps whose gradient norms are usual
_JUMP = 2.5  # times the usual norm, right after a measurement; the silent bug of packed weights showed a factor of 2.7
_FALL = 0.05  # of macro-F1 below the best, twice in a row


class Alarms:
    """Watches steps and measurements as they come; each method yields what to say, most often nothing."""

    def __init__(self) -> None:
        self._norms: deque[float] = deque(maxlen=_RECENT)
        self._measured = False
        self._best, self._low = 0.0, 0

    def step(self, step: int, loss: float, norm: float) -> Iterator[Phrase]:
        """A step was taken with this loss and gradient norm."""
        if not isfinite(loss) or not isfinite(norm):
            yield Phrase("alarm.loss", {"step": step, "loss": str(loss), "norm": str(norm)})
        elif self._measured and len(self._norms) == _RECENT and not self._is_usual(norm):
            usual = median(self._norms)
            yield Phrase("alarm.jump", {"step": step, "usual": usual, "norm": norm})
        self._measured = False
        self._norms.append(norm)

    def measured(self, step: int, score: float) -> Iterator[Phrase]:
        """The dev rows were answered, with this macro-F1."""
        self._measured = True
        self._low = self._low + 1 if score < self._best - _FALL else 0
        self._best = max(self._best, score)
        if self._low == 2:
            yield Phrase("alarm.fall", {"step": step, "score": score, "best": self._best})

    def _is_usual(self, norm: float) -> bool:
        usual = median(self._norms)
        return usual / _JUMP <= norm <= usual * _JUMP
