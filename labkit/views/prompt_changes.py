"""What changed between two prompts, as a widget shows it: by definition, and as text."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from labkit.prompts import PromptDiff, TextDiff, diff_prompts
from labkit.prompts.diff import SHARED_PARTS
from labkit.prompts.text_diff import text_diff
from labkit.records import Prompt

_FIELDS = {head: "shots" if field == "examples" else field for field, head in SHARED_PARTS.items()}


def changes_shown(before: Prompt, after: Prompt) -> dict[str, Any]:
    """The difference of two prompts as plain values.

    Args:
        before: the earlier prompt.
        after: the later one.

    Returns:
        "parts", changed definitions before changed sections, each with its changed sentences and the number of those
        that stayed; "unchanged", how many definitions stayed as they were; "moved" labels; "rationale" and "retrieved"
        in both; "lines" of the text diff.
    """
    found = diff_prompts(before, after)
    return {
        "same": found.same,
        "parts": _parts(found),
        "unchanged": sum(entry.kind == "unchanged" for entry in found.definitions),
        "moved": found.moved_labels,
        "rationale": found.rationale,
        "retrieved": found.retrieved,
        "lines": text_diff(before, after),
    }


def _parts(found: PromptDiff) -> list[dict[str, Any]]:
    definitions = [_part(entry, entry.name, "") for entry in found.definitions if entry.kind != "unchanged"]
    sections = [_part(entry, "", _FIELDS[entry.name]) for entry in found.sections if entry.kind != "unchanged"]
    return definitions + sections


def _part(entry: TextDiff, label: str, section: str) -> dict[str, Any]:
    changes = [asdict(change) for change in entry.changes]
    return {
        "label": label,
        "section": section,
        "kind": entry.kind,
        "changes": changes,
        "same": len(entry.sentences) - len(changes),
    }
