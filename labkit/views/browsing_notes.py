"""What must be known about runs before their rows are read: nothing in them, no gold, rows left out, not finished."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.diagnosis import RowTable
from labkit.records import Run, Status
from labkit.texts import say
from labkit.views.sentences import asked_words
from labkit.views.told_definitions import prompt_of


def browsing_notes(table: RowTable, runs: Sequence[Run], lang: str | None = None) -> list[str]:
    """Sentences for people, the gravest first; none when there is nothing to say.

    Args:
        table: the rows shown.
        runs: the runs they come from.
        lang: "en" or "zh".
    """
    return [
        *_empty(table, lang),
        *_gold(table, lang),
        *(say(f"browsing.{why}", lang, rows=rows) for why, rows in table.left_out.items()),
        *(note for run in runs for note in _of_run(run, lang)),
    ]


def _empty(table: RowTable, lang: str | None) -> list[str]:
    return [] if table.rows else [say("browsing.empty", lang)]


def _gold(table: RowTable, lang: str | None) -> list[str]:
    unlabelled = int((~table.read.labelled).sum())
    if not unlabelled:
        return []
    everything = unlabelled == len(table.rows)
    return [say("browsing.no_gold", lang) if everything else say("browsing.some_gold", lang, rows=unlabelled)]


def _of_run(run: Run, lang: str | None) -> list[str]:
    name, repeats = asked_words(run.header), run.header.repeats
    pending = run.counts[Status.PENDING.value]
    notes = []
    if pending:
        notes.append(say("browsing.pending", lang, run=name, rows=pending, total=len(run.rows)))
    if repeats > 1:
        notes.append(say("browsing.repeats", lang, run=name, repeats=repeats, examples=len(run.rows) // repeats))
    if run.rows and prompt_of(run) is None:
        notes.append(say("browsing.no_prompt", lang, run=name))
    return notes
