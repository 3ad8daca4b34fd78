"""Posts without the words that a model quoted: does its answer hang on what it says it hangs on?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from labkit.records import Example, Run, RunRow, Status
from labkit.scoring.intervals import Interval
from labkit.scoring.shares import share_of_rows

Untested = Literal["no_answer", "no_quote", "nothing_left"]


@dataclass(frozen=True, slots=True)
class Redaction:
    """What became of answers when the quoted words were taken out of the posts.

    Args:
        before, after: the run, and the run over the posts without the quotes.
        gone: ids of rows in which every label that was answered has gone, or no answer came any more.
        partly: ids of rows in which some of several labels have gone.
        stayed: ids of rows in which all labels stayed: they do not hang on the words quoted for them.
        share: rows gone, of all that were tested, with Wilson's interval.
        untested: why -> rows: "no_answer" or an empty one, "no_quote" that stands in a post, "nothing_left" of the
            posts without the quotes.
    """

    before: Run
    after: Run
    gone: tuple[str, ...]
    partly: tuple[str, ...]
    stayed: tuple[str, ...]
    share: Interval
    untested: Mapping[Untested, int]


def redacted(run: Run) -> tuple[dict[str, Example], dict[Untested, int]]:
    """The posts of a run's rows without the words that were quoted from them.

    Args:
        run: its first asking of each row counts.

    Returns:
        Id -> example without its quotes, and why -> how many rows cannot be tested.
    """
    made: dict[str, Example] = {}
    left_out: Counter[Untested] = Counter()
    for row in run.rows:
        if row.repeat == 0:
            found = _without_quotes(row)
            if isinstance(found, Example):
                made[row.example.id] = found
            else:
                left_out[found] += 1
    return made, dict(left_out)


def judge_redaction(before: Run, after: Run, untested: Mapping[Untested, int]) -> Redaction:
    """Hold the answers to redacted posts against those to whole ones.

    Args:
        before: over whole posts.
        after: over the posts of `redacted`.
        untested: what `redacted` left out.
    """
    then = {row.example.id: set(row.prediction.labels) for row in before.rows if row.repeat == 0}
    kept = {row.example.id: then[row.example.id] & _labels(row) for row in after.rows}
    gone = tuple(row_id for row_id, labels in kept.items() if not labels)
    stayed = tuple(row_id for row_id, labels in kept.items() if labels == then[row_id])
    partly = tuple(row_id for row_id in kept if row_id not in {*gone, *stayed})
    share = share_of_rows(after.rows, (row.example.id in set(gone) for row in after.rows))
    return Redaction(before, after, gone, partly, stayed, share, untested)


def _without_quotes(row: RunRow) -> Example | Untested:
    if row.prediction.status is not Status.ANSWERED or not row.prediction.labels:
        return "no_answer"
    items = [" ".join(item.split()) for item in row.example.items]
    for evidence in row.prediction.evidence:
        quote = " ".join(evidence.quote.split())
        items[evidence.post - 1] = items[evidence.post - 1].replace(quote, "")
    if items == [" ".join(item.split()) for item in row.example.items]:
        return "no_quote"
    if not _says_something(items):
        return "nothing_left"
    return replace(row.example, items=tuple(item.strip() or "…" for item in items))


def _says_something(items: Iterable[str]) -> bool:
    return any(character.isalnum() for item in items for character in item)


def _labels(row: RunRow) -> set[str]:
    return set(row.prediction.labels) if row.prediction.status is Status.ANSWERED else set()
