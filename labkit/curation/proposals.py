"""Which rows without labels to label next: where models disagree, what stands for many, and a random part."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal

from labkit.curation.coverage import by_coverage, vectors
from labkit.curation.repetition import sift_pool
from labkit.curation.watched import Steps, Watched, unwatched_steps
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run, Status
from labkit.texts import say

Kind = Literal["boundary", "coverage", "random"]
SHARES: Mapping[Kind, float] = {"random": 0.2, "boundary": 0.5, "coverage": 0.3}
"""Of a batch. Only the random part says without bias how good a model is and how frequent each label."""
_LOOKED_AT = 2000  # rows among which coverage is sought: a random sample of a larger pool
_LEAST_VOTES = 2


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row worth labelling.

    Args:
        example: the row.
        kind: whether models disagree on it, or it stands for many others, or chance drew it.
        value: how far the models disagree, or how much coverage it adds, 0 to 1; None for a random row.
        reason: the same in a sentence.
    """

    example: Example
    kind: Kind
    value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What to label next.

    Args:
        rows: random ones first, then boundary, then coverage.
        leaking: ids of rows without labels that give away a dev or test row; see `sift_pool`.
        copies: ids of rows that nearly repeat a labelled pool row, or another one without labels.
        votes: runs that answered some of the rows.
    """

    rows: tuple[Proposed, ...]
    leaking: tuple[str, ...]
    copies: tuple[str, ...]
    votes: tuple[str, ...]


def propose_rows(
    examples: Sequence[Example],
    count: int,
    runs: Sequence[Run] = (),
    seed: int = 0,
    steps: Steps = unwatched_steps,
) -> Proposals:
    """Propose unlabelled pool rows for labelling.

    A fifth is drawn at random before anything else. Half are the rows on which models disagree most: the largest over
    labels of 4 p (1 - p), p the share of models that give the label (query by committee: Seung, Opper & Sompolinsky
    1992). The rest stand for most others. Where models do not disagree, coverage takes that half too.

    Args:
        examples: all rows of a scene.
        count: at most so many.
        runs: runs over pool rows; from two on they can disagree.
        seed: of the random part, and of the sample of more than 2,000 rows in which coverage is sought.
        steps: told how far it is; see `sift_pool`, and "choosing" after it.

    Raises:
        BadInput: a count below 1.
        BadData: no row of the pool waits for labels, or all that do repeat others.
    """
    if count < 1:
        raise BadInput.told("error.count.rows", count=count)
    waiting, leaking, copies = _waiting(examples, steps)
    disagreement = _disagreement(waiting, runs)
    draw = random.Random(seed)  # noqa: S311 - sampling, not secrets
    found = [Proposed(row, "random", None, say("proposal.random")) for row in _drawn(waiting, count, draw)]
    found += _at_the_boundary(_without(waiting, found), disagreement, round(SHARES["boundary"] * count))
    covering = Watched(range(max(0, count - len(found))), partial(steps, "choosing"))
    found += [one for _, one in zip(covering, _by_coverage(_without(waiting, found), found, draw), strict=False)]
    rows = {row.id for row in waiting}
    votes = tuple(run.id for run in runs if any(row.example.id in rows for row in run.rows))
    return Proposals(tuple(found[:count]), leaking, copies, votes)


def _waiting(examples: Sequence[Example], steps: Steps) -> tuple[list[Example], tuple[str, ...], tuple[str, ...]]:
    """Unlabelled pool rows that say something new, those that leak, and those that repeat others."""
    held, originals = sift_pool(examples, steps=steps)
    waiting = [example for example in examples if example.split == "pool" and example.labels is None]
    leaking = [e.id for e in waiting if e.id in held]
    copies = [e.id for e in waiting if originals.get(e.id, e.id) != e.id]
    rows = [e for e in waiting if originals.get(e.id) == e.id]
    if not rows:
        if leaking or copies:
            raise BadData.told("error.proposals.all_repeat", rows=len(leaking) + len(copies))
        raise BadData.told("error.proposals.no_row")
    return rows, tuple(leaking), tuple(copies)


def _disagreement(rows: Sequence[Example], runs: Sequence[Run]) -> dict[str, float]:
    """Row -> 4 p (1 - p) of the label that models are least at one about; rows with too few votes are left out."""
    items = {row.id: row.items for row in rows}
    votes: dict[str, list[frozenset[str]]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            if row.prediction.status is Status.ANSWERED and items.get(row.example.id) == row.example.items:
                votes[row.example.id].append(frozenset(row.prediction.labels))
    return {row: _widest(cast) for row, cast in votes.items() if len(cast) >= _LEAST_VOTES}


def _widest(votes: Sequence[frozenset[str]]) -> float:
    given = Counter(label for vote in votes for label in vote)
    return max((4 * n / len(votes) * (1 - n / len(votes)) for n in given.values()), default=0.0)


def _drawn(rows: Sequence[Example], count: int, draw: random.Random) -> list[Example]:
    return draw.sample(list(rows), min(len(rows), round(SHARES["random"] * count)))


def _without(rows: Sequence[Example], found: Sequence[Proposed]) -> list[Example]:
    taken = {proposed.example.id for proposed in found}
    return [row for row in rows if row.id not in taken]


def _at_the_boundary(rows: Sequence[Example], disagreement: Mapping[str, float], count: int) -> list[Proposed]:
    split = [row for row in rows if disagreement.get(row.id, 0.0) > 0]
    widest = sorted(split, key=lambda row: -disagreement[row.id])[:count]
    said = {row.id: say("proposal.boundary", value=f"{disagreement[row.id]:.2f}") for row in widest}
    return [Proposed(row, "boundary", disagreement[row.id], said[row.id]) for row in widest]


def _by_coverage(rows: Sequence[Example], found: Sequence[Proposed], draw: random.Random) -> Iterator[Proposed]:
    """The rows that stand for most of those that nothing proposed so far stands for."""
    if not rows:
        return
    looked_at = draw.sample(list(rows), _LOOKED_AT) if len(rows) > _LOOKED_AT else list(rows)
    before = [proposed.example for proposed in found]
    matrix = vectors([row.text for row in (*before, *looked_at)])
    for place, gain in islice(by_coverage(matrix, range(len(before))), len(before), None):
        reason = say("proposal.coverage", gain=f"{gain:.1%}")
        yield Proposed(looked_at[place - len(before)], "coverage", gain, reason)
