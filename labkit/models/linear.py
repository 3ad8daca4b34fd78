"""The baseline to beat: TF-IDF and logistic regression, trained on a scene's pool rows when it is first asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from labkit.errors import BadData
from labkit.models.answers import reply_of, write_answer
from labkit.models.linear_training import LinearClassifier, train
from labkit.models.ngrams import clause_around
from labkit.prompts import RenderedPrompt, read_rendered
from labkit.records import Example, Reply, Request, Task, examples_sha256

WORDS_SHOWN = 3  # n-grams named in the rationale, per label

_RATIONALE = {
    "zh": ("“{label}”：{words}权重最高", "“{}”", "", "；", "没有一个标签的概率够高", "。"),
    "en": ("{label}: {words} weighed most", '"{}"', ", ", "; ", "no label is probable enough", "."),
}


class Linear:
    """A linear classifier over character and word n-grams of the posts; it reads no definition.

    Args:
        examples: the scene's pool rows; unlabelled ones are left out of training.
        task: labels, language, and how many labels an example may carry.

    Raises:
        BadData: the rows do not say enough to learn from.
    """

    name = "linear"
    batch_size = 256
    concurrency = 1

    def __init__(self, examples: Sequence[Example], task: Task) -> None:
        self._task = task
        self._rows = [example for example in examples if example.labels is not None]
        self._classifier: LinearClassifier | None = None
        _check_learnable(self._rows, task)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it was trained on, and the labels it can never answer because no training row carries them."""
        known = {label for row in self._rows for label in row.labels or ()}
        return {
            "training_rows": len(self._rows),
            "training_sha256": examples_sha256(self._rows),
            "unlearned": [label for label in self._task.labels if label not in known],
        }

    def check(self) -> None:
        """Train, if that has not happened yet."""
        if self._classifier is None:
            self._classifier = train(self._rows, self._task)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """One JSON answer per request, from the posts found in its messages and the labels allowed there."""
        self.check()
        began = perf_counter()
        prompts = [read_rendered(request.messages) for request in requests]
        texts = [_answer(prompt, self._decide(prompt)) for prompt in prompts]
        return [reply_of(text, (perf_counter() - began) / len(texts)) for text in texts]

    def _decide(self, prompt: RenderedPrompt) -> dict[str, list[str]]:
        """Chosen label -> the n-grams that spoke for it, weightiest first."""
        assert self._classifier is not None
        text = "\n".join(prompt.posts)
        labels = self._classifier.decide(text, tuple(prompt.definitions), prompt.none)
        return {label: self._classifier.reasons(text, label) for label in labels}


def _check_learnable(rows: Sequence[Example], task: Task) -> None:
    if not rows:
        raise BadData(
            f"Task {task.name!r} has no labelled pool rows, and the model 'linear' learns from nothing else",
            "Label some pool rows, or use definition-reader",
        )
    if len({row.labels for row in rows}) < 2:
        raise BadData(
            f"All {len(rows)} labelled pool rows of task {task.name!r} carry the same labels",
            "Add pool rows with other labels; a classifier cannot learn from one",
        )


def _answer(prompt: RenderedPrompt, chosen: Mapping[str, Sequence[str]]) -> str:
    sentence, quoted, comma, semicolon, nothing, stop = _RATIONALE[prompt.language]
    parts = [
        sentence.format(label=label, words=comma.join(quoted.format(word) for word in words[:WORDS_SHOWN]))
        for label, words in chosen.items()
    ]
    quotes = [quote for words in chosen.values() for quote in _quotes(prompt, words[:1])]
    return write_answer(prompt, list(chosen), (semicolon.join(parts) or nothing) + stop, quotes)


def _quotes(prompt: RenderedPrompt, words: Sequence[str]) -> list[tuple[int, str]]:
    """The clause of the first post that holds each n-gram verbatim; none where case or spacing differ."""
    found = []
    for word in words:
        places = [(k, post, post.lower().find(word)) for k, post in enumerate(prompt.posts, 1)]
        hit = next((place for place in places if place[2] >= 0), None)
        if hit:
            found.append((hit[0], clause_around(hit[1], hit[2], hit[2] + len(word))))
    return found
