"""What a number of rows can show, and how many it would take: two-sided tests at 5 %, power 80 %."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from labkit.comparison.significance import ALPHA
from labkit.errors import BadInput

if TYPE_CHECKING:
    from labkit.scoring.intervals import Floats

POWER = 0.8  # the chance to find what is there
DISCORDANT = (0.05, 0.1, 0.2)  # shares of rows on which two prompts or models usually part
GAINS = (0.02, 0.03, 0.05, 0.1)
_ALPHA_POINT = 1.959963984540054  # the normal distribution's 97.5 % point
_POWER_POINT = 0.8416212335729143  # and its 80 % point
_MOST_ROWS = 1 << 20  # nobody has more, and a number with more digits would promise too much
_LEAST_CHANGED = 6


@dataclass(frozen=True, slots=True)
class Power:
    """What McNemar's exact test on the whole row can find, known before anything is asked.

    Args:
        rows: rows that both runs would answer.
        discordant: share of them that one run would have right and the other wrong.
        visible_gain: the smallest gain in accuracy found with 80 % power; 1 when these rows can show nothing.
        rows_needed: gain in accuracy -> rows that would find it with 80 % power; None above a million. Only gains that
            so many discordant rows allow.
    """

    rows: int
    discordant: float
    visible_gain: float
    rows_needed: dict[float, int | None]


def power_analysis(rows: int, discordant: Sequence[float] = DISCORDANT) -> tuple[Power, ...]:
    """What a comparison on so many rows could show, before any money is spent on it.

    Args:
        rows: rows that both runs would answer.
        discordant: shares of discordant rows to reckon with, above 0 and at most 1.

    Returns:
        One reading for each share.

    Raises:
        BadInput: no rows, or a share that is none.
    """
    if rows < 1:
        raise BadInput.told("error.power.no_rows", rows=rows)
    for share in discordant:
        if not 0 < share <= 1:
            raise BadInput.told("error.power.share_outside", share=share)
    return tuple(
        Power(rows, share, visible_gain(rows, share), {g: _rows_for(g, share) for g in GAINS if g <= share})
        for share in discordant
    )


def mcnemar_power(rows: int, gain: float, discordant: float) -> float:
    """The exact chance that McNemar's exact test finds a gain, summed over every number of discordant rows.

    Args:
        rows: rows both runs answer.
        gain: true gain in accuracy, 0 to `discordant`.
        discordant: true share of discordant rows, above 0.
    """
    return _chance(_outcomes(rows, discordant), gain / discordant)


def _outcomes(rows: int, discordant: float) -> tuple[Floats, Floats, Floats]:
    """Possible numbers of discordant rows, the chance of each, and the most of the rarer kind still significant."""
    import numpy as np
    from scipy.special import bdtr, bdtrik

    middle = rows * discordant
    spread = 9 * sqrt(middle * (1 - discordant)) + 9  # what lies outside has no weight
    parted = np.arange(max(1, int(middle - spread)), min(rows, int(middle + spread)) + 1)
    weight = np.diff(bdtr(parted, rows, discordant), prepend=bdtr(parted[0] - 1, rows, discordant))
    edge = np.floor(bdtrik(ALPHA / 2, parted, 0.5)) + 1
    for _ in range(2):
        edge = np.where(2 * bdtr(np.maximum(edge, 0), parted, 0.5) > ALPHA, edge - 1, edge)
    possible = edge >= 0
    return parted[possible], weight[possible], edge[possible]


def _chance(outcomes: tuple[Floats, Floats, Floats], lead: float) -> float:
    """The chance of significance when the better run wins (1 + lead) / 2 of the discordant rows."""
    from scipy.special import bdtr

    parted, weight, edge = outcomes
    found = bdtr(edge, parted, (1 + lead) / 2) + bdtr(edge, parted, (1 - lead) / 2)
    return float((weight * found).sum())


def visible_gain(rows: int, discordant: float) -> float:
    """The smallest gain in accuracy that McNemar's exact test would find with 80 % power.

    Args:
        rows: rows both runs answer.
        discordant: share of rows that one run has right and the other wrong, 0 to 1.

    Returns:
        The gain, 0 to 1; 1 when these rows can show nothing.
    """
    if discordant <= 0:
        return 1.0
    outcomes = _outcomes(rows, discordant)
    if _chance(outcomes, 1.0) < POWER:
        return 1.0
    return _edge(lambda gain: _chance(outcomes, gain / discordant) >= POWER, 0.0, discordant, 1e-4)


def _rows_for(gain: float, discordant: float) -> int | None:
    """About how many rows find a gain with 80 % power; an exact test's power has teeth, so "about"."""
    most = 1
    while mcnemar_power(most, gain, discordant) < POWER:
        most *= 2
        if most > _MOST_ROWS:
            return None
    return ceil(_edge(lambda rows: mcnemar_power(ceil(rows), gain, discordant) >= POWER, most / 2, most, 0.5))


def _edge(holds: Callable[[float], bool], low: float, high: float, width: float) -> float:
    """Where, between a place that does not hold and one that does, it begins to hold."""
    while high - low > width:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def rows_needed(rows: int, difference: float, standard_error: float, changed: int | None = None) -> int | None:
    """How many rows would show a difference of this size with 80 % power.

    n' = n ((z₁ + z₂) s / difference)², since the standard error s falls with the root of the rows (Miller 2024). On few
    rows that is too little: six pieces of evidence at least have to change, all in one direction, before the sign-swap
    test can come out below 5 %, as 2 / 2⁶ = .03 and 2 / 2⁵ = .06.

    Args:
        rows: rows the standard error was measured on.
        difference: the difference of two runs' scores.
        standard_error: its standard error on these rows, from paired resampling.
        changed: pieces of evidence (authors, or rows) on which the runs differ; None when that is not known.

    Returns:
        The number of rows, or None when no million of rows would show it.
    """
    seen = ((_ALPHA_POINT + _POWER_POINT) * standard_error) ** 2
    if seen * rows > _MOST_ROWS * difference**2 or difference == 0:
        return None
    enough = ceil(rows * seen / difference**2)
    needed = max(enough, ceil(rows * _LEAST_CHANGED / changed)) if changed else enough
    return needed if needed <= _MOST_ROWS else None
