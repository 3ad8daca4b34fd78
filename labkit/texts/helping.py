"""What each command does, as its --help says it: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.labkit": ("From posts and labels to a shipped language model.", "从帖子和标签到上线的语言模型。"),
    "help.ablate": (
        "Train a dataset as it is and with one change, and compare the two models row by row.",
        "按原样和只改一处各训练一次，再逐行比较两个模型。",
    ),
    "help.add": (
        "Bring posts into a scene, or labels for rows that wait for them; an empty label cell still waits.",
        "把帖子加入场景，或给等待标注的行补上标签；标签格为空表示仍在等待。",
    ),
    "help.adjudicate": (
        "List what a person must decide before rows are trained on, the most urgent first; test rows never enter.",
        "列出训练前必须由人裁定的事项，最紧迫的在前；测试行不会出现。",
    ),
    "help.agreement": (
        "Say how far annotators agree; exit code 1 when the labels cannot be trusted (alpha below .667).",
        "说明标注员之间有多一致；标签不可信时（alpha 低于 .667）退出码为 1。",
    ),
    "help.audit": (
        "Look through data with every check of the catalogue; exit code 1 when one says not to train on it.",
        "用清单中的每一项检查查看数据；有一项认为不能拿来训练时，退出码为 1。",
    ),
    "help.blame": (
        "Say which definition or sentence fixed which rows, and which it broke.",
        "说明哪个定义或哪句话改对了哪些行，又弄错了哪些行。",
    ),
    "help.calibrate": (
        "Say how sure a model must be to answer alone; exit code 1 when no confidence reaches the target.",
        "说明模型要有多大把握才能独立作答；没有一个置信度能达到目标时，退出码为 1。",
    ),
    "help.canaries": (
        "Ask the model behind a run a few questions of general ability, for the gate's rule `canaries`.",
        "向一个运行背后的模型问几道通用能力题，供门禁规则 `canaries` 使用。",
    ),
    "help.cascade": (
        "Say what two models in a row would have answered and cost, without a call; exit code 1 below the bar.",
        "说明两个模型接力会怎样作答、花费多少，不发起调用；低于门槛时退出码为 1。",
    ),
    "help.classify": (
        "Label the rows of a file; the same command goes on where it was interrupted.",
        "给文件中的各行打标签；中断后再次运行同一条命令即可继续。",
    ),
    "help.compare": (
        "Rank runs on the rows they share, and say which differences are real.",
        "在各运行共有的行上排名，并说明哪些差异是真的。",
    ),
    "help.dash": (
        "Open the dashboards of a scene's recorded runs: read-only, on this machine, behind a token.",
        "打开场景各运行的看板：只读，只在本机，凭令牌访问。",
    ),
    "help.dataset": ("Datasets of a scene.", "场景的数据集。"),
    "help.dataset.card": (
        "Describe a dataset on one page of Markdown: what is in it, how it was made, the audit.",
        "用一页 Markdown 介绍数据集：内容构成、制作过程和检查结果。",
    ),
    "help.dataset.committee": (
        "Have models answer a sample of the pool, then what could be chosen, so that select knows what is hard.",
        "让模型先答一份标注池样本，再答可能入选的行，使 select 知道哪些行难。",
    ),
    "help.dataset.coverage": (
        "Say what of the pool a dataset stands for, and which regions of the pool it leaves bare.",
        "说明一个数据集代表了标注池的哪些部分，又漏掉了哪些区域。",
    ),
    "help.dataset.diff": (
        "Say what changed from one dataset to another: rows added, removed, relabelled, or with another answer.",
        "说明两个数据集之间有何变化：新增、移除、改了标签或改了答案的行。",
    ),
    "help.dataset.export": (
        "Write a dataset for another tool: the very messages that serving sends, read back before the file is kept.",
        "把数据集写成其他工具的格式：与上线时发送的消息完全一致，写出的文件先读回核对再保留。",
    ),
    "help.dataset.label-efficiency": (
        "Say how many labelled rows `linear` needs to match runs, by what it learns from parts of the pool.",
        "让 linear 学习标注池的不同部分，说明它要多少条标注才能追上各运行。",
    ),
    "help.dataset.plan": (
        "Say what select would choose with these quotas and what that covers; nothing is written.",
        "说明按这些配额 select 会选哪些行、能覆盖什么；不写入任何内容。",
    ),
    "help.dataset.preview": (
        "Show which tokens of three rows carry loss, by the base's tokenizer, before anything is exported or trained.",
        "导出或训练之前，按底座的分词器显示三行中哪些 token 计入损失。",
    ),
    "help.dataset.reformat": (
        "Bring reasons into the house style (style: in task.yaml), where labels, numbers, names and JSON stay the same.",
        "把理由统一成本团队的文风（task.yaml 中的 style:），标签、数字、名称和 JSON 保持不变。",
    ),
    "help.dataset.saturation": (
        "Say whether more rows would help, by what a cheap model learns from parts of a dataset.",
        "让一个便宜的模型学习数据集的不同部分，说明再加数据还有没有用。",
    ),
    "help.dataset.sheet": (
        "Write a dataset as a spreadsheet for people to edit; `dataset take-back` reads it.",
        "把数据集写成可供人编辑的电子表格；用 `dataset take-back` 读回。",
    ),
    "help.dataset.take-back": (
        "Take an edited spreadsheet back as the dataset's next version, and say what changed.",
        "把编辑过的电子表格收回，成为数据集的下一个版本，并说明改了什么。",
    ),
    "help.decide": (
        "Decide an item of the queue; `undo` in its place takes the annotator's last decision back.",
        "裁定队列中的一项；在它的位置写 undo，可撤回标注员的上一次裁定。",
    ),
    "help.deploy": (
        "Write vLLM commands, Dockerfile, the way to Ollama and a client for a release; nothing is started.",
        "为一个发布写出 vLLM 命令、Dockerfile、转到 Ollama 的办法和客户端；不启动任何程序。",
    ),
    "help.diff": (
        "Show what changed from one prompt to another, definition by definition.",
        "逐个定义地显示两个提示词之间的变化。",
    ),
    "help.doctor": (
        "Examine Python, packages, GPUs, disk, fonts, keys and model addresses; exit code 1 when something will fail.",
        "检查 Python、软件包、GPU、磁盘、字体、密钥和模型地址；有问题会导致失败时，退出码为 1。",
    ),
    "help.drift": (
        "Compare traffic, or a file that was classified, with what its release was measured on; exit code 1 on drift.\n\nLabels, missing answers, confidence, length and new wording, each with a test, adjusted for their number.",
        "把流量或一个已分类的文件与其发布当时的评测数据比较；有漂移时退出码为 1。\n\n标签、缺失的回答、置信度、长度和新用语，各做一次检验，并按检验的个数校正。",
    ),
    "help.enqueue": (
        "Send rows to the queue of what a person must decide; adjudicate lists it.",
        "把一些行送进待裁定队列；用 adjudicate 列出。",
    ),
    "help.errors": (
        "List the rows a run got wrong, or with --against those that two runs answered differently.",
        "列出一个运行答错的行；加 --against 则列出两个运行回答不同的行。",
    ),
    "help.evaluate": (
        "Ask a model about each row; the same command goes on where it was interrupted.",
        "就每一行询问模型；中断后再次运行同一条命令即可继续。",
    ),
    "help.experience": (
        "Show what each model reached in each scene, and write it into the book that memos quote.",
        "显示每个模型在每个场景中达到的水平，并写进备忘录会引用的经验册。",
    ),
    "help.feedback": ("What production got wrong, for the next round.", "线上答错了什么，供下一轮使用。"),
    "help.feedback.import": (
        "Take in corrections of reviewers: ids of answers, and the right labels or a comment.",
        "收进复核人员的更正：回答的 id，以及正确的标签或意见。",
    ),
    "help.feedback.send": (
        "Send corrected, disputed, unsure and drifted answers to the queue: no copies, no leaks, within a budget.",
        "把被更正、有争议、没把握和漂移的回答送进队列：不含重复，不泄漏测试内容，不超出行数预算。",
    ),
    "help.gate": (
        "Hold a run against the scene's gate.yaml; exit code 1 when it says no.",
        "用场景的 gate.yaml 检验一个运行；不放行时退出码为 1。",
    ),
    "help.gold": (
        "Correct a row's gold labels; every run is scored by them from then on, no model is asked.",
        "更正一行的标准答案；此后每个运行都按新答案计分，不询问模型。",
    ),
    "help.hosted": ("Models that a provider tunes for the scene.", "服务商为场景微调的模型。"),
    "help.hosted.list": (
        "List what providers tuned for the scene, as it was last heard of.",
        "列出服务商为场景做过的微调，按最近一次得到的消息。",
    ),
    "help.hosted.look": (
        "Ask the provider how a tuning stands, or judge what it changed.",
        "向服务商询问微调进展，或评判它带来了什么变化。",
    ),
    "help.hosted.record": (
        "Record what was done in the provider's console: the job that was begun, the model that came of it.",
        "登记在服务商控制台里做的事：开始了哪个任务，得到了哪个模型。",
    ),
    "help.hosted.start": (
        "Have a provider tune a model on a dataset; again, it goes on and pays nothing twice.",
        "请服务商在数据集上微调模型；再次运行会继续，不会重复付费。",
    ),
    "help.import-comments": (
        "Take comments on misread rows into the queue of what a person must decide; adjudicate lists it.",
        "把对误判行的意见收进待裁定队列；用 adjudicate 列出。",
    ),
    "help.import-run": (
        "Take answers given elsewhere into a scene, as a run: rows are joined by id, never by position.",
        "把别处给出的回答收进场景，成为一个运行：各行按 id 对上，绝不按位置。",
    ),
    "help.job": (
        "Show how a training stands, ask something of it, watch it until its end, or judge what it changed.",
        "显示一次训练的进展、向它提要求、守到它结束，或评判它带来的变化。",
    ),
    "help.jobs": ("List the scene's trainings and how each stands.", "列出场景的各次训练及其进展。"),
    "help.lab": (
        "Open JupyterLab on a scene's notebooks or on the course.",
        "打开 JupyterLab，查看场景的笔记本或课程。",
    ),
    "help.lint": (
        "Look a prompt through before anything is sent; exit 1 when something in it is certainly wrong.",
        "在发送之前检查提示词；确有错误时退出码为 1。",
    ),
    "help.memo": (
        "Say from recorded runs which way to go: keep, prompt an open model, call an API, cascade or fine-tune.",
        "根据已有的运行说明该走哪条路：保持现状、给开源模型写提示词、调用 API、级联，还是微调。",
    ),
    "help.model": ("Trained models of a scene.", "场景中训练好的模型。"),
    "help.model.export": (
        "Write a trained model for another program, after it answered dev rows as the trained one does.",
        "把训练好的模型写成其他程序的格式，先核对它在开发集上的回答与训练好的一致。",
    ),
    "help.models": (
        "List the models that can be asked and what each needs, or try one with a single request.",
        "列出可以询问的模型及各自所需条件，或用一次请求试一个模型。",
    ),
    "help.more-like": (
        "Find the pool rows that resemble a row most; dev and test rows and their copies are never among them.",
        "找出标注池中与某一行最相似的行；其中绝不会有开发集、测试集的行及其重复。",
    ),
    "help.new": (
        "Make a scene from your own posts, labels and prompt: what was understood is shown, then written after a yes.",
        "用您自己的帖子、标签和提示词建一个场景：先显示读到了什么，确认后才写入。",
    ),
    "help.online": (
        "The truth online: traffic drawn at random and judged blind.",
        "线上真实质量：随机抽取流量并盲判。",
    ),
    "help.online.quality": (
        "Say how good the answers in production were, by what people judged, with intervals; offline beside online.",
        "根据人的判断说明线上回答有多好，附区间；离线结果列在旁边。",
    ),
    "help.online.renew": (
        "Move judged rows of the samples into the test split and freeze it anew; they are never trained on.",
        "把样本中已判断的行移入测试集并重新冻结；这些行永远不会用来训练。",
    ),
    "help.online.sample": (
        "Draw entries of a week at random and send their posts to the queue, where nobody sees what was answered.",
        "从一周的流量中随机抽取记录，把帖子送进队列，不让任何人看到当时的回答。",
    ),
    "help.optimize": (
        "Search for better definitions with gepa, and try the best on rows it has not seen; exit 1 when it fails.",
        "用 gepa 搜索更好的定义，并在没见过的行上试用最好的一组；不成功时退出码为 1。",
    ),
    "help.pin": ("Pin rows that no suggested definition may break.", "钉住建议的定义不得弄错的行。"),
    "help.power": (
        "Say which differences so many rows can show, and how many rows a smaller one takes; asks no model.",
        "说明这么多行能看出多大的差异，以及要看出更小的差异需要多少行；不询问模型。",
    ),
    "help.propose": (
        "Say which pool rows to label next: where models disagree, what stands for many others, and a random part.",
        "说明接下来该标注标注池里的哪些行：模型分歧大的、能代表许多行的，以及随机的一部分。",
    ),
    "help.queue": (
        "Write the rows that wait for labels as a table; `add` takes it back when it is filled in.",
        "把等待标注的行写成表格；填好后用 add 收回。",
    ),
    "help.rationales": (
        "Flag rationales that quote what is not there, deny the answer, or argue for another label.",
        "标出有问题的理由：引用了原文里没有的内容、否定了自己的答案，或在为另一个标签说话。",
    ),
    "help.release": (
        "Make what a run measured the current release, if the gate lets it pass; exit code 1 when it does not.",
        "门禁放行后，把一个运行测量过的组合设为当前发布；不放行时退出码为 1。",
    ),
    "help.releases": (
        "List the scene's releases, and which one is current.",
        "列出场景的各次发布，以及哪一个是当前发布。",
    ),
    "help.reliance": (
        "Ask with names only, with the definitions, and with swapped ones: answers that do not move were not read.",
        "分别只给标签名、给出定义、把定义对调后询问：答案不变，说明没有读定义。",
    ),
    "help.report": (
        "Write the pages of a scene's dashboards as one HTML file that opens offline: standing, choice, data, errors.",
        "把场景看板的各页写成一个离线可开的 HTML 文件：现状、选型、数据、错误。",
    ),
    "help.robustness": (
        "Ask the same rows otherwise: orders in posts, other orders and formats, one paragraph; count what moves.",
        "用另一种方式问同样的行：帖子里夹带指令、换顺序、换格式、合成一段；统计有多少答案变了。",
    ),
    "help.rollback": ("Bring back what was in production before the current release.", "恢复当前发布之前上线的版本。"),
    "help.rounds": (
        "Tell each round: what it changed, and what that brought, with intervals; the open one last.",
        "讲述每一轮：改了什么、带来了什么，附区间；尚未结束的一轮排在最后。",
    ),
    "help.runs": (
        "List the scene's runs, newest first; or write one of them for another tool.",
        "列出场景的运行，最新的在前；或把其中一个写成其他工具的格式。",
    ),
    "help.select": (
        "Choose training rows from the pool: balanced over labels and difficulty, diverse, apart from dev and test.",
        "从标注池中选出训练行：标签和难度均衡、内容多样、与开发集和测试集互不重复。",
    ),
    "help.serve": (
        "Serve a release on this machine: /v1/classify, /v1/chat/completions, /health, /metrics.\n\nWhat /v1/classify is asked and answers is kept for `traffic`. The token is made anew each time;\nLABKIT_SERVE_TOKEN sets one.",
        "在本机提供一个发布的服务：/v1/classify、/v1/chat/completions、/health、/metrics。\n\n/v1/classify 收到的问题和给出的回答会留存，供 `traffic` 查看。令牌每次新生成；\n设置 LABKIT_SERVE_TOKEN 可固定令牌。",
    ),
    "help.shadow": (
        "Ask a candidate what the current release was asked, show nobody, and list where both differ.",
        "让候选回答当前发布被问过的问题，不展示给任何人，并列出两者不同之处。",
    ),
    "help.share": (
        "Write a run into the scene, for git, or as a table for the business team.",
        "把一个运行写进场景以便纳入 git，或写成表格交给业务团队。",
    ),
    "help.split": (
        "Part a scene's rows anew: authors and near duplicates stay whole, labels keep their shares, test is frozen.",
        "重新划分场景的各行：同一作者和近似重复的行不拆开，标签比例不变，测试集冻结。",
    ),
    "help.status": (
        "Say how far the scene is from its bar, and what to do next.",
        "说明场景离门槛还有多远，以及下一步该做什么。",
    ),
    "help.suggest": (
        "Have one definition improved from a confusion's errors, and try it on four sets; exit 1 when it fails.",
        "根据一对混淆标签的错误改进一个定义，并在四组行上试用；不成功时退出码为 1。",
    ),
    "help.suspects": (
        "Rank rows whose gold labels are probably wrong, by several runs and a judge that has not seen the row.",
        "用多个运行和一个没见过该行的评判，按标准答案可能有误的程度给行排序。",
    ),
    "help.tag": (
        "Say why a row of a run went wrong; the counts say whether to edit the prompt, correct gold or fine-tune.",
        "说明一个运行中的某行为什么答错；各原因的数量说明该改提示词、改标准答案还是微调。",
    ),
    "help.themes": (
        "Group the wrong rows of a run by what their rationales say.",
        "按理由的内容给一个运行中答错的行分组。",
    ),
    "help.tour": (
        "Walk the four steps: prompt, models, dataset, training; print a table and write a report.",
        "走一遍四个步骤：提示词、模型、数据集、训练；打印一张表并写一份报告。",
    ),
    "help.traffic": (
        "Count what `serve` kept of a scene's traffic: releases, outcomes, labels, confidence, seconds; or list it.",
        "统计 `serve` 留存的场景流量：发布、结果、标签、置信度、耗时；或逐条列出。",
    ),
    "help.train": (
        "Train a QLoRA adapter in a process of its own; the same command goes on where it was stopped.",
        "在单独的进程中训练 QLoRA 适配器；停下后再次运行同一条命令即可继续。",
    ),
    "help.unclear": (
        "List the labels whose definitions people could not decide by, the most rows first; or say so of a row.",
        "列出人们无法据以判断的标签定义，涉及行数多的在前；或指明某一行遇到了这种情况。",
    ),
    "help.wear": (
        "Say how much luck the best of all prompts tried holds, and who read the test rows, when and why.",
        "说明所有试过的提示词中最好的那个有多少运气成分，以及谁在何时、为什么读过测试行。",
    ),
}
