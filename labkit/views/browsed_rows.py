"""Rows of a run, or of two runs, as a browser shows them: short lines for the list, one row in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labkit.diagnosis import CHANGES, RowTable, changes_of, rationale_flags
from labkit.diagnosis.changes import Changes
from labkit.prompts.hidden import visible
from labkit.records import Evidence, Prompt, Run, RunRow, Status
from labkit.texts import say
from labkit.views.excerpts import excerpt, stretches
from labkit.views.markup import cut
from labkit.views.told_definitions import definitions_concerned, prompt_of

LINE_LIMIT = 140  # characters of posts or rationale in a line of the list
FULL_LIMIT = 20_000  # characters of one text of an opened row; what is cut is counted
_EXCLUSIVE = [change for change in CHANGES if change not in ("", "differ")]  # a row has one of these at most


@dataclass(frozen=True, eq=False)
class BrowsedRows:
    """What is shown of a table's rows; JSON-able, text as its author wrote it, hidden characters made visible.

    Args:
        table: the rows.
        runs: the runs they come from, the one that is read last.
        prompts: their prompts, as far as they can be read.
        changes: what changed between two runs; None for one.
    """

    table: RowTable
    runs: tuple[Run, ...]
    prompts: tuple[Prompt | None, ...]
    changes: Changes | None

    def line(self, position: int) -> dict[str, Any]:
        """A row in one line."""
        rows = self._of(position)
        read = rows[-1]
        posts = " ⏎ ".join(read.example.items)
        return {
            **self._named(position),
            "posts": excerpt(posts, _quotes(rows), LINE_LIMIT),
            "answers": [{"labels": _shown(r.prediction.labels), "status": _status(r)} for r in rows],
            "rationale": visible(cut(" ".join(read.prediction.rationale.split()), LINE_LIMIT)[0]),
            "definition": visible(read.prediction.definition or ""),
        }

    def full(self, position: int) -> dict[str, Any]:
        """A row with all that is known of it: every post, every answer, the definitions it turns on."""
        rows = self._of(position)
        example = rows[-1].example
        return {
            **self._named(position),
            "posts": [self._post(rows, k) for k in range(len(example.items))],
            "note": visible(example.note or ""),
            "subtask": visible(example.subtask or ""),
            "answers": [self._answer(k, row) for k, row in enumerate(rows)],
        }

    def _of(self, position: int) -> tuple[RunRow, ...]:
        """The answers to one question, the one that is read last."""
        read = self.table.rows[position]
        return (self.table.earlier[position], read) if self.table.earlier else (read,)

    def _named(self, position: int) -> dict[str, Any]:
        row = self.table.rows[position]
        gold = row.example.labels
        repeats = self.runs[-1].header.repeats > 1
        return {
            "id": visible(row.example.id),
            "repeat": row.repeat + 1 if repeats else 0,
            "gold": None if gold is None else _shown(gold),
            "correct": row.correct,
            "change": self._change(position),
        }

    def _change(self, position: int) -> str:
        if self.changes is None:
            return ""
        found = (name for name in _EXCLUSIVE if getattr(self.changes, name)[position])
        return next(found, "differ" if self.changes.differ[position] else "")

    def _post(self, rows: Sequence[RunRow], k: int) -> dict[str, Any]:
        text, left_out = cut(rows[-1].example.items[k], FULL_LIMIT)
        quotes = [e.quote for row in rows for e in row.prediction.evidence if e.post == k + 1 and e.verbatim]
        return {"parts": stretches(text, quotes), "left_out": left_out}

    def _answer(self, k: int, row: RunRow) -> dict[str, Any]:
        prediction, gold, prompt = row.prediction, row.example.labels, self.prompts[k]
        judged = prompt is not None and gold is not None
        concerned = definitions_concerned(self.runs[k], prompt, gold or (), prediction.labels) if judged else ()
        unread = prediction.status is not Status.ANSWERED
        return {
            "run": k,
            "labels": _shown(prediction.labels),
            "status": _status(row),
            "answered": not unread,
            "correct": row.correct,
            "problem": visible(prediction.reason or row.error or "" if unread else ""),
            "reply": visible(cut(row.reply, FULL_LIMIT)[0]) if unread else "",
            "rationale": visible(cut(prediction.rationale, FULL_LIMIT)[0]),
            "flags": [] if unread else self._flags(row),
            "unfound": [visible(words) for words in _unfound(row, self.runs[k].task.item)],
            "definition": visible(prediction.definition or ""),
            "definitions": [{key: visible(text) for key, text in asdict(told).items()} for told in concerned],
        }

    def _flags(self, row: RunRow) -> list[tuple[str, str]]:
        """What is odd about a rationale, and the words that are; quotes that are not there stand for themselves."""
        found = rationale_flags([row], self.table.labels)
        return [(say(f"flag.{f.kind}"), visible(f.words)) for f in found if f.kind != "quote_not_in_post"]


def browsed_rows(table: RowTable, runs: Sequence[Run]) -> BrowsedRows:
    """Rows ready to be shown.

    Args:
        table: what `row_table` made of the runs.
        runs: the runs, the one that is read last.
    """
    changes = changes_of(table) if table.earlier else None
    return BrowsedRows(table, tuple(runs), tuple(prompt_of(run) for run in runs), changes)


def _quotes(rows: Iterable[RunRow]) -> list[str]:
    return [e.quote for row in rows for e in row.prediction.evidence if e.verbatim]


def _unfound(row: RunRow, item: str) -> Iterator[str]:
    """Quotes that do not stand where the answer says, each with where it does stand, or that there is no such post."""
    posts = [" ".join(post.split()) for post in row.example.items]
    for evidence in (*row.prediction.evidence, *row.prediction.unplaced):
        if not evidence.verbatim:
            yield _where_it_stands(evidence, posts, item)


def _where_it_stands(evidence: Evidence, posts: Sequence[str], item: str) -> str:
    words = " ".join(evidence.quote.split())
    found = next((k for k, post in enumerate(posts, 1) if words in post), evidence.post)
    about: dict[str, Any] = {"quote": evidence.quote, "item": item, "cited": evidence.post, "found": found}
    if found != evidence.post:
        return say("quote.elsewhere", **about)
    return evidence.quote if 1 <= evidence.post <= len(posts) else say("quote.no_post", **about)


def _shown(labels: Iterable[str]) -> list[str]:
    return [visible(label) for label in labels]


def _status(row: RunRow) -> str:
    """How a row ended, in words; "" for an answer, which needs none."""
    status = row.prediction.status
    return "" if status is Status.ANSWERED else say(f"status.{status}")
