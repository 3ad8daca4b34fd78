"""The sentences of a memo: statements become words, whose names are escaped as the page needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from math import isinf
from typing import Any, Protocol

from labkit.decision import PEOPLE, WAYS, Memo, Money, Posts, Statement, Taken, runs_of
from labkit.scoring import Interval
from labkit.texts import listed, say
from labkit.views.markup import short
from labkit.views.sentences import metric_words, of_100, points, why_words

NAMES = (
    *("model", "prompt", "label", "floor", "first", "second", "api", "licence", "source", "scene"),
    *("date", "who", "at", "own", "other"),
)
_UNITS = {"memory": "GB", "slowest": "s"}  # of figures that may be unknown
_OF_SEVERAL = ("memo.missing.answers", "memo.missing.price")
_WEAKENS = ("memo.missing.test", "memo.missing.cascade_test", "memo.missing.bar", "memo.missing.on_the_bar")
NO_TIME_S = 0.01  # nobody who waits for an answer tells apart what is shorter
REASON_LIMIT = 600  # characters of what people wrote


class Escape(Protocol):
    """Makes a name from data safe where it will stand, cut at a limit."""

    def __call__(self, name: str, limit: int = ..., /) -> str:
        """Give the text back, harmless."""


def sentence(said: Statement, lang: str | None = None, escape: Escape = short) -> str:
    """A statement in words.

    Args:
        said: what is said.
        lang: "en" or "zh".
        escape: of names.
    """
    return say(said.key, lang, **{name: _word(name, value, lang, escape) for name, value in said.values.items()})


def sentences(said: Sequence[Statement], lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """Statements in words; what holds for several models in a row is one sentence that names them all."""
    for key, group in groupby(said, lambda one: one.key):
        same = list(group)
        if len(same) == 1 or key not in _OF_SEVERAL:
            yield from (sentence(one, lang, escape) for one in same)
        else:
            each = (sentence(Statement(f"{key}.each", one.values), lang, escape) for one in same)
            yield say(f"{key}.several", lang, models=say("page.comma", lang).join(each))


def asked_for(memo: Memo, lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """What the business asks for, piece by piece."""
    bar = memo.task.bar
    pieces: list[tuple[str, Mapping[str, Any]]] = [
        ("bar", {"bar": bar.value, "metric": metric_words(bar.metric, lang)}),
        *(("recall", {"label": label, "bar": least}) for label, least in bar.minimum_recall.items()),
    ]
    pieces += [("volume", {"volume": bar.monthly_volume})] if bar.monthly_volume is not None else []
    budget = {"budget": bar.monthly_budget, "currency": bar.currency}
    pieces += [("budget", budget)] if bar.monthly_budget is not None else []
    pieces += [("latency", {"limit": bar.latency_p95_s})] if bar.latency_p95_s is not None else []
    return (sentence(Statement(f"memo.given.{key}", values), lang, escape) for key, values in pieces)


def sources(memo: Memo, lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """Where prices and costs are from, each with its day."""
    for candidate in memo.candidates:
        price = memo.terms.prices.prices.get(candidate.model)
        if price:
            values = {"model": candidate.model, "date": price.date, "source": price.source}
            key = "memo.source.price" if price.source else "memo.source.price_alone"
            yield sentence(Statement(key, values), lang, escape)
        yield from _hosting(candidate.model, memo, lang, escape)
    tuning = memo.terms.tuning
    if tuning.once or tuning.monthly:
        values = {"date": tuning.date or None, "source": tuning.source or None}
        key = "memo.source.tuning" if any(values.values()) else "memo.source.tuning_alone"
        yield sentence(Statement(key, values), lang, escape)


def runs_words(memo: Memo, lang: str | None = None) -> str:
    """Which runs were read, by their ids; "" where none was."""
    runs = runs_of(memo)
    return say("memo.source.runs", lang, runs=listed(runs, lang)) if runs else ""


def plain_words(memo: Memo, lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """Of 100 posts how many come out right with who is chosen, or the best; and why the bar's scores differ from it."""
    best = memo.choice or next(iter(memo.candidates), None)
    value = best.judged.scores.values.get("accuracy") if best else None
    if best is None or value is None or memo.advice == "cascade":
        return
    metric, split = memo.task.bar.metric, say(f"split.{best.judged.run.header.split}", lang)
    named = {"model": escape(best.model), "prompt": escape(best.prompt), "split": split}
    yield say("choice.plain", lang, value=of_100(value), rows=best.judged.scores.labelled, **named)
    if metric != "accuracy":
        yield f"{say('choice.counted', lang, metric=metric_words(metric, lang))} {why_words(metric, lang)}"


