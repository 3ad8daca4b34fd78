"""Words of the board on which people decide about rows: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "board.undone": ("Taken back: {what}", "已撤销：{what}"),
    # the front end
    "dataset_board.title": ("What a person must decide", "需要人来裁决的内容"),
    "dataset_board.annotator": ("decides: {name}", "裁决人：{name}"),
    "dataset_board.details": ("Details of the error", "错误详情"),
    "dataset_board.progress": ("{decided} of {total} decided", "{total} 条中已裁决 {decided} 条"),
    "dataset_board.waiting": ("{waiting} wait for a second person", "{waiting} 条等第二人"),
    "dataset_board.kinds": ("Kinds of items", "条目类型"),
    "dataset_board.all": ("all", "全部"),
    "dataset_board.kind_cell": ("{kind}: {open} of {total} still open", "{kind}：{total} 条中还有 {open} 条待裁决"),
    "dataset_board.list": ("Queue", "队列"),
    "dataset_board.column_kind": ("why", "原因"),
    "dataset_board.column_post": ("post", "正文"),
    "dataset_board.column_labels": ("labels in question", "涉及标签"),
    "dataset_board.column_state": ("state", "状态"),
    "dataset_board.nothing": ("Nothing has to be decided here.", "这里没有需要裁决的内容。"),
    "dataset_board.opened": ("The chosen item", "当前条目"),
    "dataset_board.carried": ("Labels now", "现有标签"),
    "dataset_board.no_label": ("no label", "无标签"),
    "dataset_board.not_labelled": ("not labelled", "未标注"),
    "dataset_board.times": ("{labels} × {rows}", "{labels} × {rows}"),
    "dataset_board.row": ("row {id}", "编号 {id}"),
    "dataset_board.note_of_row": ("Note", "备注"),
    "dataset_board.more": ("… and {rows} more rows that say the same", "……另有 {rows} 条内容相同"),
    "dataset_board.left_out": ("… {characters} more characters", "……还有 {characters} 个字"),
    "dataset_board.definitions": ("What the labels in question mean", "涉及标签的定义"),
    "dataset_board.no_definition": ("only its name was given", "只给了名称"),
    "dataset_board.sides": ("Who decided what", "各人的裁决"),
    "dataset_board.verdict": ("Decided", "裁决结果"),
    "dataset_board.choose": ("The right labels", "正确的标签"),
    "dataset_board.reason": ("Why", "理由"),
    "dataset_board.reason_hint": ("a note for whoever doubts it later", "写给以后有疑问的人"),
    "dataset_board.confirm": ("Confirm", "确认"),
    "dataset_board.keep": ("Keep as is", "保持不变"),
    "dataset_board.drop": ("Drop", "剔除"),
    "dataset_board.skip": ("Skip", "跳过"),
    "dataset_board.undo": ("Undo", "撤销"),
    "dataset_board.undo_what": ("Undo: {what}", "撤销：{what}"),
    "dataset_board.show_votes": ("Show the models’ votes", "显示模型的答案"),
    "dataset_board.hide_votes": ("Hide the models’ votes", "隐藏模型的答案"),
    "dataset_board.votes": ("What models answered", "模型的答案"),
    "dataset_board.no_votes": ("No finished run has asked these rows.", "还没有完成的运行问过这些样本。"),
    "dataset_board.choose_first": (
        "These rows carry different labels: choose the right ones, or press a to keep them as they are.",
        "这些样本的标签各不相同：请选出正确的标签，或按 a 保持不变。",
    ),
    "dataset_board.settle_first": (
        "What others decided differently is settled with a reason: write why, then press Enter.",
        "别人的裁决不一致，定案需要理由：请写明原因，再按回车。",
    ),
    "dataset_board.keys": (
        "Keys: {labels} {labels:label|labels} · 0 no label · Enter confirm · a keep as is · d drop · s skip · n note · v votes · u undo "
        "· j k next, previous",
        "按键：{labels} 标签 · 0 无标签 · 回车 确认 · a 保持不变 · d 剔除 · s 跳过 · n 备注 · v 模型答案 · u 撤销 · j k 上下条",
    ),
    "dataset_board.late": (
        "The kernel did not answer within {seconds} s; what it was asked may still happen.",
        "内核在 {seconds} 秒内没有响应；刚才的操作之后仍可能生效。",
    ),
    "dataset_board.no_answer": (
        "The kernel did not answer within {seconds} s. Scroll again once it is free.",
        "内核在 {seconds} 秒内没有响应。等它空闲后再滚动一次。",
    ),
}
