"""Writing tables: nothing becomes a formula, everything comes back, and an interrupted write leaves the old file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.tables import original_cell, read_table, safe_cell, write_jsonl, write_table
from labkit.tables.atomic import appearing_folder, append_line, replacing

FORMULAS = (
    '=HYPERLINK("http://x","y")',
    "+86 138",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\t=1",
    "\u200b=1",
    "\u202e=1",
    "\rx",
    "\nx",
    "'=1",
    "''=1",
)
HARMLESS = ("'hello", "a=b", "’=1", "快递", "1-2", "", "'")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe_and_loses_it_again(text: str):
    assert safe_cell(text) == "'" + text
    assert original_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone(text: str):
    assert safe_cell(text) == text == original_cell(text)


@given(st.text())
def test_safe_cells_come_back_and_never_begin_a_formula(text: str):
    safe = safe_cell(text)
    assert original_cell(safe) == text
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_payloads_come_back_from_every_format(tmp_path: Path, suffix: str):
    payloads = [
        *FORMULAS,
        *(text for text in HARMLESS if text),
        "#N/A",
        "\x1b[31mred\x07",
        "_x000D_",
        "a\r\nb\rc\nd",
        "\u202eabc",
        "👩‍👩‍👧",
        '","',
        "None",
        "00123",
        "1234567890123456789",
        "x" * 30_000,
    ]
    path = tmp_path / f"a{suffix}"
    assert write_table(path, ("text", "n"), [(text, 10**18 + k) for k, text in enumerate(payloads)]) == ()
    table = read_table(path)
    assert [row["text"] for row in table.rows] == payloads
    assert [row["n"] for row in table.rows] == [str(10**18 + k) for k in range(len(payloads))]


def test_excel_holds_text_not_formulas(tmp_path: Path):
    from openpyxl import load_workbook

    path = tmp_path / "a.xlsx"
    write_table(path, ("text",), [(text,) for text in FORMULAS])
    cells = [row[0] for row in load_workbook(path).active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(FORMULAS)


def test_what_excel_cannot_hold_is_cut_and_said(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    assert write_table(path, ("id", "text"), [("1", "short"), ("2", "x" * 40_000)]) == ("row 3, column text",)
    cell = read_table(path).rows[1]["text"]
    assert len(cell) == 32_767
    assert str(cell).endswith("… [cut]")


def test_csv_opens_in_excel_as_utf8_and_shows_nul(tmp_path: Path):
    path = tmp_path / "a.csv"
    write_table(path, ("文本", "labels"), [("a\0b", ["退款"])])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_table(path).rows == ({"文本": "a␀b", "labels": '["退款"]'},)


def test_unknown_suffix_is_refused(tmp_path: Path):
    with pytest.raises(BadData, match=r"'\.pdf'"):
        write_table(tmp_path / "a.pdf", ("a",), [])


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS.filter(bool), CELLS), min_size=1, max_size=6),
    suffix=st.sampled_from([".csv", ".xlsx", ".jsonl"]),
)
def test_write_then_read_gives_back_every_cell(tmp_path: Path, rows: list[tuple[str, str]], suffix: str):
    path = tmp_path / f"a{suffix}"
    write_table(path, ("a", "b"), rows)
    assert [(row["a"], row["b"]) for row in read_table(path).rows] == rows


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    write_jsonl(path, [{"a": 1}])
    with pytest.raises(TypeError):
        write_jsonl(path, [{"a": 1}, {"a": object()}])
    assert path.read_text() == '{"a": 1}\n'
    with pytest.raises(RuntimeError), replacing(tmp_path / "b"):
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path):
    target = tmp_path / "scene"
    with pytest.raises(FileNotFoundError), appearing_folder(target) as folder:
        (folder / "half" / "missing").write_text("x")
    assert list(tmp_path.iterdir()) == []
    with appearing_folder(target) as folder:
        (folder / "whole").write_text("x")
    assert [p.name for p in target.iterdir()] == ["whole"]
    with pytest.raises(OSError), appearing_folder(target) as folder:  # noqa: PT011 (FileExistsError or ENOTEMPTY)
        (folder / "other").write_text("x")
    assert [p.name for p in target.iterdir()] == ["whole"]
    assert [p.name for p in tmp_path.iterdir()] == ["scene"]


def test_a_line_is_added_after_a_torn_one(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    append_line(path, "one")
    path.write_bytes(path.read_bytes() + b"torn")
    append_line(path, "two")
    assert path.read_text() == "one\ntorn\ntwo\n"
