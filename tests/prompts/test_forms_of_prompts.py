"""The forms in which people write prompts: tables, lenses, headings, tags, chats; in none of them is a line lost."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.prompts.definition_text import read_definition
from labkit.prompts.file import format_prompt, parse_prompt
from labkit.prompts.taking_apart import TakenApart, take_apart
from labkit.records import Definition

MARKDOWN = """# Role
You sort messages to a bank.

## Intents
| Intent | Description | Examples |
|---|---|---|
| card_lost | The card is gone. | I lost it; someone took it |
| refund | Money should come back. | |

## Rules
1. If several apply, choose the most urgent.

## Output format
Return only valid JSON, no explanation:
```json
{"intent": "<one of the intents>"}
```

## Examples
Message: where is my card
Answer: {"intent": "card_lost"}

## Input
\"\"\"
{{ message }}
\"\"\"
"""
LENSES = """【角色】你是微博舆情分析专家
【任务】判断下面的微博属于哪一类
【物流】快递慢、丢件等
【退款】
用户要求退款；
或者退款迟迟不到账。
【其他】以上都不是
注意：
1、反讽按真实意图判断
请只输出类别名称，不要解释。
微博内容：
{content}
"""
NUMBERED = """你是客服质检员。

一、标签定义
1. 物流：快递、包裹的问题。
   包括：丢件；延误
   不包括：退货运费
2. 退款（Refund）：要求退钱。

二、要求
- 可多选，没有合适的标签输出空列表

待分类微博：{text}
"""
HEADED = """## 任务
给帖子分类。

### 物流
定义：快递相关。
包括：
- 丢件
不包括：
- 退货物流

### 退款
定义：要求退钱。

## 输出
输出 JSON：{"label": "..."}
## 帖子
[帖子]
"""
BULLETS = """Definitions
===========
* **Refund request** – The customer asks for money back.
    * includes partial refunds
    * excludes exchanges
* **Delivery problem** – Parcel late or lost.

Few-shot:
Post: the pan peeled
Labels: ["Delivery problem"]

