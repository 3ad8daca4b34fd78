"""Is a cheaper run good enough? Not worse than another by more than a margin that was set beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from labkit.comparison.paired import Pair
from labkit.errors import BadInput
from labkit.scoring.intervals import Interval
from labkit.scoring.tally import LOWER_IS_BETTER

_Z = 1.959963984540054  # the normal distribution's 97.5 % point
NonInferiorityVerdict = Literal["not worse", "worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """A run `b` held against a reference `a` with a margin.

    Args:
        a, b: the runs' ids.
        metric: what is compared.
        margin: how much worse b may be, in the metric's own unit, above 0.
        loss: how much worse b is, with its 95 % interval; below 0 where it is better; None for an undefined metric.
        verdict: "not worse" when the whole interval lies below the margin, "worse" when all of it lies above, else
            "cannot tell". So a false "not worse" happens in at most 2.5 % of cases.
    """

    a: str
    b: str
    metric: str
    margin: float
    loss: Interval | None
    verdict: NonInferiorityVerdict

    @property
    def change(self) -> Interval | None:
        """What the metric changes by from a to b; above 0 where it grows."""
        if self.loss is None or self.metric in LOWER_IS_BETTER:
            return self.loss
        return Interval(-self.loss.value, -self.loss.high, -self.loss.low)


def check_margin(margin: float) -> None:
    """Raise BadInput for a margin that is no margin."""
    if not 0 < margin < 1:
        raise BadInput.told("error.margin.outside", margin=margin)


def non_inferiority(pair: Pair, margin: float, metric: str | None = None) -> NonInferiority:
    """Judge whether a pair's second run is not worse than its first by more than a margin.

    A bootstrap of few rows that hardly differ has next to no spread, and would prove anything. So its interval is
    widened to what Agresti & Min (2005) get by adding half a row to each cell of the paired table: a standard error is
    never below 1 / (n + 2), where n is the number of clusters, or for macro-F1 what its rarest label rests on.

    Args:
        pair: the comparison; its `a` is the reference.
        margin: see `NonInferiority`.
        metric: a key of `pair.delta`; that of the task's bar when None.

    Raises:
        BadInput: the margin is not between 0 and 1.
    """
    check_margin(margin)
    name = metric or pair.metric
    delta = pair.delta.get(name)
    if delta is None:
        return NonInferiority(pair.a, pair.b, name, margin, None, "cannot tell")
    half = _Z * sqrt(pair.standard_error[name] ** 2 + 1 / (_evidence(pair, name) + 2) ** 2)
    low, high = min(delta.low, delta.value - half), max(delta.high, delta.value + half)
    loss = Interval(delta.value, low, high) if name in LOWER_IS_BETTER else Interval(-delta.value, -high, -low)
    return NonInferiority(pair.a, pair.b, name, margin, loss, _verdict(loss, margin))


def _evidence(pair: Pair, metric: str) -> int:
    """How many independent pieces of evidence a metric rests on."""
    supports = [entry.support for entry in pair.per_label if entry.support]
    rests_on = len(supports) * min(supports, default=0) if metric == "macro_f1" else pair.clusters
    return min(pair.clusters, rests_on)


def _verdict(loss: Interval, margin: float) -> NonInferiorityVerdict:
    if loss.high < margin:
        return "not worse"
    return "worse" if loss.low > margin else "cannot tell"
