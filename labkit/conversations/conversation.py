"""What every export is made of: the very messages that serving sends, and the answer to learn."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.records import Message


@dataclass(frozen=True, slots=True)
class Conversation:
    """One training row: what is sent, and what is answered.

    Args:
        system: the system message; empty when there is none.
        user: the user message.
        answer: what the model is to learn to say: the only text that carries loss.
    """

    system: str
    user: str
    answer: str

    @property
    def messages(self) -> tuple[Message, ...]:
        """All turns, the answer last."""
        system = (Message("system", self.system),) if self.system else ()
        return (*system, Message("user", self.user), Message("assistant", self.answer))
