"""Has what comes in changed? Answers, lengths, confidence and wording of two bodies of posts, each with its test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Literal

from labkit.comparison.significance import ALPHA, adjust
from labkit.curation.trigram_sets import squeezed
from labkit.records import Task

What = Literal["label", "unanswered", "confidence", "length", "wording"]
LEAST: dict[What, float] = {"label": 0.05, "unanswered": 0.05, "confidence": 0.1, "length": 0.1, "wording": 0.1}
"""The least effect that counts, whatever its p: with enough posts the least change is significant. Our choice."""
_GRAM, _LISTED = 3, 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What drift is measured on, of one row.

    Args:
        text: its posts.
        labels: what a model answered; None where its reply was no answer.
        confidence: 0 to 1; None where the model gives no probabilities.
    """

    text: str
    labels: tuple[str, ...] | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One thing that may have changed.

    Args:
        what: the share of a label among the answers, the share of replies that were none, confidence, characters, or
            the share of a text's wording that the known texts do not have.
        label: the label, "" for answers that name none; None where `what` is no label.
        before: a share, the mean confidence, the median length or the mean share of new wording, in the reference.
        now: the same in the window.
        rows_before: rows it was measured on in the reference.
        rows_now: rows it was measured on in the window.
        effect: the difference of the shares, or the Kolmogorov-Smirnov distance of the distributions; 0 to 1.
        p: Fisher's exact test of the shares, the Kolmogorov-Smirnov test of the distributions; adjusted for all lines.
    """

    what: What
    label: str | None
    before: float
    now: float
    rows_before: int
    rows_now: int
    effect: float
    p: float

    @property
    def drifted(self) -> bool:
        """Whether it changed by more than chance would, and by enough to matter."""
        return self.p < ALPHA and self.effect >= LEAST[self.what]


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed between a reference and a window of later rows.

    Args:
        lines: everything measured.
        new_grams: character 3-grams that no known text has, with the rows of the window that hold them, the most first.
        left_out: entries of the window that another release answered, and that were therefore not compared.
        no_reply: rows of a run, on either side, to which no reply came, and that were therefore not compared.
    """

    lines: tuple[DriftLine, ...]
    new_grams: tuple[tuple[str, int], ...]
    left_out: int = 0
    no_reply: int = 0

    @property
    def drifted(self) -> bool:
        """Whether anything did."""
        return any(line.drifted for line in self.lines)


def measure_drift(task: Task, before: Sequence[Answer], now: Sequence[Answer], known: Sequence[str]) -> Drift:
    """Compare what one model answered before and now.

    A model's answers are compared with its own answers, not with gold labels, so that its usual errors are no drift.

    Args:
        task: whose labels are counted.
        before: the reference, such as the rows of the gate; at least one.
        now: the window; at least one.
        known: texts that were there when the model was made; wording is new when none of them has it.

    Returns:
        A line for each label that was answered at all, for replies that were no answer, and for each distribution that
        both sides have; p adjusted by Holm, above twenty lines by Benjamini-Hochberg. Rows count as independent, so the
        many posts of one author make p too small.
    """
    vocabulary = vocabulary_of(known)
    lines = [*_share_lines(task, before, now), *_distribution_lines(before, now, vocabulary)]
    adjusted = adjust([line.p for line in lines])
    settled = tuple(replace(line, p=p) for line, p in zip(lines, adjusted, strict=True))
    fresh = Counter(gram for answer in now for gram in _grams(answer.text) - vocabulary)
    ordered = sorted(fresh.items(), key=lambda pair: (-pair[1], pair[0]))
    return Drift(settled, tuple(ordered[:_LISTED]) if vocabulary else ())


def _share_lines(task: Task, before: Sequence[Answer], now: Sequence[Answer]) -> Iterator[DriftLine]:
    """Labels among answers alone: when a model falls silent, that is one thing that changed, and no label's doing."""
    answered = [[answer.labels for answer in side if answer.labels is not None] for side in (before, now)]
    for label in (*task.labels, "") if all(answered) else ():
        counts = [sum(_names(labels, label) for labels in side) for side in answered]
        if any(counts):
            yield _share_line("label", label, counts, [len(side) for side in answered])
    totals = [len(before), len(now)]
    silent = [total - len(side) for total, side in zip(totals, answered, strict=True)]
    yield _share_line("unanswered", None, silent, totals)


def _share_line(what: What, label: str | None, counts: Sequence[int], totals: Sequence[int]) -> DriftLine:
    from scipy.stats import fisher_exact

    table = [[count, total - count] for count, total in zip(counts, totals, strict=True)]
    shares = [count / total for count, total in zip(counts, totals, strict=True)]
    p = float(fisher_exact(table).pvalue)
    return DriftLine(what, label, shares[0], shares[1], totals[0], totals[1], abs(shares[1] - shares[0]), p)


def _distribution_lines(
    before: Sequence[Answer], now: Sequence[Answer], vocabulary: frozenset[str]
) -> Iterator[DriftLine]:
    sure = [[a.confidence for a in side if a.confidence is not None] for side in (before, now)]
    if all(sure):
        yield _distribution_line("confidence", sure[0], sure[1])
    yield _distribution_line("length", *([float(len(a.text)) for a in side] for side in (before, now)))
    if vocabulary:
        yield _distribution_line("wording", *([new_share(a.text, vocabulary) for a in side] for side in (before, now)))


def _distribution_line(what: What, before: Sequence[float], now: Sequence[float]) -> DriftLine:
    from scipy.stats import ks_2samp

    middle = median if what == "length" else fmean
    found = ks_2samp(before, now)
    effect, p = float(found.statistic), float(found.pvalue)
    return DriftLine(what, None, middle(before), middle(now), len(before), len(now), effect, p)


def _names(labels: tuple[str, ...], label: str) -> bool:
    return label in labels if label else not labels


def vocabulary_of(known: Sequence[str]) -> frozenset[str]:
    """The character 3-grams of some texts."""
    return frozenset(gram for text in known for gram in _grams(text))


def new_share(text: str, vocabulary: frozenset[str]) -> float:
    """The share of a text's character 3-grams that a vocabulary lacks, 0 to 1."""
    grams = _grams(text)
    return len(grams - vocabulary) / len(grams) if grams else 0.0


def _grams(text: str) -> set[str]:
    plain = squeezed(text)
    return {plain[k : k + _GRAM] for k in range(max(1, len(plain) - _GRAM + 1)) if plain}
