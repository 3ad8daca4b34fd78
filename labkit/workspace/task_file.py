"""task.yaml: what a scene decides and the bar it must reach."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from labkit.errors import BadTask
from labkit.records import Bar, Task
from labkit.tables.language import default_item
from labkit.texts import WORDS, listed, say
from labkit.workspace.names import check_name

_FILE_CHARACTERS = 1_000_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, section: Any) -> Any:
        """A known key without a value is as good as left out."""
        if not isinstance(section, dict):
            return section
        return {key: value for key, value in section.items() if value is not None or key not in cls.model_fields}


class _BarSection(_Section):
    metric: Literal["macro_f1", "micro_f1", "accuracy"] = "macro_f1"
    value: float = Field(default=0.8, ge=0, le=1)
    minimum_recall: dict[str, float] = {}
    monthly_volume: int | None = Field(default=None, ge=0)
    monthly_budget: float | None = Field(default=None, ge=0)
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    latency_p95_s: float | None = Field(default=None, gt=0)


class _Subtask(_Section):
    labels: list[str]


class _TaskFile(_Section):
    name: str
    language: Literal["zh", "en"] = "en"
    item: str = ""
    multi_label: bool = False
    allow_none: bool = False
    labels: list[str] = Field(min_length=1)
    subtasks: dict[str, _Subtask] = {}
    bar: _BarSection = _BarSection()
    test_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    style: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _agree(self) -> _TaskFile:
        check_labels(self.labels)
        _check_style(self.style)
        _check_subtasks(self.subtasks, self.labels)
        _check_minimum_recall(self.bar.minimum_recall, self.labels)
        return self


def task_from_yaml(text: str, where: str) -> Task:
    """Read the text of a task.yaml.

    Args:
        text: the whole file.
        where: its path, for errors.

    Returns:
        The task; `item` is 微博 or Post when the file leaves it out.

    Raises:
        BadTask: not YAML, a key unknown or twice, a value of the wrong kind, or labels that contradict each other.
    """
    try:
        found = _TaskFile.model_validate(_load_as_text(text, where))
    except ValidationError as error:
        raise _first_problem(error, where) from error
    check_name("task", found.name, BadTask)
    return Task(
        name=found.name,
        labels=tuple(found.labels),
        language=found.language,
        item=found.item or default_item(found.language),
        multi_label=found.multi_label,
        allow_none=found.allow_none,
        subtasks={name: tuple(subtask.labels) for name, subtask in found.subtasks.items()},
        bar=Bar(**found.bar.model_dump()),
        test_sha256=found.test_sha256,
        style=found.style,
    )


def task_to_yaml(task: Task) -> str:
    """Write a task as the text of its task.yaml; `task_from_yaml` of it gives the same task."""
    sections: dict[str, Any] = {
        "name": task.name,
        "language": task.language,
        "item": task.item,
        "multi_label": task.multi_label,
        "allow_none": task.allow_none,
        "labels": list(task.labels),
        "subtasks": {name: {"labels": list(labels)} for name, labels in task.subtasks.items()},
        "bar": _bar_to_yaml(task.bar),
    }
    if not task.subtasks:
        del sections["subtasks"]
    if task.test_sha256:
        sections["test_sha256"] = task.test_sha256
    if task.style:
        sections["style"] = task.style
    return yaml.safe_dump(sections, allow_unicode=True, sort_keys=False, width=100)


def _bar_to_yaml(bar: Bar) -> dict[str, Any]:
    found = {**asdict(bar), "minimum_recall": dict(bar.minimum_recall)}
    return {key: value for key, value in found.items() if value is not None and value != {}}


def _check_style(style: str) -> None:
    if style != style.strip() or _breaks(style):
        raise ValueError(say("task.wrong.style"))


def _breaks(text: str) -> bool:
    """Whether a text holds a line break or another control character."""
    return any(ord(ch) < 32 or ch in "\x7f\x85\u2028\u2029" for ch in text)


def check_labels(labels: list[str]) -> None:
    """Raise ValueError unless every label is one line of text, without outer spaces, and stands once."""
    for label in labels:
        if not label or label != label.strip() or _breaks(label):
            raise ValueError(say("task.wrong.label", label=label))
        if labels.count(label) > 1:
            raise ValueError(say("task.wrong.label_twice", label=label))


class _TextLoader(yaml.BaseLoader):
    """Every scalar as text, so that the label `null` stays a label; a bare `null` after a key means nothing.

    A key that stands twice is an error.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.MarkedYAMLError(problem=say("task.wrong.key_twice", key_=twice), problem_mark=node.start_mark)
        nothing = [key.value for key, value in node.value if _is_nothing(value)]
        found = super().construct_mapping(node, deep)
        return {key: None if key in nothing else value for key, value in found.items()}


