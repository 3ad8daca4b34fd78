"""The fixed words of a rendered prompt, per task language; models and `prompts.reading` both rely on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that frame definitions and the answer contract in one language."""

    definitions_head: str
    shots_head: str
    shots_end: str
    includes: str
    excludes: str
    examples: str
    separator: str
    stop: str
    comma: str
    contract: str
    one: str
    several: str
    none: str
    rationale: str
    evidence: str
    definition: str


WORDING = {
    "en": Wording(
        definitions_head="Labels and their definitions:",
        shots_head="Similar posts and their right answers:",
        shots_end="To be answered now:",
        includes="Includes: ",
        excludes="Excludes: ",
        examples="Examples: ",
        separator="; ",
        stop=".",
        comma=", ",
        contract="Answer with one JSON object and nothing else: {object}\nAllowed labels: {labels}.\n{how_many}{none}",
        one="Choose exactly one label.",
        several="Choose every label that applies.",
        none=" If none applies, answer an empty list.",
        rationale="why, in one or two sentences",
        evidence='"evidence": [{"post": 1, "quote": "words copied from that {item}"}]',
        definition="the label whose definition decided",
    ),
    "zh": Wording(
        definitions_head="标签及其定义：",
        shots_head="相似的内容及其正确答案：",
        shots_end="现在请回答：",
        includes="包括：",
        excludes="不包括：",
        examples="例如：",
        separator="；",
        stop="。",
        comma="、",
        contract="只输出一个 JSON 对象，不要输出其他内容：{object}\n可用标签：{labels}。\n{how_many}{none}",
        one="只选一个标签。",
        several="选出所有符合的标签。",
        none="都不符合时输出空列表。",
        rationale="一两句话说明理由",
        evidence='"evidence": [{"post": 1, "quote": "从该条{item}中照抄的原文"}]',
        definition="起决定作用的标签",
    ),
}
