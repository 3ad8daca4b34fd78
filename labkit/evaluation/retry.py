"""What to do after a request failed: send it again, alone or later, give the row up, or stop asking."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum

from labkit.errors import ModelBusy, ModelError, ModelRefused, ModelUnreachable, WebPage


class Verdict(Enum):
    """What follows from one failed call of `Model.answer`."""

    AGAIN = "again"  # the same batch, later
    APART = "apart"  # each row of the batch alone: one of them may be the trouble
    GIVE_UP = "give up"  # the row counts as failed
    STOP = "stop"  # no further row is asked; what is open stays pending


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient an evaluation is.

    Args:
        attempts: how often one row is sent at most while the model is busy; from two on, one goes to an empty answer.
        first_delay_s: seconds before the second attempt when the server names none; doubled each time.
        longest_delay_s: where the doubling ends. A wait that the server asks for is never shortened.
        hopeless: so many rows given up in a row, none answered in between, and the model counts as gone.
    """

    attempts: int = 5
    first_delay_s: float = 0.5
    longest_delay_s: float = 30.0
    hopeless: int = 20

    def verdict(self, error: Exception, attempt: int, rows: int) -> Verdict:
        """Judge a failure.

        Args:
            error: what `Model.answer` raised; anything but a ModelError is a fault in the program and stops the run.
            attempt: how often this batch has been sent, from 1.
            rows: how many rows it holds.
        """
        if isinstance(error, WebPage) and attempt < min(2, self.attempts):
            return Verdict.AGAIN
        if not isinstance(error, ModelError) or isinstance(error, ModelRefused | ModelUnreachable):
            return Verdict.STOP
        if isinstance(error, ModelBusy) and attempt < self.attempts:
            return Verdict.AGAIN
        return Verdict.APART if rows > 1 else Verdict.GIVE_UP

    def delay_s(self, error: Exception | None, attempt: int) -> float:
        """Seconds to wait before the next attempt: what the server asked, else doubling with jitter of up to half."""
        if isinstance(error, ModelBusy) and error.retry_after is not None:
            return error.retry_after
        longest = min(self.first_delay_s * 2 ** (attempt - 1), self.longest_delay_s)
        return float(longest * random.uniform(0.5, 1.0))  # noqa: S311  (spreads retries; nothing secret hangs on it)
