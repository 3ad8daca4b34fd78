"""What the index of the dashboards shows: where we stand, what changed in seven days, what it cost, what waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from labkit.comparison import common_pair
from labkit.costs import Cost, run_cost, total_cost
from labkit.decision import NextStep, goodness
from labkit.diagnosis import is_probe
from labkit.records import Run, RunHeader
from labkit.scoring.scores import metric_value
from labkit.texts import WORDS, say
from labkit.views.data_page import dataset_day
from labkit.views.memo import memo
from labkit.views.release_page import ReleaseBook, Share, candidate_words, candidates, share_of
from labkit.views.run_table import leading_run, score_runs
from labkit.views.scene_status import spent_line, status
from labkit.views.sentences import asked_words, names_apart, pair_words
from labkit.views.shown_rows import RowsBehind, misread_rows, rows_behind
from labkit.views.standing import first_run, standing_values
from labkit.workspace import Scene

DAYS = 7
RUNS_SHOWN = 6  # of the week's runs, the newest; how many more there are is said
RUNS_READ = 50  # as many as the quality page offers


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened: the day (UTC), in words, a term for those who hover, and the rows it is about."""

    anchor: str
    date: str
    words: str
    title: str = ""
    rows: RowsBehind | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that waits for somebody: since when, what it is about; where none waits, the engineers' next step."""

    date: str
    words: str
    rows: RowsBehind | None = None
    step: NextStep | None = None


