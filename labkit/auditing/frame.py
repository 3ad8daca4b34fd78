"""A prompt written before or behind each post makes rows alike that say different things: it is set apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low

from labkit.auditing.samples import Sample

_LEAST_ROWS, _LEAST_CHARACTERS = 20, 20  # fewer may share their first line by chance


def without_frame(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Training data whose questions no longer hold the whole lines that most of them begin or end with.

    The lines become context, on which an answer may rest. Only what more than half of the different questions share
    is taken, so that one input under two instructions stays two questions.
    """
    asked = sorted({sample.question for sample in samples if sample.form != "labels"})
    if len(asked) < _LEAST_ROWS:
        return tuple(samples)
    head = _first_lines(asked)
    tail = _first_lines([question[::-1] for question in asked])[::-1]
    return tuple(_framed(sample, head, tail) for sample in samples)


def _first_lines(texts: Sequence[str]) -> str:
    """The lines that more than half of the texts begin with, up to the last break; the text in the middle has them."""
    middle = median_low(texts)

    def shared_by_few(characters: int) -> bool:
        return 2 * sum(text.startswith(middle[:characters]) for text in texts) <= len(texts)

    shared = middle[: bisect_left(range(len(middle) + 1), True, key=shared_by_few) - 1]
    lines = shared[: shared.rfind("\n") + 1]
    return lines if len(lines) >= _LEAST_CHARACTERS else ""


def _framed(sample: Sample, head: str, tail: str) -> Sample:
    before = head if sample.question.startswith(head) else ""
    behind = tail if sample.question.endswith(tail) else ""
    rest = sample.question.removeprefix(before).removesuffix(behind)
    if sample.form == "labels" or not rest.strip():
        return sample
    return replace(sample, question=rest, context="\n".join(filter(None, (sample.context, before, behind))))
