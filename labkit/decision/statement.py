"""A sentence that is not yet in any language: a key of `texts`, and the values that go into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit.scoring import Interval


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said.

    Args:
        key: of `texts.WORDS`.
        values: placeholder -> what stands there: text, a number, a share as an `Interval`, `Money`, `Posts`, or None
            where it is not known.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posts:
    """A number of posts a month with its interval."""

    amount: Interval
