"""The words of a training: its monitor, its chart and the jobs on the command line: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # train, jobs
    "head.training": ("training", "训练"),
    "head.state": ("state", "状态"),
    "head.step": ("step", "步"),
    "head.loss": ("loss", "损失"),
    "train.started": (
        "Training {name} runs in a process of its own; everything about it is in {path}",
        "训练 {name} 在单独的进程中运行；相关文件都在 {path}",
    ),
    "train.loading": ("Loading the base and the rows …", "正在加载底座和样本……"),
    "train.step": (
        "step {step}/{steps}  loss {loss}  {pace} {pace:token|tokens}/s  {eta} s left",
        "第 {step}/{steps} 步  损失 {loss}  每秒 {pace} token  还剩 {eta} 秒",
    ),
    "train.detached": (
        "Training {name} goes on without you. Watch it: python -m labkit job {scene} {name} --follow; stop it: --stop",
        "训练 {name} 会继续进行。查看：python -m labkit job {scene} {name} --follow；停止：--stop",
    ),
    "train.next": (
        "Next: python -m labkit evaluate {directory} --prompt {prompt} --model {model}",
        "下一步：python -m labkit evaluate {directory} --prompt {prompt} --model {model}",
    ),
    "head.dev": ("dev macro-F1", "dev macro-F1"),
    "train.alarm": ("Careful: {problem}", "注意：{problem}"),
    "train.asked": (
        "Asked {name}; it answers after the step it is in",
        "已转告 {name}；它走完当前这一步就会照办",
    ),
    "export.scoring": ("Writing the model and scoring it again …", "正在写出模型并重新打分……"),
    "export.torn": (
        "{torn} answered otherwise where the trained model holds both answers for as likely: rounding decides there",
        "另有 {torn} 条回答不同：训练好的模型在那里也认为两种回答同样可能，差别只来自数值舍入",
    ),
    "export.model": (
        "{path}: {same} of {rows} dev rows answered as the trained model answers them",
        "{path}：{rows} 条 dev 数据中，有 {same} 条与训练好的模型回答一致",
    ),
    "export.gguf": (
        "Next, in {path} (to_gguf.sh says what each does; LLAMA_CPP is where llama.cpp lies):",
        "接下来在 {path} 里运行（每条的作用见 to_gguf.sh；LLAMA_CPP 是 llama.cpp 所在目录）：",
    ),
    "train.none": ("No training yet: python -m labkit train", "还没有训练：python -m labkit train"),
    # TrainingMonitor
    "monitor.title": ("Training {name}:", "训练 {name}："),
    "monitor.stop": ("Stop and keep", "停止并保留"),
    "monitor.save": ("Save now", "立即保存"),
    "monitor.evaluate": ("Evaluate now", "立即评测"),
    "monitor.loading": ("loading the base and the rows", "正在加载底座和样本"),
    "monitor.step": ("step {step} of {steps}", "第 {step} 步，共 {steps} 步"),
    "monitor.loss": ("loss {loss}", "损失 {loss}"),
    "monitor.best": ("best dev macro-F1 {score} at step {step}", "dev macro-F1 最高 {score}（第 {step} 步）"),
    "monitor.pace": ("{pace} {pace:token|tokens}/s, {eta} s left", "每秒 {pace} token，还剩 {eta} 秒"),
    "monitor.memory": ("{memory} MB at most", "内存最多 {memory} MB"),
    "training.title": ("Training, {steps} {steps:step|steps} so far", "训练过程，已有 {steps} 步"),
    "training.loss": ("Loss", "损失"),
    "training.grad_norm": ("Gradient norm", "梯度范数"),
    "training.learning_rate": ("Learning rate", "学习率"),
    "training.dev": ("F1 on dev rows: macro thick, labels thin", "dev 上的 F1：粗线为 macro，细线为各标签"),
    "training.macro": ("macro-F1", "macro-F1"),
    "answers.title": (
        "Dev rows at step {step}: {fixed} of {rows} fixed, {broken} broken; those stand first",
        "第 {step} 步的 dev 数据：{rows} 条中改对 {fixed} 条，改错 {broken} 条，排在最前",
    ),
    "answers.left": ("{rows} more rows are not shown", "另有 {rows} 条未显示"),
    "answers.row": ("Row", "数据"),
    "answers.gold": ("Gold", "标准答案"),
    "answers.base": ("Base", "底座"),
    "answers.tuned": ("With the adapter", "加适配器"),
}
