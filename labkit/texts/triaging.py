"""Words of triage, tags and gold fixes, on the command line and beside the rows: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "tag.gold_wrong": ("gold wrong", "标注错误"),
    "tag.definition_unclear": ("definition unclear", "定义不清"),
    "tag.definition_ignored": ("definition ignored", "定义被忽视"),
    "tag.knowledge_missing": ("knowledge missing", "缺少知识"),
    "tag.unparsed": ("unparsed", "无法解析"),
    "tag.truncated": ("truncated", "被截断"),
    "tag.injection": ("injection", "提示注入"),
    "tag.model_limit": ("model limit", "模型能力所限"),
    "tag.untagged": ("not tagged yet", "尚未标记"),
    "triage.tagged": ("Row {row} of run {run}: {tag}", "运行 {run} 的 {row}：{tag}"),
    "triage.untagged": ("Row {row} of run {run} has no tag any more", "运行 {run} 的 {row} 不再有标记"),
    "triage.count": ("{tag}: {rows}", "{tag}：{rows}"),
    "triage.gold": ("correct the gold labels: {rows}", "订正标注：{rows}"),
    "triage.prompt": ("edit the prompt: {rows}", "修改提示词：{rows}"),
    "triage.training": ("a stronger model, or fine-tuning: {rows}", "换更强的模型或微调：{rows}"),
    "triage.open": ("{rows} errors have no tag yet", "还有 {rows} 条错误没有标记"),
    "gold.fixed": ("{row}: {before} → {after}", "{row}：{before} → {after}"),
    "gold.none": ("no label", "无标签"),
    "gold.unlabelled": ("not labelled", "未标注"),
    "gold.rescored": (
        "{run} ({prompt}, {model}): {metric} {before} → {after}",
        "{run}（{prompt}，{model}）：{metric} {before} → {after}",
    ),
    "gold.no_runs": ("No scored run holds this row", "没有已评分的运行包含这一行"),
    "gold.one_sided": (
        "Gold that is corrected only where a model errs flatters that model; look at rows it got right, too.",
        "只在模型出错处订正标注会抬高这个模型的分数；也请看看它答对的样本。",
    ),
}
