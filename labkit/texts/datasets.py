"""Words of datasets: their versions, cards and answers: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "versions.kind": ("Change", "变化"),
    "versions.rows": ("Rows", "行数"),
    "versions.such_as": ("Such as", "例如"),
    "versions.added": ("added", "新增"),
    "versions.removed": ("removed", "移出"),
    "versions.relabelled": ("relabelled", "改了标签"),
    "versions.retargeted": ("answered otherwise", "改了答案"),
    "versions.reworded": ("with other posts", "改了正文"),
    "versions.unchanged": ("unchanged", "未变"),
    "versions.new_prompt": ("They are made for different prompts.", "两个数据集对应的提示词不同。"),
}
