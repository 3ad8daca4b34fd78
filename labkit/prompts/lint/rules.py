"""The rules by name: how grave each is, and which guide or paper it rests on. Their words are in `texts.linting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for every finding of a rule.

    Args:
        severity: see `LintFinding`.
        source: title and year, as it can be looked up.
    """

    severity: Severity
    source: str


_CLEAR = "OpenAI, Prompt engineering guide: write clear instructions; Anthropic, Be clear, direct and detailed"
_GUIDELINES = "Sainz et al. 2024, GoLLIE: Annotation Guidelines improve Zero-Shot Information-Extraction"

RULES: dict[str, Rule] = {
    "undefined-label": Rule("error", _GUIDELINES),
    "unknown-label": Rule("error", _CLEAR),
    "short": Rule("warning", _CLEAR),
    "circular": Rule("warning", _GUIDELINES),
}
