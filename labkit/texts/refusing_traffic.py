"""What errors say of traffic, feedback, weekly samples, drift and shadows: key -> (English, Chinese)."""

WORDS = {
    "error.drift.no_release": ("Nothing has been released in {scene}", "{scene} 还没有发布过任何版本"),
    "error.drift.no_release.fix": (
        "Compare a run with a run, or release one first",
        "请用运行和运行比较，或先发布一个",
    ),
    "error.drift.empty_window": (
        "There is nothing to compare: the window holds no answers of the current release",
        "没有可比较的内容：这段时间里没有当前发布的回答",
    ),
    "error.drift.empty_window.fix": ("Widen it", "请扩大时间范围"),
    "error.drift.no_reply": ("The reference holds no replies", "参照里没有回复"),
    "error.drift.no_reply.fix": ("Compare with a run that was answered", "请与有回复的运行比较"),
    "error.drift.no_rows": ("The reference holds no rows", "参照里没有行"),
    "error.drift.no_rows.fix": ("Compare with a run over dev or test rows", "请与开发集或测试集上的运行比较"),
    "error.drift.pool_rows": (
        "The reference holds pool rows, whose wording is known",
        "参照里是标注池的行，其用语本来就是已知的",
    ),
    "error.drift.pool_rows.fix": ("Compare with a run over dev or test", "请与开发集或测试集上的运行比较"),
    "error.drift.other": (
        "Run {run} asked {model} with {prompt}: other answers may be its own",
        "运行 {run} 用 {prompt} 问的是 {model}：回答不同可能只是因为它不同",
    ),
    "error.drift.other.fix": (
        "Compare with a run of {wanted_model} and the prompt {wanted_prompt}",
        "请与 {wanted_model} 搭配提示词 {wanted_prompt} 的运行比较",
    ),
    "error.traffic.entry": (
        "{where} is no entry of a traffic log ({error!r:.60})",
        "{where} 不是流量日志的记录（{error!r:.60}）",
    ),
    "error.traffic.entry.fix": ("Leave the line out", "请去掉这一行"),
    "error.traffic.keeping": (
        "Traffic would be kept for {days} days and {megabytes} megabytes",
        "流量将保留 {days} 天、{megabytes} MB",
    ),
    "error.traffic.keeping.fix": (
        "Keep at least 1 of each, or keep no traffic at all",
        "两者请都至少为 1，或完全不保留流量",
    ),
    "error.traffic.unreadable": ("Cannot read {path} ({reason})", "无法读取 {path}（{reason}）"),
    "error.traffic.unreadable.fix": ("Give yourself the right to read it", "请给自己加上读取权限"),
    "error.traffic.moment": ("{name} is {text!r:.40}", "{name} 是 {text!r:.40}"),
    "error.traffic.moment.fix": (
        "Give a date or time such as 2026-05-01 or 2026-05-01T08:00",
        "请给出日期或时间，例如 2026-05-01 或 2026-05-01T08:00",
    ),
    "traffic.lost.waiting": (
        "More than {most} entries of traffic wait for the disk",
        "等待写盘的流量记录超过 {most} 条",
    ),
    "traffic.lost.disk": ("Traffic is not kept: {reason}", "流量没有留存：{reason}"),
    "traffic.lost.entry": (
        "An entry of traffic cannot be masked or written: {error}",
        "有一条流量记录无法遮蔽或写入：{error}",
    ),
    "error.feedback.unwritable": ("Feedback cannot be kept ({reason})", "反馈无法保存（{reason}）"),
    "error.feedback.unwritable.fix": ("Make room and send it again", "请腾出空间后重新发送"),
    "error.feedback.empty": ("Feedback says nothing", "反馈没有内容"),
    "error.feedback.empty.fix": (
        "Give the answer's id, with the right labels or a comment",
        "请给出回答的 id，以及正确的标签或意见",
    ),
    "error.feedback.columns": (
        "{file} needs a column id, and one called labels or comment",
        "{file} 要有一列 id，还要有一列 labels 或 comment",
    ),
    "error.feedback.columns.fix": (
        "Name them so; `python -m labkit traffic {scene} --list 100 --json` gives the ids",
        "请这样命名；用 `python -m labkit traffic {scene} --list 100 --json` 可得到 id",
    ),
    "where.feedback": ("Feedback on {entry!r}", "对 {entry!r} 的反馈"),
    "error.feeding.share": (
        "At most {each} rows, unsure below {sure}",
        "最多 {each} 行，置信度低于 {sure} 算没把握",
    ),
    "error.feeding.share.fix": (
        "Give 0 or more rows, and a confidence of 0 to 1",
        "行数请不小于 0，置信度请在 0 到 1 之间",
    ),
    "error.feeding.budget": ("The budget is {budget} rows", "行数预算是 {budget}"),
    "error.feeding.budget.fix": ("Give 1,000, or at least 1", "请给 1,000，或至少给 1"),
    "error.online.none": ("Nothing was drawn from the traffic of {scene}", "还没有从 {scene} 的流量中抽样"),
    "error.online.none.fix": (
        "Draw with: python -m labkit online sample {scene}",
        "请用这条命令抽样：python -m labkit online sample {scene}",
    ),
    "error.online.reason": ("The test rows would change", "测试集会因此改变"),
    "error.online.reason.fix": ("Say why they should: --reason TEXT", "请说明为什么要改：--reason TEXT"),
    "error.online.not_over": ("The week {week} is not over", "{week} 周还没有结束"),
    "error.online.not_over.fix": (
        "What comes later in it could not be drawn: wait until Monday, {end}",
        "这一周后面的流量抽不到，请等到周一（{end}）",
    ),
    "error.online.rows": ("The sample has {rows} rows", "样本有 {rows} 行"),
    "error.online.rows.fix": ("Draw 100, or at least 1", "请抽 100 行，或至少 1 行"),
    "error.online.no_traffic": ("No traffic of the week {week} is kept", "没有留存 {week} 周的流量"),
    "error.online.no_traffic.fix": (
        "See what there is with: python -m labkit traffic {scene}",
        "请查看有哪些流量：python -m labkit traffic {scene}",
    ),
    "error.online.running": ("No traffic of the week {week} is kept", "没有留存 {week} 周的流量"),
    "error.online.running.fix": (
        "There is some of this week, {running}: draw from it on Monday, {end}, when it is over",
        "本周（{running}）的流量已有一些，请等它结束后，周一（{end}）再抽",
    ),
    "error.online.deleted": (
        "No traffic of the week {week} is kept any more: it was deleted through {day}",
        "{week} 周的流量已不再留存：到 {day} 为止的都已删除",
    ),
    "error.online.deleted.fix": (
        "See what there is with: python -m labkit traffic {scene}",
        "请查看有哪些流量：python -m labkit traffic {scene}",
    ),
    "error.online.week": ("{week!r:.40} is no week", "{week!r:.40} 不是周"),
    "error.online.week.fix": (
        "Name a week of a year, such as 2026-W48",
        "请写某年的第几周，例如 2026-W48",
    ),
    "error.shadow.no_question": (
        "Run {run} holds no question of that traffic",
        "运行 {run} 里没有这段流量中的问题",
    ),
    "error.shadow.no_question.fix": ("Widen the window, or shadow it anew", "请扩大时间范围，或重新做一次影子测试"),
    "error.shadow.no_answer": (
        "That traffic holds no answers of {release}",
        "这段流量里没有 {release} 的回答",
    ),
    "error.shadow.no_answer.fix": ("Widen the window", "请扩大时间范围"),
}
