from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.comparison import compare
from labkit.costs import PriceList
from labkit.errors import BadInput
from labkit.records import Bar, Run, Usage
from labkit.views.model_table import COST, LATENCY, PLACE, ModelTable, letter_of, model_table
from labkit.views.strengths import BY_LABEL, strengths, way_words, ways_to_part
from tests.made_models import PRICES, TASK, model_runs


def table_of(runs: list[Run], prices: PriceList = PRICES) -> ModelTable:
    return model_table(runs, compare(runs, prices=prices.prices), prices)


@pytest.fixture(scope="module")
def table() -> ModelTable:
    return table_of(model_runs())


def cell(table: ModelTable, letter: str, key: str):
    return table.cell(next(row for row in table.rows if row.letter == letter), key)


def test_the_best_run_stands_first_and_what_cannot_be_told_apart_shares_a_place(table: ModelTable):
    assert [row.name for row in table.rows] == [
        "v2 · openai/gpt",
        "v2 · moonshot/kimi",
        "v2 · linear",
        "v2 · definition-reader",
    ]
    assert [cell(table, letter, PLACE).words for letter in "ABCD"] == ["1", "1", "2", "3"]


def test_a_figure_stands_met_or_missed_only_when_its_whole_interval_does(table: ModelTable):
    for row in table.rows:
        found = table.cell(row, "macro_f1")
        assert found.value is not None
        state = "met" if found.value.low >= 0.85 else "missed" if found.value.high < 0.85 else "unsure"
        assert found.state == state
    assert {table.cell(row, "macro_f1").state for row in table.rows} == {"unsure", "missed"}
    assert {table.cell(row, "accuracy").state for row in table.rows} == {"unsure"}  # nobody asked for any accuracy
    assert cell(table, "A", "recall:退款").state == "met"


def test_an_interval_that_reads_like_its_value_is_not_written():
    runs = model_runs()
    rows = [replace(row, usage=Usage(9000, 0, 40 + k % 2)) for k, row in enumerate(runs[3].rows)]
    found = table_of([*runs[:3], replace(runs[3], rows=tuple(rows))])
    money = next(found.cell(row, COST) for row in found.rows if row.run == runs[3].id)
    assert money.value is not None
    assert money.value.low < money.value.high
    assert money.words == "36.6"


def test_seconds_that_nobody_notices_are_told_as_such_and_without_an_interval():
    runs = model_runs()
    quick = tuple(replace(row, latency_s=0.0004 + k % 3 * 0.001) for k, row in enumerate(runs[3].rows))
    found = table_of([*runs[:3], replace(runs[3], rows=quick)])
    seconds = next(found.cell(row, LATENCY) for row in found.rows if row.run == runs[3].id)
    assert seconds.words == "<\u202f0.01"
    assert seconds.note == "half within <\u202f0.01"


def test_money_is_what_prices_and_tokens_say_and_a_month_of_it(table: ModelTable):
    tokens = [row.usage for row in model_runs()[3].rows]
    mean = sum(u.completion_tokens or 0 for u in tokens) / len(tokens)
    kimi = cell(table, "B", COST)
    assert kimi.value is not None
    assert kimi.value.value == pytest.approx((200 * 4 + 700 * 1 + mean * 16) / 1000)
    assert kimi.note == f"{200 * kimi.value.value:,.0f} a month"
    assert "list price 4." in kimi.title
    assert "batch 2." in kimi.title
    assert cell(table, "C", COST).words == "0"
    assert table.column(COST).goal == pytest.approx(15)  # 3,000 a month for 200,000 rows


def test_without_a_price_money_is_unknown_and_stands_last_either_way():
    table = table_of(model_runs(), PriceList())
    assert cell(table, "A", COST).words == "unknown"
    assert cell(table, "A", COST).state == "unmeasured"
    for worst_first in (False, True):
        assert {row.letter for row in table.ordered(COST, worst_first=worst_first)[2:]} == {"A", "B"}


def test_each_column_sorts_best_first_then_worst_first(table: ModelTable):
    assert [row.letter for row in table.ordered(COST)] == ["C", "D", "B", "A"]
    assert [row.letter for row in table.ordered(COST, worst_first=True)] == ["A", "B", "C", "D"]
    assert [row.letter for row in table.ordered("macro_f1")] == ["A", "B", "C", "D"]
    assert [row.letter for row in table.ordered(LATENCY, worst_first=True)][:2] == ["A", "B"]


def test_what_is_drawn_lies_inside_its_column(table: ModelTable):
    for row in table.rows:
        for column, found in zip(table.columns, row.cells, strict=True):
            drawn = column.drawn(found)
            assert (drawn is None) == (column.key == PLACE)
            if drawn:
                assert 0 <= drawn.low <= drawn.value <= drawn.high <= 1
            assert column.drawn_goal is None or 0 < column.drawn_goal <= 1


def test_less_is_better_where_labels_decided_wrongly_are_counted():
    bar = Bar("hamming_loss", 0.05)
    table = table_of([replace(run, task=replace(TASK, bar=bar)) for run in model_runs()])
    assert table.column("hamming_loss").less
    assert table.ordered("hamming_loss")[0].name == "v2 · openai/gpt"
    assert {table.cell(row, "hamming_loss").state for row in table.rows} <= {"missed", "unsure"}


def test_a_run_given_twice_is_refused():
    run = model_runs(rows=20)[0]
    with pytest.raises(BadInput, match="Of 2 runs to compare only 1 are different"):
        table_of([run, run])


def test_letters_go_on_after_z():
    assert [letter_of(k) for k in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


def test_rows_are_parted_by_label_and_by_what_parts_them():
    found = compare(model_runs())
    assert ways_to_part(found) == (BY_LABEL, "length", "posts", "month", "note")
    for by in ways_to_part(found):
        parts = strengths(found, by)
        assert way_words(by)
        assert all(len(part.scores) == 4 for part in parts)
    assert [(part.name, part.few) for part in strengths(found, BY_LABEL)][-1] == ("客服", True)
    assert [part.name for part in strengths(found, "posts")] == ["1", "2", "3"]
    assert sum(part.rows for part in strengths(found, "posts")) == 200


def test_a_column_of_the_user_s_file_keeps_its_name():
    assert way_words("meta.app") == "column app"
    assert way_words("meta.month") == "column month"
