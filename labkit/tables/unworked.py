"""Formulas that a program wrote into a workbook and no spreadsheet has worked out: what they hold would read as empty.

pandas writes every text that begins with = as a formula, posts among them. openpyxl stores no value beside it; its
other engine, XlsxWriter, stores 0 and tells Excel in workbook.xml to work everything out on opening (fullCalcOnLoad,
which Excel drops when it saves).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from labkit.errors import BadData
from labkit.texts import listed

_FORMULA = re.compile(rb"<(?:[A-Za-z]\w*:)?f[ >/]")
_ON_LOAD = re.compile(rb"<(?:[A-Za-z]\w*:)?calcPr\b[^>]{0,400}\bfullCalcOnLoad\s?=\s?[\"'](?:1|true)[\"']")
_CHUNK, _OVERLAP = 1 << 20, 64  # bytes looked through at once, and again with the next ones
_SHOWN, _COLUMNS = 40, 8  # characters of a formula; columns that are named


def refuse_unworked(path: Path, source: Callable[[], IO[bytes]]) -> None:
    """Refuse a sheet that has such cells.

    Args:
        path: the workbook, for the message.
        source: opens the sheet's XML.

    Raises:
        BadData: it has; the rows are counted and the first cell is named.
    """
    if not _has_formulas(source):
        return
    cells = list(_unworked(source, ("", "0") if _works_out_on_load(path) else ("",)))
    if cells:
        cell, formula = cells[0]
        rows = len({re.sub(r"\D", "", reference) or place for place, (reference, _) in enumerate(cells)})
        columns = dict.fromkeys(letters for reference, _ in cells if (letters := re.sub(r"\d", "", reference)))
        said = listed(list(columns)[:_COLUMNS]) if columns else "–"
        raise BadData.told("error.workbook.unworked", path=path, rows=rows, cell=cell, formula=formula, columns=said)


def _works_out_on_load(path: Path) -> bool:
    """Whether the workbook tells Excel to work out all formulas, as no program has that wrote them."""
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist() and bool(_ON_LOAD.search(archive.read("xl/workbook.xml")))


def _has_formulas(source: Callable[[], IO[bytes]]) -> bool:
    """Whether there are any, which most sheets have not: these are not parsed twice."""
    before = b""
    with closing(source()) as sheet:
        while chunk := sheet.read(_CHUNK):
            if _FORMULA.search(before + chunk):
                return True
            before = chunk[-_OVERLAP:]
    return False


def _unworked(source: Callable[[], IO[bytes]], nothing: Collection[str]) -> Iterator[tuple[str, str]]:
    """Reference and formula of every cell with a formula and no value; an empty text that Excel worked out is one.

    Args:
        source: opens the sheet's XML.
        nothing: what stands for no value.
    """
    from openpyxl.xml.functions import iterparse

    with closing(source()) as sheet:
        for _, element in iterparse(sheet):
            name = _name(element.tag)
            if name == "c" and element.get("t") != "str":
                parts = {_name(part.tag): part.text or "" for part in element}
                if "f" in parts and parts.get("v", "") in nothing:
                    yield element.get("r", ""), f"={parts['f']}"[:_SHOWN]
            if name == "row":
                element.clear()


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
