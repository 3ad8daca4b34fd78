"""Read the rows of a run, or what differs between two: filters, confusions, and each row with its rationale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import Thread, Timer
from typing import TYPE_CHECKING, Any

import traitlets

from labkit.diagnosis import Change, Outcome, RowFilter
from labkit.records import Run, RunRow, sha256_of
from labkit.texts import listed, say
from labkit.views.markup import short
from labkit.views.row_groups import RowGroup
from labkit.widgets.background import StoppedError
from labkit.widgets.base import LabWidget, described, replying
from labkit.widgets.browser_filters import filter_as_trait, filter_of_trait, first_filter, label_at
from labkit.widgets.browser_groups import KnownGroups, all_groups, is_slow, quick_groups
from labkit.widgets.browser_reading import Reading
from labkit.widgets.browser_traits import counted_traits, fixed_traits, verdict_of
from labkit.widgets.prompt_editor import PromptEditor
from labkit.widgets.triage_session import TriageSession

if TYPE_CHECKING:
    from labkit.workspace import Scene

PAGE = 60  # rows that come with a new filter, so that the list is there at once
_STEP = 0.02  # of a look; a page is told no less
SETTLE_S = 1.5  # until searches and groups are prepared for
LOOKED_AT_ONCE = 20_000  # rows whose rationales are looked through unasked; of more, when somebody asks
COMPARED_AT_ONCE = 5_000  # rows of two runs that are held against each other unasked, which takes a second
MOST = 200  # rows that one request may ask for


class ErrorBrowser(LabWidget):
    """The rows of a run that fit the filters, a matrix of confusions that filters, and the chosen row in full.

    Args:
        run: any run: of one label or several, with repeats, unscored, unfinished, even empty; it says what it is.
        against: an earlier run, or another model's, on the same rows: then the list shows what was fixed, broken,
            left wrong or answered otherwise, and both answers stand side by side.
        outcome: "wrong", "right" or "any"; None shows errors, or with two runs and nothing else asked for the rows
            that differ.
        scene: where tags and corrected gold are kept; without it rows can be read and not be judged.
        edit: where definitions are edited: a `PromptEditor`, such as `labkit.workbench(scene)`, which then opens below
            the rows, or a function that takes the labels; without it the browser names the prompt's file and the
            headings.
        label, missed, spurious, status, change, tag, query: see `labkit.diagnosis.RowFilter`.

    Raises:
        UnknownName: a filter that names what there is not.
        BadInput: two runs without a row in common, or a change asked of one run.

    The value is `browser.filter` and `browser.found`, the rows that fit it, scored by gold as it is corrected now; what
    is decided stands in the scene's decisions.jsonl at once. Filters given by hand are remembered by
    the web browser, for these runs, until they are cleared; filters given here win over those.
    """

    runs = traitlets.List().tag(sync=True)  # names, the run that is read last
    labels = traitlets.List().tag(sync=True)
    statuses = traitlets.List().tag(sync=True)  # [value, words]
    item = traitlets.Unicode().tag(sync=True)
    total = traitlets.Int().tag(sync=True)
    labelled = traitlets.Bool().tag(sync=True)
    notes = traitlets.List().tag(sync=True)  # what must be known about these runs
    confusions = traitlets.List().tag(sync=True)  # one per run
    changes = traitlets.List().tag(sync=True)  # whole rows, then each label; [] for one run
    verdict = traitlets.Unicode().tag(sync=True)  # which of two runs is better, or that these rows cannot tell
    memory = traitlets.Unicode().tag(sync=True)  # under which the web browser remembers filters; "" when given here
    tags = traitlets.List().tag(sync=True)  # [value, words]
    groups = traitlets.List().tag(sync=True)  # of rows, to filter by; see `RowGroup.as_trait`
    looked = traitlets.Unicode().tag(sync=True)  # whether rationales were looked through: "", "now" or "done"
    looked_through = traitlets.Float().tag(sync=True)  # the share of the work that is done, 0 to 1
    told = traitlets.Dict().tag(sync=True)  # {"turn", "said": what comes of what takes its time}
    triage = traitlets.Dict().tag(sync=True)  # what can be decided, what was, and what that asks for
    wanted = traitlets.Dict().tag(sync=True, echo_update=False)  # the filter; an echo could overwrite a newer one
    position = traitlets.Int().tag(sync=True, echo_update=False)  # of the chosen row among those found
    view = traitlets.Dict().tag(sync=True)  # {"revision", "wanted": what it answers, "found", "rows": the first page}
    opened = traitlets.Dict().tag(sync=True)  # the chosen row, {} when nothing is found
    editor = traitlets.Unicode().tag(sync=True)  # anywidget's name for the connected editor; "" for none

    def __init__(
        self,
        run: Run,
        against: Run | None = None,
        *,
        scene: Scene | None = None,
        edit: PromptEditor | Callable[[tuple[str, ...]], object] | None = None,
        outcome: Outcome | None = None,
        label: str = "",
        missed: str = "",
        spurious: str = "",
        status: str = "",
        change: Change = "",
        tag: str = "",
        query: str = "",
    ) -> None:
        self._session = TriageSession(scene, run.id)
        self._edit = _opening(edit)
        self._reading = reading = Reading(self._session, (against, run) if against else (run,))
        asked = RowFilter("any", label, missed, spurious, False, status, change, tag, "", query)
        given = outcome is not None or asked != RowFilter()
        self._filter = first_filter(reading.table, asked, outcome)
        self._groups = KnownGroups()
        self._preparing: Timer | None = None
        self._look = 0  # counts looks that were begun or stopped: an earlier one ends at its next step
        self._awaited: RowFilter | None = None  # by a group that is being looked for
        self._found = self._groups.find(reading, self._filter)  # raises before there is a widget
        super().__init__(
            **fixed_traits(reading.table, reading.runs),
            **counted_traits(reading.table, reading.runs),
            triage=reading.triage(),
            editor=f"anywidget:{edit.model_id}" if isinstance(edit, PromptEditor) else "",
            memory="" if given else sha256_of([r.id for r in reading.runs])[:16],
            wanted=self._as_trait(self._filter, 0),
        )
        self._answer(0)
        self._show_opened()
        self.observe(self._take_wanted, names=["wanted"])
        self.observe(self._show_opened, names=["position", "view"])
        self._in_background(SETTLE_S)

    @property
    def filter(self) -> RowFilter:
        """What the rows shown have in common."""
        with self._lock:
            return self._filter

    @filter.setter
    def filter(self, wanted: RowFilter) -> None:
        with self._lock:
            self._find(wanted)  # raises in the cell
            self.wanted = self._as_trait(wanted, self._next_revision())

    @property
    def run(self) -> Run:
        """The run that is read, scored by gold as it is corrected now."""
        with self._lock:
            return self._reading.runs[-1]

    @property
    def found(self) -> tuple[RunRow, ...]:
        """The rows that fit the filter, of the run that is read."""
        with self._lock:
            return tuple(map(self._reading.row, self._found))

    @replying
    def page(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Lines from `start` on, at most `count`; of the filter that stands, whose revision comes with them."""
        start, count = max(0, int(message["start"])), min(MOST, int(message["count"]))
        return {"revision": self.view["revision"], "start": start, "rows": self._lines(start, count)}

    @replying
    def tag(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Say why the row in the message went wrong; an empty tag takes its tag away."""
        position = self._reading.row_in(message)
        self._session.tag(self._id_of(position), str(message["tag"]) or None)
        return self._decided(position)

    @replying
    def fix_gold(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put other gold labels, given by their places, in the place of those of the row in the message."""
        position = self._reading.row_in(message)
        labels = [label for place in message["labels"] if (label := label_at(place, self._reading.table.labels))]
        self._session.fix_gold(self._id_of(position), labels, str(message["reason"]))
        self._rescore()
        return self._decided(position)

    @replying
    def undo(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take back what was decided last in this browser."""
        row, said = self._session.done[-1].row if self._session.done else "", self._session.undo()
        self._rescore()
        return {**self._decided(*self._reading.table.places.get(row, ())), "said": say("browsing.undone", what=said)}

    @replying
    def enqueue(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send the row in the message to the queue of what a person must decide."""
        return {"said": self._session.enqueue(self._id_of(self._reading.row_in(message)))}

    @replying
    def more_like(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have the pool rows that resemble the row in the message sent to the queue; `told` says which, once found."""
        row = self._id_of(self._reading.row_in(message))
        self._session.kept()  # raises here, not in the background
        self._tell(say("queueing.looking", row=short(row)))
        Thread(target=self._send_more_like, args=[row], daemon=True).start()
        return {"later": True}

    @replying
    def edit(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Hand the labels that the row in the message turns on to the editor, or say where their definitions stand."""
        row = self._reading.row_in(message)
        labels = self._reading.turns_on(row)
        if self._edit is not None:
            self._edit(labels, self._id_of(row))
            return {"said": say("browsing.editing", labels=_listed(labels))}
        file = short(f"prompts/{self.run.header.prompt_name}.md")
        return {"said": say("browsing.edit_where", file=file, headings=_listed([f"## {label}" for label in labels]))}

    @replying
    def look_closer(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Look through the rationales of all rows, and find the themes of errors and gold in doubt; they come later."""
        self._begin_closer_look()
        return {}

    @replying
    def stop_looking(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Stop looking through rationales and gold; what was found before stands."""
        self._look += 1
        self.looked, self._awaited = "", None
        return {}

    def _send_more_like(self, row: str) -> None:
        """Find the rows without the lock, for the first time takes seconds; send them under it."""
        try:
            found = self._session.resembling(row)
        except Exception as error:
            with self._lock:
                self.problem = described(error)
                self._tell("")
            return
        with self._guarded():
            self._tell(self._session.enqueue_like(row, found))

    def _tell(self, said: str) -> None:
        self.told = {"turn": self.told.get("turn", 0) + 1, "said": said}

    def _begin_closer_look(self) -> None:
        self.looked = "now"
        self._in_background(0.0, closer=True)

    def _in_background(self, seconds: float, *, closer: bool = False) -> None:
        """Prepare for searches and groups, once the page has been painted, which comes first."""
        self._look += 1
        self.looked_through = 0.0
        if self._preparing:
            self._preparing.cancel()
        self._preparing = Timer(seconds, self._prepare, [self._reading, closer])
        self._preparing.daemon = True
        self._preparing.start()

    def _prepare(self, reading: Reading, closer: bool) -> None:
        look = self._look

        def progress(share: float) -> None:
            with self._lock:
                if look != self._look:
                    raise StoppedError
                if closer and share - self.looked_through >= _STEP:
                    self.looked_through = share

        len(reading.table.searchable)
        if not closer and len(reading.table.rows) > LOOKED_AT_ONCE:
            return
        try:  # without the lock: meanwhile people read and filter
            groups = (all_groups if closer else quick_groups)(reading.table, reading.runs, progress)
        except StoppedError:
            return
        except Exception as error:
            with self._lock:
                self.problem, self.looked, self._awaited = described(error), "", None
            return
        with self._lock:
            if reading is self._reading and look == self._look:
                self._take_groups(groups, closer=closer)
                self._show_awaited()
        if closer or len(reading.table.rows) <= COMPARED_AT_ONCE:
            self._show_verdict(reading)

    def _show_verdict(self, reading: Reading) -> None:
        """Say which run is better; without the lock, for it takes its time."""
        try:
            verdict = verdict_of(reading.runs)
        except Exception as error:
            with self._lock:
                self.problem = described(error)
            return
        with self._lock:
            if reading is self._reading:
                self.verdict = verdict

    def _show_awaited(self) -> None:
        """Filter by the group that a page asked for before it was found, unless something else was asked for since."""
        wanted, self._awaited = self._awaited, None
        if wanted is not None and wanted.group in self._groups.by_key:
            self.filter = wanted

    def _take_groups(self, groups: Iterable[RowGroup], *, closer: bool) -> None:
        self._groups.take(groups, closer=closer)
        self.groups = self._groups.as_trait()
        self.looked = "done" if closer else self.looked

    def _find(self, wanted: RowFilter) -> list[int]:
        """The rows that fit; a group that is asked for before there are any is worked out first."""
        if wanted.group and wanted.group not in self._groups.by_key:
            closer, reading = is_slow(wanted.group), self._reading
            self._take_groups((all_groups if closer else quick_groups)(reading.table, reading.runs), closer=closer)
        return self._groups.find(self._reading, wanted)

    def _id_of(self, position: int) -> str:
        return self._reading.row(position).example.id

    def _rescore(self) -> None:
        """Lay the rows out anew by gold as it is corrected now."""
        before = self._reading
        self._reading = now = Reading(self._session, before.runs)
        self.verdict = ""  # until it is worked out by the gold of now
        if self._groups.by_key:
            self._groups.rescore(before.table, now)
            self.groups = self._groups.as_trait()
            self.looked = "now" if self.looked == "now" else ""  # themes can be looked for anew
        self._in_background(SETTLE_S, closer=self.looked == "now")
        for name, value in counted_traits(now.table, now.runs).items():
            self.set_trait(name, value)

    def _decided(self, *positions: int) -> dict[str, Any]:
        """Show what a decision has changed; lines come with the reply unless other rows are found now."""
        self._reading.read_tags()
        self.triage = self._reading.triage()
        before = self._found
        self._find_anew()
        changed = set(positions)
        lines = [[place, self._reading.line(k)] for place, k in enumerate(self._found) if k in changed]
        return {"lines": lines if self._found == before else []}

    def _lines(self, start: int, count: int) -> list[dict[str, Any]]:
        return [self._reading.line(k) for k in self._found[start : start + count]]

    def _take_wanted(self, _change: object = None) -> None:
        """Answer what the page asks for; when that is refused the filter before stands, and the page hears of it."""
        if self.wanted == self.view["wanted"]:
            return
        with self._guarded():
            try:
                wanted = self._without_slow_group(filter_of_trait(self.wanted, self._reading.table.labels))
                self._found, self._filter = self._find(wanted), wanted
            finally:
                self._answer(self._next_revision(self.wanted.get("revision")))

    def _without_slow_group(self, wanted: RowFilter) -> RowFilter:
        """What can be shown at once: a group of many rows that is still to be found, as one remembered, comes later."""
        self._awaited = None
        many = len(self._reading.table.rows) > LOOKED_AT_ONCE
        if not (many and is_slow(wanted.group)) or wanted.group in self._groups.by_key:
            return wanted
        self._begin_closer_look()
        self._awaited = wanted
        return replace(wanted, group="")

    def _next_revision(self, asked: object = 0) -> int:
        """What the page asked for with, unless that crossed with something newer: then newer than all that it knows."""
        newest = int(self.view["revision"])
        return asked if isinstance(asked, int) and asked > newest else newest + 1

    def _answer(self, revision: int) -> None:
        """Send the first of the rows found, and which filter they fit: page and kernel may each have set another."""
        self.position = min(max(0, self.position), max(0, len(self._found) - 1))
        stands = self._as_trait(self._filter, revision)
        self.view = {"revision": revision, "wanted": stands, "found": len(self._found), "rows": self._lines(0, PAGE)}
        self.wanted = stands

    def _find_anew(self) -> None:
        """Rows may fit the filter no more; the list is left alone when the same are found."""
        with self._guarded():
            before, self._found = self._found, self._find(self._filter)
            if self._found == before:
                return self._show_opened()
            self._answer(int(self.view["revision"]))

    def _show_opened(self, _change: object = None) -> None:
        with self._guarded(clears=False):
            place = min(max(0, int(self.position)), len(self._found) - 1)
            row = self._reading.opened(self._found[place]) if self._found else {}
            self.opened = {"revision": self.view.get("revision", 0), "position": place, **row}

    def _as_trait(self, wanted: RowFilter, revision: int) -> dict[str, Any]:
        return filter_as_trait(wanted, self._reading.table.labels, revision)


def _opening(
    edit: PromptEditor | Callable[[tuple[str, ...]], object] | None,
) -> Callable[[tuple[str, ...], str], object] | None:
    """How labels, and the row they come from, are handed to where definitions are edited."""
    if edit is None or isinstance(edit, PromptEditor):
        return edit.edit if edit else None
    return lambda labels, _row: edit(labels)


def _listed(labels: Iterable[str]) -> str:
    return listed(map(short, labels))
