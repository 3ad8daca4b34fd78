"""What a line of somebody else's prompt is: a heading, an item, a place for the posts, a demand for a format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_SHORT = 300  # characters; a longer line is no heading, greeting or role, and its marks are not gone through
_POST_NAMES = (
    "text input post posts content sentence query comment message review tweet utterance document weibo question body"
    " user_input user_text input_text text_to_classify the_text your_text 文本 内容 微博 帖子 评论 输入 正文 留言 句子 反馈 问题"
    " 用户输入 用户内容 微博内容 微博正文 帖子内容 评论内容 文本内容 待分类文本 待分类内容 待标注文本 待标注内容 输入文本 这里放微博"
)
_NAMES = "|".join(sorted(map(re.escape, _POST_NAMES.split()), key=len, reverse=True))
_INSERT = r"(?:insert|paste|put|add)\b[^\]>}\n]{0,40}|(?:在此|此处|这里|请在此)[^\]】>}\n]{0,20}"
_POSTS = re.compile(
    rf"\{{\{{\s*(?:{_NAMES})s?\s*\}}\}}|\$?\{{\s*(?:{_NAMES})s?\s*\}}|<\s*(?:{_NAMES}|{_INSERT})\s*>|"
    rf"\[\s*(?:{_NAMES}|{_INSERT})\s*\]|【\s*(?:{_NAMES}|{_INSERT})\s*】|\$(?:{_NAMES})\b",
    re.IGNORECASE,
)
_NAMELESS = re.compile(r"(?<![{\w\"'])\{\d?\}(?!\})|(?<!\w)%s(?!\w)")
_LABELS_PLACE = re.compile(
    r"\{{1,2}\s*(?:labels?|label_list|categories|classes|intents|definitions?|标签|标签列表|类别|类别列表|定义)\s*\}{1,2}",
    re.IGNORECASE,
)
_OURS = re.compile(r"\{\{\s*(\w*)\s*\}\}")

_HEAD = re.compile(
    r"^\s*(?:#{1,6}\s*(?P<hash>.+?)\s*#*|【(?P<lens>[^】]{1,30})】[:：]?|\*\*(?P<bold>[^*]{1,40}?)[:：]?\*\*[:：]?|"
    r"\[(?P<square>[^\]]{1,30})\][:：]?|<(?P<tag>[\w ]{1,30})>|=+\s*(?P<rule>[^=]{1,30}?)\s*=+|"
    r"(?:[一二三四五六七八九十]+、|\d+[.、]\s*)?(?P<colon>[^\s:：。，,;；][^:：。，,;；]{0,38})[:：])\s*$"
)
_KINDS = {
    "output": r"(?:输出|返回|回答|回复|答案|结果)(?:格式|要求|形式|规范|示例|样例)?(?:如下)?|(?:output|response|answer|return|reply)"
    r"(?:\s*(?:format|schema|requirements?|template))?|json\s*(?:格式|format|schema)?|格式|格式要求|format",
    "examples": r".*(?:示例|例子|样例|举例|案例|范例).{0,6}|(?:few[- ]?shots?|(?:few[- ]?shot\s*)?(?:examples?|demonstrations?|samples?))\s*\d*.{0,12}",
    "labels": r"(?!.*待分类).*(?:标签|类别|分类|类目|意图|定义).{0,10}|.*(?:labels?|categor(?:y|ies)|class(?:es)?|intents?|definitions?|taxonomy)"
    r".{0,24}",
    "input": r".*(?:输入|待分类|待标注|待判断|(?:微博|帖子|评论|文本|用户)内容).{0,6}|微博|帖子|评论|文本|内容|正文|(?:the\s+|user\s+)?"
    r"(?:input|text|post|tweet|comment|message|review)s?(?:\s+to\s+(?:be\s+)?(?:classif|label).*)?",
    "role": r"system(?:\s*(?:message|prompt))?|user(?:\s*(?:message|prompt))?|assistant|human|系统(?:提示词?|消息|指令)?|用户(?:消息)?|助手",
}
_KIND = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_ROLE_LINE = re.compile(
    r"^\s*(?:#+\s*|\[|【|<\|?)?(system|user|assistant|human|系统|用户|助手)(?:\]|】|\|?>)?\s*[:：]?\s*$", re.IGNORECASE
)

_MARK = r"(?:[-*•·▪◦●○■]\s*|\d{1,3}\s*[.．、)）]\s*|[(（]\d{1,3}[)）]\s*|[①-⑳]\s*|[A-Za-z][.)]\s+|[一二三四五六七八九十]{1,3}[、.]\s*|#{2,6}\s+)"
_NAME = r"[^\s:：。！？!?；;，,|{}<>\"“”「」【】`*][^:：。！？!?；;，|{}<>\"“”「」【】`*\n]{0,39}?"
_ITEM = re.compile(
    rf"^(?P<indent>\s*)(?P<mark>{_MARK})?(?:"
    rf"(?P<open>【|\[|「|『|“|\"|`|\*\*|')(?P<quoted>[^】\]」』”\"`*\n]{{1,40}}?)[:：]?(?P<close>】|\]|」|』|”|\"|`|\*\*|')"
    rf"\s*(?P<quoted_mark>[:：]|[-–—]+|=|→|->)?\s*(?P<quoted_text>.*)"
    rf"|(?P<name>{_NAME})\s*(?:[(（][^)）\n]{{1,40}}[)）])?\s*(?P<separator>[:：]|[-–—]{{2,}}|\s[-–—]\s|→|->|\t|=)\s*(?P<text>.*)"
    rf"|(?P<bare>{_NAME}))\s*$"
)
_NO_LABEL = re.compile(
    r"(?:注意|要求|输出|输入|示例|例子|例如|举例|步骤|角色|任务|背景|说明|规则|格式|目标|补充|备注|原则|理由|原因|解释|提示|答案|结果|标签|类别|分类"
    r"|微博|文本|内容|帖子|评论|包括|包含|不包括|不包含|note|notes|input|output|example|examples|step|role|task|background|rule|rules|format"
    r"|goal|context|answer|result|label|labels|category|categories|text|post|reason|rationale|important|warning|remember|includes?|excludes?"
    r"|e\.?g|q|a|tip|hint|json|https?|instructions?|system|user|assistant)(?:事项|如下|格式|要求|定义|说明|列表|体系)?\s*\d*",
    re.IGNORECASE,
)
_TAGGED = re.compile(
    r"^\s*<(?P<tag>[\w-]{1,40})(?:\s+(?:name|label|id)\s*=\s*[\"']?(?P<name>[^\"'>]{1,60}?)[\"']?)?\s*>(?P<text>.+?)</(?P=tag)>\s*$"
)
_MEANS = re.compile(
    r"\s*(?:就是|是指|指的是|是|指|表示|代表|means|refers to|is when|is)\s*[:：]?\s*(?P<text>\S.*)$", re.IGNORECASE
)
_DEMAND = re.compile(
    r"^\s*(?:[-*•]\s*|\d+[.、)]\s*)?(?:(?:请|务必|必须|最后|最终|直接|严格)*\s*(?:只|仅|仅仅)?\s*(?:需要?|能|以|用|按照?|严格按照?)?[^。，,]{0,14}"
    r"(?:输出|返回|回答|回复)(?!错误|不)|(?:please\s+)?(?:only\s+|just\s+|strictly\s+)?(?:output|return|respond|reply|answer)\b"
    r"|your\s+(?:answer|output|response)\s+(?:must|should)|(?:不要|无需|请勿|禁止)(?:输出|返回|解释|回答)|(?:do not|don't|no)\s+"
    r"(?:output|explain|explanation|add|include))",
    re.IGNORECASE,
)
_ABOUT_FORMAT = re.compile(
    r"json|格式|只输出|仅输出|直接输出|标签名|schema|format|xml|yaml|markdown|only|explanation|解释", re.IGNORECASE
)
_CUE = re.compile(
    r"^\s*(?:输出|标签|类别|分类|分类结果|结果|答案|回答|意图|output|label|labels|answer|category|response|result|assistant)\s*[:：]\s*$",
    re.IGNORECASE,
)
_FORMAT_HEAD = re.compile(r"格式|要求|形式|规范|format|schema", re.IGNORECASE)
_GREETING = re.compile(
    r"\W*(?:你好|您好|大家好|哈喽|嗨|hi|hello)\W*(?:(?:这是|这里是|以下是|this is|here is)\W*[^。\n]{0,20}(?:提示词|prompt)(?!里|中)[^。\n]{0,30})?\W*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\W*(?:非常|十分|多谢|谢谢|感谢|辛苦|thanks|thank you)(?:谢谢|感谢|大家|你们?|您|了|啦|\s*(?:a lot|so much|very much))*\W*",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?:标签|类别|分类|类目|意图|以下|选项|labels?|categor(?:y|ies)|class(?:es)?|intents?|one of|following)[^:：\n]{0,30}[:：]\s*(?P<names>[^。\n]+)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"可多选|多个标签|一个或多个|可以?有多个|多选|所有(?:符合|适用)|all (?:labels? )?that apply|one or more|multiple labels|multi-?label",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"都不(?:符合|属于|适用)|均不(?:符合|属于)|不属于(?:任何|以上)|没有(?:合适|符合)的|none (?:of|applies|apply)|no label|if none|空列表|为空",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A line that could define a label: `1. 物流：…`, `- refund: …`, `【退款】…`, `### refund`, or a marked name.

    Args:
        name: the label it would define.
        text: what it says of it.
        indent: columns before it.
        style: how it is marked; the items of one list have one style.
        block: whether its text may follow on plain lines, as under a heading.
    """

    name: str
    text: str
    indent: int
    style: str
    block: bool = False

    @property
    def marked(self) -> bool:
        """Whether a bullet, a number or a bracket shows that an item begins."""
        return self.style != ""


