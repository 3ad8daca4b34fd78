"""What ErrorBrowser reads: one run or two with what was decided, as lines of a list and as one row in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from labkit.diagnosis import RowTable, row_table
from labkit.diagnosis.triage import causes_of
from labkit.errors import BadInput
from labkit.records import Run, RunRow
from labkit.texts import listed, say
from labkit.views.browsed_rows import browsed_rows
from labkit.widgets.triage_session import TriageSession


class Reading:
    """Runs laid out for reading, scored by gold as it is corrected now.

    Args:
        session: where decisions stand.
        runs: one run, or two, the one that is read last.

    Raises:
        BadInput: two runs without a row in common.
    """

    def __init__(self, session: TriageSession, runs: tuple[Run, ...]) -> None:
        self.session = session
        self.runs = tuple(session.as_of_now(run) for run in runs)
        self.table: RowTable = row_table(self.runs[-1], self.runs[0] if len(runs) == 2 else None)
        if len(runs) == 2 and not self.table.rows:
            raise BadInput.told("error.browser.no_common_row", names=listed(run.id for run in runs))
        self._shown = browsed_rows(self.table, self.runs)
        self.read_tags()

    def read_tags(self) -> None:
        """Take in why rows went wrong, as it is decided now."""
        self.causes = causes_of(self.table, self.session.tags)

    def row_in(self, message: Mapping[str, Any]) -> int:
        """The row that a page names, by its place among all; BadInput where there is none."""
        row = message["row"]
        if not isinstance(row, int) or not 0 <= row < len(self.table.rows):
            raise BadInput.told("error.browser.no_row", row=str(row)[:20])
        return row

    def row(self, position: int) -> RunRow:
        """The row as it is read."""
        return self.table.rows[position]

    def turns_on(self, position: int) -> tuple[str, ...]:
        """The labels whose definitions a row turns on: those mistaken for each other, or of a right row all of its."""
        row = self.row(position)
        gold, answered = row.example.labels or (), row.prediction.labels
        missed, spurious = _without(gold, answered), _without(answered, gold)
        return tuple(dict.fromkeys((*gold, *answered) if row.correct else (*missed, *spurious)))

    def line(self, position: int) -> dict[str, Any]:
        """A row in the list."""
        cause = self.causes.of(position)
        return {**self._shown.line(position), "row": position, "tag": say(f"tag.{cause}") if cause else ""}

    def opened(self, position: int) -> dict[str, Any]:
        """A row in full, with what can be decided about it."""
        example, labels = self.row(position).example, self.table.labels
        return {
            **self._shown.full(position),
            "row": position,
            "tag": self.causes.of(position) or "",
            "gold_places": [labels.index(label) for label in example.labels or ()],
            "allowed": [labels.index(label) for label in self.runs[-1].task.labels_of(example.subtask)],
            "history": self.session.history(example.id),
        }

    def triage(self) -> dict[str, Any]:
        """What can be decided, what was, and what that asks for."""
        scene = self.session.scene
        task = scene.task if scene else None
        return {
            "can": task is not None,
            "several": bool(task and task.multi_label),
            "none": bool(task and task.allow_none),
            "undo": self.session.last,
            **asdict(self.causes.counts()),
        }


def _without(labels: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in labels if label not in others)
