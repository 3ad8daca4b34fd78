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
_CONFLICT = "OpenAI, GPT-4.1 Prompting Guide (2025): of conflicting instructions the later one tends to be followed"
_NEGATION = (
    "Truong et al. 2023, Language models are not naysayers: An analysis of language models on negation benchmarks"
)
_CACHE = "OpenAI, Prompt caching; Anthropic, Prompt caching: static content first, what changes last"
_BATCH = (
    "Cheng et al. 2023, Batch Prompting: Efficient Inference with Large Language Model APIs (texts told apart by index)"
)
_INJECTION = (
    "Greshake et al. 2023, Not what you've signed up for: Compromising Real-World LLM-Integrated Applications;"
    " Liu et al. 2024, Formalizing and Benchmarking Prompt Injection Attacks and Defenses"
)
_HIDDEN = (
    "Boucher et al. 2022, Bad Characters: Imperceptible NLP Attacks; Unicode Technical Report 36, bidirectional text"
)
_LEAK = "Sainz et al. 2023, NLP Evaluation in trouble: On the Need to Measure LLM Data Contamination for each Benchmark"
_FEW_SHOT = (
    "Anthropic, Use examples (multishot prompting);"
    " Sclar et al. 2024, Quantifying Language Models' Sensitivity to Spurious Features in Prompt Design"
)

RULES: dict[str, Rule] = {
    # definitions.py
    "undefined-label": Rule("error", _GUIDELINES),
    "unknown-label": Rule("error", _CLEAR),
    "short": Rule("warning", _CLEAR),
    "only-lists": Rule("warning", _GUIDELINES),
    "circular": Rule("warning", _GUIDELINES),
    # pairs.py
    "overlap": Rule("warning", _GUIDELINES),
    "confused-pair": Rule("warning", _GUIDELINES),
    "no-boundary": Rule("note", _GUIDELINES),
    # contradictions.py
    "contradiction": Rule("warning", _CONFLICT),
    "contract-one": Rule("warning", _CONFLICT),
    "contract-several": Rule("warning", _CONFLICT),
    "contract-none": Rule("warning", _CONFLICT),
    "contract-forced": Rule("warning", _CONFLICT),
    "contract-rationale": Rule("warning", _CONFLICT),
    # wording.py
    "double-negation": Rule("note", _NEGATION),
    "hidden-character": Rule("warning", _HIDDEN),
    "placeholder": Rule("error", _CLEAR),
    "out-of-sight": Rule("warning", _CLEAR),
    "unknown-target": Rule("warning", _CLEAR),
    # terms.py
    "undefined-term": Rule("note", _CLEAR),
    # layout.py
    "behind-posts": Rule("warning", _CACHE),
    "doubled-index": Rule("error", _BATCH),
    "index-gap": Rule("warning", _BATCH),
    "joined": Rule("warning", _FEW_SHOT),
    # posts.py
    "joined-rows": Rule("warning", _BATCH),
    "repost": Rule("warning", _CLEAR),
    "quoted-speech": Rule("note", _CLEAR),
    "orders": Rule("warning", _INJECTION),
    "guarded-orders": Rule("note", _INJECTION),
    "cited-index": Rule("warning", _BATCH),
    "index-in-post": Rule("note", _INJECTION),
    # leaks.py
    "dev-leak": Rule("error", _LEAK),
    "test-leak": Rule("error", _LEAK),
}