@dataclass(frozen=True)
class Week:
    """Seven days of a scene.

    Args:
        scene: whose.
        now: the end of the week, UTC.
        lang: "en" or "zh"; the interface language when None.
    """

    scene: Scene
    now: datetime
    lang: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What the template `week.html` needs."""
        leader, live = self._shown, self._book.live_run
        asked = [run for run in self._all if self._within(run.header.created)]
        return {
            "since": self._since[:10],
            "until": self.now.date().isoformat(),
            "leader": self._standing(leader),
            "unmeasured": first_run(self.scene),
            "leader_rows": misread_rows(leader) if leader else None,
            "live": self._book.current,
            "live_standing": self._standing(live) if leader is not live else None,
            "live_rows": misread_rows(live) if live else None,
            "changes": self.changes,
            "more_runs": max(0, len(self._new) - RUNS_SHOWN),
            "cost": spent_line(self._cost(asked)),
            "cost_rows": len([row for run in asked for row in run.rows if row.attempts]),
            "cost_all": spent_line(self._cost(self._all)),
            "waiting": self.waiting,
        }

    def _standing(self, run: Run | None) -> dict[str, Any] | None:
        if run is None:
            return None
        return standing_values(score_runs([run], self.scene.task.bar)[0], len(self.scene.test_readings()), self.lang)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What happened within the week, the newest first."""
        found = [*self._step_forward(), *self._releases(), *self._datasets(), *self._decisions(), *self._measured()]
        return tuple(sorted(found, key=lambda change: change.date, reverse=True))

    @cached_property
    def waiting(self) -> tuple[Waiting, ...]:
        """What somebody must decide: candidates that passed the gate, the memo's advice, else the next step."""
        found = [*self._candidates(), *self._advice()]
        if found:
            return tuple(found)
        step = status(self.scene, self.scene.path.name).next
        return (Waiting(self.now.date().isoformat(), say("week.no_decision", self.lang), step=step),)

    @cached_property
    def _book(self) -> ReleaseBook:
        return ReleaseBook(self.scene, self.lang)

    @cached_property
    def _all(self) -> tuple[Run, ...]:
        """Every run, the newest first: probes, too, cost money."""
        return tuple(self.scene.store.load_run(header.run) for header in self.scene.store.runs())

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        """The newest runs that measure something, the newest first."""
        return tuple(run for run in self._all if not is_probe(run.header))[:RUNS_READ]

    @cached_property
    def _leader(self) -> Run | None:
        return self._leading(self._runs)

    @property
    def _shown(self) -> Run | None:
        """The best run where it surpasses what is live, else that of what is live."""
        best, live = self._leader, self._book.live_run
        return best if live is None or (best and self._surpasses(best, live)) else live

    def _surpasses(self, best: Run, live: Run) -> bool:
        """Whether it is of another prompt or model, and better: what is live, asked again, is no other version."""
        if (best.header.prompt_sha256, best.header.model) == (live.header.prompt_sha256, live.header.model):
            return False
        metric = self.scene.task.bar.metric
        found, held = metric_value(best, metric), metric_value(live, metric)
        return found is not None and (held is None or goodness(metric, found) > goodness(metric, held))

    def _leading(self, runs: Sequence[Run]) -> Run | None:
        return leading_run(runs, self.scene.task.bar.metric)

    @cached_property
    def _new(self) -> tuple[Run, ...]:
        return tuple(run for run in self._runs if self._within(run.header.created))

    @property
    def _since(self) -> str:
        return (self.now - timedelta(days=DAYS)).isoformat(timespec="seconds")

    def _within(self, at: object) -> bool:
        """Whether a time as recorded (UTC, ISO 8601) lies in the week; its first 19 characters sort as times do."""
        return str(at)[:19] >= self._since[:19]

    def _cost(self, runs: Sequence[Run]) -> Cost:
        prices = self.scene.prices().prices
        return total_cost(run_cost(run, prices) for run in runs)

    def _step_forward(self) -> Iterator[Change]:
        """The best before the week against the best now, on the very same rows."""
        best = self._leader
        if best is None or not self._within(best.header.created):
            return
        header = best.header
        old = self._leading([known for known in self._runs if self._asked_before(known, header)])
        pair = common_pair(old, best) if old else None
        if old is not None and pair is not None:
            names = names_apart((old.header, best.header), self.lang)
            words, title = pair_words(pair, names, header.split, self.lang)
            yield Change("step", _day(header.created), words, title, self._rows((*pair.fixed, *pair.regressed)))

    def _asked_before(self, known: Run, header: RunHeader) -> bool:
        """Whether a run was asked the same rows before the week."""
        other = known.header
        return other.examples_sha256 == header.examples_sha256 and not self._within(other.created)

    def _rows(self, ids: Sequence[str]) -> RowsBehind:
        return rows_behind(self.scene.examples("all"), ids, self.scene.task.language)

    def _measured(self) -> Iterator[Change]:
        for run in self._new[:RUNS_SHOWN]:
            words = self._run_words(run, share_of(run)) if run.complete else self._underway(run)
            rows = misread_rows(run) if run.complete else None
            yield Change(f"run-{run.id}", _day(run.header.created), words, "", rows)

    def _underway(self, run: Run) -> str:
        """A run that is not whole has no score: what is open is not wrong."""
        split, name = say(f"split.{run.header.split}", self.lang), asked_words(run.header)
        replied = len(run.rows) - run.counts["pending"]
        return say("week.underway", self.lang, name=name, replied=replied, rows=len(run.rows), split=split)

    def _run_words(self, run: Run, share: Share | None) -> str:
        split, name = say(f"split.{run.header.split}", self.lang), asked_words(run.header)
        if share is None:
            return say("week.asked", self.lang, name=name, rows=len(run.rows), split=split)
        return say("week.measured", self.lang, name=name, value=share.words, rows=share.measured, split=split)

    def _releases(self) -> Iterator[Change]:
        for line in self._book.history:
            if line.date >= self._since[:10]:
                key, what = ("week.back", line.left) if line.left else ("week.released", line.what)
                words = say(key, self.lang, what=what, said=line.said, by=line.by)
                yield Change(f"release-{line.anchor}", line.date, words, "", line.rows)

    def _datasets(self) -> Iterator[Change]:
        for name in self.scene.dataset_names():
            day = dataset_day(self.scene, name)
            if day >= self._since[:10]:
                ids = [str(row.get("id")) for row in self.scene.dataset(name).rows]
                words = say("week.dataset", self.lang, name=name, rows=len(ids))
                yield Change(f"dataset-{name}", day, words, "", self._rows(ids))

    def _decisions(self) -> Iterator[Change]:
        """Decisions of people, one line per kind with the day of the last."""
        by_kind: dict[str, list[Mapping[str, Any]]] = {}
        for decision in self.scene.decisions():
            if self._within(decision.get("at")):
                by_kind.setdefault(str(decision["kind"]), []).append(decision)
        for kind, made in by_kind.items():
            if f"week.decided.{kind}" in WORDS:
                ids = list(dict.fromkeys(str(one["id"]) for one in made if isinstance(one.get("id"), str)))
                words = say(f"week.decided.{kind}", self.lang, count=len(made))
                yield Change(f"decided-{kind}", _day(made[-1].get("at")), words, "", self._rows(ids) if ids else None)

    def _candidates(self) -> Iterator[Waiting]:
        for found in candidates(self.scene):
            if found.passed:
                yield Waiting(found.date, candidate_words(found, self.lang), found.rows)

    def _advice(self) -> Iterator[Waiting]:
        """The memo's advice, as long as nobody has decided."""
        found = memo(self.scene, today=self.now.date())
        if found.memo.candidates and found.advice != "measure" and found.taken is None:
            sheet = found.sheet(self.lang)
            words = say("week.advice", self.lang, advice=sheet.advice)
            yield Waiting(found.memo.date.isoformat(), " ".join((words, *sheet.caveats)))


def _day(at: object) -> str:
    return str(at or "")[:10]
