"""One run as a page shows it: the headline against the bar, every label in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from labkit.decision import ScoredRun
from labkit.scoring import Interval, LabelScore
from labkit.texts import say
from labkit.views.sentences import Verdict, metric_words, of_100, recall_words, run_words, standing_words
from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label in the table: of 100 posts that carry it, how many are found; of 100 called so, how many are.

    Args:
        anchor: a name for links to it, by its place in the task.
        label: its word.
        verdict: its sentence, and how it stands against the least recall asked for.
        found, right: recall and precision; None where no post carries the label, or none was called so.
        found_words, right_words: recall and precision in words; right_words is "–" where nothing was called so.
        goal: the least recall asked for, or None.
        rows: posts that carry it.
    """

    anchor: str
    label: str
    verdict: Verdict
    found: Interval | None
    right: Interval | None
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
        "metric": metric_words(task.bar.metric, lang),
        "value": scored.scores.values.get(task.bar.metric),
        "goal": task.bar.value,
        "run_name": run_words(header, lang),
        "split_note": say(f"split.{header.split}.note", lang).format(readings=test_readings),
        "labels": _label_lines(scored.scores.per_label, task.bar.minimum_recall, lang),
    }


def first_run(scene: Scene) -> str:
    """The command that makes a scene's first run."""
    newest = ("v1", *scene.prompt_names())[-1]
    return f"python -m labkit evaluate {quote(scene.path.name)} --prompt {quote(newest)} --model definition-reader"


def reason_title(model: str, lang: str | None = None) -> str:
    """What a model's stated reason is worth: the definition-reader's is its reason, a language model's a story."""
    return say("error.rationale.own" if model == "definition-reader" else "error.rationale.told", lang)


def _label_lines(scores: Sequence[LabelScore], goals: Mapping[str, float], lang: str | None) -> tuple[LabelLine, ...]:
    """The labels, worst found first; what nobody could measure comes last."""
    lines = [_label_line(place, entry, goals.get(entry.label), lang) for place, entry in enumerate(scores, start=1)]
    return tuple(sorted(lines, key=lambda line: (line.found is None, line.found.value if line.found else 0.0)))


def _label_line(place: int, entry: LabelScore, goal: float | None, lang: str | None) -> LabelLine:
    return LabelLine(
        anchor=f"label-{place}",
        label=entry.label,
        verdict=recall_words(entry, goal, lang),
        found=entry.recall if entry.support else None,
        right=entry.precision if entry.predicted else None,
        found_words=of_100(entry.recall),
        right_words=of_100(entry.precision) if entry.predicted else "–",
        goal=goal,
        rows=entry.support,
    )
