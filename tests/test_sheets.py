"""A dataset goes out as a spreadsheet and comes back as its next version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import labkit
from labkit.errors import BadData, BadInput
from labkit.tables import read_table
from labkit.tables.writing import write_table
from labkit.workspace import Scene
from tests.cli.conftest import Command, apart
from tests.cli.conftest import labkit as command

__all__ = ["apart", "command"]


def edited(source: Path, target: Path, change: object) -> Path:
    """The table with each row passed through a function; None deletes it."""
    table = read_table(source)
    rows = [new for row in table.rows if (new := change(dict(row))) is not None]  # type: ignore[operator]
    write_table(target, table.columns, [[row[name] for name in table.columns] for row in rows])
    return target


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_untouched_sheet_is_the_same_dataset(apart: Scene, tmp_path: Path, suffix: str):
    rows = [
        {
            "id": "=1+1",
            "items": ["=cmd|'/c calc'!A0", "二"],
            "labels": ["物流", "质量"],
            "target": {"labels": ["质量", "物流"]},
        }
    ]
    apart.save_dataset("first", rows, {})
    labkit.write_sheet(apart, "first", tmp_path / f"s{suffix}")
    back = labkit.read_sheet(apart, "first", tmp_path / f"s{suffix}", "second")
    assert back.content_id == apart.dataset("first").content_id
    assert back.manifest["parent"]["name"] == "first"
    with pytest.raises(BadInput, match="exists already"):
        labkit.write_sheet(apart, "first", tmp_path / f"s{suffix}")


def test_edited_labels_are_taught_and_deleted_rows_are_gone(apart: Scene, tmp_path: Path, command: Command):
    made = labkit.select(apart, 6, "first").dataset
    first, second = (row["id"] for row in made.rows[:2])
    assert command("dataset", "sheet", apart.path, "first", "--to", tmp_path / "a.csv")[0] == 0

    def change(row: dict[str, object]) -> dict[str, object] | None:
        labels = {"labels": "退款\n质量"} if row["id"] == first else {}
        return None if row["id"] == second else {**row, **labels}

    sheet = edited(tmp_path / "a.csv", tmp_path / "b.csv", change)
    code, out, err = command("dataset", "take-back", apart.path, "first", sheet, "--as", "second", "--json")
    assert code == 0, err
    said = json.loads(out)
    assert (said["rows"], said["changes"]["relabelled"], said["changes"]["removed"]) == (5, 1, 1)
    assert next(r for r in apart.dataset("second").rows if r["id"] == first)["target"] == {"labels": ["退款", "质量"]}


def test_a_reason_does_not_outlive_its_labels(apart: Scene, tmp_path: Path):
    run = labkit.evaluate(apart, "v2", "definition-reader", "pool")
    made = labkit.select(apart, 6, "first", prompt="v2", teacher=run.id).dataset
    labkit.write_sheet(apart, "first", tmp_path / "a.csv")
    target = made.rows[0]["id"]
    other = next(label for label in apart.task.labels if label not in made.rows[0]["labels"])
    sheet = edited(
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        lambda row: {**row, **({"labels": other} if row["id"] == target else {})},
    )
    back = labkit.read_sheet(apart, "first", sheet, "second")
    assert (len(back.rows), back.manifest["parameters"]["reasons_outdated"]) == (len(made.rows) - 1, 1)
    assert back.manifest["targets"] == "rationale"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: {**row, "id": "new"}, "is not in 'first'"),
        (lambda row: {**row, "labels": "快递"}, "'快递' is not a label of the task"),
        (lambda row: {**row, "posts": "换了一条"}, "has other posts than the dataset"),
        (lambda row: {**row, "id": "r00"}, "the row 'r00' (stands twice|is not in)"),
        (
            lambda row: {"id": row["id"]} | dict.fromkeys(("posts", "why"), "") | {"labels": "a\nb"},
            "'a' is not a label of the task",
        ),
        (lambda _: None, "has a header and no row"),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_named_and_nothing_is_written(
    apart: Scene, tmp_path: Path, change: object, said: str
):
    labkit.select(apart, 6, "first")
    labkit.write_sheet(apart, "first", tmp_path / "a.csv")
    with pytest.raises(BadData, match=said):
        labkit.read_sheet(apart, "first", edited(tmp_path / "a.csv", tmp_path / "b.csv", change), "second")
    assert apart.dataset_names() == ("first",)
