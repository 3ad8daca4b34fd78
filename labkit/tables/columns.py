"""Which column is what: the user's choice first, else common names in English and Chinese, else what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from labkit.curation.times import read_time
from labkit.errors import BadData, UnknownName
from labkit.tables.building import Cell, Table, column_key
from labkit.tables.labels import NO, YES
from labkit.texts import listed

# Column names as `column_key` folds them, the surest first.
_NAMES = {
    "id": "id exampleid rowid postid tweetid weiboid mid commentid docid sampleid idx"
    " 编号 序号 微博id 微博编号 帖子id 评论id 工单号",
    "text": "text items post posts sentence content utterance tweet comment message body query review question title"
    " 文本 微博正文 微博内容 正文 内容 微博 帖子 评论内容 评论 反馈内容 反馈 留言 句子 原文 工单内容 问题 标题",
    "labels": "labels label intents intent categories category labelnames labelname labeldesc labeltext"
    " goldlabels goldlabel gold classes class tags tag topic target expected"
    " 标签 类别 分类 意图 类目 标注 标注结果 人工标注 主题",
    "split": "split subset partition datasplit 划分 数据集 集合",
    "group": "group author authorid user userid username screenname uid threadid thread"
    " 作者 用户id 用户 用户名 用户昵称 昵称 博主 分组",
    "time": "time timestamp createdat created datetime date publishedat publishtime 时间 发布时间 创建时间 日期",
    "subtask": "subtask 子任务",
    "note": "note notes remark 备注 说明",
}
_TIMES = re.compile(r".*(?:time|date|时间|日期)")  # of a folded name: post_time, 发帖时间, last_update_date
_POSTED = re.compile(r"post|publi|creat|sent|发|创建")  # of several such columns, the one that says when it was written
_TIMES_READ = 200  # cells looked at
_FLAGS = YES | NO | {""}
_NUMBERED = re.compile(r"(?:label|tag|category|intent|标签|类别|分类|意图)\d+")
_NUMBERED_POSTS = re.compile(r"(?:text|post|tweet|comment|message|item|微博|帖子|评论|正文|文本|内容|留言)\d+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column plays which part; None where none does.

    Args:
        text: the posts: one text, or a list of texts.
        further_text: more columns of text. Columns numbered like 微博1, 微博2 hold one post each; any others are parts
            of one post, such as a title before its text.
        labels: one column of labels, or several (0/1 flags, or one label each).
        id, split, group, time, subtask, note: as in examples.jsonl.
        without: parts that no column plays, whatever the columns are called.
    """

    text: str | None = None
    labels: tuple[str, ...] = ()
    id: str | None = None
    split: str | None = None
    group: str | None = None
    time: str | None = None
    subtask: str | None = None
    note: str | None = None
    further_text: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every column of text, in order."""
        return (self.text, *self.further_text) if self.text else ()

    @property
    def used(self) -> frozenset[str]:
        """All columns that play a part; the others become metadata."""
        single = (self.text, self.id, self.split, self.group, self.time, self.subtask, self.note)
        return frozenset([*self.labels, *self.further_text, *(name for name in single if name)])


def settle_columns(tables: Sequence[Table], chosen: Columns) -> Columns:
    """Complete what the user chose by guessing.

    Args:
        tables: the files; text and labels must stand in all of them.
        chosen: the user's choice; fields that are None (labels: empty) are guessed.

    Returns:
        The columns; `text` may be None and `labels` empty when nothing sure was found.

    Raises:
        UnknownName: a chosen column is missing in a file.
    """
    for table in tables:
        for name in chosen.used:
            if name not in table.columns:
                raise UnknownName("column of", name, table.columns, where=table.path.name)
    common = [name for name in tables[0].columns if all(name in table.columns for table in tables)]
    columns = _with_text(tables, common, _with_time(tables, common, _by_name(common, chosen)))
    if columns.labels or "labels" in chosen.without:
        return columns
    labels = _labels_by_name(tables, _free(common, columns))
    return replace(columns, labels=labels or _labels_by_content(tables, _free(common, columns)))


def require(columns: Columns, tables: Sequence[Table], labels: bool = True) -> None:
    """Raise BadData, naming the option, when the column of texts (or of labels, where needed) is not clear."""
    names = listed(map(repr, tables[0].columns[:20]))
    for role, found in (("text", columns.text), ("labels", columns.labels or not labels)):
        if not found:
            raise BadData.told(f"error.columns.{role}", file=tables[0].path.name, columns=names)


def are_flags(tables: Sequence[Table], names: Sequence[str]) -> bool:
    """Whether label columns are yes/no columns: several, and nearly all their cells say yes or no."""
    if len(names) < 2:
        return False
    cells = [
        cell.strip().lower() if isinstance(cell, str) else "list" for name in names for cell in _cells(tables, name)
    ]
    return any(cells) and sum(cell in _FLAGS for cell in cells) >= 0.9 * len(cells)


def are_numbered(names: Sequence[str]) -> bool:
    """Whether columns are called 微博1, 微博2, …: one post each."""
    keys = [column_key(name) for name in names]
    return (
        len(keys) > 1
        and all(re.search(r"\d+$", key) for key in keys)
        and len({key.rstrip("0123456789") for key in keys}) == 1
    )


def is_flags(tables: Sequence[Table], name: str) -> bool:
    """Whether a column holds nothing but yes and no, both of them or one."""
    values = {cell.lower() if isinstance(cell, str) else "list" for cell in _cells(tables, name)}
    return values <= _FLAGS and values != {""}


def is_called(name: str, role: str) -> bool:
    """Whether columns of that name are known to play a part of `Columns`, such as "text"."""
    return column_key(name) in _NAMES[role].split()


def _by_name(names: Iterable[str], chosen: Columns) -> Columns:
    """Fill every single-column part whose name is known."""
    keys = {column_key(name): name for name in names if name not in chosen.used}
    columns = chosen
    for role in ("id", "text", "split", "group", "time", "subtask", "note"):
        found = next((keys[key] for key in _NAMES[role].split() if key in keys), None)
        if getattr(columns, role) is None and found and role not in chosen.without:
            columns = _with(columns, role, found)
            del keys[column_key(found)]
    return columns


def _with_time(tables: Sequence[Table], names: Sequence[str], columns: Columns) -> Columns:
    """A column called …time, …date, 时间 or 日期 most of whose cells are times, when no known name was there."""
    if columns.time or "time" in columns.without:
        return columns
    called = [name for name in _free(names, columns) if _TIMES.fullmatch(column_key(name))]
    found = [name for name in called if _are_times(tables, name)]
    return replace(columns, time=min(found, key=lambda name: not _POSTED.search(column_key(name)), default=None))


def _are_times(tables: Sequence[Table], name: str) -> bool:
    filled = (cell for cell in _cells(tables, name) if cell)
    read = [isinstance(cell, str) and read_time(cell) is not None for cell in islice(filled, _TIMES_READ)]
    return sum(read) > len(read) / 2


def _with_text(tables: Sequence[Table], names: Sequence[str], columns: Columns) -> Columns:
    """Columns numbered as posts, else the column of the longest cells, when no name said which holds the posts."""
    if columns.text:
        return columns
    numbered = [name for name in _free(names, columns) if _NUMBERED_POSTS.fullmatch(column_key(name))]
    if len(numbered) > 1 and are_numbered(numbered):
        return replace(columns, text=numbered[0], further_text=tuple(numbered[1:]))
    return replace(columns, text=_longest_text(tables, _free(names, columns)))


def _with(columns: Columns, role: str, name: str) -> Columns:
    parts: dict[str, Any] = {role: name}
    return replace(columns, **parts)


def _labels_by_name(tables: Sequence[Table], names: Sequence[str]) -> tuple[str, ...]:
    """The surest label column; one of words goes before one of numbers; label1, label2, … go together."""
    keys = {column_key(name): name for name in names}
    known = [keys[key] for key in _NAMES["labels"].split() if key in keys]
    if known:
        return (min(known, key=lambda name: _is_numbers(tables, name)),)
    return tuple(name for key, name in keys.items() if _NUMBERED.fullmatch(key))


def _labels_by_content(tables: Sequence[Table], names: Sequence[str]) -> tuple[str, ...]:
    """Two or more 0/1 columns; else the only column of few, short, repeated values."""
    flags = tuple(name for name in names if is_flags(tables, name))
    if len(flags) > 1:
        return flags
    repeated = [name for name in names if _repeats(tables, name)]
    return (repeated[0],) if len(repeated) == 1 else ()


def _repeats(tables: Sequence[Table], name: str) -> bool:
    values = [str(cell) for cell in _cells(tables, name) if cell]
    distinct = set(values)
    return 2 <= len(distinct) <= min(200, len(values) / 3) and max(map(len, distinct)) <= 60


def _longest_text(tables: Sequence[Table], names: Sequence[str]) -> str | None:
    """The column of the longest cells, when it is clearly ahead and its cells are mostly different."""
    sizes = sorted(((_mean_length(tables, name), name) for name in names), reverse=True)
    if not sizes:
        return None
    cells = [str(cell) for cell in _cells(tables, sizes[0][1])]
    ahead = len(sizes) == 1 or sizes[0][0] >= 2 * sizes[1][0]
    return sizes[0][1] if ahead and sizes[0][0] >= 4 and len(set(cells)) > len(cells) / 2 else None


def _mean_length(tables: Sequence[Table], name: str) -> float:
    cells = [cell for cell in _cells(tables, name) if isinstance(cell, str)]
    return sum(map(len, cells)) / len(cells) if cells else 0.0


def _is_numbers(tables: Sequence[Table], name: str) -> bool:
    return all(isinstance(cell, str) and (not cell or cell.lstrip("-").isdigit()) for cell in _cells(tables, name))


def _cells(tables: Sequence[Table], name: str) -> Iterator[Cell]:
    return (row[name] for table in tables for row in table.rows)


def _free(names: Sequence[str], columns: Columns) -> list[str]:
    return [name for name in names if name not in columns.used]
