"""What an examination found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Health = Literal["fine", "note", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        topic: what was looked at, in a word or two.
        health: "fine"; "note" where only a part of labkit is out of reach; "fault" where something will fail.
        found: what is there, in words.
        fix: what to do, or "" when there is nothing to do.
    """

    topic: str
    health: Health
    found: str
    fix: str = ""
