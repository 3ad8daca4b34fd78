"""The runs of a scene as lines of a table: what was asked, how every row ended, how good it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from labkit.records import Bar, Run
from labkit.scoring import LOWER_IS_BETTER, Interval, Scores, score
from labkit.texts import say
from labkit.views.sentences import State, count_words, of_100, state_of


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with its scores.

    Args:
        run: the run; its task holds the bar it is held against.
        scores: its scores; values are empty when no row has gold labels.
    """

    run: Run
    scores: Scores

    @property
    def bar(self) -> Bar:
        """What the business asks for."""
        return self.run.task.bar

    @property
    def value(self) -> Interval | None:
        """The bar's metric; None when nothing was measured."""
        return self.scores.values.get(self.bar.metric)

    @property
    def rank(self) -> float:
        """The bar's metric, turned so that more is better; below all measured runs when nothing was measured."""
        if self.value is None:
            return float("-inf")
        return -self.value.value if self.bar.metric in LOWER_IS_BETTER else self.value.value


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
    """The run that stands for the scene: the best on test rows, else the best on dev rows, else the best of all."""
    for split in ("test", "dev"):
        candidates = [line for line in scored if line.run.header.split == split and line.value]
        if candidates:
            return max(candidates, key=lambda line: line.rank)
    return max(scored, key=lambda line: line.rank, default=None)


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
        state="unsure" if scored.value else "unmeasured",
        leads=leads,
    )


def _cells(scored: ScoredRun) -> Iterator[ScoreCell]:
    """Accuracy, which everyone understands, then the metric of the bar."""
    bar = scored.bar
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
