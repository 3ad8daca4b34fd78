"""Which rows to label next."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from labkit.curation.proposals import propose_rows
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run
from tests.curation.test_selection import pool, post
from tests.made_runs import made_row, made_run


def bare(**sizes: int) -> list[Example]:
    return [replace(row, labels=None) for row in pool(**sizes)]


def answers(rows: list[Example], said: dict[str, str], name: str) -> Run:
    made = [replace(made_row(row.id, None, (said.get(row.id, "delivery"),)), example=row) for row in rows]
    return made_run(made, name, model=f"openai/{name}", split="pool")


def test_half_are_rows_on_which_models_disagree_a_fifth_is_random():
    rows = bare(delivery=60)
    torn = {row.id: "refund" for row in rows[:30]}
    found = propose_rows(rows, 20, [answers(rows, {}, "a"), answers(rows, torn, "b")])
    assert Counter(row.kind for row in found.rows) == {"random": 4, "boundary": 10, "coverage": 6}
    assert {row.value for row in found.rows if row.kind == "boundary"} == {1.0}
    assert {row.example.id for row in found.rows if row.kind == "boundary"} <= set(torn)
    assert len({row.example.id for row in found.rows}) == 20
    assert found.votes == ("a", "b")


def test_without_models_that_disagree_coverage_takes_their_share():
    rows = bare(delivery=40)
    for runs in ([], [answers(rows, {}, "a")], [answers(rows, {}, "a"), answers(rows, {}, "b")]):
        assert Counter(row.kind for row in propose_rows(rows, 10, runs).rows) == {"random": 2, "coverage": 8}


def test_the_random_part_is_drawn_from_all_rows_whatever_the_models_say():
    rows = bare(delivery=40)
    torn = answers(rows, {row.id: "refund" for row in rows}, "b")
    drawn = [
        {row.example.id for row in propose_rows(rows, 10, runs, seed=3).rows if row.kind == "random"}
        for runs in ([], [answers(rows, {}, "a"), torn])
    ]
    assert drawn[0] == drawn[1]


def test_rows_that_repeat_what_is_known_are_not_proposed():
    rows = bare(refund=4)
    labelled = Example("known", (rows[0].text + "!",), ("refund",))
    twin = replace(rows[1], id="twin", items=(rows[1].text + "!",))
    held = Example("held", (rows[2].text + "!",), ("refund",), "test")
    found = propose_rows([*rows, labelled, twin, held], 9)
    assert {row.example.id for row in found.rows} == {"refund-1", "refund-3"}
    assert (found.leaking, found.copies) == (("refund-2",), ("refund-0", "twin"))


def test_a_pool_in_which_nothing_waits_is_named():
    with pytest.raises(BadInput, match="The number of rows is 0"):
        propose_rows(bare(refund=2), 0)
    with pytest.raises(BadData, match="No row of the pool waits"):
        propose_rows(pool(refund=2), 5)
    with pytest.raises(BadData, match="; 1 repeat others"):
        propose_rows([*pool(refund=1), Example("twin", (post("refund", 0),))], 5)


def test_reasons_are_told_in_chinese_where_the_reader_reads_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    reasons = [row.reason for row in propose_rows(bare(refund=8), 5).rows]
    assert reasons[0] == "随机抽取"
    assert reasons[-1].endswith("的无标签样本")
