"""Formulas that a program wrote into a workbook and no spreadsheet has worked out: what they hold would read as empty.

pandas and openpyxl write every text that begins with = as a formula, posts among them, and store no value beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from labkit.errors import BadData

_FORMULA = re.compile(rb"<(?:[A-Za-z]\w*:)?f[ >/]")
_CHUNK, _OVERLAP = 1 << 20, 64  # bytes looked through at once, and again with the next ones
_SHOWN = 40  # characters of a formula


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
    cells = list(_unworked(source))
    if cells:
        cell, formula = cells[0]
        rows = len({re.sub(r"\D", "", reference) or place for place, (reference, _) in enumerate(cells)})
        raise BadData.told("error.workbook.unworked", path=path, rows=rows, cell=cell, formula=formula)


def _has_formulas(source: Callable[[], IO[bytes]]) -> bool:
    """Whether there are any, which most sheets have not: these are not parsed twice."""
    before = b""
    with closing(source()) as sheet:
        while chunk := sheet.read(_CHUNK):
            if _FORMULA.search(before + chunk):
                return True
            before = chunk[-_OVERLAP:]
    return False


def _unworked(source: Callable[[], IO[bytes]]) -> Iterator[tuple[str, str]]:
    """Reference and formula of every cell with a formula and no value; an empty text that Excel worked out is one."""
    from openpyxl.xml.functions import iterparse

    with closing(source()) as sheet:
        for _, element in iterparse(sheet):
            name = _name(element.tag)
            if name == "c" and element.get("t") != "str":
                parts = {_name(part.tag): part.text or "" for part in element}
                if "f" in parts and not parts.get("v"):
                    yield element.get("r", ""), f"={parts['f']}"[:_SHOWN]
            if name == "row":
                element.clear()


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
