"""The rows behind a number: which posts it counts, personal data masked, a few at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from labkit.privacy import mask_texts
from labkit.records import Example, Run, RunRow, sha256_of

ROWS_SHOWN = 12  # behind one number; how many more there are is said


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row.

    Args:
        id: the example's id.
        anchor: a name for links to it, within the list it stands in.
        text: its posts, masked.
        gold: the labels expected; None without gold.
        answered: the labels answered; None where nobody was asked.
        status: how the answer ended; "" where nobody was asked.
    """

    id: str
    anchor: str
    text: str
    gold: tuple[str, ...] | None
    answered: tuple[str, ...] | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The first rows that a number counts, how many it counts in all, and whether they are what a run misread."""

    rows: tuple[ShownRow, ...]
    total: int
    misread: bool = False


def rows_behind(examples: Iterable[Example], ids: Sequence[str], language: str) -> RowsBehind:
    """Rows by their ids, in that order; ids that no example has are counted but cannot be shown.

    Args:
        examples: where to look.
        ids: which rows.
        language: "zh" or "en", of the placeholders that mask personal data.
    """
    wanted = set(ids)
    known = {example.id: example for example in examples if example.id in wanted}
    found = [known[row] for row in ids if row in known]
    return RowsBehind(tuple(_shown(example, language) for example in found[:ROWS_SHOWN]), len(ids))


def misread_rows(run: Run, ids: Collection[str] | None = None) -> RowsBehind:
    """The rows of a run that were not answered as expected; one that was asked several times counts once.

    Args:
        run: what was asked.
        ids: which of them; all when None.
    """
    wrong: dict[str, RunRow] = {}
    for row in run.rows:
        if row.correct is False and (ids is None or row.example.id in ids):
            wrong.setdefault(row.example.id, row)
    shown = [_answered(row, run.task.language) for row in list(wrong.values())[:ROWS_SHOWN]]
    return RowsBehind(tuple(shown), len(wrong), misread=True)


def _shown(example: Example, language: str) -> ShownRow:
    anchor = sha256_of(example.id)[:10]
    return ShownRow(example.id, anchor, "\n".join(mask_texts(example.items, language)), example.labels)


def _answered(row: RunRow, language: str) -> ShownRow:
    shown, said = _shown(row.example, language), row.prediction
    return ShownRow(shown.id, shown.anchor, shown.text, shown.gold, said.labels, said.status.value)
