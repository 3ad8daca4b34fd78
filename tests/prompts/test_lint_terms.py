"""Terms in quotation marks that a prompt leaves unexplained, and all the other things that stand in such marks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.prompts.lint import lint
from labkit.prompts.taking_apart import take_apart
from labkit.records import Definition, Example, Prompt, Task

ZH = Task("z", ("物流", "退款"), "zh", "微博", multi_label=True, allow_none=True)
EN = Task("e", ("refund", "card_arrival"), "en", "Post")


def terms(task: Task, system: str, *definitions: Definition, posts: tuple[str, ...] = ()) -> list[str]:
    rows = [Example(f"r{k}", (post,)) for k, post in enumerate(posts)]
    found = lint(Prompt("p", system, "{{posts}}", "", definitions), task, rows)
    return [finding.quote for finding in found if finding.rule == "undefined-term"]


@pytest.mark.parametrize(
    ("task", "said", "term"),
    [
        (ZH, "出现“三级瑕疵”的看描述。没有“三级瑕疵”的看图片。", "三级瑕疵"),
        (ZH, "属于「灰名单商家」的另算，「灰名单商家」以外的照常。", "灰名单商家"),
        (ZH, '遇到"升舱单"先看金额；"升舱单"是否算退款由运营定。', "升舱单"),
        (ZH, "“三级瑕疵”是不是质量问题，看描述；“三级瑕疵”以上必标。", "三级瑕疵"),
        (EN, 'A "cold handover" counts. Never mark a "cold handover" as praise.', "cold handover"),
        (EN, "Every “tier two case” counts as a refund. A “tier two case” is not praise.", "tier two case"),
        (EN, "A ‘soft decline’ counts; after a ‘soft decline’ read on.", "soft decline"),
        (ZH, "出现‘三级瑕疵’的看描述。没有‘三级瑕疵’的看图片。", "三级瑕疵"),
        (EN, "Posts with “we’re waiting” count. Never mark “we’re waiting” as praise.", "we’re waiting"),
        (EN, "Posts with ‘we’re waiting’ count. Never mark ‘we’re waiting’ as praise.", "we’re waiting"),
        (ZH, "“三级瑕疵”即使很小也看描述。“三级瑕疵”指望不上图片。", "三级瑕疵"),
        (ZH, "“三级瑕疵”即将上架的看描述。“三级瑕疵”即可标，“三级瑕疵”指出的也标。", "三级瑕疵"),
        (ZH, "要先知道“灰名单商家”再看，退回“灰名单商家”的另算，案例“灰名单商家”照常。", "灰名单商家"),
    ],
)
def test_a_term_that_comes_again_and_is_explained_nowhere(task: Task, said: str, term: str):
    assert terms(task, said) == [term]
    assert terms(task, said, posts=(f"x {term} x",)) == []
    assert terms(task, said, posts=(f"x {term.title()} x",)) == []  # a post begins with a capital


@pytest.mark.parametrize(
    "said",
    [
        "作者说“谢谢你们”的标退款。只说“谢谢你们”而没有内容的不标。",
        "出现“我要退钱”字样的标退款，只有“我要退钱”四个字的也标。",
        "嘴上写着“真会做生意”其实在骂的，按本意标。写“真会做生意”的不一定是夸。",
        "像“太慢了”这类话标物流；“太慢了”单独出现也标。",
        "“呵呵”“厉害了”多半是反话。带“呵呵”的按本意判，“厉害了”也一样。",
        "“物流类”与“退款类”可同时出现，“物流类”在前，“退款类”在后。",
        "“微博 1”是第一条，“微博 1”之后是回复。",
        "引用时写“微博”加编号，“微博”二字不能省，“微博”后空一格。",
        '先写 "rationale"，再写 "labels"。"rationale" 不超过两句，"labels" 只用给定的词。',
        '标签只有 "物流"或者"退款"，两个都像时选 "物流"或者"退款"里更要紧的。',
        "只写在“不包括”里的情形不算。“不包括”优先于“包括”，“包括”只是举例。",
        "都不符合时答“空列表”，答“空列表”不用写理由。",
        "划痕超过一厘米的叫“三级瑕疵”。出现“三级瑕疵”的看描述，没有“三级瑕疵”的看图片。",
        "划痕超过一厘米（“三级瑕疵”）的看描述，没有“三级瑕疵”的看图片。",
        "“三级瑕疵”，即划痕超过一厘米，看描述。没有“三级瑕疵”的看图片。",
        "“三级瑕疵”是划痕超过一厘米的情况。没有“三级瑕疵”的看图片。",
    ],
)
def test_what_else_stands_in_chinese_quotation_marks(said: str):
    assert terms(ZH, said) == []
    assert terms(ZH, said.translate(str.maketrans("“”", "「」"))) == []


@pytest.mark.parametrize(
    "said",
    [
        'Posts that say "thank you" are refunds. Never go by "thank you" alone.',
        'Phrases such as "no way" show anger; "no way" alone does not.',
        '"Oh great" or "well done" is mostly meant the other way: "oh great" never praises, "well done" seldom.',
        '"Refund" goes before "card arrival". If "Refund" and "card arrival" both fit, choose "Refund".',
        'Write "rationale" first. The "rationale" has one sentence; the "evidence" quotes, and "evidence" is verbatim.',
        'Cite "Post 1" as it is. "Post 1" comes first.',
        'Answer {"labels": ["a b", "c d"], "note": "a b"} and never {"labels": ["c d", "a b"]}.',
        'If nothing fits, answer "unknown"; "unknown" is better than a guess.',
        'We call it a "cold handover" when nobody signs. A "cold handover" counts; no "cold handover" is praise.',
        'A "cold handover", meaning that nobody signs, counts. A "cold handover" is never praise.',
        'A "cold handover" is when nobody signs. Never mark a "cold handover" as praise.',
    ],
)
def test_what_else_stands_in_english_quotation_marks(said: str):
    assert terms(EN, said) == []
    marks = iter("“”" * said.count('"'))
    assert terms(EN, said if "{" in said else "".join(next(marks) if c == '"' else c for c in said)) == []


def test_what_definitions_give_as_examples_explains_itself():
    told = Definition("物流", "快递出了岔子，“压仓件”算。", ("“压仓件”三天以上",), (), ("压仓件又没动",))
    assert terms(ZH, "分类。", told) == []
    assert terms(ZH, "分类。", replace(told, examples=())) == ["压仓件"]


def test_a_prompt_full_of_quoted_posts_is_not_accused(test_data: Path):
    prompts = json.loads((test_data / "gepa_confidence" / "summaries.json").read_text(encoding="utf-8"))
    labels = ("anger", "joy", "love", "sadness", "surprise", "fear")
    for version in prompts["emotion"].values():
        found = lint(take_apart(version["prompt"], labels).prompt, Task("e", labels, "en", "Post"))
        assert [f.quote for f in found if f.rule == "undefined-term"] == []
