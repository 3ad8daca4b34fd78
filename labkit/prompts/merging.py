"""Two edits of one prompt brought together: where only one of them changed something, that stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from labkit.errors import BadInput
from labkit.prompts.diff import DEFINITION_PARTS, SHARED_PARTS
from labkit.records import Definition, Prompt
from labkit.texts import listed

_PLACES = {**SHARED_PARTS, "rationale": "rationale", "retrieved": "retrieved"}


def merge_prompts(base: Prompt, mine: Prompt, theirs: Prompt) -> Prompt:
    """Both edits of a prompt in one: each section, and each part of a definition, as the one that changed it has it.

    Args:
        base: what both started from.
        mine: one edit; its message, its name and the order of its definitions stand.
        theirs: the other edit.

    Raises:
        BadInput: both changed the same place, each in its own way; the error names all such places.
    """
    clashes: list[str] = []
    shared = {
        part: _either(getattr(base, part), getattr(mine, part), getattr(theirs, part), place, clashes)
        for part, place in _PLACES.items()
    }
    definitions = tuple(_definitions(base, mine, theirs, clashes))
    if clashes:
        raise BadInput.told("error.merge.clash", places=listed(clashes))
    return replace(mine, **shared, definitions=definitions)


def _definitions(base: Prompt, mine: Prompt, theirs: Prompt, clashes: list[str]) -> Iterator[Definition]:
    """Those of either edit, unless one of them took it out and the other left it alone."""
    old, ours, others = ({told.label: told for told in prompt.definitions} for prompt in (base, mine, theirs))
    for label in dict.fromkeys([*ours, *others]):
        found = _definition(label, (old.get(label), ours.get(label), others.get(label)), clashes)
        if found:
            yield found


def _definition(
    label: str, told: tuple[Definition | None, Definition | None, Definition | None], clashes: list[str]
) -> Definition | None:
    base, mine, theirs = told
    if not (base and mine and theirs):
        found: Definition | None = _either(base, mine, theirs, label, clashes)
        return found
    parts = {
        part: _either(getattr(base, part), getattr(mine, part), getattr(theirs, part), label, clashes)
        for part in DEFINITION_PARTS
    }
    return replace(mine, **parts)


def _either(base: Any, mine: Any, theirs: Any, place: str, clashes: list[str]) -> Any:
    """What the edit that changed it has; both may have changed it to the same."""
    if mine in (base, theirs):
        return theirs
    if theirs != base and place not in clashes:
        clashes.append(place)
    return mine
