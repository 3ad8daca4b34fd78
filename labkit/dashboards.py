"""Read-only pages over a scene's recorded runs, for people who open Voila: nothing is asked, written or paid for.

What a page sends back is not trusted: every callback reads values that are checked here, and none leaves the scene.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from threading import RLock, Thread
from typing import Any
from urllib.parse import urlencode

import ipywidgets as ui
from traitlets import TraitError

from labkit.audits import audit
from labkit.decision import ScoredRun
from labkit.diagnosis.filters import QUERY_LIMIT
from labkit.errors import BadInput, LabkitError
from labkit.records import Bar, RunHeader, Status
from labkit.texts import say
from labkit.views.choice_page import choice_values
from labkit.views.data_page import data_values, lights_values, newest_dataset, training_rows_words
from labkit.views.error_cards import ErrorCard, error_cards, filter_cards, masked_card
from labkit.views.markup import render_template, short
from labkit.views.memo import SceneMemo, memo
from labkit.views.page_address import asked_here
from labkit.views.release_page import releases_values
from labkit.views.run_table import run_lines, score_runs
from labkit.views.sentences import run_words
from labkit.views.standing import reason_title, standing_values
from labkit.views.week_page import Week
from labkit.workspace import Scene, open_scene

PAGE = 8  # error cards shown at a time
MAX_RUNS = 50  # runs to choose from, the newest
TABLE_RUNS = 12  # of these in the table of all runs
SCENE_VARIABLE = "LABKIT_DASH_SCENE"  # set by `python -m labkit dash`
NO_VOLUME = 0  # on the slider: how many posts come is not known
WHOLE_NAME = {"description_width": "initial"}  # ipywidgets cuts a field's name otherwise
SLIDER = {"width": "460px", "max_width": "100%"}  # beside a whole name nothing would be left to slide on


def quality(scene: Scene | None = None) -> ui.Widget:
    """The quality page: how good, how sure, which errors.

    Args:
        scene: whose runs; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    return QualityPage(scene or _named_scene(), asked_here()).widget


def model_choice(scene: Scene | None = None) -> ui.Widget:
    """The model-choice page: which way to go, how good, how dear, how slow, and what is not known yet.

    Args:
        scene: whose runs; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    return ChoicePage(scene or _named_scene()).widget


def this_week(scene: Scene | None = None) -> ui.Widget:
    """The index: what waits for a decision, where we stand, what changed in seven days, what it cost.

    Args:
        scene: whose records; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    scene = scene or _named_scene()
    week = Week(scene, datetime.now(UTC))
    return _page(_head("week", scene), ui.HTML(_render("week.html", **week.values)))


def data(scene: Scene | None = None) -> ui.Widget:
    """The data page: six principles as lights, coverage and balance, of the newest training set or of the pool.

    Args:
        scene: whose rows; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display; its lights come when the rows are examined, which takes some seconds.

    Raises:
        UnknownName: there is no such scene.
    """
    return DataPage(scene or _named_scene()).widget


def releases(scene: Scene | None = None) -> ui.Widget:
    """The page of trainings and releases: what is live, what waits for a yes, what trains, and the way back.

    Args:
        scene: whose records; the scene named by $LABKIT_DASH_SCENE when None.

    Returns:
        A widget to display.

    Raises:
        UnknownName: there is no such scene.
    """
    scene = scene or _named_scene()
    return _page(_head("releases", scene), ui.HTML(_render("releases.html", **releases_values(scene))))


