"""Misread rows as cards: the posts, what was expected and answered, the model's reason, both definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.diagnosis.filters import QUERY_LIMIT
from labkit.errors import BadPrompt
from labkit.privacy import mask_texts
from labkit.prompts import parse_prompt, render_definition
from labkit.records import Evidence, Prompt, Run, RunRow, Status, sha256_of


@dataclass(frozen=True, slots=True)
class LabelDefinition:
    """A label of a misread row, on which side it stood, and its definition as the model was told it."""

    label: str
    side: Literal["missed", "wrong"]
    text: str


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
        definitions: of the labels that were missed or wrongly given.
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
    definitions: tuple[LabelDefinition, ...]
    note: str

    @property
    def anchor(self) -> str:
        """A name for links to it."""
        return f"row-{sha256_of(self.row)[:10]}"


def error_cards(run: Run) -> tuple[ErrorCard, ...]:
    """Every row of a run that has gold labels and was not answered with exactly these, in the run's order."""
    prompt = prompt_of(run)
    return tuple(_card(row, run, prompt) for row in run.rows if row.correct is False)


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


def _card(row: RunRow, run: Run, prompt: Prompt | None) -> ErrorCard:
    prediction, gold = row.prediction, row.example.labels or ()
    return ErrorCard(
        row=row.example.id,
        posts=row.example.items,
        gold=gold,
        predicted=prediction.labels,
        status=prediction.status,
        problem=prediction.reason or row.error or "",
        rationale=prediction.rationale,
        evidence=prediction.evidence,
        definitions=definitions_concerned(run, prompt, gold, prediction.labels),
        note=row.example.note or "",
    )


def definitions_concerned(
    run: Run, prompt: Prompt | None, gold: Sequence[str], predicted: Sequence[str]
) -> tuple[LabelDefinition, ...]:
    """Definitions of the labels on which gold and answer differ: the missed first, then the wrongly given."""
    missed = [label for label in gold if label not in predicted]
    wrong = [label for label in predicted if label not in gold]
    return (
        *(LabelDefinition(label, "missed", _told(run, prompt, label)) for label in missed),
        *(LabelDefinition(label, "wrong", _told(run, prompt, label)) for label in wrong),
    )


def _told(run: Run, prompt: Prompt | None, label: str) -> str:
    """A definition's text as it was sent, or "" when the prompt gave only the bare name."""
    definition = prompt.definition_of(label) if prompt else None
    if definition is None:
        return ""
    _, _, text = render_definition(definition, run.task.language).partition(f"- {label}: ")
    return text


def prompt_of(run: Run) -> Prompt | None:
    """The prompt a run kept; None when an older or foreign run kept text that is not a prompt file."""
    try:
        return parse_prompt(run.header.prompt_text, run.header.prompt_name)
    except BadPrompt:
        return None
