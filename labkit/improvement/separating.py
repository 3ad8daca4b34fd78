"""A suggester without a model: words that part two labels in the pool rows go into a definition.

What parts them is measured by log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin'
Words", equations 16 to 22): the prior is what all pool rows say, so rare words are held back and common ones count
only for their difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import log, sqrt

from labkit.errors import BadData
from labkit.improvement.suggested import Suggested
from labkit.improvement.whole_words import WholeWords
from labkit.models.ngrams import ngrams
from labkit.records import Definition, Example

SURE = 1.0  # z, about one in six by chance: a pool of a few hundred rows shows no more, and the trial judges
PRIOR = 0.1  # of all that the rows say stands as prior before they are counted
LEAST_ROWS = 2  # pool rows that hold a word; fewer may all be one event
MOST_TERMS = 6


@dataclass(frozen=True, slots=True)
class Term:
    """A word or character n-gram as authors write it, and how surely it speaks for a side (a z value)."""

    text: str
    z: float


def separating_terms(
    ours: Sequence[Example], theirs: Sequence[Example], words: WholeWords | None = None
) -> Iterator[Term]:
    """Terms that stand in one side's rows more often than in the other's, the surest first.

    Args:
        ours: rows of the side that the terms shall speak for.
        theirs: rows of the other side.
        words: what tells whole Chinese words; None for what these rows tell.

    Yields:
        Terms beyond chance, none a part of another one; Chinese ones as whole words or phrases.
    """
    a, b = _rows_with(ours), _rows_with(theirs)
    written = _as_written([*ours, *theirs])
    n_a, n_b = sum(a.values()), sum(b.values())
    found = [
        Term(written[key], _z(a[key], b[key], n_a, n_b)) for key in a if a[key] >= LEAST_ROWS and len(written[key]) > 1
    ]
    surest = sorted((term for term in found if term.z >= SURE), key=lambda t: (-t.z, t.text))
    words = words or WholeWords(row.text for row in (*ours, *theirs))
    return _without_parts(replace(term, text=whole) for term in surest if (whole := words.of(term.text)))


def suggest_terms(
    definitions: Mapping[str, Definition], gold: str | None, predicted: str | None, pool: Sequence[Example]
) -> tuple[Suggested, tuple[Example, ...]]:
    """Change one definition by what the pool rows say.

    The missed label includes more; where none was missed, the wrongly answered one excludes more.

    Args:
        definitions: label -> its definition.
        gold: the missed label, or None.
        predicted: the one answered in its place, or None; one of the two is a label.
        pool: labelled rows.

    Returns:
        The changed definition, and the rows that were looked at.

    Raises:
        BadData: the pool rows show no term that parts the two and is not in the definition.
    """
    label = gold or predicted or ""
    ours, theirs = _sides(label, gold, predicted, pool)
    definition = definitions.get(label, Definition(label))
    if not gold:  # the label is answered where its definition's words stand, so there its rows and others are parted
        meant = {ngram.text for part in _meaning(definition) for ngram in ngrams(part)}
        theirs = [row for row in theirs if meant & {ngram.text for ngram in ngrams(row.text)}]
    said = {ngram.text for part in _texts(definition) for ngram in ngrams(part)}
    words = WholeWords(row.text for row in pool)
    terms = separating_terms(ours, theirs, words) if gold else separating_terms(theirs, ours, words)
    unsaid = (term.text for term in terms if not {ngram.text for ngram in ngrams(term.text)} <= said)
    new = list(islice(unsaid, MOST_TERMS))
    if not new:
        raise BadData.told("error.separating.no_word", label=label)
    changed = (
        replace(definition, includes=(*definition.includes, *new))
        if gold
        else replace(definition, excludes=(*definition.excludes, *new))
    )
    return Suggested(changed, ""), (*ours, *theirs)


def _sides(
    label: str, gold: str | None, predicted: str | None, pool: Sequence[Example]
) -> tuple[list[Example], list[Example]]:
    """Rows of the label alone, and rows of the other one; of all others where the confusion has one side only."""
    other = predicted if gold else None
    labelled = [row for row in pool if row.labels is not None]
    ours = [row for row in labelled if label in (row.labels or ()) and other not in (row.labels or ())]
    theirs = [row for row in labelled if label not in (row.labels or ()) and (not other or other in (row.labels or ()))]
    return ours, theirs


def _texts(definition: Definition) -> tuple[str, ...]:
    return (*_meaning(definition), *definition.excludes)


def _meaning(definition: Definition) -> tuple[str, ...]:
    return (definition.label, definition.text, *definition.includes, *definition.examples)


def _rows_with(rows: Iterable[Example]) -> Counter[str]:
    """N-gram -> rows that hold it; a row counts once, however often it says so."""
    return Counter(key for row in rows for key in {ngram.text for ngram in ngrams(row.text)})


def _as_written(rows: Iterable[Example]) -> dict[str, str]:
    """N-gram -> the commonest way in which authors write it."""
    ways: dict[str, Counter[str]] = {}
    for row in rows:
        for ngram in ngrams(row.text):
            ways.setdefault(ngram.text, Counter())[" ".join(row.text[ngram.start : ngram.end].lower().split())] += 1
    return {key: max(sorted(found), key=found.__getitem__) for key, found in ways.items()}


def _z(a: int, b: int, n_a: int, n_b: int) -> float:
    """The log-odds ratio over its standard error; the prior of a word is its share of all that both sides say."""
    prior, total = PRIOR * (a + b), PRIOR * (n_a + n_b)
    odds_a = (a + prior) / (n_a + total - a - prior)
    odds_b = (b + prior) / (n_b + total - b - prior)
    return (log(odds_a) - log(odds_b)) / sqrt(1 / (a + prior) + 1 / (b + prior))


def _without_parts(terms: Iterable[Term]) -> Iterator[Term]:
    """Each term that neither holds nor is held by a surer one: 退款 stays, 申请退款 and 款 go."""
    kept: list[str] = []
    for term in terms:
        if not any(term.text in other or other in term.text for other in kept):
            kept.append(term.text)
            yield term
