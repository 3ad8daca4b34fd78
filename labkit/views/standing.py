"""One run as a page shows it: the headline against the bar, every label in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labkit.decision import ScoredRun
from labkit.scoring import Interval, LabelScore
from labkit.texts import say
from labkit.views.sentences import Verdict, of_100, recall_words, run_words, standing_words
from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label in the table: of 100 posts that carry it, how many are found; of 100 called so, how many are.

    Args:
        label: its word.
        verdict: its sentence, and how it stands against the least recall asked for.
        found: recall; None where no post carries the label.
        found_words, right_words: recall and precision in words; right_words is "–" where nothing was called so.
        goal: the least recall asked for, or None.
        rows: posts that carry it.
    """

    label: str
    verdict: Verdict
    found: Interval | None
    found_words: str
    right_words: str
    goal: float | None
    rows: int


def standing_values(scored: ScoredRun, test_readings: int, lang: str | None = None) -> dict[str, Any]:
    """What the templates `standing.html` and `labels.html` need about a run.

    Args:
        scored: the run.
        test_readings: how often the test rows were read; every reading makes their figure a little less trustworthy.
        lang: "en" or "zh".
    """
    header, task = scored.run.header, scored.run.task
    return {
        "verdict": standing_words(task, scored.scores, lang),
        "value": scored.scores.values.get(task.bar.metric),
        "goal": task.bar.value,
        "run_name": run_words(header, lang),
        "split_note": say(f"split.{header.split}.note", lang).format(readings=test_readings),
        "labels": tuple(
            _label_line(entry, task.bar.minimum_recall.get(entry.label), lang) for entry in scored.scores.per_label
        ),
    }


def unmeasured_words(scene: Scene, lang: str | None = None) -> str:
    """That a scene has no run yet, and the command that makes one."""
    newest = ("v1", *scene.prompt_names())[-1]
    return say("report.no_runs", lang, scene=scene.path.name, prompt=newest)


def reason_title(model: str, lang: str | None = None) -> str:
    """What a model's stated reason is worth: the definition-reader's is its reason, a language model's a story."""
    return say("error.rationale.own" if model == "definition-reader" else "error.rationale.told", lang)


def _label_line(entry: LabelScore, goal: float | None, lang: str | None) -> LabelLine:
    return LabelLine(
        label=entry.label,
        verdict=recall_words(entry, goal, lang),
        found=entry.recall if entry.support else None,
        found_words=of_100(entry.recall),
        right_words=of_100(entry.precision) if entry.predicted else "–",
        goal=goal,
        rows=entry.support,
    )
