"""Words of runs that are handed on, to colleagues and to the business team: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "share.written": (
        "Wrote {path}; commit it, and every clone shows this run.",
        "已写入 {path}；提交到 git 后，每个克隆都能看到这个运行。",
    ),
    "share.handed_over": ("Wrote {path}", "已写入 {path}"),
    "share.cut": ("Cut at Excel's limit of a cell: {place}", "超出 Excel 单元格上限，已截断：{place}"),
    "handover.id": ("id", "编号"),
    "handover.text": ("text", "正文"),
    "handover.text_n": ("text {n}", "正文{n}"),
    "handover.gold": ("gold labels", "标注"),
    "handover.predicted": ("predicted", "模型答案"),
    "handover.right": ("right", "是否正确"),
    "handover.yes": ("yes", "是"),
    "handover.no": ("no", "否"),
    "handover.status": ("status", "状态"),
    "handover.rationale": ("rationale", "理由"),
    "handover.evidence": ("evidence", "依据原文"),
    "handover.definition": ("definition", "引用的定义"),
    "handover.reason": ("reason", "未作答原因"),
    "handover.note": ("note", "备注"),
    "handover.earlier_predicted": ("predicted before", "之前的答案"),
    "handover.earlier_right": ("right before", "之前是否正确"),
    "handover.earlier_rationale": ("rationale before", "之前的理由"),
}
