"""Words of rows sent to the queue of what a person must decide: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "adjudication.kind.sent": ("sent for a decision", "送审"),
    "adjudication.reason.sent": ("{who} asked for a decision.", "{who} 请求裁决。"),
    "adjudication.reason.sent_why": ("{who} asked for a decision: {reason}", "{who} 请求裁决：{reason}"),
    "adjudication.reason.dataset": (
        "The teacher's answer could not be taught in the dataset “{name}”.",
        "做数据集“{name}”时，教师模型对它的回答不能采用。",
    ),
    "queueing.sent": (
        "{rows} {rows:row|rows} sent to the queue, {known} were sent before. Decide them on the board (labkit.DatasetBoard).",
        "已送审 {rows} 行，另有 {known} 行之前送过。请在裁决面板（labkit.DatasetBoard）上裁决。",
    ),
    "queueing.resembles": ("It resembles row {row}.", "与 {row} 相似。"),
    "queueing.read": ("Seen while reading run {run}.", "阅读运行 {run} 时发现。"),
    "queueing.like": ("Pool rows like {row}: {found}. {done}", "标注池里与 {row} 相似的：{found}。{done}"),
    "queueing.looking": (
        "Looking for pool rows like {row}; the first time every row is compared with every other.",
        "正在标注池里找与 {row} 相似的样本；第一次要把所有样本互相比较。",
    ),
    "queueing.none_like": ("No pool row that may be taken resembles it.", "标注池里没有可用的相似样本。"),
    "queueing.row": ("Row", "编号"),
    "queueing.similarity": ("Similarity", "相似度"),
    "queueing.labels": ("Labels", "标签"),
    "queueing.post": ("Post", "正文"),
}
