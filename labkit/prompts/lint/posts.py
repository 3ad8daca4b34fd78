"""Rules about the rows: what posts hold that the prompt says nothing of. Test rows are not looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from labkit.prompts.escaping import holds_index
from labkit.prompts.lint.finding import Hit
from labkit.prompts.lint.subject import Subject

_REPOST = re.compile(r"//\s?@[^\s:：]{1,40}\s?[:：]|(?<!\w)RT @\w{1,30}\s?:|转发微博\s*$|回复@[^\s:：]{1,40}\s?[:：]")
_SPEECH = re.compile(
    r"(?:说|称|表示|喊|吼|回(?:了一句|我|复)?|问|骂|原话是?|写着|告诉我)\s?[:：，]?\s?[“「『\"][^”」』\"\n]{4,200}[”」』\"]"
    r"|\b(?:said|says|told (?:me|us|him|her)|wrote|replied|answered|quote)\s?[:,]?\s?[“\"][^”\"\n]{8,300}[”\"]",
    re.IGNORECASE,
)
_ON_REPOSTS = re.compile(r"转发|转载|转评|//@|引用|原博|repost|retweet|quot(?:e|ed|ing)|forwarded", re.IGNORECASE)
_ON_SPEECH = re.compile(
    r"引用|引述|转述|别人的话|他人的话|原话|谁说|quot(?:e|ed|ing)|someone else's words|reported speech", re.IGNORECASE
)
# Kinds of attack as Liu et al. 2024 name them: naive, context ignoring, fake completion; and the marks of chat formats.
_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|不用管)(?:掉|你)?[^，。！？\n]{0,8}(?:指令|指示|要求|规则|提示词?|命令|设定)"
    r"|(?:请|必须|直接|只能?)(?:把(?:这条|本条|它|这个))?[^，。！？\n]{0,6}(?:输出|回答|标注?为|归类?为|分类?为|打上)[^，。！？\n]{0,8}标签"
    r"|(?:请|必须|直接)?(?:把|将)(?:这|本|此|它|以上)[^，。！？\n]{0,8}(?:标注?|归类?|分类?|判定?)(?:为|成|到)"
    r"|(?:标签)?只(?:能|可)?(?:输出|回答)\s?[“「『\"]"
    r"|(?:你现在是|从现在起你|你是一个)[^，。！？\n]{0,10}(?:助手|模型|机器人|AI|人工智能)|系统提示[词:：]"
    r"|\b(?:ignore|disregard|forget|override)\b[^.!?\n]{0,30}\b(?:instruction|prompt|rule|direction|command|guideline)s?"
    r"|\b(?:label|classify|tag|mark|categori[sz]e) (?:this|it|the above)(?: \w{1,12}){0,3} as\b"
    r"|\byou are now (?:a|an|in)\b|\b(?:system|developer) (?:prompt|message)\b|\byour (?:new )?instructions are\b"
    r"|<\|?(?:im_start|im_end|system|endoftext|user|assistant)\|?>|\[/?INST\]|</?s>"
    r"|^\s{0,4}#{2,4} ?(?:instruction|response|system)"
    r"|^\s{0,4}(?:system|assistant) ?[:：]|\"labels\"\s{0,3}[:：]\s{0,3}\[",
    re.IGNORECASE | re.MULTILINE,
)
_CHINESE_ORDER_WORDS = (
    "忽略",
    "无视",
    "忘",
    "理会",
    "不用管",
    "标",
    "归",
    "分类",
    "判",
    "输出",
    "回答",
    "你现",
    "起你",
    "你是",
    "系统",
)
_ENGLISH_ORDER_WORDS = ("ignore", "disregard", "forget", "override", "label", "classify", "tag ", "mark ", "categori")
_FRAME_WORDS = ("you are now", "instruction", "system", "developer", "assistant", "<", "[inst", "[/inst", "##")
_ORDER_WORDS = (*_CHINESE_ORDER_WORDS, *_ENGLISH_ORDER_WORDS, *_FRAME_WORDS)
_ON_ORDERS = re.compile(
    r"(?:不是|并非|不要执行|不得执行|不要听从|不要遵从|不要理会|忽略)[^。\n]{0,20}(?:指令|命令|要求)"
    r"|(?:仅|只)(?:是|作为)(?:待分类的?)?(?:数据|文本|内容)"
    r"|(?:data|content|text)[^.\n]{0,20}\bnot\b[^.\n]{0,12}(?:instructions?|commands?|orders?)"
    r"|(?:do not|don['’]t|never) (?:follow|obey|execute|act on)[^.\n]{0,40}(?:instructions?|commands?|orders?|posts?)"
    r"|(?:ignore|disregard) (?:any |all )?(?:instructions?|commands?|orders?)",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"\[SEP\]|</?s>|<sep>|\|\|\||^\s{0,4}(?:-{3,}|={3,}|\*{3,})\s{0,4}$", re.IGNORECASE | re.MULTILINE)
_NUMBERED = re.compile(r"^\s{0,4}[\[(（【]?(\d{1,2})[\])）】.、]\s?\S", re.MULTILINE)


# trait -> its pattern, and of what a post must hold some word for it, which is far quicker to see.
_SHOWN: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "repost": (_REPOST, ("@", "转发微博")),
    "quoted-speech": (_SPEECH, ("“", "「", "『", '"')),
    "orders": (_ORDERS, _ORDER_WORDS),
    "joined-rows": (_JOINTS, ("[sep]", "s>", "<sep>", "|||", "---", "===", "***")),
}


def post_hits(subject: Subject) -> Iterator[Hit]:
    """What the rows show that the prompt leaves open."""
    # Few-shot examples rule on nothing, and their answers have a field "quote".
    said = "\n".join(text for section, _, text in subject.texts() if section != "examples").replace('"quote"', "")
    names = {
        "repost": "" if _ON_REPOSTS.search(said) else "repost",
        "quoted-speech": "" if _ON_SPEECH.search(said) else "quoted-speech",
        "orders": "guarded-orders" if _ON_ORDERS.search(said) else "orders",
        "joined-rows": "joined-rows",
        "index-in-post": "index-in-post",
    }
    for trait, rows in _rows_by_trait(subject).items():
        if names[trait]:
            yield Hit(names[trait], "posts", None, next(iter(rows.values())), tuple(rows), {"item": subject.task.item})

    unplaced = {row.example.id: row.prediction.unplaced[0] for row in subject.read_answers if row.prediction.unplaced}
    if unplaced:
        cited = next(iter(unplaced.values()))
        quote = f"{subject.task.item} {cited.post}: {cited.quote}"
        yield Hit("cited-index", "posts", None, quote, tuple(unplaced), {"item": subject.task.item})


def _rows_by_trait(subject: Subject) -> dict[str, dict[str, str]]:
    """What posts show -> ids of the rows with the first post that shows it."""
    found: dict[str, dict[str, str]] = {}
    for example in subject.examples:
        if example.split != "test":
            for post in example.items:
                for trait in _traits(post, subject.task.item):
                    found.setdefault(trait, {}).setdefault(example.id, post)
    return found


@lru_cache(maxsize=1 << 17)  # an editor asks about the same posts at every pause in typing
def _traits(post: str, item: str) -> tuple[str, ...]:
    """What a post shows that a prompt should speak of."""
    low = post.lower()
    found = {name for name, (pattern, words) in _SHOWN.items() if any(w in low for w in words) and pattern.search(post)}
    found |= {"joined-rows"} if "\n" in post and _is_numbered(post) else set()
    found |= {"index-in-post"} if holds_index(post, item) else set()
    return tuple(sorted(found))


def _is_numbered(post: str) -> bool:
    """Whether the lines of a post are numbered 1, 2, …, as those of several that somebody joined."""
    return [int(found.group(1)) for found in _NUMBERED.finditer(post)][:2] == [1, 2]
