"""A model that knows the gold labels and errs at a given rate: for tests of what is decided from runs of any model."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.records import Example, Message, Reply, Request, Task, Usage


class Skilled:
    """Answers each label decision rightly with probability `skill`, the same row always the same.

    Args:
        name: as it stands in runs.
        skill: 0 to 1.
        task, examples: what it knows.
        seconds: what each answer takes, as it reports it.
    """

    batch_size = 100
    concurrency = 1
    parameters: Mapping[str, Any] = {}

    def __init__(self, name: str, skill: float, task: Task, examples: Sequence[Example], seconds: float = 0.5) -> None:
        self.name, self._skill, self._task, self._seconds = name, skill, task, seconds
        self._gold = {example.id: example.labels or () for example in examples}

    def check(self) -> None:
        """Nothing can be missing."""

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """One answer for each request, with tokens and seconds."""
        return [self._reply(request.row, request.messages) for request in requests]

    def _reply(self, row: str, messages: Sequence[Message]) -> Reply:
        luck = random.Random(f"{row} {self._skill}")
        labels = [label for label in self._task.labels if (label in self._gold[row]) == (luck.random() < self._skill)]
        text = json.dumps({"labels": labels}, ensure_ascii=False)
        usage = Usage(sum(len(message.content) for message in messages), 0, 60)
        return Reply(text, text.encode(), usage=usage, latency_s=self._seconds * luck.uniform(0.6, 1.4))
