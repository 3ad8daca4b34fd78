"""A rule of the gate in plain words: counts of a hundred in place of shares, a metric by its plain name first."""

from __future__ import annotations

from labkit.decision import GateLine
from labkit.scoring import METRICS, Interval
from labkit.texts import Phrase, say
from labkit.views.markup import short
from labkit.views.sentences import metric_words, of_100, points

_SCORE = {"value", "low", "high"}


def failed_words(line: GateLine, lang: str | None = None) -> str:
    """A rule that does not hold, in a sentence: what was wanted, and what was measured."""
    cells = {"wanted": _cell(line.wanted, lang), "measured": _cell(line.measured, lang)}
    return say("releases.failed", lang, rule=_rule(line.rule, lang), **cells)


def _rule(rule: Phrase, lang: str | None) -> str:
    metric, label = rule.values.get("metric"), rule.values.get("label")
    if metric in METRICS:
        return say("releases.failed.metric", lang, words=metric_words(str(metric), lang), metric=metric)
    if rule.key == "gate.rule.recall":
        return say("releases.failed.recall", lang, label=short(str(label)))
    return rule.told(lang)


def _cell(cell: Phrase, lang: str | None) -> str:
    """A share that is asked for or was measured as a count of a hundred; other things as the gate says them."""
    values = {name: value for name, value in cell.values.items() if isinstance(value, float | int)}
    if cell.key in ("gate.cell.at_least", "gate.cell.at_most"):
        return say(f"releases.failed.{cell.key.removeprefix('gate.cell.')}", lang, value=f"{100 * values['value']:g}")
    if cell.key == "gate.cell.answered" and values.get("rows"):
        return say("releases.failed.answered", lang, value=points(values["answered"] / values["rows"]), **values)
    if cell.key in ("gate.cell.interval", "gate.cell.interval_rows") and set(values) >= _SCORE:
        score = of_100(Interval(values["value"], values["low"], values["high"]))
        rows = values.get("rows")
        return score if rows is None else f"{score} {say('releases.rows', lang, count=rows)}"
    return cell.told(lang)
