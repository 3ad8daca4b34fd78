"""A training's events in the order of its steps: what was done twice, before and after a kill, stands once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.texts import Phrase


@dataclass(frozen=True, slots=True)
class History:
    """What a training has done so far.

    Args:
        steps: the "step" events, by step; of a step that was done again after a kill the later one.
        evaluations: the "evaluation" events, by step; step 0 is the base.
        alarms: what it warned of, oldest first.
    """

    steps: tuple[Mapping[str, Any], ...] = ()
    evaluations: tuple[Mapping[str, Any], ...] = ()
    alarms: tuple[str, ...] = ()

    @property
    def best(self) -> Mapping[str, Any] | None:
        """The evaluation of the adapter with the highest macro-F1, the latest of equals."""
        return max((e for e in self.evaluations if e["step"]), key=lambda e: (e["macro_f1"], e["step"]), default=None)


def history_of(events: Iterable[Mapping[str, Any]]) -> History:
    """Read a job's events.

    Args:
        events: from `TrainingJob.events`.
    """
    steps: dict[int, Mapping[str, Any]] = {}
    evaluations: dict[int, Mapping[str, Any]] = {}
    alarms: dict[str, None] = {}
    for event in events:
        if event["kind"] == "step":
            steps[event["step"]] = event
        elif event["kind"] == "evaluation":
            evaluations[event["step"]] = event
        elif event["kind"] == "alarm":
            alarms[_warning(event)] = None
    return History(
        tuple(steps[k] for k in sorted(steps)), tuple(evaluations[k] for k in sorted(evaluations)), tuple(alarms)
    )


def _warning(event: Mapping[str, Any]) -> str:
    """What an alarm says, in the reader's language; jobs of an older labkit kept the words alone."""
    try:
        return Phrase.from_json(event["told"]).told()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return str(event["problem"])
