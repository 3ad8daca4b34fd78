"""Money a month over posts a month, drawn: what is paid by the post against what is paid in any case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, inf, log10

from labkit.decision import Candidate, Memo, machine
from labkit.scoring import Interval
from labkit.texts import say
from labkit.views.markup import short

WIDTH, HEIGHT = 760.0, 300.0  # of the plot, in the drawing's own units
_FARTHEST = 20.0  # times the volume: a break-even beyond that is said, not drawn
_TICKS = 4


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one way costs over the volume: a line, and the band of its interval.

    Args:
        name: as it stands in the legend.
        look: "api" or "own", for the style sheet.
        line, band: points of the drawing, as SVG writes them.
    """

    name: str
    look: str
    line: str
    band: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class CostCurve:
    """The whole drawing.

    Args:
        lines: one for each way whose money is known.
        x_ticks, y_ticks: round numbers on the axes.
        volume, budget: what the business asks for; budget None when it said none.
        break_even: left end, value and right end on the axis of volume; None when it lies beyond or is not known.
        currency: of the amounts.
    """

    lines: tuple[CostLine, ...]
    x_ticks: tuple[Mark, ...]
    y_ticks: tuple[Mark, ...]
    volume: Mark
    budget: Mark | None
    break_even: tuple[float, float, float] | None
    currency: str


@dataclass(frozen=True, slots=True)
class _Way:
    """Money a month: so much anyway, and so much for 1,000 posts."""

    name: str
    look: str
    fixed: Interval
    per_1000: Interval

    def at(self, posts: float) -> Interval:
        parts = ((self.fixed.value, self.per_1000.value), (self.fixed.low, self.per_1000.low))
        value, low = (fixed + posts / 1000 * each for fixed, each in parts)
        return Interval(value, low, self.fixed.high + posts / 1000 * self.per_1000.high)


def cost_curve(memo: Memo, lang: str | None = None) -> CostCurve | None:
    """Draw what the memo's API and a tuned model cost; None when the volume or all money is unknown.

    Args:
        memo: the decision.
        lang: "en" or "zh".
    """
    volume, ways = memo.task.bar.monthly_volume, tuple(_ways(memo, lang))
    if not volume or not ways:
        return None
    crossing = memo.break_even.amount if memo.break_even else None
    right = 1.5 * volume
    if crossing and crossing.value <= _FARTHEST * volume:
        right = max(right, 1.2 * crossing.value, min(1.1 * crossing.high, 2.5 * crossing.value))
    budget = memo.task.bar.monthly_budget
    top = 1.1 * max(*(way.at(right).high for way in ways), budget or 0.0)
    if not top > 0:
        return None
    return CostCurve(
        lines=tuple(_line(way, right, top) for way in ways),
        x_ticks=tuple(Mark(_x(tick, right), f"{tick:,.0f}") for tick in _round_numbers(right)),
        y_ticks=tuple(Mark(_y(tick, top), f"{tick:,.{_decimals(tick)}f}") for tick in _round_numbers(top)),
        volume=Mark(_x(volume, right), f"{volume:,}"),
        budget=None if budget is None else Mark(_y(budget, top), f"{budget:,.0f}"),
        break_even=_span(crossing, right),
        currency=memo.task.bar.currency,
    )


def _ways(memo: Memo, lang: str | None) -> Iterator[_Way]:
    api = memo.api or (memo.choice if memo.choice and memo.choice.kind == "api" else None)
    if api and api.per_1000 and (monthly := machine(api.model, memo.terms)):
        yield _Way(short(api.model, 40), "api", monthly, api.per_1000.amount)
    own = _own(memo.choice)
    if own:
        yield own
    tuning = memo.terms.tuning
    if tuning.fixed:
        each = tuning.per_1000 or Interval(0.0, 0.0, 0.0)
        yield _Way(say("choice.tuned", lang), "own", tuning.fixed, each)


def _own(choice: Candidate | None) -> _Way | None:
    """A model of one's own that was chosen, with the money for its machine."""
    if choice is None or choice.kind not in ("open", "tuned") or choice.per_1000 is None or not choice.facts.monthly:
        return None
    return _Way(short(choice.model, 40), "now", choice.facts.monthly, choice.per_1000.amount)


def _line(way: _Way, right: float, top: float) -> CostLine:
    ends = [(posts, way.at(posts)) for posts in (0.0, right)]
    line = [(posts, cost.value) for posts, cost in ends]
    band = [(posts, cost.low) for posts, cost in ends] + [(posts, cost.high) for posts, cost in reversed(ends)]
    return CostLine(way.name, way.look, _points(line, right, top), _points(band, right, top))


def _points(places: Sequence[tuple[float, float]], right: float, top: float) -> str:
    return " ".join(f"{_x(posts, right):.1f},{_y(money, top):.1f}" for posts, money in places)


def _x(posts: float, right: float) -> float:
    return WIDTH * posts / right


def _y(money: float, top: float) -> float:
    return HEIGHT * (1 - money / top)


def _span(crossing: Interval | None, right: float) -> tuple[float, float, float] | None:
    if crossing is None or crossing.value > right:
        return None
    return _x(crossing.low, right), _x(crossing.value, right), _x(min(crossing.high, right), right)


def _round_numbers(end: float) -> list[float]:
    """Round numbers from 0 up to the end: 1, 2 or 5 times a power of ten apart."""
    power = 10.0 ** floor(log10(end / _TICKS))
    step = next(factor * power for factor in (1, 2, 5, 10, inf) if end / (factor * power) <= _TICKS + 1)
    return [k * step for k in range(int(end / step) + 1)]


def _decimals(tick: float) -> int:
    return 0 if tick == 0 or tick >= 1 else 2
