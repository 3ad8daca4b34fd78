"""What a contestant took."""

from __future__ import annotations

from typing import NamedTuple


class Took(NamedTuple):
    """Seconds on the wall, and of the processor."""

    wall_s: float
    cpu_s: float
