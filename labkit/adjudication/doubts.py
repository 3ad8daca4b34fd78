"""Why a person should look at rows: what the checks of an audit find, as doubts about single rows or copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp

from labkit.adjudication.item import Kind
from labkit.auditing.difficulty import check_difficulty
from labkit.auditing.duplicates import check_conflicts
from labkit.auditing.finding import Finding
from labkit.auditing.label_noise import check_label_noise
from labkit.auditing.samples import Material
from labkit.auditing.style import check_repetition, check_style
from labkit.curation.difficulty import rate_difficulty
from labkit.diagnosis.gold_suspects import GoldSuspect, suspect_gold
from labkit.errors import BadData
from labkit.privacy import SECRET, find
from labkit.privacy.masking import placeholder_word
from labkit.records import Run
from labkit.texts import language, say

HELD = ("test", "traffic")  # test rows guide no work
_LEAST, _SHARE = 50, 0.05  # suspect labels shown: at least so many, or this share of the rows


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to look at some rows.

    Args:
        kind: why a person is asked.
        rows: the rows' ids.
        reason: a sentence for that person.
        labels: labels in question beside those that the rows carry.
        worth: how much an answer is worth among doubts of its kind, 0 to 1.
    """

    kind: Kind
    rows: tuple[str, ...]
    reason: str
    labels: tuple[str, ...] = ()
    worth: float = 0.5


def _conflicts(material: Material) -> list[Doubt]:
    """Copies of one post with different labels; among test rows and others the leak is the finding, not the labels."""
    finding = check_conflicts(material)
    outcome = {sample.id: sample.outcome for sample in material.samples if sample.split not in HELD}
    found = []
    for k, group in enumerate(finding.counts["groups"]):
        rows = tuple(row for row in group if row in outcome)
        key, worth = ("exact", 1.0) if k < finding.counts["exact"] else ("near", 0.5)
        if len({outcome[row] for row in rows} - {None}) > 1:
            found.append(Doubt("conflict", rows, say(f"adjudication.reason.{key}", rows=len(rows)), (), worth))
    return found


def _personal(material: Material) -> list[Doubt]:
    found = []
    for sample in material.samples:
        kinds = [one.kind for part in (sample.question, sample.answer or "") for one in find(part)]
        if kinds:
            named = ", ".join(placeholder_word(kind, language()) for kind in dict.fromkeys(kinds))
            reason = say("adjudication.reason.personal", kinds=named)
            found.append(Doubt("personal", (sample.id,), reason, (), 1.0 if SECRET in kinds else 0.5))
    return found


def _suspects(material: Material) -> list[Doubt] | str:
    """Labels that a model which has not seen them doubts, and labels that strong models' votes speak against."""
    told = [_outvoted(suspect) for suspect in _suspects_of_runs(material)]
    known = {doubt.rows for doubt in told}
    finding = check_label_noise(material)
    if finding.severity == "not examined" and not told:
        return finding.reason
    told += [doubt for doubt in _unbelieved(finding) if doubt.rows not in known]
    told = [doubt for doubt in told if doubt.rows[0] not in material.settled]
    return sorted(told, key=lambda doubt: -doubt.worth)


def most_at_once(kind: Kind, material: Material) -> int | None:
    """How many doubts of a kind are put before people together, the rest following; None for all of them."""
    return max(_LEAST, int(_SHARE * len(material.learnt))) if kind == "label" else None


def _suspects_of_runs(material: Material) -> list[GoldSuspect]:
    voters = set(rate_difficulty([s.example for s in material.learnt if s.example], material.runs).runs)
    runs: list[Run] = [run for run in material.runs if run.id in voters]
    try:
        return [suspect for suspect in suspect_gold(runs) if suspect.score > 0] if runs else []
    except BadData:  # runs without a labelled row in common say nothing together
        return []


def _outvoted(suspect: GoldSuspect) -> Doubt:
    reason = say("adjudication.reason.outvoted", against=suspect.against, runs=suspect.runs)
    return Doubt("label", (suspect.row,), reason, suspect.suggested, 1 / (1 + exp(-suspect.score)))


def _unbelieved(finding: Finding) -> Iterator[Doubt]:
    labels, rivals = finding.counts.get("labels", {}), finding.counts.get("rivals", {})
    for row in finding.rows:
        confidence = finding.counts["confidence"][row]
        reason = say("adjudication.reason.unbelieved", label=labels[row], confidence=f"{confidence:.0%}")
        in_question = tuple(label for label in (labels[row], rivals.get(row)) if label)
        yield Doubt("label", (row,), reason, in_question, 1 - confidence)


def _hard(material: Material) -> list[Doubt] | str:
    return _of_finding(check_difficulty(material), "hard")


def _odd(material: Material) -> list[Doubt] | str:
    return _of_finding(check_style(material), "style")


def _repeating(material: Material) -> list[Doubt] | str:
    return _of_finding(check_repetition(material), "style")


def _of_finding(finding: Finding, kind: Kind) -> list[Doubt] | str:
    if finding.severity == "not examined":
        return finding.reason
    reason = say(f"adjudication.reason.{finding.check}")
    return [Doubt(kind, (row,), reason) for row in finding.rows]


LOOKS: tuple[tuple[Kind, str, Callable[[Material], list[Doubt] | str]], ...] = (
    ("conflict", "D03", _conflicts),
    ("personal", "D14", _personal),
    ("label", "D11", _suspects),
    ("hard", "D07", _hard),
    ("style", "D10", _odd),
    ("style", "D16", _repeating),
)
"""Kind, check and how doubts are found; a sentence where the check cannot be made."""
