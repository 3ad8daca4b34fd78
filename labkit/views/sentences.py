"""What a score says in plain words: sentences for people who do not read metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from labkit.comparison import Caution, Pair
from labkit.comparison.drift import DriftLine
from labkit.decision import AgainstFloor, Standing, standing
from labkit.records import RunHeader, Task
from labkit.scoring import LOWER_IS_BETTER, Confusion, Interval, LabelScore, Scores
from labkit.texts import say
from labkit.views.markup import short

State = Literal["met", "missed", "unsure", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a score stands against what the business asks for.

    Args:
        state: met or missed when the whole interval lies on one side of the bar, else unsure; unmeasured without gold.
        headline: a few words.
        sentence: the figures behind it.
        title: the technical terms, for those who hover.
        plain: the one number that a page leads with, posts of 100 that come out right; "" where nothing was measured.
        why: why the bar's number differs from the plain one; "" where they are one.
    """

    state: State
    headline: str
    sentence: str
    title: str = ""
    plain: str = ""
    why: str = ""


def of_100(interval: Interval) -> str:
    """An interval as counts of a hundred, as in "84 (79–88)"."""
    return f"{points(interval.value)}\u00a0({points(interval.low)}–{points(interval.high)})"  # kept on one line


def points(value: float) -> str:
    """A share as a whole number of hundredths; one decimal where rounding would claim 0 or 100 falsely."""
    rounded = round(100 * value)
    return f"{100 * value:.1f}" if rounded in (0, 100) and value not in (0.0, 1.0) else str(rounded)


def from_the_bar(distance: float) -> str:
    """How far a score is from the bar, in points; `distance` as `Standing` has it, below 0 where it falls short."""
    told = f"{abs(100 * distance):.1f}"
    if float(told) == 0:
        return say("bar.on")
    return say("bar.past" if distance > 0 else "bar.short", points=told)


def hosting_words(
    models: Iterable[str], hosting: Mapping[str, Interval | None], currency: str, lang: str | None = None
) -> Iterator[str]:
    """What vendors ask for keeping models ready, tokens apart.

    Args:
        models: those that are shown.
        hosting: model that is kept ready by the hour -> money a month, None where it is unknown; see `Terms.hosting`.
        currency: of that money.
        lang: of the sentences.
    """
    for model in dict.fromkeys(models):
        month = hosting.get(model)
        if month and month.value:
            values = {"amount": f"{month.value:,.2f}", "currency": currency}
            yield say("compare.hosting", lang, model=short(model), **values)
        elif model in hosting and month is None:
            yield say("compare.hosting_unknown", lang, model=short(model))


def state_of(value: Interval | None, bar: float, metric: str = "") -> State:
    """On which side of the bar an interval lies.

    Args:
        value: the score, 0 to 1; None when nothing was measured.
        bar: what is asked for, 0 to 1.
        metric: a key of `Scores.values`; for `hamming_loss` less is better.
    """
    if value is None:
        return "unmeasured"
    low, high = value.low, value.high
    if metric in LOWER_IS_BETTER:
        low, high, bar = -high, -low, -bar
    if low >= bar:
        return "met"
    return "missed" if high < bar else "unsure"


def metric_words(metric: str, lang: str | None = None) -> str:
    """A metric's plain name, such as "average over the labels" for macro_f1."""
    return say(f"metric.{metric}", lang)


def standing_words(task: Task, scores: Scores, lang: str | None = None) -> Verdict:
    """The headline of a run: how many posts come out right, the bar, where the run stands, and how sure that is."""
    found, accuracy = standing(task, scores), scores.values.get("accuracy")
    if found.value is None or accuracy is None:
        sentence = say("standing.unmeasured_sentence", lang)
        return Verdict("unmeasured", say("standing.unmeasured", lang), sentence)
    state, headline = _headline(found, lang)
    same = found.metric == "accuracy"
    sentence = say(
        "standing.sentence.plain" if same else "standing.sentence",
        lang,
        metric=metric_words(found.metric, lang),
        value=of_100(found.value),
        bar=points(found.bar),
        rows=scores.labelled,
    )
    title, plain = say(f"metric.{found.metric}.title", lang), say("standing.accuracy", lang, value=of_100(accuracy))
    return Verdict(state, headline, sentence, title, plain, why_words(found.metric, lang))


def why_words(metric: str, lang: str | None = None) -> str:
    """Why a score by the bar's metric differs from the share of posts that come out right; "" where they are one."""
    return "" if metric == "accuracy" else say(f"standing.why.{metric}", lang)


def _headline(found: Standing, lang: str | None) -> tuple[State, str]:
    """A score above the bar is not enough while a label that must not be missed is."""
    state = state_of(found.value, found.bar, found.metric)
    if state != "missed" and found.missed_recalls:
        labels = say("page.comma", lang).join(short(label) for label in found.missed_recalls)
        return "missed", say("standing.recall_missed", lang, labels=labels)
    return state, say(f"standing.{state}", lang)


