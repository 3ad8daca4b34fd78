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
    """Both edits of a prompt in one: each section, each part of a definition and their order as who changed it has it.

    Args:
        base: what both started from.
        mine: one edit; its message and its name stand.
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
    for label in _order(tuple(old), tuple(ours), tuple(others), clashes):
        found = _definition(label, (old.get(label), ours.get(label), others.get(label)), clashes)
        if found:
            yield found


def _order(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...], clashes: list[str]) -> list[str]:
    """Labels of both edits: those in all three as the edit that moved some has them, a new one behind its neighbour."""
    common = {*base} & {*mine} & {*theirs}
    old, ours, others = (tuple(label for label in labels if label in common) for labels in (base, mine, theirs))
    leading, following = (theirs, mine) if _either(old, ours, others, "order", clashes) == others else (mine, theirs)
    found = list(leading)
    for place, label in enumerate(following):
        if label not in found:
            found.insert(found.index(following[place - 1]) + 1 if place else 0, label)
    return found


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
