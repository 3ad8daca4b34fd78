"""Words of improving a prompt from its errors: suggestions, their trial, pinned rows: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "suggestion.title": ("{label}: a definition suggested by {suggester}", "{label}：{suggester} 建议的定义"),
    "suggestion.pool_words": ("words of the pool rows", "候选池里的用词"),
    "suggestion.about": (
        "{failing} rows of run {run} ({prompt}, {model}): {gold} answered as {predicted}.",
        "运行 {run}（{prompt}，{model}）中有 {failing} 条把 {gold} 答成了 {predicted}。",
    ),
    "suggestion.nothing": ("nothing", "空"),
    "suggestion.seen": (
        "The suggester has seen {seen} rows; none of them, and nothing that nearly repeats them, is held out.",
        "提出建议时看过 {seen} 条数据；留出的数据里没有它们，也没有与它们近似重复的。",
    ),
    "suggestion.why": ("Its reason, which proves nothing: {why}", "它给的理由（不作为证据）：{why}"),
    "suggestion.set.failing": ("rows it is about", "出错的数据"),
    "suggestion.set.right": ("right before, for both labels", "两个标签原本答对的"),
    "suggestion.set.pinned": ("pinned: must not break", "钉住的：不许变错"),
    "suggestion.set.held_out": ("held out: not seen by the suggester", "留出的：提建议时没看过"),
    "suggestion.head.set": ("rows", "哪些数据"),
    "suggestion.head.rows": ("how many", "条数"),
    "suggestion.head.before": ("right before", "改前答对"),
    "suggestion.head.after": ("right after", "改后答对"),
    "suggestion.head.fixed": ("fixed", "改好"),
    "suggestion.head.broken": ("broken", "改坏"),
    "suggestion.head.p": ("p (McNemar)", "p（McNemar）"),
    "suggestion.head.delta": ("{metric}, points (95 %)", "{metric}，分（95%）"),
    "suggestion.head.passes": ("lets it through", "是否通过"),
    "suggestion.yes": ("yes", "通过"),
    "suggestion.no": ("no", "不通过"),
    "suggestion.offered": (
        "It passed its trial: read it, then accept it as a new version of the prompt, or leave it.",
        "试验通过：请读一遍，再决定是否采纳为提示词的新版本。",
    ),
    "suggestion.refused": (
        "It did not pass its trial, so it is not offered.",
        "试验没有通过，因此不建议采纳。",
    ),
    "suggestion.incomplete": (
        "Some rows are still open, so nothing is offered; the same again with a higher limit goes on.",
        "还有数据没有问完，因此暂不建议采纳；提高上限后再运行一次会接着问。",
    ),
    "suggestion.finding": ("Lint: {reason}", "提示词检查：{reason}"),
    "suggestion.accepted": ("Saved as {name}: {path}", "已保存为 {name}：{path}"),
    "suggestion.kind.added": ("added", "新增"),
    "suggestion.kind.removed": ("removed", "删除"),
    "suggestion.kind.changed": ("reworded", "改写"),
    "suggestion.kind.moved": ("moved", "移动"),
    "suggestion.part.text": ("definition", "定义"),
    "suggestion.part.includes": ("includes", "包括"),
    "suggestion.part.excludes": ("excludes", "不包括"),
    "suggestion.part.examples": ("examples", "例如"),
    "pin.now": ("Pinned rows: {rows}", "钉住的数据：{rows}"),
    "pin.none": ("No row is pinned.", "没有钉住任何数据。"),
}
