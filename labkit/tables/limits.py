"""How much a table may hold; beyond, it is refused with the line number before it is read whole."""

from __future__ import annotations

FILE_BYTES = 1_000_000_000  # a few hundred thousand posts take well under 200 MB
JSON_ARRAY_BYTES = 200_000_000  # an array is read whole; JSON Lines is not
LINE_BYTES = 16_000_000  # one record of a file of ours
LINE_CHARACTERS = 16_000_000  # one line of any text file
CELL_CHARACTERS = 131_072  # the csv module's own default; a longer cell is nearly always an unclosed quote
TOTAL_CHARACTERS = 500_000_000
COLUMNS = 1_000
ROWS = 1_000_000
XLSX_UNPACKED_BYTES = 400_000_000  # what the workbook's members declare; 300,000 posts take about 100 MB
XLSX_RATIO = 100  # unpacked to packed, of members over 1 MB; sheets of real posts reach 5 to 20
XLSX_ROWS = 1_048_576  # Excel's own limit
XLSX_CELL_CHARACTERS = 32_767  # Excel's own limit
