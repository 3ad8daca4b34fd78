"""Shadow: a candidate answers what production was asked, and nobody is shown it; where both differ is worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from labkit.adjudication.standing import dropped_rows
from labkit.calibration import confidence
from labkit.comparison import Pair, paired
from labkit.errors import BadInput
from labkit.evaluation import classify
from labkit.evaluation.progress import Observer
from labkit.models.base import Model
from labkit.privacy import mask_texts
from labkit.records import Example, Prediction, Prompt, Run, RunRow, Status
from labkit.releases import release_history
from labkit.scoring.intervals import Interval, wilson
from labkit.traffic.entry import TrafficEntry
from labkit.traffic.reading import Traffic
from labkit.workspace.online import judged_rows, read_drawn

if TYPE_CHECKING:
    from labkit.workspace import Scene

Kind = Literal["labels", "live only", "candidate only"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An entry that the candidate would have answered otherwise.

    Args:
        entry: the entry, with what was answered.
        kind: other labels, or only one of both gave an answer that can be read.
        labels: what the candidate answers; empty where it gives no answer.
        rationale: its reason.
        confidence: its confidence, 0 to 1; None where it gives no probabilities.
    """

    entry: TrafficEntry
    kind: Kind
    labels: tuple[str, ...]
    rationale: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Shadow:
    """What a candidate answered to live traffic.

    Args:
        run: the candidate's run, a row for each different question.
        release: the id of the release whose answers it is held against.
        compared: entries that the candidate answered too.
        disagreements: those where both differ, the candidate's surest first.
        copies: entries left out because the same question was asked already.
        open: questions that the candidate was not asked, or got no reply to.
        judged: candidate against live on the entries that people judged blind; None where there are none.
    """

    run: Run
    release: str
    compared: int
    disagreements: tuple[Disagreement, ...]
    copies: int
    open: int
    judged: Pair | None

    @property
    def share(self) -> Interval:
        """The share of entries on which both differ."""
        return wilson(len(self.disagreements), self.compared)

    @property
    def moves(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], int]:
        """(live labels, candidate's labels) -> entries, among those where both answered, the most first."""
        both = [(found.entry.labels, found.labels) for found in self.disagreements if found.kind == "labels"]
        return dict(Counter((tuple(sorted(a)), tuple(sorted(b))) for a, b in both).most_common())


def shadow(
    scene: Scene,
    traffic: Traffic,
    prompt: str | Prompt,
    model: str | Model,
    *,
    limit: int | None = None,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Observer | None = None,
) -> Shadow:
    """Ask a candidate what the current release was asked, through the same way as `evaluate`.

    So its cost is limited, consent is asked, an interrupted call goes on, and nothing is paid twice.

    Args:
        scene: whose release.
        traffic: the window; entries of other releases are left out.
        prompt: the candidate's.
        model: the candidate's.
        limit: at most so many questions, drawn by their ids, so that a larger limit holds a smaller one's; entries
            that people judged come first, as only they tell who is right.
        max_cost: as in `evaluate`.
        personal_data: as in `evaluate`.
        progress: as in `evaluate`.

    Returns:
        The candidate's answers beside those that went out.

    Raises:
        BadInput: nothing is released, the window holds none of its answers, or a limit below 1.
        LabkitError: as `evaluate` does.
    """
    if limit is not None and limit < 1:
        raise BadInput.told("error.rows.limit", limit=limit)
    window = _Window(scene, traffic)
    chosen = {entry.id for entry in sorted(window.questions, key=window.urgency)[:limit]}
    rows = [_example(entry, scene.task.language) for entry in window.questions if entry.id in chosen]
    run = classify(scene, prompt, model, rows, max_cost=max_cost, personal_data=personal_data, progress=progress)
    return _held_against(window, run)


def shadow_of(scene: Scene, traffic: Traffic, run: Run) -> Shadow:
    """Hold a run over logged questions, such as an earlier shadow, against what the current release answered.

    Args:
        scene: whose release.
        traffic: the window.
        run: its rows bear the ids of entries.

    Raises:
        BadInput: nothing is released, or the window holds none of the run's questions.
    """
    return _held_against(_Window(scene, traffic), run)


