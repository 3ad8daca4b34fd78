"""The words of a verdict on a training: the tuned model against its base and the candidates; key -> (en, zh)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "tuning.title": ("{outcome}: {tuned} against {base}", "{outcome}：{tuned} 与 {base} 相比"),
    "tuning.asking": ("Asking the tuned model and its base …", "正在让微调后的模型和底座作答……"),
    "tuning.base": ("the base", "底座"),
    "tuning.tuned": ("the tuned model", "微调后的模型"),
    "tuning.rule": (
        "The rule: PASS when {metric} is higher for sure (paired 95 % interval and permutation test) and no label or"
        " subtask fell by more than {margin} points. FAIL when it is lower for sure, or a label that must not be missed"
        " ({dear}) fell by more than that. HOLD otherwise.",
        "规则：{metric} 确实更高（配对 95% 区间和置换检验都认可），且没有标签或子任务下降超过 {margin} 分，判 PASS；"
        "确实更低，或不可漏判的标签（{dear}）下降超过这个幅度，判 FAIL；其余判 HOLD。",
    ),
    "tuning.rule_lower": (
        "The rule: PASS when {metric} is lower, which is better, for sure (paired 95 % interval and permutation test) and"
        " no label or subtask got worse by more than {margin} points. FAIL when it is higher for sure, or a label that"
        " must not be missed ({dear}) fell by more than that. HOLD otherwise.",
        "规则：{metric} 越低越好，确实更低（配对 95% 区间和置换检验都认可），且没有标签或子任务变差超过 {margin} 分，判 PASS；"
        "确实更高，或不可漏判的标签（{dear}）下降超过这个幅度，判 FAIL；其余判 HOLD。",
    ),
    "tuning.no_dear": ("none is named", "未指定"),
    "tuning.needed": (
        "To show a difference of this size would take about {rows} {rows:row|rows}.",
        "要看清这么大的差别，约需 {rows} 条数据。",
    ),
    "tuning.fell": ("{what} fell: {change} points.", "{what} 下降：{change} 分。"),
    "tuning.alarm": (
        "Alarm: {what} fell although the mean rose: {change} points.",
        "警报：平均分上升，{what} 却下降了：{change} 分。",
    ),
    "tuning.dear": (
        "Alarm: {what}, which must not be missed, fell: {change} points.",
        "警报：不可漏判的 {what} 下降了：{change} 分。",
    ),
    "tuning.part.label": ("label {name}", "标签 {name}"),
    "tuning.part.recall": ("recall of {name}", "{name} 的召回"),
    "tuning.part.subtask": ("subtask {name}", "子任务 {name}"),
    "tuning.models": ("All models on these rows", "同一批数据上的所有模型"),
    "tuning.parts": ("What changed, label by label", "逐个标签看变化"),
    "tuning.fixed": ("{rows} {rows:row|rows} fixed", "改对 {rows} 条"),
    "tuning.broken": ("{rows} {rows:row|rows} broken", "改错 {rows} 条"),
    "tuning.more": ("{rows} more are in as_json() and --json", "另有 {rows} 条，见 as_json() 和 --json"),
    "tuning.head.place": ("place", "名次"),
    "tuning.head.who": ("prompt · model", "提示词 · 模型"),
    "tuning.head.answered": ("answered", "有效回答"),
    "tuning.head.p95": ("95 % within (s)", "95% 用时（秒）"),
    "tuning.head.cost": ("1,000 rows cost", "每千条费用"),
    "tuning.head.part": ("what", "对象"),
    "tuning.head.rows": ("gold rows", "标注数"),
    "tuning.head.change": ("change in points", "变化（分）"),
    "tuning.head.row": ("row", "数据"),
    "tuning.head.text": ("text", "内容"),
    "tuning.head.gold": ("gold", "标准答案"),
    "tuning.head.base": ("base", "底座"),
    "tuning.head.tuned": ("tuned", "微调后"),
    "tuning.head.note": ("note", "备注"),
    "tuning.mark.alarm": ("alarm", "警报"),
    "tuning.mark.fell": ("fell", "下降"),
    "tuning.unread": ("no valid answer", "无有效回答"),
}
