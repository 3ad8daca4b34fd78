"""What users and reviewers say about answers: kept beside the traffic, as long as the traffic, masked like it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.errors import BadData, BadInput, StoreError
from labkit.privacy import mask_texts
from labkit.records import Example, Task
from labkit.tables.building import Table, column_key
from labkit.tables.columns import Columns
from labkit.tables.examples_file import check_against_task
from labkit.tables.json_text import parse_object, refuse_half_characters, strict_decoder
from labkit.tables.label_reading import read_labels
from labkit.tables.reading import read_table
from labkit.tables.source_rows import rows_of
from labkit.texts import Line, Phrase
from labkit.traffic.entry import as_utc
from labkit.traffic.keeping import Keeping
from labkit.traffic.parts import FOLDER, Parts, kept_parts, lines_of, read_keeping
from labkit.traffic.reading import Traffic
from labkit.traffic.writing import utc_now

if TYPE_CHECKING:
    from labkit.workspace import Scene

FEEDBACK = "feedback"  # the folder inside that of the traffic
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "entry", "entryid", "requestid", "编号", "请求编号"),
    "labels": ("labels", "label", "correct", "corrected", "标签", "正确标签"),
    "comment": ("comment", "reason", "note", "remark", "备注", "评语", "说明"),
    "by": ("by", "who", "user", "reviewer", "annotator", "反馈人", "审核人", "标注人"),
}

_NO_LABEL = (("no label",), ("(no label)",), ("无标签",), ("（无标签）",), ("(无标签)",))  # as our own tables write it


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says about one answer.

    Args:
        entry: the id that the answer came with.
        labels: what would have been right; () for no label, None where only a comment is given.
        comment: in their words.
        by: who says so; "" when unsaid.
        at: when (UTC, ISO 8601).
    """

    entry: str
    labels: tuple[str, ...] | None
    comment: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackRead:
    """What the log holds: feedback, oldest first, and how many lines are none."""

    said: tuple[Feedback, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought.

    Args:
        kept: rows that are kept as feedback.
        unknown: ids that no kept entry of the traffic has; left out.
        empty: rows that say nothing; left out.
    """

    kept: int
    unknown: tuple[str, ...]
    empty: int


class FeedbackLog:
    """Where feedback goes; safe to use from several threads.

    Args:
        scene: the scene's folder.
        task: whose labels may be named where `add` is told no other, and in whose language personal data is masked.
        keeping: in what form and how long; by default as the scene's traffic is kept.
        now: the time.
    """

    def __init__(
        self, scene: Path, task: Task, keeping: Keeping | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._keeping = keeping or read_keeping(scene / FOLDER)
        self._parts = Parts(scene / FOLDER / FEEDBACK, self._keeping)
        self._task, self._now, self._lock = task, now, threading.Lock()

    def add(self, *said: Feedback, task: Task | None = None) -> None:
        """Keep feedback; it is on the disk when this returns.

        Args:
            said: what was said.
            task: whose labels may be named; a release that went live since may have others than the log began with.

        Raises:
            BadInput: neither labels nor a comment, or no entry.
            BadData: labels that the task does not allow, or half a character, which no file can keep.
            StoreError: the disk takes nothing.
        """
        lines = b"".join(self._line(one, task or self._task) for one in said)
        try:
            with self._lock:
                self._parts.append(lines, self._now())
        except OSError as error:
            raise StoreError.told("error.feedback.unwritable", reason=error.strerror or error) from error

    def _line(self, said: Feedback, task: Task) -> bytes:
        if not said.entry or (said.labels is None and not said.comment.strip()):
            raise BadInput.told("error.feedback.empty")
        where = Phrase("where.feedback", {"entry": said.entry[:40]})
        refuse_half_characters([said.entry, said.comment, said.by], where)
        if said.labels is not None:
            check_against_task(Example(said.entry, ("–",), said.labels), task, where)
        words = (said.comment, said.by)
        comment, by = mask_texts(words, task.language) if self._keeping.masked else words
        kept = replace(said, comment=comment, by=by, at=said.at or self._now().isoformat(timespec="seconds"))
        return json.dumps(asdict(kept), ensure_ascii=True).encode() + b"\n"


def read_feedback(scene: Scene, now: datetime | None = None) -> FeedbackRead:
    """What users and reviewers said; what is older than the traffic is kept is deleted first.

    Args:
        scene: whose traffic.
        now: as in `read_traffic`.
    """
    found: list[Feedback] = []
    unreadable = 0
    for one in _lines(scene.path / FOLDER / FEEDBACK, (now or datetime.now(UTC)), scene.task):
        if one is None:
            unreadable += 1
        else:
            found.append(one)
    return FeedbackRead(tuple(sorted(found, key=lambda one: as_utc(one.at))), unreadable)


def import_feedback(scene: Scene, path: str | Path, traffic: Traffic) -> Imported:
    """Take in a table of corrections: a column of ids, and one of labels or of comments.

    Args:
        scene: whose traffic.
        path: any table; columns are called id, labels, comment and by, or alike, in English or Chinese.
        traffic: what the ids may name; those of other entries are left out and told.

    Raises:
        BadData: the file cannot be read, or a label is not the task's; nothing is kept then.
    """
    table = read_table(path)
    said = [one for one in _said_in(scene, table) if one.labels is not None or one.comment.strip()]
    known = {entry.id for entry in traffic.entries}
    kept = [one for one in said if one.entry in known]
    if kept:
        FeedbackLog(scene.path, scene.task).add(*kept)
    unknown = tuple(dict.fromkeys(one.entry for one in said if one.entry not in known))
    return Imported(len(kept), unknown, len(table.rows) - len(said))


def _said_in(scene: Scene, table: Table) -> Iterator[Feedback]:
    keys = {column_key(name): name for name in table.columns}
    columns = {role: next((keys[name] for name in names if name in keys), None) for role, names in _COLUMNS.items()}
    if columns["id"] is None or (columns["labels"] is None and columns["comment"] is None):
        raise BadData.told("error.feedback.columns", file=table.path.name, scene=scene.path)
    rows = rows_of([table])
    named = (columns["labels"],) if columns["labels"] else ()
    gold = read_labels(rows, Columns(labels=named), empty_labels="unlabelled").gold
    for row, labels in zip(rows, gold, strict=True):
        texts = {role: (row.text(name) or "") if (name := columns[role]) else "" for role in ("id", "comment", "by")}
        yield Feedback(texts["id"], () if labels in _NO_LABEL else labels, texts["comment"], texts["by"])


def _lines(folder: Path, now: datetime, task: Task) -> Iterator[Feedback | None]:
    decoder = strict_decoder()
    for part in kept_parts(folder, now.date()):
        for number, line in lines_of(part):
            try:
                yield _read(parse_object(line.decode(), Line(part.name, number), decoder), task)
            except (BadData, UnicodeDecodeError, KeyError, TypeError, ValueError, OverflowError):
                yield None


def _read(record: Mapping[str, Any], task: Task) -> Feedback:
    texts = {name: record[name] for name in ("entry", "comment", "by", "at")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a field is no text")
    as_utc(texts["at"])
    return Feedback(labels=_labels(record["labels"], task), **texts)


def _labels(value: object, task: Task) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str) or any(label not in task.labels for label in value):
        raise ValueError("labels that the task does not have")
    return tuple(value)
