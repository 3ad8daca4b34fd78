"""Tables in and out: what a business team hands over, and what it gets back."""

from labkit.tables.building import Table
from labkit.tables.examples_file import read_examples_jsonl
from labkit.tables.formulas import original_cell, safe_cell
from labkit.tables.reading import read_table
from labkit.tables.writing import workbook_bytes, write_jsonl, write_table

__all__ = [
    "Table",
    "original_cell",
    "read_examples_jsonl",
    "read_table",
    "safe_cell",
    "workbook_bytes",
    "write_jsonl",
    "write_table",
]
