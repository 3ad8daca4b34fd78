"""Labels are weighed within their subtask, which is named; small parts and rows of none prove nothing."""

from __future__ import annotations

import pytest

from labkit import audit_charts
from labkit.auditing import Finding, Material, Sample, audit_material
from labkit.auditing.balance import check_balance
from labkit.records import Task

TASK = Task(
    "two",
    ("物流", "退款", "正面", "负面"),
    subtasks={"topic": ("物流", "退款"), "tone": ("正面", "负面")},
)
EVEN = {"topic": {"物流": 60, "退款": 60}, "tone": {"正面": 60, "负面": 60}}


def of_subtasks(counts: dict[str, dict[str, int]]) -> tuple[Sample, ...]:
    return tuple(
        Sample(f"{subtask}{label}{k}", f"第{k}条{label}", labels=(label,), subtask=subtask or None)
        for subtask, labels in counts.items()
        for label, rows in labels.items()
        for k in range(rows)
    )


def balance_of(counts: dict[str, dict[str, int]], task: Task | None = TASK) -> Finding:
    """Of a chosen dataset, which is judged hard."""
    rows = of_subtasks(counts)
    return check_balance(Material(rows, task, pool=rows))


def test_the_least_even_subtask_is_named_and_all_labels_are_counted():
    found = balance_of({**EVEN, "tone": {"正面": 80, "负面": 16}})
    assert (found.severity, found.value, found.counts["subtask"]) == ("warn", 5.0, "tone")
    assert found.reason.startswith("in subtask tone 正面 has 5.0 times the rows of 负面")
    assert found.counts["labels"] == {"物流": 60, "退款": 60, "正面": 80, "负面": 16}
    chart = audit_charts(audit_material(Material(of_subtasks(EVEN), TASK)))["D06"]
    assert set(chart.layout.yaxis.ticktext) == set(TASK.labels)


def test_without_subtasks_none_is_named():
    found = balance_of({"": {"物流": 60, "退款": 5, "正面": 60, "负面": 60}})
    assert (found.severity, found.counts["subtask"]) == ("block", None)
    assert found.reason.startswith("物流 has 12.0 times")


@pytest.mark.parametrize("task", [TASK, None])
def test_a_few_rows_without_a_subtask_are_no_subtask(task: Task | None):
    found = balance_of({**EVEN, "": {"物流": 12, "退款": 1}}, task)
    assert (found.severity, found.value, set(found.counts["subtask_tokens"])) == ("ok", 1.0, {"topic", "tone"})


def test_many_small_subtasks_are_uneven_by_chance():
    found = balance_of({f"part {k}": {f"a{k}": 4 + 3 * (k == 7), f"b{k}": 4 - 3 * (k == 7)} for k in range(30)}, None)
    assert (found.severity, found.value) == ("ok", 1.0)
    assert len(found.counts["labels"]) == 60


def test_a_small_subtask_beside_rows_of_none_is_not_judged():
    assert balance_of({"topic": {"物流": 7, "退款": 1}, "": {"物流": 60, "退款": 60}}).severity == "not examined"
    assert balance_of({"topic": {"物流": 50, "退款": 2}}).severity == "block", "alone it is all there is"
