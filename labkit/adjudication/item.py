"""One thing that a person must decide: a row, or copies of one post that say different things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from labkit.records import sha256_of

Kind = Literal["disagreement", "online", "conflict", "sent", "personal", "label", "hard", "style", "spot"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Why a person is asked, the most urgent first: whom two people answered differently, rows of live traffic drawn at
random (decided blind, they tell how good production is), copies that contradict each other, rows that somebody or the
making of a dataset sent, personal data, labels that look wrong, rows that models fail on, answers out of form, rows
drawn at random."""
_ID = 12  # hex digits: two of a million items share an id with probability 0.2 %


@dataclass(frozen=True, slots=True)
class Item:
    """What a person must decide.

    Args:
        id: the same for the same rows with the same posts, whatever is found about them.
        kind: the most urgent reason.
        rows: one id, or those of copies of one post.
        labels: the labels in question, in display order: those the rows carry and those that speak against them.
        reasons: why, a sentence each, the most urgent first.
        worth: among items of its kind, how much an answer is worth, 0 to 1.
    """

    id: str
    kind: Kind
    rows: tuple[str, ...]
    labels: tuple[str, ...]
    reasons: tuple[str, ...]
    worth: float


def item_id(rows: Iterable[tuple[str, str]], *, spot: bool = False) -> str:
    """The id of an item.

    Args:
        rows: the id and the text of each row.
        spot: whether it belongs to the random check, where a row is looked at again whatever was decided before.
    """
    return ("spot-" if spot else "") + sha256_of(sorted(rows))[:_ID]
