"""Misread rows as an Excel file for the business team, made in memory: a dashboard may write nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labkit.evaluation.handover import commented_workbook
from labkit.privacy import mask_texts
from labkit.records import Run, RunRow
from labkit.views.error_cards import ErrorCard

MOST_ROWS = 2_000  # about a megabyte on its way to the browser
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ErrorsFile:
    """A file ready to be saved by a browser.

    Args:
        name: what it is saved as.
        address: a data: URL; "" where no row fits.
        rows: how many rows it holds.
        found: how many there are.
    """

    name: str
    address: str
    rows: int
    found: int


def errors_workbook(run: Run, cards: Sequence[ErrorCard]) -> ErrorsFile:
    """The rows of some cards with columns for comment and name, personal data masked.

    Args:
        run: whose cards.
        cards: what is shown, and what follows on later pages; the first MOST_ROWS are taken.
    """
    wanted = {card.row for card in cards[:MOST_ROWS]}
    rows = [_masked(row, run.task.language) for row in run.rows if row.correct is False and row.example.id in wanted]
    name = f"errors-{run.id[:12]}.xlsx"
    if not rows:
        return ErrorsFile(name, "", 0, len(cards))
    data = b64encode(commented_workbook(rows, run.task)).decode()
    return ErrorsFile(name, f"data:{_TYPE};base64,{data}", len(rows), len(cards))


def _masked(row: RunRow, language: str) -> RunRow:
    """A row for people who need no names: one value has one placeholder in posts, reason, quotes and note."""
    example, said = row.example, row.prediction
    quotes = [evidence.quote for evidence in said.evidence]
    rest = (said.rationale, said.reason, row.error or "", example.note or "", *quotes)
    texts = mask_texts((*example.items, *rest), language)
    posts, (rationale, reason, error, note, *masked) = texts[: len(example.items)], texts[len(example.items) :]
    evidence = tuple(replace(one, quote=quote) for one, quote in zip(said.evidence, masked, strict=True))
    return replace(
        row,
        example=replace(example, items=posts, note=note or None),
        prediction=replace(said, rationale=rationale, reason=reason, evidence=evidence),
        error=error or None,
    )
