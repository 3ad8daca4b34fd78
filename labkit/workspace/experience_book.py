"""The experience book: experience.jsonl beside the scenes, what each model reached in each of them; git can keep it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any, cast, get_args

from labkit.decision import Experience, Money
from labkit.decision.candidates import Kind
from labkit.errors import BadData
from labkit.scoring import Interval
from labkit.tables.json_text import read_jsonl
from labkit.tables.writing import write_jsonl
from labkit.texts import Phrase, line_of
from labkit.workspace.bundled import TASK_FILE

BOOK_FILE = "experience.jsonl"
BOOK_VARIABLE = "LABKIT_EXPERIENCE"
_WORDS = ("scene", "language", "metric", "model", "kind", "prompt", "price_date", "date", "run")
_COUNTS = ("labels", "subtasks", "rows")


def book_beside(folder: Path) -> Path:
    """Where the book of a folder of scenes is: $LABKIT_EXPERIENCE when set, else experience.jsonl in it."""
    return Path(os.environ.get(BOOK_VARIABLE) or folder / BOOK_FILE)


def scenes_in(folder: Path) -> tuple[Path, ...]:
    """The scenes that lie in a folder, by name."""
    return tuple(sorted(task.parent for task in folder.glob(f"*/{TASK_FILE}")))


def read_book(path: Path) -> tuple[Experience, ...]:
    """Every entry, in the file's order; nothing when there is no such file.

    Raises:
        BadData: a line is no entry.
    """
    if not path.exists():
        return ()
    return tuple(_entry(record, line_of(path, number)) for number, record in read_jsonl(path))


def enter(path: Path, scenes: Collection[str], entries: Sequence[Experience]) -> tuple[Experience, ...]:
    """Write into the book what scenes teach: their earlier entries give way, those of other scenes stay.

    Args:
        path: the book.
        scenes: the names of the scenes that were read.
        entries: all that they teach.

    Returns:
        All entries then, by scene, the better first.

    Raises:
        BadData: a line of the book is no entry, or it cannot be written.
    """
    from filelock import FileLock

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock")):
            kept = [entry for entry in read_book(path) if entry.scene not in scenes]
            book = tuple(sorted([*kept, *entries], key=lambda entry: (entry.scene, -entry.value.value)))
            write_jsonl(path, map(asdict, book))
    except OSError as error:
        raise BadData.told("error.book.unwritable", path=path, reason=error.strerror, variable=BOOK_VARIABLE) from error
    return book


def _entry(record: Mapping[str, Any], where: Phrase) -> Experience:
    try:
        words = {name: _of_type(record, name, str) for name in _WORDS}
        counts = {name: _of_type(record, name, int) for name in _COUNTS}
        gap, money = record.get("gap"), record.get("per_1000")
        if words["kind"] not in get_args(Kind) or min(counts.values()) < 0 or not counts["labels"]:
            raise ValueError("kind, labels, subtasks or rows")
        return Experience(
            **{**words, **counts, "kind": cast("Kind", words["kind"])},
            multi_label=_of_type(record, "multi_label", bool),
            value=_interval(record["value"]),
            gap=None if gap is None else _number(gap),
            per_1000=None if money is None else Money(_interval(money["amount"]), _of_type(money, "currency", str)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadData.told("error.book.entry", where=where, reason=error) from error


def _of_type(record: Mapping[str, Any], name: str, kind: type) -> Any:
    if not isinstance(record[name], kind):
        raise TypeError(name)
    return record[name]


def _interval(parts: Mapping[str, Any]) -> Interval:
    return Interval(*(_number(parts[name]) for name in ("value", "low", "high")))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r:.40} is no number")
    return float(value)
