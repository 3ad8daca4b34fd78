"""Words of what happens in production: traffic, drift: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "traffic.reading": ("Reading the traffic log…", "正在读取流量日志……"),
    "traffic.what": ("of", "项目"),
    "traffic.entries": ("entries", "条数"),
    "traffic.release": ("release", "发布"),
    "traffic.status": ("outcome", "结果"),
    "traffic.label": ("label", "标签"),
    "traffic.posts": ("posts", "原文"),
    "traffic.confidence": ("mean confidence", "平均置信度"),
    "traffic.latency": ("seconds, half and 95 of 100 within", "耗时（秒），半数 / 95% 以内"),
    "traffic.none": (
        "No traffic is kept of that time. A server keeps it: python -m labkit serve {directory}",
        "这段时间没有留存流量。启动服务后会自动留存：python -m labkit serve {directory}",
    ),
    "traffic.unreadable": (
        "{lines} lines of the log cannot be read and are not counted, such as the last one of a server that was killed.",
        "日志中有 {lines} 行无法读取，未计入；服务被强行终止时的最后一行就会这样。",
    ),
}
