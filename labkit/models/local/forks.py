"""The places where a task's possible answers part, token by token. No model is asked here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from labkit.models.local.prefix import Ids, common_length
from labkit.prompts import RenderedPrompt

Choice = str | None  # the next label, or None: no further one


@dataclass(frozen=True, slots=True)
class Fork:
    """A place where answers part.

    Args:
        place: the last token before it, as a place in the tree.
        ways: next token -> what it decides: a choice, or the number of a later fork.
    """

    place: int
    ways: dict[int, Choice | int]


@dataclass(frozen=True, slots=True)
class Forks:
    """All forks of one decision.

    Args:
        tree: the tokens that lead to the forks: (token, place of the one before it, -1 for the first).
        forks: the first one decides first.
    """

    tree: list[tuple[int, int]] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)

    def places(self) -> list[int]:
        """Where the model's expectations are wanted."""
        return [fork.place for fork in self.forks]

    def path(self, place: int) -> list[int]:
        """The tokens that lead to a place, that of the place included."""
        token, before = self.tree[place]
        return [*(self.path(before) if before >= 0 else ()), token]

    def probabilities(self, logits: Sequence[Sequence[float]]) -> dict[Choice, float]:
        """What the choices get.

        Args:
            logits: for each fork those of its ways, in their order.

        Returns:
            Choice -> probability; they add up to 1, since the ways of each fork share the whole.
        """
        found: dict[Choice, float] = {}
        reach = {0: 1.0}
        for number, (fork, values) in enumerate(zip(self.forks, logits, strict=True)):
            for way, p in zip(fork.ways.values(), softmax(values), strict=True):
                if isinstance(way, int):
                    reach[way] = reach[number] * p
                else:
                    found[way] = found.get(way, 0.0) + reach[number] * p
        return found


def allowed_answers(prompt: RenderedPrompt, chosen: Sequence[str]) -> dict[Choice, list[str]]:
    """The choices that a prompt's contract leaves, with the answers that tell them apart.

    Args:
        prompt: allowed labels and how many.
        chosen: labels chosen so far; the next one stands behind them in the prompt, as in every answer labkit writes.

    Returns:
        Choice -> answers that begin with it: closed behind it, and where another label may follow, going on.
    """
    labels, taken = list(prompt.definitions), list(chosen)
    if taken and not prompt.several:
        return {None: [answer_text(taken)]}
    later = labels[labels.index(taken[-1]) + 1 :] if taken else labels
    found: dict[Choice, list[str]] = {None: [answer_text(taken)]} if taken or prompt.none else {}
    for k, label in enumerate(later):
        further = later[k + 1 : k + 2] if prompt.several else []
        found[label] = [answer_text([*taken, label]), *(answer_text([*taken, label, more]) for more in further)]
    return found


def answer_text(labels: Sequence[str]) -> str:
    """The answer that holds these labels and nothing else."""
    return json.dumps({"labels": list(labels)}, ensure_ascii=False)


def find_forks(answers: Mapping[Choice, Sequence[str]], first: int, tokens_of: Callable[[str], Ids]) -> Forks:
    """Where answers part.

    Args:
        answers: choice -> answers that begin with it.
        first: the token that stands before every answer.
        tokens_of: the tokens of an answer.
    """
    found = Forks([(first, -1)])
    ways = [(choice, tokens_of(text)) for choice, texts in answers.items() for text in texts]
    if len(answers) == 1:
        found.forks.append(Fork(0, {ways[0][1][0]: ways[0][0]}))  # a fork of one way: certain
    else:
        _part(found, ways, 0)
    return found


def _part(found: Forks, ways: Sequence[tuple[Choice, Ids]], place: int) -> int | Choice:
    """What ways behind a place decide: a choice when they agree, else a fork, which is written down."""
    if len({choice for choice, _ in ways}) == 1:
        return ways[0][0]
    shared = common_length(*(ids for _, ids in ways))
    for token in ways[0][1][:shared]:
        found.tree.append((token, place))
        place = len(found.tree) - 1
    number, fork = len(found.forks), Fork(place, {})
    found.forks.append(fork)
    by_token: dict[int, list[tuple[Choice, Ids]]] = {}
    for choice, ids in ways:
        by_token.setdefault(ids[shared], []).append((choice, ids[shared:]))
    fork.ways.update((token, _part(found, rest, place)) for token, rest in by_token.items())
    return number


def one_by_one(found: Mapping[Choice, float], labels: Sequence[str], chosen: Choice) -> Iterator[tuple[str, float]]:
    """A choice of the next label as one decision a label: shall it stand in the answer?

    Args:
        found: the choice's probabilities.
        labels: those that may come next, in the prompt's order.
        chosen: the choice that was made.

    Yields:
        Labels passed over and the chosen one, each with the probability of standing in the answer, given the decisions
        before it. The product over an answer's labels (p of those in it, 1 - p of the others) is the answer's
        probability, by the chain rule.
    """
    rest = 1.0
    for label in labels:
        p = found.get(label, 0.0)
        yield label, min(1.0, p / rest) if rest > 0 else 0.0
        rest -= p
        if label == chosen:
            return


def softmax(values: Sequence[float]) -> list[float]:
    """Logits as shares of the whole."""
    top = max(values)
    powers = [exp(value - top) for value in values]
    return [power / sum(powers) for power in powers]