def caveats(memo: Memo, lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """What is missing that weakens the advice itself, and so stands beside it."""
    return (sentence(one, lang, escape) for one in memo.missing if one.key in _WEAKENS)


def _hosting(model: str, memo: Memo, lang: str | None, escape: Escape) -> Iterator[str]:
    """What the hours cost in which its vendor keeps a model ready, where they are what its month counts."""
    amount = memo.terms.hosting.get(model)
    if amount and amount.value and memo.terms.facts(model).monthly is None:
        month = Money(amount, memo.task.bar.currency)
        yield sentence(Statement("memo.source.hosting", {"model": model, "month": month}), lang, escape)


def taken_words(taken: Taken, memo: Memo, lang: str | None = None, escape: Escape = short) -> Iterator[str]:
    """Who decided what and why; and that the memo says otherwise today, where it does."""
    way, advised = (_way_words(said, lang, escape) for said in (taken.way, taken.advised))
    values = {"at": taken.at[:10], "who": taken.who, "way": way, "model": taken.model, "reason": taken.reason}
    yield sentence(Statement("memo.taken.model" if taken.model else "memo.taken.way", values), lang, escape)
    if taken.way != taken.advised:
        yield say("memo.taken.instead", lang, way=advised)
    if memo.advice != taken.advised or (taken.model and _answers(memo) != taken.model):
        yield say("memo.taken.since", lang, way=_way_words(memo.advice, lang, escape))


def _answers(memo: Memo) -> str | None:
    return memo.choice.model if memo.choice else None


def _way_words(way: str, lang: str | None, escape: Escape) -> str:
    """A way's name; one that labkit does not know, from a line that somebody edited, as it stands there."""
    return say(f"memo.way.{way.replace(' ', '_')}", lang) if way in WAYS else escape(way)


def money_words(money: Money | None, lang: str | None = None) -> str:
    """Money with its interval, as in "CNY 1,860 (1,620–2,090)"."""
    if money is None:
        return say("memo.unknown", lang)
    found = money.amount
    value, low, high = (_amount(part) for part in (found.value, found.low, found.high))
    return f"{money.currency} {value}" if low == high else f"{money.currency} {value} ({low}–{high})"


def seconds_words(seconds: Interval | None, lang: str | None = None) -> str:
    """Seconds with their interval, as in "0.93 (0.9–0.98) s"; "< 0.01 s" where nobody could tell."""
    if seconds is None:
        return say("memo.unknown", lang)
    if seconds.high < NO_TIME_S:
        return say("memo.no_time", lang, seconds=f"{NO_TIME_S:g}")
    value, low, high = (f"{part:.2g}" for part in (seconds.value, seconds.low, seconds.high))
    return say("memo.seconds", lang, value=value, low=low, high=high)


def _word(name: str, value: Any, lang: str | None, escape: Escape) -> str:
    if value is None:
        return say("memo.unknown", lang)
    if isinstance(value, Interval):
        return of_100(value)
    if isinstance(value, Money):
        return money_words(value, lang)
    if isinstance(value, Posts):
        return _posts(value.amount)
    if isinstance(value, tuple):
        return say("page.comma", lang).join(escape(label) for label in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _name(name, value, lang, escape)
    return _number(name, value)


def _name(name: str, value: str, lang: str | None, escape: Escape) -> str:
    if name == "second" and value == PEOPLE:
        return say("cascade.people", lang)
    if name == "reason":
        return escape(value, REASON_LIMIT)
    return escape(value) if name in NAMES else value


def _number(name: str, value: float) -> str:
    if name == "bar":
        return points(value)
    if name in ("gain", "gap"):
        return f"{value:.1f}"
    if name == "threshold":
        return f"{value:.6g}"  # rounded up to 1 it would pass everything on
    if name == "seconds":
        return f"{value:.2g}"
    if name in _UNITS:
        return f"{float(f'{value:.2g}'):g} {_UNITS[name]}"
    return f"{value:,.0f}" if isinstance(value, int) or name == "budget" else f"{value:g}"


def _posts(found: Interval) -> str:
    value, low, high = (
        ("∞" if isinf(part) else f"{_round(part):,.0f}") for part in (found.value, found.low, found.high)
    )
    return value if low == high else f"{value} ({low}–{high})"


def _round(value: float) -> float:
    """To three figures: a break-even is no census."""
    return float(f"{value:.3g}")


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.2f}" if value >= 1 else f"{value:.3g}"
