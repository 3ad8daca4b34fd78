"""Tags and gold fixes as values: what stands, what was taken back, what is none of ours."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.diagnosis import RowFilter, find_rows, row_table
from labkit.diagnosis.triage import TAGS, causes_of, corrected, corrected_run, gold_fixes, tags_of
from labkit.errors import BadData, UnknownName
from labkit.records import Example, Status
from tests.made_runs import LABELS, TASK, made_row, made_run

LABEL_SETS = st.none() | st.lists(st.sampled_from(LABELS), unique=True)


def fix(row: str, before: Any, after: Any) -> dict[str, Any]:
    return {"kind": "gold", "id": row, "from": before, "to": after, "reason": "seen", "who": "ann", "at": "now"}


def tagged(row: str, tag: str | None, run: str = "run") -> dict[str, Any]:
    return {"kind": "tag", "id": row, "run": run, "to": tag}


def gold_after(labels: Any, *lines: dict[str, Any]) -> Any:
    return corrected(Example("a", ("post",), labels), gold_fixes(lines, TASK)).labels


def test_a_fix_holds_where_gold_is_what_was_found():
    assert gold_after(("refund",), fix("a", ["refund"], ["quality"])) == ("quality",)
    assert gold_after(("delivery", "refund"), fix("a", ["refund", "delivery"], [])) == (), "the order means nothing"
    assert gold_after(None, fix("a", None, ["quality"])) == ("quality",)
    assert gold_after(("delivery",), fix("a", ["refund"], ["quality"])) == ("delivery",), "the file has overtaken it"
    assert gold_after(("refund",), fix("b", ["refund"], ["quality"])) == ("refund",)


@given(st.lists(LABEL_SETS, min_size=2, max_size=6))
def test_whichever_state_a_run_has_recorded_the_last_word_holds(states: list[Any]):
    lines = [fix("a", before, after) for before, after in pairwise(states)]
    for recorded in states:
        found = gold_after(None if recorded is None else tuple(recorded), *lines)
        wanted = states[-1]
        assert (found is None) == (wanted is None)
        assert set(found or ()) == set(wanted or ())


def test_a_fix_taken_back_changes_nothing():
    lines = [fix("a", ["refund"], ["quality"]), fix("a", ["quality"], ["refund"])]
    assert gold_after(("refund",), *lines) == gold_after(("quality",), *lines) == ("refund",)


@pytest.mark.parametrize("labels", ["refund", ["refunds"], [1], {"refund": 1}])
def test_a_fix_that_names_no_labels_of_the_task_is_refused(labels: Any):
    with pytest.raises(BadData, match="labels that the task does not have"):
        gold_fixes([fix("a", ["refund"], labels)], TASK)
    with pytest.raises(BadData, match="names no row"):
        gold_fixes([fix(7, ["refund"], [])], TASK)  # type: ignore[arg-type]


def test_a_row_of_another_file_under_the_same_id_is_left_alone():
    run = made_run([made_row("a", ["refund"], ["quality"]), made_row("b", ["refund"], ["refund"])])
    fixes = gold_fixes([fix("a", ["refund"], ["quality"])], TASK)
    ours = {"a": run.rows[0].example}
    assert [row.correct for row in corrected_run(run, fixes, ours).rows] == [True, True]
    other = {"a": Example("a", ("another post",), ("refund",))}
    assert corrected_run(run, fixes, other) == run == corrected_run(run, fixes, {})


def test_the_last_tag_of_a_row_stands_and_other_runs_have_their_own():
    lines = [tagged("a", "injection"), tagged("a", "gold_wrong"), tagged("b", "model_limit"), tagged("b", None)]
    assert tags_of([*lines, tagged("c", "injection", "other"), tagged("d", "nonsense")], "run") == {"a": "gold_wrong"}


def test_counts_say_what_to_do():
    rows = [
        made_row("a", ["refund"], ["quality"]),
        made_row("b", ["refund"], (), Status.TRUNCATED),
        made_row("c", ["refund"], ["quality"]),
        made_row("d", ["refund"], ["refund"]),
        made_row("e", ["refund"], ["refund"]),
        made_row("f", ["refund"], (), Status.OFF_LIST),
    ]
    table = row_table(made_run(rows))
    causes = causes_of(table, {"a": "model_limit", "d": "gold_wrong", "f": "injection", "gone": "injection"})
    found = causes.counts()
    assert {tag: n for tag, n in found.tags.items() if n} == {
        "model_limit": 1,
        "gold_wrong": 1,
        "truncated": 1,
        "injection": 1,
    }
    assert (dict(found.remedies), found.untagged) == ({"gold": 1, "prompt": 2, "training": 1}, 1)
    assert set(found.tags) == set(TAGS)
    assert [causes.of(k) for k in range(6)] == ["model_limit", "truncated", None, "gold_wrong", None, "injection"]
    assert causes_of(table, {"b": "injection"}).of(1) == "injection", "a person's word goes before the status"
    assert find_rows(table, RowFilter(tag="untagged"), causes) == [2]
    assert find_rows(table, RowFilter("wrong", tag="truncated")) == [1], "the status alone says so"
    with pytest.raises(UnknownName):
        find_rows(table, RowFilter(tag="golden"))
