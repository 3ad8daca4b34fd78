"""Words of what a choice covers of its pool: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
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
    "coverage.more": (
        "{count} more {count:region|regions}, better covered: --json lists all",
        "另有 {count} 个覆盖得更好的区域；全部见 --json",
    ),
    "coverage.sampled": (
        "The map shows {rows} rows drawn at random from {pool}; similarities to chosen rows are exact.",
        "分布图展示从 {pool} 行中随机抽取的 {rows} 行；与入选样本的相似度是精确值。",
    ),
    "coverage.state.chosen": ("chosen", "入选"),
    "coverage.state.open": ("not chosen", "未入选"),
    "coverage.state.waiting": ("waits for a person", "待人确认"),
    "coverage.state.unlabelled": ("not labelled", "未标注"),
    "coverage.state.banned": ("banned", "已禁用"),
    # the front end
    "coverage_board.title": ("What the choice covers", "所选数据的覆盖情况"),
    "coverage_board.details": ("Details of the error", "错误详情"),
    "coverage_board.subtask": ("Subtask", "子任务"),
    "coverage_board.budget": ("Rows at most", "最多行数"),
    "coverage_board.summary": (
        "{rows} {rows:row|rows} chosen · coverage {value}{change} · {bare} of {regions} regions bare",
        "已选 {rows} 行 · 覆盖度 {value}{change} · {regions} 个区域中有 {bare} 个空白",
    ),
    "coverage_board.sampled": (
        "The map shows {rows} rows drawn at random from {pool}.",
        "分布图展示从 {pool} 行中随机抽取的 {rows} 行。",
    ),
    "coverage_board.map": ("Map of the pool", "标注池分布图"),
    "coverage_board.map_hint": (
        "Near dots mostly resemble each other. Large dots are chosen; regions in the colour of warning have none. Click one to read its posts.",
        "相近的点内容大多相似。大点是入选样本；警示色的区域一个都没有。点击即可查看其中的内容。",
    ),
    "coverage_board.regions": ("Regions, the one that is missed most first", "区域（缺口最大的在前）"),
    "coverage_board.region_cell": (
        "Region {number}: {chosen} of {rows} chosen, coverage {covered}",
        "区域 {number}：{rows} 行中入选 {chosen} 行，覆盖度 {covered}",
    ),
    "coverage_board.column_region": ("region", "区域"),
    "coverage_board.column_chosen": ("chosen", "入选"),
    "coverage_board.column_covered": ("covered", "覆盖"),
    "coverage_board.column_typical": ("typical post", "代表性内容"),
    "coverage_board.opened": (
        "Region {number}: {rows} {rows:row|rows}, the least covered first",
        "区域 {number}：{rows} 行，覆盖最差的在前",
    ),
    "coverage_board.more": ("More rows", "更多"),
    "coverage_board.left_out": ("… {characters} more characters", "……还有 {characters} 个字"),
    "coverage_board.no_label": ("no label", "无标签"),
    "coverage_board.mix": ("Mix of difficulties", "难度配比"),
    "coverage_board.quotas": ("Quotas", "配额"),
    "coverage_board.quota": ("{label}, {difficulty}", "{label}，{difficulty}"),
    "coverage_board.of": ("{rows} of {available}", "{rows} / {available}"),
    "coverage_board.fixed": ("fixed by you; release", "已手动固定；放开"),
    "coverage_board.release": ("Release all", "全部放开"),
    "coverage_board.curve": ("Would more rows help?", "再加数据还有用吗？"),
    "coverage_board.learn": ("Find out", "算一算"),
    "coverage_board.stop": ("Stop", "停止"),
    "coverage_board.learning": ("{done} of {of} models have learnt", "已训练 {done} / {of} 个模型"),
    "coverage_board.outdated": ("The quotas have been moved since.", "算完之后配额又有变动。"),
    "coverage_board.name": ("Name of the dataset", "数据集名称"),
    "coverage_board.write": ("Write", "写入"),
    "coverage_board.late": (
        "The kernel did not answer within {seconds} s; what it was asked may still happen.",
        "内核在 {seconds} 秒内没有响应；刚才的操作之后仍可能生效。",
    ),
    "coverage.nothing_written": (
        "Nothing was written; select takes the same options and --name.",
        "没有写入任何内容；select 接受同样的选项，另加 --name。",
    ),
}
