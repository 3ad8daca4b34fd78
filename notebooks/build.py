"""Make the notebooks from their sources: one text per lesson, two languages, no outputs.

`source/NN_name.py` (jupytext percent format) becomes `NN_name.ipynb` in English and `zh/NN_name.ipynb` in Chinese.
Prose cells are tagged `en` or `zh` and stand in pairs; code cells are common to both. `source/dashboards/*.py` becomes
`dashboards/*.ipynb`, whose words come from labkit itself. `source/scene/*.py` becomes the notebooks that every new
scene gets, in both languages, inside the package.

    python notebooks/build.py            write what differs
    python notebooks/build.py --check    write nothing; exit 1 when something differs
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh")
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
HIDDEN = {"source_hidden": True}  # a solution opens at a click; of its code only the first line shows before


class BadSource(Exception):
    """A source whose cells cannot be turned into two languages."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the notebooks; the exit code is 1 when a check found a difference."""
    parser = argparse.ArgumentParser(description="Make notebooks/*.ipynb from notebooks/source/*.py.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a notebook differs")
    check = parser.parse_args(arguments).check
    stale = [path for path, text in build_all(HERE) if not path.exists() or path.read_text("utf-8") != text]
    if check:
        for path in stale:
            print(f"{path.relative_to(HERE.parent)} differs from its source; run: python notebooks/build.py")
        return 1 if stale else 0
    texts = dict(build_all(HERE))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8", newline="\n")
        print(f"wrote {path.relative_to(HERE.parent)}")
    return 0


def build_all(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every notebook's path and text, made from the sources in `folder/source`.

    Raises:
        BadSource: a prose cell has no language, or has no twin in the other one.
    """
    for source in sorted((folder / "source").glob("*.py")):
        cells = read_cells(source)
        for language, place in zip(LANGUAGES, (folder, folder / "zh"), strict=True):
            yield place / f"{source.stem}.ipynb", as_text(in_language(cells, language), source.stem)
    for source in sorted((folder / "source" / "scene").glob("*.py")):
        cells = read_cells(source)
        for language in LANGUAGES:
            place = folder.parent / "labkit" / "workspace" / "notebooks" / language / f"{source.stem}.ipynb"
            yield place, as_text(in_language(cells, language), source.stem)
    for source in sorted((folder / "source" / "dashboards").glob("*.py")):
        yield folder / "dashboards" / f"{source.stem}.ipynb", as_text(list(enumerate(parse(source))), source.stem)


def parse(source: Path) -> list[NotebookNode]:
    """The cells of a source, as jupytext reads them."""
    return list(jupytext.reads(source.read_text("utf-8"), fmt="py:percent").cells)


def read_cells(source: Path) -> list[NotebookNode]:
    """The cells of a lesson; every English prose cell is followed by its Chinese twin.

    Raises:
        BadSource: naming the first prose cell without a language or a twin.
    """
    cells = parse(source)
    before, previous = "code", None
    for cell in cells:
        kind = "code" if cell.cell_type == "code" else language_of(cell)
        if kind is None or (kind == "zh") != (before == "en"):
            culprit = cell if kind is None or kind == "zh" else previous
            raise BadSource(f"{source.name}: this prose needs one tag, en or zh, and its twin: {culprit.source[:60]!r}")
        before, previous = kind, cell
    if before == "en":
        raise BadSource(f"{source.name}: the last prose cell has no Chinese twin")
    return cells


def language_of(cell: NotebookNode) -> str | None:
    """The language a cell is tagged with, or None."""
    return next((tag for tag in tags_of(cell) if tag in LANGUAGES), None)


def tags_of(cell: NotebookNode) -> list[str]:
    """A cell's tags."""
    return list(cell.metadata.get("tags", []))


def in_language(cells: Sequence[NotebookNode], language: str) -> list[tuple[int, NotebookNode]]:
    """The cells of one language, each with its position; twins share a position, and so an id."""
    chosen: list[tuple[int, NotebookNode]] = []
    position = 0
    for cell in cells:
        if cell.cell_type == "code" or language_of(cell) == language:
            chosen.append((position, cell))
        position += language_of(cell) != "en"
    return chosen


def as_text(cells: Sequence[tuple[int, NotebookNode]], stem: str) -> str:
    """A notebook file: fixed kernel, ids by position, no outputs, a newline at the end."""
    notebook = new_notebook(cells=[as_cell(cell, f"{stem}-{k:02d}") for k, cell in cells], metadata=KERNEL)
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def as_cell(cell: NotebookNode, name: str) -> NotebookNode:
    """One cell with its id; tags other than languages stay, and solutions are collapsed."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("tags", "lines_to_next_cell")}
    tags = [tag for tag in tags_of(cell) if tag not in LANGUAGES]
    if tags:
        metadata["tags"] = tags
    if "solution" in tags:
        metadata["jupyter"] = HIDDEN
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(cell.source, id=name, metadata=metadata)


if __name__ == "__main__":
    sys.exit(main())
