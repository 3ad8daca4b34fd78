"""From how many posts a month a tuned model of one's own is cheaper than an API."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from labkit.scoring import Interval

_NOTHING = Interval(0.0, 0.0, 0.0)
MONTHS = 12  # over which what is paid once is spread, unless the user says otherwise


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a tuned model costs, as its owner says; None where nobody has said. All in the bar's currency.

    Args:
        once: to make it: labelling, machine, work.
        monthly: to serve it, however many posts come.
        per_1000: on top, for 1,000 posts.
        months: over which `once` is spread.
        date: the day the figures held, as the user wrote it.
        source: where they are from.
    """

    once: Interval | None = None
    monthly: Interval | None = None
    per_1000: Interval | None = None
    months: float = MONTHS
    date: str = ""
    source: str = ""

    @property
    def fixed(self) -> Interval | None:
        """Money a month whatever the volume; None when a part is not known."""
        if self.once is None or self.monthly is None:
            return None
        once, monthly = self.once, self.monthly
        parts = ((once.value, monthly.value), (once.low, monthly.low), (once.high, monthly.high))
        return Interval(*(paid / self.months + a_month for paid, a_month in parts))

    def per_month(self, volume: int) -> Interval | None:
        """Money a month for so many posts; None when a part is not known."""
        fixed, each = self.fixed, self.per_1000 or _NOTHING
        if fixed is None:
            return None
        parts = ((fixed.value, each.value), (fixed.low, each.low), (fixed.high, each.high))
        return Interval(*(a_month + volume * per_1000 / 1000 for a_month, per_1000 in parts))


def break_even(api_per_1000: Interval, tuning: Tuning, api_monthly: Interval = _NOTHING) -> Interval | None:
    """Posts a month from which tuning pays.

    The volume at which both cost the same: what a month costs more, whatever is asked, over what 1,000 posts save. Its
    interval takes the ends of what goes in: cheap tuning against a dear API, and the other way round.

    Args:
        api_per_1000: what the API asks for 1,000 posts, in the bar's currency.
        tuning: what a model of one's own costs.
        api_monthly: what the API asks a month, however many posts come.

    Returns:
        Posts a month; 0 where tuning always pays, infinite where it never does. None when its costs are not known, or
        when it is cheaper up to some volume only.
    """
    fixed = tuning.fixed
    each = tuning.per_1000 or _NOTHING
    if fixed is None or (fixed.value < api_monthly.value and each.value > api_per_1000.value):
        return None
    return Interval(
        _posts(fixed.value - api_monthly.value, api_per_1000.value - each.value),
        _posts(fixed.low - api_monthly.high, api_per_1000.high - each.low),
        _posts(fixed.high - api_monthly.low, api_per_1000.low - each.high),
    )


def _posts(more_a_month: float, saved_per_1000: float) -> float:
    if saved_per_1000 > 0:
        return 1000 * max(0.0, more_a_month) / saved_per_1000
    return 0.0 if saved_per_1000 == 0 and more_a_month < 0 else inf
