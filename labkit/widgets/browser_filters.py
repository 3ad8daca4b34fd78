"""ErrorBrowser's filter as a trait: labels go by their place, so that no name has to survive a round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from labkit.diagnosis import Outcome, RowFilter, RowTable

_LABELS = ("label", "missed", "spurious")
_WORDS = ("status", "change", "tag", "group", "query")


def first_filter(table: RowTable, asked: RowFilter, outcome: Outcome | None) -> RowFilter:
    """What a new browser shows: what its cell asks for, else the rows that two runs differ on, else the errors.

    Args:
        table: the rows.
        asked: what the cell asks for, but the outcome.
        outcome: what it says of that; None for nothing.
    """
    silent = asked == RowFilter() and outcome is None
    change = "differ" if table.earlier and silent else asked.change
    judged = table.read.labelled.any() and not change
    return replace(asked, change=change, outcome=outcome or ("wrong" if judged else "any"))


def filter_as_trait(wanted: RowFilter, labels: Sequence[str], revision: int) -> dict[str, Any]:
    """A filter as the page knows it."""
    names = {name: getattr(wanted, name) for name in _LABELS}
    places = {name: labels.index(label) if label else -1 for name, label in names.items()}
    return {**asdict(wanted), **places, "revision": revision}


def filter_of_trait(trait: Mapping[str, Any], labels: Sequence[str]) -> RowFilter:
    """What a page asks for, checked as if anybody had sent it."""
    named = {name: label_at(trait.get(name, -1), labels) for name in _LABELS}
    words = {name: str(trait.get(name, "")) for name in _WORDS}
    flags = {name: trait.get(name) is True for name in ("alone", "earlier")}
    return RowFilter(**named, **words, **flags, outcome=trait.get("outcome", "any"))  # type: ignore[arg-type]


def label_at(place: object, labels: Sequence[str]) -> str:
    """The label at a place that a page sent; "" for none."""
    return labels[place] if isinstance(place, int) and 0 <= place < len(labels) else ""
