"""Where somebody else's prompt defines its labels: runs of items, headed blocks, tagged lines, Markdown tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from labkit.prompts.definition_text import part_named, part_of, pieces, read_definition, sentence
from labkit.prompts.foreign_lines import Item, heading_kind, item_of, item_said_of
from labkit.records import Definition

_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:\-–—]+$")
_LABEL_HEAD = re.compile(
    r"(?:.*(?:标签|类别|分类|意图|名称|类目)|.*(?:label|categor|class|intent|name)).*", re.IGNORECASE
)
_ABOUT_LABELS = re.compile(
    r"标签|类别|分类|类目|意图|定义|label|categor|class|intent|definition|以下几|如下", re.IGNORECASE
)
_BLANKS = 2  # blank lines that may stand between two items


@dataclass(frozen=True, slots=True)
class DefiningLines:
    """A definition, and the numbers of the lines that hold it, from 0."""

    definition: Definition
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A block of lines that defines labels.

    Args:
        parts: its definitions, each with its lines.
        left: lines of it whose words are in no definition, such as the head of a table.
        style: how its items are marked; "table" for a table.
    """

    parts: tuple[DefiningLines, ...]
    left: tuple[int, ...] = ()
    style: str = ""

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What it says of each label."""
        return tuple(part.definition for part in self.parts)

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of all its lines, in order."""
        return tuple(sorted((*self.left, *(k for part in self.parts for k in part.lines))))


def definition_runs(lines: Sequence[str], free: Callable[[int], bool], known: Sequence[str]) -> tuple[Run, ...]:
    """Find the blocks that define labels.

    Args:
        lines: the prompt.
        free: whether a line may be taken (it is no example, no format, no place of the posts).
        known: the labels of the data; a block is one when at least half of its names are among them. With none, a
            block is one that a heading or a sentence about labels announces; else the longest list of `name: text`.

    Returns:
        The blocks in order; no label is defined twice.
    """
    found = _Finder(lines, free, known).runs()
    if known:
        chosen = [run for run in found if _matches(run, known)]
    else:
        announced = [run for run in found if _announced(lines, run)]
        lists = [run for run in found if _is_plain_list(run)]
        chosen = announced or sorted(lists, key=lambda run: -len(run.definitions))[:1]
    return _once_each(chosen, known)


def fold_name(name: str) -> str:
    """A name without case, width, spaces and marks, for comparing."""
    folded = "".join(ch for ch in unicodedata.normalize("NFKC", name).casefold() if ch.isalnum() or ch in "+#")
    return folded or name


