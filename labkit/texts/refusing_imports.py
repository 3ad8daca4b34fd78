"""What errors say of answers that were given elsewhere and come in as a run: key -> (English, Chinese)."""

WORDS = {
    "where.score": ("{file} score {number}", "{file} 第 {number} 个评分"),
    "where.sample": ("{file} sample {number}", "{file} 第 {number} 个样本"),
    "where.result": ("{file} result {number}", "{file} 第 {number} 个结果"),
    "import.answer_of_id": ("{where}: id {id!r}", "{where}：id {id!r}"),
    "import.answer_of_text": ("{where}: text {text!r}", "{where}：文本 {text!r}"),
    "import.results_of": ("{model} with {prompt} ({results})", "{model} 搭配 {prompt}（{results}）"),
    "error.import.member": (
        "{file}: {member} unpacks to over {most:,} bytes",
        "{file}：{member} 解压后超过 {most:,} 字节",
    ),
    "error.import.member.fix": ("Split it", "请拆分"),
    "error.import.unpacked": ("{file} unpacks to over {most:,} bytes", "{file} 解压后超过 {most:,} 字节"),
    "error.import.unpacked.fix": ("Split it", "请拆分"),
    "error.import.torn_log": ("{file} is no whole .eval file ({reason})", "{file} 不是完整的 .eval 文件（{reason}）"),
    "error.import.torn_log.fix": ("Copy it again", "请重新复制"),
    "error.import.packed": ("{file} packs {member} in an unknown way", "{file} 用未知的方式压缩了 {member}"),
    "error.import.packed.fix": ("Write the log as .json", "请把日志存成 .json"),
    "error.import.repeats": (
        "An answer is number {number} of its row, and the others are missing",
        "有一个回答是所在行的第 {number} 个，其余的却缺失",
    ),
    "error.import.repeats.fix": ("Number them from 0", "请从 0 开始编号"),
    "error.import.reason": (
        "The file holds answers to {rows} test rows, which are kept for decisions",
        "文件里有 {rows} 个测试行的回答，而测试行留作决策之用",
    ),
    "error.import.reason.fix": (
        'Say why they are read with reason="…" (--reason TEXT)',
        '请用 reason="…"（--reason TEXT）说明为什么要读',
    ),
    "error.import.no_sample": ("{file} holds no samples", "{file} 里没有样本"),
    "error.import.no_sample.fix": ("Evaluate with log_samples on", "请打开 log_samples 再评测"),
    "error.import.no_log": ("{file} is no log of Inspect", "{file} 不是 Inspect 的日志"),
    "error.import.no_log.fix": (
        "Give a .eval or .json file of its logs folder",
        "请给出其 logs 文件夹中的 .eval 或 .json 文件",
    ),
    "error.import.no_score": ("{where} is no precomputed score", "{where} 不是预先算好的评分"),
    "error.import.no_score.fix": (
        "Give id, value and answer in each record",
        "请在每条记录里写明 id、value 和 answer",
    ),
    "error.import.no_id_known": (
        "No answer in {file} belongs to a row of this scene ({unmatched})",
        "{file} 中没有一个回答属于这个场景的行（{unmatched}）",
    ),
    "error.import.no_id_known.fix": (
        "Name the column or field of ids with --id",
        "请用 --id 指明 id 所在的列或字段",
    ),
    "error.import.spoilt": (
        "No answer in {file} belongs to a row of this scene: {row!r} is the id {original!r} as Excel or another spreadsheet writes it, without leading zeros and without the digits beyond 15",
        "{file} 中没有一个回答属于这个场景的行：{row!r} 是 id {original!r} 经 Excel 等电子表格写出的样子，没有开头的 0 和第 15 位以后的数字",
    ),
    "error.import.spoilt.fix": (
        "Import a file whose ids are the scene's: one that no spreadsheet has saved, or whose column of ids is text",
        "请导入 id 与场景一致的文件：没有被电子表格保存过，或 id 列为文本",
    ),
    "error.import.no_text_known": (
        "No answer in {file} belongs to a row of this scene ({unmatched})",
        "{file} 中没有一个回答属于这个场景的行（{unmatched}）",
    ),
    "error.import.no_text_known.fix": (
        "Give the rows their ids, and --id",
        "请给各行写上 id，并用 --id 指明",
    ),
    "error.import.some_ids": (
        "{where} has no id, and other rows have one ({without} of {answers} have none)",
        "{where} 没有 id，而其他行有（{answers} 行中有 {without} 行没有）",
    ),
    "error.import.some_ids.fix": ("Give every row its id", "请给每一行写上 id"),
    "error.import.nothing_to_join": (
        "{file} has neither ids nor posts to join by",
        "{file} 里既没有 id，也没有帖子，无法与场景的行对上",
    ),
    "error.import.nothing_to_join.fix": (
        "Name the column or field of ids with --id",
        "请用 --id 指明 id 所在的列或字段",
    ),
    "error.import.same_text": (
        "{where}: its text stands in the rows {rows}",
        "{where}：它的文本同时出现在行 {rows} 中",
    ),
    "error.import.same_text.fix": (
        "Give the file the rows' ids, and --id",
        "请在文件里写上各行的 id，并用 --id 指明",
    ),
    "error.import.positions": (
        "{where} has the id {id!r} and the text of row {other!r}",
        "{where} 的 id 是 {id!r}，文本却是行 {other!r} 的",
    ),
    "error.import.positions.fix": (
        "Its ids may be positions: name the column or field of ids with --id",
        "它的 id 可能只是序号，请用 --id 指明 id 所在的列或字段",
    ),
    "error.import.two_answers": (
        "{first} and {second} both answer row {row!r}",
        "{first} 和 {second} 都回答了行 {row!r}",
    ),
    "error.import.two_answers.fix": ("Keep one answer for each row", "每行请只保留一个回答"),
    "error.import.no_object": ("{where}: {kind} instead of a JSON object", "{where}：这里是 {kind}，不是 JSON 对象"),
    "error.import.no_object.fix": ("Check --format", "请检查 --format"),
    "error.import.large": ("{file} has {size:,} bytes, more than {most:,}", "{file} 有 {size:,} 字节，超过了 {most:,}"),
    "error.import.large.fix": ("Write it as JSON lines", "请写成 JSON Lines"),
    "error.import.deep": ("{where}: nested too deeply", "{where}：嵌套太深"),
    "error.import.deep.fix": ("Export it again", "请重新导出"),
    "error.import.invalid": ("{where}: not valid JSON ({problem})", "{where}：不是有效的 JSON（{problem}）"),
    "error.import.invalid.fix": ("Export it again, whole", "请重新完整地导出"),
    "error.import.lm_eval_empty": ("{file} is empty", "{file} 是空的"),
    "error.import.lm_eval_empty.fix": (
        "Write it with: lm_eval --log_samples",
        "请用这条命令生成：lm_eval --log_samples",
    ),
    "error.import.no_lm_eval": ("{where} is no sample of lm-eval", "{where} 不是 lm-eval 的样本"),
    "error.import.no_lm_eval.fix": (
        "Give a samples_*.jsonl file, not the results",
        "请给出 samples_*.jsonl 文件，而不是 results 文件",
    ),
    "error.import.batch_empty": ("{file} is empty", "{file} 是空的"),
    "error.import.batch_empty.fix": ("Download the batch's output file", "请下载批量任务的输出文件"),
    "error.import.no_batch": ("{where} is no line of a batch's output", "{where} 不是批量任务的输出"),
    "error.import.no_batch.fix": (
        "Give the output file, not the input",
        "请给出输出文件，而不是输入文件",
    ),
    "error.import.no_promptfoo": ("{file} holds no promptfoo results", "{file} 里没有 promptfoo 的结果"),
    "error.import.no_promptfoo.fix": (
        "Write them with: promptfoo eval -o results.json",
        "请用这条命令生成：promptfoo eval -o results.json",
    ),
    "error.import.several": (
        "{file} holds results of several providers or prompts: {found}",
        "{file} 里有多个服务商或提示词的结果：{found}",
    ),
    "error.import.several.fix": (
        "Choose with --model and --prompt",
        "请用 --model 和 --prompt 选定",
    ),
}
