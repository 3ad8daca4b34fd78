"""What errors say of exports, calibration, votes, rounds and viewers: key -> (English, Chinese)."""

WORDS = {
    "error.export.unreadable": ("{path} is no export in the form {format!r}", "{path} 不是 {format!r} 格式的导出文件"),
    "error.export.unreadable.fix": ("Export the dataset again", "请重新导出数据集"),
    "error.export.exists": ("{path} exists already", "{path} 已经存在"),
    "error.export.exists.fix": ("Choose another place, or remove it first", "请换一个位置，或先把它删除"),
    "error.export.own_file": (
        "{target} belongs to the scene {scene}, and would be lost",
        "{target} 是场景 {scene} 自己的文件，会被覆盖",
    ),
    "error.export.own_file.fix": ("Choose another place", "请换一个位置"),
    "error.export.suffix": (
        "{file} does not end in {suffix}, as {form} files do",
        "{file} 不以 {suffix} 结尾，而 {form} 格式的文件要以它结尾",
    ),
    "error.export.suffix.fix": ("Use {better}", "请改用 {better}"),
    "error.export.secrets": (
        "{rows} row(s) of the dataset {dataset!r} hold passwords or keys, such as {first}",
        "数据集 {dataset!r} 中有 {rows} 行含有密码或密钥，例如 {first}",
    ),
    "error.export.secrets.fix": (
        "Export with masking, and have those secrets changed",
        "请在导出时打码，并更换这些密码或密钥",
    ),
    "error.export.few_rows": (
        "{form} wants {least} rows at least, and there are {rows}",
        "{form} 格式至少需要 {least} 行，现在只有 {rows} 行",
    ),
    "error.export.few_rows.fix": ("Select more rows", "请多选一些行"),
    "error.export.reads_otherwise": (
        "{path} would not read back as what was written",
        "{path} 读回的内容会与写入的不一致",
    ),
    "error.export.reads_otherwise.fix": ("Export in the form 'messages'", "请改用 'messages' 格式导出"),
    "error.run_file.suffix": (
        "{file} would hold {format} and is not called *{suffix}",
        "{file} 要存放 {format} 格式，文件名却不是 *{suffix}",
    ),
    "error.run_file.suffix.fix": ("Name it {stem}{suffix}", "请命名为 {stem}{suffix}"),
    "error.run_file.open_rows": ("Run {run} has {rows} open rows", "运行 {run} 还有 {rows} 行未完成"),
    "error.run_file.open_rows.fix": ("Evaluate the same again to finish it", "请用同样的 evaluate 命令把它完成"),
    "error.run_file.unwritable": ("Cannot write {path} ({reason})", "无法写入 {path}（{reason}）"),
    "error.run_file.unwritable.fix": ("Choose another place", "请换一个位置"),
    "error.calibrate.target": ("A target accuracy of {target} is no share", "目标准确率 {target} 不是比例"),
    "error.calibrate.target.fix": (
        "Give a number between 0 and 1, such as 0.9",
        "请给出 0 到 1 之间的数，例如 0.9",
    ),
    "error.calibrate.no_rows": (
        "Run {run} has {rows} rows with gold, an answer and probabilities; calibrating takes {least} at least",
        "运行 {run} 中同时有标注、答案和概率的行有 {rows} 个，校准至少需要 {least} 个",
    ),
    "error.calibrate.no_rows.fix": (
        "Use a run by linear or by a local model, on more rows",
        "请改用 linear 或本地模型的运行，并增加行数",
    ),
    "error.calibrate.few_rows": (
        "Run {run} has {rows} rows with gold, an answer and probabilities; calibrating takes {least} at least",
        "运行 {run} 中同时有标注、答案和概率的行有 {rows} 个，校准至少需要 {least} 个",
    ),
    "error.calibrate.few_rows.fix": ("Evaluate more rows", "请评测更多的行"),
    "error.annotations.one_each": (
        "No row was labelled by two annotators ({votes} in {place})",
        "没有一行由两名标注员标注过（{place}：{votes}）",
    ),
    "error.annotations.one_each.fix": (
        "Let a second person label some of the same rows, or name a table with --id, --annotator and --labels",
        "请让另一个人标注其中一些行，或用 --id、--annotator 和 --labels 指明一张表",
    ),
    "annotations.by": ("{votes} annotations by {people} people", "{people} 人共 {votes} 条标注"),
    "annotations.none": ("there are no annotations", "没有任何标注"),
    "annotations.place": ("{file}, kind annotate", "{file} 中 kind 为 annotate 的行"),
    "error.audit.base_of_file": (
        "A base model is asked about the rows of a scene",
        "只能就场景中的行询问基座模型",
    ),
    "error.audit.base_of_file.fix": (
        "Make one of the file first: python -m labkit new",
        "请先用 python -m labkit new 把这个文件建成场景",
    ),
    "error.audit.no_prompt": (
        "The scene {scene} has no prompt to ask {base} with",
        "场景 {scene} 没有可用来询问 {base} 的提示词",
    ),
    "error.audit.no_prompt.fix": ("Write one first", "请先写一个"),
    "error.viewers.unusable": ("Cannot use {path} ({error})", "无法使用 {path}（{error}）"),
    "error.viewers.unusable.fix": (
        "Name a text file with a viewer's name a line",
        "请指定一个文本文件，每行写一个查看者的名字",
    ),
    "error.viewers.no_name": ("{path}: {line:.40} is no name with a token", "{path}：{line:.40} 不是名字加令牌"),
    "error.viewers.no_name.fix": ("Write a name a line, without spaces", "请每行写一个名字，名字中不要有空格"),
    "error.viewers.twice": ("{path}: {name:.40} stands there twice", "{path}：{name:.40} 出现了两次"),
    "error.viewers.twice.fix": (
        "Take line {number} out, or name them apart",
        "请删去第 {number} 行，或改用不同的名字",
    ),
}