def item_of(line: str) -> Item | None:
    """Read a line as an item, or None when it is an ordinary one."""
    tagged = _TAGGED.match(line)
    if tagged:
        name = tagged["name"] or tagged["tag"]
        return None if _is_no_label(name) else Item(name, tagged["text"].strip(), 0, "<>")
    found = _ITEM.match(line)
    if not found:
        return None
    mark, opening = found["mark"] or "", found["open"] or ""
    name = (found["quoted"] or found["name"] or found["bare"] or "").strip().strip("*`\"'“”").strip()
    text = (found["quoted_text"] or found["text"] or "").strip()
    if _is_no_label(name) or (found["bare"] is not None and (not mark or _is_title(name))):
        return None
    if opening and opening in "'\"[" and not mark and not found["quoted_mark"]:
        return None
    indent = len(found["indent"].expandtabs(4))
    block = (opening in ("【", "**") or mark.startswith("#")) and not text
    return Item(name, f"{_aside(line, found['name'])} {text}".strip(), indent, _kind_of_mark(mark) or opening, block)


def item_said_of(line: str, known: Sequence[str]) -> Item | None:
    """A line of running text that says what a known label means: `正面就是夸的`, `refund means …`."""
    stripped = line.strip()
    for name in known:
        found = _MEANS.match(stripped, len(name)) if stripped.startswith(name) else None
        if found:
            return Item(name, found["text"], 0, "means")
    return None


