"""What lint says: one finding with its reason, its fix, its source, and the rows that show the harm."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from labkit.prompts.hidden import visible
from labkit.prompts.lint.rules import RULES, Severity
from labkit.texts import listed, say

Section = Literal["system", "definitions", "examples", "input", "instruction", "posts"]
QUOTE_LIMIT = 160  # characters of a prompt that a finding repeats


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing in a prompt that is likely to cost answers, money or trust.

    Args:
        rule: a key of `RULES`.
        severity: "error" when answers or scores go wrong for sure, "warning" when they are likely to, "note" else.
        section: where it stands: a section of the prompt, or "posts" when the rows show what the prompt leaves open.
        label: the label whose definition it is about, or None.
        quote: the words it is about, cut to `QUOTE_LIMIT` characters.
        reason: why it harms, in the interface language.
        fix: what to write instead, in the interface language.
        source: the guide or the paper that the rule rests on.
        rows: ids of rows that show the harm; empty when none was given or none shows it.
    """

    rule: str
    severity: Severity
    section: Section
    label: str | None
    quote: str
    reason: str
    fix: str
    source: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule has found, before it is put into words.

    Args:
        rule, section, label, quote, rows: as in `LintFinding`.
        values: what the rule's words name beside label and quote; several labels as a tuple.
    """

    rule: str
    section: Section
    label: str | None = None
    quote: str = ""
    rows: tuple[str, ...] = ()
    values: dict[str, object] = field(default_factory=dict)


def in_words(hit: Hit, lang: str | None = None) -> LintFinding:
    """A hit as a finding.

    Args:
        hit: what a rule has found.
        lang: "en" or "zh"; the interface language when None.
    """
    rule = RULES[hit.rule]
    quote = visible(hit.quote if len(hit.quote) <= QUOTE_LIMIT else hit.quote[: QUOTE_LIMIT - 1] + "…")
    values = {"label": hit.label or "", "rows": len(hit.rows), **hit.values}
    values = {name: _told(value, lang) for name, value in values.items()}
    reason, fix = (say(f"lint.{hit.rule}.{part}", lang, quote=quote, **values) for part in ("reason", "fix"))
    return LintFinding(hit.rule, rule.severity, hit.section, hit.label, quote, reason, fix, rule.source, hit.rows)


def _told(value: object, lang: str | None) -> object:
    if isinstance(value, tuple):
        return visible(listed(map(str, value), lang))
    return visible(value) if isinstance(value, str) else value
