"""Rules about single sentences: two negations in one, placeholders nobody filled, cases sent to no label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labkit.prompts.hidden import HIDDEN, visible
from labkit.prompts.lint.finding import Hit, Section
from labkit.prompts.lint.subject import Subject
from labkit.prompts.render import PLACEHOLDERS
from labkit.prompts.sentences import split_sentences

_TWICE = re.compile(
    r"(?:(?<![会是能可应该得])(?:不是|不得|不可|不能|不会|不应|不该)|(?<!有)(?:没有|无)|并非|未必|未尝|莫|不要|别)"
    r"不(?!同|过|少|仅|但|断|久|错|止|当)"
    r"|(?<!是)(?:不是|并非)没有|(?<!有)不无(?!关)|(?<![除并])非[^，。；,.;\s]{1,12}不可"
    r"|\b(?:not|never|cannot|no|none|nothing|nobody|\w{1,8}n['’]t)"
    r"(?:\s{1,4}(?!(?:or|and|but|nor|if|that|which|when)\b)\w{1,20}){0,3}\s{1,4}"
    r"(?:not|without|never|un(?:related|clear|true|likely|wanted|happy|resolved|satisfied|common|helpful|fair)"
    r"|in(?:correct|valid|complete|accurate|applicable)|dis(?:like|agree|satisf)\w{0,6})\b",
    re.IGNORECASE,
)
_CONTEXT = 40  # characters shown on either side of two negations
_DENIED_EXCLUSION = re.compile(
    r"^\s*(?:不(?:属于|包括|包含|算|标|是)|(?:do(?:es)?\s+)?not\s+(?:include|count|belong|about)|never\s+about|excluding\s)",
    re.IGNORECASE,
)

# What authors write where something is still to come: in braces, angle or square brackets, or as a word of its own.
_OPEN = re.compile(
    r"(?<![{$A-Za-z0-9_])\$?\{\s*[^\W\d][\w -]{0,30}\s*\}(?!\})"
    r"|\{\{[^{}\n]{0,40}\}\}"
    r"|<\s*(?:your|insert|text|input|post|posts|label|labels|todo|placeholder)[\w -]{0,30}>"
    r"|\[\s*(?:your|insert|todo|tbd|placeholder|fill)[\w ,.-]{0,40}\]"
    r"|[【\[<（(](?:待补充|待填写?|待定|请?填写|占位符?|此处填写?|在此[^】\])）>]{0,12})[^】\])）>]{0,20}[】\])）>]"
    r"|\b(?:TODO|TBD|FIXME)\b|lorem ipsum|_{4,}|%s\b|(?:\b|(?<=[\u4e00-\u9fff]))(?:待补充|待完善)",
    re.IGNORECASE,
)
_OURS = re.compile(r"\{\{\s*(?:" + "|".join(PLACEHOLDERS) + r")\s*\}\}")

_ELSEWHERE = re.compile(
    r"见附件|附件中|如附件|详见[^，。；\n]{0,12}(?:文档|手册|链接|表格|附录)|参见[^，。；\n]{0,12}(?:文档|手册|附录)"
    r"|\b(?:see|refer to|in) (?:the )?(?:attach\w+|appendix|handbook|manual|wiki|spreadsheet)\b|\bas discussed\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"(?:->|→|=>|⇒)\s{0,3}([^\n]{1,60})$")
_ANY_LABEL = re.compile(
    r"[类项]|标签|列表|其他|其它|都不|空|无|label|list|none|empty|whatever|other|any|nothing|no ", re.IGNORECASE
)
_LIST_MARK = re.compile(r"[、,，/;；|。]|\s(?:or|and)\s|或者?|和")


def wording_hits(subject: Subject) -> Iterator[Hit]:
    """Sentences that are easily read wrongly."""
    for section, label, text in subject.texts():
        if hidden := HIDDEN.search(text):
            yield _unseen(section, label, text, hidden)
        yield from (Hit("placeholder", section, label, found) for found in _open_places(text, section == "definitions"))
        if section == "examples":
            continue  # few-shot posts are quoted as they are
        for sentence in split_sentences(text):
            if found := _TWICE.search(sentence):
                yield Hit("double-negation", section, label, _around(sentence, found))
        if elsewhere := _ELSEWHERE.search(text):
            yield Hit("out-of-sight", section, label, elsewhere.group())
    yield from _denied_exclusions(subject)
    yield from _targets(subject)


def _unseen(section: Section, label: str | None, text: str, first: re.Match[str]) -> Hit:
    """Characters that nobody sees in a text field: their codes, and the first with the words around it."""
    codes = dict.fromkeys(found.group() for found in HIDDEN.finditer(text))
    values: dict[str, object] = {"codes": " ".join(visible(code)[1:-1] for code in codes)}
    return Hit("hidden-character", section, label, _around(text, first), values=values)


def _around(sentence: str, found: re.Match[str]) -> str:
    """The words found, with as much of the sentence as helps to find them again."""
    start, end = max(0, found.start() - _CONTEXT), found.end() + _CONTEXT
    words = sentence[start:end].strip()
    return ("…" if start else "") + words + ("…" if end < len(sentence) else "")


def _open_places(text: str, in_definition: bool) -> Iterator[str]:
    """Places to be filled, each wording once; our own placeholders count as filled in the sections only."""
    found = dict.fromkeys(match.group() for match in _OPEN.finditer(text))
    yield from (place for place in found if in_definition or not _OURS.fullmatch(place))


def _denied_exclusions(subject: Subject) -> Iterator[Hit]:
    for definition in subject.definitions:
        for text in definition.excludes:
            if _DENIED_EXCLUSION.search(text):
                yield Hit("double-negation", "definitions", definition.label, text)


def _targets(subject: Subject) -> Iterator[Hit]:
    """Excluded cases that are sent to a label which does not exist."""
    labels = {label.casefold() for label in subject.task.labels}
    for definition in subject.definitions:
        for text in definition.excludes:
            if found := _TARGET.search(text):
                for target in filter(None, map(str.strip, _LIST_MARK.split(found.group(1)))):
                    if target.casefold() not in labels and not _ANY_LABEL.search(target):
                        yield Hit("unknown-target", "definitions", definition.label, target)
