"""Whether a saved model reads the prompts of tasks that training never shows: own definitions, none, exchanged ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast

from labkit.diagnosis import names_only, swapped_definitions, swaps
from labkit.models.local import LocalModel
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Example, Prediction, Prompt, Status, Task
from study_source.judging import KEPT_SEED, share
from study_source.stream import HELD_OUT, LANGUAGES, LONGEST, invent_rows

TASKS, ROWS = 24, 6  # of each family and language, and of each task


@dataclass(frozen=True)
class HeldOutTask:
    """A task, its prompt, and rows with their true labels."""

    task: Task
    prompt: Prompt
    rows: tuple[Example, ...]


def held_out_scores(folder: Path, how: str = "json", tasks: int = TASKS) -> dict[str, Any]:
    """The proofs on tasks of words and of scenes that training never shows, as hard as they get.

    Args:
        folder: a saved model.
        how: "json" for whole answers held to their contract, "labels" for labels weighed without reasons.
        tasks: of each family and language.

    Returns:
        By family and language: the share of rows whose labels are exactly right with names only, with the task's own
        definitions and with exchanged ones; differences with 95 % intervals over tasks; the share of rows whose labels
        move when definitions are exchanged; the share of valid answers.
    """
    model, tokenizer = LocalModel(f"{folder}@full@{how}"), PreTrainedTokenizerFast.from_pretrained(folder)
    names = [(family, code) for family in HELD_OUT for code in LANGUAGES]
    return {
        f"{family}, {code}": _judged(model, list(islice(held_out_tasks(tokenizer, family, code), tasks)))
        for family, code in names
    }


def held_out_tasks(tokenizer: Any, family: str, code: str) -> Iterator[HeldOutTask]:
    """Tasks without end; those without definitions to exchange, or too long to read, are left out."""
    number = 0
    while True:
        chance = random.Random(f"{KEPT_SEED}:read:{family}:{code}:{number}")  # noqa: S311  (no secret is made here)
        number += 1
        system, maker = invent_rows(code, chance, 1.0, family)
        task, prompt = replace(maker.scheme.task, name="held_out"), maker.scheme.prompt
        if swaps(prompt, task) and len(tokenizer(system)["input_ids"]) <= LONGEST:
            told = [maker.posts.author() for _ in range(ROWS)]
            named = [tuple(dict.fromkeys(mention.label for mention in author.mentions)) for author in told]
            rows = (Example(f"r{k}", a.posts, labels) for k, (a, labels) in enumerate(zip(told, named, strict=True)))
            yield HeldOutTask(task, prompt, tuple(rows))


def _judged(model: LocalModel, tasks: Sequence[HeldOutTask]) -> dict[str, Any]:
    bare = [_answers(model, of, names_only(of.prompt)) for of in tasks]
    own = [_answers(model, of, of.prompt) for of in tasks]
    other = [_answers(model, of, swapped_definitions(of.prompt, of.task)) for of in tasks]
    right = {
        name: [_right(*answered) for answered in zip(tasks, given, strict=True)]
        for name, given in (("names", bare), ("own", own), ("exchanged", other))
    }
    return {
        "right": {name: share(row for task in each for row in task) for name, each in right.items()},
        "own over names": _difference(right["own"], right["names"]),
        "own over exchanged": _difference(right["own"], right["exchanged"]),
        "moved by exchange": share(
            set(a.labels) != set(b.labels) for a, b in zip(chain(*own), chain(*other), strict=True)
        ),
        "valid": share(one.status is Status.ANSWERED for one in chain(*own)),
    }


def _answers(model: LocalModel, of: HeldOutTask, prompt: Prompt) -> list[Prediction]:
    replies = model.answer([render(prompt, of.task, row) for row in of.rows])
    return [parse_reply(reply, of.task, row) for reply, row in zip(replies, of.rows, strict=True)]


def _right(of: HeldOutTask, given: Sequence[Prediction]) -> list[bool]:
    return [set(one.labels) == set(row.labels or ()) for one, row in zip(given, of.rows, strict=True)]


def _difference(one: Sequence[Sequence[bool]], other: Sequence[Sequence[bool]]) -> list[float]:
    """How much more of the rows are right, and its interval: tasks are drawn, since rows of one share its prompt."""
    import numpy as np
    from scipy.stats import bootstrap

    per_task = np.array([(sum(a) - sum(b)) / len(a) for a, b in zip(one, other, strict=True)])
    found = bootstrap((per_task,), np.mean, method="percentile", rng=0).confidence_interval
    return [round(float(value), 3) for value in (per_task.mean(), found.low, found.high)]