def _is_no_label(name: str) -> bool:
    return not name or bool(_NO_LABEL.fullmatch(name)) or any(unicodedata.category(ch)[0] == "C" for ch in name)


def _is_title(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in _KIND.values())


def _aside(line: str, name: str | None) -> str:
    """What stands in brackets behind a name: `退款（Refund）：…`."""
    found = re.search(rf"{re.escape(name.strip())}\s*([(（][^)）]*[)）])", line) if name else None
    return found[1] if found else ""


def _kind_of_mark(mark: str) -> str:
    mark = mark.strip()
    if mark.startswith("#"):
        return mark
    return "-" if mark and mark[0] in "-*•·▪◦●○■" else re.sub(r"[\d一二三四五六七八九十A-Za-z①-⑳]+", "1", mark)


def heading_kind(line: str) -> str | None:
    """What a heading announces: output, examples, labels, input, role; "other"; None for a line that is no heading."""
    found = _HEAD.match(line) if len(line) <= _SHORT else None
    if not found:
        return None
    title = next(group for group in found.groups() if group is not None).strip(" :：*")
    title = re.sub(r"^(?:[一二三四五六七八九十]+、|\d+[.、]\s*)", "", title)
    return next((kind for kind, pattern in _KIND.items() if pattern.fullmatch(title)), "other")


def opening_kind(line: str) -> str | None:
    """What a line with text behind a colon announces: `输出格式：JSON`, `Examples: …`."""
    head, colon, text = re.sub(r"^\s*#*\s*", "", line).replace("：", ":").partition(":")
    if not colon or not text.strip() or len(head) > 20:
        return None
    title = head.strip(" *【】[]")
    return next((kind for kind in ("output", "examples", "role") if _KIND[kind].fullmatch(title)), None)


