"""Words of the run database: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "salvage.replies": ("with a reply", "有回复"),
    "salvage.missing": ("rows missing", "缺失的行"),
    "salvage.unasked": ("left out, never asked", "未提问而略去的行"),
    "salvage.lost": ("These runs could not be read: {runs}", "以下运行无法读取：{runs}"),
    "store.torn_log": (
        "{log} is torn: it no longer gives back all that was committed",
        "{log} 已损坏：已提交的内容不能全部读出",
    ),
    "salvage.done": (
        "Saved into {file}; the damaged file is as it was. Move it away with its -wal and -shm, then rename the new one runs.db.",
        "已保存到 {file}；损坏的文件未作改动。请移走它及其 -wal 和 -shm 文件，再把新文件改名为 runs.db。",
    ),
}
