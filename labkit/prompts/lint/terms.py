"""Rules about words that a team knows and a model may read otherwise: abbreviations, and terms in quotation marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.prompts.lint.finding import Hit
from labkit.prompts.lint.subject import Subject

# Longer ones are mostly words that somebody stresses: "the PRIMARY topic".
_ACRONYM = re.compile(r"(?<![A-Za-z0-9_/.&-])[A-Z][A-Z0-9]{1,3}(?![A-Za-z0-9_/.&-])")
_EXPLAINED = re.compile(  # words follow that say what it means, or it stands in brackets behind them
    r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,3})\s{0,2}"
    r"(?:[(（:：=]|是指|指(?!不|望|出)|即(?!使|便|将|可)|就是|means|stands for|is )"
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
_QUOTED = re.compile(  # each mark with its own partner: an apostrophe is written as ’ and closes no “
    r"“([^“”「」『』\"\n]{2,16})”|「([^“”「」『』\"\n]{2,16})」|『([^“”「」『』\"\n]{2,16})』"
    r"|‘([^‘“”「」『』\"\n]{2,16}?)’(?![A-Za-z])|\"(?P<straight>[^\"“”「」『』\n]{0,200})\""
)
_A_TERM = re.compile(r"\w[^，。！？；,.!?;]{0,14}\w")
_IN_JSON = re.compile(r"[\[{,:]\s?$")  # keys and values
# What goes before, or after, words that a post may say: they mean what they say.
_SAID = re.compile(
    r"(?:说|喊|骂|问|写|(?<![退返])回|答|(?<!知)道|嘴上|如|像|譬|诸如|类似|字眼|词语?|(?<!案)例)[了着过是作成为到出上句一声个]{0,3}\s?[:：，]?\s?$"
    r"|\b(?:say(?:s|ing)?|said|writes?|wrote|writing|asks?|asked|asking|calls?|tells?|like|such as|e\.g\.|for example"
    r"|as in|words?|phrases?|expressions?|text|starts? with|ends? with|contain(?:s|ing)?)\s?[:,]?\s?$"
    r"|[”」』’\"]\s?(?:[、，,/]|或者?|\bor\b)?\s?$",
    re.IGNORECASE,
)
_AS_WORDS = re.compile(
    r"\s?(?:字样|字眼|[一二两三四五几]个?字|[一这]个?词|这?[类种句些]话|的?说法|之类|等(?:词|字|话|语|表述|表达|说法)|一类的?[词话])"
    r"|\s?(?:[、，,/]|或者?|\bor\b)?\s?[“「『‘\"]\w"
    r"|\s(?:or|and) (?:similar|the like)|\s(?:\w{1,12} )?(?:suggest|show|signal|indicate|convey|expresse?|implie?)s"
    r"|表[示明达]|体现|意味",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:叫做?|称[为作之]?|记[为作]|简称|所谓的?|即|[(（]|called|known as|i\.e\.,?|termed)\s?$", re.IGNORECASE
)
_MEANS = re.compile(
    r"\s{0,2}(?:[(（:：=]|[，,]?\s?(?:也?就?是指|指(?!不|望|出)|即(?!使|便|将|可)|就是)|是(?![否不])|的(?:意思|定义)|意(?:为|思是)"
    r"|[,，]? ?(?:meaning|means|i\.e\.|that is)|stands for|refers to|is (?!not\b)|are (?!not\b))",
    re.IGNORECASE,
)
_AROUND = 24  # characters before and after a term that are looked at
# Words of the prompt's own form and of the answer contract, and answers that are no label.
_FORM = (
    "labels label rationale evidence quote post posts example examples include includes exclude excludes definition"
    " definitions other none null empty unknown true false yes no json n/a"
    " 包括 不包括 定义 示例 例子 说明 指令 输入 标签 理由 依据 原文 其他 其它 未知 空列表 无标签 不确定"
)
_OF_THE_FORM = frozenset(_FORM.split())


def term_hits(subject: Subject) -> Iterator[Hit]:
    """Words that the prompt does not explain and no post uses."""
    yield from _acronyms(subject)
    yield from _quoted_terms(subject)


def _acronyms(subject: Subject) -> Iterator[Hit]:
    """Abbreviations that the prompt does not explain and no post uses."""
    labels = {word.upper() for label in subject.task.labels for word in re.findall(r"[^\W_]+", label)}
    texts = [entry for entry in subject.texts() if entry[0] != "examples"]
    explained = {term for _, _, text in subject.texts() for found in _EXPLAINED.findall(text) for term in found}
    places = {term: (section, label) for section, label, text in texts for term in _ACRONYM.findall(text)}
    open_terms = [term for term in places if term not in _KNOWN | labels | explained]
    used = {t for e in subject.examples for item in e.items for t in _ACRONYM.findall(item)} if open_terms else set()
    yield from (Hit("undefined-term", *places[term], term) for term in open_terms if term not in used)


@dataclass(frozen=True, slots=True)
class _Use:
    """A term in quotation marks, and whether what stands around it says what it means."""

    term: str
    is_plain: bool


def _quoted_terms(subject: Subject) -> Iterator[Hit]:
    """Terms in quotation marks that the prompt uses again and again, explains nowhere, and no post uses."""
    texts = [entry for entry in subject.texts() if entry[0] != "examples"]
    uses = [(use, section, label) for section, label, text in texts for use in _uses(text)]
    plain = {use.term for use, _, _ in uses if use.is_plain}
    times = Counter(use.term for use, _, _ in uses)
    places = {use.term: (section, label) for use, section, label in reversed(uses)}
    for term in dict.fromkeys(use.term for use, _, _ in uses):
        if times[term] > 1 and term not in plain and not _is_known(term, subject):
            yield Hit("undefined-term", *places[term], term)


def _uses(text: str) -> Iterator[_Use]:
    for found in _QUOTED.finditer(text):
        before, after = text[max(0, found.start() - _AROUND) : found.start()], text[found.end() : found.end() + _AROUND]
        term = found[found.lastindex or 0]
        if _A_TERM.fullmatch(term) and not (found["straight"] and _IN_JSON.search(before)):
            explained = _NAMED.search(before) or _MEANS.match(after)
            yield _Use(term, bool(explained or _SAID.search(before) or _AS_WORDS.match(after)))


def _is_known(term: str, subject: Subject) -> bool:
    """Whether it is a label, a word of the prompt's own form, or what posts and the definitions' examples say."""
    bare = _bare(term)
    if bare in _OF_THE_FORM or bare in {_bare(label) for label in subject.task.labels}:
        return True
    if re.fullmatch(rf"{re.escape(subject.task.item)}\s?\d{{0,3}}", term, re.IGNORECASE):
        return True
    told = (entry for definition in subject.definitions for entry in definition.examples)
    posts = (item for example in subject.examples for item in example.items)
    return any(term.casefold() in text.casefold() for text in (*told, *posts))


def _bare(term: str) -> str:
    """A label as a sentence names it: without underscores, capitals and a word for label behind it."""
    spaced = re.sub(r"[\s_-]+", " ", term).casefold()
    return re.sub(r"(?<=\w)(?:[类项]|类别|标签| label| category| class)$", "", spaced)
