"""Who has a say before a request is sent: the seam at which budgets are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from labkit.evaluation.batch_answers import NoAnswer
from labkit.evaluation.twins import Asking
from labkit.records import Reply, Request


class Purse(Protocol):
    """Is asked before each request and told what became of it; both from the engine's one thread."""

    def reserve(self, requests: Sequence[Request]) -> bool:
        """Let requests go that travel together, setting aside what they may cost.

        Args:
            requests: about to be recorded and sent, one attempt of each.

        Returns:
            Whether they may go now. False asks to wait for what is on its way, so there must be some: they are offered
            again when something of it has settled.

        Raises:
            LabkitError: they may not be sent. This model is asked nothing more; what is open stays pending, what is on
                its way is still taken in.
        """

    def settle(self, asking: Asking, outcome: Reply | NoAnswer | Exception) -> None:
        """Hear what became of a request that was let go.

        Args:
            asking: of one of those that `reserve` was asked about.
            outcome: its `Reply`, or what came in place of one: it may be billed all the same unless it has a
                `maybe_billed` that is false.
        """


class Unlimited:
    """A purse that says yes to everything; the default."""

    def reserve(self, requests: Sequence[Request]) -> bool:
        """Let them go."""
        return True

    def settle(self, asking: Asking, outcome: Reply | NoAnswer | Exception) -> None:
        """Take no notice."""
