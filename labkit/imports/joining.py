"""Which row an answer belongs to: by its id, or by its exact text where that is unique; never by its position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from labkit.errors import BadData
from labkit.imports.answers import Answer
from labkit.records import Example
from labkit.tables.spoilt_ids import spoilt_of
from labkit.texts import Phrase, listed, say

JoinedBy = Literal["id", "text"]
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Joined:
    """Answers and the rows they belong to.

    Args:
        by: what joined them.
        answers: example id -> its answers, by the number of the asking; in the scene's order.
        unmatched: where in the file an answer stands that belongs to no row, and what it says of itself.
    """

    by: JoinedBy
    answers: dict[str, dict[int, Answer]]
    unmatched: tuple[Phrase, ...]


def join(answers: Sequence[Answer], examples: Sequence[Example], name: str) -> Joined:
    """Find each answer's row.

    Args:
        answers: of one file.
        examples: all rows of the scene.
        name: the file's, for messages.

    Raises:
        BadData: some answers have an id and others none, one text stands in several rows, two answers belong to one
            asking of one row, ids contradict the texts beside them, or nothing matches.
    """
    by = _way(answers, name)
    if by == "id":
        known = {example.id: example for example in examples}
        found = [(answer, known.get(answer.id or "")) for answer in answers]
        _check_texts(found, examples)
    else:
        rows = _rows_by_text(examples)
        found = [(answer, _row_of(answer, rows)) for answer in answers]
    unmatched = tuple(_said(answer) for answer, example in found if example is None)
    if len(unmatched) == len(answers):
        if spoilt := spoilt_of([answer.id for answer in answers if answer.id], [example.id for example in examples]):
            raise BadData.told("error.import.spoilt", file=name, row=spoilt[0][:60], original=spoilt[1])
        raise BadData.told(
            "error.import.no_id_known" if by == "id" else "error.import.no_text_known",
            file=name,
            unmatched=say("list.clauses").join(map(str, unmatched[:_SHOWN])),
        )
    return Joined(by, _ordered(found, examples), unmatched)


def _way(answers: Sequence[Answer], name: str) -> JoinedBy:
    without = [answer for answer in answers if answer.id is None]
    if without and len(without) < len(answers):
        raise BadData.told("error.import.some_ids", where=without[0].place, without=len(without), answers=len(answers))
    if without and not any(answer.texts for answer in answers):
        raise BadData.told("error.import.nothing_to_join", file=name)
    return "text" if without else "id"


def _rows_by_text(examples: Sequence[Example]) -> Mapping[str, list[Example]]:
    rows: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        rows[example.text].append(example)
    return rows


def _row_of(answer: Answer, rows: Mapping[str, list[Example]]) -> Example | None:
    """The row of an answer's text; BadData when it stands in several rows, or its texts in different ones."""
    found = {example.id: example for text in answer.texts for example in rows.get(text, ())}
    if len(found) > 1:
        raise BadData.told("error.import.same_text", where=answer.place, rows=listed(map(repr, list(found)[:_SHOWN])))
    return next(iter(found.values()), None)


def _check_texts(found: Sequence[tuple[Answer, Example | None]], examples: Sequence[Example]) -> None:
    """Refuse ids that are positions: the text beside such an id is that of another row."""
    rows = _rows_by_text(examples)
    for answer, example in found:
        if example is None or example.text in answer.texts:
            continue
        other = next((row for text in answer.texts for row in rows.get(text, ())), None)
        if other is not None:
            raise BadData.told("error.import.positions", where=answer.place, id=example.id, other=other.id)


def _ordered(
    found: Sequence[tuple[Answer, Example | None]], examples: Sequence[Example]
) -> dict[str, dict[int, Answer]]:
    """Example id -> asking -> answer, in the scene's order; BadData when two answers are for one asking."""
    taken: dict[str, dict[int, Answer]] = defaultdict(dict)
    for answer, example in found:
        if example is None:
            continue
        earlier = taken[example.id].setdefault(answer.repeat, answer)
        if earlier is not answer:
            raise BadData.told("error.import.two_answers", first=earlier.place, second=answer.place, row=example.id)
    return {example.id: taken[example.id] for example in examples if example.id in taken}


def _said(answer: Answer) -> Phrase:
    if answer.id is not None:
        return Phrase("import.answer_of_id", {"where": answer.place, "id": answer.id[:60]})
    return Phrase("import.answer_of_text", {"where": answer.place, "text": (answer.texts or ("",))[0][:40]})
