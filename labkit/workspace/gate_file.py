"""gate.yaml: what a model must reach before it ships."""

from __future__ import annotations

from pathlib import Path

import yaml

from labkit.decision import Gate
from labkit.errors import BadInput
from labkit.records import Task

GATE_FILE = "gate.yaml"


def read_gate(folder: Path, task: Task) -> Gate:
    """Read a scene's gate.yaml; without one, the gate is the task's bar.

    Args:
        folder: the scene's folder.
        task: its labels, currency and bar.

    Raises:
        BadInput: the file cannot be read, or holds an unknown rule or an impossible value.
    """
    path = folder / GATE_FILE
    if not path.exists():
        return Gate.from_bar(task.bar)
    try:
        # as text: a label such as `no` or `null` must stay one
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadInput.told("error.gate.unreadable", path=path) from error
    if not isinstance(content, dict):
        raise BadInput.told("error.gate.no_rules", path=path)
    return Gate.from_mapping(content, task, str(path))
