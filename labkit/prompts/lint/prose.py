"""Running text in Chinese and English: how much it says, and what it is about. Linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han, Hangul
_WIDE_RUN = re.compile(rf"[{WIDE}]+")
_WORD = re.compile(rf"[^\W_{WIDE}]+(?:['’][^\W\d_{WIDE}]{{1,3}})?")
_MARKS = re.compile(r"[\W_]+")
_POSSESSIVE = re.compile("['’]s?$")
_SUFFIX = re.compile(r"(?:ings?|ed|es|s|ly)$")
_CHINESE_FILLER = re.compile(
    "关于|有关|相关|涉及|属于|提到|谈到|说到|表示|包括|包含|方面|类别|这一类|这类|一类|此类|标签|内容|问题|情况|事情"
    "|东西|微博|帖子|文本|评论|消息|用户|作者|顾客|客户|的|了|是|与|和|或|在|有|等|类|指|即|为|对|就|都|把|被|让|着|过"
)
_CHINESE_FRAME = re.compile(  # what a definition may be written in, and says nothing by itself
    "所有|一切|全部|任何|凡是|凡|只要|均|归到|归入|归为|归于|归|算作|算|判为|标为|记为|该|这个|这种|这里|这|一种|一个|种|条"
)
_ENGLISH_FILLERS = (
    "a an the and or of to in on at by for with from as is are be been was were it its this that these those which who"
    " whom whose what when where how any all some not no do does did has have had can could may might will would should"
    " about concern concerns concerning regard regarding relate related relating topic topics issue issues problem"
    " problems question questions matter matters thing things something anything label labels category categories class"
    " type kind intent intents post posts message messages text texts tweet tweets content user users author authors"
    " customer customers person people they their them he she his her you your i my we our there here other others than"
    " then so such if also only into out up but mention mentions mentioned express expresses expressed say says said"
    " talk talks ask asks want wants use used using belong belongs include includes everything every each whatever"
)
_ENGLISH_FILLER = frozenset(_ENGLISH_FILLERS.split())


def amount(text: str) -> int:
    """How much a text says, in words: an English word is one, two Chinese characters are one."""
    wide = sum(len(run) for run in _WIDE_RUN.findall(text))
    return sum(1 for _ in _WORD.finditer(text)) + wide // 2


def words(text: str) -> Iterator[str]:
    """The words of a text's alphabetic parts that say something: in lower case, without endings, without fillers."""
    for found in _WORD.finditer(text.replace("_", " ")):
        word = found.group().lower()
        if word not in _ENGLISH_FILLER and stem(word) not in _FILLER_STEMS:
            yield stem(word)


def stem(word: str) -> str:
    """An English word without its commonest endings; short words stay as they are."""
    word = _POSSESSIVE.sub("", word)
    return _SUFFIX.sub("", word) if len(word) > 4 else word


_FILLER_STEMS = frozenset(map(stem, _ENGLISH_FILLER))


def content(text: str) -> set[str]:
    """What a text is about: stems of its words, and pairs of neighbouring Chinese characters, without fillers."""
    return {word for word in words(text) if len(word) > 1} | set(_pairs(text))


def _pairs(text: str) -> Iterator[str]:
    for run in _WIDE_RUN.findall(_CHINESE_FILLER.sub(" ", text)):
        yield from (run[k : k + 2] for k in range(len(run) - 1))


def squeezed(text: str) -> str:
    """A text's letters, digits and characters only, in lower case: what stays when spaces and marks change."""
    return _MARKS.sub("", text.lower())


def _bare(text: str) -> str:
    """A text without the Chinese words that say nothing by themselves; longer ones go first (所有 holds 有)."""
    return _CHINESE_FILLER.sub(" ", _CHINESE_FRAME.sub(" ", text))


def left_of(text: str, name: str) -> str:
    """What a text says beyond a name and filler words, squeezed; "" when it only repeats the name."""
    said = _bare(text)
    for part in _WIDE_RUN.findall(name):
        said = said.replace(part, " ").replace(_bare(part), " ")
    named = set(words(name))
    return "".join(word for word in words(said) if word not in named) + "".join(_WIDE_RUN.findall(said))
