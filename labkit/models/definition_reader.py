"""A dataless classifier: it scores the definitions that stand in the rendered prompt against each post.

It has learnt nothing and knows nothing but the messages it is sent, so it shows what the words of a prompt are worth
by themselves. It is no language model: irony, denial and whatever is only implied pass it by.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any

from labkit.models.answers import RationaleWording, reply_of, write_answer, write_rationale
from labkit.models.ngrams import clause_around, ngrams
from labkit.prompts import RenderedPrompt, read_rendered
from labkit.records import Reply, Request

# Chosen on the pool rows of the two bundled scenes, for v1 and v2 together; never on dev or test.
THRESHOLD = 0.3  # least score of an answer where none is allowed; 1 is one n-gram that no other definition holds
SHARE = 0.7  # of the best score: what a further label needs where several are allowed
EXCLUDED = 0.25  # weight of an n-gram that a definition excludes
CHARACTER = 1 / 3  # weight of a single Chinese character; longer n-grams weigh 1
_RATIONALE = {
    "zh": RationaleWording("“{label}”的定义提到{words}", "没有一条定义与原文足够接近", "一些单字"),
    "en": RationaleWording(
        "the definition of {label} speaks of {words}", "no definition is close enough", "a few words"
    ),
}
Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Match:
    """Neighbouring n-grams of one post that speak for one label, as one stretch of text."""

    post: int
    start: int
    end: int
    weight: float


class DefinitionReader:
    """Answers from the definitions in the prompt; needs nothing installed, no training and no network."""

    name = "definition-reader"
    batch_size = 64
    concurrency = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constants that decide its answers."""
        return {"threshold": THRESHOLD, "share": SHARE, "excluded": EXCLUDED, "character": round(CHARACTER, 4)}

    def check(self) -> None:
        """Nothing can be missing."""

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """One JSON answer per request, in the key order that its answer contract asks for."""
        return [_answer(request) for request in requests]


@lru_cache(maxsize=64)
def weigh_ngrams(definitions: tuple[tuple[str, tuple[str, str]], ...]) -> Weights:
    """What each n-gram of the definitions is worth to each label.

    The weight is the inverse document frequency over the definitions of this prompt, log((n + 1) / df) / log(n + 1)
    (Spärck Jones 1972, scaled so that an n-gram of one definition alone weighs 1). What a definition excludes counts
    against its label, unless it stands in its meaning as well.

    Args:
        definitions: (label, (meaning, excludes)) as read in a prompt; the label's own name belongs to its meaning.

    Returns:
        n-gram -> label -> weight.
    """
    meanings = {label: _distinct(f"{label.replace('_', ' ')}. {meaning}") for label, (meaning, _) in definitions}
    frequency = Counter(ngram for meaning in meanings.values() for ngram in meaning)
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for label, (_, excludes) in definitions:
        for ngram in meanings[label]:
            weights[ngram][label] = _distinctiveness(frequency[ngram], len(meanings)) * _length_weight(ngram)
        for ngram in _distinct(excludes) - meanings[label]:
            distinctiveness = _distinctiveness(frequency[ngram] or 1, len(meanings))
            weights[ngram][label] = -EXCLUDED * distinctiveness * _length_weight(ngram)
    return dict(weights)


def score_labels(prompt: RenderedPrompt) -> dict[str, float]:
    """Label -> summed weights of the distinct n-grams that all posts together share with its definition."""
    weights = weigh_ngrams(tuple(prompt.definitions.items()))
    scores = dict.fromkeys(prompt.definitions, 0.0)
    for ngram in sorted({ngram for post in prompt.posts for ngram in _distinct(post)}):
        for label, weight in weights.get(ngram, {}).items():
            scores[label] += weight
    return scores


def choose_labels(scores: Mapping[str, float], prompt: RenderedPrompt) -> tuple[str, ...]:
    """The best label, and where several are allowed all above a share of it, best first.

    Nothing is chosen below the threshold where the prompt allows an empty list; where it does not, any match will do.
    """
    ranked = sorted(scores, key=lambda label: -scores[label])
    if not ranked or scores[ranked[0]] <= (THRESHOLD if prompt.none else 0):
        return ()
    if not prompt.several:
        return (ranked[0],)
    least = max(SHARE * scores[ranked[0]], THRESHOLD if prompt.none else 0)
    return tuple(label for label in ranked if scores[label] >= least)


def find_matches(prompt: RenderedPrompt, label: str) -> list[Match]:
    """Where the posts share words with a label's definition, weightiest first."""
    weights = weigh_ngrams(tuple(prompt.definitions.items()))
    matches: list[Match] = []
    for post, text in enumerate(prompt.posts, 1):
        found = sorted((g.start, g.end, weights.get(g.text, {}).get(label, 0.0)) for g in ngrams(text))
        matches += _merge(post, [f for f in found if f[2] > 0])
    return sorted(matches, key=lambda match: (-match.weight, match.post, match.start))


def _answer(request: Request) -> Reply:
    began = perf_counter()
    prompt = read_rendered(request.messages)
    labels = choose_labels(score_labels(prompt), prompt)
    matches = {label: find_matches(prompt, label) for label in labels}
    words = {label: [prompt.posts[m.post - 1][m.start : m.end] for m in found] for label, found in matches.items()}
    rationale = write_rationale(prompt.language, words, _RATIONALE[prompt.language])
    text = write_answer(prompt, labels, rationale, _quotes(prompt, matches))
    return reply_of(text, perf_counter() - began)


def _quotes(prompt: RenderedPrompt, matches: Mapping[str, Sequence[Match]]) -> list[tuple[int, str]]:
    """The clause around each label's weightiest match."""
    best = [found[0] for found in matches.values() if found]
    return [(m.post, clause_around(prompt.posts[m.post - 1], m.start, m.end)) for m in best]


def _merge(post: int, found: Sequence[tuple[int, int, float]]) -> list[Match]:
    """Overlapping or touching n-grams, sorted by start, as stretches of text."""
    merged: list[Match] = []
    for start, end, weight in found:
        if merged and start < merged[-1].end:
            last = merged.pop()
            start, end, weight = last.start, max(end, last.end), weight + last.weight
        merged.append(Match(post, start, end, weight))
    return merged


def _distinct(text: str) -> frozenset[str]:
    return frozenset(ngram.text for ngram in ngrams(text))


def _distinctiveness(frequency: int, definitions: int) -> float:
    return math.log((definitions + 1) / frequency) / math.log(definitions + 1)


def _length_weight(ngram: str) -> float:
    return CHARACTER if len(ngram) == 1 and not ngram.isascii() else 1.0
