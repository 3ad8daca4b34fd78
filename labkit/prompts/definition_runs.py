"""Where somebody else's prompt defines its labels: runs of items, Markdown tables, lists of bare names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.prompts.foreign_lines import Item, heading_kind, item_of
from labkit.records import Definition

_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:\-–—]+$")
_LABEL_HEAD = re.compile(
    r"(?:.*(?:标签|类别|分类|意图|名称|类目)|.*(?:label|categor|class|intent|name)).*", re.IGNORECASE
)
_LISTS = (
    ("includes", re.compile(r"(?:包括|包含|include[sd]?|正例范围)", re.IGNORECASE)),
    ("excludes", re.compile(r"(?:不包括|不包含|排除|exclude[sd]?)", re.IGNORECASE)),
    ("examples", re.compile(r"(?:例子|示例|例句|样例|examples?)", re.IGNORECASE)),
)
_PART_LINE = re.compile(r"\s*(?:[-*•·]\s*)?(?P<title>[^:：\n]{1,12})[:：](?P<text>.*)")
_CELL_PARTS = re.compile(r"[;；]|<br\s*/?>")
_PROSE_CONTEXT = re.compile(
    r"标签|类别|分类|类目|意图|定义|label|categor|class|intent|definition|以下几|如下", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Run:
    """A block of lines that defines labels.

    Args:
        lines: the numbers of the lines it takes, from 0.
        definitions: what they say.
        left: lines of it whose words are in no definition, such as the head of a table.
    """

    lines: tuple[int, ...]
    definitions: tuple[Definition, ...]
    left: tuple[int, ...] = ()


def definition_runs(
    lines: Sequence[str], free: Callable[[int], bool], known: Sequence[str], fold: Callable[[str], str]
) -> tuple[Run, ...]:
    """Find the blocks that define labels.

    Args:
        lines: the prompt.
        free: whether a line may be taken (it is no example, no format, no place of the posts).
        known: the labels of the data; a block is one when at least half of its names are among them. With none, a
            block is one that a heading or a sentence about labels announces; else the longest list of `name: text`.
        fold: what two spellings of a label have in common.

    Returns:
        The blocks in order; no label is defined twice.
    """
    runs = [_table(lines, free, k) or _list(lines, free, k) for k in range(len(lines))]
    found, end = [], -1
    for start, run in enumerate(runs):
        if run and start > end:
            found.append(run)
            end = max(run.lines)
    if known:
        chosen = [run for run in found if _matches(run, known, fold)]
    else:
        announced = [run for run in found if _announced(lines, run)]
        lists = [run for run in found if all(d.text for d in run.definitions) and len(run.definitions) > 1]
        chosen = announced or sorted(lists, key=lambda run: -len(run.definitions))[:1]
    return _once_each(chosen, known, fold)


def _matches(run: Run, known: Sequence[str], fold: Callable[[str], str]) -> bool:
    names = {fold(name) for name in known}
    hits = sum(fold(definition.label) in names for definition in run.definitions)
    return hits > 0 and 2 * hits >= len(run.definitions)


def _announced(lines: Sequence[str], run: Run) -> bool:
    """Whether a heading or the last words before a block speak of labels."""
    if len(run.definitions) < 2:
        return False
    if run.left:
        return True
    before = [k for k in range(run.lines[0] - 1, -1, -1) if lines[k].strip()][:1]
    return bool(before) and (
        heading_kind(lines[before[0]]) == "labels"
        or (
            lines[before[0]].rstrip().endswith((":", "：", "。", ".", "）", ")"))
            and bool(_PROSE_CONTEXT.search(lines[before[0]]))
        )
    )


def _once_each(runs: Sequence[Run], known: Sequence[str], fold: Callable[[str], str]) -> tuple[Run, ...]:
    """Runs under the data's own spelling; one that would define a label again is left where it stands."""
    spelling = {fold(name): name for name in known}
    seen: set[str] = set()
    kept = []
    for run in runs:
        labels = [fold(definition.label) for definition in run.definitions]
        if len(set(labels)) < len(labels) or seen & set(labels):
            continue
        seen.update(labels)
        named = tuple(
            Definition(spelling.get(key, d.label), d.text, d.includes, d.excludes, d.examples)
            for key, d in zip(labels, run.definitions, strict=True)
        )
        kept.append(Run(run.lines, named, run.left))
    return tuple(kept)


