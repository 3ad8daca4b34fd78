"""Read the rows of a run, or what differs between two: filters, confusions, and each row with its rationale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from threading import Timer
from typing import TYPE_CHECKING, Any

import traitlets

from labkit.diagnosis import (
    Change,
    Outcome,
    RowFilter,
    RowTable,
    find_rows,
    row_table,
)
from labkit.diagnosis.triage import causes_of
from labkit.errors import BadInput
from labkit.records import Run, RunRow, sha256_of
from labkit.texts import listed, say
from labkit.views.browsed_rows import browsed_rows
from labkit.views.markup import short
from labkit.views.row_groups import RowGroup, blame_groups, flag_groups, same_gold, suspect_groups, theme_groups
from labkit.widgets.base import LabWidget, described, replying
from labkit.widgets.browser_traits import counted_traits, fixed_traits
from labkit.widgets.prompt_editor import PromptEditor
from labkit.widgets.triage_session import TriageSession

if TYPE_CHECKING:
    from labkit.workspace import Scene

PAGE = 60  # rows that come with a new filter, so that the list is there at once
SETTLE_S = 1.5  # until searches and groups are prepared for
SLOW = ("theme", "suspect")  # kinds of groups that are worked out when somebody asks
LOOKED_AT_ONCE = 20_000  # rows whose rationales are looked through unasked; of more, when somebody asks
MOST = 200  # rows that one request may ask for
_LABELS = ("label", "missed", "spurious")  # in the trait by their place, so that no name has to survive a round trip


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
    memory = traitlets.Unicode().tag(sync=True)  # under which the web browser remembers filters; "" when given here
    tags = traitlets.List().tag(sync=True)  # [value, words]
    groups = traitlets.List().tag(sync=True)  # of rows, to filter by; see `RowGroup.as_trait`
    looked = traitlets.Unicode().tag(sync=True)  # whether rationales were looked through: "", "now" or "done"
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
        self._edit = edit.edit if isinstance(edit, PromptEditor) else edit
        self._take((against, run) if against else (run,))
        _check(self._table, self._runs)
        given = any((outcome, label, missed, spurious, status, change, tag, query))
        change = change or ("differ" if against and not given else "")
        outcome = outcome or _first_outcome(self._table, change)
        asked = RowFilter(outcome, label, missed, spurious, False, status, change, tag, "", query)
        self._groups: dict[str, RowGroup] = {}
        self._preparing: Timer | None = None
        self._filter = asked
        self._found = find_rows(self._table, asked, self._causes)  # raises before there is a widget
        super().__init__(
            **fixed_traits(self._table, self._runs),
            **counted_traits(self._table, self._runs),
            triage=self._as_triage(),
            editor=f"anywidget:{edit.model_id}" if isinstance(edit, PromptEditor) else "",
            memory="" if given else sha256_of([r.id for r in self._runs])[:16],
            wanted=self._as_trait(asked, 0),
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
            return self._runs[-1]

    @property
    def found(self) -> tuple[RunRow, ...]:
        """The rows that fit the filter, of the run that is read."""
        with self._lock:
            return tuple(self._table.rows[k] for k in self._found)

    @replying
    def page(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Lines from `start` on, at most `count`; of the filter that stands, whose revision comes with them."""
        start, count = max(0, int(message["start"])), min(MOST, int(message["count"]))
        return {"revision": self.view["revision"], "start": start, "rows": self._lines(start, count)}

    @replying
    def tag(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Say why the row in the message went wrong; an empty tag takes its tag away."""
        position = self._row_in(message)
        self._session.tag(self._table.rows[position].example.id, str(message["tag"]) or None)
        return self._decided(position)

    @replying
    def fix_gold(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put other gold labels, given by their places, in the place of those of the row in the message."""
        position = self._row_in(message)
        labels = [label for place in message["labels"] if (label := self._label_at(place))]
        self._session.fix_gold(self._table.rows[position].example.id, labels, str(message["reason"]))
        self._rescore()
        return self._decided(position)

    @replying
    def undo(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take back what was decided last in this browser."""
        row, said = self._session.done[-1].row if self._session.done else "", self._session.undo()
        self._rescore()
        return {**self._decided(*self._table.places.get(row, ())), "said": say("browsing.undone", what=said)}

    @replying
    def enqueue(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send the row in the message to the queue of what a person must decide."""
        return {"said": self._session.enqueue(self._table.rows[self._row_in(message)].example.id)}

    @replying
    def more_like(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send the pool rows that resemble the row in the message to the queue."""
        return {"said": self._session.more_like(self._table.rows[self._row_in(message)].example.id)}

    @replying
    def edit(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Hand the labels that the row in the message turns on to the editor, or say where their definitions stand."""
        row = self._table.rows[self._row_in(message)]
        gold, answered = row.example.labels or (), row.prediction.labels
        labels = tuple(
            dict.fromkeys((*gold, *answered) if row.correct else (*_less(gold, answered), *_less(answered, gold)))
        )
        if self._edit is not None:
            self._edit(labels)
            return {"said": say("browsing.editing", labels=_listed(labels))}
        file = short(f"prompts/{self._runs[-1].header.prompt_name}.md")
        return {"said": say("browsing.edit_where", file=file, headings=_listed([f"## {label}" for label in labels]))}

    @replying
    def look_closer(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Look through the rationales of all rows, and find the themes of errors and gold in doubt; they come later."""
        self.looked = "now"
        self._in_background(0.0, closer=True)
        return {}

    def _in_background(self, seconds: float, *, closer: bool = False) -> None:
        """Prepare for searches and groups, once the page has been painted, which comes first."""
        if self._preparing:
            self._preparing.cancel()  # one that has begun drops what it finds, which is of rows as they were
        self._preparing = Timer(seconds, self._prepare, [self._table, closer])
        self._preparing.daemon = True
        self._preparing.start()

    def _prepare(self, table: RowTable, closer: bool) -> None:
        len(table.searchable)
        if not closer and len(table.rows) > LOOKED_AT_ONCE:
            return
        try:  # without the lock: meanwhile people read and filter
            groups = [*self._quick_groups(table), *(self._slow_groups(table) if closer else ())]
        except Exception as error:
            with self._lock:
                self.problem, self.looked = described(error), ""
            return
        with self._lock:
            if table is self._table:
                slow = [] if closer else [group for group in self._groups.values() if group.kind in SLOW]
                self._take_groups([*groups, *slow], "done" if closer else self.looked)

    def _quick_groups(self, table: RowTable) -> list[RowGroup]:
        return [*flag_groups(table), *(blame_groups(table, *self._runs) if len(self._runs) == 2 else ())]

    def _slow_groups(self, table: RowTable) -> list[RowGroup]:
        return [*theme_groups(table), *suspect_groups(table, self._runs)]

    def _take_groups(self, groups: Iterable[RowGroup], looked: str) -> None:
        self._groups = {group.key: group for group in groups}
        self.groups = [group.as_trait() for group in self._groups.values()]
        self.looked = looked

    def _find(self, wanted: RowFilter) -> list[int]:
        """The rows that fit; a group that is asked for before there are any is worked out first."""
        if wanted.group and wanted.group not in self._groups:
            slow = wanted.group.partition(".")[0] in SLOW
            found = self._slow_groups(self._table) if slow else []
            self._take_groups([*self._quick_groups(self._table), *found], "done" if slow else self.looked)
        masks = {key: group.rows for key, group in self._groups.items()}
        rows = find_rows(self._table, wanted, self._causes, masks)
        order = self._groups[wanted.group].order if wanted.group else ()
        fitting = set(rows)
        return [k for k in order if k in fitting] if order else rows

    def _row_in(self, message: Mapping[str, Any]) -> int:
        row = message["row"]
        if not isinstance(row, int) or not 0 <= row < len(self._table.rows):
            raise BadInput(f"This browser has no row {str(row)[:20]!r}", "Choose a row of the list")
        return row

    def _take(self, runs: tuple[Run, ...]) -> None:
        """Lay out runs, scored by gold as it is corrected now."""
        self._runs = tuple(self._session.with_gold_of_now(run) for run in runs)
        against = self._runs[0] if len(runs) == 2 else None
        self._table = row_table(self._runs[-1], against)
        self._rows = browsed_rows(self._table, self._runs)
        self._causes = causes_of(self._table, self._session.tags)

    def _rescore(self) -> None:
        before = self._table
        self._take(self._runs)
        if self._groups:  # slow ones stay as they are read, without the rows corrected; they can be looked for anew
            same = same_gold(before, self._table)
            kept = [replace(group, rows=group.rows & same) for group in self._groups.values() if group.kind in SLOW]
            asked = self.looked if self.looked == "now" else ""
            self._take_groups([*self._quick_groups(self._table), *kept], asked)
        self._in_background(SETTLE_S, closer=self.looked == "now")
        for name, value in counted_traits(self._table, self._runs).items():
            self.set_trait(name, value)

    def _decided(self, *positions: int) -> dict[str, Any]:
        """Show what a decision has changed; lines come with the reply unless other rows are found now."""
        self._causes = causes_of(self._table, self._session.tags)
        self.triage = self._as_triage()
        before = self._found
        self._find_anew()
        changed = set(positions)
        lines = [[place, self._line(k)] for place, k in enumerate(self._found) if k in changed]
        return {"lines": lines if self._found == before else []}

    def _as_triage(self) -> dict[str, Any]:
        scene = self._session.scene
        task = scene.task if scene else None
        return {
            "can": task is not None,
            "several": bool(task and task.multi_label),
            "none": bool(task and task.allow_none),
            "undo": self._session.last,
            **asdict(self._causes.counts()),
        }

    def _line(self, position: int) -> dict[str, Any]:
        cause = self._causes.of(position)
        return {**self._rows.line(position), "row": position, "tag": say(f"tag.{cause}") if cause else ""}

    def _lines(self, start: int, count: int) -> list[dict[str, Any]]:
        return [self._line(k) for k in self._found[start : start + count]]

    def _take_wanted(self, _change: object = None) -> None:
        """Answer what the page asks for; when that is refused the filter before stands, and the page hears of it."""
        if self.wanted == self.view["wanted"]:
            return
        with self._guarded():
            try:
                wanted = self._as_filter(self.wanted)
                self._found, self._filter = self._find(wanted), wanted
            finally:
                self._answer(self._next_revision(self.wanted.get("revision")))

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
            row = self._opened_row(self._found[place]) if self._found else {}
            self.opened = {"revision": self.view.get("revision", 0), "position": place, **row}

    def _opened_row(self, position: int) -> dict[str, Any]:
        example = self._table.rows[position].example
        return {
            **self._rows.full(position),
            "row": position,
            "tag": self._causes.of(position) or "",
            "gold_places": [self._table.labels.index(label) for label in example.labels or ()],
            "allowed": [self._table.labels.index(label) for label in self._runs[-1].task.labels_of(example.subtask)],
            "history": self._session.history(example.id),
        }

    def _as_trait(self, wanted: RowFilter, revision: int) -> dict[str, Any]:
        names = {name: getattr(wanted, name) for name in _LABELS}
        places = {name: self._table.labels.index(label) if label else -1 for name, label in names.items()}
        return {**asdict(wanted), **places, "revision": revision}

    def _as_filter(self, trait: Mapping[str, Any]) -> RowFilter:
        """What a page asks for, checked as if anybody had sent it."""
        labels = {name: self._label_at(trait.get(name, -1)) for name in _LABELS}
        words = {name: str(trait.get(name, "")) for name in ("status", "change", "tag", "group", "query")}
        flags = {name: trait.get(name) is True for name in ("alone", "earlier")}
        return RowFilter(**labels, **words, **flags, outcome=trait.get("outcome", "any"))  # type: ignore[arg-type]

    def _label_at(self, place: object) -> str:
        if not isinstance(place, int) or not 0 <= place < len(self._table.labels):
            return ""
        return self._table.labels[place]


def _check(table: RowTable, runs: tuple[Run, ...]) -> None:
    if len(runs) == 2 and not table.rows:
        names = " and ".join(run.id for run in runs)
        raise BadInput(f"The runs {names} have no row in common", "Evaluate them on the same rows")


def _first_outcome(table: RowTable, change: str) -> Outcome:
    """Errors first; everything when a change is asked for, or nothing could be an error."""
    return "any" if change or not table.read.labelled.any() else "wrong"


def _less(labels: Sequence[str], others: Sequence[str]) -> list[str]:
    return [label for label in labels if label not in others]


def _listed(labels: Iterable[str]) -> str:
    return listed(map(short, labels))
