"""The runs of a scene as lines of a table: what was asked, how every row ended, how good it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from labkit.decision import ScoredRun, best_run
from labkit.records import Bar, Run
from labkit.scoring import Interval, score
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


def leading_run(scored: Sequence[ScoredRun]) -> ScoredRun | None:
    """The run that stands for the scene: the best whole one on test rows, else on dev rows, else any."""
    for split in ("test", "dev"):
        found = _best([line for line in scored if line.run.header.split == split and line.run.complete])
        if found:
            return found
    return _best(scored) or next(iter(scored), None)


def _best(scored: Sequence[ScoredRun]) -> ScoredRun | None:
    return best_run(scored, scored[0].run.task.bar.metric) if scored else None


def run_lines(scored: Sequence[ScoredRun], lang: str | None = None) -> tuple[RunLine, ...]:
    """The table's lines, in the order given."""
    leader = leading_run(scored)
    return tuple(_line(line, line is leader, lang) for line in scored)


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
