"""Rules about single sentences: two negations in one, words nobody explains, placeholders nobody filled."""

from __future__ import annotations

import re
from collections import Counter
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

# Longer ones are mostly words that somebody stresses: "the PRIMARY topic".
_ACRONYM = re.compile(r"(?<![A-Za-z0-9_/.&-])[A-Z][A-Z0-9]{1,3}(?![A-Za-z0-9_/.&-])")
_EXPLAINED = re.compile(  # words follow that say what it means, or it stands in brackets behind them
    r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,3})\s{0,2}(?:[(（:：=]|是指|指|即|就是|means|stands for|is )"
    r"|[(（]\s?([A-Z][A-Z0-9]{1,3})\s?[)）]"
)
# Capitals that every reader knows, and words that authors write in capitals to stress them.
_COMMON = (
    "JSON XML HTML URL ID OK APP AI TV PC UI IT FAQ VIP PIN GPS USB PDF SMS QR USA US UK EU UN CEO CFO NASA WIFI API"
    " CSV NOT AND OR BOTH ONLY ALL ANY NO YES MUST EACH ONE TWO THE NEVER ALWAYS VS DO IF IS TO IN ON OF BE AN AT BY"
    " LLM WORLD SPORTS OTHER NONE EVEN UNLESS EXCEPT FIRST MAIN MOST MORE LESS THAT THIS WHEN THEN ALSO SHOULD WITH "
    "INTO FROM KEY NEW OLD OUT END BUT FOR ARE HAS NOW SO AS IT WE AM PM DIY KOL CCTV NBA KTV SUV ATM DVD CD MV DJ PK"
)
_KNOWN = frozenset(_COMMON.split())
# A word in quotation marks that comes again is a term of the team's; one that comes once is mostly what a post may say.
# In JSON they are keys and values.
_QUOTED = re.compile(
    r"(?:[“「『]|(?<![\[{,:])(?<![\[{,:] )\")(?=\w)([^“”「」『』\"，。！？,.!?\n]{2,16})(?<=\w)[”」』\"]"
)
_MEANS = re.compile(
    r"[“「『\"]([^“”「」『』\"\n]{2,16})[”」』\"]\s{0,2}"
    r"(?:[(（:：=]|是指|指|即|就是|的意思|means|stands for|refers to|is )"
)
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
    yield from _acronyms(subject)
    yield from _quoted_terms(subject)
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


def _acronyms(subject: Subject) -> Iterator[Hit]:
    """Abbreviations that the prompt does not explain and no post uses."""
    labels = {word.upper() for label in subject.task.labels for word in re.findall(r"[^\W_]+", label)}
    texts = [entry for entry in subject.texts() if entry[0] != "examples"]
    explained = {term for _, _, text in subject.texts() for found in _EXPLAINED.findall(text) for term in found}
    places = {term: (section, label) for section, label, text in texts for term in _ACRONYM.findall(text)}
    open_terms = [term for term in places if term not in _KNOWN | labels | explained]
    used = {t for e in subject.examples for item in e.items for t in _ACRONYM.findall(item)} if open_terms else set()
    yield from (Hit("undefined-term", *places[term], term) for term in open_terms if term not in used)


def _quoted_terms(subject: Subject) -> Iterator[Hit]:
    """Terms in quotation marks that the prompt uses again and again, explains nowhere, and no post uses."""
    texts = [entry for entry in subject.texts() if entry[0] != "examples"]
    found = [(term, section, label) for section, label, text in texts for term in _QUOTED.findall(text)]
    known = {*subject.task.labels, *(term for _, _, text in texts for term in _MEANS.findall(text))}
    times = Counter(term for term, _, _ in found)
    places = {term: (section, label) for term, section, label in reversed(found)}
    for term in (term for term in dict.fromkeys(term for term, _, _ in found) if times[term] > 1 and term not in known):
        if not any(term in item for example in subject.examples for item in example.items):
            yield Hit("undefined-term", *places[term], term)


def _targets(subject: Subject) -> Iterator[Hit]:
    """Excluded cases that are sent to a label which does not exist."""
    labels = {label.casefold() for label in subject.task.labels}
    for definition in subject.definitions:
        for text in definition.excludes:
            if found := _TARGET.search(text):
                for target in filter(None, map(str.strip, _LIST_MARK.split(found.group(1)))):
                    if target.casefold() not in labels and not _ANY_LABEL.search(target):
                        yield Hit("unknown-target", "definitions", definition.label, target)