class ChoicePage:
    """The parts of the model-choice page: the memo, and what it would be at another volume or bar.

    The sliders ask "what if"; the bar of task.yaml stays as it is, and the page says which one it tells of.

    Args:
        scene: whose memo.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._bar = scene, scene.task.bar
        self._lock = RLock()
        self.memo = ui.HTML()
        wide: dict[str, Any] = {"continuous_update": False, "style": WHOLE_NAME, "layout": SLIDER}
        self.volume = ui.SelectionSlider(description=say("choice.volume_slider"), **wide, **_volumes(self._bar))
        bar = round(100 * self._bar.value)
        self.bar = ui.IntSlider(value=bar, max=100, description=say("choice.bar_slider"), **wide)
        self._show(memo(scene))
        for slider in (self.volume, self.bar):
            slider.observe(self._on_slide, names="value")
        head = _head("choice", scene)
        sliders = ui.HBox([self.volume, self.bar]).add_class("lk-filters")
        self.widget = _page(head, sliders, self.memo) if self._measured else _page(head, self.memo)

    def _on_slide(self, change: Any) -> None:
        with self._lock, suppress(BadInput):  # a forged value: what was shown stays
            self._show(memo(self._scene, **self._what_if()))

    def _what_if(self) -> dict[str, Any]:
        """What the sliders name otherwise than task.yaml; rounding to whole points is no question."""
        bar = {} if self.bar.value == round(100 * self._bar.value) else {"value": self.bar.value / 100}
        planned, asked = self._bar.monthly_volume, self.volume.value
        return bar if asked == (NO_VOLUME if planned is None else planned) else {**bar, "monthly_volume": asked or None}

    def _show(self, found: SceneMemo) -> None:
        self._measured = bool(found.memo.candidates)
        if not self._measured:
            self.memo.value = _render("nothing.html", words=say("choice.nothing"))
            return
        asked, bar = self._what_if(), found.memo.task.bar
        words = say("choice.what_if", volume=_count(bar.monthly_volume), bar=f"{100 * bar.value:g}") if asked else ""
        self.memo.value = _render("choice.html", what_if=words, **choice_values(found.memo, found.taken))


def _volumes(bar: Bar) -> dict[str, Any]:
    """Posts a month to choose from: 1, 2 and 5 of each power of ten, and the volume that is planned, if it is known."""
    steps = {n * 10**power for power in range(3, 8) for n in (1, 2, 5)}
    planned = NO_VOLUME if bar.monthly_volume is None else bar.monthly_volume
    return {"options": [(_count(volume or None), volume) for volume in sorted({planned, *steps})], "value": planned}


def _count(volume: int | None) -> str:
    return say("memo.unknown") if volume is None else f"{volume:,}"


class DataPage:
    """The parts of the data page; the rows are examined beside it, so that the page opens at once.

    Args:
        scene: whose rows.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._dataset = scene, newest_dataset(scene)
        self.lights = ui.HTML(_render("nothing.html", words=say("data.checking", check="")))
        about = ui.HTML(_render("words.html", lines=[training_rows_words(scene, self._dataset)]))
        counts = ui.HTML(_render("rows_of_labels.html", data=data_values(scene)))
        heads = [ui.HTML(_render("heading.html", words=say(f"data.{part}"))) for part in ("lights", "counts")]
        self.widget = _page(_head("data", scene), about, heads[0], self.lights, heads[1], counts)
        self.examining = Thread(target=self._examine, daemon=True)
        self.examining.start()

    def _examine(self) -> None:
        try:
            found = audit(self._scene, self._dataset, progress=self._tell)
            self.lights.value = _render("lights.html", **lights_values(found, self._scene))
        except LabkitError as error:
            self.lights.value = _render("nothing.html", words=say("data.failed", problem=error))
        except Exception as error:  # whatever it is, the page must not say "checking" for ever
            logging.getLogger(__name__).exception("The audit of the data page failed")
            self.lights.value = _render("nothing.html", words=say("data.failed", problem=type(error).__name__))

    def _tell(self, check: str) -> None:
        self.lights.value = _render("nothing.html", words=say("data.checking", check=say(f"audit.{check}")))


def _head(page: str, scene: Scene) -> ui.Widget:
    title = say(f"{page}.title", scene=short(scene.task.name))
    return ui.HTML(_render("page_head.html", title=title, date=_now()))


def _named_scene() -> Scene:
    return open_scene(os.environ.get(SCENE_VARIABLE, "weibo_service"))


