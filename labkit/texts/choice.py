"""Words of the model-choice dashboard: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "choice.title": ("Model choice: {scene}", "模型选择：{scene}"),
    "choice.about_choice": ("The model that is advised:", "建议采用的模型："),
    "choice.about_cascade": ("The two together, one after the other:", "两者先后作答合起来："),
    "choice.about_best": (
        "No model is advised yet; the best that was measured:",
        "尚无建议采用者；测过的最好者：",
    ),
    "choice.plain": (
        "Of 100 {split}, {model} with {prompt} gets {value} exactly right ({rows} {rows:post|posts}, offline).",
        "{split}每 100 条，{model}（{prompt}）有 {value} 条标签完全正确（{rows} 条，离线）。",
    ),
    "choice.counted": (
        "The scores below are by the count that the business asks for, {metric}.",
        "下面的分数按业务要求的算法：{metric}。",
    ),
    "choice.asked_quality": ("of 100; asked for: {bar}", "分（满分 100）；要求 {bar}"),
    "choice.money": ("A month, at {volume} {volume:post|posts}", "每月费用（{volume} 条）"),
    "choice.money_unknown": ("A month", "每月费用"),
    "choice.asked_money": ("budget {budget} {currency}", "预算 {budget} {currency}"),
    "choice.no_budget": ("no budget was named", "没有给出预算"),
    "choice.time": ("95 of 100 answers come within", "每 100 次回答有 95 次在此时间内"),
    "choice.asked_time": ("limit {limit} s", "上限 {limit} 秒"),
    "choice.no_limit": ("no limit was named", "没有给出上限"),
    "choice.state.met": ("holds", "达到"),
    "choice.state.missed": ("does not hold", "未达到"),
    "choice.state.unsure": ("not sure yet", "尚不确定"),
    "choice.state.unmeasured": ("cannot be said", "无法判断"),
    "choice.curve": ("What more posts would cost", "量再大要花多少"),
    "choice.tuned": ("a tuned model of one's own", "自己微调的模型"),
    "choice.budget": ("budget {budget}", "预算 {budget}"),
    "choice.volume": ("today's plan: {volume}", "目前计划：{volume}"),
    "choice.posts_axis": ("posts a month", "每月条数"),
    "choice.money_axis": ("{currency} a month", "{currency}／月"),
    "choice.even": (
        "Grey: where the two cost the same, with its interval. Left of it the API is cheaper, right of it the tuned model, if "
        "it passes the release checks (the gate).",
        "灰色区域：两者费用相当之处及其区间。左侧用 API 便宜，右侧用微调模型便宜，前提是它通过发布前检查（门禁）。",
    ),
    "choice.nothing": (
        "No model was measured yet on all the posts that guide the work (dev posts), so nothing is advised.",
        "还没有模型测完整个用于调优的帖子（开发集），因此没有建议。",
    ),
    "choice.volume_slider": ("What if so many posts came a month:", "假如每月条数是："),
    "choice.bar_slider": ("and the bar were:", "而达标线是："),
    "choice.what_if": (
        "What if: {volume} posts a month, a bar of {bar} of 100. The bar on record stays as it is.",
        "假设：每月 {volume} 条，达标线 {bar} 分（满分 100）。记录在案的达标线不变。",
    ),
}
