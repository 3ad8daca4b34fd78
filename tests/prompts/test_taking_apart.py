"""A business team's own prompt becomes sections and definitions, and not a word of it is lost."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import format_prompt, render
from labkit.prompts.taking_apart import TakenApart, take_apart
from labkit.records import Example, Task

CHAT = """你是一名客服质检员，请根据下面的标签定义给用户的微博打标签，可以多选，没有合适的就返回空。

标签定义：
1. 物流：快递慢、丢件、派送问题
2. 退款：申请退款、退货、钱没到账
   包括：运费不退
   不包括：单纯投诉质量
3. 【质量】商品坏了、做工差

注意事项：
- 只看用户自己的话，转发内容不算

示例：
输入：快递五天没动静
输出：物流

请严格按照 JSON 格式输出：
{"labels": ["..."]}

微博内容：
{text}
"""
ENGLISH = """# Role
You triage support messages.

## Labels
- **refund**: the customer wants money back, or asks where it is
- **delivery**: late, lost or damaged parcels
- other - none of the above

### Output format
Return only the label.

Message: {{input}}

Think before you answer.
"""
TABLE = """请判断帖子属于哪一类。

| 标签 | 定义 | 不包括 |
|---|---|---|
| 物流 | 快递的问题 | 退款 |
| 退款 | 要钱 |  |

<文本>
"""
MESSAGES = json.dumps(
    [
        {"role": "system", "content": "给帖子分类。\n物流：快递的问题。\n退款：要退钱。"},
        {"role": "user", "content": "{{post}}"},
        {"role": "assistant", "content": "物流"},
    ],
    ensure_ascii=False,
)
LABELS = ("物流", "退款", "质量")
SENT = """你好，这是我们现在用的提示词，麻烦帮忙看看😊

【角色】
你是一名客服质检员。

【标签定义】
- 物流：快递慢
- 退款：要求退钱

【示例】
输入：快递五天没动静
输出：物流

输出格式：只输出 JSON，例如 {"label": "物流"}

待分类标题：
{text}

