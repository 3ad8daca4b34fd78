"""How many labels are still wrong, told by a random check: what a review is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.adjudication.standing import Standing
from labkit.scoring.intervals import Interval, wilson

CLEAN = 0.05  # noise up to which labels count as gold: the upper end of the interval, not the share


@dataclass(frozen=True, slots=True)
class ResidualNoise:
    """What a random check says of the labels that are left.

    Args:
        judged: rows of the check that were decided.
        wrong: those whose labels were changed, or that were dropped.
        skipped: rows that somebody skipped and nobody decided; many of them make the share too low.
        share: of wrong rows, with Wilson's 95 % interval; None before any is judged.
    """

    judged: int
    wrong: int
    skipped: int
    share: Interval | None

    @property
    def clean(self) -> bool | None:
        """Whether labels count as gold: at most 5 % wrong by the interval's upper end; None before any is judged."""
        return None if self.share is None else self.share.high <= CLEAN


def residual_noise(standing: Mapping[str, Standing]) -> ResidualNoise:
    """The share of labels still wrong, by the rows that were drawn at random and decided."""
    check = [found for found in standing.values() if any(ruling.about == "spot" for ruling in found.rulings)]
    verdicts = [found.verdict for found in check]
    judged = [verdict for verdict in verdicts if verdict is not None]
    wrong = sum(verdict.action != "keep" for verdict in judged)
    skipped = sum(verdict is None and not found.votes for verdict, found in zip(verdicts, check, strict=True))
    return ResidualNoise(len(judged), wrong, skipped, wilson(wrong, len(judged)) if judged else None)
