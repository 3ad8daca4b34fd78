"""Words of deciding: the memo, reliance, cascades, the experience book: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # reliance: does a model read its definitions?
    "head.took": ("definition of", "换成谁的定义"),
    "head.moved": ("answers moved (95 %)", "答案变动（95%）"),
    "head.own_gain": ("F1: own against none", "F1：有定义比无定义"),
    "head.swap_loss": ("F1: swapped against own", "F1：换错比原定义"),
    "reliance.names": (
        "With its definitions against names only, {rows} {rows:row|rows}: {metric} {delta} points; {moved} of the answers differ.",
        "有定义与只有标签名相比（{rows} 条）：{metric} {delta} 分；{moved} 的答案不同。",
    ),
    "reliance.swapped": (
        "With swapped definitions against its own, {rows} {rows:row|rows}: {metric} {delta} points; {moved} of the answers differ.",
        "定义互换与原定义相比（{rows} 条）：{metric} {delta} 分；{moved} 的答案不同。",
    ),
    "reliance.followed": (
        "Of the answers that moved, {followed} went exactly where their definitions went.",
        "变动的答案里，{followed} 正好跟着定义走。",
    ),
    "reliance.reads": (
        "{model} reads the definitions of {prompt}: swap them and it does worse by more than chance.",
        "{model} 读了 {prompt} 的定义：互换之后，成绩下降，且超出偶然。",
    ),
    "reliance.does_not_read": (
        "{model} does not read the definitions of {prompt}: its answers stay although the definitions change places.",
        "{model} 没有读 {prompt} 的定义：定义换了位置，答案却没动。",
    ),
    "reliance.cannot_tell": (
        "These rows cannot tell whether {model} reads the definitions of {prompt}.",
        "凭这些数据，分不出 {model} 有没有读 {prompt} 的定义。",
    ),
    # cascade: a cheap model first, somebody dearer for the rows it is unsure of
    "head.escalated": ("passed on, of 100", "转交（每 100 条）"),
    "head.metric_95": ("{metric} (95 %)", "{metric}（95%）"),
    "head.per_1000": ("for 1,000 rows", "每 1000 条"),
    "cascade.working": ("Working out the cascade from recorded runs …", "正在用已有运行推算级联……"),
    "cascade.people": ("people, taken to be right", "人工（假定全对）"),
    "cascade.who": (
        "{first} answers first; rows it is unsure of go to {second}. What tells them: {signal}. {rows} {rows:row|rows}.",
        "先由 {first} 作答；没把握的转交给 {second}。判断依据：{signal}。共 {rows} 条。",
    ),
    "cascade.probabilities": ("its own probabilities", "它自己的概率"),
    "cascade.agreement": (
        "answers of {other} that differ, which is asked about every row too",
        "{other} 的不同答案，它也回答每一条",
    ),
    "cascade.empty_answers": ("answers without a label", "未给出任何标签的回答"),
    "cascade.praise": (
        "Chosen and measured on the same rows, this curve praises itself a little; what follows does not.",
        "这条曲线在同一批数据上既选阈值又量成绩，略偏高；下面的数字没有这个问题。",
    ),
    "cascade.threshold": (
        "Pass on what it is at most {threshold} sure of.",
        "把握不超过 {threshold} 的转交。",
    ),
    "cascade.nothing": ("Pass nothing on.", "都不转交。"),
    "cascade.unseen": (
        "On rows that did not choose the threshold: {metric} {score}, bar {bar}; {escalated} of 100 passed on{money}.",
        "在没有参与选阈值的数据上：{metric} {score}，要求 {bar}；每 100 条转交 {escalated} 条{money}。",
    ),
    "cascade.money": ("; {money} for 1,000 rows", "；每 1000 条 {money}"),
    "cascade.reached": ("That reaches the bar.", "达到要求。"),
    "cascade.unsure": (
        "That reaches the bar by its value; so few rows cannot be sure of it.",
        "数值达到要求，但样本太少，还不能确定。",
    ),
    "cascade.missed": ("That does not reach the bar.", "没有达到要求。"),
    "cascade.recall": (
        "That does not reach the bar: labels that must not be missed fall short ({labels}).",
        "没有达到要求：不可漏判的标签未达标（{labels}）。",
    ),
    "chart.cascade": ("{first}, then {second}", "先 {first}，再 {second}"),
    "chart.escalated_axis": ("rows passed on, of 100", "转交（每 100 条）"),
    "chart.unseen": ("on unseen rows", "未参与选阈值的数据"),
    "chart.curve": ("on the rows that chose", "选阈值所用的数据"),
}
