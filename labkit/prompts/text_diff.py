"""Two prompts as the texts of their files, line by line: what a person reads who knows diff."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from labkit.prompts.file import format_prompt
from labkit.records import Prompt

Sign = Literal[" ", "-", "+", "…"]
CONTEXT = 2  # unchanged lines around a change


def text_diff(before: Prompt, after: Prompt) -> tuple[tuple[Sign, str], ...]:
    """The lines that differ, with two unchanged ones around them; "…" stands where others were left out.

    Args:
        before: the earlier prompt.
        after: the later one; names are no part of a file.
    """
    one, two = (format_prompt(prompt).splitlines() for prompt in (before, after))
    groups = SequenceMatcher(None, one, two, autojunk=False).get_grouped_opcodes(CONTEXT)
    return tuple(line for k, group in enumerate(groups) for line in _lines(k, group, one, two))


def _lines(
    number: int, group: list[tuple[str, int, int, int, int]], one: list[str], two: list[str]
) -> Iterator[tuple[Sign, str]]:
    if number or group[0][1]:
        yield "…", ""
    for tag, i, i_end, j, j_end in group:
        if tag == "equal":
            yield from ((" ", line) for line in one[i:i_end])
            continue
        yield from (("-", line) for line in one[i:i_end])
        yield from (("+", line) for line in two[j:j_end])
