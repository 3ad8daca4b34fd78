"""Several runs side by side: a table to sort, pictures to choose from, and the rows on which two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import RLock
from typing import Any

import ipywidgets as ui

from labkit.comparison import compare, paired
from labkit.costs import PriceList, is_free
from labkit.decision import FLOORS, against_floors
from labkit.records import Bar, Run
from labkit.scoring import Interval
from labkit.scoring.scores import FEW_ROWS
from labkit.texts import say
from labkit.views.markup import render_template
from labkit.views.model_table import COST, LATENCY, PLACE, ModelRow, model_table
from labkit.views.sentences import caution_words, floor_words, hosting_words, pair_words
from labkit.views.strengths import way_words, ways_to_part
from labkit.widgets.error_browser import ErrorBrowser

CHOICES, STRENGTHS, AGREEMENT = "choices", "strengths", "agreement"
PICTURES = (CHOICES, STRENGTHS, AGREEMENT)
_PAIR = 2


class ModelComparison(ui.VBox):
    """Runs compared on their common rows: every figure with its interval against the bar, best first.

    Args:
        runs: two or more of one task, each once.
        prices: of the models, such as `scene.prices()`; without them only models of this machine have a known cost.
        bar: what the business asks for today, such as `scene.task.bar`; that of the first run's day when None.
        hosting: what keeping models ready costs a month in the bar's currency, such as `scene.terms().hosting`.

    Raises:
        BadInput: fewer than two runs, or one of them twice.
        BadData: no label, or no labelled row, is common to all.

    The heads of the columns sort. The letters choose: of two chosen runs the rows on which they differ open in an
    `ErrorBrowser`, the run chosen second against the first. The values are `comparison`, `chosen` (ids of runs) and
    `browser` (None until two runs are chosen).
    """

    def __init__(
        self,
        runs: Sequence[Run],
        prices: PriceList | None = None,
        bar: Bar | None = None,
        hosting: Mapping[str, Interval | None] | None = None,
    ) -> None:
        self._lock = RLock()  # callbacks may run on two threads, by version of ipykernel
        if bar:
            runs = [replace(run, task=replace(run.task, bar=bar)) for run in runs]
        self._runs = {run.id: run for run in runs}
        self._hosting = hosting or {}
        prices = prices or PriceList()
        self.comparison = compare(runs, prices=prices.prices)
        self._table = model_table(runs, self.comparison, prices)
        self._letters = {row.run: row.letter for row in self._table.rows}
        self._sorted_by, self._worst_first = PLACE, False
        self.chosen: tuple[str, ...] = ()
        self.browser: ErrorBrowser | None = None
        self.heads = {column.key: self._head(column.key) for column in self._table.columns}
        self.letters = {row.run: self._letter(row) for row in self._table.rows}
        self._lines = {row.run: _line(self.letters[row.run], self._row_html(row)) for row in self._table.rows}
        self.lines, self.differences = ui.VBox(), ui.VBox()
        self.hint, self.notes = ui.HTML(), ui.HTML()
        self.picture = _menu("comparing.picture", [(say(f"comparing.{name}"), name) for name in self._pictures()])
        self.part = _menu("comparing.by", [(way_words(by), by) for by in ways_to_part(self.comparison)])
        self.figure = ui.Output()
        super().__init__(self._layout())
        self.add_class("lk-dashboard").add_class("lk-model-comparison")
        for menu in (self.picture, self.part):
            menu.observe(self._on_picture, names="value")
        self._show_order()
        self._show_chosen()
        self._show_picture()

    def _pictures(self) -> tuple[str, ...]:
        """What can be drawn: where nobody knows money or time of any run, quality stands against nothing."""
        return PICTURES if self._table.known(COST, LATENCY) else (STRENGTHS, AGREEMENT)

    def _layout(self) -> list[ui.Widget]:
        heads = ui.Box([ui.Label(say("comparing.run")), *self.heads.values()]).add_class("lk-model-heads")
        menus = ui.HBox([self.picture, self.part]).add_class("lk-filters")
        table = ui.VBox([heads, self.lines]).add_class("lk-model-table")
        style = ui.HTML(render_template("style.html"))
        legend = ui.HTML(_words(say("comparing.bars"), *self._machine_words(), *self._hosting_words()))
        return [style, self._head_html(), table, legend, self.hint, self.differences, menus, self.figure, self.notes]

    def _head_html(self) -> ui.HTML:
        best = [self._letters[entry.run] for entry in self.comparison.ranking if entry.group == 1]
        verdict = "comparing.tied" if len(best) > 1 else "comparing.best"
        letters = say("page.comma").join(best)
        return _html(
            "comparison_head.html",
            title=say("comparing.title", runs=len(self._runs), rows=self.comparison.rows),
            cautions=[say("compare.caution", what=caution_words(one)) for one in self.comparison.cautions],
            verdict=say(verdict, best=letters, tied=letters),
            floors=self._floor_words(),
        )

    def _floor_words(self) -> list[str]:
        runs = list(self._runs.values())
        is_measured = any(run.header.model in FLOORS for run in runs)
        return floor_words(against_floors(runs) if is_measured else None)

    def _machine_words(self) -> list[str]:
        """Models of one's own ask no money for a row, and are not free for that."""
        models = {row.letter: self._runs[row.run].header.model for row in self._table.rows}
        own = [letter for letter, model in models.items() if is_free(model) and model not in FLOORS]
        return [say("comparing.machine", letters=say("page.comma").join(own))] if own else []

    def _hosting_words(self) -> Iterator[str]:
        bar = next(iter(self._runs.values())).task.bar
        return hosting_words((run.header.model for run in self._runs.values()), self._hosting, bar.currency)

    def _head(self, key: str) -> ui.Button:
        column = self._table.column(key)
        button = ui.Button(tooltip=say("comparing.sort", title=column.title, hint=column.hint))
        button.on_click(partial(self._on_sort, key))
        return button

    def _letter(self, row: ModelRow) -> ui.ToggleButton:
        button = ui.ToggleButton(description=row.letter, tooltip=row.full_name)
        button.observe(partial(self._on_choose, row.run), names="value")
        return button

    def _row_html(self, row: ModelRow) -> ui.HTML:
        return _html("model_row.html", row=row, cells=list(zip(self._table.columns, row.cells, strict=True)))

    def _on_sort(self, key: str, _button: object) -> None:
        """A first press puts the best on top, a second the worst."""
        with self._lock:
            self._worst_first = key == self._sorted_by and not self._worst_first
            self._sorted_by = key
            self._show_order()

    def _show_order(self) -> None:
        rows = self._table.ordered(self._sorted_by, worst_first=self._worst_first)
        self.lines.children = [self._lines[row.run] for row in rows]
        for key, button in self.heads.items():
            mark = (" ▲" if self._worst_first else " ▼") if key == self._sorted_by else ""
            button.description = self._table.column(key).title + mark

    def _on_choose(self, run: str, change: Any) -> None:
        """Two runs at most: a third takes the place of the first."""
        with self._lock:
            others = tuple(other for other in self.chosen if other != run)
            chosen = (*others, run)[-_PAIR:] if change["new"] else others
            if chosen == self.chosen:
                return
            self.chosen = chosen
            for other, button in self.letters.items():
                button.value = other in chosen
            self._show_chosen()

    def _show_chosen(self) -> None:
        if self.browser:
            self.browser.close()
        self.browser = None
        if len(self.chosen) < _PAIR:
            key = "comparing.chosen" if self.chosen else "comparing.choose"
            self.hint.value = _words(say(key, letter=self._letters[self.chosen[0]] if self.chosen else ""))
        else:
            before, after = (self._runs[run] for run in self.chosen)
            self.hint.value = self._pair_html(before, after)
            self.browser = ErrorBrowser(after, against=before)
        self.differences.children = [self.browser] if self.browser else []

    def _pair_html(self, before: Run, after: Run) -> str:
        names = {row.run: f"{row.letter} ({row.name})" for row in self._table.rows}
        sentence, title = pair_words(paired(before, after), names, after.header.split)
        return _render("sentence.html", sentence=sentence, title=title)

    def _on_picture(self, _change: object) -> None:
        with self._lock:
            self._show_picture()

    def _show_picture(self) -> None:
        from labkit import charts, model_charts  # plotly, once there is something to draw

        letters = [row.letter for row in self._table.rows]
        if self.picture.value == STRENGTHS:
            figure = model_charts.strengths_chart(self.comparison, letters, self.part.value)
        elif self.picture.value == AGREEMENT:
            figure = model_charts.agreement_chart(self.comparison, letters)
        else:
            figure = model_charts.choices_chart(self._table, self.comparison.metric)
        self.part.layout.display = None if self.picture.value == STRENGTHS else "none"
        bundle = charts.mime_bundle(figure)
        self.figure.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
        self.notes.value = _words(*self._picture_words())

    def _picture_words(self) -> list[str]:
        """What must be known to read the picture."""
        if self.picture.value == STRENGTHS:
            return [say("comparing.few", rows=FEW_ROWS)]
        if self.picture.value == AGREEMENT:
            alpha = self.comparison.alpha
            return [say("comparing.alpha", alpha="–" if alpha is None else f"{alpha:.2f}")]
        keys = (self.comparison.metric, *self._table.known(COST, LATENCY))
        unknown = [row.letter for row in self._table.rows if not all(self._table.cell(row, key).value for key in keys)]
        unplaced = [say("comparing.unplaced", letters=say("page.comma").join(unknown))] if unknown else []
        return [say("comparing.frontier"), *unplaced]


def _line(letter: ui.ToggleButton, row: ui.HTML) -> ui.Widget:
    return ui.HBox([letter, row]).add_class("lk-model-line")


def _menu(key: str, options: Sequence[tuple[str, str]]) -> ui.Dropdown:
    return ui.Dropdown(description=say(key), options=options, style={"description_width": "initial"})


def _html(template: str, **values: Any) -> ui.HTML:
    return ui.HTML(_render(template, **values))


def _words(*lines: str) -> str:
    return _render("words.html", lines=lines)


def _render(template: str, **values: Any) -> str:
    return render_template("piece.html", piece=template, say=say, **values)
