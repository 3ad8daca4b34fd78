from __future__ import annotations

from labkit.records import Example, Prediction, Run, RunHeader, RunRow, Status, example_to_json, examples_sha256
from tests.conftest import TINY_TASK, tiny_examples

HEADER = RunHeader("r1", "tiny", "v1", "0" * 64, "", "linear", {}, "dev", "0" * 64, "2026-01-01T00:00:00Z", "0.1.0")


def row(example: Example, status: Status, *labels: str) -> RunRow:
    return RunRow(example, Prediction(status, labels))


def test_counts_hold_every_status_and_add_up():
    rows = tuple(row(e, s) for e, s in zip(tiny_examples(), [*Status, *Status], strict=False))
    run = Run(HEADER, TINY_TASK, rows)
    assert set(run.counts) == {s.value for s in Status}
    assert sum(run.counts.values()) == len(rows) == 16
    assert not run.complete


def test_a_row_is_correct_only_when_answered_with_exactly_the_gold_labels():
    example = Example("1", ("x",), ("物流", "质量"))
    assert row(example, Status.ANSWERED, "质量", "物流").correct
    assert not row(example, Status.ANSWERED, "物流").correct
    assert not row(Example("2", ("x",), ()), Status.FAILED).correct
    assert row(Example("3", ("x",)), Status.ANSWERED, "物流").correct is None


def test_example_json_leaves_out_what_is_not_there_but_keeps_none_labels_apart():
    assert example_to_json(Example("1", ("x",))) == {"id": "1", "items": ["x"], "split": "pool"}
    assert example_to_json(Example("1", ("x",), ()))["labels"] == []


def test_hash_follows_posts_gold_and_order_but_not_notes():
    a, b = tiny_examples()[:2]
    assert examples_sha256([a, b]) != examples_sha256([b, a])
    noted = Example(a.id, a.items, a.labels, a.split, a.group, note="hard")
    assert examples_sha256([a]) == examples_sha256([noted])
    assert examples_sha256([a]) != examples_sha256([Example(a.id, a.items, None)])
