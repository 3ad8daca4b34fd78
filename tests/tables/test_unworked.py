"""Workbooks whose formulas nothing has worked out: a post that begins with = is not read as an empty one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from labkit.errors import BadData
from labkit.tables import read_table
from labkit.tables.writing import write_table


def written(path: Path, *posts: str) -> Path:
    """A workbook as pandas writes it: a post that begins with = is a formula without a value."""
    book = Workbook()
    book.active.append(["id", "text"])
    for k, post in enumerate(posts):
        book.active.append([f"p{k}", post])
    book.save(path)
    return path


def changed(path: Path, target: Path, pattern: str, by: str, on_load: bool = False) -> Path:
    """The workbook with its first sheet's XML changed, as Excel saves it; or as one to be worked out on opening."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(pattern, by, content.decode()).encode()
            if name.endswith("workbook.xml") and not on_load:
                content = content.replace(b' fullCalcOnLoad="1"', b"")
            new.writestr(name, content)
    return target


def test_posts_that_pandas_wrote_as_formulas_are_counted_and_named(tmp_path: Path):
    path = written(tmp_path / "a.xlsx", "=又涨价了", "快递三天没动静", "=1+1 谁信")
    with pytest.raises(BadData, match=r"2 rows have formulas that no spreadsheet .* '=又涨价了' in B2.*CSV or JSONL"):
        read_table(path)


def test_two_formulas_of_a_row_are_one_row(tmp_path: Path):
    book = Workbook()
    book.active.append(["=A", "=B"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(BadData, match="1 row has a formula"):
        read_table(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (r'<c r="B2" t="str"><f>A2</f><v></v></c>', ""),  # Excel worked out an empty text
        (r'<c r="B2" t="str"><f>A2</f><v>p0</v></c>', "p0"),
        (r'<c r="B2"><f>LEN(A2)</f><v>2</v></c>', "2"),
        (r'<c r="B2"><f t="shared" si="0"/><v>0</v></c>', "0"),
    ],
)
def test_what_excel_worked_out_is_read(tmp_path: Path, cell: str, value: str):
    path = written(tmp_path / "a.xlsx", "=x", "快递")
    worked = changed(path, tmp_path / "b.xlsx", r'<c r="B2">.*?</c>', cell)
    assert [row["text"] for row in read_table(worked).rows] == [value, "快递"]


@pytest.mark.parametrize(("value", "refused"), [("0", True), ("2", False)])
def test_the_0_that_xlsxwriter_stores_is_no_value(tmp_path: Path, value: str, refused: bool):
    cell = f'<c r="B2"><f>又涨价了</f><v>{value}</v></c>'
    path = changed(written(tmp_path / "a.xlsx", "=x", "快递"), tmp_path / "b.xlsx", r'<c r="B2">.*?</c>', cell, True)
    if refused:
        with pytest.raises(BadData, match=r"1 row has .* '=又涨价了' in B2"):
            read_table(path)
    else:
        assert read_table(path).rows[0]["text"] == value


def test_the_columns_are_named_so_that_they_can_be_left_out(tmp_path: Path):
    book = Workbook()
    for row in (["text", "len", "n"], ["快递", "=LEN(A2)", 1], ["退款", "=LEN(A3)", "=C2+1"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(BadData, match="or leave column B, C out"):
        read_table(tmp_path / "a.xlsx")


def test_a_formula_far_down_is_found(tmp_path: Path):
    path = written(tmp_path / "a.xlsx", *(f"快递{k}没到" for k in range(20_000)), "=x")
    with pytest.raises(BadData, match=r"1 row has .* in B20002"):
        read_table(path)


def test_labkits_own_workbooks_hold_text(tmp_path: Path):
    write_table(tmp_path / "a.xlsx", ("id", "text"), [("1", "=1+1")])
    assert [row["text"] for row in read_table(tmp_path / "a.xlsx").rows] == ["=1+1"]


def test_formulas_of_another_sheet_do_not_matter(tmp_path: Path):
    book = load_workbook(written(tmp_path / "a.xlsx", "快递", "退款", "物流"))
    book.create_sheet("说明").append(["=x"])
    book.save(tmp_path / "a.xlsx")
    assert len(read_table(tmp_path / "a.xlsx", "Sheet").rows) == 3
