"""Sheets made for people: a title above the header, a header in two rows, other sheets beside the one of posts."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from labkit.errors import BadData
from labkit.tables import read_table


def book(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


POSTS = [("微博正文", "标签"), *((f"第{k}条微博", "物流") for k in range(9))]
MEANINGS = [("标签", "定义"), ("物流", "快递的问题")]


def test_lines_above_the_header_are_titles_and_are_said(tmp_path: Path):
    table = read_table(book(tmp_path / "a.xlsx", s=[("五月标注结果",), (), ("text", "label"), ("快递慢", "物流")]))
    assert (table.titles, table.columns, table.lines) == (("五月标注结果",), ("text", "label"), (4,))
    path = tmp_path / "a.csv"
    path.write_text("五月标注结果,,\n\nid,text,label\n1,快递慢,物流\n", "utf-8")
    assert read_table(path).titles == ("五月标注结果",)


TITLES = ("五月标注结果", "客服部", "2026-05-31")


@pytest.mark.parametrize("titles", [TITLES[:k] for k in range(1, 4)])
@pytest.mark.parametrize("padding", ["", ",,"])
def test_several_title_lines_padded_or_not(tmp_path: Path, titles: tuple[str, ...], padding: str):
    rows = [("id", "text", "label"), *((str(k), f"第{k}条", "物流") for k in range(3))]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*(title + padding for title in titles), "", *map(",".join, rows)]), "utf-8")
    sheet = book(tmp_path / "a.xlsx", s=[*((title,) for title in titles), *rows])
    for table in (read_table(path), read_table(sheet)):
        assert (table.titles, table.columns, len(table.rows)) == (titles, rows[0], 3)


@pytest.mark.parametrize(
    "lines",
    [
        "text|快递慢|好,坏",
        "text|快递慢|好,坏|退款",
        "text|快递慢|好,坏|a,b,c",
        "a|b|c|d|e|f|id,text|1,好",
        "t|i|a,a|1,2",
    ],
)
def test_what_is_ragged_is_refused_and_the_line_that_looks_like_the_header_is_named(tmp_path: Path, lines: str):
    path = tmp_path / "a.csv"
    path.write_text(lines.replace("|", "\n"), "utf-8")
    wide = next(k for k, line in enumerate(lines.split("|"), 1) if "," in line)
    said = rf"line {wide}: 2 cells under 1 column\. .*titles.*remove them: line {wide} looks like the header"
    with pytest.raises(BadData, match=said):
        read_table(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("titles", [TITLES[:1], TITLES])
def test_a_title_that_nothing_parts_does_not_hide_what_parts_the_table(
    tmp_path: Path, separator: str, titles: tuple[str, ...]
):
    rows = [
        separator.join(cells) for cells in (("id", "text", "label"), *((str(k), "快递慢", "物流") for k in range(5)))
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join((*titles, *rows)) + "\n", "utf-8")
    table = read_table(path)
    assert (table.titles, table.columns, len(table.rows)) == (titles, ("id", "text", "label"), 5)


@pytest.mark.parametrize("posts", [("a; b", "c", "d; e; f", "g"), ("a|b", "c|", "d", "e"), ("a; b", "a; c", "d")])
def test_posts_in_one_column_are_not_parted_by_what_stands_in_some_of_them(tmp_path: Path, posts: tuple[str, ...]):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(("text", *posts)) + "\n", "utf-8")
    assert [row["text"] for row in read_table(path).rows] == list(posts)


def test_a_file_of_one_column_has_no_title(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("text\n快递慢\n退款\n", "utf-8")
    assert (read_table(path).titles, len(read_table(path).rows)) == ((), 2)


def test_a_header_in_two_rows_of_merged_cells(tmp_path: Path):
    rows = [("id", "text", "标签", None), (None, None, "物流", "退款"), ("1", "快递慢", "1", "0")]
    table = read_table(book(tmp_path / "a.xlsx", s=rows))
    assert table.columns == ("id", "text", "物流", "退款")
    assert table.rows[0]["物流"] == "1"


def test_a_first_row_with_gaps_is_not_taken_for_a_header(tmp_path: Path):
    table = read_table(book(tmp_path / "a.xlsx", s=[("id", "text", "note"), ("1", "快递慢", None), ("2", "退款", "x")]))
    assert [row["id"] for row in table.rows] == ["1", "2"]


def test_the_sheet_far_ahead_in_rows_is_read_and_the_others_are_said(tmp_path: Path):
    table = read_table(book(tmp_path / "a.xlsx", 说明=[("请先看这里",)], 数据=POSTS, 定义=MEANINGS))
    assert (table.sheet, table.other_sheets, len(table.rows)) == ("数据", ("说明", "定义"), 9)


def test_sheets_of_like_size_must_be_named(tmp_path: Path):
    path = book(tmp_path / "a.xlsx", 五月=POSTS, 六月=POSTS)
    with pytest.raises(BadData, match=r"2 sheets with cells \('五月', '六月'\)\. Name one with --sheet"):
        read_table(path)
    assert read_table(path, "六月").sheet == "六月"


def test_columns_looked_for_tell_the_sheet(tmp_path: Path):
    path = book(tmp_path / "a.xlsx", 数据=POSTS, 定义=MEANINGS)
    assert read_table(path, holding=[["标签"], ["定义", "说明"]]).sheet == "定义"
