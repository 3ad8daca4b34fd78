"""What --help says of what commands about prompts, runs and releases take: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.blame.after": ("The run of the edited prompt, by the same model.", "修改后的提示词、同一模型的运行。"),
    "help.blame.before": ("The run before the edit.", "修改之前的运行。"),
    "help.blame.by": ("How finely to take it apart.", "拆分到多细。"),
    "help.blame.rerun": (
        "Ask rows of which it cannot be told, with each change alone.",
        "对看不出原因的行，只带一处修改分别询问。",
    ),
    "help.calibrate.on": ("Another run of the same model to apply it to.", "要应用到的同一模型的另一个运行。"),
    "help.calibrate.run": ("A run on dev; the beginning of its id is enough.", "开发集上的运行，写 id 的开头即可。"),
    "help.calibrate.target": (
        "The accuracy that answered rows must have, such as 0.9.",
        "作答的行必须达到的准确率，例如 0.9。",
    ),
    "help.cascade.first": ("The run of the cheap model, on dev.", "便宜模型在开发集上的运行。"),
    "help.cascade.other": (
        "Another cheap run: where the two differ, a row is unsure.",
        "另一个便宜的运行：两者不同的行算没把握。",
    ),
    "help.cascade.people": (
        "What people ask for 1,000 rows, in the bar's currency.",
        "人工处理 1,000 行的费用，币种与门槛一致。",
    ),
    "help.cascade.second": (
        "The run of who gets the unsure rows; people by default.",
        "接手没把握的行的模型的运行；默认由人接手。",
    ),
    "help.cascade.target": (
        "The score to reach, such as 0.9; the bar by default.",
        "要达到的分数，例如 0.9；默认为门槛。",
    ),
    "help.classify.source": ("CSV, JSON, JSONL, Excel or Parquet.", "CSV、JSON、JSONL、Excel 或 Parquet 文件。"),
    "help.classify.target": ("A new .csv, .jsonl or .xlsx file.", "新的 .csv、.jsonl 或 .xlsx 文件。"),
    "help.classify.text": ("The column of the posts.", "帖子所在的列。"),
    "help.compare.margin": (
        "How much worse than the first run the others may be, such as 0.02; set it beforehand.",
        "其他运行最多可以比第一个差多少，例如 0.02；请事先定好。",
    ),
    "help.compare.runs": ("Runs; the beginning of an id is enough.", "若干运行，写 id 的开头即可。"),
    "help.compare.volume": (
        "Rows a month, for the money a month; task.yaml's monthly_volume by default.",
        "每月行数，用来计算每月费用；默认取 task.yaml 的 monthly_volume。",
    ),
    "help.diff.after": ("A prompt of the scene, such as v1.", "场景的提示词，例如 v1。"),
    "help.diff.before": ("A prompt of the scene, such as v1.", "场景的提示词，例如 v1。"),
    "help.diff.text": ("As lines of the two files instead.", "改为逐行比较两个文件。"),
    "help.errors.against": (
        "An earlier run, or another model's, on the same rows.",
        "同样的行上较早的运行，或另一个模型的运行。",
    ),
    "help.errors.change": (
        "With --against: fixed, regressed, still_wrong, still_right or differ.",
        "与 --against 同用：fixed、regressed、still_wrong、still_right 或 differ。",
    ),
    "help.errors.label": ("Rows where this label's decision is wrong.", "这个标签判断错误的行。"),
    "help.errors.predicted": ("Rows where this label was answered without cause.", "误答了这个标签的行。"),
    "help.errors.run": (
        "A run; the beginning of its id is enough. Else the newest.",
        "一个运行，写 id 的开头即可；不写则为最新的。",
    ),
    "help.errors.status": (
        "Rows that ended so, such as unparsed, or unanswered for all.",
        "以这种状态结束的行，例如 unparsed；unanswered 表示所有未作答的行。",
    ),
    "help.errors.to": (
        "Write the rows found to .csv, .xlsx or .jsonl; import-comments takes back what is said there.",
        "把找到的行写成 .csv、.xlsx 或 .jsonl；其中写的意见可用 import-comments 收回。",
    ),
    "help.errors.why": (
        "Rows that went wrong for this reason, such as definition_unclear; untagged.",
        "因这个原因答错的行，例如 definition_unclear；untagged 表示未标记的行。",
    ),
    "help.evaluate.affected_by": (
        "Only rows that an edit since this run or prompt can affect, and a random sample; gives an estimate.",
        "只问这个运行或提示词之后的修改能影响到的行，外加随机样本；给出估计值。",
    ),
    "help.evaluate.as_pilot": (
        "Only 50 rows (or --limit): their bill, and what the others will take.",
        "只问 50 行（或 --limit）：给出账单，并预估其余的费用。",
    ),
    "help.evaluate.batch": (
        "In the provider's batch files: cheaper, within a day; fetches them too.",
        "用服务商的批量文件：更便宜，一天之内完成；也用来取回结果。",
    ),
    "help.evaluate.control": (
        "With --affected-by: the random sample's size.",
        "与 --affected-by 同用：随机样本的大小。",
    ),
    "help.evaluate.examples": (
        "Fetch so many similar, labelled pool rows for each row's prompt.",
        "为每一行的提示词检索这么多条相似的已标注行。",
    ),
    "help.evaluate.fresh": ("Ask again what an earlier run has answered.", "较早的运行已答过的也重新询问。"),
    "help.evaluate.models": (
        "A model of `labkit models`; several: side by side.",
        "`labkit models` 中的模型；写多个则并排比较。",
    ),
    "help.evaluate.reason": (
        "Why test rows are read; needed for test and all.",
        "为什么要读测试行；test 和 all 必须写。",
    ),
    "help.evaluate.repeats": ("How often each row is asked.", "每一行问几次。"),
    "help.evaluate.split": (
        "pool, dev, test, traffic, or all (the first three).",
        "pool、dev、test、traffic，或 all（前三者）。",
    ),
    "help.gold.none": ("The row carries no label.", "这一行没有标签。"),
    "help.gold.reason": ("Why; whoever doubts it later reads this.", "理由，供日后有疑问的人查看。"),
    "help.import-run.encoding": (
        "Of a table that is a text file, such as gb18030; guessed.",
        "文本表格的编码，例如 gb18030；默认自动判断。",
    ),
    "help.import-run.file": ("What the other tool wrote.", "其他工具写出的文件。"),
    "help.import-run.format_": (
        "promptfoo, inspect, openai-batch, lm-eval, table or jsonl.",
        "promptfoo、inspect、openai-batch、lm-eval、table 或 jsonl。",
    ),
    "help.import-run.id_": (
        "The column or field of the rows' ids; id by default.",
        "行 id 所在的列或字段；默认为 id。",
    ),
    "help.import-run.model": ("The model that answered.", "作答的模型。"),
    "help.import-run.predicted": ("A table's column of labels.", "表格中标签所在的列。"),
    "help.import-run.prompt": ("The prompt it was asked with.", "询问它所用的提示词。"),
    "help.import-run.rationale": ("A table's column of reasons.", "表格中理由所在的列。"),
    "help.import-run.reason": (
        "Why test rows are read; needed when there are any.",
        "为什么要读测试行；有测试行时必须写。",
    ),
    "help.lint.ablate": (
        "Ask a model without each sentence of this definition instead.",
        "改为逐句去掉这个定义的句子来询问模型。",
    ),
    "help.lint.dry_run": ("Only say what --ablate would take.", "只说明 --ablate 要花费什么。"),
    "help.lint.model": ("Who is asked, with --ablate.", "与 --ablate 同用：询问哪个模型。"),
    "help.lint.rows": ("Rows that are asked, with --ablate.", "与 --ablate 同用：询问多少行。"),
    "help.lint.run": (
        "Whose confusions are looked at too; else the prompt's newest on dev.",
        "一并查看其混淆的运行；不写则为该提示词在开发集上最新的运行。",
    ),
    "help.optimize.calls": ("Rows asked during the search at most.", "搜索期间最多询问多少行。"),
    "help.optimize.proposer": (
        "Who proposes; without it words of the training rows do.",
        "由哪个模型提出定义；不写则根据训练行的用词。",
    ),
    "help.pin.ids": ("Rows; without any, those pinned.", "若干行；不写则列出已钉住的。"),
    "help.pin.reason": ("Why.", "理由。"),
    "help.pin.remove": ("Take the pins off.", "取消钉住。"),
    "help.power.rows": (
        "So many rows; the labelled rows of the split by default.",
        "行数；默认为该划分中已标注的行数。",
    ),
    "help.power.split": ("pool, dev or test.", "pool、dev 或 test。"),
    "help.rationales.limit": ("With --redact: only the first so many rows.", "与 --redact 同用：只取前多少行。"),
    "help.rationales.redact": (
        "Ask again without the quoted words: does the label go?",
        "去掉引用的词再问一次：标签会不会随之消失？",
    ),
    "help.rationales.run": ("A run; the beginning of its id is enough.", "一个运行，写 id 的开头即可。"),
    "help.reliance.split": ("pool or dev.", "pool 或 dev。"),
    "help.robustness.dry_run": ("Only say what it would take.", "只说明要花费什么。"),
    "help.robustness.kind": (
        "attack, labels, posts, format, paragraph; all of them.",
        "attack、labels、posts、format、paragraph；默认全做。",
    ),
    "help.robustness.repeats": (
        "Askings of each row as written, and in one paragraph.",
        "每一行原样问几次、合成一段问几次。",
    ),
    "help.robustness.rows": ("Only the first so many rows.", "只取前多少行。"),
    "help.robustness.split": ("pool or dev.", "pool 或 dev。"),
    "help.rollback.reason": ("Why; the history keeps it.", "理由；会记入历史。"),
    "help.runs.all_": ("Runs that only tried something, too.", "也列出只是试验的运行。"),
    "help.runs.export": (
        "Write this run, by the beginning of its id, for another tool.",
        "把这个运行（写 id 的开头）写成其他工具的格式。",
    ),
    "help.runs.format_": (
        "With --export: jsonl, promptfoo, inspect, openai-batch, lm-eval.",
        "与 --export 同用：jsonl、promptfoo、inspect、openai-batch、lm-eval。",
    ),
    "help.runs.salvage": (
        "Save what can be read of a damaged runs.db into a new file.",
        "把损坏的 runs.db 中还能读出的内容存入新文件。",
    ),
    "help.runs.to": ("With --export: .json or .jsonl.", "与 --export 同用：.json 或 .jsonl 文件。"),
    "help.share.errors": ("With --to: only the rows that were answered wrong.", "与 --to 同用：只写答错的行。"),
    "help.share.run": ("A complete run; the beginning of its id is enough.", "完整的运行，写 id 的开头即可。"),
    "help.share.to": (
        "A .xlsx, .csv or .jsonl for the business team instead.",
        "改为给业务团队的 .xlsx、.csv 或 .jsonl 文件。",
    ),
    "help.suggest.dry_run": (
        "Say what would be sent and what it will take, and ask nobody.",
        "只说明会发送什么、要花费什么，不询问任何模型。",
    ),
    "help.suggest.fresh": ("Ask the suggester again.", "重新请模型提建议。"),
    "help.suggest.model": (
        "Who suggests; without it words of the pool rows do.",
        "由哪个模型提建议；不写则根据标注池的用词。",
    ),
    "help.suggest.pair": (
        "The confusion; one side may be empty, as in 'refund,'.",
        "混淆的一对标签；一边可以为空，例如 'refund,'。",
    ),
    "help.suggest.rows": (
        "At most so many rows right before, and so many held out.",
        "原先答对的行最多多少，留出的行也最多多少。",
    ),
    "help.suggest.run": ("Whose errors; the beginning of its id is enough.", "看哪个运行的错误，写 id 的开头即可。"),
    "help.suspects.runs": (
        "Runs; by default the newest of each prompt and model.",
        "若干运行；默认为每个提示词和模型的最新运行。",
    ),
    "help.suspects.split": ("Which rows, when no run is named.", "没有指定运行时，看哪些行。"),
    "help.suspects.top": ("How many rows to print.", "打印多少行。"),
    "help.tag.remove": ("Take the row's tag away.", "去掉这一行的标记。"),
    "help.tag.run": ("The run; the beginning of its id is enough.", "运行，写 id 的开头即可。"),
    "help.tag.why": ("Why it went wrong, such as definition_unclear.", "为什么答错，例如 definition_unclear。"),
    "help.themes.all_": ("All rows, and not only those answered wrong.", "所有的行，而不只是答错的。"),
    "help.themes.count": ("How many themes; chosen by the data when left out.", "主题的个数；不写则由数据决定。"),
    "help.themes.posts": ("Read the posts, and not the rationales.", "读帖子，而不是理由。"),
    "help.themes.run": ("A run; the beginning of its id is enough.", "一个运行，写 id 的开头即可。"),
    "help.themes.seed": ("The same seed gives the same themes.", "种子相同，主题就相同。"),
    "help.themes.titles_by": ("A language model that names the themes.", "给主题命名的语言模型。"),
}
