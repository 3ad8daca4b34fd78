"""Words of the command line: progress, tables, next steps: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "head.label": ("label", "标签"),
    # select
    "select.easy": ("easy", "容易"),
    "select.boundary": ("boundary", "边界"),
    "select.hard": ("hard", "困难"),
    "select.unrated": ("not rated", "未评级"),
    "select.no_label": ("(no label)", "（无标签）"),
    "select.written": ("Wrote {rows} {rows:row|rows} to {path}", "已将 {rows} 行写入 {path}"),
    "select.bare_labels": (
        "No row was chosen for: {labels}. Their pool rows were left out, or the budget is too small.",
        "以下标签一行也没选到：{labels}。它们的 pool 样本已被排除，或预算太小。",
    ),
    "select.leaking": (
        "{count} labelled pool {count:row nearly repeats|rows nearly repeat} dev or test rows and {count:was|were} refused.",
        "{count} 行有标签的 pool 样本与 dev 或测试样本近似重复，已拒绝。",
    ),
    "select.banned": (
        "{count} banned {count:row was|rows were} left out.",
        "{count} 行已被禁用，未选入。",
    ),
    "select.duplicates": (
        "{count} further labelled pool {count:row repeats|rows repeat} another one, which stays.",
        "另有 {count} 行有标签的 pool 样本与其他样本重复，每组只留一行。",
    ),
    "select.unlabelled": ("{count} pool rows have no gold labels.", "{count} 行 pool 样本没有标注。"),
    "select.no_committee": (
        "Difficulty is not rated: evaluate two models or prompts with --split pool first. Only labels are balanced.",
        "未评估难度：请先用两个模型或提示词运行 --split pool。目前只按标签均衡。",
    ),
    "select.weak": (
        "Difficulty is not rated: the models asked are right on {accuracy} of the pool only. Only labels are balanced.",
        "未评估难度：所用模型在 pool 上的正确率只有 {accuracy}。目前只按标签均衡。",
    ),
    # gate
    "head.rule": ("rule", "规则"),
    "head.wanted": ("wanted", "要求"),
    "head.measured": ("measured", "实测"),
    "gate.yes": ("yes", "通过"),
    "gate.no": ("NO", "不通过"),
    "gate.passed": ("The gate lets {run} pass.", "{run} 通过了发布门槛。"),
    "gate.refused": ("The gate refuses {run}.", "{run} 未通过发布门槛。"),
    "gate.from_bar": (
        "There is no {file}: the bar in task.yaml is the gate.",
        "没有 {file}：以 task.yaml 中的门槛为准。",
    ),
    # releases
    "head.release": ("release", "发布"),
    "head.approved_by": ("approved by", "批准人"),
    "head.at": ("at (UTC)", "时间（UTC）"),
    "release.current": (
        "{release} is in production now: {model} with {prompt}, as measured by {run}.",
        "现在线上是 {release}：{model}，提示词 {prompt}，依据运行 {run}。",
    ),
    "release.taken_back": (
        "{left} was taken back at {at} by {by}: {reason}. {live} went live again.",
        "{at}，{by} 回退了 {left}：{reason}。{live} 重新上线。",
    ),
    "release.live_since": ("{release} is live since {at}.", "{release} 自 {at} 起在线上。"),
    "release.mark": ("current", "当前"),
    "release.none": (
        "Nothing has been released: python -m labkit release {directory} RUN --approved-by NAME",
        "还没有发布过：python -m labkit release {directory} RUN --approved-by NAME",
    ),
    # serve
    "serve.starting": (
        "Starting the model, and asking it the gate's rows again…",
        "正在启动模型，并把门禁的样本再问一遍……",
    ),
    "serve.short": (
        "Traffic is kept for {days} {days:day|days}: no week is whole when it is over, so `online sample` cannot speak for one. It needs {least} days, better 14.",
        "流量只保留 {days} 天：一周结束时前几天的已被删除，`online sample` 就无法代表整周。至少要 {least} 天，最好 14 天。",
    ),
    "serve.up": (
        "{release} answers at {address} as it did at its gate.\nToken: {token}\nStop it with Ctrl-C.",
        "{release} 已在 {address} 上线，回答与过门禁时一致。\n令牌：{token}\n按 Ctrl-C 停止。",
    ),
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
        "Run {run} was interrupted with {pending} {pending:row|rows} open; the same command goes on and pays for nothing twice.",
        "运行 {run} 中断，还剩 {pending} 行；同一命令会继续，不会重复付费。",
    ),
    "next.resume_reason": ("going on with an interrupted run", "继续中断的运行"),
    "next.first": (
        "Nothing has been measured on dev rows yet; the definition reader needs no key and shows how far the prompt's words go.",
        "开发集上还没有任何测量；definition-reader 不需要密钥，可以看出提示词的文字能走多远。",
    ),
    "next.floor": (
        "The floor is missing: any model worth paying for must beat a linear one trained on the pool.",
        "还缺少底线：值得付费的模型必须胜过在 pool 上训练的线性模型。",
    ),
    "next.newest": (
        "No model that reads its prompt has answered the dev rows with {prompt}, the newest.",
        "还没有会读提示词的模型用最新的提示词 {prompt} 回答过 dev。",
    ),
    "next.test_reason": (
        "{prompt} with {model} has reached the bar on the dev rows",
        "{prompt} 搭配 {model} 在 dev 上已达标",
    ),
    "next.test": (
        "Dev rows: {standing}. That reaches the bar: read the test rows once (read {readings} {readings:time|times} so far).",
        "dev：{standing}。已达标：读取一次测试集（此前已读 {readings} 次）。",
    ),
    "next.gate": (
        "Test rows: {standing}. That reaches the bar: hold the run against the gate.",
        "测试集：{standing}。已达标：用发布门槛检查这次运行。",
    ),
    "next.serve": (
        "Release {release} is live by the record, and nobody has asked it yet: serve it, and what it answers is kept.",
        "按记录，{release} 已上线，但还没有人问过它：启动服务，它的回答会被记下来。",
    ),
    "next.sample": (
        "Release {release} answers: draw last week's posts at random and judge them blind; only people can say how good it is.",
        "{release} 正在回答：从上周的帖子里随机抽样，由人盲判；线上质量只有人说了算。",
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
        "{standing}. {failed} {failed:row|rows} of run {run} have no readable answer: look at their replies first.",
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
    "evaluate.open": (
        "{open} of {rows} {rows:row is|rows are} still open. There is a score when they have their answers: run the same again.",
        "{rows} 行中还有 {open} 行没有答案。全部有答案后才给出分数：请再运行一次同样的命令。",
    ),
    "evaluate.no_score": (
        "No row has gold labels, so there is no score.",
        "没有任何一行有标注，因此没有分数。",
    ),
    "evaluate.bar": (
        "Bar: {metric} {bar}; this run is {distance}: {verdict}.",
        "门槛：{metric} {bar}；本次运行{distance}：{verdict}。",
    ),
    "evaluate.missed_recall": (
        "Recall of {label}: {value}, at least {least} is asked for.",
        "{label} 的召回率：{value}，要求至少 {least}。",
    ),
    "bar.short": ("{points} points short of it", "还差 {points} 分"),
    "bar.past": ("{points} points past it", "超出 {points} 分"),
    "bar.on": ("just on it", "正好相等"),
    "bar.above_the_bar": ("above the bar", "达标"),
    "bar.below_the_bar": ("below the bar", "未达标"),
    "bar.cannot_tell": ("cannot tell yet", "尚不能判断"),
    "status.nothing": (
        "Nothing measured on the dev rows yet (bar: {metric} {bar}).",
        "dev 上还没有测量结果（门槛：{metric} {bar}）。",
    ),
    "status.older": (
        "The scores that `runs` lists are of other dev rows: an older split, or a part of them.",
        "runs 里列出的分数来自另外的 dev 数据：旧的划分，或者只是其中一部分。",
    ),
    "status.best": (
        "Best on dev: {prompt} with {model}, {metric} {value} ({low} – {high}). Bar {bar}, {distance}: {verdict}.",
        "dev 最佳：{prompt} 搭配 {model}，{metric} {value}（{low} – {high}）。门槛 {bar}，{distance}：{verdict}。",
    ),
    "status.next": ("Next:", "下一步："),
    "status.spent": ("Money spent: {amounts}.", "已花费：{amounts}。"),
    "status.spent_unknown": (
        "Money spent: {amounts}, and unknown for {unknown} {unknown:row|rows} whose price or tokens are not known.",
        "已花费：{amounts}；另有 {unknown} 行价格或 token 数未知，费用未知。",
    ),
    "tour.prompt": (
        "Step 1, prompt: bare names (v1) against definitions (v2)",
        "第 1 步 提示词：只有标签名（v1）对比写清定义（v2）",
    ),
    "tour.models": ("Step 2, models: two floors on the same rows", "第 2 步 模型：同一批样本上的两条底线"),
    "tour.dataset": (
        "Step 3, dataset: at most {budget} {budget:row|rows} under quotas",
        "第 3 步 数据集：按配额选出最多 {budget} 条",
    ),
    "tour.train": ("Step 4, training: QLoRA on the study model", "第 4 步 训练：在 study 小模型上做 QLoRA"),
    "tour.step": ("  step {step} of {steps}, loss {loss}", "  第 {step}/{steps} 步，损失 {loss}"),
    "tour.after": ("Before and after, on the same rows", "训练前后，同一批样本"),
    "tour.heading": (
        "{scene}, {rows} test rows, read {readings} {readings:time|times} so far. The last column holds each against the run it must beat.",
        "{scene}，{rows} 条测试样本，至今读过 {readings} 次。最后一列与它应当超过的那次运行相比。",
    ),
    "tour.column.prompt": ("prompt", "提示词"),
    "tour.column.model": ("model", "模型"),
    "tour.column.answered": ("answered", "已作答"),
    "tour.column.accuracy": ("accuracy", "完全正确"),
    "tour.column.macro_f1": ("macro-F1 (95 %)", "宏 F1（95%）"),
    "tour.column.verdict": ("against", "相比"),
    "tour.verdict.better": ("better", "更好"),
    "tour.verdict.worse": ("worse", "更差"),
    "tour.verdict.cannot_tell": ("cannot tell", "无法区分"),
    "tour.gate.passed": ("The gate lets the tuned model through.", "门禁：微调后的模型通过。"),
    "tour.gate.refused": ("The gate refuses the tuned model: {rules}.", "门禁：微调后的模型未通过：{rules}。"),
    "tour.end": ("Report: {report} ({seconds} s)", "报告：{report}（{seconds} 秒）"),
    # new: what was understood of the user's files
    "new.reading": ("Reading the files …", "正在读取文件……"),
    "new.parting": (
        "Finding near duplicates and splits among {rows} {rows:row|rows} …",
        "正在 {rows} 行中查找近似重复并划分数据……",
    ),
    "new.writing": ("Writing {path} …", "正在写入 {path}……"),
    "new.file": ("{file}: {rows} {rows:row|rows}, {encoding}", "{file}：{rows} 行，{encoding}"),
    "new.blank_rows": ("{file}: {rows} wholly empty rows passed over", "{file}：跳过 {rows} 个空行"),
    "new.columns": ("Columns: {columns}", "列：{columns}"),
    "new.generated_ids": (
        "{rows} {rows:row|rows} had no id: they are called after their row numbers",
        "{rows} 行没有 id：已按行号生成",
    ),
    "new.prefixed_ids": (
        "The files share ids: each id has its file's name in front",
        "不同文件中有相同的 id：已在 id 前加上文件名",
    ),
    "new.first_post": ("First post: {post}", "第一条：{post}"),
    "new.one_label": (
        "{labels} {labels:label|labels}, one a row, language {language}:",
        "{labels} 个标签，单选，语言 {language}：",
    ),
    "new.several_labels": (
        "{labels} {labels:label|labels}, several a row allowed, language {language}:",
        "{labels} 个标签，多选，语言 {language}：",
    ),
    "new.separator": ("Labels in one cell parted by {separator}", "同一单元格内的标签以 {separator} 分隔"),
    "new.more_labels": ("… and {labels} more", "……另有 {labels} 个"),
    "new.none": (
        "{rows} empty label cells read as: none of the labels (--empty-labels unlabelled: not labelled yet)",
        "{rows} 个空标签单元格按「不属于任何标签」读取（--empty-labels unlabelled 表示尚未标注）",
    ),
    "new.unlabelled": (
        "{rows} empty label cells read as: not labelled yet, kept in the pool (--empty-labels none: none applies)",
        "{rows} 个空标签单元格按「尚未标注」读取，放入 pool（--empty-labels none 表示不属于任何标签）",
    ),
    "new.stripped": (
        "Label {label} lost its outer spaces in {rows} {rows:row|rows}",
        "标签 {label} 在 {rows} 行中有首尾空格，已去掉",
    ),
    "new.near_labels": (
        "Labels that look alike are kept apart: {labels}. Is one a slip?",
        "以下标签写法相近，仍按不同标签处理：{labels}。是否有笔误？",
    ),
    "new.repeated": (
        "{duplicates} {duplicates:row|rows} {duplicates:repeats|repeat} an earlier text; {conflicting} {conflicting:text|texts} {conflicting:carries|carry} different labels; "
        "{leaked} test rows also stand in pool or dev",
        "{duplicates} 行与前面的文本相同；{conflicting} 条文本标签不一致；{leaked} 条测试样本也出现在 pool 或 dev 中",
    ),
    "new.splits": ("Splits ({source}): {splits}", "划分（{source}）：{splits}"),
    "new.splits_from.column": ("as the data says", "以数据中的划分为准"),
    "new.splits_from.test_file": ("test rows from the test file", "测试集来自测试文件"),
    "new.splits_from.assigned": (
        "assigned, same authors and near-duplicates together",
        "自动划分，同一作者和近似重复在同一份",
    ),
    "new.written": ("Scene written to {path}. Next: {command}", "场景已写入 {path}。下一步：{command}"),
    "new.ask_text": ("Which column holds the posts?", "哪一列是文本？"),
    "new.ask_labels": ("Which column holds the labels?", "哪一列是标签？"),
    # what typer says of a command's words
    "usage.usage": ("Usage: {words}", "用法：{words}"),
    "usage.command": ("COMMAND", "命令"),
    "usage.arguments": ("Arguments", "参数"),
    "usage.options": ("Options", "选项"),
    "usage.commands": ("Commands", "命令"),
    "usage.help": ("Show this page and exit.", "显示本页后退出。"),
    "usage.default": ("[default: {value}]", "[默认：{value}]"),
    "usage.required": ("[required]", "[必填]"),
    "usage.more": ("What a command takes: {command} COMMAND --help", "每个命令的用法：{command} 命令 --help"),
    "usage.step.scene": ("The scene: its posts, where it stands", "场景：帖子、现状"),
    "usage.step.prompt": ("1. The prompt: ask, read the errors, mend a definition", "一、提示词：询问、读错例、改定义"),
    "usage.step.models": ("2. The model: compare, decide", "二、模型：比较、决定"),
    "usage.step.dataset": ("3. The dataset: clean, choose rows", "三、数据集：清理、选行"),
    "usage.step.training": ("4. Training, release, production", "四、训练、发布、上线"),
    "usage.step.next": ("5. The next round", "五、下一轮"),
    "usage.explained": (
        "{problem}. Its words are explained by: {command} --help",
        "{problem}。用法见：{command} --help",
    ),
    "usage.missing_argument": ("Missing argument {name}", "缺少参数 {name}"),
    "usage.missing_option": ("Missing option {name}", "缺少选项 {name}"),
    "usage.missing_command": ("Missing command", "缺少子命令"),
    "usage.no_option": ("No such option: {name}", "没有选项 {name}"),
    "usage.near_option": ("No such option: {name} (Possible options: {near})", "没有选项 {name}（可能是：{near}）"),
    "usage.no_command": ("No such command {name}", "没有命令 {name}"),
    "usage.near_command": (
        "No such command {name} (Did you mean {near}?)",
        "没有命令 {name}（您要找的是不是 {near}？）",
    ),
    "usage.no_value": ("Option {name} requires an argument", "选项 {name} 需要一个值"),
    "usage.needs_no_value": ("Option {name} does not take a value", "选项 {name} 不带值"),
    "usage.extra": ("Got unexpected extra words ({words})", "多出了这些词：{words}"),
    "usage.no_integer": ("Invalid value for {name}: write a whole number", "{name} 的值无效：请写一个整数"),
    "usage.no_number": ("Invalid value for {name}: write a number", "{name} 的值无效：请写一个数"),
    "usage.no_flag": ("Invalid value for {name}: write true or false", "{name} 的值无效：请写 true 或 false"),
    "usage.bad_value": ("Invalid value for {name}: {problem}", "{name} 的值无效：{problem}"),
}
