"""A dataset as a spreadsheet for people, and the spreadsheet they hand back as the dataset's next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from labkit.curation.dataset_diff import labels_of
from labkit.datasets.versions import made_now, parentage
from labkit.errors import BadData
from labkit.records import Example
from labkit.tables import read_table
from labkit.tables.examples_file import check_against_task
from labkit.tables.limits import XLSX_CELL_CHARACTERS
from labkit.tables.own_files import refuse_existing
from labkit.tables.spoilt_ids import spoilt_of
from labkit.tables.writing import write_table
from labkit.texts import Phrase

if TYPE_CHECKING:
    from labkit.workspace import Dataset, Scene

_ID, _POSTS, _LABELS, _REASON = "id", "posts", "labels", "why"
_KEPT = ("prompt_sha256", "targets", "teacher", "licence", "license", "source", "annotator")
_BETWEEN = "\n"  # a label never holds a line break, whatever else stands in its name


def write_sheet(scene: Scene, dataset: str, to: str | Path) -> tuple[str, ...]:
    """Write a dataset as a table that people can edit: labels stand one below the other in their cell.

    Text never becomes a formula. Posts stand as they are, personal data included: the table is for the house.

    Args:
        scene: whose dataset.
        dataset: its name.
        to: a new .xlsx or .csv file.

    Returns:
        The cells that were cut at Excel's limit.

    Raises:
        UnknownName: there is no such dataset.
        BadInput: the file exists.
        BadData: it cannot be written.
    """
    refuse_existing(to)
    rows = scene.dataset(dataset).rows
    order = {label: k for k, label in enumerate(scene.task.labels)}
    return write_table(to, (_ID, _POSTS, _LABELS, _REASON), [_cells(row, order) for row in rows])


def read_sheet(scene: Scene, dataset: str, file: str | Path, name: str) -> Dataset:
    """Take an edited table back as a new dataset whose parent is the one it was written from.

    Rows that were deleted are gone, labels that were changed are taught; the manifest counts both. Where the dataset
    teaches reasons, a row with other labels is left out and counted: its reason speaks for the old ones.

    Args:
        scene: whose dataset.
        dataset: the one that the table was written from.
        file: the edited table.
        name: of the new dataset.

    Raises:
        UnknownName: there is no such dataset.
        BadData: a row that the dataset does not have or that stands twice, posts that were edited, labels that the
            task does not allow, or no row is left.
    """
    parent = scene.dataset(dataset)
    said = _labels_of_file(scene, parent, Path(file))
    reasons = parent.manifest.get("targets") == "rationale"
    rows, dropped = [], 0
    for row in parent.rows:
        labels = said.get(str(row["id"]))
        if labels is None:
            continue
        if tuple(sorted(labels)) == labels_of(row):
            rows.append(row)
        elif reasons:
            dropped += 1
        else:
            rows.append({**row, "labels": list(labels), "target": {"labels": list(labels)}})
    kept = {key: parent.manifest.get(key) for key in _KEPT if key in parent.manifest}
    edited = {"from_sheet": Path(file).name, "reasons_outdated": dropped}
    scene.save_dataset(
        name, rows, {**parentage(scene, dataset, rows), **kept, "parameters": edited, "made": made_now()}
    )
    return scene.dataset(name)


def _cells(row: Mapping[str, Any], order: Mapping[str, int]) -> tuple[str, ...]:
    labels = sorted(labels_of(row), key=lambda label: order.get(label, len(order)))
    posts, why = _BETWEEN.join(row.get("items") or ()), row.get("why") or {}
    return str(row.get("id")), posts, _BETWEEN.join(labels), str(why.get("reason") or "")


def _labels_of_file(scene: Scene, parent: Dataset, file: Path) -> dict[str, tuple[str, ...]]:
    """Row -> labels, as the table says."""
    table = read_table(file)
    if not {_ID, _LABELS} <= set(table.columns):
        raise BadData.told("error.sheet.columns", file=file, id=_ID, labels=_LABELS)
    known = {str(row["id"]): row for row in parent.rows}
    said: dict[str, tuple[str, ...]] = {}
    for record in table.rows:
        id = str(record[_ID] or "")
        if id not in known:
            _refuse_unknown(file, id, known, parent, scene)
        if id in said:
            raise BadData.told("error.sheet.twice", file=file, row=id[:40], scene=scene.path)
        labels = [part.strip() for part in str(record[_LABELS] or "").splitlines() if part.strip()]
        where = _row_of(file, id)
        _check(scene, labels, known[id], where)
        if _POSTS in table.columns:
            _check_posts(str(record[_POSTS] or ""), known[id], where)
        said[id] = tuple(dict.fromkeys(labels))
    return said


def _refuse_unknown(file: Path, id: str, known: Mapping[str, Any], parent: Dataset, scene: Scene) -> NoReturn:
    if spoilt := spoilt_of([id], known):
        raise BadData.told("error.sheet.spoilt", file=file, row=id[:40], original=spoilt[1])
    raise BadData.told("error.sheet.unknown", file=file, row=id[:40], dataset=parent.id, scene=scene.path)


def _row_of(file: Path, id: str) -> Phrase:
    return Phrase("where.sheet_row", {"file": file, "row": id[:40]})


def _check(scene: Scene, labels: Sequence[str], row: Mapping[str, Any], where: Phrase) -> None:
    posts = tuple(row.get("items") or ())
    edited = Example(str(row["id"]), posts, tuple(dict.fromkeys(labels)), "pool", subtask=row.get("subtask"))
    check_against_task(edited, scene.task, where)


def _check_posts(said: str, row: Mapping[str, Any], where: Phrase) -> None:
    """Posts are those that people wrote; an edit of them that came to nothing would be lost without a word."""
    written = _BETWEEN.join(row.get("items") or ())
    if len(written) <= XLSX_CELL_CHARACTERS and _words(said) != _words(written):
        raise BadData.told("error.sheet.posts", where=where)


def _words(text: str) -> str:
    """What of a text no spreadsheet program changes by itself."""
    return "".join(character for character in text if character.isalnum())
