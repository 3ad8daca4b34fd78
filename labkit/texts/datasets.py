"""Words of datasets: their versions, cards and answers: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "versions.kind": ("Change", "变化"),
    "versions.rows": ("Rows", "行数"),
    "versions.such_as": ("Such as", "例如"),
    "versions.added": ("added", "新增"),
    "versions.removed": ("removed", "移出"),
    "versions.relabelled": ("relabelled", "改了标签"),
    "versions.retargeted": ("answered otherwise", "改了答案"),
    "versions.reworded": ("with other posts", "改了正文"),
    "versions.unchanged": ("unchanged", "未变"),
    "versions.new_prompt": ("They are made for different prompts.", "两个数据集对应的提示词不同。"),
    # what long work is at
    "step.leaks": (
        "Looking for pool rows that give away dev or test rows",
        "正在查找会泄漏 dev 或测试样本的 pool 样本",
    ),
    "step.copies": ("Looking for pool rows that repeat others", "正在查找彼此重复的 pool 样本"),
    "step.runs": ("Reading what models answered to the pool", "正在读取模型对 pool 的回答"),
    "step.vectors": ("Reading the rows that may be chosen", "正在读取可选的样本"),
    "step.choosing": ("Choosing rows", "正在挑选样本"),
    "step.nearest": ("Finding the nearest row left out of each chosen one", "正在为每个入选样本查找最接近的落选样本"),
    "step.map": ("Drawing the map of the pool", "正在绘制标注池的分布图"),
    "step.learning": ("Training a cheap model on parts of the rows", "正在用部分样本训练便宜的模型"),
    "propose.kind": ("Chosen as", "入选方式"),
    "propose.rows": ("Rows", "行数"),
    "propose.boundary": ("boundary: models disagree", "边界：模型意见不一"),
    "propose.coverage": ("coverage: stand for many others", "覆盖：最能代表其他行"),
    "propose.random": ("random: for honest estimates", "随机：用来做无偏估计"),
    "propose.no_runs": (
        "No two models have answered these rows, so none is at a boundary: evaluate --split pool with two of them.",
        "还没有两个模型回答过这些行，看不出边界在哪：先用两个模型跑 evaluate --split pool。",
    ),
    "propose.sifted": (
        "Of the pool rows without labels {leaking} nearly {leaking:repeats|repeat} dev or test rows and {copies} {copies:repeats|repeat} another pool row; they are not proposed.",
        "没有标签的 pool 样本中，{leaking} 行与 dev 或测试样本近似重复，{copies} 行与其他 pool 样本近似重复，均未列入。",
    ),
    "propose.written": (
        "Wrote {rows} {rows:row|rows} to {path}; add takes them back when they are labelled.",
        "已把 {rows} 行写入 {path}；标好之后用 add 读回。",
    ),
    "proposal.random": ("drawn at random", "随机抽取"),
    "proposal.boundary": ("models disagree on it: {value} of at most 1", "模型意见不一：{value}（最高为 1）"),
    "proposal.coverage": (
        "stands for {gain} more of the rows without labels",
        "让已列入的样本能多代表 {gain} 的无标签样本",
    ),
    "choice.row": (
        "row {number} of {label} ({available} in the pool)",
        "“{label}”的第 {number} 行（pool 中共 {available} 行）",
    ),
    "choice.rated": (", {difficulty} for the models asked", "，对所问的模型属于{difficulty}"),
    "choice.confirmed": (", its labels confirmed by a person", "，标签已由人确认"),
    "choice.gain": ("; stands for {gain} more of such rows", "；让选中的样本能多代表 {gain} 的同类样本"),
    "choice.pinned": ("pinned ({why}); {words}", "指定入选（{why}）；{words}"),
    "choice.no_reason": ("no reason given", "未写原因"),
    "choice.no_label": ("no label", "无标签"),
    "choice.easy": ("easy", "容易"),
    "choice.boundary": ("boundary", "边界"),
    "choice.hard": ("hard", "困难"),
    "choice.unrated": ("unrated", "未评级"),
    "choice.unconfirmed": (
        "hard for the models asked, and nobody has confirmed its labels",
        "所问的模型答不对，标签也还没有人确认",
    ),
    "choice.cell_full": (
        "{cell} gave {used} of its {rows} rows; others there stand for more",
        "“{cell}”共 {rows} 行，已选 {used} 行；其中别的行更有代表性",
    ),
    "choice.same": ("it says nearly the same", "内容几乎相同"),
    "committee.working": ("Working out what the committee would be asked …", "正在计算要问评审模型哪些行……"),
    "committee.head.model": ("Model", "模型"),
    "committee.head.difficulty": ("Difficulty", "难度"),
    "committee.sample": ("First: a sample of {rows}", "第一步：抽样 {rows} 行"),
    "committee.candidates": ("Then: in all {rows} that could be chosen", "第二步：可能入选的共 {rows} 行"),
    "committee.pool": ("Instead of all {rows}", "若问全部 {rows} 行"),
    "committee.calls": ("{calls} {calls:request|requests}, {cost}", "{calls} 次请求，{cost}"),
    "committee.batch": (" ({cost} in batch files)", "（批量文件 {cost}）"),
    "committee.asked": (
        "The models are right on {accuracy} of what they were asked on average; {rows} {rows:row is|rows are} rated, and "
        "select tells easy, boundary and hard ones apart.",
        "模型在所问样本上的平均正确率是 {accuracy}；{rows} 行有了难度，select 会区分简单、边界和困难。",
    ),
    "committee.weak": (
        "The models are right on {accuracy} of the sample on average, below 0.50: what is hard for them says more about "
        "them than about the rows. No more was asked; select leaves difficulty out. Better models, or a better prompt, "
        "change that.",
        "模型在抽样上的平均正确率是 {accuracy}，低于 0.50：它们答错的，更多说明模型不行，而不是样本难。"
        "没有再问下去，select 不分难度。换更好的模型或提示词再试。",
    ),
    "committee.open": (
        "Some rows have no answer yet, because of a limit, an error or a batch that is out: the same command goes on.",
        "还有样本没有答案（达到上限、出错或批量任务未完成）：再运行同一条命令即可继续。",
    ),
    "select.waiting": (
        "{count} hard rows wait: nobody has confirmed their labels. List them: {command}",
        "{count} 条困难样本待确认，暂不选入：还没有人确认过标签。查看：{command}",
    ),
    "select.nobody_confirmed": (
        "{count} hard rows wait, and no person has confirmed any row yet. Models fail on them because they are hard or "
        "because their labels are wrong: decide with {command}, or on the board "
        "(labkit.DatasetBoard), then select again.",
        "{count} 条困难样本暂不选入，目前还没有人确认过任何一条。模型答错，可能是题难，也可能是标签错："
        "请用 {command} 或裁决面板（labkit.DatasetBoard）逐条裁决，再重新 select。",
    ),
    "select.teacher": (
        "Rationales by {model}; training on its answers: {training}",
        "理由由 {model} 给出；用它的回答做训练：{training}",
    ),
    "select.training.allowed": ("allowed", "允许"),
    "select.training.restricted": ("restricted, see the manifest", "有限制，详见清单"),
    "select.training.forbidden": ("forbidden by its terms", "条款禁止"),
    "select.training.unknown": ("unknown, read its terms first", "不明，请先查看条款"),
    "select.refused": ("{count} {count:row|rows} left out, {why}", "{count} 行未列入：{why}"),
    "select.refused.not asked": ("which it was never asked", "没有问过它"),
    "select.refused.no readable answer": ("no readable answer", "没有可读的回答"),
    "select.refused.other labels than gold": ("other labels than gold", "标签与标准答案不同"),
    "select.refused.a quote that is not in the post": ("a quote that is not in the post", "引文不在原文里"),
    "select.refused.no rationale": ("no rationale", "没有给出理由"),
    "card.about": (
        "{rows} {rows:row|rows} for the task {task}, made by labkit {version} ({at}). Content: {content}. Personal data is masked "
        "when it is exported.",
        "任务 {task} 的 {rows} 行数据，由 labkit {version} 生成（{at}）。内容编号：{content}。导出时个人信息会打码。",
    ),
    "card.composition": ("What is in it", "内容构成"),
    "card.verdict": ("Is it fit to train on?", "能不能拿来训练"),
    "card.blocked": ("**No:** a check blocks.", "**不能：**有检查项阻断。"),
    "card.passed": ("No check blocks.", "没有检查项阻断。"),
    "card.making": ("How it was made", "怎么来的"),
    "card.budget": (
        "At most {budget} {budget:row|rows} a subtask, seed {seed}",
        "每个子任务最多 {budget} 行，随机种子 {seed}",
    ),
    "card.sifted": (
        "Chosen from {rows} {rows:row|rows}; left out before: {leaking} near dev or test rows, {duplicates} repeated, "
        "{unlabelled} without labels",
        "从 {rows} 行里挑选；事先去掉的：与 dev 或测试近似 {leaking} 行，重复 {duplicates} 行，没有标签 {unlabelled} 行",
    ),
    "card.pins": ("{count} {count:row|rows} {count:was|were} pinned by hand", "人工钉住 {count} 行"),
    "card.bans": ("{count} {count:row|rows} {count:was|were} banned by hand", "人工禁用 {count} 行"),
    "card.parent": ("Follows {name}: {changes}", "接着 {name}：{changes}"),
    "card.teaching": ("What it teaches", "教的是什么"),
    "card.labels": ("Labels only", "只有标签"),
    "card.rationale": (
        "Labels with a teacher's reasons: its labels equal gold, its quotes are verbatim",
        "标签和教师模型给出的理由：标签与标准答案相同，引文逐字属实",
    ),
    "card.teacher": (
        "Teacher: {model} (run {run}). Training on its answers: {training} ({source})",
        "教师模型：{model}（运行 {run}）。用它的回答做训练：{training}（{source}）",
    ),
    "card.style": ("House style: {style}", "统一风格：{style}"),
    "card.rewritten": (
        "Reasons rewritten by {by}: {rewritten}; {unchanged} were so already, {kept} kept their words, as labels, numbers, "
        "names or JSON would have changed. Training on its words: {training}",
        "理由由 {by} 改写了 {rewritten} 条；{unchanged} 条本来如此，{kept} 条会动到标签、数字、名称或 JSON，保留原文。"
        "用它的文字做训练：{training}",
    ),
    "card.prompt": ("Made for the prompt with SHA-256 {sha256}", "对应的提示词 SHA-256 为 {sha256}"),
    "card.gaps": ("What nobody has examined", "没有检查的地方"),
    "card.written": ("Wrote the card to {path}.", "已把数据卡写入 {path}。"),
    "saturation.learnt": ("{done} of {of} {of:model|models} {of:has|have} learnt", "已训练 {done} / {of} 个模型"),
    "saturation.rows": ("Rows", "行数"),
    "saturation.lowest": ("lowest", "最低"),
    "saturation.highest": ("highest", "最高"),
    "saturation.enough": (
        "The last quarter of the rows brought {points} points, less than 0.5: more rows of this kind would hardly help.",
        "最后四分之一的数据带来 {points} 分，不到 0.5 分：同类数据再多，也没有多大帮助。",
    ),
    "saturation.more": (
        "The last quarter of the rows brought {points} points: more rows would still help.",
        "最后四分之一的数据带来 {points} 分：再加数据还有帮助。",
    ),
    "saturation.proxy": (
        "Measured with linear, a cheap stand-in: the curve's shape is a hint for a language model, its height is not.",
        "这是用 linear 这个便宜的替身量的：曲线的形状对语言模型有参考价值，高度没有。",
    ),
    "saturation.chart": ("Would more rows help? ({proxy} as a stand-in)", "再加数据还有用吗？（以 {proxy} 为替身）"),
    "error.saturation.rows": (
        "A curve needs {fewest} rows and labelled dev rows; there are {rows} and {dev}",
        "曲线需要 {fewest} 条数据，以及有标注的 dev 数据；现有 {rows} 条和 {dev} 条",
    ),
    "error.saturation.rows.fix": ("Select more rows, or label dev rows", "请多选一些数据，或标注 dev 数据"),
    "efficiency.matched": (
        "{learner} does as well as run {run} ({value}) once it has learnt from {rows} labelled rows.",
        "{learner} 学过 {rows} 条标注数据之后，就不低于运行 {run}（{value}）。",
    ),
    "efficiency.never": (
        "{learner} does not reach run {run} ({value}), not even with all {rows} labelled rows.",
        "{learner} 就算学完全部 {rows} 条标注数据，也达不到运行 {run}（{value}）。",
    ),
    "error.curve.draws": ("The number of draws is {draws}", "抽样次数是 {draws}"),
    "error.curve.draws.fix": ("Give at least 1", "请至少给 1"),
    "error.efficiency.no_run": ("There is no run to match", "没有可对照的运行"),
    "error.efficiency.no_run.fix": ("Name one on dev", "请指定一个 dev 上的运行"),
    "error.efficiency.other_rows": (
        "The run {run} is not over dev, or over other rows than the run {first}",
        "运行 {run} 不在 dev 上，或与运行 {first} 不是同一批数据",
    ),
    "error.efficiency.other_rows.fix": (
        "Name runs over the same dev rows",
        "请指定同一批 dev 数据上的运行",
    ),
    "error.efficiency.rows": (
        "A curve needs {fewest} labelled pool rows and labelled dev rows; there are {pool} and {dev}",
        "曲线需要 {fewest} 条有标注的标注池数据，以及有标注的 dev 数据；现有 {pool} 条和 {dev} 条",
    ),
    "error.efficiency.rows.fix": ("Label more rows", "请多标注一些"),
    "efficiency.axis": ("Labelled rows that {learner} learnt from", "{learner} 学过的标注数据条数"),
    "efficiency.chart": ("How many labels does {learner} need to catch up?", "{learner} 要多少条标注才追得上？"),
    "reformat.made": (
        "{name}: {rewritten} {rewritten:reason|reasons} rewritten, {unchanged} were in that form already.",
        "{name}：改写了 {rewritten} 条理由，{unchanged} 条本来就是这个样子。",
    ),
    "reformat.would": (
        "The rule would rewrite {rewritten} {rewritten:reason|reasons}, {unchanged} {unchanged:is|are} in that form already, {kept} would keep "
        "their old words. Nothing was written.",
        "规则会改写 {rewritten} 条理由，{unchanged} 条本来就是这个样子，{kept} 条会保留原文。没有写入任何内容。",
    ),
    "reformat.calls": (
        "{model}: {calls} {calls:request|requests} for {rows} {rows:row|rows}, about {prompt} prompt and {completion} completion "
        "tokens, {cost}. Nobody was asked; the first request word for word:",
        "{model}：{rows} 行共 {calls} 次请求，约 {prompt} 个输入 token、{completion} 个输出 token，{cost}。没有真正提问；第一次请求的原文：",
    ),
    "reformat.kept": ("{count} {count:keeps its|keep their} old words: {why}", "{count} 条保留原文：{why}"),
    "reformat.why.json": ("something other than the reason would have changed", "会动到理由以外的内容"),
    "reformat.why.labels": ("labels would have changed", "会改动标签"),
    "reformat.why.numbers": ("numbers would have changed", "会改动数字"),
    "reformat.why.negation": ("a “not” would have come or gone", "会增减否定词"),
    "reformat.why.names": ("names or quotations would have changed", "会改动名称或引文"),
    "reformat.why.length": ("it would be less than half or more than twice as long", "长度不到一半或超过两倍"),
    "reformat.why.no reply": ("no reply came", "没有收到回答"),
    "sheet.written": (
        "Wrote {path}. Edit labels, one per line of the cell, or delete rows; dataset take-back reads it.",
        "已写入 {path}。可以改标签（单元格里一行一个），也可以删行；改完用 dataset take-back 读回。",
    ),
    "sheet.cut": ("Too long for a cell and cut: {cell}", "超出单元格上限，已截断：{cell}"),
    "sheet.taken": (
        "{rows} {rows:row|rows} as {name}: {relabelled} relabelled, {removed} removed.",
        "{name} 共 {rows} 行：改标签 {relabelled} 行，移出 {removed} 行。",
    ),
    "sheet.outdated": (
        "{count} relabelled rows were left out: their reasons speak for the old labels.",
        "{count} 行改了标签，原来的理由不再成立，已移出。",
    ),
}
