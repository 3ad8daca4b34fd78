"""The words of tunings that a provider does: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "hosted.expected": (
        "{model} is to learn {rows} {rows:row|rows}, {epochs} {epochs:time|times} each: about {tokens} tokens."
        " The training costs: {money}",
        "{model} 将学习 {rows} 条数据，每条 {epochs} 遍，约 {tokens} token。训练费用：{money}",
    ),
    "hosted.hosting": ("Keeping the tuned model ready costs {money} an hour", "保持微调后的模型在线，每小时 {money}"),
    "hosted.price": (
        "The provider's training cost {training}; keeping the model ready costs {hosting} an hour. Answers are priced in"
        " the table.",
        "服务商的训练费用为 {training}；保持模型在线每小时 {hosting}。作答的价格见表。",
    ),
    "hosted.state": ("{name}: job {job}: {state}", "{name}：任务 {job} 的状态是 {state}"),
    "hosted.unknown": ("unknown", "未知"),
    "hosted.left": (
        "The provider goes on without you. See: {command}; the same command waits again",
        "服务商那边会继续进行。查看：{command}；再次运行同一条命令即可继续等待",
    ),
    "hosted.by_hand": (
        "Upload {path} in the provider's console, then: {command}",
        "请在服务商的控制台上传 {path}，然后运行：{command}",
    ),
    "hosted.deploy": (
        "{model} answers once you have deployed it in the provider's console; then: {command}",
        "{model} 要先在服务商的控制台部署才能作答；部署后运行：{command}",
    ),
    "hosted.next": (
        "Next: {command}",
        "下一步：{command}",
    ),
    "hosted.name": ("tuning", "微调"),
    "hosted.model": ("model", "模型"),
    "hosted.job": ("job", "任务"),
    "hosted.standing": ("state", "状态"),
    "hosted.tuned": ("tuned model", "微调后的模型"),
    "hosted.cost": ("training costs", "训练费用"),
}
