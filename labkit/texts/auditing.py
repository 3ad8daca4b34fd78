"""Words of auditing data: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "audit.D01": ("Size", "规模"),
    "audit.D02": ("Duplicates", "重复"),
    "audit.D03": ("Conflicting duplicates", "重复但答案不一"),
    "audit.D04": ("Leakage", "泄漏"),
    "audit.D05": ("Splits", "划分"),
    "audit.D06": ("Balance", "均衡"),
    "audit.D07": ("Difficulty", "难度"),
    "audit.D08": ("Coverage", "覆盖"),
    "audit.D09": ("Answer contract", "答案格式"),
    "audit.D10": ("Style", "风格"),
    "audit.D11": ("Label noise", "标签噪声"),
    "audit.D12": ("Agreement of annotators", "标注一致性"),
    "audit.D13": ("Knowledge", "知识"),
    "audit.D14": ("Personal data", "个人信息"),
    "audit.D15": ("Length", "长度"),
    "audit.D16": ("Repetition", "重复用语"),
    "audit.D17": ("Encoding", "编码"),
    "audit.D18": ("Freshness", "时效"),
    "audit.D19": ("Provenance", "来源"),
    "audit.D20": ("Export", "导出"),
    "audit.severity.block": ("BLOCK", "阻断"),
    "audit.severity.warn": ("warn", "警告"),
    "audit.severity.note": ("note", "提示"),
    "audit.severity.ok": ("ok", "通过"),
    "audit.severity.not examined": ("not examined", "未检查"),
    "audit.principle.size": ("At most about 1,000 rows a subtask", "每个子任务约一千条以内"),
    "audit.principle.difficulty": ("Easy, boundary and hard rows", "简单、边界、困难样本都有"),
    "audit.principle.diversity": ("Diverse", "多样"),
    "audit.principle.balance": ("Labels and tasks balanced", "标签和任务均衡"),
    "audit.principle.style": ("One format, one style", "格式和风格统一"),
    "audit.principle.knowledge": ("Nothing the base model has not met", "不含基座模型没见过的知识"),
    "audit.head.check": ("Check", "检查项"),
    "audit.head.result": ("Result", "结果"),
    "audit.head.found": ("What was found", "发现"),
    "audit.head.principle": ("Principle", "原则"),
    "audit.rows": ("{rows} {rows:row|rows}: {rest}", "{rows} 行：{rest}"),
    "audit.checking": ("Checking {check}", "正在检查{check}"),
    "audit.read": (
        "{rows} {rows:row|rows} read; {skipped} without text or unreadable, and left out.",
        "读入 {rows} 行；{skipped} 行没有文本或无法读取，未计入。",
    ),
    "audit.size": ("{rows} {rows:row|rows} to learn from", "可学习的有 {rows} 行"),
    "audit.size.left_out": (
        "; {rows} further {rows:row has|rows have} no text, or cannot be read",
        "；另有 {rows} 行没有文本或无法读取",
    ),
    "audit.size.repeated_ids": (
        "; {rows} {rows:row repeats an id and goes|rows repeat an id and go} by it with -2, -3, … behind",
        "；{rows} 行的 id 重复，已在后面加 -2、-3……",
    ),
    "audit.size.thin": ("; labels with fewer than {least}: {thin}", "；不足 {least} 行的标签：{thin}"),
    "audit.size.unlabelled": (
        "; {rows} more without labels or an answer {rows:teaches|teach} nothing yet",
        "；另有 {rows} 行没有标签或答案，目前学不到东西",
    ),
    "audit.size.fix": (
        "Label more rows of the thin labels; select at most {most} {most:row|rows} a subtask",
        "为偏少的标签补充标注；每个子任务最多挑选 {most} 行",
    ),
    "audit.duplicates": (
        "{exact} exact {exact:copy|copies}, {near} near {near:copy|copies}, {alike} more {alike:row that says|rows that say} "
        "nearly the same, all beyond the first of its group among {rows} {rows:row|rows}",
        "在 {rows} 行里，每组除第一行外：完全重复 {exact} 行，近似重复 {near} 行，另有 {alike} 行大同小异",
    ),
    "audit.duplicates.fix": (
        "Keep one row of each group (select does so); look at the groups before deleting",
        "每组只留一行（select 会这样做）；删除前先看一看各组",
    ),
    "audit.conflicts": (
        "{exact} {exact:group|groups} of equal texts and {near} of near copies have different answers ({rows} {rows:row|rows})",
        "{exact} 组文本相同、{near} 组近似重复，答案却不一致（共 {rows} 行）",
    ),
    "audit.conflicts.held": (
        "; {groups} of equal texts among dev and test rows alone, whose gold is corrected with: gold",
        "；其中 {groups} 组只在 dev 和测试样本之间，用 gold 命令订正标注",
    ),
    "audit.conflicts.fix": (
        "Let a person decide each group; a contradiction teaches nothing",
        "每一组都请人裁定；互相矛盾的样本教不会模型任何东西",
    ),
    "audit.leakage": (
        "{exact} test rows stand verbatim among the others, {near} nearly so, {review} perhaps; dev rows that do: "
        "{dev}; rows shown in the prompt: {shown}",
        "{exact} 条测试样本原样出现在其他数据里，{near} 条近似，{review} 条待核；dev 中有 {dev} 条；提示词里展示了 {shown} 条",
    ),
    "audit.leakage.incomplete": (
        "; these rows share so much that only the likeliest pairs were compared, and some may be missed",
        "；这些数据彼此雷同太多，只比较了最可能的样本对，可能有遗漏",
    ),
    "audit.leakage.unlabelled": (
        "; {rows} {rows:row|rows} without labels nearly {rows:repeats|repeat} one, and select will refuse them",
        "；另有 {rows} 条没有标签的样本与之近似，select 不会选它们",
    ),
    "audit.leakage.fix": (
        "Remove these rows from what is learnt (never from test), as select does by itself, then score again",
        "把这些行从训练数据中去掉（select 会自动排除；不要动测试集），再重新打分",
    ),
    "audit.leakage.no_test": (
        "there are no dev or test rows: name them with --test FILE, or a column of splits",
        "没有 dev 或测试样本：用 --test 文件指出，或提供划分列",
    ),
    "audit.splits": (
        "{torn} {torn:group|groups} {torn:stands|stand} in several splits; label shares differ by up to {deviation} ({label}); {test} test {test:row|rows}",
        "{torn} 个分组跨了多个划分；标签占比最多相差 {deviation}（{label}）；测试集 {test} 行",
    ),
    "audit.splits.few": (", where telling models apart takes {least}", "，要分出模型高下至少需要 {least} 行"),
    "audit.splits.thin": ("; labels with fewer than {least} among them: {thin}", "；其中不足 {least} 行的标签：{thin}"),
    "audit.splits.fix": (
        "Part the rows afresh by group (split), with {rows} test rows or more and {each} of each label",
        "按分组重新划分（split），测试集至少 {rows} 行，每个标签至少 {each} 行",
    ),
    "audit.splits.one": ("the rows are not parted into splits", "数据没有划分"),
    "audit.balance": (
        "{commonest} has {ratio} {ratio:time|times} the rows of {rarest}",
        "{commonest} 的行数是 {rarest} 的 {ratio} 倍",
    ),
    "audit.balance.subtask": ("in subtask {subtask} ", "子任务 {subtask} 中"),
    "audit.balance.even": (
        "each of the {labels} labels has {rows} {rows:row|rows}",
        "{labels} 个标签各有 {rows} 行",
    ),
    "audit.balance.absent": (
        "no row carries {labels}, while {commonest} has {rows} {rows:row|rows}",
        "{labels} 一行都没有，而 {commonest} 有 {rows} 行",
    ),
    "audit.balance.tokens": (
        "the answers of subtask {heavy} have {heavier} {heavier:time|times} the tokens of {light}",
        "子任务 {heavy} 的答案 token 是 {light} 的 {heavier} 倍",
    ),
    "audit.balance.tokens.even": (
        "the answers of the {subtasks} subtasks have about equally many tokens",
        "{subtasks} 个子任务的答案 token 数差不多",
    ),
    "audit.balance.joint": ("; ", "；"),
    "audit.balance.fix": (
        "Select under label quotas; collect more of the rare labels",
        "按标签配额挑选；为稀少的标签补充数据",
    ),
    "audit.balance.no_labels": ("there are no two labels or subtasks to compare", "没有两个标签或子任务可以比较"),
    "audit.difficulty": (
        "{easy} easy, {boundary} boundary, {hard} hard for the models asked",
        "对所问的模型而言：简单 {easy}，边界 {boundary}，困难 {hard}",
    ),
    "audit.difficulty.fix": (
        "Select under difficulty quotas; let a person confirm hard rows first: many are wrong labels",
        "按难度配额挑选；困难样本先请人确认，其中不少是标错的",
    ),
    "audit.difficulty.no_runs": (
        "no two models have answered these rows (evaluate … --split pool)",
        "还没有两个模型回答过这些行（evaluate … --split pool）",
    ),
    "audit.difficulty.weak": (
        "the models asked are right on {accuracy} of the rows only: what they find hard says more about them",
        "所问的模型正确率只有 {accuracy}：它们觉得难，说明的更多是模型自己",
    ),
    "audit.diversity": (
        "the choice covers {coverage} of the pool (the best of this size {best}); {clusters} clusters have no row in "
        "it; {size}",
        "所选数据对 pool 的覆盖为 {coverage}（同等规模最好 {best}）；{clusters} 个聚类一行都没有；{size}",
    ),
    "audit.diversity.among": ("more diverse than {share} % of random choices", "比 {share}% 的随机选择更多样"),
    "audit.diversity.whole": ("the choice is as large as the pool", "所选数据和 pool 一样多"),
    "audit.diversity.texts": ("it is as large as the pool without near copies", "行数和去重后的 pool 一样多"),
    "audit.diversity.fix": ("Add rows of uncovered clusters; select by coverage", "补上未覆盖的聚类，按覆盖度挑选"),
    "audit.diversity.alike": (
        "Select by coverage: these rows are more alike than they need be",
        "按覆盖度挑选：现在这些数据彼此太像",
    ),
    "audit.diversity.no_pool": (
        "these rows are the pool itself: coverage is a matter of what is chosen from it",
        "这就是 pool 本身：从中挑选之后才谈得上覆盖",
    ),
    "audit.contract": (
        "{faulty} {faulty:row|rows} {faulty:breaks|break} the contract ({share} keep it); forms: {forms}",
        "{faulty} 行不合格式（{share} 合格）；数据形式：{forms}",
    ),
    "audit.contract.mixed": ("; {forms} ways of writing a row are mixed", "；混用了 {forms} 种写法"),
    "audit.contract.fix": (
        "Write every answer in one form: convert mixed forms, mend or drop the listed rows",
        "所有答案写成同一种形式：转换混杂的形式，修正或去掉所列的行",
    ),
    "audit.contract.no_task": ("neither a task nor answers to judge", "没有任务定义，也没有可检查的答案"),
    "audit.style": (
        "{share} of answers have the commonest form; {odd} {odd:has|have} another, {lengths} {lengths:is|are} "
        "unusually long or short",
        "{share} 的答案是最常见的形式；{odd} 条是别的形式，{lengths} 条过长或过短",
    ),
    "audit.style.house": ("house style: {style}", "统一风格：{style}"),
    "audit.style.not_followed": (
        "the reasons were not written by the house style: {style}",
        "理由还没有按统一风格来写：{style}",
    ),
    "audit.style.joint": ("; ", "；"),
    "audit.style.fix": (
        "Rewrite the odd answers in the house style (dataset reformat): labels, numbers and names stay as they are",
        "用 dataset reformat 把不一样的答案改写成统一风格；标签、数字、名称都会原样保留",
    ),
    "audit.style.fix_file": (
        "Bring the answers to one form; where kinds of tasks want forms of their own, as in free chat, name each row's "
        "kind in a column called subtask: each is judged by itself",
        "把答案统一成一种形式；若不同任务本就该用不同形式（如自由对话），请用 subtask 列写明每行属于哪一类，各类会分开评判",
    ),
    "audit.style.no_answers": ("the rows have labels only, no answers", "数据只有标签，没有答案"),
    "audit.noise": (
        "{share} of labels are contradicted by a model that has not seen them and agrees with {agreement} of all; "
        "{queue} {queue:row|rows} {queue:waits|wait} for a look",
        "{share} 的标签与没见过它们的模型相矛盾（该模型与全部标签的一致度为 {agreement}）；{queue} 行等人复核",
    ),
    "audit.noise.left_out": (
        "; not judged: {rows} {rows:row|rows} of subtasks that have fewer than {least}, or labels the model cannot tell",
        "；另有 {rows} 行未判断：其子任务不足 {least} 行，或模型分不清其标签",
    ),
    "audit.noise.subtasks": (
        "no subtask has {least} labelled rows of which a small model that has not seen them tells half",
        "没有一个子任务有 {least} 行标注、且没见过它们的小模型能认对一半",
    ),
    "audit.noise.fix": (
        "Look at these rows first, the likeliest errors stand in front; never relabel by machine",
        "先看这些行，最可疑的排在最前；不要让机器改标签",
    ),
    "audit.noise.weak": (
        "a small model that has not seen the rows agrees with {agreement} of their labels only: too weak to judge them",
        "没见过这些行的小模型只认同 {agreement} 的标签：太弱，不足以判断",
    ),
    "audit.noise.rows": (
        "wrong labels can be looked for among {least} to {most:,} labelled rows, and there are {rows}",
        "有标签的行在 {least} 到 {most} 之间才能判断，现在是 {rows} 行",
    ),
    "audit.agreement": (
        "alpha {alpha} over {rows} {rows:row|rows} that several labelled; labels below .667: {poor}",
        "{rows} 行由多人标注，alpha 为 {alpha}；低于 0.667 的标签：{poor}",
    ),
    "audit.agreement.fix": (
        "Sharpen the definitions of these labels, then have the disputed rows decided",
        "先把这些标签的定义写清楚，再裁定有争议的行",
    ),
    "audit.agreement.none": ("no row was labelled by two annotators", "没有任何一行由两人标注"),
    "audit.knowledge": (
        "{rows} {rows:answer|answers} ({share}) {rows:asserts|assert} numbers, names or quotes that neither question nor prompt "
        "hold",
        "{rows} 条答案（{share}）里的数字、名称或引文，问题和提示词里都没有",
    ),
    "audit.knowledge.fix": (
        "Take out what cannot be known from the question, or stop early in training",
        "去掉从问题里看不出来的内容，或在训练中提前停止",
    ),
    "audit.knowledge.no_answers": (
        "the rows have labels only, no answers, and no base model was asked what it knows (--base MODEL; local/study@labels "
        "comes with labkit and downloads nothing)",
        "数据只有标签，没有答案，也没有问过基座模型知道什么（--base MODEL；labkit 自带的 local/study@labels 不用下载）",
    ),
    "audit.knowledge.no_model": (
        "no base model was asked what it knows (--base MODEL; local/study@labels comes with labkit and downloads nothing)",
        "没有问过基座模型知道什么（--base MODEL；labkit 自带的 local/study@labels 不用下载）",
    ),
    "audit.knowledge.model": (
        "{model} was asked about {asked} {asked:row|rows} with {prompts} few-shot prompts: {HighlyKnown} highly known, {MaybeKnown} "
        "maybe, {WeaklyKnown} weakly, {Unknown} unknown",
        "用 {prompts} 个少样本提示词问了 {model} {asked} 行：熟知 {HighlyKnown}，略知 {MaybeKnown}，勉强知道 {WeaklyKnown}，"
        "不知道 {Unknown}",
    ),
    "audit.knowledge.unanswered": (
        "to {rows} {rows:row|rows} it gave no answer, which says nothing of what it knows",
        "另有 {rows} 行没有得到回答，不能说明它知不知道",
    ),
    "audit.knowledge.unweighed": (
        "it gives no probabilities, so weakly known rows count as unknown",
        "它不给出概率，勉强知道的也算作不知道",
    ),
    "audit.knowledge.labels": (
        "more than half of these labels is unknown to it: {labels}",
        "这些标签有一半以上它不知道：{labels}",
    ),
    "audit.personal": (
        "{total} {total:find|finds} in {rows} {rows:row|rows}, {secrets} of them passwords or keys",
        "{rows} 行里有 {total} 处，其中密码或密钥 {secrets} 处",
    ),
    "audit.personal.fix": (
        "Change the secrets and remove them; mask the rest (exports do)",
        "更换并删除密码和密钥；其余打码（导出时会打码）",
    ),
    "audit.length": (
        "{rows} {rows:row|rows} {rows:is|are} longer than {limit} {limit:token|tokens} (estimated)",
        "{rows} 行超过 {limit} token（估计）",
    ),
    "audit.length.fix": (
        "Shorten them, leave them out, or train with a greater length: a row that is cut teaches a half answer",
        "缩短、去掉，或加大训练长度：被截断的样本只会教出半截答案",
    ),
    "audit.length.no_limit": ("no length was named (--max-tokens N)", "没有给出长度上限（--max-tokens N）"),
    "audit.repetition": (
        "{repeating} {repeating:answer|answers} {repeating:repeats itself|repeat themselves}, {excuses} {excuses:excuses itself|excuse themselves} as a machine, {emoji} {emoji:carries|carry} emoji",
        "{repeating} 条答案自我重复，{excuses} 条带有“作为AI”一类的套话，{emoji} 条带表情符号",
    ),
    "audit.repetition.fix": ("Rewrite them or leave them out", "改写或去掉"),
    "audit.encoding": ("{rows} {rows:row|rows} {rows:holds|hold} broken text: {kinds}", "{rows} 行文本有损坏：{kinds}"),
    "audit.encoding.whole": ("no row holds broken text", "没有文本损坏的行"),
    "audit.encoding.fix": (
        "Export the file again as UTF-8, and take out markup and invisible characters",
        "重新以 UTF-8 导出，并去掉标记和不可见字符",
    ),
    "audit.replacement": ("lost characters", "丢失的字符"),
    "audit.mojibake": ("mojibake", "乱码"),
    "audit.markup": ("markup", "网页标记"),
    "audit.invisible": ("invisible characters", "不可见字符"),
    "audit.mixed_script": ("simplified and traditional mixed", "简繁混用"),
    "audit.freshness": (
        "from {first} to {last}; label shares of the newest fifth differ by {drift} bits",
        "时间从 {first} 到 {last}；最新五分之一的标签占比偏移 {drift} 比特",
    ),
    "audit.freshness.chance": (
        ", as few rows do by chance (up to {chance})",
        "，行数少时偶然也会如此（至多 {chance}）",
    ),
    "audit.freshness.fix": ("Take more rows of late, and test on the newest", "多取近期数据，并用最新的数据做测试"),
    "audit.freshness.no_time": (
        "fewer than {least} {least:row|rows} {least:has|have} a time and labels",
        "同时有时间和标签的行不足 {least}",
    ),
    "audit.provenance": ("not said: {missing}", "没有说明：{missing}"),
    "audit.provenance.fix": (
        "Write licence, source and annotator into the manifest or into columns of these names",
        "在清单里或用同名的列写明许可、来源和标注人",
    ),
    "audit.provenance.teacher": (
        "; answers by {model}, training on them: {training}",
        "；答案来自 {model}，用于训练：{training}",
    ),
    "audit.provenance.terms": (
        "Read the terms of the teacher's provider; write what they allow into models.toml (training_on_outputs)",
        "查看教师模型提供方的条款，把允许的范围写进 models.toml（training_on_outputs）",
    ),
    "audit.export": (
        "{rows} {rows:row|rows}, rendered as serving sends them, come back from {shapes} forms of files as the same messages; "
        "{faulty} do not",
        "{rows} 行按线上发送的样子渲染，写成 {shapes} 种文件形式再读回，消息完全一致；{faulty} 行不一致",
    ),
    "audit.export.foreign": (
        "; the prompt they are made for is no longer in the scene",
        "；它们对应的提示词已不在场景里",
    ),
    "audit.export.fix": (
        "Restore the prompt, or select anew for another one; mend or leave out the listed rows",
        "恢复那个提示词，或换一个提示词重新挑选；修正或去掉所列的行",
    ),
    "audit.export.no_dataset": (
        "only a scene's dataset is rendered for training (audit --dataset)",
        "只有场景里的数据集才会渲染成训练数据（audit --dataset）",
    ),
    "audit.licence": ("licence", "许可"),
    "audit.source": ("source", "来源"),
    "audit.annotator": ("annotator", "标注人"),
    "agreement.rows": (
        "{rows} {rows:row|rows} labelled by two or more of: {annotators}",
        "{rows} 行由两人以上标注：{annotators}",
    ),
    "agreement.all": ("all labels", "全部标签"),
    "agreement.alpha": ("Krippendorff α", "Krippendorff α"),
    "agreement.reading": ("reading", "解读"),
    "agreement.good": ("good", "可信"),
    "agreement.tentative": ("tentative", "勉强"),
    "agreement.poor": ("poor: look at the definition", "不可信：先看定义"),
    "agreement.constant": ("nothing varies", "没有变化"),
    "agreement.pair": ("annotators", "标注人"),
    "agreement.both": ("rows", "行数"),
    "agreement.same": ("alike", "一致"),
    "agreement.confused": ("{a} against {b}: {rows} {rows:row|rows}", "{a} 与 {b}：{rows} 行"),
    "agreement.disputed": ("{count} {count:row|rows} to decide, such as {rows}", "{count} 行待裁定，例如 {rows}"),
    "split.done": (
        "{pool} pool rows, {dev} dev rows and {test} test rows, which are frozen.",
        "pool {pool} 行，dev {dev} 行，测试 {test} 行（已冻结）。",
    ),
    "split.repetition": (
        "{groups} {groups:group|groups} of near duplicates ({repeats} {repeats:row|rows} beyond the first of each), each kept in one split.",
        "{groups} 组近似重复（每组除第一行外共 {repeats} 行），每组都在同一份里。",
    ),
    "split.working": ("Parting the rows …", "正在划分……"),
    # figures
    "chart.rows_of_label": ("Rows of each label", "各标签的行数"),
    "chart.rarest_labels": (
        "Rows of each label: the {shown} rarest of {of}",
        "各标签的行数：{of} 个里最少的 {shown} 个",
    ),
    "chart.duplicate_groups": ("Groups of copies, by their size", "重复组的大小"),
    "chart.group_size": ("rows of a group", "一组的行数"),
    "chart.groups": ("groups", "组数"),
    "chart.difficulty": ("How hard the rows are for the models asked", "对所问的模型而言，这些样本有多难"),
    "chart.difficulty.aim": ("what a choice aims at", "挑选时的目标"),
    "chart.difficulty.found": ("these rows", "这些样本"),
    "chart.share_axis": ("rows, of 100", "行（每 100 行）"),
    "chart.agreement_of_labels": ("How far annotators agree on each label", "标注人在各标签上的一致程度"),
}
