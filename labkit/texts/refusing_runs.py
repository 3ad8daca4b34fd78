"""What errors say of runs: their rows, budgets, consent, batches; and the board's decisions: key -> (English, Chinese)."""

WORDS = {
    "error.batch.found_again": (
        "A batch that arrived all the same is found again",
        "如果批次其实已经到达，会重新找到它",
    ),
    "error.handover.no_row": ("Run {run} has no row to hand over", "运行 {run} 没有可以交出的行"),
    "error.handover.no_row.fix": ("Run it first", "请先运行它"),
    "error.handover.no_error": ("Run {run} has no row to hand over", "运行 {run} 没有可以交出的行"),
    "error.handover.no_error.fix": ("Leave --errors out", "请去掉 --errors 这一项"),
    "error.side_by_side.twice": ("The model {model} is named twice", "模型 {model} 写了两遍"),
    "error.side_by_side.twice.fix": ("Name each once", "每个模型只写一遍"),
    "error.side_by_side.none": ("No model is named", "没有指定模型"),
    "error.side_by_side.none.fix": ("Name one or more", "请指定一个或几个"),
    "error.plan.no_rows": (
        "The scene {scene} has no rows in split {split!r}",
        "场景 {scene} 的划分 {split!r} 里没有行",
    ),
    "error.plan.no_rows.fix": ("Choose another split", "请选择另一个划分"),
    "error.plan.unlabelled": (
        "The scene {scene} has no rows in split {split!r}",
        "场景 {scene} 的划分 {split!r} 里没有行",
    ),
    "error.plan.unlabelled.fix": (
        "Label some rows first: python -m labkit queue {scene} --output queue.xlsx, then add {scene} --examples "
        "queue.xlsx draws dev and test rows from them",
        "请先标注一些行：python -m labkit queue {scene} --output queue.xlsx，之后用 add {scene} --examples queue.xlsx "
        "从中抽出 dev 和测试集",
    ),
    "error.ablation.no_rows": ("{rows} rows would be asked", "要问的行数是 {rows}"),
    "error.ablation.no_rows.fix": ("Give at least 1, or none for all", "请至少给 1 行，或不给行数来问全部"),
    "error.affected.open_rows": ("Run {found} still has open rows", "运行 {found} 还有未完成的行"),
    "error.affected.open_rows.fix": (
        "Finish it first: evaluate with the same words",
        "请先用同样的 evaluate 命令把它完成",
    ),
    "error.affected.asked_repeatedly": (
        "Run {found} asked each row {repeats} times",
        "运行 {found} 每行问了 {repeats} 次",
    ),
    "error.affected.asked_repeatedly.fix": ("Name a run that asked once", "请指定每行只问一次的运行"),
    "error.affected.no_run": (
        "No run has asked {asked} about {split} rows",
        "还没有哪次运行用 {asked} 问过 {split} 的行",
    ),
    "error.affected.no_run.fix": ("Evaluate the prompt before the edit once", "请先把修改前的提示词运行一次"),
    "error.affected.several_models": (
        "Several models answered {prompt}: {found}",
        "有好几个模型回答过 {prompt}：{found}",
    ),
    "error.affected.several_models.fix": ("Name the model, or the run", "请指定模型，或指定运行"),
    "error.affected.other_model": (
        "Run {header} was answered by {model} {model_parameters}, and this is {chosen} {parameters}",
        "运行 {header} 由 {model} {model_parameters} 作答，而现在是 {chosen} {parameters}",
    ),
    "error.affected.other_model.fix": (
        "Evaluate the prompt before the edit with this model first",
        "请先用这个模型运行修改前的提示词",
    ),
    "error.affected.pool_changed": (
        "The pool has changed since run {before}, so every row would be shown other examples",
        "运行 {before} 之后样本池变了，每一行看到的样例都会不同",
    ),
    "error.affected.pool_changed.fix": (
        "Evaluate the prompt before the edit again first",
        "请先把修改前的提示词重新运行一次",
    ),
    "error.affected.row_changed": (
        "Row {example!r} of run {before} is not in the scene as it was asked",
        "运行 {before} 的行 {example!r} 在场景里已经不是当时的样子",
    ),
    "error.affected.row_changed.fix": (
        "Evaluate the prompt before the edit again, on the rows of now",
        "请在现在的行上重新运行修改前的提示词",
    ),
    "error.batch.unable": ("{model} takes no batch files", "{model} 不接受批量文件"),
    "error.batch.unable.fix": ("Ask without --batch", "请去掉 --batch 再问"),
    "error.batch.refused": (
        "{model}: the batch {batch} was refused as a whole: {said}",
        "{model}：批次 {batch} 被整体拒绝：{said}",
    ),
    "error.budget.spent": (
        "{spent:.4g} of {limit:.4g} {currency} are spent, and the next request could cost up to {worst:.2g}",
        "上限 {limit:.4g} {currency} 中已花费 {spent:.4g}，下一次请求最多可能再花 {worst:.2g}",
    ),
    "error.budget.spent.fix": (
        "Run the same with a higher limit: it goes on from here",
        "请提高上限后再运行同样的命令：会从这里继续",
    ),
    "error.budget.limit": ("The limit is {limit}", "上限是 {limit}"),
    "error.budget.limit.fix": (
        "Give money of 0 or more, in the currency of the bar",
        "请给出不小于 0 的金额，以门槛所用的货币计",
    ),
    "error.budget.no_price": ("No limit can be held: {model} has no price", "无法守住上限：{model} 没有价格"),
    "error.budget.no_price.fix": ("Write it into prices.toml", "请把它写进 prices.toml"),
    "error.budget.no_rate": (
        "No limit in {currency} can be held: {model} is paid in {currency2}, and no rate is known",
        "无法以 {currency} 守住上限：{model} 以 {currency2} 计费，而汇率未知",
    ),
    "error.budget.no_rate.fix": (
        "Write [rates] {currency2}_{currency} = … into prices.toml",
        "请把 [rates] {currency2}_{currency} = … 写进 prices.toml",
    ),
    "error.consent.in_prompt": (
        "The prompt holds {in_prompt}, which a tuned model would be asked with as it stands",
        "提示词里有 {in_prompt}，微调后的模型会原样收到它们",
    ),
    "error.consent.in_prompt.fix": ("Take it out of the prompt; rows are masked", "请从提示词中删去，数据行会做遮蔽"),
    "error.consent.unknown_answer": (
        "{scene}: the answer for {host} is {answers!r}, not {send!r} or {mask!r}",
        "{scene}：对 {host} 的答复是 {answers!r}，而不是 {send!r} 或 {mask!r}",
    ),
    "error.consent.unknown_answer.fix": (
        "Correct that line, or delete it to be asked again",
        "请改正这一行，或删除它以便重新询问",
    ),
    "error.engine.reply_count": (
        "{model} gave {replies} replies to {requests} requests",
        "{model} 对 {requests} 个请求给出了 {replies} 个回复",
    ),
    "error.engine.gave_up": (
        "{model} failed on {given_up_in_a_row} rows in a row; the last time: {error}",
        "{model} 连续 {given_up_in_a_row} 行失败，最近一次：{error}",
    ),
    "error.engine.gave_up.fix": (
        "See to the model, then run the same again: it goes on from here",
        "请检查模型，然后再运行同样的命令：会从这里继续",
    ),
    "error.evaluate.stopped": (
        "{problem} ({kept} of {rows} {rows:row|rows} {kept:is|are} answered and kept in run {run})",
        "{problem}（{rows} 行中已有 {kept} 行作答，保存在运行 {run} 里）",
    ),
    "error.evaluate.see_to_the_model": ("See to the model", "请检查这个模型"),
    "error.evaluate.then_again": (
        "{fix}. Then run the same again: it goes on from there",
        "{fix}。然后再运行一次同样的命令，会从这里继续",
    ),
    "error.evaluate.out_in_batch": (
        "{out} rows of run {run} are out in a batch file; sent again they would be paid twice",
        "运行 {run} 有 {out} 行还在批量文件里，再次发送就要付两次钱",
    ),
    "error.evaluate.out_in_batch.fix": (
        "Fetch their answers with --batch (labkit.evaluate_batch)",
        "请用 --batch（labkit.evaluate_batch）取回它们的答案",
    ),
    "error.file_rows.no_text": ("No row of {source} has text", "{source} 里没有哪一行有文字"),
    "error.file_rows.no_text.fix": (
        "Give a file with posts, or name their column with --text",
        "请给出有微博的文件，或用 --text 指定列",
    ),
    "error.file_rows.suffix": ("{target} has the suffix {suffix!r}", "{target} 的后缀是 {suffix!r}"),
    "error.file_rows.suffix.fix": ("Use one of: .csv, .jsonl, .xlsx", "请使用其中之一：.csv、.jsonl、.xlsx"),
    "error.file_rows.no_folder": (
        "There is no folder {parent} to write {target} into",
        "没有可以写入 {target} 的文件夹 {parent}",
    ),
    "error.file_rows.no_folder.fix": ("Create it", "请先创建它"),
    "error.file_rows.over_input": ("{target} cannot be written over", "不能覆盖 {target}"),
    "error.file_rows.over_input.fix": ("Name another file with --output", "请用 --output 指定另一个文件"),
    "error.file_rows.which_column": (
        "It is not clear which column of {table} holds the posts (columns: {listed})",
        "不清楚 {table} 的哪一列是微博（列有：{listed}）",
    ),
    "error.file_rows.which_column.fix": ("Name it with --text COLUMN", "请用 --text COLUMN 指定"),
    "error.plan.test_reason": (
        "This would read {test_rows} test rows, which are kept for decisions",
        "这会读取 {test_rows} 行测试集，而测试集是留给决定用的",
    ),
    "error.plan.test_reason.fix": (
        'Say why with reason="…" (--reason TEXT), or use the split dev',
        '请用 reason="…"（--reason TEXT）说明原因，或改用 dev',
    ),
    "error.plan.repeats": ("Each row would be asked {repeats} times", "每行要问 {repeats} 次"),
    "error.plan.repeats.fix": ("Ask it at least once", "请至少问一次"),
    "error.plan.no_shots": (
        "The scene {scene} has no labelled pool rows apart from its dev and test rows",
        "场景 {scene} 除 dev 和测试集之外没有已标注的样本池行",
    ),
    "error.plan.no_shots.fix": (
        "Label pool rows, or take 'retrieved' out of the prompt's front matter",
        "请标注样本池的行，或从提示词的文件头里删去 retrieved",
    ),
    "error.preflight.no_row": (
        "The scene {scene} has no row to try a model on but test rows",
        "场景 {scene} 除测试集之外没有可以试模型的行",
    ),
    "error.preflight.no_row.fix": ("Add rows to dev or pool", "请加入 dev 或样本池的行"),
    "error.redaction.open_rows": ("Run {before} still has open rows", "运行 {before} 还有未完成的行"),
    "error.redaction.open_rows.fix": (
        "Finish it first: evaluate with the same words",
        "请先用同样的 evaluate 命令把它完成",
    ),
    "error.redaction.no_quote": (
        "No answer of run {before} quotes words that stand in its post",
        "运行 {before} 的回答都没有引用微博里的原文",
    ),
    "error.redaction.no_quote.fix": ("Ask for evidence first", "请先让模型给出依据"),
    "error.redaction.unfinished": ("Run {after} still has open rows", "运行 {after} 还有未完成的行"),
    "error.redaction.unfinished.fix": (
        "The same again goes on; raise the limit if there is one",
        "再次运行同样的命令会继续，若设了上限请提高",
    ),
    "error.titles.unable": ("{chosen} answers labels and writes no title", "{chosen} 只回答标签，写不了标题"),
    "error.titles.unable.fix": ("Choose a language model", "请选择一个语言模型"),
    "error.titles.no_themes": ("Run {run} has no themes", "运行 {run} 没有主题"),
    "error.titles.no_themes.fix": (
        "Choose rows with rationales, or posts that share words",
        "请选择有理由的行，或用词有重合的微博",
    ),
    "error.trial.sample": ("The sample has {sample} rows", "样本有 {sample} 行"),
    "error.trial.sample.fix": ("Draw at least one", "请至少抽 1 行"),
    "error.trial.nothing_changed": ("Nothing has changed that a model is told", "模型收到的内容没有任何变化"),
    "error.trial.nothing_changed.fix": ("Edit the prompt, or try all dev rows", "请修改提示词，或在全部 dev 行上试"),
    "error.trial.no_dev": ("The scene {scene} has no dev rows", "场景 {scene} 没有 dev 行"),
    "error.trial.no_dev.fix": ("Give some rows split: dev", "请把一些行的划分设为 dev"),
    "error.board.nothing_to_undo": (
        "{annotator} has decided nothing that could be taken back",
        "{annotator} 还没有可以撤销的决定",
    ),
    "error.board.nothing_to_undo.fix": ("Decide an item first", "请先裁定一项"),
    "error.board.row_gone": ("No row of item {item} is in the scene any more", "待裁定项 {item} 的行都已不在场景里"),
    "error.board.row_gone.fix": ("Gather the queue anew", "请重新收集队列"),
    "error.board.settle_reason": (
        "What others answered differently is settled only with a reason",
        "别人有不同意见的项，只能带着理由来定",
    ),
    "error.board.settle_reason.fix": ("Say why in a few words", "请用几个字说明原因"),
    "error.board.no_labels_to_keep": (
        "The row of item {item} carries no labels to keep",
        "待裁定项 {item} 的行没有可以保留的标签",
    ),
    "error.board.no_labels_to_keep.fix": ("Give its labels, or drop it", "请给出标签，或去掉这一行"),
    "error.board.dev_row": (
        "Item {item} holds a dev row: runs were measured on it",
        "待裁定项 {item} 是 dev 行：已有运行在它上面测量过",
    ),
    "error.board.dev_row.fix": ("Relabel it, or keep it", "请改标，或保留它"),
    "error.board.overlap": ("The overlap is {overlap}", "重叠比例是 {overlap}"),
    "error.board.overlap.fix": ("Give a share between 0 and 1, such as 0.2", "请给出 0 到 1 之间的数，例如 0.2"),
    "error.board.spot": ("The random check has {spot} rows", "随机抽查有 {spot} 行"),
    "error.board.spot.fix": ("Give 50, or 0 for none", "请给 50 行，不抽查则给 0"),
    "error.board.no_annotator": ("The annotator has no name", "标注人没有名字"),
    "error.board.no_annotator.fix": ("Give the name under which decisions are kept", "请给出保存决定时用的名字"),
    "error.board.no_labels": ("No labels were given to relabel with", "没有给出要改成的标签"),
    "error.board.no_labels.fix": ("Name them, or none of them on purpose", "请指定标签，或明确表示没有任何标签"),
}
