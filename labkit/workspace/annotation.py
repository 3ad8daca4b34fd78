"""Rows that wait for labels go out as a table, and posts and labels come in: the way a scene grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import BadData
from labkit.records import SPLITS, Example, example_to_json, examples_sha256
from labkit.tables.atomic import replace_text
from labkit.tables.examples_file import check_against_task
from labkit.tables.own_files import refuse_existing
from labkit.tables.row_splits import FRACTIONS, assign
from labkit.tables.writing import write_jsonl, write_table
from labkit.texts import listed, say
from labkit.workspace.bundled import TASK_FILE
from labkit.workspace.opening import EXAMPLES_FILE, open_scene
from labkit.workspace.scene import Scene
from labkit.workspace.task_file import task_to_yaml

_SHOWN = 5  # ids named in an error
ENOUGH_TO_PART = 20  # labelled rows from which on dev and test rows are drawn; of fewer nothing could be measured


@dataclass(frozen=True, slots=True)
class Added:
    """What `add_rows` did.

    Args:
        scene: the scene, opened anew.
        added: rows that are new.
        labelled: rows that were there without labels and have them now.
        unchanged: rows that say nothing new.
        parted: whether dev and test rows were drawn now, because the scene had none.
    """

    scene: Scene
    added: int
    labelled: int
    unchanged: int
    parted: bool


def unlabelled(scene: Scene) -> tuple[Example, ...]:
    """The rows that wait for labels: those of dev and test first, since nothing can be measured without them."""
    urgent = {"test": 0, "dev": 1}
    waiting = [row for row in scene.rows if row.labels is None and row.split != "traffic"]
    return tuple(sorted(waiting, key=lambda row: urgent.get(row.split, len(SPLITS))))


def write_queue(
    scene: Scene, target: str | Path, limit: int | None = None, rows: Sequence[Example] | None = None
) -> int:
    """Write the rows that wait for labels, with an empty column for them; `add_rows` takes the filled table back.

    Args:
        scene: the scene.
        target: .xlsx or .csv, with names in the language of the interface, or .jsonl.
        limit: at most so many rows.
        rows: these instead of all that wait, in this order.

    Returns:
        How many rows were written.

    Raises:
        BadData: no row waits, the limit is below 1, or the file cannot be written.
        BadInput: the file exists: labels that were filled in stand nowhere else.
    """
    refuse_existing(target)
    if limit is not None and limit < 1:
        raise BadData.told("error.rows.limit", limit=limit)
    rows = (unlabelled(scene) if rows is None else rows)[:limit]
    if not rows:
        raise BadData.told("error.rows.none_waiting", scene=scene.path)
    posts = max(len(row.items) for row in rows)
    names = [say("handover.text_n", n=n) for n in range(1, posts + 1)] if posts > 1 else [say("handover.text")]
    head = (say("handover.id"), *names, say("handover.gold"), say("handover.note"))
    cells = ((row.id, *row.items, *[""] * (posts - len(row.items)), "", row.note or "") for row in rows)
    write_table(target, head, cells)
    return len(rows)


def add_rows(scene: Scene, rows: Sequence[Example]) -> Added:
    """Bring new rows, or labels for rows that wait for them, into a scene.

    New rows go to the pool (traffic stays traffic): dev rows and test rows stay the ones that runs were measured on.
    Where a scene has neither yet, both are drawn from the labelled rows, by author, once there are enough of them, and
    the test rows are frozen.

    Args:
        scene: the scene.
        rows: a row whose id is known must have the same posts; its labels are taken when it has none.

    Returns:
        What was done; nothing is written when an error is raised.

    Raises:
        BadData: a label that the task does not have, other posts under a known id, or other labels than a row has.
    """
    for row in rows:
        check_against_task(row, scene.task, say("where.row", row=row.id[:40]))
    with scene.locked("examples"):
        now = open_scene(scene.path)
        merged, counts = _merged(now, rows)
        drawn = _drawn(now, merged)
        write_examples(now, drawn)
    return Added(open_scene(scene.path), *counts, parted=drawn != merged)


def _merged(scene: Scene, rows: Sequence[Example]) -> tuple[tuple[Example, ...], tuple[int, int, int]]:
    """All rows of the scene with what is new, and how many are new, newly labelled, unchanged."""
    found = {row.id: row for row in scene.rows}
    _refuse_other_posts(found, rows)
    _refuse_other_labels(found, rows)
    added = labelled = 0
    for row in rows:
        known = found.get(row.id)
        if known is None:
            found[row.id] = row if row.split == "traffic" else replace(row, split="pool")
            added += 1
        elif known.labels is None and row.labels is not None:
            found[row.id] = replace(known, labels=row.labels)
            labelled += 1
    return tuple(found.values()), (added, labelled, len(rows) - added - labelled)


def _refuse_other_posts(found: dict[str, Example], rows: Sequence[Example]) -> None:
    other = [row.id for row in rows if row.id in found and row.items != found[row.id].items]
    if other:
        raise BadData.told("error.rows.other_posts", ids=_listed(other))


def _refuse_other_labels(found: dict[str, Example], rows: Sequence[Example]) -> None:
    known = [(row, found[row.id].labels) for row in rows if row.id in found and row.labels is not None]
    other = [row.id for row, labels in known if labels is not None and set(labels) != set(row.labels or ())]
    if other:
        raise BadData.told("error.rows.other_labels", ids=_listed(other))


def _listed(ids: Sequence[str]) -> str:
    named = [*(repr(id[:40]) for id in ids[:_SHOWN]), *["…"][: len(ids) > _SHOWN]]
    return say("rows.ids", count=len(ids), ids=listed(named))


def _drawn(scene: Scene, rows: tuple[Example, ...]) -> tuple[Example, ...]:
    """The rows, with dev and test rows drawn where the scene has neither."""
    if any(row.split in ("dev", "test") for row in rows):
        return rows
    pool = [row for row in rows if row.split == "pool"]
    if sum(row.labels is not None for row in pool) < ENOUGH_TO_PART:
        return rows
    split_of = {row.id: row.split for row in assign(pool, scene.task, FRACTIONS, near_duplicate_groups(pool))}
    return tuple(replace(row, split=split_of.get(row.id, row.split)) for row in rows)


def write_examples(scene: Scene, rows: Sequence[Example]) -> None:
    """Write a scene's rows and freeze its test rows.

    The rows first: should the second write fail, opening says that the test rows are not the frozen ones.
    """
    test = [row for row in rows if row.split == "test"]
    write_jsonl(scene.path / EXAMPLES_FILE, (example_to_json(row) for row in rows))
    frozen = examples_sha256(test) if test else None
    if frozen != scene.task.test_sha256:
        replace_text(scene.path / TASK_FILE, task_to_yaml(replace(scene.task, test_sha256=frozen)))
