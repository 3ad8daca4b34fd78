"""A rewritten answer held against the one before: labels, numbers, names and JSON must be the very same.

A reason is text, and nobody can prove that two texts say the same; what can be compared is compared, and an answer that
differs in any of it keeps its old words (after ReAlign: Fan et al. 2024). A Chinese name that nothing marks as one,
such as a brand's, cannot be told from other words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Literal

PROSE = "rationale"  # the only part of an answer that may be worded otherwise
Change = Literal["", "json", "labels", "numbers", "names", "negation", "length"]
_SHORTEST, _LONGEST = 0.5, 2.0  # of the text before
_NUMERAL, _MEASURE = "二两三四五六七八九十百千万亿", "天日月年周次个件条人岁点号块元角分钟时倍折成公斤米级楼层"
_NUMBERS = re.compile(rf"\d+(?:[.,:/-]\d+)*%?|[零〇一{_NUMERAL}]{{2,}}|[{_NUMERAL}半](?=[{_MEASURE}小])")
_QUOTED = re.compile(r"[“「『《\"]([^”」』》\"\n]{2,80})[”」』》\"]|@([\w-]{1,40})|#([^#\s]{1,40})")
_CALLED = re.compile(
    r"[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|老师|经理|公司|集团|银行|医院|大学|学校|法院|平台|超市|酒店|快递|市|省|县|区|路)"
)
_PERSON = re.compile(
    r"(?:^|(?<=[，。；、：:\s])|(?<=[用客][户服])|(?<=[顾买卖]客)|(?<=[买卖]家)|(?<=叫))"
    r"[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢钟崔]"
    r"[\u4e00-\u9fff]{1,2}?(?=说|称|表示|投诉|反映|要求|认为|询问|抱怨|催)"
)
_PLACE = re.compile(
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏"
    "|新疆|香港|澳门|广州|深圳|杭州|南京|苏州|成都|武汉|西安|长沙|郑州|青岛|济南|大连|沈阳|哈尔滨|长春|合肥|福州|厦门|南昌|昆明|贵阳|南宁|太原|石家庄|兰州|乌鲁木齐"
    "|宁波|无锡|佛山|东莞|温州|义乌"
)
_NEGATION = re.compile(
    r"不(?![仅但过止管论断同])|没|无(?!论)|未(?!来)|别(?=[再让把给])|勿|非(?![常但])|\b(?:no|not|never|none|nor|cannot|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BROKEN = re.compile("[\ud800-\udfff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")  # no file holds it, or nobody sees it
_ENDS = "。！？!?.…”」』)）"
_OPENER = re.compile(r"^(?:(?:理由|原因|分析|解释|reason|rationale|explanation)\s*[:：]\s*)+", re.IGNORECASE)
_MARKER = re.compile(r"(?m)^\s*(?:[-*•]\s+|\d{1,2}(?:[、)）]|\.(?!\d))\s*)+(?=\S)")
_WIDE = str.maketrans(",;:!?", "，；：！？")
_MARKS = tuple(",;:，；：、。！？!?.…")  # a line that ends so needs no other mark before the next
_IN_BRACKETS = re.compile(
    r"(?<=[\u4e00-\u9fff”）])\(([^()]*)\)|\(([^()]*)\)(?=[\u4e00-\u9fff])|\(([^()]*[\u4e00-\u9fff][^()]*)\)"
)


def change(before: str, after: str, labels: Collection[str] = ()) -> Change:
    """What a rewriting changed that it must not; "" when nothing.

    Args:
        before: an answer, JSON or plain text. Of JSON only the text under "rationale" may differ.
        after: the answer rewritten.
        labels: words whose mention in the text is part of what it says.
    """
    old, new = _parts(before), _parts(after)
    if old.order != new.order or old.fixed.keys() != new.fixed.keys() or _BROKEN.search(new.text):
        return "json"
    if _as_json(old.fixed.get("labels")) != _as_json(new.fixed.get("labels")):
        return "labels"
    if _as_json(old.fixed) != _as_json(new.fixed):
        return "json"
    return _change_of_text(old.text, new.text, labels)


def by_rule(text: str, language: str) -> str:
    """A reason in one form without a model: one line, no list marks, no opening word, marks of the language, an end.

    Args:
        text: a reason.
        language: "zh" or "en".
    """
    line = _in_one_line(_OPENER.sub("", text.strip()), language)
    if language == "zh":
        line = _with_wide_brackets(line)
        line = re.sub(r"(?<=[\u4e00-\u9fff”）])[,;:!?]|[,;:!?](?=[\u4e00-\u9fff])", _widened, line)
        line = re.sub(r"(?<=[\u4e00-\u9fff，。；：！？]) (?=[\u4e00-\u9fff])", "", line)
        line = re.sub(r"(?<=[\u4e00-\u9fff])\.$", "。", line)
    if not line or line[-1] in _ENDS:
        return line
    return line + ("。" if language == "zh" else ".")


def _in_one_line(text: str, language: str) -> str:
    """Lines joined: items of a list, and lines of Chinese, by a semicolon where no mark stands between them."""
    found = ""
    for raw in text.splitlines():
        line = " ".join(_MARKER.sub("", raw).split())
        if not line:
            continue
        apart = bool(_MARKER.match(raw)) or language == "zh"
        joint = ("；" if language == "zh" else "; ") if apart and found[-1:] not in _MARKS else " "
        found += (joint if found else "") + line
    return found


def _with_wide_brackets(line: str) -> str:
    """Brackets beside or around Chinese are the wide ones, both of a pair or neither."""
    before = ""
    while before != line:
        before = line
        line = _IN_BRACKETS.sub(lambda pair: f"（{next(part for part in pair.groups() if part is not None)}）", line)
    return line


class _Parts:
    """An answer taken apart: what is fixed, the order of its keys, and its text."""

    def __init__(self, fixed: dict[str, Any], order: list[str], text: str) -> None:
        self.fixed, self.order, self.text = fixed, order, text


def _parts(answer: str) -> _Parts:
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return _Parts({}, [], answer)
    if not isinstance(read, dict):
        return _Parts({"": read}, [], "")
    text = read.get(PROSE, "")
    fixed = {key: value for key, value in read.items() if key != PROSE or not isinstance(value, str)}
    return _Parts(fixed, list(read), text if isinstance(text, str) else "")


def _as_json(value: Any) -> str:
    """A value as text: 1, 1.0 and true are equal in Python, and other JSON."""
    return json.dumps(value, ensure_ascii=True)


def _change_of_text(before: str, after: str, labels: Collection[str]) -> Change:
    before, after = (_MARKER.sub("", text) for text in (before, after))  # the numbers of a list are no facts
    if {label for label in labels if label in before} != {label for label in labels if label in after}:
        return "labels"
    if _numbers(before) != _numbers(after):
        return "numbers"
    if set(_names(before)) != set(_names(after)):
        return "names"
    if len(_NEGATION.findall(before)) != len(_NEGATION.findall(after)):
        return "negation"
    least, most = _SHORTEST * len(before.strip()), _LONGEST * len(before.strip()) + 8
    return "" if least <= len(after.strip()) <= most else "length"


def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBERS.findall(unicodedata.normalize("NFKC", text)))


def _names(text: str) -> Iterator[str]:
    """Quoted words, mentions, topics, who has a title or says something, places, and names in Latin letters."""
    for match in _QUOTED.finditer(text):
        yield next(filter(None, match.groups())).strip()
    for pattern in (_CALLED, _PERSON, _PLACE):
        yield from pattern.findall(text)
    chinese = bool(_HAN.search(text))
    for match in _LATIN.finditer(text):
        word = match.group().rstrip(".")
        begins = not text[: match.start()].rstrip() or text[: match.start()].rstrip()[-1] in ".!?:;"
        if chinese or re.search(r"\d|[A-Z].*[A-Z]", word) or (word[0].isupper() and not begins and len(word) > 1):
            yield word.casefold()


def _widened(mark: re.Match[str]) -> str:
    return mark.group().translate(_WIDE)
