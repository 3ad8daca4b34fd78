"""What a choice of rows covers of its pool: a map to click, quotas to move, and the consequence at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from labkit.curation.difficulty import DIFFICULTIES, Difficulty
from labkit.curation.quotas import MIX, Cell
from labkit.datasets import Plan, Planner
from labkit.datasets.saturation import saturation_of
from labkit.errors import BadInput
from labkit.prompts.hidden import visible
from labkit.texts import say
from labkit.views.coverage_shown import places_shown, region_lines, row_line
from labkit.widgets.background import Background, StoppedError
from labkit.widgets.base import LabWidget, described, replying

if TYPE_CHECKING:
    from labkit.datasets import Selection
    from labkit.records import Example
    from labkit.workspace import Scene

PAGE = 30  # rows of a region that are shown at once
_BUDGET = 300


class CoverageBoard(LabWidget):
    """A selection before it is written: what of the pool it covers, which regions it leaves bare, what quotas give.

    Args:
        scene: whose pool.
        budget: at most so many rows per subtask, to begin with.
        prompt, teacher, pins, bans, seed: as in `labkit.select`.

    Raises:
        BadData: no labelled pool row that may be taken.
        UnknownName, BadInput: see `labkit.select`.

    Nothing is written before somebody presses "write". The values are `board.plan` (a `Plan`), `board.planner` and
    `board.made` (the `Selection` written last, or None).
    """

    subtasks = traitlets.List().tag(sync=True)  # names; one empty name where the task has none
    labels = traitlets.List().tag(sync=True)
    difficulties = traitlets.List().tag(sync=True)  # [difficulty, words]
    rated = traitlets.Bool().tag(sync=True)  # whether models tell easy, boundary and hard rows apart
    wanted = traitlets.Dict().tag(sync=True, echo_update=False)  # {"subtask", "budget", "mix", "quotas"}
    places = traitlets.Dict().tag(sync=True)  # {"x", "y", "region"} of the rows looked at
    found = traitlets.Dict().tag(sync=True)  # what was chosen; see `_shown`
    region = traitlets.Int().tag(sync=True, echo_update=False)  # the opened one, 0 for none
    opened = traitlets.Dict().tag(sync=True)  # {"region", "found", "rows": the first page}
    curve = traitlets.Dict().tag(sync=True)  # {"state", "done", "of", "points", "said"}

    def __init__(
        self,
        scene: Scene,
        budget: int = _BUDGET,
        *,
        prompt: str | None = None,
        teacher: str | None = None,
        pins: Mapping[str, str] | Iterable[str] = (),
        bans: Mapping[str, str] | Iterable[str] = (),
        seed: int = 0,
    ) -> None:
        self.planner = Planner(scene, prompt=prompt, teacher=teacher, pins=pins, bans=bans, seed=seed)
        self.plan: Plan = self.planner.plan(budget)
        self.made: Selection | None = None
        self._texts: dict[str, Example] = {row.id: row for row in scene.examples("pool")}
        self._learning = Background(self._learn)
        self._asked = 0  # counts what the curve was asked for: a newer request, or a stop, ends the one at work
        self._values: dict[str | None, float] = {}
        shares = [round(100 * MIX[name]) for name in DIFFICULTIES[:-1]]
        super().__init__(
            subtasks=[visible(name or "") for name in self.planner.subtasks],
            labels=[visible(label) for label in scene.task.labels],
            difficulties=[[name, say(f"select.{name}")] for name in DIFFICULTIES],
            rated=bool(self.planner.sifted.committee.ratings),
            wanted={"subtask": 0, "budget": budget, "mix": shares, "quotas": []},
            curve={"state": ""},
        )
        self._show_places()
        self._show()
        self.observe(self._plan_anew, names=["wanted"])
        self.observe(self._open, names=["region"])

    @replying
    def rows(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Rows of the opened region from `start` on."""
        start = max(0, int(message["start"]))
        return {"region": self.region, "start": start, "rows": self._lines(start)}

    @replying
    def write(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write what is planned as a dataset of the name in the message."""
        name = str(message.get("name") or "").strip()
        if not name:
            raise BadInput.told("error.coverage.no_name")
        budget, quotas, mix = self._wishes()
        self.made = self.planner.write(budget, name, quotas, mix)
        return {"said": say("select.written", rows=len(self.made.rows), path=visible(str(self.made.dataset.path)))}

    @replying
    def learn(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have a cheap model learn from parts of the planned rows, in the background."""
        self._asked += 1
        self.curve = {"state": "working", "done": 0, "of": 1}
        self._learning.soon((self._asked, tuple(row.example for row in self.plan.rows)))
        return {}

    @replying
    def stop(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """End the learning after the model at work."""
        self._asked += 1
        self.curve = {"state": ""}
        return {}

    def _plan_anew(self, change: Mapping[str, Any]) -> None:
        with self._guarded():
            if change["old"].get("subtask") != self.wanted["subtask"]:
                self._subtask()
                self._show_places()
            self.plan = self.planner.plan(*self._wishes())
            self._show()

    def _wishes(self) -> tuple[int, dict[tuple[str | None, Difficulty], int], dict[Difficulty, float]]:
        """Budget, quotas and mix as the page has them; shares are weights of any sum."""
        weights = [max(0, _whole(weight)) for weight in self.wanted["mix"]]
        total = sum(weights)
        if len(weights) != len(DIFFICULTIES) - 1 or not total:
            raise BadInput.told("error.coverage.no_shares")
        mix = {name: weight / total for name, weight in zip(DIFFICULTIES, weights, strict=False)}
        quotas = {(self._label(label), _difficulty(name)): _whole(rows) for label, name, rows in self.wanted["quotas"]}
        return _whole(self.wanted["budget"]), quotas, mix

    def _label(self, place: object) -> str | None:
        """The label at a place; -1 stands for rows without any."""
        labels, at = self.planner.scene.task.labels, _whole(place)
        if not -1 <= at < len(labels):
            raise BadInput.told("error.coverage.no_label", at=at)
        return None if at < 0 else labels[at]

    def _subtask(self) -> str | None:
        at = _whole(self.wanted["subtask"])
        if not 0 <= at < len(self.planner.subtasks):
            raise BadInput.told("error.coverage.no_subtask", at=at)
        return self.planner.subtasks[at]

    def _show_places(self) -> None:
        """The places of the rows looked at; they stay as they are whatever is chosen."""
        coverage = self.plan.coverage[self._subtask()]
        looked_at = sum(len(region.rows) for region in coverage.regions)
        self.places = places_shown(coverage.rows[:looked_at])

    def _show(self) -> None:
        subtask = self._subtask()
        coverage, texts = self.plan.coverage[subtask], {id: row.text for id, row in self._texts.items()}
        chosen = self._chosen()
        looked_at = len(self.places["x"])
        before = self._values.get(subtask)
        self._values[subtask] = coverage.value
        self.found = {
            "rows": sum(row.example.subtask == subtask for row in self.plan.rows),
            "value": coverage.value,
            "before": before,
            "cells": self._cells(subtask),
            "held": [place for place, row in enumerate(coverage.rows[:looked_at]) if row.id in chosen],
            "beside": places_shown(coverage.rows[looked_at:]),
            "regions": region_lines(coverage, texts, self.planner.scene.task),
            "pool_rows": coverage.pool_rows,
        }
        self._open()

    def _chosen(self) -> frozenset[str]:
        return frozenset(row.example.id for row in self.plan.rows)

    def _cells(self, subtask: str | None) -> list[list[Any]]:
        """Each cell: the label's place (-1 for none), the difficulty, candidates, and how many are chosen."""
        task, counts, available = self.planner.scene.task, self.plan.counts(subtask), self.planner.available(subtask)
        places = {label: place for place, label in enumerate(task.labels)}

        def order(cell: Cell) -> tuple[int, int]:
            return places.get(cell.label or "", len(places)), DIFFICULTIES.index(cell.difficulty)

        return [
            [places.get(cell.label or "", -1), cell.difficulty, available[cell], counts[cell]]
            for cell in sorted(available, key=order)
        ]

    def _open(self, _change: object = None) -> None:
        with self._guarded(clears=False):
            rows = self._members()
            self.opened = {"region": self.region, "found": len(rows), "rows": self._lines(0)}

    def _members(self) -> tuple[str, ...]:
        regions = self.plan.coverage[self._subtask()].regions
        return next((region.rows for region in regions if region.number == self.region), ())

    def _lines(self, start: int) -> list[dict[str, Any]]:
        chosen, task = self._chosen(), self.planner.scene.task
        shown = [self._texts[id] for id in self._members()[start : start + PAGE]]
        return [row_line(row, chosen, self.planner.sifted.candidates, task) for row in shown]

    def _learn(self, asked: tuple[int, tuple[Example, ...]]) -> None:
        number, rows = asked

        def progress(done: int, of: int) -> None:
            with self._lock:
                if number != self._asked:
                    raise StoppedError
                self.curve = {"state": "working", "done": done, "of": of}

        try:
            found = saturation_of(self.planner.scene, rows, draws=3, progress=progress)
        except StoppedError:
            return
        except Exception as error:  # a thread's exception would reach nobody
            with self._lock:
                if number == self._asked:
                    self.curve, self.problem = {"state": ""}, described(error)
            return
        key = "saturation.enough" if found.saturated else "saturation.more"
        said = [say(key, points=f"{100 * found.last_gain:+.1f}"), say("saturation.proxy")]
        points = [[p.rows, 100 * p.value, 100 * p.low, 100 * p.high] for p in found.points]
        with self._lock:
            if number == self._asked:
                self.curve = {"state": "done", "metric": found.metric, "points": points, "said": said}


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput.told("error.coverage.no_whole_number", value=str(value)[:20])
    return value


def _difficulty(name: object) -> Difficulty:
    known = next((one for one in DIFFICULTIES if one == name), None)
    if known is None:
        raise BadInput.told("error.coverage.no_difficulty", name=str(name)[:20])
    return known
