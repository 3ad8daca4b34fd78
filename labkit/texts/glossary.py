"""The technical names that stand on the dashboards, in plain words: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "glossary.title": ("Words used here", "名词解释"),
    "glossary.bar": ("Bar", "业务要求（达标线）"),
    "glossary.means.bar": (
        "What the business asks for: a score to be reached, and for some labels how many posts must be found.",
        "业务方要求达到的分数；有些标签还规定至少要找出多少条。",
    ),
    "glossary.interval": ("84 (79–88)", "84 (79–88)"),
    "glossary.means.interval": (
        "84 was measured; the true figure lies between 79 and 88 in 95 of 100 such measurements. More posts make it narrower.",
        "实测 84；这样测 100 次，有 95 次真实值落在 79 到 88 之间。帖子越多，范围越窄。",
    ),
    "glossary.dev": ("Dev rows", "开发集"),
    "glossary.means.dev": (
        "Labelled posts that guided the work: whoever wrote the prompts looked at them, so their score flatters.",
        "有标注、参与了调优的帖子：写提示词时看过它们，所以分数偏高。",
    ),
    "glossary.test": ("Test rows", "测试集"),
    "glossary.means.test": (
        "Labelled posts that were set aside and guided nothing: their score is the one to believe.",
        "有标注、预先留出、没有参与调优的帖子：应以它们的分数为准。",
    ),
    "glossary.pool": ("Pool rows", "训练池"),
    "glossary.means.pool": (
        "Posts that may be used for writing prompts and for training.",
        "可用于写提示词和训练的帖子。",
    ),
    "glossary.offline": ("Offline, online", "离线、线上"),
    "glossary.means.offline": (
        "Offline: measured on posts that were labelled before. Online: measured on what came in while it was live.",
        "离线：在事先标注好的帖子上测得。线上：在上线后收到的帖子上测得。",
    ),
    "glossary.run": ("Run", "运行"),
    "glossary.means.run": (
        "One measurement: one prompt asked one model about the same posts, every answer recorded.",
        "一次测量：用一版提示词就同一批帖子询问一个模型，并记录每个回答。",
    ),
    "glossary.prompt": ("Prompt (v1, v2, …)", "提示词（v1、v2……）"),
    "glossary.means.prompt": (
        "The instructions and definitions of labels that a model is given; each change makes a new version.",
        "交给模型的说明和标签定义；每改一次就是新的一版。",
    ),
    "glossary.floor": ("Floor (definition-reader, linear)", "基线（definition-reader、linear）"),
    "glossary.means.floor": (
        "A simple method without a language model. Whatever costs more must do better than it.",
        "不用语言模型的简单方法。花钱更多的，必须比它好。",
    ),
    "glossary.study": ("Study model (local/study)", "study 小模型（local/study）"),
    "glossary.means.study": (
        "A small model that comes with labkit, to learn the steps with. It is no candidate for real traffic.",
        "labkit 自带的小模型，用来熟悉流程，不是真正上线的候选。",
    ),
    "glossary.gate": ("Gate", "门禁"),
    "glossary.means.gate": (
        "The checks that a version must pass before it may go live.",
        "一个版本上线前必须通过的检查。",
    ),
    "glossary.release": ("Release (r1, r2, …)", "发布（r1、r2……）"),
    "glossary.means.release": (
        "A prompt and a model that were put live, and who approved it. A candidate is one that waits for that.",
        "一次上线的提示词与模型，以及批准人。等待批准的叫候选。",
    ),
}
