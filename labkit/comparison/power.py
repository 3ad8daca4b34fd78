"""What a number of rows can show, and how many it would take: two-sided tests at 5 %, power 80 %."""

from __future__ import annotations

from math import ceil, sqrt

_ALPHA_POINT = 1.959963984540054  # the normal distribution's 97.5 % point
_POWER_POINT = 0.8416212335729143  # and its 80 % point


def visible_gain(rows: int, discordant: float) -> float:
    """The smallest gain in accuracy that McNemar's test would find with 80 % power.

    Solves Connor's sample-size formula (1987) for the gain: n gain² = (z₁ √d + z₂ √(d − gain²))².

    Args:
        rows: rows both runs answer.
        discordant: share of rows that one run has right and the other wrong, 0 to 1.

    Returns:
        The gain, 0 to 1; 1 when these rows can show nothing.
    """
    edge = _ALPHA_POINT * sqrt(discordant)
    square = rows + _POWER_POINT**2
    root = sqrt(max(0.0, edge**2 * rows - square * (edge**2 - _POWER_POINT**2 * discordant)))
    gain = (edge * sqrt(rows) + root) / square
    return gain if 0 < gain <= discordant else 1.0


def rows_needed(rows: int, difference: float, standard_error: float) -> int | None:
    """How many rows would show a difference of this size with 80 % power.

    n' = n ((z₁ + z₂) s / difference)², since the standard error s falls with the root of the rows (Miller 2024).

    Args:
        rows: rows the standard error was measured on.
        difference: the difference of two runs' scores.
        standard_error: its standard error on these rows, from paired resampling.

    Returns:
        The number of rows, or None when the difference is 0 and no number of rows would show it.
    """
    if difference == 0:
        return None
    return ceil(rows * ((_ALPHA_POINT + _POWER_POINT) * standard_error / difference) ** 2)
