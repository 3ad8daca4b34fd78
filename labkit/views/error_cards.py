"""Misread rows as cards, for people who read no prompts: posts, what was expected and answered, the model's reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labkit.diagnosis.filters import QUERY_LIMIT
from labkit.privacy import mask_texts
from labkit.records import Evidence, Run, RunRow, Status, sha256_of


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """One misread row, ready to be shown; every field is text as written by its author.

    Args:
        row: the example's id.
        posts: the posts, oldest first.
        gold, predicted: labels expected and answered.
        status: how the row ended.
        problem: why there is no answer, or the last error; "" for a plain wrong answer.
        rationale, evidence: the model's stated reason and quotes.
        note: what makes the row hard.
    """

    row: str
    posts: tuple[str, ...]
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    status: Status
    problem: str
    rationale: str
    evidence: tuple[Evidence, ...]
    note: str

    @property
    def anchor(self) -> str:
        """A name for links to it."""
        return f"row-{sha256_of(self.row)[:10]}"


def error_cards(run: Run) -> tuple[ErrorCard, ...]:
    """Every row of a run that has gold labels and was not answered with exactly these, in the run's order."""
    return tuple(_card(row) for row in run.rows if row.correct is False)


def masked_card(card: ErrorCard, language: str) -> ErrorCard:
    """A card for people who need no names: personal data masked, one value by one placeholder on the whole card.

    Args:
        card: as it is.
        language: "zh" or "en", of the placeholders.
    """
    quotes = [quote.quote for quote in card.evidence]
    texts = mask_texts((*card.posts, card.rationale, card.note, card.problem, *quotes), language)
    posts, rest = texts[: len(card.posts)], texts[len(card.posts) :]
    evidence = tuple(replace(quote, quote=text) for quote, text in zip(card.evidence, rest[3:], strict=True))
    return replace(card, posts=posts, rationale=rest[0], note=rest[1], problem=rest[2], evidence=evidence)


def filter_cards(
    cards: Sequence[ErrorCard], label: str = "", status: Status | None = None, query: str = ""
) -> tuple[ErrorCard, ...]:
    """The cards that fit all filters.

    Args:
        cards: what to choose from.
        label: a label that must have been missed or wrongly given; "" for any.
        status: how the row must have ended; None for any.
        query: words that must stand in the id, the posts or the rationale, upper and lower case alike.
    """
    wanted = query[:QUERY_LIMIT].casefold().strip()
    return tuple(
        card
        for card in cards
        if (not label or label in set(card.gold) ^ set(card.predicted))
        and (status is None or card.status is status)
        and (not wanted or wanted in "\n".join((card.row, *card.posts, card.rationale)).casefold())
    )


def _card(row: RunRow) -> ErrorCard:
    prediction = row.prediction
    return ErrorCard(
        row=row.example.id,
        posts=row.example.items,
        gold=row.example.labels or (),
        predicted=prediction.labels,
        status=prediction.status,
        problem=prediction.reason or row.error or "",
        rationale=prediction.rationale,
        evidence=prediction.evidence,
        note=row.example.note or "",
    )
