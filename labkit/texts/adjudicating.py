"""Words of what a person must decide before rows are trained on: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "adjudication.kind.disagreement": ("disagreement", "标注分歧"),
    "adjudication.kind.conflict": ("conflict", "标签冲突"),
    "adjudication.kind.personal": ("personal data", "个人信息"),
    "adjudication.kind.label": ("suspect label", "可疑标签"),
    "adjudication.kind.hard": ("hard row", "困难样本"),
    "adjudication.kind.style": ("style", "风格异常"),
    "adjudication.kind.spot": ("random check", "随机抽查"),
    "adjudication.state.open": ("open", "待裁决"),
    "adjudication.state.skipped": ("skipped", "已跳过"),
    "adjudication.state.waiting": ("waits for a second person", "等第二人"),
    "adjudication.state.decided": ("decided", "已裁决"),
    "adjudication.action.relabel": ("relabelled: {labels}", "改标：{labels}"),
    "adjudication.action.keep": ("labels kept", "标签保留"),
    "adjudication.action.drop": ("dropped", "剔除"),
    "adjudication.action.skip": ("skipped", "跳过"),
    "adjudication.action.undo": ("last decision taken back", "撤销上一个裁决"),
    "adjudication.reason.disagreement": (
        "{who} decided differently; a third look settles it, with a reason.",
        "{who} 的裁决不一致；需要再看一遍并写明理由来定案。",
    ),
    "adjudication.reason.exact": (
        "{rows} copies of one post carry different labels.",
        "同一条帖子出现了 {rows} 次，标签却不同。",
    ),
    "adjudication.reason.near": (
        "{rows} {rows:post|posts} {rows:says|say} nearly the same and carry different labels.",
        "{rows} 条帖子内容几乎相同，标签却不同。",
    ),
    "adjudication.reason.personal": ("It holds personal data: {kinds}.", "含个人信息：{kinds}。"),
    "adjudication.reason.outvoted": (
        "{against} of {runs} {runs:model|models} answer otherwise.",
        "{runs} 个模型中有 {against} 个给出了别的答案。",
    ),
    "adjudication.reason.unbelieved": (
        "A small model that has not seen this row believes its verdict on “{label}” by {confidence} only.",
        "没见过这一条的小模型，对“{label}”这个判断只有 {confidence} 的把握。",
    ),
    "adjudication.reason.D07": (
        "Most models get it wrong: it may enter training only once its labels are confirmed.",
        "多数模型都答错：标签确认之后才可以进入训练。",
    ),
    "adjudication.reason.D10": (
        "Its answer has another form or length than the rest.",
        "它的答案在形式或长度上与其他答案不同。",
    ),
    "adjudication.reason.D16": (
        "Its answer repeats itself, excuses itself, or carries emoji.",
        "它的答案有重复、推脱或表情符号。",
    ),
    "adjudication.reason.spot": (
        "Drawn at random, to tell how many wrong labels are left.",
        "随机抽中，用来估计还剩多少错误标签。",
    ),
    "adjudication.reason.recorded": ("It was in an earlier queue ({kind}).", "来自之前的队列（{kind}）。"),
    # on the command line
    "adjudication.counts": ("{kind}: {open} open, {decided} decided", "{kind}：{open} 条待裁决，{decided} 条已裁决"),
    "adjudication.waiting": ("{kind}: {waiting} wait for a second person", "{kind}：{waiting} 条等第二人裁决"),
    "adjudication.empty": ("Nothing has to be decided.", "没有需要裁决的内容。"),
    "adjudication.not_examined": ("Not examined for “{kind}”: {reason}.", "未检查“{kind}”：{reason}。"),
    "adjudication.following": (
        "{count} less certain {count:doubt|doubts} of the kind “{kind}” {count:comes|come} up once these are decided.",
        "还有 {count} 条把握较小的“{kind}”，这些裁决完后再出现。",
    ),
    "adjudication.head.item": ("Item", "条目"),
    "adjudication.head.kind": ("Kind", "类型"),
    "adjudication.head.state": ("State", "状态"),
    "adjudication.head.labels": ("Labels in question", "涉及标签"),
    "adjudication.head.post": ("Post", "帖子"),
    "adjudication.decided": ("{item} ({rows}): {what}", "{item}（{rows}）：{what}"),
    "adjudication.pending": (
        "It counts once a second person decides alike.",
        "等第二人作出同样的裁决后生效。",
    ),
    "adjudication.residual": (
        "Random check: {wrong} of {judged} {judged:label|labels} wrong, {share} (95 %: {low} to {high}); gold is at most 5 % by the "
        "upper end.",
        "随机抽查：{judged} 条中有 {wrong} 条标错，占 {share}（95% 区间 {low} 至 {high}）；上限不超过 5% 才算金标。",
    ),
    "adjudication.post": ("Post {number}:", "帖子 {number}："),
    "adjudication.read": ("Read the first whole: {command}", "看第一条的全文：{command}"),
    "adjudication.next": (
        "Decide the first with: {command} keep|relabel|drop|skip, or in a notebook: labkit.adjudicate(scene)",
        "裁决第一条：{command} keep|relabel|drop|skip，或在笔记本里用 labkit.adjudicate(scene)",
    ),
    "unclear.none": ("Nobody has called a definition unclear.", "还没有人说过哪条定义不清。"),
    "unclear.head.label": ("Label", "标签"),
    "unclear.head.rows": ("Rows", "样本数"),
    "unclear.head.such_as": ("Such as", "例如"),
    "unclear.head.reasons": ("What is unclear", "哪里不清"),
    "unclear.next": (
        "Say in {file}, under {headings}, how such rows are to be decided: what is included, what is not.",
        "请在 {file} 的 {headings} 下写明这类样本怎么判：包括什么，不包括什么。",
    ),
}
