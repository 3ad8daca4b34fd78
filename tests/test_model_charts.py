from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from labkit import charts, model_charts
from labkit.comparison import Comparison, compare
from labkit.costs import PriceList
from labkit.records import Bar
from labkit.views.model_table import ModelTable, model_table
from labkit.views.strengths import BY_LABEL, strengths, ways_to_part
from tests.hostile import HOSTILE
from tests.made_models import PRICES, TASK, model_runs

LETTERS = ("A", "B", "C", "D")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(model_runs(), prices=PRICES.prices)


@pytest.fixture(scope="module")
def table(found: Comparison) -> ModelTable:
    return model_table(model_runs(), found, PRICES)


def test_every_run_with_a_price_stands_at_its_money_and_its_seconds(table: ModelTable):
    figure = model_charts.choices_chart(table, "macro_f1")
    money, seconds = figure.data[1], figure.data[3]
    assert list(money.text) == list(seconds.text) == list(LETTERS)
    cells = {row.letter: row.cells for row in table.rows}
    for k, letter in enumerate(LETTERS):
        assert money.x[k] == cells[letter][-1].value.value
        assert seconds.x[k] == cells[letter][-2].value.value
        assert money.y[k] == 100 * cells[letter][1].value.value
        assert money.error_x.array[k] == pytest.approx(cells[letter][-1].value.high - money.x[k])
    goals = [(shape.x0, shape.y0) for shape in figure.layout.shapes]
    assert {y for _, y in goals} >= {85.0}
    assert {x for x, _ in goals} >= {15.0, 2.0}


def test_the_frontier_leaves_out_whom_another_beats_in_everything(table: ModelTable):
    assert model_charts.frontier_of(table, "macro_f1") == {
        "A",
        "B",
        "C",
    }  # C is as cheap and fast as D, and better
    line = model_charts.choices_chart(table, "macro_f1").data[0]
    assert list(line.y) == sorted(line.y)
    assert line.x[0] == 0


def test_an_unknown_price_is_neither_drawn_at_nothing_nor_on_the_frontier(found: Comparison):
    table = model_table(model_runs(), found, PriceList())
    figure = model_charts.choices_chart(table, "macro_f1")
    assert list(figure.data[1].text) == ["C", "D"]
    assert list(figure.data[3].text) == list(LETTERS)
    assert model_charts.frontier_of(table, "macro_f1") == {"C"}


def test_what_is_known_of_no_run_is_not_drawn_and_does_not_judge(found: Comparison):
    unclocked = [replace(run, rows=tuple(replace(row, latency_s=None) for row in run.rows)) for run in model_runs()]
    table = model_table(unclocked, found, PRICES)
    figure = model_charts.choices_chart(table, "macro_f1")
    assert len(figure.data) == 2
    assert figure.layout.title.text == "Quality against money"
    assert model_charts.frontier_of(table, "macro_f1") == {"A", "B", "C"}


def test_strengths_of_few_rows_keep_their_figures_and_lose_their_colour(found: Comparison):
    for by in ways_to_part(found):
        coloured, grey = model_charts.strengths_chart(found, LETTERS, by).data
        for k, part in enumerate(strengths(found, by)):
            for run, score in enumerate(part.scores):
                shown, other = (grey, coloured) if part.few else (coloured, grey)
                assert shown.z[k][run] is not None
                assert shown.text[k][run] == f"{100 * score.value:.0f}"
                assert other.z[k][run] is None
    coloured, grey = model_charts.strengths_chart(found, LETTERS, BY_LABEL).data
    assert [line[0] is None for line in coloured.z] == [False, False, False, True]


def test_agreement_is_the_same_from_both_sides_and_says_kappa(found: Comparison):
    heat = model_charts.agreement_chart(found, LETTERS).data[0]
    order = [entry.run for entry in found.ranking]
    for pair in found.agreement:
        a, b = order.index(pair.a), order.index(pair.b)
        assert heat.z[a][b] == heat.z[b][a] == 100 * pair.same.value
        assert f"{pair.kappa:.2f}" in heat.customdata[a][b]
    assert [heat.z[k][k] for k in range(4)] == [None] * 4


@pytest.mark.parametrize("k", range(0, len(HOSTILE), 4))
def test_names_from_data_stay_text(k: int):
    names = [HOSTILE[(k + n) % len(HOSTILE)] for n in range(4)]
    task = replace(TASK, labels=tuple(f"{name}{n}" for n, name in enumerate(names)), bar=Bar())
    runs = model_runs(names, task, rows=40)
    found = compare(runs)
    table = model_table(runs, found, PriceList())
    figures = [model_charts.strengths_chart(found, LETTERS, by) for by in ways_to_part(found)]
    for figure in (
        model_charts.choices_chart(table, "macro_f1"),
        model_charts.agreement_chart(found, LETTERS),
        *figures,
    ):
        shown = json.dumps([figure.to_plotly_json()], default=list, ensure_ascii=False)
        assert not re.search(r"<(script|img|svg|math|template|a|b|style)\b", shown)
        assert not re.search(r"\$[^$]+\$", shown)
        assert "\u202e" not in shown
        json.dumps(charts.mime_bundle(figure), allow_nan=False)
        assert charts.mime_bundle(figure)[charts.MIME]["config"]["showSendToCloud"] is False
