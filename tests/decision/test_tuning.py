"""PASS, HOLD or FAIL: what a training changed, by the written rule, on made runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from labkit.decision import TuningVerdict, judge_tuning
from labkit.errors import BadData, BadInput
from labkit.records import Bar, Run, Status, Task
from tests.made_runs import made_row, made_run

LABELS = ("delivery", "refund", "quality")
TASK = Task("made", LABELS, bar=Bar("macro_f1", 0.8))
ROWS = 60  # twenty of each label


def answered(wrong: Mapping[str, int], model: str, task: Task = TASK, status: Status = Status.ANSWERED) -> Run:
    """Of each label so many of its twenty rows wrong: called "quality", or "delivery" where that is right."""
    rows = []
    for k in range(ROWS):
        label, number = LABELS[k % 3], k // 3
        other = "delivery" if label == "quality" else "quality"
        bad = number < wrong.get(label, 0)
        rows.append(made_row(f"r{k:02d}", [label], [other if bad else label], status if bad else Status.ANSWERED))
    return made_run(rows, model, task, model=model)


def verdict(base: Mapping[str, int], tuned: Mapping[str, int], task: Task = TASK, **words: float) -> TuningVerdict:
    return judge_tuning(answered(base, "base", task), answered(tuned, "tuned", task), **words)


def dear(label: str) -> Task:
    return replace(TASK, bar=replace(TASK.bar, minimum_recall={label: 0.9}))


def test_better_for_sure_and_nothing_fell_is_a_pass():
    found = verdict({"delivery": 12, "refund": 12, "quality": 12}, {})
    assert (found.outcome, found.fallen, found.alarms) == ("PASS", (), ())
    assert [row.example.id for row in found.fixed] == list(found.pair.fixed)
    assert len(found.fixed) == 36
    assert (found.fixed[0].base, found.fixed[0].tuned) == (("quality",), ("delivery",))


def test_a_difference_that_may_be_chance_holds():
    assert verdict({"delivery": 3}, {"delivery": 2}).outcome == "HOLD"
    assert verdict({"delivery": 3}, {"delivery": 3}).outcome == "HOLD"


def test_worse_for_sure_fails_with_its_broken_rows():
    found = verdict({}, {"delivery": 12, "refund": 12})
    assert found.outcome == "FAIL"
    assert (len(found.fixed), len(found.broken)) == (0, 24)
    assert found.alarms == ()  # the mean fell too: nothing hides behind it


def test_a_label_that_falls_while_the_mean_rises_is_an_alarm_and_no_pass():
    found = verdict({"delivery": 18, "quality": 18}, {"refund": 5})
    assert found.pair.verdict == "better"
    assert found.outcome == "HOLD"
    assert [(part.kind, part.name) for part in found.alarms] == [("label", "refund")]


def test_a_wider_margin_lets_it_fall():
    assert verdict({"delivery": 18, "quality": 18}, {"refund": 5}, margin=0.5).outcome == "PASS"


def test_the_same_fall_of_a_label_that_must_not_be_missed_fails():
    found = verdict({"delivery": 18, "quality": 18}, {"refund": 5}, dear("refund"))
    assert found.outcome == "FAIL"
    assert [(part.kind, part.name) for part in found.alarms] == [("label", "refund"), ("recall", "refund")]
    (recall,) = [part for part in found.parts if part.kind == "recall"]
    assert (recall.change, recall.interval, recall.support) == (pytest.approx(-0.25), None, 20)
    assert verdict({"delivery": 18, "quality": 18}, {"refund": 5}, dear("quality")).outcome == "HOLD"


def test_a_recall_that_falls_fails_although_f1_rose():
    """Fewer false claims lift F1 of refund while more refunds are missed."""
    task = dear("quality")
    before = answered({"delivery": 19, "refund": 19}, "base", task)  # 38 rows are wrongly called quality
    found = judge_tuning(before, answered({"quality": 2}, "tuned", task))
    (f1,) = [part for part in found.parts if part.kind == "label" and part.name == "quality"]
    assert f1.change > 0
    assert found.outcome == "FAIL"


def test_a_subtask_that_falls_is_seen_although_each_of_its_labels_is_in_the_mean():
    task = Task("made", LABELS, subtasks={"post": ("delivery", "quality"), "money": ("refund",)}, bar=Bar("accuracy"))

    def within(run: Run) -> Run:
        home = {"refund": "money"}
        rows = [
            replace(row, example=replace(row.example, subtask=home.get((row.example.labels or ("",))[0], "post")))
            for row in run.rows
        ]
        return replace(run, rows=tuple(rows))

    before = within(answered({"delivery": 18, "quality": 18}, "base", task))
    after = within(answered({"refund": 6}, "tuned", task, Status.UNPARSED))
    found = judge_tuning(before, after)
    assert {part.name: part.fell for part in found.parts if part.kind == "subtask"} == {"post": False, "money": True}
    assert found.outcome == "HOLD"
    assert {row.tuned for row in found.broken} == {None}  # no answer that could be read


def test_where_less_is_better_the_rule_turns_round():
    task = replace(TASK, bar=Bar("hamming_loss", 0.1))
    assert verdict({"delivery": 12, "refund": 12}, {}, task).outcome == "PASS"
    assert verdict({}, {"delivery": 12, "refund": 12}, task).outcome == "FAIL"


def test_candidates_are_ranked_beside_the_two_on_the_rows_that_all_share_and_have_no_say():
    base, tuned = answered({"delivery": 12, "refund": 12}, "base"), answered({}, "tuned")
    other = answered({"delivery": 1}, "api/other")
    fewer = replace(other, rows=other.rows[:-6])
    found = judge_tuning(base, tuned, (fewer,))
    assert [entry.model for entry in found.comparison.ranking] == ["tuned", "api/other", "base"]
    assert (found.comparison.rows, found.pair.rows) == (54, 54)
    assert found.outcome == judge_tuning(base, tuned).outcome == "PASS"


def test_a_gate_may_let_no_label_fall_at_all():
    found = verdict({"delivery": 18, "quality": 18}, {"refund": 1}, margin=0.0)
    assert (found.outcome, "refund" in [part.name for part in found.fallen]) == ("HOLD", True)
    assert verdict({"delivery": 18, "quality": 18}, {}, margin=0.0).outcome == "PASS"


@pytest.mark.parametrize("margin", [-0.1, 1.1, float("nan")])
def test_a_margin_that_is_none_is_refused(margin: float):
    with pytest.raises(BadInput, match="margin"):
        verdict({}, {}, margin=margin)


def test_runs_without_a_common_row_are_refused():
    base, tuned = answered({}, "base"), answered({}, "tuned")
    with pytest.raises(BadData, match="no labelled row in common"):
        judge_tuning(replace(base, rows=base.rows[:3]), replace(tuned, rows=tuned.rows[3:]))
