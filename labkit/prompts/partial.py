"""An edit taken apart: the earlier prompt with one of its changes made, so that a rerun tells changes apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from labkit.prompts.diff import DEFINITION_PARTS, SHARED_PARTS, PromptDiff, SentenceChange, TextDiff
from labkit.prompts.sentences import join_sentences
from labkit.records import Definition, Prompt

Grain = Literal["definition", "sentence"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an edit that can be made alone.

    Args:
        label: whose definition changed; "" for what every row is told: sections, order, answer contract.
        changes: its changed sentences and entries; () for shared text.
    """

    label: str
    changes: tuple[SentenceChange, ...] = ()


def pieces_of(diff: PromptDiff, grain: Grain = "definition") -> tuple[Piece, ...]:
    """The parts of an edit.

    Args:
        diff: the edit.
        grain: "definition" makes one of each changed definition; "sentence" one of each changed sentence. A definition
            that came, went or was reordered stays one even then.

    Returns:
        Shared text first, if any of it changed, then the definitions in order.
    """
    found = [Piece("")] if diff.shared else []
    for definition in diff.definitions:
        if definition.kind == "unchanged":
            continue
        if grain == "sentence" and _divisible(definition):
            found += [Piece(definition.name, (change,)) for change in definition.changes]
        else:
            found.append(Piece(definition.name, definition.changes))
    return tuple(dict.fromkeys(found))


def with_piece(before: Prompt, after: Prompt, diff: PromptDiff, piece: Piece, name: str) -> Prompt:
    """The earlier prompt with one piece of the edit made.

    Args:
        before: the earlier prompt.
        after: the edited one.
        diff: what changed between them.
        piece: one of `pieces_of`.
        name: of the prompt that is made.
    """
    if not piece.label:
        return _with_shared(before, after, name)
    old, new = before.definition_of(piece.label), after.definition_of(piece.label)
    changed = diff.of_label(piece.label)
    if old and new and changed and piece.changes != changed.changes:
        new = _with_changes(changed, piece)
    kept = tuple(new if d.label == piece.label else d for d in before.definitions)
    definitions = kept if old else (*before.definitions, new)
    return replace(before, name=name, definitions=tuple(d for d in definitions if d is not None))


def _divisible(definition: TextDiff) -> bool:
    return definition.kind == "changed" and all(change.kind != "moved" for change in definition.changes)


def _with_shared(before: Prompt, after: Prompt, name: str) -> Prompt:
    order = {definition.label: k for k, definition in enumerate(after.definitions)}
    definitions = sorted(before.definitions, key=lambda d: order.get(d.label, len(order)))
    shared = {part: getattr(after, part) for part in (*SHARED_PARTS, "rationale", "retrieved")}
    return replace(before, name=name, definitions=tuple(definitions), **shared)


def _with_changes(definition: TextDiff, piece: Piece) -> Definition:
    """A definition in which only the changes of the piece are made."""
    parts: dict[str, list[str]] = {part: [] for part in DEFINITION_PARTS}
    for change in definition.sentences:
        words = change.after if change.kind == "same" or change in piece.changes else change.before
        if words:
            parts[change.part].append(words)
    lists = {part: tuple(parts[part]) for part in DEFINITION_PARTS if part != "text"}
    return Definition(definition.name, join_sentences(parts["text"]), **lists)