def is_role_marker(line: str) -> bool:
    """Whether a line only says whose message follows."""
    return len(line) <= _SHORT and bool(_ROLE_LINE.match(line))


def role_of(line: str) -> str:
    """The role that a marker names: system, user or assistant."""
    found = _ROLE_LINE.match(line)
    word = found.group(1).lower() if found else ""
    return {"系统": "system", "用户": "user", "human": "user", "助手": "assistant"}.get(word, word)


def has_posts(line: str) -> bool:
    """Whether a line holds a placeholder for the posts."""
    found = _POSTS.search(line)
    return bool(found) and not (
        found is not None and found.group().startswith("<") and f"</{found.group()[1:]}" in line
    )


def has_nameless(line: str) -> bool:
    """Whether a line holds `{}`, `{0}` or `%s`."""
    return bool(_NAMELESS.search(line))


def fill_posts(line: str) -> tuple[str, list[str]]:
    """The line with its placeholder for the posts as ours, and what was written there."""
    pattern = _POSTS if _POSTS.search(line) else _NAMELESS
    found = [match.group() for match in pattern.finditer(line)]
    return pattern.sub("{{posts}}", line), found


def neutral(line: str, keep: tuple[str, ...] = ("posts", "definitions")) -> tuple[str, list[str]]:
    """The line with `{{name}}` as `{name}`, since nothing would fill it, and each name that was changed."""
    changed = [match.group() for match in _OURS.finditer(line) if match[1] not in keep]
    return _OURS.sub(lambda match: match.group() if match[1] in keep else f"{{{match[1]}}}", line), changed


def fill_labels(line: str) -> tuple[str, bool]:
    """The line with a placeholder for the labels as ours, and whether there was one."""
    filled, times = _LABELS_PLACE.subn("{{definitions}}", line, count=1)
    return filled, bool(times)


def demands_format(line: str) -> bool:
    """Whether a line is about nothing but the form of the answer."""
    return bool(_DEMAND.match(line) and _ABOUT_FORMAT.search(line))


def is_answer_cue(line: str) -> bool:
    """Whether a line only waits for the answer: `输出：`, `Label:`."""
    return bool(_CUE.match(line))


def heads_format(line: str) -> bool:
    """Whether a line says under a heading of its own how to answer: `输出格式：只输出 JSON`; not `输出：物流`."""
    head = line.replace("：", ":").partition(":")[0]
    return opening_kind(line) == "output" and bool(_FORMAT_HEAD.search(head)) and demands_format(line)


def is_greeting(line: str, *, last: bool) -> bool:
    """Whether a message's first line only greets and hands over a prompt, or its last one only thanks."""
    return len(line) <= _SHORT and bool((_THANKS if last else _GREETING).fullmatch(line))


def mentions_format(line: str) -> bool:
    """Whether a line speaks of the form of the answer, among other things."""
    return bool(
        re.search(
            r"json|xml|(?:输出|返回)[^。]{0,12}(?:标签|类别|格式)|output (?:format|only|the|your)|respond (?:with|in)",
            line,
            re.IGNORECASE,
        )
    )


def listed_names(line: str) -> list[str]:
    """The label names of a line such as `标签：物流、退款、质量`, at least two; [] when it lists none."""
    found = _LIST.search(line)
    if not found:
        return []
    text = re.sub(r"[\[\]【】()（）{}\"'“”「」`*]", "", found["names"]).strip(" 。.;；")
    mark = next((mark for mark in ("、", "|", ";", "；", ",", "，", "/") if mark in text), None)
    names = [name.strip() for name in text.split(mark)] if mark else []
    fine = len(names) >= 2 and all(
        0 < len(name) <= 30 and not re.search(r"[。！？!?:：]|\s\S+\s\S+\s\S+\s", name) for name in names
    )
    return list(dict.fromkeys(names)) if fine else []


def allows_several(text: str) -> bool:
    """Whether a prompt says that several labels may be given."""
    return bool(_SEVERAL.search(text))


def allows_none(text: str) -> bool:
    """Whether a prompt says that there may be no label."""
    return bool(_NONE.search(text))
