"""A dataset's rows as training rows: the prompt exactly as it will be sent, and the answer to learn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.errors import BadData
from labkit.prompts import prompt_sha256, render
from labkit.records import Example, Message, Prompt, Rationale
from labkit.texts import Phrase, listed, say
from labkit.workspace import Dataset, Scene

_KEYS: dict[Rationale, tuple[str, ...]] = {
    "before": ("rationale", "evidence", "definition", "labels"),
    "after": ("labels", "definition", "evidence", "rationale"),
    "none": ("labels",),
}


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One row to learn from: its id, the rendered messages and the answer's text."""

    id: str
    messages: tuple[Message, ...]
    answer: str


def training_rows(scene: Scene, dataset: Dataset, prompt: Prompt) -> tuple[TrainingRow, ...]:
    """Render a dataset for training.

    Args:
        scene: gives the task, and says which rows are dev or test.
        dataset: rows with a `target`, or with labels.
        prompt: the one that the tuned model will be asked with.

    Returns:
        One training row per row of the dataset, in its order.

    Raises:
        BadData: a row has no answer, a label outside the task, or stands in the dev or test split.
    """
    kept_out = {example.id: example.split for example in (*scene.examples("dev"), *scene.examples("test"))}
    return tuple(_rows(scene, dataset, prompt, kept_out))


def prompt_of(scene: Scene, dataset: Dataset) -> Prompt:
    """The prompt to train a dataset with when nobody says: the one it was made for.

    A dataset made for none takes the scene's only prompt that asks for no more than its targets hold.

    Raises:
        BadData: that prompt is gone or was changed, or there is not exactly one that fits.
    """
    prompts = [scene.prompt(name) for name in scene.prompt_names()]
    wanted = dataset.manifest.get("prompt_sha256")
    explained = dataset.manifest.get("targets") == "rationale"
    if wanted:
        fitting = [prompt for prompt in prompts if prompt_sha256(prompt) == wanted][:1]
        problem = say("training_prompt.gone")
    else:
        fitting = [prompt for prompt in prompts if (prompt.rationale != "none") == explained]
        problem = say(f"training_prompt.{'explained' if explained else 'bare'}", count=len(fitting))
    if not fitting and not explained and not wanted:
        raise BadData.told("error.training_prompt.save_one", dataset=dataset.id, problem=problem)
    if len(fitting) != 1:
        names = listed(prompt.name for prompt in fitting) or "NAME"
        raise BadData.told("error.training_prompt.which", dataset=dataset.id, problem=problem, names=names)
    return fitting[0]


def _rows(scene: Scene, dataset: Dataset, prompt: Prompt, kept_out: Mapping[str, str]) -> Iterator[TrainingRow]:
    for number, record in enumerate(dataset.rows, 1):
        where = Phrase("where.dataset_row", {"dataset": dataset.id, "number": number})
        example = _example(record, where)
        if example.id in kept_out:
            raise BadData.told("error.training_row.kept_out", where=where, row=example.id, split=kept_out[example.id])
        target = _target(record, where)
        if prompt.rationale != "none" and not target.get("rationale"):
            raise BadData.told("error.training_row.no_rationale", where=where, prompt=prompt.name)
        _check_labels(target["labels"], scene.task.labels_of(example.subtask), where)
        answer = _own_text(target, where) or answer_text(target, prompt.rationale)
        yield TrainingRow(example.id, render(prompt, scene.task, example).messages, answer)


def answer_text(target: Mapping[str, Any], rationale: Rationale) -> str:
    """An answer as the text to learn: only the keys that the contract asks for, in its order.

    Args:
        target: at least "labels".
        rationale: where the contract wants the rationale.
    """
    keys = [key for key in _KEYS[rationale] if key in target]
    return json.dumps({key: target[key] for key in keys}, ensure_ascii=False)


def _example(record: Mapping[str, Any], where: Phrase) -> Example:
    items = record.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise BadData.told("error.training_row.no_posts", where=where)
    subtask = record.get("subtask")
    return Example(str(record.get("id")), tuple(items), subtask=None if subtask is None else str(subtask))


def _target(record: Mapping[str, Any], where: Phrase) -> Mapping[str, Any]:
    """The row's `target`; its labels when it has none."""
    target = record.get("target", {"labels": record.get("labels")})
    if not isinstance(target, Mapping) or not isinstance(target.get("labels"), list):
        raise BadData.told("error.training_row.no_answer", where=where)
    return target


def _own_text(target: Mapping[str, Any], where: Phrase) -> str:
    """The target's `text`, an answer in another form than the contract's (see `ablation`); "" for one in that form."""
    text = target.get("text", "")
    if not isinstance(text, str):
        raise BadData.told("error.training_row.no_text", where=where)
    return text


def _check_labels(labels: Sequence[Any], allowed: Sequence[str], where: Phrase) -> None:
    for label in labels:
        if label not in allowed:
            raise BadData.told(
                "error.training_row.label", where=where, label=str(label)[:60], allowed=", ".join(allowed)
            )


def messages_to_json(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Messages as they stand in a job's files."""
    return [{"role": message.role, "content": message.content} for message in messages]


def messages_from_json(record: Sequence[Mapping[str, str]]) -> tuple[Message, ...]:
    """The messages that `messages_to_json` wrote."""
    return tuple(Message(message["role"], message["content"]) for message in record)
