"""Counts the rows of a run by status while it is asked, and tells it to an observer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from labkit.evaluation.findings import findings_in, one_line
from labkit.evaluation.progress import Observer, Progress
from labkit.evaluation.twins import WORTH_TAKING
from labkit.parsing import parse_reply
from labkit.records import Example, Prediction, Reply, Run, RunRow, Status, Task
from labkit.store import OpenRow, answered_at_once, as_stored
from labkit.texts import say

_LONG_WAIT_S = 5.0  # a shorter pause is not worth a sentence


class Tally:
    """The counts of a run; they add up to its rows at every moment.

    Args:
        run: the run as it is stored when asking begins; rows that failed earlier are asked again, so they are pending.
        observer: is told every change.
    """

    def __init__(self, run: Run, observer: Observer) -> None:
        self._run, self._observer = run, observer
        self._examples = {row.example.id: row.example for row in run.rows}
        self._counts = run.counts
        self._counts["pending"] += self._counts.pop("failed")
        self._counts["failed"] = 0
        self._started = time.monotonic()
        self._done_before = self._done
        self._told_of_wait = False
        self._served = list(run.served_by)
        self._first_is_to_come = True
        self._remarks: list[str] = []
        self._read: dict[tuple[str, str | None, str], Prediction] = {}
        self._rows: dict[tuple[str, int], RunRow] = {}
        self._at_once = not any(row.attempts or row.taken_from for row in run.rows)

    def answered(self, row: str, reply: Reply, repeat: int | None = None) -> None:
        """Count a row whose reply is on the disk.

        Args:
            row: its id.
            reply: to it.
            repeat: which asking of it; only needed for `assembled`.
        """
        reply, example = as_stored(reply), self._examples[row]
        prediction = self.read(reply, self._run.task, example)
        if repeat is not None and self._at_once:
            self._rows[row, repeat] = answered_at_once(OpenRow(example, repeat), reply, prediction)
        if self._first_is_to_come:
            self._first_is_to_come = False
            self._remarks += [str(found) for found in findings_in(self._run.header, reply, prediction)]
        self._look_who_answered(reply)
        self._count(prediction.status)

    def read(self, reply: Reply, task: Task, example: Example) -> Prediction:
        """What `parse_reply` reads in a reply; one with the text of a reply that was counted here is not read twice."""
        key = (example.id, reply.finish_reason, reply.text)
        if key not in self._read:
            self._read[key] = parse_reply(reply, task, example)
        return self._read[key]

    def is_whole(self, row: str, reply: Reply) -> bool:
        """Whether a reply to a row is a whole answer, right or wrong, which rows that ask the same can take over."""
        return self.read(as_stored(reply), self._run.task, self._examples[row]).status in WORTH_TAKING

    def failed(self, row: str) -> None:
        """Count a row that was given up."""
        self._count(Status.FAILED)

    def disturbed(self) -> None:
        """Some request brought no reply, or is sent again: what became of each row only the store knows."""
        self._at_once = False

    def assembled(self) -> Run | None:
        """The run as it is stored by now; None when it is to be read, as not every row was answered at once."""
        if not self._at_once or len(self._rows) < len(self._run.rows):
            return None
        return replace(self._run, rows=tuple(self._rows[row.example.id, row.repeat] for row in self._run.rows))

    def tell(self, note: str = "", waiting_s: float = 0.0) -> None:
        """Tell the observer how far the run is.

        Args:
            note: a sentence for people.
            waiting_s: seconds for which the server asked to be left alone.
        """
        if waiting_s > _LONG_WAIT_S and not self._told_of_wait:
            note = say("evaluate.wait", seconds=round(waiting_s))
        if self._remarks and not note:
            note, self._remarks = "\n".join(self._remarks), []
        self._told_of_wait = waiting_s > 0
        done = self._done
        rate = (done - self._done_before) / max(time.monotonic() - self._started, 1e-9)
        eta = (len(self._run.rows) - done) / rate if rate else None
        moment = Progress(
            self._run.id, done, len(self._run.rows), dict(self._counts), rate, eta, note, max(0.0, waiting_s)
        )
        self._observer(moment)

    @property
    def counts(self) -> Mapping[str, int]:
        """Status -> how many rows have it by now."""
        return self._counts

    @property
    def _done(self) -> int:
        return len(self._run.rows) - self._counts["pending"]

    def _look_who_answered(self, reply: Reply) -> None:
        """Say when another model than before stands behind the name, once for each."""
        if not reply.served_by or reply.served_by in self._served:
            return
        if self._served:
            names = {"served": one_line(reply.served_by), "before": one_line(self._served[-1])}
            self._remarks.append(say("evaluate.served_now", **names))
        self._served.append(reply.served_by)

    def _count(self, status: Status) -> None:
        self._counts["pending"] -= 1
        self._counts[status.value] += 1
