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
    "handover.comment": ("your comment", "您的意见"),
    "handover.commenter": ("your name", "您的姓名"),
    "comments.taken": (
        "{taken} {taken:comment|comments} taken in; {sent} {sent:row|rows} sent to the queue.",
        "已收下 {taken} 条意见；{sent} 行已送审。",
    ),
    "comments.known": ("{count} {count:was|were} taken in before.", "其中 {count} 条此前已收下。"),
    "comments.repeated": (
        "{count} {count:row repeats|rows repeat} a comment of the same person above.",
        "{count} 行与前面同一个人的意见重复。",
    ),
    "comments.empty": ("{count} {count:row has|rows have} no comment.", "{count} 行没有填写意见。"),
    "comments.unknown": (
        "{count} {count:row is|rows are} not of this scene, so {count:its comment was|their comments were} left out: {ids}",
        "有 {count} 行不属于本场景，其意见未收下：{ids}",
    ),
    "comments.kept": (
        "{count} {count:row|rows} of test or traffic: the comments are kept, but such rows guide no work: {ids}",
        "有 {count} 行属于测试集或线上流量：意见已保留，但这些行不参与改进：{ids}",
    ),
    "comments.cut": (
        "{count} {count:comment was|comments were} longer than {most} characters and cut: {ids}",
        "有 {count} 条意见超过 {most} 字，已截断：{ids}",
    ),
}
