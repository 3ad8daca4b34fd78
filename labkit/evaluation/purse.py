"""Who has a say before a request is sent: the seam at which budgets are kept."""

from __future__ import annotations

from typing import Protocol

from labkit.records import Reply, Request


class Purse(Protocol):
    """Is asked before each request and told what became of it; both from the engine's one thread."""

    def reserve(self, request: Request) -> None:
        """Let a request go, setting aside what it may cost.

        Args:
            request: about to be recorded and sent, one attempt of it.

        Raises:
            LabkitError: it may not be sent. This model is asked nothing more; what is open stays pending, what is on
                its way is still taken in.
        """

    def settle(self, request: Request, reply: Reply | None) -> None:
        """Hear what became of a request that was let go.

        Args:
            request: the one that `reserve` was asked about.
            reply: what came back; None when the attempt brought none, which may be billed all the same.
        """


class Unlimited:
    """A purse that says yes to everything; the default."""

    def reserve(self, request: Request) -> None:
        """Let it go."""

    def settle(self, request: Request, reply: Reply | None) -> None:
        """Take no notice."""
