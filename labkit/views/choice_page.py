"""What the model-choice dashboard shows: the decision, three tiles that count, the money drawn, the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labkit.decision import Memo, Money, Taken
from labkit.records import Bar, RunRow
from labkit.scoring import Interval
from labkit.scoring.effort import slow_interval
from labkit.texts import say
from labkit.views.cost_curve import cost_curve
from labkit.views.memo_sheet import memo_sheet
from labkit.views.memo_words import money_words, seconds_words
from labkit.views.sentences import State, asked_words, metric_words, of_100, points, state_of
from labkit.views.shown_rows import misread_rows

_HEADROOM = 1.15  # a drawing goes a little beyond the largest value


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing that counts: how good, how dear, how long.

    Args:
        title: what it is.
        figure: its value and interval in words.
        asked: what the business asks for.
        state: how the one stands against the other.
        drawn: value and interval as shares of the drawing's width; None when unknown.
        goal: what is asked for, as a share of that width; None when nothing is.
    """

    title: str
    figure: str
    asked: str
    state: State
    drawn: Interval | None
    goal: float | None


def choice_values(memo: Memo, taken: Taken | None = None, lang: str | None = None) -> dict[str, Any]:
    """What the templates of the page need.

    Args:
        memo: the decision.
        taken: what people decided, if they did.
        lang: "en" or "zh".
    """
    return {
        "sheet": memo_sheet(memo, lang, taken=taken),
        "tiles": _tiles(memo, lang),
        "curve": cost_curve(memo, lang),
        "about": _about(memo, lang),
        "misread": tuple((asked_words(c.judged.run.header), misread_rows(c.judged.run)) for c in memo.candidates),
    }


def _about(memo: Memo, lang: str | None) -> str:
    """Whose figures the tiles show."""
    if memo.advice == "cascade":
        return say("choice.about_cascade", lang)
    return say("choice.about_choice" if memo.choice else "choice.about_best", lang)


def _tiles(memo: Memo, lang: str | None) -> tuple[Tile, ...]:
    shown, bar = memo.choice or next(iter(memo.candidates), None), memo.task.bar
    mixed = memo.cascade if memo.advice == "cascade" else None
    if shown is None:
        return ()
    where = mixed.standing if mixed else shown.where
    state = state_of(where.value, where.bar, where.metric)
    quality = Tile(
        title=metric_words(where.metric, lang),
        figure=of_100(where.value) if where.value else say("memo.unknown", lang),
        asked=say("choice.asked_quality", lang, bar=points(where.bar)),
        state="missed" if where.missed_recalls and state != "unmeasured" else state,
        drawn=where.value,
        goal=where.bar,
    )
    month = memo.cascade_month if mixed else shown.month
    return quality, _money_tile(month, bar, lang), _time_tile(() if mixed else shown.judged.run.rows, bar, lang)


def _money_tile(month: Money | None, bar: Bar, lang: str | None) -> Tile:
    budget, volume = bar.monthly_budget, bar.monthly_volume
    asked = "choice.no_budget" if budget is None else "choice.asked_money"
    title = say("choice.money", lang, volume=f"{volume:,}") if volume else say("choice.money_unknown", lang)
    words = say(asked, lang, budget=f"{budget or 0:,.0f}", currency=bar.currency)
    return _limited(title, money_words(month, lang), words, month.amount if month else None, budget)


def _time_tile(rows: tuple[RunRow, ...], bar: Bar, lang: str | None) -> Tile:
    limit, seconds = bar.latency_p95_s, slow_interval(rows)
    asked = "choice.no_limit" if limit is None else "choice.asked_time"
    words = say(asked, lang, limit=f"{limit or 0:g}")
    return _limited(say("choice.time", lang), seconds_words(seconds, lang), words, seconds, limit)


def _limited(title: str, figure: str, asked: str, value: Interval | None, limit: float | None) -> Tile:
    """A tile of which less is better, and which may have no limit."""
    top = _HEADROOM * max(value.high if value else 0.0, limit or 0.0) or 1.0
    drawn = Interval(value.value / top, value.low / top, value.high / top) if value else None
    return Tile(title, figure, asked, _within(value, limit), drawn, None if limit is None else limit / top)


def _within(value: Interval | None, limit: float | None) -> State:
    if value is None or limit is None:
        return "unmeasured"
    return "met" if value.high <= limit else "missed" if value.low > limit else "unsure"