def _list(lines: Sequence[str], free: Callable[[int], bool], start: int) -> Run | None:
    """The run of items that begins at a line."""
    first = item_of(lines[start]) if free(start) else None
    if first is None:
        return None
    items: list[tuple[Item, list[str]]] = [(first, [first.text])]
    taken = [start]
    k = start + 1
    while k < len(lines) and free(k):
        step = _step(lines, free, k, first, items[-1][0])
        if step is None:
            break
        item, text, used = step
        if item:
            items.append((item, [item.text]))
        else:
            items[-1][1].append(text)
        taken += used
        k = taken[-1] + 1
    definitions = tuple(_item_definition(item.name, texts) for item, texts in items)
    return Run(tuple(taken), definitions)


def _item_definition(name: str, texts: Sequence[str]) -> Definition:
    """An item and the lines below it; those that begin with 包括： or "Excludes:" become lists."""
    plain: list[str] = [texts[0]]
    lists: dict[str, tuple[str, ...]] = {}
    for text in texts[1:]:
        found = _PART_LINE.match(text)
        part = _part_named(found["title"]) if found else None
        if found and part and part not in lists and found["text"].strip():
            lists[part] = _pieces(found["text"])
        else:
            plain.append(text)
    return Definition(name, _sentence(plain), **lists)


def _step(
    lines: Sequence[str], free: Callable[[int], bool], k: int, first: Item, current: Item
) -> tuple[Item | None, str, list[int]] | None:
    """What the next line adds to a run: an item, or a line of the current one; None when the run has ended."""
    blanks = 0
    while k < len(lines) and not lines[k].strip() and blanks < 2:
        k, blanks = k + 1, blanks + 1
    if k >= len(lines) or not free(k) or not lines[k].strip():
        return None
    item = item_of(lines[k])
    if item and item.indent <= first.indent and (item.marked, item.block) == (first.marked, first.block):
        return item, "", [k]
    indent = len(lines[k]) - len(lines[k].lstrip())
    deeper = indent > first.indent and bool(lines[k][:1].isspace())
    below = current.block and heading_kind(lines[k]) is None and not (blanks and _PROSE_CONTEXT.search(lines[k]))
    if (deeper and blanks == 0) or (below and blanks <= 1 and not (item and item.marked != current.marked and blanks)):
        return None, lines[k].strip(), [k]
    return None


def _table(lines: Sequence[str], free: Callable[[int], bool], start: int) -> Run | None:
    """The Markdown table that begins at a line, when its first column is one of labels."""
    end = start
    while end < len(lines) and free(end) and _TABLE_ROW.match(lines[end]):
        end += 1
    rows = [(k, _cells(lines[k])) for k in range(start, end) if not _RULE.match(lines[k])]
    if (
        end - start < 3
        or len(rows) < 2
        or not _RULE.match(lines[start + 1])
        or not _LABEL_HEAD.fullmatch(rows[0][1][0])
    ):
        return None
    head = rows[0][1]
    definitions = [_row_definition(head, cells) for _, cells in rows[1:] if cells[0]]
    left = (start, *(k for k, cells in rows[1:] if not cells[0]))
    return Run(tuple(range(start, end)), tuple(definitions), left)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _row_definition(head: Sequence[str], cells: Sequence[str]) -> Definition:
    texts: list[str] = []
    lists: dict[str, tuple[str, ...]] = {}
    for k, cell in enumerate(cells[1:], 1):
        title = head[k] if k < len(head) else ""
        part = _part_named(title)
        if part and part not in lists:
            lists[part] = _pieces(cell)
        elif cell:
            texts.append(cell)
    return Definition(cells[0].strip("*`\"'【】 "), _sentence(texts), **lists)


def _part_named(title: str) -> str | None:
    """Which list of a definition a title names, or None."""
    return next((name for name, pattern in _LISTS if pattern.fullmatch(title.strip())), None)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in _CELL_PARTS.split(text) if piece.strip())


def _sentence(texts: Sequence[str]) -> str:
    """Lines as one text that no prompt file takes for a heading or the head of a list."""
    text = " ".join(" ".join(text.split()) for text in texts if text.strip())
    text = re.sub(r"^#+\s*", "", text)
    return text.rstrip(":： ") if re.fullmatch(r"\s*\w+\s*[:：]\s*", text) else text


def fold_name(name: str) -> str:
    """A name without case, width, spaces and marks, for comparing."""
    folded = "".join(ch for ch in unicodedata.normalize("NFKC", name).casefold() if ch.isalnum() or ch in "+#")
    return folded or name
