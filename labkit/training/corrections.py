"""The forecast learns: what earlier trainings of the same base on the same device took, beside what was forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from labkit.errors import LabkitError
from labkit.training.job_folder import JobFolder

_LIMITS = (0.1, 10.0)  # beyond these something else was measured than was forecast
_WORK = ("start", "row", "forecast", "step", "evaluation", "save")  # kinds of events that a session at work tells


@dataclass(frozen=True, slots=True)
class Corrections:
    """By what the formulas are to be multiplied.

    Args:
        memory: for bytes.
        seconds: for seconds.
        trainings: how many trainings this rests on; 0 where both factors are 1.
    """

    memory: float = 1.0
    seconds: float = 1.0
    trainings: int = 0


def corrections_for(folder: JobFolder, device: str) -> Corrections:
    """Read the reports of the other jobs beside a job: medians of measured over forecast.

    Args:
        folder: the job; its siblings with the same base count.
        device: where it will train; only trainings there count.
    """
    reports = list(_reports(folder, device))
    if not reports:
        return Corrections()
    memory = [report["peak_memory_mb"] / report["forecast"]["formula_memory_mb"] for report in reports]
    seconds = [report["seconds_per_step"] / report["forecast"]["formula_seconds_per_step"] for report in reports]
    return Corrections(_factor(memory), _factor(seconds), len(reports))


def seconds_per_step(events: Sequence[Mapping[str, Any]]) -> float | None:
    """What a step of the last session took, without measurements on dev rows and checkpoints; None for a single step.

    Args:
        events: of a job, oldest first.
    """
    begun = max((k for k, event in enumerate(events) if event["kind"] == "start"), default=0)
    told = [event for event in events[begun:] if event["kind"] in ("step", "evaluation", "save")]
    first = next((k for k, event in enumerate(told) if event["kind"] == "step"), len(told))
    took = [_between(before, event) for before, event in pairwise(told[first:]) if event["kind"] == "step"]
    return round(sum(took) / len(took), 4) if took else None


def seconds_of(events: Sequence[Mapping[str, Any]]) -> float:
    """Seconds that a training took, over all its sessions.

    Args:
        events: of a job, oldest first.
    """
    work = [event for event in events if event["kind"] in _WORK]  # a session that is getting ready may raise alarms
    starts = [k for k, event in enumerate(work) if event["kind"] == "start"]
    ends = [*(k - 1 for k in starts[1:]), len(work) - 1]
    return round(sum(_between(work[k], work[end]) for k, end in zip(starts, ends, strict=True)), 1)


def _between(before: Mapping[str, Any], event: Mapping[str, Any]) -> float:
    """Seconds."""
    took = datetime.fromisoformat(event["at"]) - datetime.fromisoformat(before["at"])
    return max(0.0, took.total_seconds())


def _reports(folder: JobFolder, device: str) -> Iterator[dict[str, Any]]:
    """Those of finished trainings; a sibling that cannot be read teaches nothing, and stops nobody."""
    base = folder.spec()["base_fingerprint"]
    for path in sorted(folder.path.parent.glob("[!.]*/report.json")):
        other = JobFolder(path.parent)
        if other.path == folder.path:
            continue
        try:
            same, report = other.spec().get("base_fingerprint") == base, other.read("report.json") or {}
        except LabkitError:
            continue
        expected = report.get("forecast")
        if same and isinstance(expected, dict) and expected.get("device") == device and _has_measured(report, expected):
            yield report


def _has_measured(report: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    figures = [report.get(key) for key in ("peak_memory_mb", "seconds_per_step")]
    figures += [expected.get(key) for key in ("formula_memory_mb", "formula_seconds_per_step", "tokens_at_once")]
    return all(isinstance(figure, int | float) and figure > 0 for figure in figures)


def _factor(ratios: list[float]) -> float:
    return min(max(median(ratios), _LIMITS[0]), _LIMITS[1])
