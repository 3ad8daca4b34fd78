"""What a model must hold before it ships: the rules of a gate.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any

from labkit.errors import BadInput, UnknownName
from labkit.records import Bar, Task
from labkit.scoring import METRICS


@dataclass(frozen=True, slots=True)
class Gate:
    """What a model must hold before it ships; the content of gate.yaml.

    Args:
        minimum: metric -> least value, 0 to 1 (for hamming_loss the largest).
        recall: label -> least recall.
        no_label_worse_by: no label's F1 may fall by more than this against the champion.
        valid_answers: least share of rows that end in an answer.
        latency_p95_s: seconds within which 95 % of the rows must be answered.
        cost_per_1000: money for 1,000 rows, in the bar's currency.
        must_not_break: ids of rows that must be right.
        canaries: least share of general questions, outside the scene, that must be right.
    """

    minimum: Mapping[str, float] = field(default_factory=dict)
    recall: Mapping[str, float] = field(default_factory=dict)
    no_label_worse_by: float | None = None
    valid_answers: float | None = None
    latency_p95_s: float | None = None
    cost_per_1000: float | None = None
    must_not_break: tuple[str, ...] = ()
    canaries: float | None = None

    @classmethod
    def from_bar(cls, bar: Bar) -> Gate:
        """The gate of a scene without a gate.yaml: the bar itself."""
        return cls(minimum={bar.metric: bar.value}, recall=bar.minimum_recall, latency_p95_s=bar.latency_p95_s)

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any], task: Task, where: str = "gate.yaml") -> Gate:
        """Read the content of a gate.yaml.

        Args:
            content: its keys and values; numbers may be text, as a YAML reader that leaves labels alone gives them.
            task: knows the labels.
            where: the file, for errors.

        Raises:
            UnknownName: a key, metric or label that does not exist ("did you mean").
            BadInput: a value of the wrong kind or out of range, or no rule at all.
        """
        known = tuple(entry.name for entry in fields(cls))
        _check_names("rule in", where, content, known)
        if not content:
            raise BadInput.told("error.gate.no_rule", where=where, known=", ".join(known))
        values: dict[str, Any] = {
            "minimum": _shares(content, "minimum", METRICS, where),
            "recall": _shares(content, "recall", task.labels, where),
            "must_not_break": _ids(content.get("must_not_break", ()), where),
        }
        limits: dict[str, float | None] = {"no_label_worse_by": 1.0, "valid_answers": 1.0, "canaries": 1.0}
        limits |= {"latency_p95_s": None, "cost_per_1000": None}
        for name, limit in limits.items():
            if name in content:
                values[name] = _number(content[name], f"{where}: {name}", limit)
        return cls(**values)


def _check_names(kind: str, where: str, names: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise UnknownName(kind, str(name), known, where=where)


def _shares(content: Mapping[str, Any], name: str, known: tuple[str, ...], where: str) -> dict[str, float]:
    section = content.get(name, {})
    if not isinstance(section, Mapping):
        raise BadInput.told("error.gate.no_lines", where=where, name=name, known=known[0])
    _check_names("metric in" if name == "minimum" else "label in", f"{where}: {name}", section, known)
    return {key: _number(value, f"{where}: {name} of {key}", 1.0) for key, value in section.items()}


def _number(value: object, where: str, most: float | None) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
    except ValueError:
        number = -1.0
    if not isfinite(number) or number < 0 or (most is not None and number > most):
        if most is None:
            raise BadInput.told("error.gate.no_number", where=where, value=str(value)[:40])
        raise BadInput.told("error.gate.no_share", where=where, value=str(value)[:40], most=most)
    return number


def _ids(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
        raise BadInput.told("error.gate.no_ids", where=where)
    return tuple(value)