谢谢！
"""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def lost_words(text: str, taken: TakenApart) -> list[str]:
    """Words of a prompt that stand neither in the prompt that was made of it nor in the rest."""
    kept = set(words(format_prompt(taken.prompt)))
    kept |= {word for line in taken.rest for word in words(line.text)}
    kept |= {word for place in taken.placeholders for word in words(place)}
    joined = "\n".join([format_prompt(taken.prompt), *(line.text for line in taken.rest)])
    listed = any(d.includes or d.excludes or d.examples for d in taken.prompt.definitions)
    heads = {"包括", "不包括", "例如"} if listed else set()  # they became the heads of a definition's lists
    numbers = heads | set(re.findall(r"(?m)^\W*(\d{1,3})\s*[.．、)）]", text))  # a list's own numbering
    return [word for word in words(text) if word not in kept and word not in joined and word not in numbers]


def definitions(taken: TakenApart) -> dict[str, str]:
    return {definition.label: definition.text for definition in taken.prompt.definitions}


def test_a_prompt_from_a_chat_message():
    taken = take_apart(CHAT, LABELS)
    assert definitions(taken) == {
        "物流": "快递慢、丢件、派送问题",
        "退款": "申请退款、退货、钱没到账",
        "质量": "商品坏了、做工差",
    }
    refund = taken.prompt.definition_of("退款")
    assert refund
    assert (refund.includes, refund.excludes) == (("运费不退",), ("单纯投诉质量",))
    assert "客服质检员" in taken.prompt.system
    assert "转发内容不算" in taken.prompt.system
    assert "{{definitions}}" in taken.prompt.system
    assert "快递五天没动静" in taken.prompt.examples
    assert "{{posts}}" in taken.prompt.input
    assert any("JSON" in kept.text and kept.why == "format" for kept in taken.rest)
    assert (taken.several, taken.none) == (True, True)
    assert lost_words(CHAT, taken) == []


def test_a_prompt_as_it_was_sent_with_its_greeting_and_its_thanks():
    taken = take_apart(SENT, LABELS)
    assert definitions(taken) == {"物流": "快递慢", "退款": "要求退钱"}
    assert taken.prompt.examples == "【示例】\n输入：快递五天没动静\n输出：物流"
    assert taken.prompt.input == "待分类标题：\n{{posts}}"
    assert taken.prompt.instruction == ""
    assert taken.prompt.system.startswith("【角色】\n你是一名客服质检员。")
    assert [(kept.line, kept.why) for kept in taken.rest] == [(1, "greeting"), (14, "format"), (19, "greeting")]
    assert lost_words(SENT, taken) == []
    beside = take_apart(SENT.replace("待分类标题：\n", "待分类标题："), LABELS)
    assert beside.prompt.input == "待分类标题：{{posts}}"


def test_the_heading_of_the_posts_goes_with_them_even_right_after_examples():
    taken = take_apart("【示例】\n输入：快递慢\n输出：物流\n\n待分类标题：\n{text}", LABELS)
    assert taken.prompt.examples == "【示例】\n输入：快递慢\n输出：物流"
    assert taken.prompt.input == "待分类标题：\n{{posts}}"


@pytest.mark.parametrize("line", ["你好，你是一名客服质检员。", "谢谢类的帖子归为表扬", "Hello, you classify posts."])
def test_a_line_that_greets_and_says_more_stays_in_the_prompt(line: str):
    for text in (f"{line}\n微博：{{text}}", f"微博：{{text}}\n{line}"):
        taken = take_apart(text)
        assert (taken.rest, line in taken.prompt.system + taken.prompt.instruction) == ((), True)


def test_markdown_in_english():
    taken = take_apart(ENGLISH)
    assert set(definitions(taken)) == {"refund", "delivery", "other"}
    assert definitions(taken)["delivery"] == "late, lost or damaged parcels"
    assert "Think before you answer" in taken.prompt.instruction
    assert any("Return only the label" in kept.text for kept in taken.rest)
    assert lost_words(ENGLISH, taken) == []


def test_a_table_of_definitions():
    taken = take_apart(TABLE)
    assert definitions(taken) == {"物流": "快递的问题", "退款": "要钱"}
    delivery = taken.prompt.definition_of("物流")
    assert delivery
    assert delivery.excludes == ("退款",)
    assert taken.prompt.input == "{{posts}}"
    assert lost_words(TABLE, taken) == []


def test_a_chat_as_json():
    taken = take_apart(MESSAGES)
    assert set(definitions(taken)) == {"物流", "退款"}
    assert taken.prompt.input == "{{posts}}"
    assert "物流" in taken.prompt.examples


@pytest.mark.parametrize("text", ["", "\n\n", "{{", "# System message", "\ufeff", "[]", '{"messages": 3}', "{" * 5000])
def test_next_to_nothing_is_a_prompt_too(text: str):
    taken = take_apart(text)
    assert "{{posts}}" in taken.prompt.input
    assert lost_words(text, taken) == []


LINES = st.sampled_from(
    [*CHAT.split("\n"), *SENT.split("\n"), *ENGLISH.split("\n"), *TABLE.split("\n"), "{{unknown}}", "```", "---"]
)
ANY_LINE = LINES | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@given(st.lists(ANY_LINE, max_size=25).map("\n".join), st.booleans())
def test_no_word_is_lost_whatever_the_prompt(text: str, with_labels: bool):
    taken = take_apart(text, LABELS if with_labels else ())
    assert lost_words(text, taken) == []


@given(st.lists(ANY_LINE, max_size=20).map("\n".join))
def test_what_comes_out_renders_and_shows_the_posts(text: str):
    taken = take_apart(text, LABELS)
    task = Task("t", tuple(dict.fromkeys((*LABELS, *taken.labels))), "zh", "微博", multi_label=True)
    request = render(taken.prompt, task, Example("a", ("一条帖子",)))
    assert "微博 1: 一条帖子" in request.messages[-1].content


@pytest.mark.parametrize("line", ["你好" + "！" * 100_000 + "x", "#" * 100_000 + "x", "user" + " " * 100_000 + "x"])
def test_a_line_of_endless_marks_is_read_at_once(line: str):
    """In a process of its own, as nothing else ends a regular expression that goes through them again and again."""
    words = "import sys\nfrom labkit.prompts.foreign_lines import heading_kind, is_greeting, is_role_marker\n"
    words += "line = sys.stdin.read()\nprint(heading_kind(line), is_role_marker(line), is_greeting(line, last=False))"
    words += "\nprint(is_greeting(line, last=True))"
    done = subprocess.run(
        [sys.executable, "-c", words], input=line, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["None", "False", "False", "False"]
