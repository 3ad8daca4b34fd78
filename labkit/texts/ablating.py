"""The words of `ablate`: two trainings that differ in one thing; key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "ablate.title": ("{change}: what is it worth here?", "{change}：在这份数据上值多少？"),
    "ablate.style": ("one style of answers against four mixed", "答案风格统一与四种混用"),
    "ablate.shares": ("balanced rows against rows drawn by chance", "均衡选取与随机抽取"),
    "ablate.size": ("{asis} {asis:row|rows} against {changed}", "{asis} 条与 {changed} 条"),
    "ablate.rationale": ("rationale and labels against labels only", "带理由与只有标签"),
    "ablate.asis": ("the dataset as it is", "原数据集"),
    "ablate.changed": ("the changed one", "改动后"),
    "ablate.about": (
        "Same base, recipe, seed and {steps} {steps:step|steps}; both models asked about the same rows, compared row by row.",
        "底座、配方、随机种子相同，都训 {steps} 步；问的是同一批数据，逐条对照。",
    ),
    "ablate.uneven": (
        "Same base, recipe and seed, but {asis} against {changed} {changed:step|steps}: one of them stopped early.",
        "底座、配方、随机种子相同，但一个训了 {asis} 步，一个 {changed} 步：其中一个提前停了。",
    ),
    "ablate.seeds": (
        "One training each: another seed alone moves a score too. Repeat with other seeds before you build on a small"
        " difference.",
        "每种只训了一次：单换随机种子，分数也会动。差别不大时，先换几个种子重复，再下结论。",
    ),
    "ablate.training": ("Training as it is, then with the change …", "先按原样训练，再训练改动后的……"),
    "ablate.head.side": ("training", "训练"),
    "ablate.head.rows": ("rows", "数据"),
    "ablate.head.steps": ("steps", "步数"),
    "ablate.head.answered": ("answered", "有效回答"),
    "ablate.head.tokens": ("answer tokens", "回答 token"),
}
