"""Words of handing a dataset on: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "export.working": ("Auditing and writing …", "正在检查并写出……"),
    "export.read": ("read:  ", "只读："),
    "export.learnt": ("learnt:", "学习："),
    "preview.working": ("Taking the rows apart into tokens …", "正在把样本切分为 token……"),
    "preview.row": (
        "{id}: {tokens} {tokens:token|tokens}, {learnt} of them {learnt:carries|carry} loss",
        "{id}：{tokens} 个 token，其中 {learnt} 个计入损失",
    ),
    "export.written": (
        "Wrote {rows} {rows:row|rows} to {path}, rendered by prompt {prompt}, and read them back: the same messages.",
        "已写入 {rows} 行到 {path}（由提示词 {prompt} 渲染），并读回核对：消息完全一致。",
    ),
    "export.masked": (
        "Personal data in {rows} {rows:row|rows} gave way to placeholders (--no-mask keeps it).",
        "{rows} 行里的个人信息已换成占位符（--no-mask 可保留）。",
    ),
}