class QualityPage:
    """The parts of the quality page, and what happens when one is used.

    Args:
        scene: whose recorded runs are shown.
        asked: what a link to the page says: run, label, status, query, page; what does not fit is passed over.
    """

    def __init__(self, scene: Scene, asked: Mapping[str, str] | None = None) -> None:
        self._scene, self._asked = scene, asked or {}
        self._lock = RLock()  # callbacks may run on two threads, by version of ipykernel
        self._headers = scene.store.runs()[:MAX_RUNS]
        self._scored = lru_cache(maxsize=MAX_RUNS)(self._load)
        self._page = 0
        self.standing, self.labels, self.errors, self.runs = (ui.HTML() for _ in range(4))
        self.count = ui.Label()
        self.all_runs = ui.Accordion([self.runs], titles=[say("quality.all_runs")], selected_index=None)
        self.run = _menu("quality.run", [])
        self.label = _menu("quality.label", [(say("quality.any_label"), ""), *_options(scene.task.labels)])
        self.status = _menu("quality.status", [(say("quality.any_status"), ""), *_statuses()])
        self.query = ui.Text(
            description=say("quality.query"),
            placeholder=say("quality.query_hint"),
            continuous_update=False,
            style=WHOLE_NAME,
        )
        self.previous = ui.Button(description=say("quality.previous"))
        self.next = ui.Button(description=say("quality.next"))
        self.widget = self._layout()
        self._connect()

    def _load(self, run: str) -> ScoredRun:
        return score_runs([self._scene.store.load_run(run)], self._scene.task.bar)[0]

    def _layout(self) -> ui.Widget:
        head = _head("quality", self._scene)
        if not self._headers:
            named = {"scene": self._scene.path.name, "prompt": (*self._scene.prompt_names(), "v1")[0]}
            return _page(head, ui.HTML(_render("nothing.html", words=say("report.no_runs", **named))))
        filters = ui.HBox([self.label, self.status, self.query]).add_class("lk-filters")
        pager = ui.HBox([self.previous, self.next]).add_class("lk-filters")
        self.run.add_class("lk-run")
        labels_head, errors_head = (
            ui.HTML(_render("heading.html", words=say(f"report.{part}"))) for part in ("labels", "errors")
        )
        top = (head, self.run, self.standing, labels_head, self.labels)
        return _page(*top, errors_head, filters, self.count, self.errors, pager, self.all_runs)

    def _connect(self) -> None:
        if not self._headers:
            return
        self.run.options = [(run_words(header), header.run) for header in self._headers]
        self.run.value = _first_shown(self._headers)
        for name, part in self._choices.items():
            with suppress(TraitError):  # a link to a run or label that is no longer offered
                part.value = self._asked.get(name, part.value)
        asked_page = self._asked.get("page", "")
        self._page = int(asked_page) - 1 if re.fullmatch("[0-9]{1,6}", asked_page) else 0
        for part in (self.run, self.label, self.status, self.query):
            part.observe(self._on_choice, names="value")
        self.all_runs.observe(self._on_open, names="selected_index")
        self.previous.on_click(partial(self._on_turn, -1))
        self.next.on_click(partial(self._on_turn, +1))
        self._show_run()

    @property
    def _choices(self) -> dict[str, Any]:
        return {"run": self.run, "label": self.label, "status": self.status, "query": self.query}

    @property
    def address(self) -> str:
        """What the address of the page says when it is to show these very rows."""
        chosen = {name: str(part.value)[:QUERY_LIMIT] for name, part in self._choices.items() if part.value}
        return urlencode({**chosen, "page": self._page + 1} if self._page else chosen)

    def _on_choice(self, change: Any) -> None:
        with self._lock:
            self._page = 0
            if change["owner"] is self.run:
                self._show_run()
            else:
                self._show_errors()

    def _on_turn(self, step: int, button: Any) -> None:
        with self._lock:
            self._page += step
            self._show_errors()

    def _on_open(self, change: Any) -> None:
        """Score the runs of the table only when somebody looks: a page must open fast however many there are."""
        with self._lock:
            if not self.runs.value:
                scored = [self._scored(header.run) for header in self._headers[:TABLE_RUNS]]
                self.runs.value = _render("runs.html", runs=run_lines(scored), metric=self._scene.task.bar.metric)

    def _show_run(self) -> None:
        values = standing_values(self._scored(self.run.value), len(self._scene.test_readings()))
        self.standing.value = _render("standing.html", **values)
        self.labels.value = _render("labels.html", **values)
        self._show_errors()

    def _show_errors(self) -> None:
        run = self._scored(self.run.value).run
        cards = error_cards(run)
        status = Status(self.status.value) if self.status.value else None
        found = filter_cards(cards, self.label.value, status, self.query.value)
        self._page = max(0, min(self._page, (len(found) - 1) // PAGE))
        first = self._page * PAGE
        self.previous.disabled, self.next.disabled = first == 0, first + PAGE >= len(found)
        self.count.value = _count_words(first, len(found), len(cards), len(run.rows))
        shown = [masked_card(card, run.task.language) for card in found[first : first + PAGE]]
        self.errors.value = _render_errors(shown, run.task.item, run.header.model, self.address)


def _first_shown(headers: Sequence[RunHeader]) -> str:
    """The newest run on test rows, else on dev rows, else the newest."""
    by_split = {header.split: header.run for header in reversed(headers)}
    return by_split.get("test") or by_split.get("dev") or headers[0].run


def _render_errors(cards: Sequence[ErrorCard], item: str, model: str, address: str) -> str:
    return _render("errors.html", cards=cards, item=item, reason_title=reason_title(model), address=address)


def _count_words(first: int, found: int, total: int, rows: int) -> str:
    if not found:
        return say("quality.count_none", total=total, rows=rows)
    last = min(first + PAGE, found)
    return say("quality.count", first=first + 1, last=last, found=found, total=total, rows=rows)


def _render(template: str, **values: Any) -> str:
    """A piece of the page: HTML whose values are all escaped, inside the class that carries the look."""
    return render_template("piece.html", piece=template, say=say, **values)


def _page(*parts: ui.Widget) -> ui.Widget:
    return ui.VBox([ui.HTML(render_template("style.html")), *parts]).add_class("lk-dashboard")


def _menu(key: str, options: Sequence[tuple[str, Any]]) -> ui.Dropdown:
    return ui.Dropdown(description=say(key), options=options, style=WHOLE_NAME)


def _options(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(short(name), name) for name in names]


def _statuses() -> list[tuple[str, str]]:
    return [(say(f"status.{status}"), status.value) for status in Status]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
