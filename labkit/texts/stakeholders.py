"""Words of the pages This week, Data, Training and releases: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "behind.open": ("the {count} {count:row|rows} behind it", "看这 {count} 条样本"),
    "behind.misread": ("the {count} misread {count:row|rows}", "看判错的 {count} 条样本"),
    "behind.more": ("{count} more are not listed here.", "另有 {count} 条未在此列出。"),
    "behind.link": ("Link to this place", "此处的链接"),
    # The pages' names
    "dash.pages": ("Pages", "页面"),
    "dash.wrong_address": (
        "{status}: nothing is at this address. The pages begin at {first}",
        "{status}：这个地址没有内容。页面从 {first} 开始。",
    ),
    "dash.theme": ("Light or dark", "浅色或深色"),
    "dash.week": ("This week", "本周"),
    "dash.quality": ("Quality", "质量"),
    "dash.models": ("Model choice", "模型选择"),
    "dash.data": ("Data", "数据"),
    "dash.releases": ("Training and releases", "训练与发布"),
    "report.working": ("Reading the runs and examining the rows …", "正在读取运行记录并检查样本……"),
    "dash.viewer": ("For {name}: {address}", "给 {name}：{address}"),
    # This week
    "week.title": ("This week: {scene}", "本周：{scene}"),
    "week.span": ("From {since} to {until} (UTC).", "{since} 至 {until}（UTC）。"),
    "week.waiting": ("What waits for a decision", "待决事项"),
    "week.standing": ("Where we stand (offline)", "目前水平（离线）"),
    "week.changes": ("What changed", "有何变化"),
    "week.cost": ("What it cost", "花费"),
    "week.live": (
        "{release} is live since {date}; {by} answers for it.",
        "{release} 自 {date} 起在线上，由 {by} 负责。",
    ),
    "week.best": (
        "By the bar's count, the best that was measured is not what is live:",
        "按达标要求的算法，测得最好的一次不是线上版本：",
    ),
    "week.nothing": ("Nothing was recorded in the seven days up to {until}.", "截至 {until} 的七天里没有任何记录。"),
    "week.more_runs": (
        "{count} more {count:run|runs} of the week {count:is|are} not listed.",
        "本周另有 {count} 次运行未列出。",
    ),
    "week.cost_words": ("{since} to {until}:", "{since} 至 {until}："),
    "week.cost_rows": ("({count} {count:row|rows} asked)", "（共询问 {count} 条）"),
    "week.cost_before": ("All recorded runs together:", "全部已记录的运行合计："),
    "week.measured": (
        "Measured: {name}. Of 100 {split}, {value} get exactly the right labels ({rows} {rows:row|rows}, offline).",
        "测量：{name}。{split}每 100 条有 {value} 条标签完全正确（{rows} 条，离线）。",
    ),
    "week.underway": (
        "Begun: {name}, {replied} of {rows} {split} answered so far, so there is no score yet.",
        "已开始：{name}，{split} {rows} 条中已回答 {replied} 条，还没有成绩。",
    ),
    "week.asked": (
        "Asked: {name}, {rows} {split}, none of them with gold labels.",
        "询问：{name}，{split} {rows} 条，均无标注。",
    ),
    "week.released": ("Released: {what}, {said}, approved by {by}.", "发布：{what}，{said}，由 {by} 批准。"),
    "week.back": ("Taken back: {what}, by {by}. {said}", "回退：{what}，由 {by} 执行。{said}"),
    "week.dataset": ("Selected for training: {name}, {rows} {rows:row|rows}.", "选出训练集：{name}，共 {rows} 条。"),
    "week.decided.gold": ("Gold labels corrected: {count}.", "更正标注 {count} 次。"),
    "week.decided.adjudicate": ("Doubtful rows decided by people: {count}.", "人工裁定存疑样本 {count} 次。"),
    "week.decided.annotate": ("Labels given by people: {count}.", "人工标注 {count} 次。"),
    "week.decided.test_reading": ("Readings of the test rows: {count}.", "读取测试集 {count} 次。"),
    "week.decided.choose": ("Decisions on the way to go: {count}.", "作出路线决定 {count} 次。"),
    "week.no_decision": (
        "No decision waits for you; the engineers have the next step.",
        "目前没有需要您决定的事；下一步由工程师来做。",
    ),
    "week.advice": (
        "Which way to go? The page Model choice advises: {advice}. Nobody has decided yet.",
        "走哪条路？“模型选择”页建议：{advice}。尚未有人决定。",
    ),
    "engineer.title": ("For the engineer", "供工程师参考"),
    # Data
    "data.title": ("Data: {scene}", "数据：{scene}"),
    "data.counts": ("Labels and where they are", "各标签的数量与分布"),
    "data.checking": ("Looking at the rows: {check} …", "正在查看样本：{check}……"),
    "data.lights": ("Six principles, as lights", "六项原则，红绿灯"),
    "data.failed": ("The rows could not be examined: {problem}", "无法检查样本：{problem}"),
    "lights.pool": (
        "No training set was selected yet; looked at is the pool of {rows} {rows:row|rows} (offline).",
        "尚未选出训练集；以下检查的是训练池，共 {rows} 条（离线）。",
    ),
    "lights.dataset": (
        "We train on {rows} {rows:row|rows}: {name}, here since {date} (UTC, offline).",
        "训练集共 {rows} 条：{name}，{date}（UTC）起在此（离线）。",
    ),
    "lights.summary": ("{green} of {of} lights are green.", "{of} 盏灯中有 {green} 盏为绿。"),
    "lights.stop": (
        "Do not train on it yet: {red} {red:check is|checks are} red.",
        "暂不可用于训练：{red} 项检查为红。",
    ),
    "lights.green": ("green: holds", "绿：符合"),
    "lights.amber": ("amber: look at it", "黄：需留意"),
    "lights.red": ("red: do not train on it yet", "红：暂不可用于训练"),
    "lights.grey": ("grey: not examined", "灰：未检查"),
    "lights.fix": ("To do:", "可做："),
    "lights.others": ("What else was looked at", "其他检查"),
    # Training and releases
    "releases.title": ("Training and releases: {scene}", "训练与发布：{scene}"),
    "releases.live": ("{release}, live since {date}", "{release} 自 {date} 起在线上"),
    "releases.by": ("{by} answers for it.", "由 {by} 负责。"),
    "releases.offline": (
        "Offline, before it went live: of 100 test posts, {value} got exactly the right labels ({rows} {rows:row|rows}).",
        "上线前离线测得：测试集每 100 条有 {value} 条标签完全正确（{rows} 条）。",
    ),
    "releases.gain": (
        "Against the release before, {metric}: {gain} points.",
        "与上一个发布相比，{metric}：{gain} 分。",
    ),
    "releases.none": ("Nothing has been released yet.", "尚未发布过。"),
    "releases.way_back": (
        "Going back to {release} takes an engineer one command.",
        "退回 {release} 只需工程师运行一条命令。",
    ),
    "releases.candidates": ("What could go live next", "候选版本"),
    "releases.no_candidates": ("No measured candidate waits.", "没有测过的候选在等待。"),
    "releases.candidate.passed": (
        "Candidate {name} passed all {rules} {rules:check|checks} before a release (the gate) and waits for a yes: of 100 "
        "test posts, {share} come out right ({rows} {rows:row|rows}, offline).",
        "候选 {name} 通过全部 {rules} 条发布前检查（门禁），等待批准：测试集每 100 条有 {share} 条正确（{rows} 条，离线）。",
    ),
    "releases.candidate.refused": (
        "Candidate {name} passed {kept} of {rules} {rules:check|checks} before a release (the gate), so it cannot go live: of "
        "100 test posts, {share} come out right ({rows} {rows:row|rows}, offline). It failed:",
        "候选 {name} 在 {rules} 条发布前检查（门禁）中只通过 {kept} 条，不能上线：测试集每 100 条有 {share} 条正确（{rows} 条，"
        "离线）。未通过：",
    ),
    "releases.failed": ("{rule}: wanted {wanted}, measured {measured}", "{rule}：要求{wanted}，实测 {measured}"),
    "releases.failed.recall": ("of 100 “{label}” posts found", "每 100 条“{label}”找出"),
    "releases.failed.at_least": ("at least {value} of 100", "至少 {value}（每 100）"),
    "releases.failed.at_most": ("at most {value} of 100", "至多 {value}（每 100）"),
    "releases.failed.answered": ("{value} ({answered} of {rows} rows)", "{value}（{rows} 条中 {answered} 条）"),
    "releases.failed.metric": ("{words} ({metric})", "{words}（{metric}）"),
    "releases.training": ("Trainings", "训练"),
    "releases.no_jobs": ("Nothing was trained in this scene.", "本场景没有训练过模型。"),
    "releases.job.starting": ("starting.", "正在启动。"),
    "releases.job.running": (
        "running, step {step} of {steps}, about {minutes} {minutes:minute|minutes} to go.",
        "训练中，第 {step}/{steps} 步，约剩 {minutes} 分钟。",
    ),
    "releases.job.finished": ("finished after {step} {step:step|steps}.", "已完成，共 {step} 步。"),
    "releases.job.stopped": (
        "stopped at step {step} of {steps}; it can go on.",
        "停在第 {step}/{steps} 步，可以继续。",
    ),
    "releases.job.interrupted": (
        "interrupted at step {step} of {steps}; it can go on.",
        "中断于第 {step}/{steps} 步，可以继续。",
    ),
    "releases.job.failed": ("failed at step {step} of {steps}.", "失败于第 {step}/{steps} 步。"),
    "releases.job.dev": (
        "On dev rows (offline), average over the labels: {before} of 100 before, {after} since.",
        "开发集（离线，各标签平均）：训练前 {before} 分，训练后 {after} 分（满分 100）。",
    ),
    "releases.job.no_dev": ("Nothing was measured on dev rows yet.", "尚未在开发集上测量。"),
    "releases.history": ("What was live, and when", "发布历史"),
    "releases.head.date": ("Day (UTC)", "日期（UTC）"),
    "releases.head.what": ("Release", "发布"),
    "releases.head.said": ("Prompt and model, or why", "提示词与模型，或原因"),
    "releases.head.share": ("Right, of 100 test posts (offline)", "测试集每 100 条正确（离线）"),
    "releases.head.gain": ("Against the one before, in points ({metric})", "与上一个相比，分（{metric}）"),
    "releases.head.gain.title": (
        "Difference in points of the bar's metric on the rows that both answered, with its 95 % interval.",
        "两者都回答过的样本上，业务指标的差值（百分点）及 95% 区间。",
    ),
    "releases.head.by": ("Approved by", "批准人"),
    "releases.rows": ("({count} {count:row|rows})", "（{count} 条）"),
    "releases.back_to": ("back to {release} (from {left})", "退回 {release}（自 {left}）"),
    "releases.online": (
        "Online quality was not measured yet. It takes a random sample of live posts, judged by people.",
        "线上质量尚未测量，需由人判定线上帖子的随机样本。",
    ),
}