class _Finder:
    """The lines of a prompt, each read as the item it could be."""

    def __init__(self, lines: Sequence[str], free: Callable[[int], bool], known: Sequence[str]) -> None:
        self.lines, self.free = lines, free
        self.items = [(item_of(line) or item_said_of(line, known)) if free(k) else None for k, line in enumerate(lines)]

    def runs(self) -> list[Run]:
        """Every run of items and every table, none inside another."""
        found: list[Run] = []
        k = 0
        while k < len(self.lines):
            run = self._table(k) or self._list(k)
            if run:
                found.append(run)
            k = run.lines[-1] + 1 if run else k + 1
        return found

    def _list(self, start: int) -> Run | None:
        """The run of items that begins at a line."""
        first = self.items[start]
        if first is None:
            return None
        heads, taken = [first], [[start]]
        while (k := self._next(taken[-1][-1] + 1)) is not None:
            item = self.items[k]
            if item and item.indent <= first.indent and item.style == first.style:
                heads.append(item)
                taken.append([k])
            elif self._goes_on(k, taken[-1][-1], first, heads[-1]):
                taken[-1].append(k)
            else:
                break
        parts = [
            DefiningLines(read_definition(item.name, [item.text, *(self.lines[k] for k in where[1:])]), tuple(where))
            for item, where in zip(heads, taken, strict=True)
        ]
        return Run(tuple(parts), style=first.style)

    def _next(self, k: int) -> int | None:
        """The next line with text, when it may be taken and few blank ones stand before it."""
        for _ in range(_BLANKS + 1):
            if k >= len(self.lines) or not self.free(k):
                return None
            if self.lines[k].strip():
                return k
            k += 1
        return None

    def _goes_on(self, k: int, last: int, first: Item, current: Item) -> bool:
        """Whether a line says more about the current item: it stands deeper, or below a heading."""
        line, apart = self.lines[k], k > last + 1
        if line[:1].isspace() and len(line) - len(line.lstrip()) > first.indent:
            return not apart
        if not current.block or (heading_kind(line) and not part_named(line)):
            return False
        if current.style.startswith("#"):
            return True
        item = self.items[k]
        return not apart or not (_ABOUT_LABELS.search(line) or (item and item.marked != current.marked))

    def _table(self, start: int) -> Run | None:
        """The Markdown table that begins at a line, when its first column is one of labels."""
        end = start
        while end < len(self.lines) and self.free(end) and _TABLE_ROW.match(self.lines[end]):
            end += 1
        if end - start < 3 or not _RULE.match(self.lines[start + 1]):
            return None
        head = _cells(self.lines[start])
        rows = [(k, _cells(self.lines[k])) for k in range(start + 2, end)]
        if not _LABEL_HEAD.fullmatch(head[0]):
            return None
        parts = [DefiningLines(_row_definition(head, cells), (k,)) for k, cells in rows if cells[0]]
        left = (start, start + 1, *(k for k, cells in rows if not cells[0]))
        return Run(tuple(parts), left, "table")


def _matches(run: Run, known: Sequence[str]) -> bool:
    names = {fold_name(name) for name in known}
    hits = sum(fold_name(definition.label) in names for definition in run.definitions)
    return hits > 0 and 2 * hits >= len(run.definitions)


def _is_plain_list(run: Run) -> bool:
    """Whether a run could be a list of labels though nothing announces it: `name: text`, again and again."""
    return len(run.parts) > 1 and not run.style.startswith("#") and all(d.text for d in run.definitions)


def _announced(lines: Sequence[str], run: Run) -> bool:
    """Whether a heading or the last words before a block speak of labels."""
    if len(run.parts) < 2:
        return False
    if run.style == "table":
        return True
    before = next((lines[k] for k in range(run.lines[0] - 1, -1, -1) if lines[k].strip()), "")
    spoken = before.rstrip().endswith((":", "：", "。", ".", "）", ")")) and _ABOUT_LABELS.search(before)
    return heading_kind(before) == "labels" or bool(spoken)


def _once_each(runs: Sequence[Run], known: Sequence[str]) -> tuple[Run, ...]:
    """Runs under the data's own spelling; one that would define a label again is left where it stands."""
    spelling = {fold_name(name): name for name in known}
    seen: set[str] = set()
    kept = []
    for run in runs:
        labels = [fold_name(definition.label) for definition in run.definitions]
        if not labels or len(set(labels)) < len(labels) or seen & set(labels):
            continue
        seen.update(labels)
        named = tuple(
            replace(part, definition=replace(part.definition, label=spelling.get(key, part.definition.label)))
            for key, part in zip(labels, run.parts, strict=True)
        )
        kept.append(replace(run, parts=named))
    return tuple(kept)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _row_definition(head: Sequence[str], cells: Sequence[str]) -> Definition:
    texts: list[str] = []
    lists: dict[str, tuple[str, ...]] = {}
    for k, cell in enumerate(cells[1:], 1):
        part = part_of(head[k]) if k < len(head) else ""
        if part in ("includes", "excludes", "examples") and part not in lists:
            lists[part] = tuple(piece.strip() for piece in pieces(cell))
        elif cell:
            texts.append(cell)
    return Definition(cells[0].strip("*`\"'【】 "), sentence(texts), **lists)
