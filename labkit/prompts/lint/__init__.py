"""Lint: what in a prompt is likely to cost answers, before anything is sent. No model, no I/O, linear in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labkit.prompts.lint.contradictions import contradiction_hits
from labkit.prompts.lint.definitions import definition_hits
from labkit.prompts.lint.finding import Hit, LintFinding, in_words
from labkit.prompts.lint.layout import layout_hits
from labkit.prompts.lint.leaks import leak_hits
from labkit.prompts.lint.pairs import pair_hits
from labkit.prompts.lint.posts import post_hits
from labkit.prompts.lint.rules import RULES, Severity
from labkit.prompts.lint.subject import Subject
from labkit.prompts.lint.terms import term_hits
from labkit.prompts.lint.wording import wording_hits
from labkit.records import Example, Prompt, RunRow, Task

__all__ = ["RULES", "LintFinding", "Severity", "lint"]

_FAMILIES = (definition_hits, pair_hits, contradiction_hits, wording_hits, term_hits, layout_hits, post_hits, leak_hits)
_ORDER = {"error": 0, "warning": 1, "note": 2}


def lint(
    prompt: Prompt,
    task: Task,
    examples: Sequence[Example] = (),
    predictions: Sequence[RunRow] = (),
    lang: str | None = None,
) -> list[LintFinding]:
    """Look a prompt through.

    Args:
        prompt: as its owner wrote it.
        task: its labels and what may be answered.
        examples: rows of the scene, for what only posts show, and for dev and test text that stands in the prompt.
        predictions: rows of a run, by which the pairs that need a boundary are known; test rows are not looked at.
        lang: "en" or "zh", the findings' language; the interface language when None.

    Returns:
        The findings, the gravest first, then in the order of the rules.
    """
    subject = Subject(prompt, task, tuple(examples), tuple(predictions))
    hits = (hit for family in _FAMILIES for hit in family(subject))
    different = {(hit.rule, hit.section, hit.label, hit.quote, *hit.values.values()): hit for hit in hits}
    found = [in_words(_with_rows(hit, subject), lang) for hit in different.values()]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])


def _with_rows(hit: Hit, subject: Subject) -> Hit:
    """A hit about one definition with the rows that were decided wrongly about its label, unless it has its own."""
    return replace(hit, rows=subject.wrong.get(hit.label, ())) if hit.label and not hit.rows else hit
