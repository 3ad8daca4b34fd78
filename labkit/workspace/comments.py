"""What the business team wrote beside misread rows: kept by row, who and when, and brought to the queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.errors import BadData
from labkit.tables.building import Table, column_key
from labkit.tables.confined import read_confined
from labkit.texts import say
from labkit.workspace.queueing import COMMENT_KIND, comment_words, enqueue_each

if TYPE_CHECKING:
    from labkit.workspace.scene import Scene

MOST_CHARACTERS = 2_000  # of a comment; more is cut and told
_COLUMNS = {
    "id": ("handover.id", ("rowid", "row")),
    "comment": ("handover.comment", ("comment", "comments", "意见")),
    "by": ("handover.commenter", ("name", "by", "commenter", "姓名")),
}


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said of one row."""

    row: str
    text: str
    by: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class TakenComments:
    """What became of a table of comments.

    Args:
        taken: comments that were recorded, one a row and commenter.
        sent: rows that came to the queue.
        known: rows whose very comment was taken in before.
        unknown: ids that no row of the scene has.
        kept: rows of test or traffic, whose comments are recorded while the rows guide no work.
        cut: rows whose comment was cut.
        empty: rows of the table without a comment.
        repeated: rows that say of a row what the same person said of it above.
    """

    taken: int
    sent: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    kept: tuple[str, ...]
    cut: tuple[str, ...]
    empty: int
    repeated: int


def import_comments(scene: Scene, path: str | Path, by: str = "") -> TakenComments:
    """Take in a table of errors that people wrote comments into; rows of pool and dev go to the queue with them.

    Args:
        scene: whose rows.
        path: what `errors DIR RUN --to FILE` or the Quality page gave away, with comments; or any table with columns
            called id and comment.
        by: who commented where the table names nobody.

    Raises:
        BadData: the file cannot be read, or has no column of ids or comments; nothing is taken in then.
    """
    (table, *_) = read_confined(Path(path))
    written = tuple(_comments_in(scene.path, table, by))
    said = tuple(dict.fromkeys(written))
    splits = {row.id: row.split for row in scene.rows}
    recorded = {(d.get("id"), d.get("text"), d.get("by")) for d in scene.decisions() if d.get("kind") == COMMENT_KIND}
    ours = [one for one in said if one.row in splits]
    fresh = [one for one in ours if (one.row, one.text, one.by) not in recorded]
    for one in fresh:
        scene.record_decision(COMMENT_KIND, id=one.row, text=one.text, by=one.by)
    guiding = [one for one in ours if splits[one.row] in ("pool", "dev")]  # also what a crash recorded and did not send
    return TakenComments(
        taken=len(fresh),
        sent=enqueue_each(scene, _reasons(guiding)),
        known=tuple(one.row for one in ours if one not in fresh),
        unknown=tuple(dict.fromkeys(one.row for one in said if one.row not in splits)),
        kept=tuple(dict.fromkeys(one.row for one in fresh if splits[one.row] not in ("pool", "dev"))),
        cut=tuple(one.row for one in fresh if one.cut),
        empty=len(table.rows) - len(written),
        repeated=len(written) - len(said),
    )


def _reasons(comments: list[Comment]) -> Mapping[str, str]:
    """Row -> why it is in the queue: all that was said of it."""
    found: dict[str, list[str]] = {}
    for one in comments:
        found.setdefault(one.row, []).append(comment_words(one.text, one.by))
    return {row: "\n".join(texts) for row, texts in found.items()}


def _comments_in(scene: Path, table: Table, by: str) -> Iterator[Comment]:
    """The rows of a table that say something."""
    columns = {role: _column(table, role) for role in _COLUMNS}
    for role in ("id", "comment"):
        if columns[role] is None:
            wanted = say(_COLUMNS[role][0])
            raise BadData.told("error.comments.no_column", table=table.path.name, column=wanted, scene=scene)
    for row in table.rows:
        row_id, text, who = (str(row[name]).strip() if (name := columns[role]) else "" for role in _COLUMNS)
        if text:
            yield Comment(row_id, text[:MOST_CHARACTERS], who or by.strip(), len(text) > MOST_CHARACTERS)


def _column(table: Table, role: str) -> str | None:
    key, others = _COLUMNS[role]
    names = {column_key(name): name for name in reversed(table.columns)}
    wanted = (*(column_key(say(key, lang)) for lang in ("en", "zh")), *others)
    return next((names[name] for name in wanted if name in names), None)