class _Window:
    """The questions that the current release answered in some traffic, each once.

    Args:
        scene: whose release.
        traffic: the window.

    Raises:
        BadInput: see `shadow`.
    """

    def __init__(self, scene: Scene, traffic: Traffic) -> None:
        current = release_history(scene).current
        if current is None:
            raise BadInput.told("error.release.none", scene=scene.path)
        entries = [entry for entry in traffic.entries if entry.release == current.id]
        if not entries:
            raise BadInput.told("error.shadow.no_answer", release=current.id)
        first: dict[object, TrafficEntry] = {}
        for entry in entries:
            first.setdefault(_question(entry), entry)
        self.release = current.id
        self.questions = tuple(first.values())
        self.copies = len(entries) - len(first)
        self._gold = self._judged(scene, entries)

    def gold_of(self, entry: TrafficEntry) -> tuple[str, ...] | None:
        """What people said who judged the question blind; None where nobody did."""
        return self._gold.get(_question(entry))

    def urgency(self, entry: TrafficEntry) -> tuple[bool, bytes]:
        """The order in which questions are worth being asked: judged ones first, then as their ids fall."""
        return self.gold_of(entry) is None, sha256(entry.id.encode()).digest()

    def _judged(self, scene: Scene, entries: Sequence[TrafficEntry]) -> dict[object, tuple[str, ...]]:
        dropped = dropped_rows(scene.standings())
        labels = {row.id: row.labels for row in judged_rows(scene).values() if row.id not in dropped}
        row_of = {drawn.entry: drawn.row for drawn in read_drawn(scene)}
        told = [(entry, labels.get(row_of[entry.id])) for entry in entries if entry.id in row_of]
        return {_question(entry): gold for entry, gold in told if gold is not None}


def _question(entry: TrafficEntry) -> object:
    """What entries with the same posts have in common."""
    return entry.posts, entry.subtask


def _held_against(window: _Window, run: Run) -> Shadow:
    by_id = {entry.id: entry for entry in window.questions}
    rows = [(by_id[row.example.id], row) for row in run.rows if row.repeat == 0 and row.example.id in by_id]
    if not rows:
        raise BadInput.told("error.shadow.no_question", run=run.id)
    replied = [(entry, row) for entry, row in rows if row.prediction.status not in (Status.PENDING, Status.FAILED)]
    found = [one for entry, row in replied if (one := _disagreement(entry, row, run))]
    return Shadow(
        run=run,
        release=window.release,
        compared=len(replied),
        disagreements=tuple(sorted(found, key=lambda one: -(one.confidence or 0.0))),
        copies=window.copies,
        open=len(rows) - len(replied),
        judged=_judged(window, replied, run),
    )


def _example(entry: TrafficEntry, language: str) -> Example:
    """The question without personal data; without the time of day as well, so that the same run is found again."""
    posts = entry.posts if entry.masked else mask_texts(entry.posts, language)
    return Example(entry.id, posts, split="traffic", subtask=entry.subtask)


def _disagreement(entry: TrafficEntry, row: RunRow, run: Run) -> Disagreement | None:
    live, candidate = entry.status == Status.ANSWERED, row.prediction.status is Status.ANSWERED
    if live == candidate and (not live or set(entry.labels) == set(row.prediction.labels)):
        return None
    kind: Kind = "labels" if live == candidate else "live only" if live else "candidate only"
    said = row.prediction
    return Disagreement(entry, kind, said.labels if candidate else (), said.rationale, confidence(row, run.task))


def _judged(window: _Window, replied: Sequence[tuple[TrafficEntry, RunRow]], run: Run) -> Pair | None:
    """Both on the questions that people judged, whose labels are the gold."""
    live: list[RunRow] = []
    candidate: list[RunRow] = []
    for entry, row in replied:
        gold = window.gold_of(entry)
        if gold is not None:
            example = replace(row.example, labels=gold)
            live.append(RunRow(example, Prediction(Status(entry.status), entry.labels, entry.rationale)))
            candidate.append(replace(row, example=example))
    header = replace(run.header, run=f"live-{window.release}")
    return paired(Run(header, run.task, tuple(live)), replace(run, rows=tuple(candidate))) if live else None
