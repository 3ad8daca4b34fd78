"""A definition without each of its sentences, the rows that show it, and what is said of the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.diagnosis.ablation import judge_sentence, sample_rows, without_each_sentence
from labkit.errors import BadData, UnknownName
from labkit.prompts import split_sentences
from labkit.records import Definition, Example, Prediction, Prompt, Run, RunHeader, RunRow, Status
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

PROMPT = tiny_prompts()[1]


def test_each_sentence_and_each_entry_is_left_out_once_and_all_else_stays():
    told = Definition("退款", "先是要钱。再是要货。", ("退给我", "退给我"), ("慢 -> 物流",), ("快退",))
    prompt = replace(PROMPT, definitions=(told, *PROMPT.definitions[:1]))
    found = without_each_sentence(prompt, "退款")
    assert [(one.part, one.sentence) for one in found] == [
        ("text", "先是要钱。"),
        ("text", "再是要货。"),
        ("includes", "退给我"),
        ("includes", "退给我"),
        ("excludes", "慢 -> 物流"),
        ("examples", "快退"),
    ]
    assert found[0].prompt.definition_of("退款") == replace(told, text="再是要货。")
    assert found[3].prompt.definition_of("退款") == replace(told, includes=("退给我",))
    assert {one.prompt.definitions[1:] for one in found} == {prompt.definitions[1:]}
    assert [one.prompt.name for one in found[:2]] == ["v2~without-1", "v2~without-2"]


@given(st.text(max_size=80))
def test_what_is_left_of_any_text_is_its_other_sentences(text: str):
    prompt: Prompt = replace(PROMPT, definitions=(Definition("退款", text, ("x",)),))
    for k, one in enumerate(without_each_sentence(prompt, "退款")[:-1]):
        said = split_sentences(text)
        left = one.prompt.definitions[0].text
        assert "".join(left.split()) == "".join("".join((*said[:k], *said[k + 1 :])).split())


def test_a_definition_that_is_not_there_is_said():
    with pytest.raises(UnknownName, match="天气"):
        without_each_sentence(PROMPT, "天气")
    with pytest.raises(BadData, match="says nothing"):
        without_each_sentence(tiny_prompts()[0], "退款")


def test_half_of_the_sample_carries_the_label_and_order_does_not_matter():
    rows = [e for e in tiny_examples() if e.split == "dev"]
    chosen = sample_rows(rows, "退款", 6)
    assert (len(chosen), sum("退款" in (e.labels or ()) for e in chosen)) == (6, 3)
    assert {e.id for e in sample_rows(rows[::-1], "退款", 6)} == {e.id for e in chosen}
    assert sample_rows(rows, "退款", None) == tuple(rows)
    assert sum("退款" in (e.labels or ()) for e in sample_rows(rows, "退款", 14)) == 5  # all there are


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 40))
def test_a_sample_has_the_size_asked_for(carries: list[bool], rows: int):
    examples = [Example(f"r{k}", ("x",), ("退款",) if has else ()) for k, has in enumerate(carries)]
    assert len(sample_rows(examples, "退款", rows)) == min(rows, len(examples))


def run(name: str, answers: list[str]) -> Run:
    header = RunHeader(name, "s", "p", "0", "", "m", {}, "file", "0", "2026", "0")
    rows = [
        RunRow(Example(f"r{k}", ("x",), ("物流",)), Prediction(Status.ANSWERED, (answer,)))
        for k, answer in enumerate(answers)
    ]
    return Run(header, TINY_TASK, tuple(rows))


def test_rows_that_move_are_named_and_told_apart():
    removed = without_each_sentence(PROMPT, "退款")[0]
    found = judge_sentence(
        run("a", ["物流", "退款", "质量", "物流"]), run("b", ["退款", "物流", "退款", "物流"]), removed
    )
    assert (found.moved_rows, found.fixed, found.broken) == (("r0", "r1", "r2"), ("r1",), ("r0",))
    assert (found.moved.value, found.rows, found.run) == (0.75, 4, "b")
    assert found.tokens > 5
