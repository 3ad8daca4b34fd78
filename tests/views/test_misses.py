"""What went wrong, in sentences: nothing is said where nothing is wrong, and only fitting models are heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.diagnosis.reliance import PROBE
from labkit.records import Run, Status
from labkit.views.misses import misses_values, other_voices
from tests.made_runs import made_row, made_run


def run_of(model: str, rows: int = 3, *, prompt: str = "v1", split: str = "dev", wrong: bool = True) -> Run:
    answer = ["quality"] if wrong else ["refund"]
    made = [made_row(f"r{k}", ["refund"], answer) for k in range(rows)]
    return made_run(made, f"{model}-{prompt}-{rows}-{split}", model=model, prompt=prompt, split=split)


def test_only_whole_measuring_runs_of_other_models_over_the_same_rows_are_heard_the_newest_of_each():
    asked = run_of("a")
    unfinished = made_run([made_row(f"r{k}", ["refund"], status=Status.PENDING) for k in range(3)], "open", model="c")
    heard, older = run_of("b", prompt="v2"), run_of("b", prompt="v1")
    known = [
        run_of("a", prompt="v2"),
        run_of("b", rows=2),
        run_of("d", prompt=f"v1{PROBE}names"),
        run_of("e", split="test"),
        unfinished,
        heard,
        older,
    ]
    load = {run.id: run for run in known}.__getitem__
    assert other_voices(asked, [run.header for run in known], load) == (heard,)


def test_where_nothing_is_wrong_nothing_is_said():
    assert misses_values(run_of("a", wrong=False), []) == {"shares": [], "confusions": [], "doubt": None}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "None of the 3 wrong answers looks like a wrong label"),
        ("zh", "3 条错误中没有哪条像是标注有误"),
    ],
)
def test_models_that_do_not_agree_raise_no_doubt_and_that_is_said(lang: str, said: str):
    doubt = misses_values(run_of("a"), [run_of("b", wrong=False)], lang)["doubt"]
    assert said in doubt.words
    assert doubt.measured


def test_another_model_that_was_asked_changed_posts_is_not_heard():
    asked, other = run_of("a"), run_of("b")
    changed = [replace(row, example=replace(row.example, items=("another post",))) for row in other.rows]
    doubt = misses_values(asked, [replace(other, rows=tuple(changed))])["doubt"]
    assert not doubt.measured


def test_rows_without_an_answer_are_told_beside_the_confusions():
    rows = [made_row("a", ["refund"], ["quality"]), made_row("b", ["refund"], status=Status.FAILED)]
    told = misses_values(made_run(rows), [], "en")["shares"]
    assert told == [
        "The commonest confusion holds 1 of the 2 misread posts (50 of 100).",
        "1 of the 2 got no usable answer, which counts as wrong.",
    ]