Post: "{post}"
Labels:
"""
TAGS = """<categories>
<category name="refund">Wants money back</category>
<category name="praise">Nice words</category>
</categories>
<review>
{{REVIEW}}
</review>
Think first, then output the category in <answer></answer> tags.
"""
CHAT = json.dumps(
    [
        {"role": "system", "content": "You label tweets.\n\nLabels:\n- refund: wants money back\n- praise: kind words"},
        {"role": "user", "content": "Tweet: give it back"},
        {"role": "assistant", "content": "refund"},
        {"role": "user", "content": "Tweet: {tweet}"},
    ]
)
LISTED = "请对评论分类，类别包括：物流、退款、其他。\n可以有多个标签。\n评论：%s\n输出："


def definitions(taken: TakenApart) -> dict[str, str]:
    return {definition.label: definition.text for definition in taken.prompt.definitions}


def test_a_markdown_prompt_with_a_table():
    taken = take_apart(MARKDOWN)
    prompt = taken.prompt
    assert definitions(taken) == {"card_lost": "The card is gone.", "refund": "Money should come back."}
    assert prompt.definitions[0].examples == ("I lost it", "someone took it")
    assert prompt.system.startswith("## Role\nYou sort messages to a bank.\n\n## Intents\n{{definitions}}")
    assert prompt.system.endswith("1. If several apply, choose the most urgent.")
    assert prompt.input == '## Input\n"""\n{{posts}}\n"""'
    assert "where is my card" in prompt.examples
    assert {kept.why for kept in taken.rest} == {"table", "format"}
    assert [kept.line for kept in taken.rest if kept.why == "format"] == [13, 14, 15, 16, 17]


def test_labels_in_lenses_over_one_line_or_several():
    taken = take_apart(LENSES)
    assert definitions(taken) == {
        "物流": "快递慢、丢件等",
        "退款": "用户要求退款； 或者退款迟迟不到账。",
        "其他": "以上都不是",
    }
    assert taken.prompt.input == "微博内容：\n{{posts}}"
    assert taken.prompt.system.splitlines()[:3] == [*LENSES.splitlines()[:2], "{{definitions}}"]
    assert [kept.text for kept in taken.rest] == ["请只输出类别名称，不要解释。"]


def test_a_numbered_list_under_a_chinese_heading():
    taken = take_apart(NUMBERED)
    first, second = taken.prompt.definitions
    assert (first.label, first.includes, first.excludes) == ("物流", ("丢件", "延误"), ("退货运费",))
    assert (second.label, second.text) == ("退款", "（Refund） 要求退钱。")
    assert (taken.several, taken.none, taken.posts_at) == (True, True, 12)
    assert "一、标签定义\n{{definitions}}" in taken.prompt.system


def test_a_heading_for_each_label():
    taken = take_apart(HEADED)
    assert definitions(taken) == {"物流": "快递相关。", "退款": "要求退钱。"}
    assert (taken.prompt.definitions[0].includes, taken.prompt.definitions[0].excludes) == (("丢件",), ("退货物流",))
    assert taken.prompt.input == "## 帖子\n{{posts}}"


def test_bold_bullets_with_bullets_below():
    taken = take_apart(BULLETS)
    first = taken.prompt.definitions[0]
    assert (first.label, first.includes, first.excludes) == ("Refund request", ("partial refunds",), ("exchanges",))
    assert taken.prompt.examples.startswith("Few-shot:\nPost: the pan peeled")
    assert taken.prompt.input == 'Post: "{{posts}}"'
    assert [kept.text for kept in taken.rest] == ["Labels:"]


def test_tagged_labels_and_posts():
    taken = take_apart(TAGS)
    assert definitions(taken) == {"refund": "Wants money back", "praise": "Nice words"}
    assert taken.prompt.system == "<categories>\n{{definitions}}\n</categories>"
    assert taken.prompt.input == "<review>\n{{posts}}\n</review>"
    assert taken.format_lines == (8,)


def test_a_chat_becomes_system_message_examples_and_input():
    taken = take_apart(CHAT)
    assert definitions(taken) == {"refund": "wants money back", "praise": "kind words"}
    assert taken.prompt.examples == "Tweet: give it back\nrefund"
    assert taken.prompt.input == "Tweet: {{posts}}"
    assert {kept.why for kept in taken.rest} == {"role"}


def test_labels_that_are_only_listed():
    taken = take_apart(LISTED)
    assert definitions(taken) == {"物流": "", "退款": "", "其他": ""}
    assert (taken.prompt.input, taken.several, taken.placeholders) == ("评论：{{posts}}", True, ("%s",))


def test_the_labels_of_the_data_tell_definitions_from_other_lists():
    text = "要求：\n1. 快：先看标题\n2. 准：再看正文\n3. 全：别漏\n标签：\n- 退款 : 要退钱\n- 物 流: 快递\n文本：{text}"
    assert list(definitions(take_apart(text, ("物流", "退款", "质量")))) == ["退款", "物流"]
    prose = "分成正面和负面\n正面就是夸的\n负面是指骂的，投诉也算"
    assert definitions(take_apart(prose, ("正面", "负面"))) == {"正面": "夸的", "负面": "骂的，投诉也算"}
    assert take_apart(prose).prompt.system == prose


def test_a_prompt_without_a_place_for_posts_gets_one():
    taken = take_apart("给微博分类：物流、退款")
    assert (taken.posts_at, taken.prompt.input) == (None, "{{posts}}")


def test_other_placeholders_lose_a_pair_of_braces_and_are_named():
    taken = take_apart("公司：{{company}}\n微博：{{text}}")
    assert taken.prompt.system == "公司：{company}"
    assert taken.placeholders == ("{{company}}", "{{text}}") or set(taken.placeholders) == {"{{company}}", "{{text}}"}


@pytest.mark.parametrize("text", [MARKDOWN, LENSES, NUMBERED, HEADED, BULLETS, TAGS, CHAT, LISTED])
def test_what_comes_out_is_a_prompt_file(text: str):
    prompt = take_apart(text).prompt
    assert parse_prompt(format_prompt(prompt), "v1") == prompt
    assert prompt.input.count("{{posts}}") == 1


def test_a_definition_replaced_by_another_is_kept_in_the_rest():
    taken = take_apart(NUMBERED).without(["物流"])
    replaced = [(kept.line, kept.text.strip()) for kept in taken.rest if kept.why == "replaced"]
    assert replaced == [(4, "1. 物流：快递、包裹的问题。"), (5, "包括：丢件；延误"), (6, "不包括：退货运费")]
    assert taken.without(["物流"]) is taken


def test_the_lines_below_a_label_become_its_parts():
    lines = ["定义：快递慢", "Includes:", "- lost; or late", "- again", "例：快递丢了", "最后一句"]
    made = read_definition("物流", lines)
    assert made == Definition("物流", "快递慢 最后一句", ("lost; or late", "again"), (), ("快递丢了",))


# --- nothing is lost ---------------------------------------------------------------------------------------------

STRUCTURE = {"定义", "说明", "包括", "不包括", "例", "includes", "excludes", "definition", "examples"}
WORD = st.text("abcdefgh快递退款物流质量好坏", min_size=2, max_size=6)
PATTERNS = (
    "",
    "|---|---|",
    "| 标签 | 定义 |",
    "```",
    "```json",
    '"""',
    "---",
    "<post>",
    "</post>",
    '{"labels": ["a"]}',
)
PATTERNS += (
    "包括：",
    "- 包括：丢件",
    "示例：",
    "输出格式：",
    "输出：",
    "请只输出JSON。",
    "标签定义：",
    "# Definitions",
    "## Input",
)
PATTERNS += ("system:", "user:", "assistant:")
LINE = st.one_of(
    WORD,
    st.builds("{}. {}：{}".format, st.integers(1, 20), WORD, WORD),
    st.builds("- {}: {}".format, WORD, WORD),
    st.builds("【{}】{}".format, WORD, WORD),
    st.builds("【{}】".format, WORD),
    st.builds("### {}".format, WORD),
    st.builds("# {}".format, WORD),
    st.builds("**{}** – {}".format, WORD, WORD),
    st.builds("| {} | {} |".format, WORD, WORD),
    st.builds("    - {}".format, WORD),
    st.builds("微博：{{{}}}".format, st.sampled_from(["text", "content", "", "other"])),
    st.builds("{{{{{}}}}}".format, st.sampled_from(["text", "posts", "definitions", "labels", "name"])),
    st.sampled_from(PATTERNS),
    st.text(max_size=30),
)


def words(text: str) -> Counter[str]:
    """The words of a text, without the numbers of lists."""
    found = re.findall(r"\w+", text)
    return Counter(word for word in found if len(word) > 1 and not word.isdigit() and word.lower() not in STRUCTURE)


def lost(text: str, taken: TakenApart) -> Counter[str]:
    kept = words(format_prompt(taken.prompt)) + words("\n".join(k.text for k in taken.rest))
    return words(text) - kept - words(" ".join(taken.placeholders)) - Counter({"definitions": 99, "labels": 99})


@pytest.mark.parametrize("text", [MARKDOWN, LENSES, NUMBERED, HEADED, BULLETS, LISTED])
def test_every_word_of_a_real_prompt_is_in_the_prompt_or_in_the_rest(text: str):
    assert lost(text, take_apart(text)) == Counter()


@settings(max_examples=400, deadline=None)
@given(lines=st.lists(LINE, max_size=25), labels=st.lists(WORD, max_size=3))
def test_no_line_of_any_prompt_is_lost(lines: list[str], labels: list[str]):
    text = "\n".join(lines)
    taken = take_apart(text, labels)
    assert lost(text, taken) == Counter()
    assert parse_prompt(format_prompt(taken.prompt), "v1") == taken.prompt
