"""The runs of a scene as lines of a table: what was asked, how every row ended, how good it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from labkit.decision import ScoredRun, goodness
from labkit.records import Bar, Run
from labkit.scoring import Interval, score
from labkit.scoring.scores import metric_value
from labkit.texts import say
from labkit.views.sentences import State, count_words, of_100, state_of


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One score in a line: the words, and what the small bar shows; value is None where nothing was measured."""

    words: str
    value: Interval | None
    goal: float | None
    state: State


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as a line of the table; `leads` marks the run that stands for the scene."""

    prompt: str
    model: str
    rows: str
    cells: tuple[ScoreCell, ...]
    counts: tuple[tuple[str, int], ...]
    created: str
    state: State
    leads: bool


def score_runs(runs: Sequence[Run], bar: Bar) -> tuple[ScoredRun, ...]:
    """Score runs in their order, all against the bar of today (a run keeps the one of its own day)."""
    return tuple(ScoredRun(replace(run, task=replace(run.task, bar=bar)), score(run)) for run in runs)


def leading_run(runs: Sequence[Run], metric: str) -> Run | None:
    """The run that stands for the scene: the best whole one on test rows, else on dev rows, else any.

    Args:
        runs: to choose from; they are held against each other by their values alone, since intervals take the time.
        metric: the bar's, one of `METRICS`.
    """
    for split in ("test", "dev"):
        found = _best([run for run in runs if run.header.split == split and run.complete], metric)
        if found:
            return found
    return _best(runs, metric) or next(iter(runs), None)


def _best(runs: Sequence[Run], metric: str) -> Run | None:
    """The first of the best; None when nothing was measured."""
    values = ((run, metric_value(run, metric)) for run in runs)
    measured = [(goodness(metric, value), run) for run, value in values if value is not None]
    return max(measured, key=lambda one: one[0])[1] if measured else None


def run_lines(scored: Sequence[ScoredRun], leader: str | None, lang: str | None = None) -> tuple[RunLine, ...]:
    """The table's lines, in the order given.

    Args:
        scored: the runs.
        leader: the id of the run that stands for the scene, or None.
        lang: "en" or "zh".
    """
    return tuple(_line(line, line.run.id == leader, lang) for line in scored)


def _line(scored: ScoredRun, leads: bool, lang: str | None) -> RunLine:
    header = scored.run.header
    return RunLine(
        prompt=header.prompt_name,
        model=header.model,
        rows=_rows_words(scored, lang),
        cells=tuple(_cells(scored)),
        counts=tuple(count_words(scored.scores.counts, lang)),
        created=header.created[:16].replace("T", " "),
        state="unsure" if scored.scores.values else "unmeasured",
        leads=leads,
    )


def _cells(scored: ScoredRun) -> Iterator[ScoreCell]:
    """Accuracy, which everyone understands, then the metric of the bar."""
    bar = scored.run.task.bar
    for metric in dict.fromkeys(("accuracy", bar.metric)):
        value = scored.scores.values.get(metric)
        goal = bar.value if metric == bar.metric else None
        state = state_of(value, goal, metric) if goal is not None else "unsure"
        yield ScoreCell(of_100(value) if value else "", value, goal, state)


def _rows_words(scored: ScoredRun, lang: str | None) -> str:
    scores = scored.scores
    key = "runs.rows_cell" if scores.labelled == scores.rows else "runs.unlabelled"
    split = say(f"split.{scored.run.header.split}", lang)
    return say(key, lang, rows=scores.rows, labelled=scores.labelled, split=split)
