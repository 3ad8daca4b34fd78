"""Words of deciding: the memo, reliance, cascades, the experience book: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # reliance: does a model read its definitions?
    "head.took": ("definition of", "换成谁的定义"),
    "head.moved": ("answers moved (95 %)", "答案变动（95%）"),
    "head.own_gain": ("F1: own against none", "F1：有定义比无定义"),
    "head.swap_loss": ("F1: swapped against own", "F1：换错比原定义"),
    "reliance.names": (
        "With its definitions against names only, {rows} rows: {metric} {delta} points; {moved} of the answers differ.",
        "有定义与只有标签名相比（{rows} 条）：{metric} {delta} 分；{moved} 的答案不同。",
    ),
    "reliance.swapped": (
        "With swapped definitions against its own, {rows} rows: {metric} {delta} points; {moved} of the answers differ.",
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
}
