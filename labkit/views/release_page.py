"""What the training-and-releases dashboard shows: what is live, what could go live, how it came so, what trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from labkit.comparison import common_pair
from labkit.diagnosis import is_probe
from labkit.records import Run
from labkit.releases import GateReading, Release, Turn, asks_again, read_gate_for, release_history
from labkit.scoring import Interval, score
from labkit.texts import say
from labkit.traffic import online_quality
from labkit.training import TrainingJob, jobs_of
from labkit.views.gate_words import failed_words
from labkit.views.markup import short
from labkit.views.sentences import Verdict, asked_words, metric_words, of_100, signed, standing_words
from labkit.views.shown_rows import RowsBehind, misread_rows
from labkit.workspace import Scene
from labkit.workspace.online import read_drawn

CANDIDATES_SHOWN = 3  # runs over the test rows, the newest of each question
LIVING = ("starting", "running")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One release or rollback.

    Args:
        anchor: a name for links to it.
        date: the day, UTC.
        what: "r2", or what was gone back to.
        said: model and prompt, or why it was taken back.
        by: who answers for it.
        share: posts of 100 with exactly the right labels, offline, when it was released; None for a rollback.
        gain: against the release before it, in points of the bar's metric with interval; "" where nothing was before.
        rows: test rows that it misread; None for a rollback.
        current: whether it is live.
        left: the release that was taken back; None for a release.
    """

    anchor: str
    date: str
    what: str
    said: str
    by: str
    share: Share | None
    gain: str
    rows: RowsBehind | None
    current: bool = False
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A share of rows in words, and on how many rows it was measured."""

    words: str
    value: Interval
    measured: int


@dataclass(frozen=True, slots=True)
class Online:
    """How good the live release is on posts drawn at random, in words, and the judged ones that it misread."""

    words: str
    rows: RowsBehind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run over the test rows that is not live, held against the gate.

    Args:
        name: prompt and model.
        date: the day it was measured, UTC.
        passed: whether the gate would let it pass.
        rules, kept: rules of the gate, and how many hold.
        failed: the rules that do not hold: what was wanted, what was measured.
        share: how good it is, offline.
        rows: the test rows that it misread.
    """

    name: str
    date: str
    passed: bool
    rules: int
    kept: int
    failed: tuple[str, ...]
    share: Share | None
    rows: RowsBehind


@dataclass(frozen=True, slots=True)
class JobLine:
    """A training: its name, its state in words, dev rows before and after in words, and whether it is still going."""

    name: str
    date: str
    state: str
    dev: str
    living: bool


@dataclass(frozen=True)
class ReleaseBook:
    """The releases of a scene with the runs they rest on.

    Args:
        scene: whose.
        lang: "en" or "zh"; the interface language when None.
    """

    scene: Scene
    lang: str | None = None

    @cached_property
    def runs(self) -> dict[str, Run]:
        """The run of each release; of one whose run is not in the store nothing is shown."""
        known = {header.run for header in self.scene.store.runs()}
        wanted = {release.run for release in release_history(self.scene).releases}
        return {run: self.scene.store.load_run(run) for run in wanted & known}

    @cached_property
    def live_run(self) -> Run | None:
        """The run that the live release rests on; None where nothing is live, or its run is not in the store."""
        live = release_history(self.scene).current
        return self.runs.get(live.run) if live else None

    @cached_property
    def current(self) -> HistoryLine | None:
        """What is live: the line of its release, with the day since which it is live now, and who put it there."""
        found = next((line for line in self.history if line.current), None)
        last = release_history(self.scene).turns[-1] if found else None
        return replace(found, date=_day(last.at), by=last.approved_by) if found and last else None

    @cached_property
    def history(self) -> tuple[HistoryLine, ...]:
        """Every release and rollback, the newest first."""
        found = release_history(self.scene)
        current = found.current.id if found.current else None
        lines: list[HistoryLine] = []
        for turn in found.turns:
            if turn.taken_back is None:
                before = found.of_id(turn.left) if turn.left else None
                lines.append(self._released(found.of_id(turn.live), before, turn.live == current))
            else:
                lines.append(self._rolled_back(turn, len(lines)))
        return tuple(reversed(lines))

    def _rolled_back(self, turn: Turn, number: int) -> HistoryLine:
        what = say("releases.back_to", self.lang, release=turn.live, left=turn.left)
        said, day = turn.taken_back or "", _day(turn.at)
        return HistoryLine(f"back-{number}", day, what, said, turn.approved_by, None, "", None, left=turn.left)

    def _released(self, release: Release, before: Release | None, current: bool) -> HistoryLine:
        run, said = self.runs.get(release.run), f"{short(release.prompt_name)} · {short(release.model)}"
        return HistoryLine(
            release.id,
            _day(release.at),
            release.id,
            said,
            release.approved_by,
            share_of(run) if run else None,
            self._gain(run, self.runs.get(before.run) if before else None),
            misread_rows(run) if run else None,
            current,
        )

    def _gain(self, run: Run | None, before: Run | None) -> str:
        """By the metric of today's bar, which the page names, whatever the bar was when the runs were asked."""
        pair = common_pair(before, run)
        gain = pair.delta.get(self.scene.task.bar.metric) if pair else None
        return signed(gain) if gain else ""


