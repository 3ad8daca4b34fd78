"""Words of what an edit of a prompt did: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "split.affected": ("rows that an edit can affect", "修改可能影响的样本"),
    "split.affected.note": (
        "Only rows that an edit can affect, and a control sample: no score of a whole split.",
        "只含修改可能影响的样本和一份对照样本，不是整个数据划分的得分。",
    ),
    "affected.edited": (
        "{after} against {before} (run {run}): definitions changed: {labels}.",
        "{after} 对 {before}（运行 {run}）：定义有改动的标签：{labels}。",
    ),
    "affected.shared": (
        "Text that every row is told changed ({parts}), so every row is affected and no call is saved.",
        "每行都会读到的文字改了（{parts}），所以所有行都受影响，一次调用也省不下。",
    ),
    "affected.asked": (
        "{asked} of {rows} rows asked: {affected} that the edit can affect ({reasons}), {control} drawn at random from "
        "the {others} others. {saved} calls saved.",
        "共 {rows} 行，问了 {asked} 行：{affected} 行可能受影响（{reasons}），另从其余 {others} 行中随机抽 {control} 行。"
        "省下 {saved} 次调用。",
    ),
    "affected.untouched": (
        "{untouched} further rows are told word for word the same, and keep their answers.",
        "另有 {untouched} 行读到的内容一字未变，沿用原来的答案。",
    ),
    "affected.reason.gold": ("gold {n}", "标注涉及 {n}"),
    "affected.reason.predicted": ("answered {n}", "答案涉及 {n}"),
    "affected.reason.cited": ("cited {n}", "引用了定义 {n}"),
    "affected.reason.mentioned": ("rationale {n}", "理由提到 {n}"),
    "affected.reason.unanswered": ("unanswered {n}", "没有答案 {n}"),
    "affected.reason.shared": ("shared text {n}", "公共文字 {n}"),
    "affected.moved": (
        "Of the rows asked {fixed} are fixed and {regressed} broken; of the control sample {changed} of {control} were "
        "answered otherwise.",
        "问过的行里改对 {fixed} 行、改错 {regressed} 行；对照样本 {control} 行中有 {changed} 行答案变了。",
    ),
    "affected.before": ("before", "之前"),
    "affected.estimate": ("estimate", "估计"),
    "affected.is_estimate": (
        "An estimate for these {rows} rows, not a score: a score comes from a full run, which takes over the "
        "{asked} answers paid for here.",
        "这是对这 {rows} 行的估计，不是得分：得分要跑全量，届时会沿用这里已付费的 {asked} 条答案。",
    ),
    "affected.exact": (
        "Every row that is told something new was asked: nothing had to be estimated.",
        "读到新内容的行都问过了，没有需要估计的部分。",
    ),
    "affected.open": (
        "Some rows are still open, so there is no estimate yet; the same command goes on.",
        "还有行没问完，暂时没有估计；再运行同一条命令会接着问。",
    ),
}
