"""The baseline to beat: TF-IDF and logistic regression, trained on a scene's pool rows when it is first asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from labkit.errors import BadData
from labkit.models.answers import RationaleWording, reply_of, write_answer, write_rationale
from labkit.models.linear_training import NONE, LinearClassifier, train
from labkit.models.ngrams import clause_around
from labkit.prompts import RenderedPrompt, read_rendered
from labkit.records import Example, Reply, Request, Task, examples_sha256

_RATIONALE = {
    "zh": RationaleWording("“{label}”得分够高，权重最大的是{words}", "没有一个标签的概率够高", "许多零碎的字"),
    "en": RationaleWording("{label} because of {words}", "no label is probable enough", "many small pieces"),
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
        self._trained()

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """One JSON answer per request, from the posts found in its messages and the labels allowed there."""
        classifier = self._trained()
        began = perf_counter()
        prompts = [read_rendered(request.messages) for request in requests]
        matrix = classifier.features.transform(["\n".join(prompt.posts) for prompt in prompts])
        answers = []
        for row, (prompt, given) in enumerate(zip(prompts, classifier.probabilities(matrix), strict=True)):
            labels = choose_labels({label: classifier.margin(label, p) for label, p in given.items()}, prompt)
            reasons = {label: _reasons(classifier, matrix[row], label) for label in labels}
            answers.append((_answer(prompt, reasons), allowed_probabilities(given, prompt)))
        seconds = (perf_counter() - began) / max(1, len(answers))
        return [reply_of(text, seconds, probabilities) for text, probabilities in answers]

    def _trained(self) -> LinearClassifier:
        if self._classifier is None:
            self._classifier = train(self._rows, self._task)
        return self._classifier


def choose_labels(margins: Mapping[str, float], prompt: RenderedPrompt) -> tuple[str, ...]:
    """The labels to answer among those that the prompt allows, most probable first.

    Args:
        margins: label -> how far it is above the point where it is answered; NONE stands for "no label".
        prompt: gives the allowed labels, and whether several or none may be chosen.
    """
    allowed = [label for label in prompt.definitions if label in margins]
    if not prompt.several:
        allowed += [NONE] if prompt.none and NONE in margins else []
    ranked = sorted(allowed, key=lambda label: -margins[label])
    if not prompt.several:
        return tuple(label for label in ranked[:1] if label != NONE)
    chosen = tuple(label for label in ranked if margins[label] >= 0)
    return chosen or (() if prompt.none else tuple(ranked[:1]))


def allowed_probabilities(given: Mapping[str, float], prompt: RenderedPrompt) -> dict[str, float]:
    """The probabilities of the labels that the prompt allows.

    Args:
        given: label -> probability; NONE stands for "no label".
        prompt: where it wants one label, the allowed ones and "none", if it allows that, share the whole.

    Returns:
        Allowed label -> probability; a label that no training row carries has 0.
    """
    found = {label: given.get(label, 0.0) for label in prompt.definitions}
    if prompt.several:
        return found
    whole = sum(found.values()) + (given.get(NONE, 0.0) if prompt.none else 0.0)
    return {label: p / whole if whole > 0 else 0.0 for label, p in found.items()}


def _check_learnable(rows: Sequence[Example], task: Task) -> None:
    if not rows:
        raise BadData.told("error.linear.nothing_labelled", task=task.name)
    if len({row.labels for row in rows}) < 2:
        raise BadData.told("error.linear.one_label", rows=len(rows), task=task.name)


def _reasons(classifier: LinearClassifier, row: Any, label: str) -> list[str]:
    return classifier.features.weightiest(row, classifier.coefficients(label))


def _answer(prompt: RenderedPrompt, chosen: Mapping[str, Sequence[str]]) -> str:
    rationale = write_rationale(prompt.language, chosen, _RATIONALE[prompt.language])
    quotes = [quote for words in chosen.values() for quote in _quotes(prompt, words[:1])]
    return write_answer(prompt, list(chosen), rationale, quotes)


def _quotes(prompt: RenderedPrompt, words: Sequence[str]) -> list[tuple[int, str]]:
    """The clause of the first post that holds each n-gram verbatim; none where case or spacing differ."""
    found = []
    for word in words:
        places = [(k, post, post.lower().find(word)) for k, post in enumerate(prompt.posts, 1)]
        hit = next((place for place in places if place[2] >= 0), None)
        if hit:
            found.append((hit[0], clause_around(hit[1], hit[2], hit[2] + len(word))))
    return found
