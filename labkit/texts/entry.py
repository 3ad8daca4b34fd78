"""Words of the command line: progress, tables, next steps: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # status: the one next step and its reason
    "next.prompt": (
        "The scene has no prompt: write prompts/v1.md, or save one from the editor in 01_prompt.",
        "场景里还没有提示词：请编写 prompts/v1.md，或在 01_prompt 的编辑器中保存一个。",
    ),
    "next.label": (
        "No dev row has gold labels, so nothing can be scored: label some rows and set their split to dev.",
        "dev 中没有已标注的样本，无法打分：请标注一些样本并将其 split 设为 dev。",
    ),
    "next.label_recall": (
        "{label} must not be missed, but no dev row carries it: label some rows with it and set their split to dev.",
        "不允许漏掉{label}，但 dev 中没有带此标签的样本：请标注一些并将其 split 设为 dev。",
    ),
    "next.resume": (
        "Run {run} was interrupted with {pending} rows open; the same command goes on and pays for nothing twice.",
        "运行 {run} 中断，还剩 {pending} 行；同一命令会继续，不会重复付费。",
    ),
    "next.resume_reason": ("going on with an interrupted run", "继续中断的运行"),
    "next.first": (
        "Nothing has been measured yet; the definition reader needs no key and shows how far the prompt's words go.",
        "还没有任何测量；definition-reader 不需要密钥，可以看出提示词的文字能走多远。",
    ),
    "next.floor": (
        "The floor is missing: any model worth paying for must beat a linear one trained on the pool.",
        "还缺少底线：值得付费的模型必须胜过在 pool 上训练的线性模型。",
    ),
    "next.newest": (
        "The newest prompt {prompt} has not been measured on the dev rows.",
        "最新的提示词 {prompt} 还没有在 dev 上测量。",
    ),
    "next.test_reason": (
        "{prompt} with {model} has reached the bar on the dev rows",
        "{prompt} 搭配 {model} 在 dev 上已达标",
    ),
    "next.test": (
        "Dev rows: {standing}. That reaches the bar: read the test rows once (read {readings} times so far).",
        "dev：{standing}。已达标：读取一次测试集（此前已读 {readings} 次）。",
    ),
    "next.gate": (
        "Test rows: {standing}. That reaches the bar: hold the run against the gate.",
        "测试集：{standing}。已达标：用发布门槛检查这次运行。",
    ),
    "next.define": (
        "{standing}. {prompt} is the only prompt: write one or two careful sentences per label and save a new version.",
        "{standing}。目前只有 {prompt}：为每个标签认真写一两句定义，保存为新版本。",
    ),
    "next.sharpen": (
        "{standing}. {rows} of {wrong} errors of run {run} are {gold} answered as {predicted}: read their rationales "
        "and sharpen both definitions.",
        "{standing}。运行 {run} 的 {wrong} 个错误中有 {rows} 个把{gold}判为{predicted}："
        "读一读它们的理由，把两个定义写得更清楚。",
    ),
    "next.unanswered": (
        "{standing}. {failed} rows of run {run} have no readable answer: look at their replies first.",
        "{standing}。运行 {run} 有 {failed} 行没有可读的答案：先看它们的原始回复。",
    ),
    "next.select": (
        "{standing}. Further definitions bring little now: choose training rows, balanced over the labels.",
        "{standing}。继续改定义收益不大：请按标签均衡地挑选训练样本。",
    ),
    "next.train": (
        "The dataset {dataset} is there and no tuned model has been measured: fine-tune one.",
        "数据集 {dataset} 已就绪，但还没有测量过微调模型：请微调一个。",
    ),
    "next.standing": ("{metric} {value}, bar {bar}", "{metric} {value}，门槛 {bar}"),
    "next.missed_recall": (", recall of {label} below its minimum", "，{label} 的召回率低于下限"),
    "next.none": ("no label", "无标签"),
    # lab, dash, report
    "serve.stop": ("Open this address in a browser; stop with Ctrl-C.", "请在浏览器中打开以上地址；按 Ctrl-C 停止。"),
    "report.written": ("Wrote {path}", "已写入 {path}"),
    # evaluate, runs, models, classify, status
    "head.model": ("model", "模型"),
    "head.needs": ("needs", "需要"),
    "head.score": ("score", "指标"),
    "head.value": ("value", "数值"),
    "head.interval": ("95 % interval", "95% 区间"),
    "head.status": ("rows", "样本"),
    "head.rows": ("rows", "样本"),
    "head.count": ("count", "数量"),
    "head.total": ("all", "合计"),
    "head.run": ("run", "运行"),
    "head.created": ("created (UTC)", "创建时间（UTC）"),
    "head.prompt": ("prompt", "提示词"),
    "head.split": ("split", "划分"),
    "head.answered": ("answered", "已回答"),
    "head.failed": ("failed", "失败"),
    "head.pending": ("open", "未完成"),
    "models.ready": ("ready", "可用"),
    "models.not_ready": ("not ready", "不可用"),
    "runs.none": (
        "No run yet: `python -m labkit evaluate` makes one.",
        "还没有运行：用 `python -m labkit evaluate` 开始。",
    ),
    "classify.written": ("Written: {target}", "已写入：{target}"),
    "evaluate.no_score": (
        "No row has gold labels, so there is no score.",
        "没有任何一行有标注，因此没有分数。",
    ),
    "evaluate.bar": (
        "Bar: {metric} {bar}; this run is {distance} points from it: {verdict}.",
        "门槛：{metric} {bar}；本次运行相差 {distance} 个百分点：{verdict}。",
    ),
    "evaluate.missed_recall": (
        "Recall of {label}: {value}, at least {least} is asked for.",
        "{label} 的召回率：{value}，要求至少 {least}。",
    ),
    "bar.above_the_bar": ("above the bar", "达标"),
    "bar.below_the_bar": ("below the bar", "未达标"),
    "bar.cannot_tell": ("cannot tell yet", "尚不能判断"),
    "status.nothing": (
        "Nothing measured on the dev rows yet (bar: {metric} {bar}).",
        "dev 上还没有测量结果（门槛：{metric} {bar}）。",
    ),
    "status.best": (
        "Best on dev: {prompt} with {model}, {metric} {value} ({low} – {high}). Bar {bar}, {distance} points: {verdict}.",
        "dev 最佳：{prompt} 搭配 {model}，{metric} {value}（{low} – {high}）。门槛 {bar}，相差 {distance} 点：{verdict}。",
    ),
    "status.readings": ("Test rows read {readings} times.", "测试集已读取 {readings} 次。"),
    "status.spent": ("Money spent: {amounts}.", "已花费：{amounts}。"),
    "status.spent_unknown": (
        "Money spent: {amounts}, and unknown for {unknown} rows whose price or tokens are not known.",
        "已花费：{amounts}；另有 {unknown} 行价格或 token 数未知，费用未知。",
    ),
}
