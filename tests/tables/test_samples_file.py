"""Files to be audited: posts with labels, and training data in the forms others write it in."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData, UnknownName
from labkit.tables.columns import Columns
from labkit.tables.samples_file import read_samples
from labkit.tables.training_rows import form_of, read_exchange

CHAT = {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}]}
FORMS: dict[str, dict[str, Any]] = {
    "chat": {"messages": [*CHAT["messages"], {"role": "assistant", "content": "a"}]},
    "sharegpt": {"system": "s", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
    "alpaca": {"system": "s", "instruction": "q", "input": "", "output": "a"},
    "completion": {"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}], "completion": "a"},
    "qianfan": {"turns": [{"system": "s", "prompt": "q", "response": "a"}]},
}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_as_the_same_exchange(form: str):
    found = read_exchange(FORMS[form])
    assert found is not None
    assert (found.form, found.question, found.answer, found.context) == (form, "q", "a", "s")
    assert found.system == "s"


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        ({"instruction": "分类", "context": "快递没到", "response": "物流", "category": "closed_qa"}, "alpaca"),
        ({"query": "快递没到", "response": "物流", "system": "分类"}, "completion"),
        ({"instruction": "", "input": "分类：快递没到", "output": "物流"}, "alpaca"),
        ({"input": "分类：快递没到", "output": "物流"}, "alpaca"),
        ({"turns": [{"prompt": "分类：快递没到", "response": [["物流"], ["其他"]]}]}, "qianfan"),
        ({"turns": [{"role": "user", "content": "分类：快递没到"}, {"role": "assistant", "content": "物流"}]}, "chat"),
        ({"turns": [{"from": "human", "value": "分类：快递没到"}, {"from": "gpt", "value": "物流"}]}, "sharegpt"),
    ],
)
def test_other_names_of_the_same_forms_are_read(cells: dict[str, Any], form: str):
    found = read_exchange(cells)
    assert found is not None
    assert (found.form, found.answer) == (form, "物流")
    assert "快递没到" in found.question
    assert "分类" in found.question + found.context


def test_earlier_answers_are_context_of_the_last_one():
    turns = [("user", "q1"), ("assistant", "a1"), ("user", "q2"), ("assistant", "a2"), ("user", "q3")]
    found = read_exchange({"messages": [{"role": role, "content": text} for role, text in turns]})
    assert found is not None
    assert (found.question, found.answer, found.context, found.system) == ("q1\nq2", "a2", "a1", "")


@pytest.mark.parametrize(
    "cells",
    [
        CHAT,
        {"messages": [{"role": "assistant", "content": "a"}]},
        {"messages": [{"role": "user"}, {"role": "assistant", "content": "a"}]},
        {"messages": ["q", "a"]},
        {"conversations": []},
        {"instruction": "q", "output": " "},
        {"prompt": "q", "completion": ""},
        {"text": "q"},
        {"turns": [{"prompt": "q", "response": []}]},
        {"turns": [{"role": "user", "content": "q"}]},
        {"turns": []},
    ],
)
def test_a_row_without_question_or_answer_is_none(cells: dict[str, Any]):
    assert read_exchange(cells) is None


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(["role", "content", "from", "value", "text"]), inner, max_size=3)


_CELLS = st.recursive(st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | _objects(inner), max_leaves=8)


@given(
    st.dictionaries(
        st.sampled_from(
            ["messages", "conversations", "instruction", "output", "prompt", "completion", "history", "turns"]
        ),
        _CELLS,
        max_size=4,
    )
)
def test_no_row_is_too_strange_to_be_looked_at(cells: dict[str, Any]):
    found = read_exchange(cells)
    assert found is None or (found.question.strip() and found.answer.strip() and found.form == form_of(cells))


def test_mixed_forms_and_unreadable_rows_are_counted(tmp_path: Path):
    path = write(tmp_path / "sft.jsonl", [*FORMS.values(), FORMS["chat"], CHAT])
    read = read_samples(path)
    assert read.forms == {"chat": 2, "sharegpt": 1, "alpaca": 1, "completion": 1, "qianfan": 1, "unreadable": 1}
    assert len(read.samples) == 6
    assert tuple(map(str, read.skipped)) == ("sft.jsonl line 7",)
    assert {(s.question, s.answer) for s in read.samples} == {("q", "a")}


def test_a_conversation_a_line_is_read_from_arrays_and_among_objects(tmp_path: Path):
    turns = [{"prompt": "q1", "response": "a1"}, {"prompt": "q2", "response": "a2"}]
    path = tmp_path / "qianfan.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (turns, turns[1:])), "utf-8")
    read = read_samples(path)
    assert [(s.question, s.answer, s.context) for s in read.samples] == [("q1\nq2", "a2", "a1"), ("q2", "a2", "")]
    path.write_text("\n".join(json.dumps(row) for row in (FORMS["chat"], turns)), "utf-8")
    assert read_samples(path).forms == {"chat": 1, "qianfan": 1}
    path.write_text('["q", "a"]\n["q", "a"]\n', "utf-8")
    with pytest.raises(BadData, match=r"line 1: list instead of a JSON object"):
        read_samples(path)


def test_turns_that_call_a_tool_and_turns_as_text_in_a_table_are_read(tmp_path: Path):
    call = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "look_up"}}]}
    ask, answer = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}
    (sample,) = read_samples(write(tmp_path / "t.jsonl", [{"messages": [ask, call, answer]}])).samples
    assert (sample.question, sample.answer, "look_up" in sample.context) == ("q", "a", True)
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["messages"], [json.dumps([ask, answer])], ["[{"]])
    read = read_samples(tmp_path / "t.csv", form="chat")
    assert [(s.question, s.answer) for s in read.samples] == [("q", "a")]
    assert read.left_out == 1


@pytest.mark.parametrize("indent", [None, 2])
def test_turns_in_a_cell_are_read_however_they_are_laid_out(tmp_path: Path, indent: int | None):
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["messages"], [json.dumps(turns, indent=indent)]])
    assert read_samples(tmp_path / "t.csv").forms == {"chat": 1}


def test_a_cell_that_begins_with_a_bracket_is_no_conversation_yet():
    assert form_of({"messages": "[doge] 快递没到"}) is None
    assert form_of({"messages": '["a", "b"]'}) is None


def test_a_form_that_is_named_is_the_only_one_that_can_be_read(tmp_path: Path):
    path = write(tmp_path / "sft.jsonl", list(FORMS.values()))
    read = read_samples(path, form="sharegpt")
    assert read.forms == {"sharegpt": 1, "unreadable": len(FORMS) - 1}
    both = write(tmp_path / "both.jsonl", [{**FORMS["chat"], "instruction": "i", "output": "o"}])
    assert [read_samples(both, form=form).samples[0].answer for form in (None, "chat", "alpaca")] == ["a", "a", "o"]
    with pytest.raises(BadData, match="holds no row in the form 'completion'"):
        read_samples(both, form="completion")
    with pytest.raises(UnknownName, match="format"):
        read_samples(both, form="llama")


def test_training_data_can_be_read_as_posts(tmp_path: Path):
    row = {"instruction": "快递慢", "output": "好的", "label": "物流"}
    (sample,) = read_samples(
        write(tmp_path / "rows.jsonl", [row]), chosen=Columns(text="instruction"), form="labels"
    ).samples
    assert (sample.question, sample.answer, sample.labels, sample.form) == ("快递慢", None, ("物流",), "labels")


def test_a_column_of_turns_that_are_no_conversation_leaves_posts_posts(tmp_path: Path):
    labelled = [{"text": f"快递{k}没到", "label": "物流", "turns": ["a", "b"]} for k in range(3)]
    read = read_samples(write(tmp_path / "a.jsonl", labelled))
    assert (read.forms, [sample.question for sample in read.samples]) == ({}, [row["text"] for row in labelled])
    questions = [{"question_id": k, "category": "writing", "turns": [f"q{k}", "then"]} for k in range(3)]
    read = read_samples(write(tmp_path / "b.jsonl", questions), chosen=Columns(text="turns"))
    assert [sample.question for sample in read.samples] == ["q0\nthen", "q1\nthen", "q2\nthen"]


def test_training_data_may_carry_labels(tmp_path: Path):
    path = write(tmp_path / "sft.jsonl", [{**FORMS["chat"], "id": "x", "label": "物流"}])
    (sample,) = read_samples(path).samples
    assert (sample.id, sample.labels) == ("x", ("物流",))


def test_posts_are_read_with_test_rows_beside_them(tmp_path: Path):
    rows = tmp_path / "rows.csv"
    rows.write_text("id,text,label\n1,快递慢,物流\n1,退我的钱,退款\n2,,退款\n", encoding="gbk")
    held = tmp_path / "test.csv"
    held.write_text("id,text,label\n7,快递慢,物流\n", encoding="utf-8-sig")
    read = read_samples(rows, held)
    assert [(s.split, s.question, s.labels) for s in read.samples] == [
        ("pool", "快递慢", ("物流",)),
        ("pool", "退我的钱", ("退款",)),
        ("test", "快递慢", ("物流",)),
    ]
    assert len({s.id for s in read.samples}) == 3
    assert tuple(map(str, read.skipped)) == ("rows.csv line 4",)
    assert (read.left_out, read.repeated_ids) == (1, 1)


def test_posts_that_nobody_has_labelled_can_be_audited(tmp_path: Path):
    path = tmp_path / "raw.csv"
    path.write_text("text\n快递慢\n退我的钱\n", encoding="utf-8")
    assert [s.labels for s in read_samples(path).samples] == [None, None]


def test_a_column_that_is_not_there_is_named(tmp_path: Path):
    path = tmp_path / "raw.csv"
    path.write_text("text\n快递慢\n", encoding="utf-8")
    with pytest.raises(UnknownName, match="no column of"):
        read_samples(path, chosen=Columns(text="body"))


def test_a_file_of_blanks_is_refused(tmp_path: Path):
    path = tmp_path / "raw.csv"
    path.write_text("text,label\n ,a\n", encoding="utf-8")
    with pytest.raises(BadData, match="no row with text"):
        read_samples(path)


def test_rows_with_nothing_in_them_are_counted_with_the_unreadable(tmp_path: Path):
    rows = [FORMS["chat"], {"messages": []}, {"messages": [{"role": "user", "content": "q"}]}, FORMS["chat"]]
    found = read_samples(write(tmp_path / "rows.jsonl", rows))
    assert (found.forms, len(found.samples), found.left_out) == ({"unreadable": 2, "chat": 2}, 2, 2)


def test_lines_of_two_encodings_are_not_read_as_other_characters(tmp_path: Path):
    line = json.dumps({"text": "你好你好你好你好", "label": "物流"}, ensure_ascii=False) + "\n"
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_bytes(line.encode("gb18030") * 3 + line.encode("utf-8"))
    with pytest.raises(BadData, match="line 4: UTF-8, while other lines are GB18030"):
        read_samples(mixed)
    mixed.write_bytes(line.encode("gb18030") * 4)
    assert {sample.question for sample in read_samples(mixed).samples} == {"你好你好你好你好"}
