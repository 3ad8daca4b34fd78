"""Packed files are read in a process of its own, with little memory and a deadline."""

from __future__ import annotations

from pathlib import Path

import psutil
import pyarrow as pa
import pytest
from pyarrow import parquet

from labkit.errors import BadData, UnknownName
from labkit.tables import read_table, write_table
from labkit.tables.confined import read_confined

ROWS = [("1", "快递慢\u2028了", "物流"), ("00123", "退款", "None")]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_what_comes_back_is_what_the_reader_gives(tmp_path: Path, name: str):
    path = tmp_path / name
    if name.endswith("xlsx"):
        write_table(path, ["id", "text", "label"], ROWS)
    else:
        parquet.write_table(pa.table({"id": [1, 2], "text": ["快", "退"], "label": [["a"], []]}), path)
    assert read_confined(path) == (read_table(path),)


def test_errors_of_the_child_keep_their_words(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_text("no workbook")
    with pytest.raises(BadData, match=r"is not an \.xlsx workbook\. Save it as \.xlsx"):
        read_confined(path)
    write_table(path, ["id", "text"], [("1", "x")])
    with pytest.raises((BadData, UnknownName), match="'Data'"):
        read_confined(path, "Data")


def living_children() -> set[int]:
    """Processes that this one has started; other tests' servers among them."""
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


def test_a_file_that_needs_more_memory_is_refused_and_its_process_is_gone(tmp_path: Path):
    path = tmp_path / "bomb.parquet"
    posts = [f"{k:04d}" * 8_000 for k in range(3_000)]
    parquet.write_table(pa.table({"text": posts}), path, compression="zstd")
    before, others = psutil.Process().memory_info().rss, living_children()
    with pytest.raises(BadData, match=r"bomb.parquet takes more than 150,000,000 bytes of memory"):
        read_confined(path, memory_bytes=150_000_000)
    assert psutil.Process().memory_info().rss - before < 150_000_000
    assert living_children() <= others


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_table(path, ["text"], [("x",)] * 2_000)
    with pytest.raises(BadData, match=r"a.xlsx took longer than 0 s to read"):
        read_confined(path, deadline_s=0.0)
