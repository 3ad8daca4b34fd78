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
    "drift.working": ("Comparing…", "正在比较……"),
    "drift.label": ("share of {label}", "{label} 的占比"),
    "drift.none": ("no label", "无标签"),
    "drift.unanswered": ("share of replies without an answer", "读不出答案的回复占比"),
    "drift.confidence": ("mean confidence", "平均置信度"),
    "drift.length": ("median length, characters", "长度中位数（字）"),
    "drift.wording": ("share of new wording", "新用语的占比"),
    "drift.what": ("what", "项目"),
    "drift.before": ("before", "之前"),
    "drift.now": ("now", "现在"),
    "drift.effect": ("effect", "效应"),
    "drift.p": ("p, adjusted", "p（已校正）"),
    "drift.drifted": ("drifted", "漂移"),
    "drift.yes": ("yes", "是"),
    "drift.rows": (
        "{before} {before:row|rows} before, {now} now, shares of labels among the answers; drifted is what changed by more than chance would and by enough to matter.",
        "之前 {before} 行，现在 {now} 行，标签占比只算读得出的答案；变化超出偶然、幅度也值得在意，才算漂移。",
    ),
    "drift.grams": ("Wording that no pool row has: {grams}", "标注池里没有的用语：{grams}"),
    "drift.left_out": (
        "{entries} entries were answered by other releases and are left out.",
        "有 {entries} 条由其他发布作答，未计入。",
    ),
    "drift.no_reply": (
        "{rows} {rows:row|rows} of a run had no reply and {rows:is|are} left out.",
        "运行里有 {rows} 行没有收到回复，未计入。",
    ),
    "drift.chart": ("Before and now, of 100; drifted lines in red", "之前与现在（每 100 条），漂移的标红"),
    "traffic.unreadable": (
        "{lines} {lines:line|lines} of the log cannot be read and are not counted, such as the last one of a server that was killed.",
        "日志中有 {lines} 行无法读取，未计入；服务被强行终止时的最后一行就会这样。",
    ),
    "adjudication.kind.online": ("live traffic", "线上抽样"),
    "adjudication.reason.online": (
        "Drawn at random from the traffic of week {week}; what was answered is not shown.",
        "从 {week} 周的线上流量中随机抽中；不显示当时的回答。",
    ),
    "online.cut": (
        "Traffic of the week {week} was deleted through {day} before this draw: the sample speaks for the rest of the week alone. Keep more (serve --keep-days, --keep-mb), or draw sooner.",
        "{week} 周的流量在抽样之前已删除到 {day}：样本只能代表这一周剩下的部分。请多保留一些（serve --keep-days、--keep-mb），或早点抽样。",
    ),
    "online.sampled": (
        "Week {week}: {drawn} of {entries} {entries:entry|entries} drawn ({fresh} now); {rows} {rows:post|posts} to judge.",
        "{week} 周：{entries} 条中抽了 {drawn} 条（本次 {fresh} 条），需要人判断的有 {rows} 条。",
    ),
    "online.seen": (
        "{rows} {rows:repeats|repeat} a row of pool, dev or test: counted online, but no new test {rows:row|rows}.",
        "其中 {rows} 条与标注池、开发集或测试集里的内容重复：计入线上质量，但不会进入测试集。",
    ),
    "online.next": (
        "Judge them blind: python -m labkit adjudicate {directory} --kind online",
        "请盲判：python -m labkit adjudicate {directory} --kind online",
    ),
    "online.release": ("release", "发布"),
    "online.all": ("all", "全部"),
    "online.drawn": ("drawn", "抽样"),
    "online.judged": ("judged", "已判断"),
    "online.right": ("all labels right, online", "线上全对率"),
    "online.metric": ("{metric}, online", "线上 {metric}"),
    "online.offline": ("{metric}, at the gate", "门禁时 {metric}"),
    "online.waiting": (
        "{waiting} {waiting:entry waits|entries wait} for a judgement, {dropped} could not be judged.",
        "还有 {waiting} 条等人判断，{dropped} 条无法判断。",
    ),
    "online.working": ("Looking for copies…", "正在查重……"),
    "online.renewed": (
        "{rows} {rows:row|rows} joined the test rows, which are {test_rows} now; {repeated} left out as copies, {waiting} not judged yet.",
        "{rows} 条并入测试集，现共 {test_rows} 条；{repeated} 条因重复未收入，{waiting} 条尚未判断。",
    ),
    "online.asked_anew": (
        "The gate asks for a run over all of them: evaluate once more; only the new rows are sent.",
        "门禁要求覆盖全部测试行：请再评测一次，只会发送新增的行。",
    ),
    "shadow.differ": (
        "The candidate differs from {release} on {differ} of {compared} {compared:question|questions}: {share} (95 %: {low} to {high}). "
        "Which of both is right, only people can say.",
        "在 {compared} 个问题中，候选与 {release} 有 {differ} 个回答不同：{share}（95% 区间 {low} 至 {high}）。谁对谁错，只有人说了算。",
    ),
    "shadow.judged.better": (
        "On {rows} that people judged blind, the candidate is better: {fixed} fixed, {broken} broken.",
        "在人工盲判过的 {rows} 条上，候选更好：改对 {fixed} 条，改错 {broken} 条。",
    ),
    "shadow.judged.worse": (
        "On {rows} that people judged blind, the candidate is worse: {fixed} fixed, {broken} broken.",
        "在人工盲判过的 {rows} 条上，候选更差：改对 {fixed} 条，改错 {broken} 条。",
    ),
    "shadow.judged.cannot tell": (
        "On {rows} that people judged blind, it cannot be told which is better: {fixed} fixed, {broken} broken.",
        "在人工盲判过的 {rows} 条上分不出好坏：改对 {fixed} 条，改错 {broken} 条。",
    ),
    "shadow.not_judged": (
        "None of them was judged by people: {command}",
        "这些问题都还没有人判断过：{command}",
    ),
    "shadow.next": (
        "Send what differs to the queue: {command}",
        "把不同的回答送审：{command}",
    ),
    "shadow.live": ("live", "线上"),
    "shadow.candidate": ("candidate", "候选"),
    "shadow.confidence": ("its confidence", "候选置信度"),
    "shadow.posts": ("posts", "原文"),
    "shadow.open": (
        "{rows} {rows:question has|questions have} no reply from the candidate yet; the same command goes on.",
        "还有 {rows} 个问题候选没有回答；再运行同一条命令即可继续。",
    ),
    "feeding.reason.corrected": ("From production; people say: {said}", "来自线上；有人反馈：{said}"),
    "feeding.somebody": ("somebody", "某人"),
    "feeding.reason.disagreement": (
        "From production; answered was {live}, a candidate answers {candidate}.",
        "来自线上；当时答 {live}，候选答 {candidate}。",
    ),
    "feeding.reason.unsure": (
        "From production; the model was sure by {confidence} only.",
        "来自线上；模型的把握只有 {confidence}。",
    ),
    "feeding.reason.unanswered": (
        "From production; the model's reply was no answer.",
        "来自线上；模型的回复读不出答案。",
    ),
    "feeding.reason.risen": (
        "From production; {label} is answered more often than when the release was measured.",
        "来自线上；和发布时相比，答 {label} 的变多了。",
    ),
    "feeding.reason.wording": (
        "From production, in wording that no pool row has.",
        "来自线上，用语在标注池里没有出现过。",
    ),
    "feeding.no_drift": ("nothing drifted", "没有漂移"),
    "feeding.corrected": ("corrected by people", "有人纠正"),
    "feeding.disagreement": ("a candidate disagrees", "候选有不同回答"),
    "feeding.unsure": ("unsure, or no answer", "没把握或没答案"),
    "feeding.drift": ("drifted", "漂移"),
    "feeding.why": ("why", "原因"),
    "feeding.found": ("found", "找到"),
    "feeding.sent": ("sent", "送审"),
    "feeding.left_out": (
        "Left out: {before} sent before, {repeated} that the pool nearly has, {held} that would give away a dev, test or sampled row, {over_budget} over the budget "
        "({room} more fit).",
        "未送审：{before} 条早已送审，{repeated} 条标注池里几乎已有，{held} 条会泄露开发集、测试集或抽样的行，{over_budget} 条超出预算（还能放 {room} 条）。",
    ),
    "feeding.confirmed": (
        "{confirmed} {confirmed:answer was|answers were} said to be right; {unknown} {unknown:piece of feedback names|pieces of feedback name} no kept entry.",
        "{confirmed} 条回答被确认无误；{unknown} 条反馈找不到对应的流量。",
    ),
    "feeding.unreadable": ("{lines} {lines:line|lines} of feedback cannot be read.", "有 {lines} 行反馈无法读取。"),
    "feeding.drift_not": ("No rows for drift: {reason}.", "漂移没有带来样本：{reason}。"),
    "feeding.next": (
        "Decide them: python -m labkit adjudicate {directory} --kind sent",
        "请裁决：python -m labkit adjudicate {directory} --kind sent",
    ),
    "feeding.imported": (
        "{kept} {kept:row is|rows are} kept as feedback; {unknown} {unknown:names|name} no kept entry, {empty} {empty:says|say} nothing.",
        "已收下 {kept} 条反馈；{unknown} 条找不到对应的流量，{empty} 条没有内容。",
    ),
    "feeding.working": ("Looking for what is worth a second look…", "正在寻找值得再看一眼的回答……"),
    "rounds.working": ("Comparing the rounds…", "正在比较各轮……"),
    "rounds.title": (
        "Round {number}: {release} went live on {at}, {prompt} with {model}",
        "第 {number} 轮：{release} 于 {at} 上线，{prompt} 加 {model}",
    ),
    "rounds.open": ("Round {number}: open, after {before}", "第 {number} 轮：进行中，接在 {before} 之后"),
    "rounds.fed": (
        "{rows} {rows:row|rows} came back from production, {undecided} of them not decided yet",
        "从线上收回 {rows} 条，其中 {undecided} 条尚未裁决",
    ),
    "rounds.dataset": ("dataset {dataset}", "数据集 {dataset}"),
    "rounds.dataset_diff": (
        "dataset {dataset}: {added} added, {removed} removed, {relabelled} relabelled, {retargeted} with another answer, {reworded} reworded, "
        "{unchanged} unchanged",
        "数据集 {dataset}：新增 {added} 条，去掉 {removed} 条，改标 {relabelled} 条，换答案 {retargeted} 条，换原文 {reworded} 条，不变 {unchanged} 条",
    ),
    "rounds.prompt": ("prompt {before} → {after}: {parts}", "提示词 {before} → {after}：{parts}"),
    "rounds.model": ("model {before} → {model}", "模型 {before} → {model}"),
    "rounds.settings": ("changed settings of the model: {settings}", "模型设置的变化：{settings}"),
    "rounds.offline": (
        "offline, of 100 test posts {value} got exactly the right labels ({rows} {rows:row|rows})",
        "线下：每 100 条测试样本中 {value} 条标签全对（共 {rows} 条）",
    ),
    "rounds.compared.better": (
        "better than {before} on {rows} shared {rows:row|rows}: {metric} {delta} points, {fixed} fixed, {broken} broken",
        "在共有的 {rows} 条上好于 {before}：{metric} {delta} 个百分点，改对 {fixed} 条，改错 {broken} 条",
    ),
    "rounds.compared.worse": (
        "worse than {before} on {rows} shared {rows:row|rows}: {metric} {delta} points, {fixed} fixed, {broken} broken",
        "在共有的 {rows} 条上差于 {before}：{metric} {delta} 个百分点，改对 {fixed} 条，改错 {broken} 条",
    ),
    "rounds.compared.cannot tell": (
        "against {before} on {rows} shared {rows:row|rows} it cannot be told: {metric} {delta} points, {fixed} fixed, {broken} broken",
        "与 {before} 在共有的 {rows} 条上分不出高下：{metric} {delta} 个百分点，改对 {fixed} 条，改错 {broken} 条",
    ),
    "rounds.not_compared": (
        "not compared with {before}: no labelled test row in common, or its run is not in the store",
        "没有与 {before} 比较：没有共同的带标签测试行，或库里没有它的运行",
    ),
    "rounds.online": (
        "online, of 100 posts drawn at random {value} got exactly the right labels ({judged} judged blind)",
        "线上：随机抽样每 100 条中 {value} 条标签全对（盲判 {judged} 条）",
    ),
    "rounds.not_online": ("online quality was not measured", "没有测量线上质量"),
    "rounds.no_run": ("nothing was measured on the test rows yet", "还没有在测试集上测过"),
    "rounds.taken_back": ("taken back: {reason}", "已回退：{reason}"),
    "releases.online.measured": (
        "Online: of 100 live posts drawn at random, {value} got exactly the right labels ({judged} judged blind, {weeks}).",
        "线上：随机抽样的每 100 条中，{value} 条标签全对（盲判 {judged} 条，{weeks}）。",
    ),
    "deploy.written": (
        "{files} {files:file|files} for {release} in {path}; served by: {kind}.",
        "已为 {release} 在 {path} 写好 {files} 个文件；由谁提供服务：{kind}。",
    ),
    "deploy.note": ("Note: {note}.", "注意：{note}。"),
}
