"""What ErrorBrowser's front end is told about runs and rows: what stays while it is open, and what gold changes."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from labkit.diagnosis import UNANSWERED, RowTable, change_counts, count_confusions
from labkit.diagnosis.decisions import Decisions
from labkit.diagnosis.triage import TAGS, UNTAGGED
from labkit.errors import LabkitError
from labkit.records import Run, Status
from labkit.texts import say
from labkit.views.browsing_notes import browsing_notes
from labkit.views.markup import short
from labkit.views.sentences import names_apart, pair_words, run_words


def fixed_traits(table: RowTable, runs: tuple[Run, ...]) -> dict[str, Any]:
    """What does not change while the browser is open."""
    return {
        "runs": [run_words(run.header) for run in runs],
        "labels": [short(label) for label in table.labels],
        "statuses": _statuses(_seen(table)),
        "tags": [(tag, say(f"tag.{tag}")) for tag in (*TAGS, UNTAGGED)],
        "item": runs[-1].task.item,
        "total": len(table.rows),
    }


def counted_traits(table: RowTable, runs: tuple[Run, ...]) -> dict[str, Any]:
    """What corrected gold changes."""
    return {
        "labelled": bool(table.read.labelled.any()),
        "notes": browsing_notes(table, runs),
        "confusions": [_confusions(part) for part in _seen(table)],
        "changes": [astuple(entry)[1:] for entry in change_counts(table)] if table.earlier else [],
    }


def verdict_of(runs: tuple[Run, ...]) -> str:
    """Which of two runs is better, or that the rows they share cannot tell; and what the table counts otherwise.

    "" for one run, also where it is held against itself, and where no row both have answered has gold.
    """
    from labkit.comparison import paired

    if len({run.id for run in runs}) < 2:
        return ""
    try:
        pair = paired(*runs)
    except LabkitError:  # no common row that could be scored
        return ""
    headers = [run.header for run in runs]
    verdict, _ = pair_words(pair, names_apart(headers), headers[-1].split)
    pending = pair.left_out.get("pending", 0)
    verdict += say("browsing.verdict.pending", rows=pending) if pending else ""
    return verdict + (say("browsing.verdict.repeats") if any(header.repeats > 1 for header in headers) else "")


def _seen(table: RowTable) -> tuple[Decisions, ...]:
    return (table.before, table.read) if table.before else (table.read,)


def _statuses(seen: tuple[Decisions, ...]) -> list[tuple[str, str]]:
    """The statuses that occur, in words; "no answer" when some row has none."""
    occurring = [status for status in Status if any(part.of_status(status).any() for part in seen)]
    words: list[tuple[str, str]] = [(status.value, say(f"status.{status}")) for status in occurring]
    unanswered = [status for status in occurring if status is not Status.ANSWERED]
    return [*words, (UNANSWERED, say("browsing.unanswered"))] if unanswered else words


def _confusions(part: Decisions) -> dict[str, Any]:
    return {name: counts.tolist() for name, counts in vars(count_confusions(part)).items()}
