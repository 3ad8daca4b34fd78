"""What is odd about a rationale: flags that say where to look, never that an answer is right or wrong.

Explanations that a model gives of itself "should not be trusted in general" (Madsen et al. 2024): a rationale without a
flag may still not be why the model answered so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from labkit.diagnosis.mentions import find_mentions
from labkit.records import RunRow, Status

FlagKind = Literal["quote_not_in_post", "words_not_in_post", "denies_answer", "argues_for_other"]
FLAGS: tuple[FlagKind, ...] = get_args(FlagKind)
_CLAUSE = re.compile(r"[^。！？!?；;，,\n]+")
_TURN = re.compile(r"(?=而不是|而非|并非|rather than|instead of|\bbut not\b|\bnot because\b)", re.IGNORECASE)
_NEGATED = re.compile(
    r"不|没|无关|无法|并非|而非|错误|有误|排除|未|难以|"
    r"\b(?:not|no|never|neither|nor|cannot|without|incorrect|wrong|false|exclude[sd]?|excluding|unrelated|irrelevant"
    r"|rather than|instead of|ruled? out)\b|n['’]t\b",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(
    r"不仅|不但|不只|不光|不断|不同|不满|不错|没想到|无误|毫无疑问|\bnot only\b|\bno doubt\b", re.IGNORECASE
)
_HEDGED = re.compile(r"一定程度|一定的|部分|\bpart(?:ly|ially)\b|\bto some extent\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|\"[^\"]*\"")  # words of the post: what they deny is not what is argued
_QUOTES = re.compile(r"“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|\"([^\"]*)\"")
_LEFT_OUT = re.compile(r"…+|\.{3,}")
_OF_RULES = re.compile(r"定义|标签|规则|类别|例子|示例|definition|label|categor|rule|example", re.IGNORECASE)
_BEFORE = 12  # characters before a quote that may say it is the prompt's, not the post's
_LEAST = 4  # letters of a quote; fewer are a word with a doubt about it, not somebody's sentence
_CONCLUDES = re.compile(
    r"因此|所以|故选|故|综上|答案|应选|应该选|正确|最符合|最合适|属于|归为|判为|标为"
    r"|\b(?:therefore|thus|hence|so|conclu\w+|answer|correct|label(?:led|ed)?|classif\w+|belongs?|best)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RationaleFlag:
    """Something odd about a row's rationale.

    Args:
        row: the example's id.
        kind: "quote_not_in_post": a quote does not stand in the post verbatim, or names a post that is not there;
            "words_not_in_post": words in quotation marks of the rationale stand in none of the posts, whatever their
            spaces and punctuation; "denies_answer": every clause that names an answered label denies it;
            "argues_for_other": the last conclusion names other labels and none of those answered.
        labels: the labels that it is about: those denied, or those argued for.
        words: the quote, or the clause.
        repeat: which asking of the row.
    """

    row: str
    kind: FlagKind
    labels: tuple[str, ...]
    words: str
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, the labels that it names, whether it denies them, and whether it draws a conclusion."""

    words: str
    labels: tuple[str, ...]
    denied: bool
    concludes: bool


def rationale_flags(rows: Iterable[RunRow], labels: Sequence[str]) -> tuple[RationaleFlag, ...]:
    """Look through the rationales of rows.

    A clause that holds a word of denial denies every label that it names; a conclusion is a clause with a word such as
    `therefore` or 因此 that affirms a label. Irony, and denials that reach over a comma, pass this by.

    Args:
        rows: any rows; those without an answer have no rationale to look at.
        labels: the task's labels, by whose names the rationale argues.

    Returns:
        Flags in the order of the rows; a row may have several.
    """
    return tuple(flag for row in rows if row.prediction.status is Status.ANSWERED for flag in _flags(row, labels))


def _flags(row: RunRow, labels: Sequence[str]) -> Iterator[RationaleFlag]:
    answer = row.prediction
    for evidence in (*answer.evidence, *answer.unplaced):  # what names a post that is not there stands in none
        if not evidence.verbatim:
            yield RationaleFlag(row.example.id, "quote_not_in_post", answer.labels, evidence.quote, row.repeat)
    told = {evidence.quote for evidence in (*answer.evidence, *answer.unplaced)}
    for words in _misquoted(answer.rationale, row.example.items, labels):
        if words not in told:
            yield RationaleFlag(row.example.id, "words_not_in_post", answer.labels, words, row.repeat)
    clauses = list(_clauses(answer.rationale, labels))
    for label in answer.labels:
        about = [clause for clause in clauses if label in clause.labels]
        if about and all(clause.denied for clause in about):
            yield RationaleFlag(row.example.id, "denies_answer", (label,), about[-1].words, row.repeat)
    conclusion = next((c for c in reversed(clauses) if c.concludes and not c.denied), None)
    if conclusion and conclusion.labels and answer.labels and not set(conclusion.labels) & set(answer.labels):
        yield RationaleFlag(row.example.id, "argues_for_other", conclusion.labels, conclusion.words, row.repeat)


def _clauses(text: str, labels: Sequence[str]) -> Iterator[_Clause]:
    """The clauses of a rationale that name a label or draw a conclusion."""
    for stretch in _CLAUSE.findall(text):
        for words in _TURN.split(stretch):
            named = tuple(dict.fromkeys(mention.label for mention in find_mentions(words, labels)))
            said = _NO_NEGATION.sub(" ", _QUOTED.sub(" ", words))
            concludes = bool(_CONCLUDES.search(said)) and not _HEDGED.search(said)
            if named or concludes:
                yield _Clause(words.strip(), named, bool(_NEGATED.search(said)), concludes)


def _misquoted(rationale: str, items: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """Words in quotation marks that no post holds; labels, words of the prompt and masked ones are not the post's."""
    posts = ""
    for found in _QUOTES.finditer(rationale):
        words = next(filter(None, found.groups()), "")
        parts = [_bare(part) for part in _LEFT_OUT.split(words)]
        if len("".join(parts)) < _LEAST or "[" in words or any(label in words for label in labels):
            continue
        posts = posts or _bare("\n".join(items))
        if not all(part in posts for part in parts) and not _OF_RULES.search(
            rationale, max(0, found.start() - _BEFORE), found.start()
        ):
            yield words


def _bare(text: str) -> str:
    """Letters and digits alone: a quote may stop at another place than its post, and spaces say nothing in Chinese."""
    return "".join(filter(str.isalnum, text.casefold()))
