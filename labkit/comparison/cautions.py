"""What makes runs less comparable than they look, as data: every view says it before any number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from labkit.comparison.common import CommonRows
from labkit.records import Run

CautionKind = Literal["missing", "changed", "unlabelled", "pending", "labels", "parser", "split", "repeats", "served"]


@dataclass(frozen=True, slots=True)
class Caution:
    """One way in which the runs differ although they are compared.

    Args:
        kind: rows that are "missing", "changed", "unlabelled" or "pending" were left out (see `CommonRows`); "labels",
            "parser", "split" and "repeats" differ from run to run; "served": in one run not all answers came from the
            same model, as the provider has changed what stands behind its name.
        rows: how many rows were left out for it; 0 for what differs.
        values: run id -> what it has, for what differs: the labels that not every run knows ("" for none), the parser's
            version, its split, its repeats; for "served", the runs concerned -> who answered how many rows.
    """

    kind: CautionKind
    rows: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


def cautions(runs: Sequence[Run], common: CommonRows) -> tuple[Caution, ...]:
    """Everything that should be said before runs are compared; () when they were asked exactly the same.

    Args:
        runs: the runs compared.
        common: the rows found common to them.
    """
    kinds: tuple[CautionKind, ...] = ("missing", "changed", "unlabelled", "pending")
    left_out = [Caution(kind, common.left_out[kind]) for kind in kinds if common.left_out.get(kind)]
    known_to_all = set.intersection(*(set(run.task.labels) for run in runs))
    readers: dict[CautionKind, Callable[[Run], str]] = {
        "labels": lambda run: ", ".join(sorted({*run.task.labels} - known_to_all)),
        "parser": lambda run: str(run.header.parser),
        "split": lambda run: run.header.split,
        "repeats": lambda run: str(run.header.repeats),
    }
    swapped = {run.id: _who_answered(run) for run in runs if len(run.served_by) > 1}
    served = [Caution("served", values=swapped)] if swapped else []
    return (*served, *left_out, *(found for kind, read in readers.items() if (found := _differing(kind, runs, read))))


def _differing(kind: CautionKind, runs: Sequence[Run], read: Callable[[Run], str]) -> Caution | None:
    values = {run.id: read(run) for run in runs}
    return Caution(kind, values=values) if len(set(values.values())) > 1 else None


def _who_answered(run: Run) -> str:
    return ", ".join(f"{name} ({rows})" for name, rows in run.served_by.items())