def recall_words(score: LabelScore, minimum: float | None, lang: str | None = None) -> Verdict:
    """One label in a sentence: of 100 posts that carry it, how many are found."""
    label = short(score.label)
    if not score.support:
        return Verdict("unmeasured", label, say("recall.unmeasured", lang, label=label))
    words = say("recall.sentence", lang, label=label, value=of_100(score.recall), rows=score.support)
    if minimum is not None:
        words += say("recall.bar", lang, bar=points(minimum))
    if score.predicted:
        words += say("recall.precision", lang, value=points(score.precision.value))
    state = state_of(score.recall, minimum) if minimum is not None else "unsure"
    return Verdict(state, label, words, say("recall.title", lang))


def confusion_words(confusion: Confusion, lang: str | None = None) -> str:
    """One confusion in a sentence: a label read as another, missed, or claimed without cause; and how often."""
    key = "sentence" if confusion.gold and confusion.predicted else "missed" if confusion.gold else "added"
    gold, predicted = short(confusion.gold or ""), short(confusion.predicted or "")
    return say(f"confusion.{key}", lang, rows=len(confusion.rows), gold=gold, predicted=predicted)


def pair_words(pair: Pair, names: Mapping[str, str], split: str, lang: str | None = None) -> tuple[str, str]:
    """Two runs held against each other: a sentence, and the technical terms for those who hover; no p, which few read.

    Args:
        pair: the comparison.
        names: run id -> its name for people.
        split: where the rows are from.
        lang: "en" or "zh".
    """
    delta = pair.delta.get(pair.metric)
    sentence = say(
        "report.pair",
        lang,
        verdict=say(f"report.pair.{pair.verdict}", lang, a=names[pair.a], b=names[pair.b]),
        rows=pair.rows,
        split=say(f"split.{split}", lang),
        fixed=len(pair.fixed),
        broken=len(pair.regressed),
        metric=metric_words(pair.metric, lang),
        delta=signed(delta) if delta else "–",
    )
    return sentence, say("report.pair.title", lang)


def caution_words(caution: Caution, lang: str | None = None) -> str:
    """One thing that makes runs less comparable than they look."""
    values = "; ".join(f"{run}: {short(value, 300) or '–'}" for run, value in caution.values.items())
    return say(f"compare.{caution.kind}", lang, count=caution.rows, values=values)


def floor_words(beside: Sequence[AgainstFloor] | None, lang: str | None = None) -> list[str]:
    """Which runs do not beat the best floor, or that all do.

    Args:
        beside: what `against_floors` found; None when no floor was measured, which is said too.
        lang: "en" or "zh".
    """
    if beside is None:
        return [say("memo.floor.none", lang)]
    weak = [entry for entry in beside if entry.verdict != "better"]
    if beside and not weak:
        return [say("memo.floor.all", lang, floor=beside[0].floor)]
    return [
        say(f"memo.floor.{'worse' if e.verdict == 'worse' else 'same'}", lang, model=short(e.model), floor=e.floor)
        for e in weak
    ]


def signed(delta: Interval) -> str:
    """A difference in points with its interval, as in "+3.2 (0.4 … 6.0)"."""
    return f"{100 * delta.value:+.1f}\u00a0({100 * delta.low:.1f}\u00a0…\u00a0{100 * delta.high:.1f})".replace("-", "−")


def count_words(counts: dict[str, int], lang: str | None = None) -> Iterator[tuple[str, int]]:
    """Status in words and its rows, for every status that occurred."""
    return ((say(f"status.{status}", lang), rows) for status, rows in counts.items() if rows)


def asked_words(header: RunHeader) -> str:
    """What a run asked whom: prompt and model."""
    return f"{short(header.prompt_name)} · {short(header.model)}"


def run_words(header: RunHeader, lang: str | None = None) -> str:
    """A run's name for people: prompt, model, rows and date."""
    split = say(f"split.{header.split}", lang)
    return f"{asked_words(header)} · {split} · {header.created[:16].replace('T', ' ')} UTC"


def names_apart(headers: Iterable[RunHeader], lang: str | None = None) -> dict[str, str]:
    """Run id -> prompt and model; of runs that share both also rows and date, and the id where these are one too."""
    named = {header.run: header for header in headers}
    asked = Counter(asked_words(header) for header in named.values())
    dated = Counter(run_words(header, lang) for header in named.values())

    def name(header: RunHeader) -> str:
        if asked[asked_words(header)] == 1:
            return asked_words(header)
        words = run_words(header, lang)
        return words if dated[words] == 1 else f"{words} · {short(header.run)}"

    return {run: name(header) for run, header in named.items()}


def drift_words(line: DriftLine) -> str:
    """What a line of a drift report measures."""
    return say(f"drift.{line.what}", label=line.label or say("drift.none"))