def candidates(scene: Scene, lang: str | None = None) -> tuple[Candidate, ...]:
    """The whole runs over test rows that could follow what is live, each held against the gate; the newest first.

    What was measured before the live release, or is that release asked again, waits for nobody's yes. Where the
    live release's run is not in the store, a rule that compares with it finds no champion and does not hold.
    """
    history = release_history(scene)
    released = {release.run for release in history.releases}
    waiting = islice((run for run in _could_follow(scene, history.current) if run not in released), CANDIDATES_SHOWN)
    live = history.current.run if history.current else None
    champion = live if any(header.run == live for header in scene.store.runs()) else None
    return tuple(_candidate(read_gate_for(scene, run, champion), lang) for run in waiting)


def _could_follow(scene: Scene, current: Release | None) -> Iterator[str]:
    """The newest whole run of each question over test rows; one that is not whole yet hides none before it."""
    asked: set[tuple[str, str]] = set()
    for header in scene.store.runs():
        question = header.prompt_sha256, header.model
        is_new = current is None or (header.created >= current.at and not asks_again(header, current))
        could = header.split == "test" and is_new and not is_probe(header) and question not in asked
        if could and scene.store.load_run(header.run).complete:
            asked.add(question)
            yield header.run


def releases_values(scene: Scene, lang: str | None = None) -> dict[str, Any]:
    """What the template `releases.html` needs."""
    book, found = ReleaseBook(scene, lang), release_history(scene)
    return {
        "current": book.current,
        "verdict": _verdict(scene, book.live_run, lang),
        "metric": metric_words(scene.task.bar.metric, lang),
        "previous": found.previous.id if found.previous else None,
        "candidates": [(one, candidate_words(one, lang)) for one in candidates(scene, lang)],
        "jobs": job_lines(scene, lang),
        "history": book.history,
        "online": _online(scene, found.current, lang) if found.current else None,
    }


def _verdict(scene: Scene, live: Run | None, lang: str | None) -> Verdict | None:
    """How what is live stands against the bar of today; None where its run is not in the store."""
    if live is None:
        return None
    return standing_words(replace(live.task, bar=scene.task.bar), score(live), lang)


def _online(scene: Scene, current: Release, lang: str | None) -> Online | None:
    """How good the live release is by what people judged blind; None where nobody has judged any of its answers."""
    measured = online_quality(scene) if read_drawn(scene) else ()
    found = next((one for one in measured if one.release == current.id and one.scores), None)
    if found is None or found.scores is None:
        return None
    value, weeks = of_100(found.scores.values["accuracy"]), " – ".join(dict.fromkeys((found.weeks[0], found.weeks[-1])))
    words = say("releases.online.measured", lang, value=value, judged=found.judged, weeks=weeks)
    return Online(words, misread_rows(found.run))


def candidate_words(found: Candidate, lang: str | None = None) -> str:
    """A candidate in a sentence: whether the gate would let it pass, and how good it is offline."""
    share = found.share.words if found.share else "–"
    rows = found.share.measured if found.share else 0
    key = "releases.candidate.passed" if found.passed else "releases.candidate.refused"
    return say(key, lang, name=found.name, share=share, rows=rows, kept=found.kept, rules=found.rules)


def job_lines(scene: Scene, lang: str | None = None) -> tuple[JobLine, ...]:
    """The trainings of a scene, those that are going first, then the newest."""
    lines = [_job_line(job, lang) for job in jobs_of(scene)]
    return tuple(sorted(sorted(lines, key=lambda line: line.date, reverse=True), key=lambda line: not line.living))


def share_of(run: Run) -> Share | None:
    """Of 100 posts, how many came out with exactly the right labels; None where no row has gold labels."""
    scores = score(run)
    value = scores.values.get("accuracy")
    return Share(of_100(value), value, scores.labelled) if value else None


def _candidate(reading: GateReading, lang: str | None) -> Candidate:
    failed = [line for line in reading.result.lines if not line.passed]
    return Candidate(
        name=asked_words(reading.run.header),
        date=_day(reading.run.header.created),
        passed=reading.result.passed,
        rules=len(reading.result.lines),
        kept=len(reading.result.lines) - len(failed),
        failed=tuple(failed_words(line, lang) for line in failed),
        share=share_of(reading.run),
        rows=misread_rows(reading.run),
    )


def _job_line(job: TrainingJob, lang: str | None) -> JobLine:
    status = job.status()
    minutes = "–" if status.eta_s is None else f"{status.eta_s / 60:.0f}"
    words = say(f"releases.job.{status.state}", lang, step=status.step, steps=status.steps or "–", minutes=minutes)
    created = _day(job.folder.spec().get("created"))
    return JobLine(short(job.name), created, words, _dev_words(job.history().evaluations, lang), status.state in LIVING)


def _dev_words(evaluations: Sequence[Any], lang: str | None) -> str:
    """Before and best since, on the dev rows, as the training itself measured them."""
    base = next(_of_step_0(evaluations), None)
    best = max((e["macro_f1"] for e in evaluations if e["step"]), default=None)
    if base is None or best is None:
        return say("releases.job.no_dev", lang)
    return say("releases.job.dev", lang, before=round(100 * base), after=round(100 * best))


def _of_step_0(evaluations: Sequence[Any]) -> Iterator[float]:
    return (e["macro_f1"] for e in evaluations if not e["step"])


def _day(at: object) -> str:
    return str(at or "")[:10]
