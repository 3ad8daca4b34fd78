"""Runs side by side, a line each: every figure with its interval and what the business asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from labkit.comparison import Comparison, Ranked
from labkit.costs import PriceList, RunningCost
from labkit.decision import money_per_1000
from labkit.errors import BadInput
from labkit.records import Bar, Run
from labkit.scoring import LOWER_IS_BETTER, Interval
from labkit.scoring.effort import effort, slow_interval
from labkit.texts import say
from labkit.views.markup import short
from labkit.views.memo_words import NO_TIME_S
from labkit.views.sentences import State, metric_words, of_100, run_words

PLACE, LATENCY, COST = "place", "latency", "cost"  # keys of columns; a metric is its own, a recall "recall:<label>"
_RECALLS = 3  # labels that must not be missed with a column of their own
_LEAST_SHOWN = 0.001  # of money: what is smaller is told by saying so
_HEADROOM = 1.15  # the drawing goes a little beyond the largest value


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is measured.

    Args:
        key: what it is sorted by.
        title, hint: in words, and in technical terms.
        goal: what the business asks for, in the unit of the values; None when it asks for nothing.
        top: where the drawing ends, in the same unit; 0 when nothing is drawn.
        less: whether less is better.
    """

    key: str
    title: str
    hint: str
    goal: float | None = None
    top: float = 0.0
    less: bool = False

    @property
    def drawn_goal(self) -> float | None:
        """The goal as a share of the drawing's width."""
        return self.goal / self.top if self.goal is not None and self.top else None

    def drawn(self, cell: Cell) -> Interval | None:
        """A cell's value and interval as shares of the drawing's width; None when there is nothing to draw."""
        if cell.value is None or not self.top:
            return None
        return Interval(*(min(1.0, part / self.top) for part in (cell.value.value, cell.value.low, cell.value.high)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one run.

    Args:
        value: with its interval; None when unknown.
        words: how it reads.
        state: how it stands against the goal.
        note: a small line below it.
        title: for those who hover.
    """

    value: Interval | None
    words: str
    state: State = "unsure"
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One run: its letter in every picture, its id, its name and longer name, and a cell per column."""

    letter: str
    run: str
    name: str
    full_name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ModelTable:
    """The table, best first."""

    columns: tuple[Column, ...]
    rows: tuple[ModelRow, ...]

    def ordered(self, key: str, *, worst_first: bool = False) -> tuple[ModelRow, ...]:
        """The rows by one column, equal ones in their rank; what is unknown comes last either way."""
        sign = 1 if self.column(key).less != worst_first else -1
        values = {row.run: self.cell(row, key).value for row in self.rows}
        known = [(sign * value.value, row) for row in self.rows if (value := values[row.run])]
        unknown = [row for row in self.rows if not values[row.run]]
        return (*(row for _, row in sorted(known, key=lambda pair: pair[0])), *unknown)

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)

    def known(self, *keys: str) -> tuple[str, ...]:
        """Of these columns those that say something of some run."""
        return tuple(key for key in keys if any(self.cell(row, key).value for row in self.rows))

    def cell(self, row: ModelRow, key: str) -> Cell:
        """What stands in a row under that key."""
        return row.cells[self.columns.index(self.column(key))]


def model_table(runs: Sequence[Run], found: Comparison, prices: PriceList) -> ModelTable:
    """Lay out what a comparison found, with seconds and money.

    Args:
        runs: those that were compared.
        found: what `compare` said of them.
        prices: of the models; one without a price has an unknown cost, never none.

    Raises:
        BadInput: a run given twice; its lines could not be told apart.
    """
    by_id = {run.id: run for run in runs}
    if len(by_id) < len(runs):
        raise BadInput.told("error.models.twice", runs=len(runs), by_id=len(by_id))
    bar = runs[0].task.bar
    columns = [
        _places(found),
        *(_shares(found, metric, bar) for metric in dict.fromkeys((found.metric, "accuracy", "answered"))),
        *(_recalls(found, label, least) for label, least in list(bar.minimum_recall.items())[:_RECALLS]),
        _seconds(by_id, bar),
        _money(by_id, found, prices, bar),
    ]
    rows = [
        ModelRow(letter_of(k), e.run, _name(e), run_words(by_id[e.run].header), tuple(c[e.run] for _, c in columns))
        for k, e in enumerate(found.ranking)
    ]
    return ModelTable(tuple(column for column, _ in columns), tuple(rows))


def letter_of(position: int) -> str:
    """A, B, …, Z, A2, B2, …: what a run is called in the pictures."""
    turn, letter = divmod(position, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(turn + 1) if turn else "")


_Filled = tuple[Column, Mapping[str, Cell]]  # a column, and run id -> its cell


def _name(entry: Ranked) -> str:
    return f"{short(entry.prompt, 24)} · {short(entry.model, 40)}"


def _places(found: Comparison) -> _Filled:
    column = Column(PLACE, say("comparing.place"), say("comparing.place_hint"), less=True)
    return column, {e.run: Cell(Interval(e.group, e.group, e.group), str(e.group)) for e in found.ranking}


def _shares(found: Comparison, metric: str, bar: Bar) -> _Filled:
    goal = bar.value if metric == bar.metric else None
    hint = say(f"metric.{metric}.title")
    column = Column(metric, metric_words(metric), hint, goal, 1.0, metric in LOWER_IS_BETTER)
    return column, {e.run: _share_cell(e.scores.values.get(metric), column) for e in found.ranking}


def _recalls(found: Comparison, label: str, least: float) -> _Filled:
    column = Column(f"recall:{label}", say("comparing.recall", label=short(label, 20)), say("recall.title"), least, 1.0)
    entries = {e.run: e.scores.of_label(label) for e in found.ranking}
    return column, {
        run: _share_cell(entry.recall if entry and entry.support else None, column) for run, entry in entries.items()
    }


def _seconds(runs: Mapping[str, Run], bar: Bar) -> _Filled:
    slow = {run: slow_interval(runs[run].rows) for run in runs}
    goal = bar.latency_p95_s
    column = Column(
        LATENCY, say("comparing.latency"), say("comparing.latency_hint"), goal, _top(slow.values(), goal), less=True
    )
    cells = {run: _amount_cell(value, column, _half(runs[run]), least=NO_TIME_S) for run, value in slow.items()}
    return column, cells


def _money(runs: Mapping[str, Run], found: Comparison, prices: PriceList, bar: Bar) -> _Filled:
    goal = 1000 * bar.monthly_budget / bar.monthly_volume if bar.monthly_budget and bar.monthly_volume else None
    paid = {run: money_per_1000(runs[run], prices) for run in runs}
    amounts = {run: money.amount if money else None for run, money in paid.items()}
    title = say("comparing.cost", currency=bar.currency)
    column = Column(COST, title, say("comparing.cost_hint"), goal, _top(amounts.values(), goal), less=True)
    ways = {entry.run: _ways(entry.cost) for entry in found.ranking}
    return column, {run: _amount_cell(amounts[run], column, _month(amounts[run], bar), ways[run]) for run in runs}


def _half(run: Run) -> str:
    middle = effort(run.rows).latency_p50_s
    return "" if middle is None else say("comparing.half", seconds=_figure(middle, NO_TIME_S))


def _month(amount: Interval | None, bar: Bar) -> str:
    if amount is None or not bar.monthly_volume:
        return ""
    return say("comparing.month", money=_figure(amount.value * bar.monthly_volume / 1000))


def _ways(cost: RunningCost | None) -> str:
    """Money for 1,000 rows in each way of buying, in the currency of the price."""
    if cost is None:
        return ""
    amounts = {way: "–" if money is None else _figure(money) for way, money in cost.ways.items()}
    return say("comparing.ways", currency=cost.currency, **amounts)


def _share_cell(value: Interval | None, column: Column) -> Cell:
    if value is None:
        return Cell(None, say("standing.unmeasured"), "unmeasured")
    return Cell(value, of_100(value), _state(value, column))


def _amount_cell(
    value: Interval | None, column: Column, note: str, title: str = "", least: float = _LEAST_SHOWN
) -> Cell:
    if value is None:
        return Cell(None, say("comparing.unknown"), "unmeasured", title=title)
    figure, low, high = (_figure(amount, least) for amount in (value.value, value.low, value.high))
    words = figure if low == high else f"{figure} ({low}–{high})"
    return Cell(value, words, _state(value, column), note, title)


def _state(value: Interval, column: Column) -> State:
    """On which side of the goal the whole interval lies."""
    if column.goal is None:
        return "unsure"
    low, high, goal = value.low, value.high, column.goal
    if column.less:
        low, high, goal = -high, -low, -goal
    return "met" if low >= goal else "missed" if high < goal else "unsure"


def _top(values: Iterable[Interval | None], goal: float | None) -> float:
    highs = [value.high for value in values if value] + ([goal] if goal else [])
    return _HEADROOM * max(highs, default=0.0)


def _figure(value: float, least: float = _LEAST_SHOWN) -> str:
    """Three figures that count: 0.0123, 1.23, 123; never an exponent, and nothing finer than the least shown."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= least or value == 0 else f"<\u202f{least:g}"
