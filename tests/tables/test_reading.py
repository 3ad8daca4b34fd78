"""Reading tables: everything stays text, and a hostile file is one line of error with file and line."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData, UnknownName
from labkit.tables import Table, read_table

TRAPS = ("None", "null", "NA", "N/A", "nan", "-", "00123", "1234567890123456789", "1.0", " spaced ", "TRUE", "-5")


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def column(table: Table, name: str) -> list[object]:
    return [row[name] for row in table.rows]


def csv_of(*cells: str) -> str:
    return "a,b\r\n" + "".join(f'"{cell}",x\r\n' for cell in cells)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_cells(tmp_path: Path, encoding: str):
    table = read_table(written(tmp_path, "a.csv", "文本,标签\n快递太慢了,物流\n退款没到,退款\n".encode(encoding)))
    assert column(table, "文本") == ["快递太慢了", "退款没到"]
    assert table.encoding == encoding
    assert table.lines == (2, 3)


def test_the_two_words_that_gbk_and_utf8_share_are_read_as_gbk(tmp_path: Path):
    table = read_table(written(tmp_path, "a.csv", "文本,标签\n联通,x\n".encode("gbk")))
    assert column(table, "文本") == ["联通"]


def test_a_named_encoding_is_used_and_an_unknown_one_refused(tmp_path: Path):
    path = written(tmp_path, "a.csv", "a,b\ncafé,x\n".encode("latin-1"))
    assert column(read_table(path, encoding="latin-1"), "a") == ["café"]
    with pytest.raises(BadData, match="no text encoding 'utf-99'"):
        read_table(path, encoding="utf-99")


def test_cells_stay_the_text_they_were(tmp_path: Path):
    assert column(read_table(written(tmp_path, "a.csv", csv_of(*TRAPS))), "a") == list(TRAPS)
    lines = "".join(json.dumps({"a": cell}) + "\n" for cell in TRAPS)
    assert column(read_table(written(tmp_path, "a.jsonl", lines)), "a") == list(TRAPS)


def test_numbers_in_json_keep_their_digits(tmp_path: Path):
    table = read_table(written(tmp_path, "a.json", '[{"id": 1234567890123456789, "x": 1.10, "y": true, "z": null}]'))
    assert table.rows == ({"id": "1234567890123456789", "x": "1.10", "y": "true", "z": ""},)


def test_line_separators_inside_a_string_do_not_split_a_record(tmp_path: Path):
    text = "a\u2028b\u2029c\u0085d\x1ce"
    for name, content in (
        ("a.jsonl", json.dumps({"a": text}, ensure_ascii=False) + "\r\n"),
        ("a.json", json.dumps([{"a": text}], ensure_ascii=False)),
        ("a.csv", f"a,b\n{text},x\n"),
    ):
        assert column(read_table(written(tmp_path, name, content)), "a") == [text]


def test_a_json_array_knows_the_line_of_each_object(tmp_path: Path):
    table = read_table(written(tmp_path, "a.json", '[\n  {"a": "x"},\n\n  {"a": "y",\n   "b": ["1"]}\n]\n'))
    assert table.lines == (2, 4)
    assert table.rows[1] == {"a": "y", "b": ["1"]}
    assert table.rows[0]["b"] == ""


def test_a_document_of_one_line_holds_its_list_of_rows_and_a_conversation_is_one_row(tmp_path: Path):
    document = json.dumps({"version": 1, "data": [{"a": "x"}, {"a": "y"}]})
    assert column(read_table(written(tmp_path, "a.json", document)), "a") == ["x", "y"]
    assert column(read_table(written(tmp_path, "b.json", document + "\n\n")), "a") == ["x", "y"]
    for told in (
        {"dataset": "posts", "labels": ["物流"], "about": {"year": 2026}, "parcels": [{"a": "x"}]},
        {"code": 0, "message": "success", "data": [{"a": "x"}]},
    ):
        for indent in (None, 2):
            assert column(read_table(written(tmp_path, "c.json", json.dumps(told, indent=indent))), "a") == ["x"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "x"}]},
        {"turns": [{"prompt": "x", "response": "y"}]},
        {"text": "the parcel is late", "label": "物流", "entities": [{"start": "0", "type": "goods"}]},
        {"微博正文": "快递没到", "annotations": [{"value": "物流"}]},
        {"instruction": "classify", "output": "物流", "sources": [{"page": "1"}]},
    ],
    ids=["chat", "qianfan", "post", "chinese", "alpaca"],
)
def test_one_row_with_a_list_of_its_own_is_one_row(tmp_path: Path, row: dict[str, Any], indent: int | None):
    assert read_table(written(tmp_path, "a.json", json.dumps(row, indent=indent))).rows == (row,)


def test_quoted_line_breaks_belong_to_the_cell_and_lines_are_still_counted(tmp_path: Path):
    table = read_table(written(tmp_path, "a.csv", 'a,b\n"one\ntwo",x\n\nthree,y\n'))
    assert column(table, "a") == ["one\ntwo", "three"]
    assert table.lines == (2, 5)
    assert table.blank_rows == 1


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t"), ("a.csv", "|")])
def test_other_separators(tmp_path: Path, name: str, separator: str):
    content = f"a{separator}b\nhello, you{separator}x\n"
    assert read_table(written(tmp_path, name, content)).rows == ({"a": "hello, you", "b": "x"},)


HOSTILE = {
    "empty.csv": ("", "is empty"),
    "spaces.csv": (" \n\n", "holds no table"),
    "header.csv": ("a,b\n", "header and no row"),
    "ragged.csv": ("a,b\nx,y\nx,y,z\n", "ragged.csv line 3: 3 cells under 2 columns"),
    "short.csv": ("a,b\nx\n", "short.csv line 2: 1 cells under 2 columns"),
    "twice.csv": ("a,b,a\nx,y,z\n", "line 1: two columns are called 'a'"),
    "noname.csv": ("a,,b\nx,y,z\n", "line 1: column 2 has no name"),
    "quote.csv": ('a,b\nx,y\n"never closed,y\nz,w\n', "quote.csv line 3: a double quote opens here"),
    "stray.csv": ('a,b\n"x"y,z\n', "stray.csv line 2: text follows a closing double quote"),
    "long.csv": ("a,b\nx,y\n" + "z" * 200_000 + ",y\n", "long.csv line 3: a cell longer than 131,072"),
    "wide.csv": (",".join(f"c{k}" for k in range(10_000)) + "\n1\n", "line 1: more than 1,000 columns"),
    "nul.csv": ("a,b\nx,y\nx\0,y\n", "nul.csv line 3: a NUL character"),
    "damaged.csv": ("a,b\n退款,y\n".encode() + b"\xff\xff,y\n", "damaged.csv line 3: bytes that are neither"),
    "latin.csv": ("a,b\ncafé crème brûlée,y\n".encode("latin-1"), "latin.csv line 2: bytes that are neither"),
    "mixed.csv": ("a,b\n快递慢,y\n".encode() + "退款没到账啊,y\n".encode("gbk"), "mixed.csv line 3: bytes"),
    "really.csv": (b"PK\x03\x04rest", "is an Excel workbook"),
    "book.xls": (b"\xd0\xcf\x11\xe0", "has the suffix '.xls'"),
    "text.xlsx": ("a,b\n", "is not an .xlsx workbook"),
    "text.parquet": ("a,b\n", "cannot be read as Parquet"),
    "broken.jsonl": ('{"a": "x"}\n{"a": \n', "broken.jsonl line 2: not valid JSON"),
    "keys.jsonl": ('{"a": "x", "a": "y"}\n', "keys.jsonl line 1: not valid JSON (the key 'a' stands twice)"),
    "nan.jsonl": ('{"a": NaN}\n', "nan.jsonl line 1: not valid JSON (NaN is not JSON)"),
    "half.jsonl": ('{"a": "\\ud83d"}\n', "half.jsonl line 1: half of a character"),
    "list.jsonl": ('{"a": "x"}\n["x"]\n', "list.jsonl line 2: list instead of a JSON object"),
    "deep.jsonl": ('{"a": ' + "[" * 100_000 + "\n", "deep.jsonl line 1: nested too deeply"),
    "open.json": ('[{"a": "x"}, {"a": "y"}', "open.json line 1: the object is not followed by"),
    "comma.json": ('[{"a": "x"},]', "comma.json line 1: the object is not followed by"),
    "after.json": ('[{"a": "x"}] {"a": "y"}', "after.json: text follows the end"),
    "none.json": ("[]", "holds no table"),
    "texts.json": ('[\n"x"]', "texts.json line 2: str instead of an object"),
    "unnamed.jsonl": ('{"": "x"}\n', "line 1: a field without a name"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_one_line_of_error(tmp_path: Path, name: str):
    content, said = HOSTILE[name]
    with pytest.raises(BadData) as caught:
        read_table(written(tmp_path, name, content))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.fix


def test_missing_files_and_folders_are_named(tmp_path: Path):
    with pytest.raises(BadData, match="There is no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(BadData, match="is not a file"):
        read_table(tmp_path)


def test_a_file_over_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.tables.building.ROWS", 3)
    with pytest.raises(BadData, match=r"a.csv line 5: more than 3 rows"):
        read_table(written(tmp_path, "a.csv", "a,b\n" + "x,y\n" * 9))
    monkeypatch.setattr("labkit.tables.decoding.FILE_BYTES", 10)
    with pytest.raises(BadData, match="more than 10"):
        read_table(tmp_path / "a.csv")


def test_an_endless_line_is_not_read_whole(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a": "x"}\n{"a": "')
        for _ in range(17):
            file.write(b"x" * 1_000_000)
    with pytest.raises(BadData, match=r"a.jsonl line 2: longer than 16,000,000 characters"):
        read_table(path)


MEASURED = """
import resource, sys
from labkit.errors import BadData
from labkit.tables import read_table
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_table(sys.argv[1])
except BadData as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)
"""


@pytest.mark.parametrize(("name", "begins"), [("a.csv", b"a,b\nx,y\n"), ("a.jsonl", b'{"a": "x"}\n\n{"a": "')])
def test_a_line_of_fifty_megabytes_does_not_fill_the_memory(tmp_path: Path, name: str, begins: bytes):
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(begins)
        for _ in range(50):
            file.write(b"x" * 1_000_000)
    done = subprocess.run([sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True)
    kilobytes, said = done.stdout.split(" ", 1)
    assert f"{name} line 3" in said
    assert int(kilobytes) < 100_000


def workbook(path: Path, *rows: tuple[object, ...], more: dict[str, list[tuple[object, ...]]] | None = None) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, cells in (more or {}).items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def test_excel_cells_are_text_without_point_zero(tmp_path: Path):
    import datetime as dt

    path = workbook(
        tmp_path / "a.xlsx",
        ("id", "text", "when"),
        ("1234567890123456789", "快递", dt.datetime(2026, 5, 1, 10)),
        (7.0, "退_x000D_款", 2.5),
        ("00123", "None", None),
    )
    table = read_table(path)
    assert column(table, "id") == ["1234567890123456789", "7", "00123"]
    assert column(table, "when") == ["2026-05-01T10:00:00", "2.5", ""]
    assert column(table, "text") == ["快递", "退\r款", "None"]


def test_excel_zeros_shown_by_the_format_are_kept(tmp_path: Path):
    from openpyxl import load_workbook

    path = workbook(tmp_path / "a.xlsx", ("id", "text"), (123, "x"))
    book = load_workbook(path)
    book.active["A2"].number_format = "00000"
    book.save(path)
    assert column(read_table(path), "id") == ["00123"]


def test_excel_number_that_lost_its_digits_does_not_pretend_to_have_them(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", ("id", "text"), (1.2345678901234567e18, "x"))
    assert column(read_table(path), "id") == ["1.234567890123457E+18"]


def test_excel_error_cells_and_ragged_rows_are_refused(tmp_path: Path):
    with pytest.raises(BadData, match=r"line 2: the Excel error #NAME\?"):
        read_table(workbook(tmp_path / "a.xlsx", ("id", "text"), ("1", "#NAME?")))
    with pytest.raises(BadData, match="line 2: 3 cells under 2 columns"):
        read_table(workbook(tmp_path / "b.xlsx", ("id", "text"), ("1", "x", "y")))


def test_of_several_sheets_one_must_be_named(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", ("a", "b"), ("x", "y"), more={"五月": [("a", "b"), ("五", "月")], "empty": []})
    assert column(read_table(path, sheet="五月"), "a") == ["五"]
    with pytest.raises(BadData, match="2 sheets with cells"):
        read_table(path)
    with pytest.raises(UnknownName, match="'五月'"):
        read_table(path, sheet="五月份")
    assert column(read_table(workbook(tmp_path / "b.xlsx", ("a",), ("x",), more={"empty": []})), "a") == ["x"]


def test_a_workbook_bomb_is_refused_unopened(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(BadData, match=r"packed .* to 1, as a ZIP bomb is"):
        read_table(path)


def test_a_workbook_with_macros_is_not_opened(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", ("a",), ("x",)).rename(tmp_path / "a.xlsm")
    with pytest.raises(BadData, match=r"a.xlsm may hold macros and is not opened. Save it as .xlsx"):
        read_table(path)


def test_a_link_to_another_workbook_gives_the_value_kept_beside_it(tmp_path: Path):
    path, linked = workbook(tmp_path / "a.xlsx", ("a",), ("x",)), io.BytesIO()
    link = (
        '<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
        "</externalLink>"
    )
    cell = '<c r="A2" t="str"><f>[1]Sheet1!A1</f><v>kept</v></c>'
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(linked, "w") as target:
        for member in source.namelist():
            content = source.read(member).decode()
            target.writestr(member, re.sub(r'<c r="A2".*?</c>', cell, content))
        target.writestr("xl/externalLinks/externalLink1.xml", link)
    assert column(read_table(written(tmp_path, "b.xlsx", linked.getvalue())), "a") == ["kept"]


def test_a_billion_laughs_sheet_is_refused(tmp_path: Path):
    path, evil = workbook(tmp_path / "a.xlsx", ("a",), ("x",)), io.BytesIO()
    entities = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e0 "ha">{entities}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&e11;</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(evil, "w") as target:
        for member in source.namelist():
            target.writestr(member, sheet if member.endswith("sheet1.xml") else source.read(member))
    with pytest.raises(BadData, match="cannot be read as a workbook"):
        read_table(written(tmp_path, "evil.xlsx", evil.getvalue()))


def test_parquet_values_become_text_and_lists_stay(tmp_path: Path):
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    columns = {
        "id": [1234567890123456789, 2],
        "text": ["快递", "None"],
        "score": [1.0, None],
        "labels": [["a"], []],
        "raw": [b"x", None],
    }
    parquet.write_table(pa.table(columns), path)
    first, second = read_table(path).rows
    assert first == {"id": "1234567890123456789", "text": "快递", "score": "1", "labels": ["a"], "raw": "x"}
    assert second == {"id": "2", "text": "None", "score": "", "labels": [], "raw": ""}


def test_a_parquet_dictionary_bomb_is_refused_before_it_unpacks(tmp_path: Path):
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "bomb.parquet"
    parquet.write_table(
        pa.table({"text": pa.DictionaryArray.from_arrays(pa.array([0] * 2_000), pa.array(["x" * 1_000_000]))}), path
    )
    assert path.stat().st_size < 1_000_000
    with pytest.raises(BadData, match="column 'text': a cell of 1,000,000 bytes"):
        read_table(path)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_json_lines_give_back_every_text(tmp_path: Path, rows: list[tuple[str, str]]):
    content = "".join(json.dumps({"a": a, "b": b}, ensure_ascii=False) + "\n" for a, b in rows)
    expected = [row for row in rows if any(row)]
    path = written(tmp_path, "a.jsonl", content)
    if not expected:
        with pytest.raises(BadData):
            read_table(path)
        return
    table = read_table(path)
    assert [(row["a"], row["b"]) for row in table.rows] == expected
    assert len(table.rows) + table.blank_rows == len(rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".json", ".jsonl", ".tsv", ".xlsx", ".parquet"])
)
def test_any_bytes_give_a_table_or_one_line_of_error(tmp_path: Path, content: bytes, suffix: str):
    try:
        table = read_table(written(tmp_path, "any" + suffix, content))
    except BadData as error:
        said = str(error)
        assert "\n" not in said
    else:
        assert all(set(row) == set(table.columns) for row in table.rows)
