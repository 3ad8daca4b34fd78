"""What --help says of words that several commands take: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.any.accept": ("Save it as a new version when it passes.", "通过后存为新版本。"),
    "help.any.annotator": ("Whose decisions; the user of this machine by default.", "谁的裁定；默认为本机用户。"),
    "help.any.approved_by": ("Who answers for it.", "由谁负责。"),
    "help.any.as_json": ("Print one JSON value and nothing else on stdout.", "只在标准输出打印一个 JSON 值。"),
    "help.any.ban": ("A row never to take; may repeat.", "绝不入选的行；可重复写。"),
    "help.any.base": ("The model to tune, such as local/study.", "要微调的模型，例如 local/study。"),
    "help.any.base_prompt": (
        "With --compare: what the base is asked with.",
        "与 --compare 同用：底座用哪个提示词询问。",
    ),
    "help.any.champion": (
        "The run to compare with, if not that of the current release.",
        "用来比较的运行；默认为当前发布的运行。",
    ),
    "help.any.dataset": ("A dataset of the scene, from `select`.", "场景的数据集，由 `select` 生成。"),
    "help.any.directory": ("A scene's folder, or the name of a bundled scene.", "场景的文件夹，或自带场景的名字。"),
    "help.any.draws": ("Random parts of each size.", "每种大小随机抽几份。"),
    "help.any.dry_run": ("Say what it will take, and ask nobody.", "只说明要花费什么，不询问任何模型。"),
    "help.any.encoding": ("Of text files, such as gb18030; guessed.", "文本文件的编码，例如 gb18030；默认自动判断。"),
    "help.any.json_": ("Print one JSON value and nothing else on stdout.", "只在标准输出打印一个 JSON 值。"),
    "help.any.labels": ("The right labels.", "正确的标签。"),
    "help.any.limit": ("Only the first so many rows.", "只取前多少行。"),
    "help.any.margin": (
        "With --compare: how far a label may fall, such as 0.03; set it beforehand.",
        "与 --compare 同用：一个标签最多可以下降多少，例如 0.03；请事先定好。",
    ),
    "help.any.max_cost": (
        "What the run may cost at most, in the currency of the bar.",
        "运行最多花费多少，币种与门槛一致。",
    ),
    "help.any.mix": (
        "Shares of a label's rows; 0.4/0.45/0.15 by default.",
        "一个标签的各难度占比；默认为 0.4/0.45/0.15。",
    ),
    "help.any.model": ("A model; `labkit models` lists them.", "一个模型；`labkit models` 会列出全部。"),
    "help.any.name": ("One of the scene's datasets.", "场景的一个数据集。"),
    "help.any.out": ("The folder to write; it must not exist.", "要写入的文件夹，必须尚不存在。"),
    "help.any.overlap": (
        "Share of the items that two people must decide alike; give everybody the same.",
        "多大比例的事项须由两个人裁定一致；每个人请用同一数值。",
    ),
    "help.any.personal_data": (
        "What becomes of phone numbers, secrets and their like before they go to a host outside; kept per host.",
        "手机号、密钥等在发往外部主机之前如何处理；按主机记住。",
    ),
    "help.any.pin": ("A row to take whatever quotas say; may repeat.", "无论配额如何都要入选的行；可重复写。"),
    "help.any.port": ("Port on this machine; a free one when not given.", "本机端口；不写则取空闲的。"),
    "help.any.prompt": ("A prompt of the scene, such as v1.", "场景的提示词，例如 v1。"),
    "help.any.quota": ("So many rows of a label and difficulty; may repeat.", "某个标签、某种难度取多少行；可重复写。"),
    "help.any.reason": ("With --compare: why test rows are read.", "与 --compare 同用：为什么要读测试行。"),
    "help.any.row": ("The row's id.", "行的 id。"),
    "help.any.run": ("A run over test rows; the beginning of its id is enough.", "测试行上的运行，写 id 的开头即可。"),
    "help.any.scene": ("A scene's folder, or the name of a bundled scene.", "场景的文件夹，或自带场景的名字。"),
    "help.any.seed": ("Another seed draws other parts.", "换一个种子，抽到的部分不同。"),
    "help.any.separator": ("What parts several labels in one cell.", "一个单元格里多个标签之间的分隔符。"),
    "help.any.sheet": ("The sheet of an Excel file.", "Excel 文件的工作表。"),
    "help.any.since": ("From this date or time on, ISO 8601, UTC.", "从这个日期或时间起，ISO 8601，UTC。"),
    "help.any.split": (
        "With --compare: dev, or test with --reason.",
        "与 --compare 同用：dev；或 test，同时写 --reason。",
    ),
    "help.any.until": ("Before this date or time.", "到这个日期或时间为止（不含）。"),
    "help.any.wait": ("With --batch: stay until it is over.", "与 --batch 同用：一直等到结束。"),
}
