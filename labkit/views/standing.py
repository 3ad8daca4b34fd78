"""One run as a page shows it: the headline against the bar, every label in a sentence, the worst confusions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labkit.scoring import Interval, confusions
from labkit.texts import say
from labkit.views.run_table import ScoredRun
from labkit.views.sentences import Verdict, confusion_words, recall_words, run_words, standing_words

MAX_CONFUSIONS = 5


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label: its sentence, its recall (None where nothing was measured) and the least recall asked for."""

    verdict: Verdict
    value: Interval | None
    goal: float | None


def standing_values(scored: ScoredRun, lang: str | None = None) -> dict[str, Any]:
    """What the templates `standing.html` and `labels.html` need about a run."""
    header = scored.run.header
    return {
        "verdict": standing_words(scored.scores, scored.bar, lang),
        "value": scored.value,
        "goal": scored.bar.value,
        "run_name": run_words(header, lang),
        "split_note": say(f"split.{header.split}.note", lang),
        "labels": tuple(_label_lines(scored, lang)),
        "confusions": [confusion_words(entry, lang) for entry in confusions(scored.run)[:MAX_CONFUSIONS]],
    }


def reason_title(model: str, lang: str | None = None) -> str:
    """What a model's stated reason is worth: the definition-reader's is its reason, a language model's a story."""
    return say("error.rationale.own" if model == "definition-reader" else "error.rationale.told", lang)


def _label_lines(scored: ScoredRun, lang: str | None) -> Iterator[LabelLine]:
    for entry in scored.scores.per_label:
        goal = scored.bar.minimum_recall.get(entry.label)
        yield LabelLine(recall_words(entry, goal, lang), entry.recall if entry.support else None, goal)
