"""A run on its way to the business team and back: safe, in their language, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labkit.errors import BadData
from labkit.evaluation import evaluate, hand_over
from labkit.records import Example, Run
from labkit.tables import read_table
from labkit.tables.importing import Choices, import_tables
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_prompts

FORMATS = pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
HOSTILE = ("=HYPERLINK(1)", "＋86 138", "@cmd", "<script>alert(1)</script>", "0012345678901234567", "'=1", "a\u202eb")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    rows = [
        Example(f"100000000000000000{k}", (f"{text} 快递没到", "第二条"), ("物流",), "dev", note="难")
        for k, text in enumerate(HOSTILE)
    ]
    scene = create_scene(tmp_path / "hostile", TINY_TASK, rows, tiny_prompts())
    return evaluate(scene, "v2", "definition-reader")


@FORMATS
def test_what_went_out_comes_back(run: Run, tmp_path: Path, suffix: str):
    assert hand_over(run, tmp_path / f"out{suffix}") == ()
    table = read_table(tmp_path / f"out{suffix}")
    for line, row in zip(table.rows, run.rows, strict=True):
        assert line["id"] == row.example.id
        assert (line["text 1"], line["text 2"]) == row.example.items
        assert line["rationale"] == row.prediction.rationale
    assert table.columns[:4] == ("id", "text 1", "text 2", "gold labels")


def test_headers_and_statuses_speak_the_interface_and_machines_get_english(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    for suffix in (".xlsx", ".jsonl"):
        hand_over(run, tmp_path / f"out{suffix}")
    people, machine = (read_table(tmp_path / f"out{suffix}") for suffix in (".xlsx", ".jsonl"))
    assert people.columns == (
        *("编号", "正文1", "正文2", "标注", "模型答案", "是否正确", "状态"),
        *("理由", "依据原文", "引用的定义", "未作答原因", "备注"),
    )
    assert {line["是否正确"] for line in people.rows} <= {"是", "否"}
    assert "predicted" in machine.columns
    assert {line["status"] for line in machine.rows} <= {"answered", "off-list"}


def test_no_cell_of_a_workbook_is_a_formula(run: Run, tmp_path: Path):
    hand_over(run, tmp_path / "out.xlsx")
    cells = [cell for line in load_workbook(tmp_path / "out.xlsx").active.iter_rows() for cell in line if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "b"}
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_that_went_out_makes_the_same_scene_again(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    run = evaluate(scene, "v2", "definition-reader")
    hand_over(run, tmp_path / "out.xlsx")
    found = import_tables([read_table(tmp_path / "out.xlsx")], Choices())
    again = {example.id: (example.items, set(example.labels or ())) for example in found.examples}
    assert again == {row.example.id: (row.example.items, set(row.example.labels or ())) for row in run.rows}


def test_errors_only(scene: Scene, tmp_path: Path):
    run = evaluate(scene, "v1", "definition-reader")
    hand_over(run, tmp_path / "out.csv", errors_only=True)
    wrong = [row.example.id for row in run.rows if row.correct is False]
    assert wrong
    assert [line["id"] for line in read_table(tmp_path / "out.csv").rows] == wrong
    right = replace(run, rows=tuple(row for row in run.rows if row.correct))
    with pytest.raises(BadData, match="no row to hand over"):
        hand_over(right, tmp_path / "none.csv", errors_only=True)
    assert not (tmp_path / "none.csv").exists()


def test_a_cell_too_long_for_excel_is_said_aloud(run: Run, tmp_path: Path):
    long = replace(run.rows[0], example=replace(run.rows[0].example, items=("长" * 40_000,)))
    (cut,) = hand_over(replace(run, rows=(long,)), tmp_path / "out.xlsx")
    assert cut == "row 2, column text"
