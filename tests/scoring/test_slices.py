from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from labkit.records import Example, Prediction, Run, RunRow, Status
from labkit.scoring import score, slices
from labkit.scoring.slices import MOST_VALUES, slice_homes
from tests.made_runs import made_row, made_run, runs


def example(row_id: str, text: str = "post", **fields: object) -> Example:
    return replace(Example(row_id, (text,), ("refund",)), **fields)


def test_length_parts_rows_into_thirds_and_keeps_equal_lengths_together():
    homes = slice_homes([example(str(n), "x" * n) for n in (1, 2, 3, 4, 5, 6)])
    assert homes["length"] == {"1": "≤ 2", "2": "≤ 2", "3": "3–4", "4": "3–4", "5": "> 4", "6": "> 4"}
    assert "length" not in slice_homes([example(str(k), "same") for k in range(9)])


def test_a_chinese_character_is_one_character_and_all_posts_count():
    homes = slice_homes([example("a", items=("退款", "退款")), example("b", "退"), example("c", "快递慢死了啊")])
    assert homes["length"] == {"b": "≤ 1", "a": "2–4", "c": "> 4"}
    assert homes["posts"] == {"b": "1", "c": "1", "a": "2"}


def test_months_notes_subtasks_and_columns_part_rows_too():
    rows = [
        example("a", time="2026-05-01T10:00:00+08:00", note="irony", subtask="s", meta={"app": "ios", "n": 1}),
        example("b", time="2026-06-01", note="slang", subtask="t", meta={"app": "web", "n": None}),
        example("c", meta={"app": "ios", "n": 2}),
    ]
    homes = slice_homes(rows)
    assert homes["month"] == {"a": "2026-05", "b": "2026-06"}
    assert homes["note"] == {"a": "irony", "b": "slang"}
    assert homes["subtask"] == {"a": "s", "b": "t"}
    assert homes["meta.app"] == {"a": "ios", "c": "ios", "b": "web"}
    assert homes["meta.n"] == {"a": "1", "c": "2"}


def test_two_stands_before_ten():
    homes = slice_homes([example(str(n), items=("p",) * n) for n in (10, 2, 1)])
    assert list(dict.fromkeys(homes["posts"].values())) == ["1", "2", "10"]


def test_a_column_of_ids_parts_nothing():
    rows = [example(str(k), meta={"id": k, "few": k % MOST_VALUES}) for k in range(MOST_VALUES + 1)]
    assert "meta.id" not in slice_homes(rows)
    assert "meta.few" in slice_homes(rows)


def test_each_slice_has_the_scores_of_its_rows():
    rows = [made_row(f"r{k}", ["refund"], ["refund" if k % 4 else "quality"]) for k in range(40)]
    rows = [RunRow(replace(row.example, note="ab"[k % 2]), row.prediction) for k, row in enumerate(rows)]
    found = {part.name: part for part in slices(made_run(rows)) if part.by == "note"}
    assert list(found) == ["a", "b"]
    for name, part in found.items():
        alone = score(made_run([row for row in rows if row.example.note == name]))
        assert part.rows == tuple(row.example.id for row in rows if row.example.note == name)
        assert part.values["accuracy"] == alone.values["accuracy"]
        assert part.values["macro_f1"].value == alone.values["macro_f1"].value


def test_rows_without_gold_are_in_no_slice():
    bare = RunRow(example("x", labels=None, note="a"), Prediction(Status.ANSWERED, ("refund",)))
    rows = [bare, *(RunRow(example(n, note=n), Prediction(Status.ANSWERED, ("refund",))) for n in "ab")]
    assert {row for part in slices(made_run(rows)) for row in part.rows} == {"a", "b"}
    assert slices(made_run([bare])) == ()


@settings(max_examples=30, deadline=None)
@given(runs())
def test_slices_of_one_property_share_no_row_and_hold_labelled_rows_only(run: Run):
    labelled = {row.example.id for row in run.rows if row.example.labels is not None}
    for by in {part.by for part in slices(run)}:
        rows = [row for part in slices(run) if part.by == by for row in part.rows]
        assert len(rows) == len(set(rows))
        assert set(rows) <= labelled


def test_values_of_a_slice_are_those_of_scikit_learn():
    from sklearn.metrics import accuracy_score

    golds, answers = ["refund", "quality"] * 10, ["refund"] * 15 + ["quality"] * 5
    rows = [made_row(f"r{k}", [g], [a]) for k, (g, a) in enumerate(zip(golds, answers, strict=True))]
    rows = [RunRow(replace(row.example, time=f"2026-0{1 + k // 10}-01"), row.prediction) for k, row in enumerate(rows)]
    found = [part.values["accuracy"].value for part in slices(made_run(rows)) if part.by == "month"]
    assert found == pytest.approx([accuracy_score(golds[:10], answers[:10]), accuracy_score(golds[10:], answers[10:])])
