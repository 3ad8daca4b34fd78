"""A workbook in memory alone: openpyxl lays each sheet into a temporary file first, which a viewer may not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


class MemoryWriter(ExcelWriter):
    """openpyxl's writer for a workbook of plain cells: no charts, no images."""

    _archive: Any  # openpyxl's own, of which its types say nothing

    def write_worksheet(self, ws: Any) -> None:
        """One sheet into the archive."""
        ws._drawing = SpreadsheetDrawing()
        writer: Any = WorksheetWriter(ws, out=BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)
