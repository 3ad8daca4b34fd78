"""The ledger of test readings: who read the test rows, when and why; and when they are worn out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.records import RunHeader

WORN = 10  # candidates: the best of 10 equals looks 2 points better by luck on 300 rows (see `selection_luck`'s test)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the test rows.

    Args:
        at: UTC time, ISO 8601.
        who: the user's name.
        run: the run's id.
        rows: how many test rows were read.
        reason: why.
        prompt, model: of the run; None where the store does not hold it.
        candidate: what was measured, the same for two readings of one prompt text with one model.
    """

    at: str
    who: str
    run: str
    rows: int
    reason: str
    prompt: str | None
    model: str | None
    candidate: tuple[str, str]


def ledger(decisions: Iterable[Mapping[str, Any]], headers: Iterable[RunHeader]) -> tuple[Reading, ...]:
    """Every reading of the test rows, oldest first.

    Args:
        decisions: the scene's; those of kind "test_reading" count.
        headers: of the scene's runs, which say what was measured.
    """
    known = {header.run: header for header in headers}
    return tuple(_reading(said, known) for said in decisions if said.get("kind") == "test_reading")


def candidates_read(readings: Sequence[Reading]) -> int:
    """How many different candidates were measured: reading one again chooses nothing."""
    return len({reading.candidate for reading in readings})


def _reading(said: Mapping[str, Any], known: Mapping[str, RunHeader]) -> Reading:
    run = str(said.get("run") or "")
    header = known.get(run)
    return Reading(
        at=str(said.get("at") or ""),
        who=str(said.get("who") or ""),
        run=run,
        rows=int(said.get("rows") or 0),
        reason=str(said.get("reason") or ""),
        prompt=header.prompt_name if header else None,
        model=header.model if header else None,
        candidate=(header.prompt_sha256, header.model) if header else (run, ""),
    )
