from __future__ import annotations

from dataclasses import replace

from labkit.comparison import common_rows
from labkit.comparison.changes import changes
from labkit.records import Run, RunRow
from tests.made_runs import made_row, made_run


def asked(row_id: str, rights: str) -> list[RunRow]:
    """A row asked once a character: "y" for a right answer, "n" for a wrong one."""
    made = [made_row(row_id, ["refund"], ["refund" if right == "y" else "quality"]) for right in rights]
    return [replace(row, repeat=k) for k, row in enumerate(made)]


def run_of(name: str, **rows: str) -> Run:
    return made_run([row for row_id, rights in rows.items() for row in asked(row_id, rights)], name)


def changed(a: Run, b: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    common = common_rows((a, b))
    return changes(common.askings(0), common.askings(1), lambda row: bool(row.correct))


def test_more_than_half_of_the_askings_make_a_row_right():
    a, b = run_of("a", x="ynn", y="yyn", z="yn"), run_of("b", x="yyn", y="nny", z="nn")
    assert changed(a, b) == (("x",), ("y",))


def test_only_as_many_askings_count_as_both_runs_have():
    """A majority of three beats one answer even when both runs are equally good."""
    assert changed(run_of("a", x="n"), run_of("b", x="nyy")) == ((), ())
    assert changed(run_of("a", x="y"), run_of("b", x="nyy")) == ((), ("x",))