def _is_nothing(value: yaml.Node) -> bool:
    return isinstance(value, yaml.ScalarNode) and value.style is None and value.value in ("null", "~", "")


def _load_as_text(text: str, where: str) -> dict[str, Any]:
    if len(text) > _FILE_CHARACTERS:
        raise BadTask.told("error.task.too_long", where=where, most=_FILE_CHARACTERS)
    try:
        found = yaml.load(text.removeprefix("\ufeff"), Loader=_TextLoader)  # noqa: S506 (a BaseLoader: text only)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadTask.told("error.task.no_yaml", where=where, problem=_yaml_problem(error)) from error
    if not isinstance(found, dict):
        raise BadTask.told("error.task.no_keys", where=where)
    return found


def _yaml_problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return say("where.yaml", number=mark.line + 1, problem=problem) if mark else problem


def _first_problem(error: ValidationError, where: str) -> BadTask:
    """The first thing that is wrong, as one line."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return BadTask(say("error.task.unknown_key", where=where, key_=key), _near_key(first["loc"]))
    if first["type"] == "missing":
        return BadTask.told("error.task.lacks", where=where, key_=key)
    place = say("where.key", where=where, key_=key) if key else where
    return BadTask.told("error.task.value", place=place, problem=_said_of(first))


def _said_of(problem: ErrorDetails) -> str:
    """What is wrong with a value, in the interface language; as pydantic says it where its kind has no words here."""
    key = f"task.wrong.{problem['type']}"
    if key not in WORDS:
        return problem["msg"].removeprefix("Value error, ")
    limits = problem.get("ctx", {}).items()
    return say(key, **{name: str(limit).replace(" or ", say("error.unknown.or")) for name, limit in limits})


def _near_key(location: tuple[int | str, ...]) -> str:
    sections: dict[str, type[BaseModel]] = {"bar": _BarSection, "subtasks": _Subtask}
    section = sections.get(str(location[0]), _TaskFile) if len(location) > 1 else _TaskFile
    known = list(section.model_fields)
    near = get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    if near:
        return say("error.unknown.meant", names=repr(near[0]))
    return say("error.unknown.known", names=listed(known))


def _check_subtasks(subtasks: dict[str, _Subtask], labels: list[str]) -> None:
    seen: dict[str, str] = {}
    for name, subtask in subtasks.items():
        check_labels(subtask.labels)
        for label in subtask.labels:
            if label not in labels:
                raise ValueError(say("task.wrong.subtask_label", name=name, label=label))
            if label in seen:
                raise ValueError(say("task.wrong.two_subtasks", label=label, first=seen[label], second=name))
            seen[label] = name


def _check_minimum_recall(minimum_recall: dict[str, float], labels: list[str]) -> None:
    for label, least in minimum_recall.items():
        if label not in labels:
            raise ValueError(say("task.wrong.recall_label", label=label))
        if not 0 <= least <= 1:
            raise ValueError(say("task.wrong.recall", label=label, least=least))
