"""What words around posts are, by the answers: a post that is copied with short tails, or one question asked anew.

Both are told by evidence alone, since an instruction, a passage that is asked about and a copied post look the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb
from statistics import median
from typing import Generic, TypeVar
from unicodedata import east_asian_width

from labkit.curation.near_duplicates import THRESHOLD, character_trigrams, jaccard
from labkit.curation.trigram_sets import told

Words = TypeVar("Words", bound=Hashable)

_LETTERS_A_CHARACTER = 5  # a Chinese one says as much
_SHORT_TAIL = 40  # letters behind a copied post: an emoticon, a few words
_OTHERS, _COMMON = 10, 0.01  # different questions, and share of all, that words must have around them to tell anything
_ANSWERED_ALIKE = 0.95  # share of the posts that tell anything on which two wordings agree
_LEAST_TELLING, _BY_CHANCE = 15, 0.001  # such posts under both; how likely all posts agree so often by chance
_BEFORE_A_POST = (":", "：")  # an instruction whose post is missing ends so
_END = 8  # characters: a copy that differs in one place keeps those that it begins or ends with
_FEW, _ENOUGH = 3, 200  # posts of one beginning that are compared; posts that are looked at for an estimate


@dataclass(frozen=True, slots=True)
class Worded(Generic[Words]):
    """A post in words around it.

    Args:
        question: the whole.
        words: what stands around the post.
        post: the rest.
        outcome: what is right; None where nothing is said.
    """

    question: str
    words: Words
    post: str
    outcome: str | None = None


def letters(text: str) -> int:
    """How much a text says, in Latin letters."""
    return sum(_LETTERS_A_CHARACTER if east_asian_width(character) in "WF" else 1 for character in text)


def copied_posts(rows: Iterable[Worded[Words]], spelt: Mapping[Words, str]) -> frozenset[Words]:
    """Which words are no instruction but a post that is copied, each time with a short tail of its own.

    What is left beside them is short, and half as long as they are and as other questions at most; and they stand
    alone as a question, too. Answers cannot tell: titles under an instruction have the labels of whole posts.

    Args:
        rows: all rows; a question that is repeated says nothing more.
        spelt: the words that may be some -> how they read.
    """
    different = list(dict.fromkeys(rows))
    by_words = _by_words(different)
    tails = [
        words
        for words, text in spelt.items()
        if len(by_words[words]) >= max(_OTHERS, _COMMON * len(different))
        and _are_tails(by_words[words], text, different)
    ]
    if not tails:
        return frozenset()
    asked = {unmarked(row.question) for row in different if not row.question.rstrip().endswith(_BEFORE_A_POST)}
    return frozenset(words for words in tails if unmarked(spelt[words]) in asked)


def _by_words(rows: Iterable[Worded[Words]]) -> dict[Words, list[Worded[Words]]]:
    found: dict[Words, list[Worded[Words]]] = defaultdict(list)
    for row in rows:
        found[row.words].append(row)
    return found


def unmarked(text: str) -> str:
    """A text without its marks and spaces."""
    return "".join(filter(str.isalnum, told(text)))


def _are_tails(here: Sequence[Worded[Words]], words: str, rows: Sequence[Worded[Words]]) -> bool:
    """Whether what is left beside the words is short as such, beside them and beside other questions."""
    left = median(letters(row.post) for row in _some(here))
    if left > _SHORT_TAIL or 2 * left > letters(words) or len(rows) - len(here) < _OTHERS:
        return False
    return 2 * left <= median(letters(row.question) for row in _some([r for r in rows if r.words != here[0].words]))


def _some(rows: Sequence[Worded[Words]]) -> Sequence[Worded[Words]]:
    """Rows from all over, enough for a median."""
    return rows[:: 1 + len(rows) // _ENOUGH]


def wordings(rows: Iterable[Worded[Words]]) -> dict[Words, Words]:
    """Which words ask the same as others: posts that stand in both are answered alike, more often than by chance.

    Two questions that mostly go together (toxic, insulting) agree on nearly all posts where most answers are "no", so
    agreement counts where either answer is another one than the commonest, and is needed on enough of those.

    Args:
        rows: all rows; a question that is repeated says nothing more.

    Returns:
        Words -> those that stand for all that ask the same; words of which nothing is known are not in it.
    """
    answers = _common(_answers(rows))
    chance = {words: Counter(here.values()) for words, here in answers.items()}
    found: dict[Words, Words] = {}
    for (one, other), outcomes in _asked_twice(answers).items():
        if _agree(outcomes, _chance(chance[one], chance[other])):
            kept, lost = found.get(one, one), found.get(other, other)
            found |= {one: kept, other: kept}
            found |= {words: kept for words, stands in found.items() if stands == lost}
    return found


def _answers(rows: Iterable[Worded[Words]]) -> dict[Words, dict[str, str]]:
    """Words -> post -> how it is answered under them, the posts once and without those that have two answers."""
    found: dict[Words, dict[str, str]] = defaultdict(dict)
    twice: set[tuple[Words, str]] = set()
    for row in rows:
        post = told(row.post)
        if row.outcome is not None and found[row.words].setdefault(post, row.outcome) != row.outcome:
            twice.add((row.words, post))
    for words, post in twice:
        del found[words][post]
    return found


def _common(answers: Mapping[Words, dict[str, str]]) -> dict[Words, dict[str, str]]:
    """The words of which there is enough to tell anything."""
    total = sum(map(len, answers.values()))
    return {words: here for words, here in answers.items() if len(here) >= max(_OTHERS, _COMMON * total)}


def _asked_twice(answers: Mapping[Words, dict[str, str]]) -> dict[tuple[Words, Words], list[tuple[str, str]]]:
    """Two words -> both answers to each of the posts that stand in both, or nearly so."""
    found: dict[tuple[Words, Words], list[tuple[str, str]]] = defaultdict(list)
    seen: set[tuple[Words, Words, str]] = set()
    for bucket in _with_one_end(answers):
        for one, other in combinations(bucket, 2):
            pair = found[one, other]
            alike = _first_alike(bucket[one], bucket[other]) if len(pair) < _ENOUGH else None
            if alike and not seen & (posts := {(one, other, alike[0]), (other, one, alike[1])}):
                seen |= posts
                pair.append((answers[one][alike[0]], answers[other][alike[1]]))
    return found


def _with_one_end(answers: Mapping[Words, dict[str, str]]) -> Iterator[dict[Words, list[str]]]:
    """Posts that begin alike, or end alike, by the words around them, few of each."""
    found: dict[tuple[int, str], dict[Words, list[str]]] = defaultdict(lambda: defaultdict(list))
    for words, here in answers.items():
        for post in here:
            for key in ((0, post[:_END]), (1, post[-_END:])):
                if len(found[key][words]) < _FEW:
                    found[key][words].append(post)
    return (bucket for bucket in found.values() if len(bucket) > 1)


def _first_alike(ones: Iterable[str], others: Iterable[str]) -> tuple[str, str] | None:
    pairs = product(ones, others)
    return next((p for p in pairs if p[0] == p[1] or jaccard(*map(character_trigrams, p)) >= THRESHOLD), None)


def _chance(one: Counter[str], other: Counter[str]) -> float:
    """How often two words have one answer where posts have nothing to do with each other."""
    return sum(count * other[answer] for answer, count in one.items()) / (one.total() * other.total())


def _agree(outcomes: Sequence[tuple[str, str]], chance: float) -> bool:
    """Whether pairs of answers are equal, rare ones too, and are so more often than chance allows (binomial test)."""
    total, alike = len(outcomes), sum(one == other for one, other in outcomes)
    answers = Counter(answer for pair in outcomes for answer in pair)
    common = max(answers, key=answers.__getitem__, default=None)
    telling = [one == other for one, other in outcomes if (one, other) != (common, common)]
    if sum(telling) < max(_LEAST_TELLING, _ANSWERED_ALIKE * len(telling)):
        return False
    return sum(comb(total, k) * chance**k * (1 - chance) ** (total - k) for k in range(alike, total + 1)) < _BY_CHANCE
