"""What errors say of datasets and of what is asked and learnt on the way to them: key -> (English, Chinese)."""

WORDS = {
    "error.committee.learnt": (
        "{model} has learnt from the pool, and finds its rows easy",
        "{model} 学过标注池，会觉得其中的行都容易",
    ),
    "error.committee.learnt.fix": ("Name models that have not", "请指定没有学过的模型"),
    "error.committee.twice": ("The model {model} is named twice", "模型 {model} 写了两次"),
    "error.committee.twice.fix": ("Name each once", "每个模型请只写一次"),
    "error.committee.few": ("{models} model is no committee", "{models} 个模型组不成评审"),
    "error.committee.few.fix": (
        "Name two or more: --model A --model B",
        "请指定两个或更多：--model A --model B",
    ),
    "error.committee.number": ("The {what} is {number}", "{what}是 {number}"),
    "error.committee.number.fix": ("Give at least 1", "请至少给 1"),
    "committee.number.budget": ("budget", "行数预算"),
    "committee.number.sample": ("sample", "抽样行数"),
    "committee.number.reach": ("reach", "候选倍数"),
    "error.known.unlabelled": ("There are no labelled rows to ask about", "没有可以拿来问的已标注行"),
    "error.known.unlabelled.fix": ("Label some first", "请先标注一些"),
    "error.known.few": (
        "{rows} labelled rows are too few to ask about",
        "已标注的行只有 {rows} 行，太少，不够拿来问",
    ),
    "error.known.few.fix": ("Label more than {shots} of a subtask", "每个子任务请标注多于 {shots} 行"),
    "error.known.open": (
        "{rows} rows were not asked what {model} knows",
        "还有 {rows} 行没有问过 {model} 是否已掌握",
    ),
    "error.known.open.fix": ("Run the same again, or raise the limit", "请再运行一次，或提高上限"),
    "error.reformat.no_reasons": (
        "The dataset {dataset!r} has answers without a reason, which need no style",
        "数据集 {dataset!r} 的回答不带理由，用不着统一文风",
    ),
    "error.reformat.no_reasons.fix": (
        "Choose one whose targets hold reasons: select … --teacher RUN",
        "请选一个目标带理由的数据集：select … --teacher RUN",
    ),
    "error.reformat.speechless": (
        "{model} answers labels and rewrites no text",
        "{model} 只回答标签，不会改写文字",
    ),
    "error.reformat.speechless.fix": (
        "Choose a language model, or none for the rule",
        "请选语言模型，或不指定模型而用规则改写",
    ),
    "error.reformat.no_style": ("{file} says no style to follow", "{file} 没有写明要遵循的文风"),
    "error.reformat.no_style.fix": (
        "Write one sentence there, such as style: One sentence.",
        "请在其中写一句话，例如 style: 只写一句话。",
    ),
    "error.reformat.open": (
        "{open} of {answers} answers wait for their rewriting",
        "{answers} 个回答中还有 {open} 个等待改写",
    ),
    "error.reformat.open.fix": ("Run the same again, or raise the limit", "请再运行一次，或提高上限"),
    "where.sheet_row": ("{file}, row {row!r}", "{file} 的行 {row!r}"),
    "error.sheet.columns": ("{file} has no columns {id!r} and {labels!r}", "{file} 缺少列 {id!r} 和 {labels!r}"),
    "error.sheet.columns.fix": (
        "Keep the header of the table as it was written",
        "请保留导出时的表头",
    ),
    "error.sheet.posts": ("{where} has other posts than the dataset", "{where} 的帖子与数据集中的不同"),
    "error.sheet.posts.fix": (
        "Edit labels only; personal data is masked on export",
        "请只修改标签；个人信息会在导出时打码",
    ),
    "error.sheet.twice": ("{file}: the row {row!r} stands twice", "{file}：行 {row!r} 出现了两次"),
    "error.sheet.twice.fix": (
        "Edit and delete rows only; new rows come in with: python -m labkit add {scene}",
        "请只修改和删除行；新的行请用 python -m labkit add {scene} 加入",
    ),
    "error.sheet.unknown": (
        "{file}: the row {row!r} is not in {dataset!r}",
        "{file}：行 {row!r} 不在 {dataset!r} 中",
    ),
    "error.sheet.unknown.fix": (
        "Edit and delete rows only; new rows come in with: python -m labkit add {scene}",
        "请只修改和删除行；新的行请用 python -m labkit add {scene} 加入",
    ),
    "error.sheet.spoilt": (
        "{file}: Excel or another spreadsheet made {row!r} of the id {original!r}: it drops leading zeros and all digits beyond 15",
        "{file}：Excel 等电子表格把 id {original!r} 变成了 {row!r}：它会去掉开头的 0 和第 15 位以后的数字",
    ),
    "error.sheet.spoilt.fix": (
        "Write the table as .xlsx, whose ids are text, and edit that; a CSV is to be imported with the column of ids as text",
        "请导出成 .xlsx 再修改，其中的 id 是文本；若用 CSV，请在导入时把 id 列设为文本",
    ),
    "error.teach.labels_only": (
        "The prompt {prompt!r} asks for labels only, and a teacher's reasons would be lost",
        "提示词 {prompt!r} 只要标签，教师模型的理由会丢失",
    ),
    "error.teach.labels_only.fix": (
        "Leave the teacher out, or name a prompt that asks for a rationale",
        "请不用教师模型，或指定要求给出理由的提示词",
    ),
    "error.teach.no_reasons.named": (
        "The prompt {prompt!r} asks for a rationale, which no row has without a teacher",
        "提示词 {prompt!r} 要求给出理由，而没有教师模型时每一行都没有理由",
    ),
    "error.teach.no_reasons.named.fix": (
        "To teach labels only, name a prompt that asks for no more (--prompt, here: {names}); to teach reasons, name a "
        "run over the pool: --teacher RUN (the runs: python -m labkit runs {path})",
        "只教标签，请指定只要标签的提示词（--prompt，这里有：{names}）；要教理由，请指定在标注池上的一次运行：--teacher RUN"
        "（查看运行：python -m labkit runs {path}）",
    ),
    "error.teach.no_reasons.save_one": (
        "The prompt {prompt!r} asks for a rationale, which no row has without a teacher",
        "提示词 {prompt!r} 要求给出理由，而没有教师模型时每一行都没有理由",
    ),
    "error.teach.no_reasons.save_one.fix": (
        "To teach labels only, save it under another name with 'rationale: none' between its lines of --- and name "
        "that; to teach reasons, name a run over the pool: --teacher RUN (the runs: python -m labkit runs {path})",
        "只教标签，请把它另存一份，在两行 --- 之间写上 'rationale: none'，再指定那一份；要教理由，请指定在标注池上的一次"
        "运行：--teacher RUN（查看运行：python -m labkit runs {path}）",
    ),
    "error.teach.none": ("No answer of run {run} can be taught ({why})", "运行 {run} 没有可用于教学的回答（{why}）"),
    "error.teach.none.fix": ("Run a better model over the pool", "请用更好的模型跑一遍标注池"),
    "teach.not_asked": ("not asked", "没有问过它"),
    "error.teach.why": ("{why}: {rows}", "{why}：{rows}"),
    "error.teach.pinned": ("The pinned row {row!r} has no target: {why}", "指定入选的行 {row!r} 没有目标：{why}"),
    "error.teach.pinned.fix": ("Leave the pin out, or choose labels only", "请不再指定它，或只教标签"),
}
