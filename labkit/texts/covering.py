"""Words of what a choice covers of its pool: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "coverage.working": ("Drawing the map of the pool …", "正在绘制标注池的分布图……"),
    "coverage.subtask": ("Subtask {name}", "子任务 {name}"),
    "coverage.region": ("Region", "区域"),
    "coverage.rows": ("Rows", "行数"),
    "coverage.chosen": ("Chosen", "入选"),
    "coverage.covered": ("Covered", "覆盖度"),
    "coverage.typical": ("Typical post", "代表性内容"),
    "coverage.difficulty": ("Difficulty", "难度"),
    "coverage.available": ("In the pool", "池中可选"),
    "coverage.value": (
        "Coverage {value}: the mean similarity of a row to the chosen one that resembles it most, 0 to 1.",
        "覆盖度 {value}：每一行与最像它的入选样本的平均相似度，0 到 1。",
    ),
    "coverage.bare": (
        "{count} of {of} regions {count:has|have} no chosen row.",
        "{of} 个区域中有 {count} 个没有任何入选样本。",
    ),
    "coverage.sampled": (
        "The map shows {rows} rows drawn at random from {pool}; similarities to chosen rows are exact.",
        "分布图展示从 {pool} 行中随机抽取的 {rows} 行；与入选样本的相似度是精确值。",
    ),
    "coverage.nothing_written": (
        "Nothing was written; select takes the same options and --name.",
        "没有写入任何内容；select 接受同样的选项，另加 --name。",
    ),
}
