"""The quality page: how good, how sure, which errors; a link shows the same rows again, a button saves them.

What a browser sends is not trusted: every callback reads values that are checked here, and none leaves the scene.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache, partial
from threading import RLock
from typing import Any
from urllib.parse import urlencode

import ipywidgets as ui
from traitlets import TraitError

from labkit.dashboards.page import WHOLE_NAME, head, menu, page_of, render
from labkit.decision import ScoredRun
from labkit.diagnosis import is_probe
from labkit.diagnosis.filters import QUERY_LIMIT
from labkit.records import Run, RunHeader, Status
from labkit.texts import say
from labkit.views.error_cards import ErrorCard, error_cards, filter_cards, masked_card
from labkit.views.errors_file import errors_workbook
from labkit.views.markup import short
from labkit.views.misses import misses_values, other_voices
from labkit.views.run_table import leading_run, run_lines, score_runs
from labkit.views.sentences import run_words
from labkit.views.standing import first_run, reason_title, standing_values
from labkit.workspace import Scene

PAGE = 8  # error cards shown at a time
MAX_RUNS = 50  # runs to choose from, the newest
TABLE_RUNS = 12  # of these in the table of all runs


class QualityPage:
    """The parts of the quality page, and what happens when one is used.

    Args:
        scene: whose recorded runs are shown.
        asked: what a link to the page says: run, label, status, query, page; what does not fit is passed over.
    """

    def __init__(self, scene: Scene, asked: Mapping[str, str] | None = None) -> None:
        self._scene, self._asked = scene, asked or {}
        self._lock = RLock()  # callbacks may run on two threads, by version of ipykernel
        self._headers = _offered(scene.store.runs(), self._asked.get("run", ""))
        self._read = lru_cache(maxsize=MAX_RUNS)(scene.store.load_run)
        self._scored = lru_cache(maxsize=MAX_RUNS)(self._load)
        self._page = 0
        self.standing, self.labels, self.misses, self.errors, self.runs = (ui.HTML() for _ in range(5))
        self.not_there = ui.HTML()
        self.count = ui.Label()
        self.all_runs = ui.Accordion([self.runs], titles=[say("quality.all_runs")], selected_index=None)
        self.run = menu("quality.run", [])
        self.label = menu("quality.label", [(say("quality.any_label"), ""), *_options(scene.task.labels)])
        self.status = menu("quality.status", [(say("quality.any_status"), ""), *_statuses()])
        self.query = ui.Text(
            description=say("quality.query"),
            placeholder=say("quality.query_hint"),
            continuous_update=False,
            style=WHOLE_NAME,
        )
        self.excel = ui.Button(description=say("quality.excel"), icon="download", layout={"width": "auto"})
        self.file = ui.HTML()
        self.previous = ui.Button(description=say("quality.previous"))
        self.next = ui.Button(description=say("quality.next"))
        self.widget = self._layout()
        self._connect()

    def _load(self, run: str) -> ScoredRun:
        return score_runs([self._read(run)], self._scene.task.bar)[0]

    def _layout(self) -> ui.Widget:
        title = head("quality", self._scene)
        if not self._headers:
            nothing = render("nothing.html", words=say("report.no_runs"), command=first_run(self._scene))
            return page_of(title, ui.HTML(nothing))
        filters = ui.HBox([self.label, self.status, self.query]).add_class("lk-filters")
        pager = ui.HBox([self.previous, self.next]).add_class("lk-filters")
        export = ui.HBox([self.excel, self.file]).add_class("lk-filters")
        self.run.add_class("lk-run")
        labels_head, misses_head, errors_head = (
            ui.HTML(render("heading.html", words=say(part)))
            for part in ("report.labels", "page.confusions", "report.errors")
        )
        top = (title, self.not_there, self.run, self.standing, labels_head, self.labels, misses_head, self.misses)
        return page_of(*top, errors_head, filters, self.count, export, self.errors, pager, self.all_runs)

    def _connect(self) -> None:
        if not self._headers:
            return
        known = {header.run for header in self._headers}
        self.run.options = [(run_words(header), header.run) for header in self._headers]
        self.run.value = asked if (asked := self._asked.get("run", "")) in known else self._leading
        missing = [name for name, part in self._choices.items() if not _set(part, self._asked.get(name))]
        if missing:
            told = [say(f"quality.not_there.{name}", value=short(self._asked[name])) for name in missing]
            self.not_there.value = render("notice.html", words=" ".join(told))
        asked_page = self._asked.get("page", "")
        self._page = int(asked_page) - 1 if re.fullmatch("[0-9]{1,6}", asked_page) else 0
        for part in (self.run, self.label, self.status, self.query):
            part.observe(self._on_choice, names="value")
        self.all_runs.observe(self._on_open, names="selected_index")
        self.previous.on_click(partial(self._on_turn, -1))
        self.next.on_click(partial(self._on_turn, +1))
        self.excel.on_click(self._on_excel)
        self._show_run()

    @property
    def _choices(self) -> dict[str, Any]:
        return {"run": self.run, "label": self.label, "status": self.status, "query": self.query}

    @cached_property
    def _leading(self) -> str:
        """The run that stands for the scene, as on the other pages; no more runs are read than that takes."""
        for splits in (("test",), ("test", "dev")):
            measures = [one.run for one in self._headers if one.split in splits and not is_probe(one)]
            leader = leading_run([self._read(run) for run in measures], self._scene.task.bar.metric)
            if leader and leader.complete:
                return leader.id
        return self._headers[0].run

    @property
    def address(self) -> str:
        """What the address of the page says when it is to show these very rows."""
        chosen = {name: str(part.value)[:QUERY_LIMIT] for name, part in self._choices.items() if part.value}
        return urlencode({**chosen, "page": self._page + 1} if self._page else chosen)

    def _on_choice(self, change: Any) -> None:
        with self._lock:
            self._page = 0
            self.not_there.value = ""  # what is shown now is what somebody chose here
            if change["owner"] is self.run:
                self._show_run()
            else:
                self._show_errors()

    def _on_turn(self, step: int, button: Any) -> None:
        with self._lock:
            self._page += step
            self._show_errors()

    def _on_excel(self, button: Any) -> None:
        """Make the file when somebody asks for it; it goes to the browser, and no disk sees it."""
        with self._lock:
            run = self._scored(self.run.value).run
            self.file.value = render("excel_link.html", file=errors_workbook(run, self._found(run)))

    def _found(self, run: Run) -> tuple[ErrorCard, ...]:
        """The cards that fit the filters."""
        status = Status(self.status.value) if self.status.value else None
        return filter_cards(error_cards(run), self.label.value, status, self.query.value)

    def _on_open(self, change: Any) -> None:
        """Score the runs of the table only when somebody looks: a page must open fast however many there are."""
        with self._lock:
            if not self.runs.value:
                scored = [self._scored(header.run) for header in self._headers[:TABLE_RUNS]]
                lines = run_lines(scored, self._leading)
                self.runs.value = render("runs.html", runs=lines, metric=self._scene.task.bar.metric)

    def _show_run(self) -> None:
        scored = self._scored(self.run.value)
        values = standing_values(scored, len(self._scene.test_readings()))
        self.standing.value = render("standing.html", **values)
        self.labels.value = render("labels.html", **values)
        voices = other_voices(scored.run, self._headers, self._read)
        self.misses.value = render("misses.html", **misses_values(scored.run, voices))
        self._show_errors()

    def _show_errors(self) -> None:
        run = self._scored(self.run.value).run
        total, found = len(error_cards(run)), self._found(run)
        self.file.value = ""  # what was made before is of other rows
        self._page = max(0, min(self._page, (len(found) - 1) // PAGE))
        first = self._page * PAGE
        self.previous.disabled, self.next.disabled = first == 0, first + PAGE >= len(found)
        self.count.value = _count_words(first, len(found), total, len(run.rows))
        shown = [masked_card(card, run.task.language) for card in found[first : first + PAGE]]
        self.errors.value = _render_errors(shown, run.task.item, run.header.model, self.address)


def _offered(headers: Sequence[RunHeader], asked: str) -> tuple[RunHeader, ...]:
    """The newest runs, and the one that a link names, however old it is."""
    older = [header for header in headers[MAX_RUNS:] if header.run == asked]
    return (*headers[:MAX_RUNS], *older)


def _set(part: Any, value: str | None) -> bool:
    """Choose what a link asks for; False where that is not offered."""
    try:
        part.value = part.value if value is None else value
    except TraitError:
        return False
    return True


def _render_errors(cards: Sequence[ErrorCard], item: str, model: str, address: str) -> str:
    return render("errors.html", cards=cards, item=item, reason_title=reason_title(model), address=address)


def _count_words(first: int, found: int, total: int, rows: int) -> str:
    if not found:
        return say("quality.count_none", total=total, rows=rows)
    last = min(first + PAGE, found)
    return say("quality.count", first=first + 1, last=last, found=found, total=total, rows=rows)


def _options(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(short(name), name) for name in names]


def _statuses() -> list[tuple[str, str]]:
    return [(say(f"status.{status}"), status.value) for status in Status]
