"""Words of the experience book: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "experience.title": ("What models reached, scene by scene", "各场景中模型的成绩"),
    "experience.words": (
        "Each model with its best prompt on the dev posts of a scene, offline; the gap is in points to the best API there.",
        "每个模型取它在该场景开发集上最好的提示词，离线测量；差距以分计，对照那里最好的 API。",
    ),
    "experience.working": ("Reading the scenes …", "正在读取各场景……"),
    "experience.empty": (
        "No model was measured over all dev posts of a scene here yet.",
        "这里还没有模型测完过某个场景的整个开发集。",
    ),
    "experience.book": ("The book: {path}", "经验簿：{path}"),
    "experience.scene": ("Scene", "场景"),
    "experience.task": ("Task", "任务"),
    "experience.task.multi": (
        "{language}, several of {labels} {labels:label|labels}",
        "{language}，{labels} 个标签多选",
    ),
    "experience.task.single": ("{language}, one of {labels} {labels:label|labels}", "{language}，{labels} 个标签单选"),
    "experience.rows": ("Posts", "条数"),
    "experience.model": ("Model", "模型"),
    "experience.kind": ("Kind", "类别"),
    "experience.score": ("Of 100 (95 %)", "得分（95% 区间）"),
    "experience.gap": ("To the best API", "与最好的 API 之差"),
    "experience.per_1000": ("1,000 posts", "每千条费用"),
    "experience.date": ("Date", "日期"),
}
