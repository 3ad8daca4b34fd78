"""What a run's answers took: seconds and tokens, and for how many of them that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labkit.records import RunRow
from labkit.scoring.intervals import Interval, around

_SLOW = 0.95  # the percentile a bar may ask for


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds and tokens of a run; what no reply reported is None, never 0.

    Args:
        latency_p50_s, latency_p95_s: seconds within which half, and 95 %, of the timed answers came.
        timed: answers with a latency.
        prompt_tokens, cached_tokens, completion_tokens: sums over the replies that report them.
        metered: replies that report prompt and completion tokens; the sums hold for these only.
    """

    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    timed: int = 0
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    metered: int = 0


def effort(rows: Sequence[RunRow]) -> Effort:
    """Sum up what rows took, labelled or not.

    Args:
        rows: of one run.

    Returns:
        Percentiles by linear interpolation between neighbours, and token sums.
    """
    seconds = [row.latency_s for row in rows if row.latency_s is not None]
    usages = [row.usage for row in rows]
    return Effort(
        latency_p50_s=percentile(seconds, 0.5),
        latency_p95_s=percentile(seconds, _SLOW),
        timed=len(seconds),
        prompt_tokens=_total(usage.prompt_tokens for usage in usages),
        cached_tokens=_total(usage.cached_tokens for usage in usages),
        completion_tokens=_total(usage.completion_tokens for usage in usages),
        metered=sum(None not in (usage.prompt_tokens, usage.completion_tokens) for usage in usages),
    )


def slow_interval(rows: Sequence[RunRow]) -> Interval | None:
    """The seconds within which 95 % of a run's answers came, with a 95 % interval.

    Args:
        rows: of one run.

    Returns:
        The interval between the order statistics that enclose the quantile whatever the distribution (Conover 1999,
        "Practical Nonparametric Statistics", section 3.2); with few rows it ends at the slowest. None without seconds.
    """
    seconds = sorted(row.latency_s for row in rows if row.latency_s is not None)
    slow = percentile(seconds, _SLOW)
    if slow is None:
        return None
    from scipy.stats import binom

    low, high = (int(rank) for rank in binom.ppf((0.025, 0.975), len(seconds), _SLOW))
    return around(slow, seconds[max(0, low - 1)], seconds[min(len(seconds) - 1, high)])


def percentile(seconds: Sequence[float], share: float) -> float | None:
    """The seconds within which a share of them lies, by linear interpolation; None without any.

    Args:
        seconds: in any order.
        share: 0 to 1.
    """
    import numpy as np

    return float(np.percentile(seconds, 100 * share)) if seconds else None


def _total(tokens: Iterable[int | None]) -> int | None:
    known = [n for n in tokens if n is not None]
    return sum(known) if known else None
