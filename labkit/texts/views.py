"""Words of charts, widgets, reports and dashboards: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # Scores in plain words: sentences.py
    "metric.accuracy": ("all labels of a post right", "整条标签全对"),
    "metric.accuracy.title": (
        "Subset accuracy: the share of rows whose answered labels are exactly the expected ones.",
        "子集准确率：回答的标签与标注完全一致的样本所占比例。",
    ),
    "metric.micro_f1": ("all labels taken together", "所有标签合在一起"),
    "metric.micro_f1.title": ("Micro-F1: F1 over all label decisions.", "Micro-F1：把所有标签判断合在一起的 F1。"),
    "metric.macro_f1": ("average over the labels", "各标签的平均水平"),
    "metric.macro_f1.title": (
        "Macro-F1: the mean of the labels' F1, where F1 weighs finding a label and not claiming it falsely alike.",
        "Macro-F1：各标签 F1 的平均值；F1 同等看重“找得全”和“不误报”。",
    ),
    "metric.hamming_loss": ("wrong label decisions", "判错的标签"),
    "metric.hamming_loss.title": (
        "Hamming loss: the share of wrong decisions over all rows and labels; less is better.",
        "汉明损失：所有样本与标签的判断中出错的比例，越低越好。",
    ),
    "metric.answered": ("answered in the agreed form", "按约定格式作答"),
    "metric.answered.title": (
        "The share of rows whose reply could be read and held only allowed labels.",
        "回复能被解析、且只含允许标签的样本所占比例。",
    ),
    "standing.met": ("The bar is met", "已达标"),
    "standing.missed": ("The bar is not met yet", "尚未达标"),
    "standing.unsure": ("Near the bar: these rows cannot tell", "接近标准：现有样本还不足以下结论"),
    "standing.recall_missed": (
        "The bar is not met: labels that must not be missed fall short ({labels})",
        "尚未达标：不可漏判的标签未达要求（{labels}）",
    ),
    "page.stop": (". ", "。"),
    "page.comma": (", ", "、"),
    "page.colon": (": ", "："),
    "page.bracketed": (" ({words})", "（{words}）"),
    "standing.unmeasured": ("Not measured", "未测量"),
    "standing.unmeasured_sentence": (
        "No row of this run has gold labels, so there is no score.",
        "这次运行的样本都没有标注，因此没有分数。",
    ),
    "standing.accuracy": (
        "Of 100 posts, {value} get exactly the right labels.",
        "每 100 条帖子，{value} 条的标签完全正确。",
    ),
    "standing.sentence": (
        "The business asks for {bar} of 100 by another count: {metric}. By that count we stand at {value}, on {rows} {rows:post|posts}.",
        "业务要求按另一种算法：{metric}，{bar} 分（满分 100）。按这种算法，目前 {value} 分，在 {rows} 条样本上测得。",
    ),
    "standing.sentence.plain": (
        "The business asks for {bar} of 100; measured on {rows} {rows:post|posts}, {value} come out right.",
        "业务要求每 100 条有 {bar} 条正确；在 {rows} 条样本上测得 {value} 条。",
    ),
    "standing.why.macro_f1": (
        "The two numbers differ because the first asks that every label of a post is right, while the second scores each "
        "label by itself and gives rare labels the weight of common ones.",
        "两个数不同：前者要求一条帖子的标签全对；后者逐个标签计分再取平均，少见的标签与常见的同等看重。",
    ),
    "standing.why.micro_f1": (
        "The two numbers differ because the first asks that every label of a post is right, while the second counts each "
        "label given or missed by itself.",
        "两个数不同：前者要求一条帖子的标签全对；后者把给出和漏掉的每个标签单独计算。",
    ),
    "standing.why.hamming_loss": (
        "The two numbers differ because the first counts posts that come out wholly right, while the second counts single "
        "wrong labels, of which fewer are better.",
        "两个数不同：前者数的是标签全对的帖子；后者数的是判错的单个标签，越少越好。",
    ),
    "standing.why.answered": (
        "The two numbers differ because the first asks that the labels are right, while the second asks only that an "
        "answer could be read.",
        "两个数不同：前者要求标签正确；后者只要求回答能被读取。",
    ),
    "legend.value": ("measured", "实测"),
    "legend.range": ("where the true figure lies in 95 of 100 cases", "真实值的范围（95% 把握）"),
    "legend.goal": ("asked for", "业务要求"),
    "recall.sentence": (
        "Of 100 “{label}” posts we find {value}; {rows} {rows:post was|posts were} measured",
        "每 100 条“{label}”帖子，能找出 {value} 条；实测 {rows} 条",
    ),
    "recall.bar": ("; the bar is {bar}", "；要求 {bar} 条"),
    "recall.precision": ("; of 100 called so, {value} are", "；每 100 条判为此类的，{value} 条属实"),
    "recall.unmeasured": ("“{label}”: no post to measure it on", "“{label}”：没有可用来测量的帖子"),
    "labels.found": ("Found, of 100", "每 100 条找出"),
    "labels.right": ("Right, of 100 called so", "每 100 条判定中属实"),
    "labels.rows": ("Rows", "样本数"),
    "labels.order": (
        "Worst found first. Found: of 100 posts that carry the label, how many were given it. Right: of 100 posts that were "
        "given the label, how many carry it.",
        "找出最少的排在前面。找出：每 100 条带此标签的帖子中，判出多少条。属实：每 100 条判为此标签的帖子中，有多少条真是。",
    ),
    "precision.title": (
        "Precision, with its 95 % interval in brackets.",
        "精确率；括号内为 95% 区间。",
    ),
    "recall.title": (
        "Recall, with its 95 % interval in brackets: where the true figure lies, if luck was fair.",
        "召回率；括号内为 95% 区间，即真实水平大致所在的范围。",
    ),
    "confusion.sentence": ("“{gold}” read as “{predicted}”: {rows}", "“{gold}”判为“{predicted}”：{rows} 条"),
    "confusion.missed": ("“{gold}” missed: {rows}", "漏判“{gold}”：{rows} 条"),
    "confusion.added": ("“{predicted}” claimed without cause: {rows}", "误报“{predicted}”：{rows} 条"),
    "label.none": ("no label", "无标签"),
    "status.answered": ("answered", "已回答"),
    "status.off-list": ("outside the labels", "标签越界"),
    "status.unparsed": ("unreadable", "无法解析"),
    "status.truncated": ("cut off", "被截断"),
    "status.filtered": ("withheld by the provider", "被平台拦截"),
    "status.blank": ("empty", "空回复"),
    "status.failed": ("no reply", "请求失败"),
    "status.pending": ("not asked yet", "尚未请求"),
    "split.pool": ("pool rows", "训练池"),
    "split.dev": ("dev rows", "开发集"),
    "split.test": ("test rows", "测试集"),
    "split.traffic": ("later posts", "线上新帖"),
    "split.all": ("all rows", "全部样本"),
    "split.pool.note": (
        "Pool rows are for writing prompts and training: this figure flatters.",
        "训练池用于写提示词和训练，这个数字偏高。",
    ),
    "split.dev.note": (
        "Dev rows guided the work, so this figure flatters a little; the decision needs the test rows.",
        "开发集参与了调优，这个数字略偏高；最终决定要看测试集。",
    ),
    "split.test.note": (
        "Test rows guide no work; readings of them so far: {readings}.",
        "测试集不参与调优；至今共读取 {readings} 次。",
    ),
    "split.traffic.note": ("Posts that came later than the others.", "比其他样本更晚出现的帖子。"),
    "split.all.note": (
        "These rows include those the prompt was written with: this figure flatters.",
        "其中含写提示词时用过的样本，这个数字偏高。",
    ),
    # Figures: charts.py
    "chart.scores": ("Score of 100, {metric}", "得分（{metric}，满分 100）"),
    "chart.labels": (
        "F1 of every label, {rows} {rows:row|rows} (rows of the label in brackets)",
        "各标签 F1，共 {rows} 条（括号内为该标签条数）",
    ),
    "chart.confusion": ("What was expected, and what was answered", "应为与所答"),
    "chart.gold": ("expected", "应为"),
    "chart.predicted": ("answered", "所答"),
    "chart.bar": ("bar {bar}", "要求 {bar}"),
    "chart.score_axis": ("score of 100", "得分（满分 100）"),
    "chart.differences": ("Difference in points, {metric}", "差值（{metric}，百分点）"),
    # Report and dashboards
    "page.cut": ("({left} more characters cut)", "（后面 {left} 个字符已省略）"),
    "page.confusions": ("What is mistaken for what", "最常见的混淆"),
    "misses.share": (
        "The {confusions} commonest confusions hold {rows} of the {misread} misread posts ({share} of 100).",
        "判错的 {misread} 条里，最常见的 {confusions} 种混淆占了 {rows} 条（每 100 条中 {share} 条）。",
    ),
    "misses.share.one": (
        "The commonest confusion holds {rows} of the {misread} misread {misread:post|posts} ({share} of 100).",
        "判错的 {misread} 条里，最常见的一种混淆占了 {rows} 条（每 100 条中 {share} 条）。",
    ),
    "misses.unanswered": (
        "{rows} of the {misread} got no usable answer, which counts as wrong.",
        "这 {misread} 条中有 {rows} 条没有得到可用的回答，按判错计。",
    ),
    "misses.doubt": (
        "{rows} of the {misread} wrong answers {rows:looks|look} like {rows:a wrong label|wrong labels}: a second model gave the very same other answer. People must decide.",
        "{misread} 条错误里，有 {rows} 条更像是标注本身有误：另一个模型也给出了完全相同的其他答案。需由人裁定。",
    ),
    "misses.doubt.none": (
        "None of the {misread} wrong answers looks like a wrong label, by the answers of {models} models to the same posts.",
        "以 {models} 个模型对同一批帖子的回答来看，{misread} 条错误中没有哪条像是标注有误。",
    ),
    "misses.doubt.unmeasured": (
        "Not measured: whether some errors are wrong labels. It takes the answers of a second model to the same posts.",
        "未测量：其中是否有标注本身的错误。这需要另一个模型对同一批帖子的回答。",
    ),
    "misses.doubt.title": (
        "Suspect gold: the answers, each model weighed by its own error rates, speak for other labels by more than 19 to 1.",
        "可疑标注：按各模型自身的错误率加权后，回答支持其他标签的证据超过 19 比 1。",
    ),
    "runs.prompt_model": ("Prompt and model", "提示词与模型"),
    "runs.rows": ("Rows", "样本"),
    "runs.rows_cell": ("{rows} {split}", "{split} {rows} 条"),
    "runs.unlabelled": ("{rows} {split}, {labelled} with gold labels", "{split} {rows} 条，其中 {labelled} 条有标注"),
    "runs.counts": ("How the rows ended", "各行结果"),
    "runs.created": ("Asked", "运行时间"),
    "error.expected": ("Expected", "应为"),
    "error.answered": ("answered", "所答"),
    "error.problem": ("What happened", "原因"),
    "error.rationale": ("Model's reason", "模型的理由"),
    "error.rationale.own": (
        "This model computes its answer from these very words: its reason is its reason.",
        "该模型正是依据这些词得出答案，理由即原因。",
    ),
    "error.rationale.told": (
        "A language model's reason is a story told with the answer: it hints at a missing sentence, not at the cause.",
        "语言模型给出的理由只是随答案生成的说法：它提示哪句定义没说清，并不等于出错的真正原因。",
    ),
    "error.quote": ("Quoted", "引文"),
    "error.not_verbatim": ("does not stand in the post", "原文中没有这句话"),
    "error.note": ("Note", "备注"),
    "error.none": ("No row to show.", "没有可显示的样本。"),
    "report.title": ("{scene}: how good, how sure, which errors", "{scene}：效果、把握与错误"),
    "report.made": ("Made on {date} UTC by labkit {version}", "由 labkit {version} 于 {date}（UTC）生成"),
    "report.standing": ("Where we stand", "目前水平"),
    "report.labels": ("Label by label", "逐个标签"),
    "report.runs": ("The runs", "运行记录"),
    "report.runs_note": (
        "Every row is counted; rows without a readable answer count as wrong. "
        "Brackets and the dark band hold the 95 % interval; the upright line is the bar.",
        "每条样本都计入；没有可读答案的按错误计算。括号与深色条带为 95% 区间，竖线为业务要求。",
    ),
    "report.runs_left_out": ("{rows} older runs are not shown.", "另有 {rows} 次较早的运行未列出。"),
    "report.no_runs": (
        "Nothing was measured yet.",
        "还没有测量过。",
    ),
    "report.comparisons": ("Which is better", "谁更好"),
    "report.pair.better": ("{b} is better than {a}", "{b} 优于 {a}"),
    "report.pair.worse": ("{b} is worse than {a}", "{b} 不如 {a}"),
    "report.pair.cannot tell": (
        "{b} or {a}: these rows cannot tell which is better",
        "{b} 与 {a}：现有样本无法判断谁更好",
    ),
    "report.pair": (
        "{verdict}. Of {rows} {split} it mends {fixed} and breaks {broken}; {metric}: {delta} points.",
        "{verdict}。{split} {rows} 条中改对 {fixed} 条，改错 {broken} 条；{metric}相差 {delta} 分。",
    ),
    "report.pair.title": (
        "Paired on the same rows, with an exact test; "
        "the difference's 95 % interval comes from a bootstrap of whole authors.",
        "在相同样本上逐条配对，用精确检验判断；差值的 95% 区间由按作者整组的自助法得出。",
    ),
    "report.training": ("Before and after training", "训练前后"),
    "report.no_training": ("No tuned model was evaluated.", "尚未评测微调后的模型。"),
    "report.errors": ("The errors", "错误样本"),
    "report.errors_note": (
        "{shown} of {total} misread rows of {run}.",
        "{run} 共判错 {total} 条，列出 {shown} 条。",
    ),
    "report.data": ("The data", "数据"),
    "report.data_note": (
        "{labelled} of {rows} {rows:example|examples} {rows:has|have} gold labels; {several} hold several posts; "
        "{noted} carry a note on what makes them hard.",
        "共 {rows} 条样本，{labelled} 条有标注；{several} 条含多个帖子；{noted} 条注明了难点。",
    ),
    "report.label": ("Label", "标签"),
    "report.total": ("All", "合计"),
    "report.rows": ("Examples", "样本数"),
    "report.length": ("Half of them are longer than {length} characters.", "长度中位数为 {length} 个字符。"),
    "report.dataset": ("Selected for training: {name} ({rows} {rows:row|rows})", "选出的训练集：{name}（{rows} 条）"),
    "report.environment": ("Made with", "运行环境"),
    "report.privacy": (
        "This page holds posts of the data. It loads nothing from any other place and runs no script.",
        "本页包含数据中的帖子原文；它不加载任何外部内容，也不运行脚本。",
    ),
    "quality.title": ("Quality: {scene}", "质量：{scene}"),
    "quality.made": (
        "Measured offline, on recorded answers to labelled rows. Read on {date} UTC.",
        "离线测量：依据有标注样本上已记录的回答。读取时间 {date}（UTC）。",
    ),
    "quality.not_there.run": (
        "The run {value} of this link is not in the run database any more. What you see is another run: the newest over test rows, or else over dev rows.",
        "这个链接指向的运行 {value} 已不在运行数据库里。下面显示的是另一次运行：最新的测试集运行，没有就是 dev 运行。",
    ),
    "quality.not_there.label": (
        "The task has no label {value} (any more), which this link asks for: errors of all labels are shown.",
        "这个链接要看的标签 {value} 在任务里已经没有了：下面显示所有标签的错误。",
    ),
    "quality.not_there.status": (
        "This link asks for an outcome that does not exist ({value}): all outcomes are shown.",
        "这个链接要看的结果 {value} 不存在：下面显示所有结果。",
    ),
    "quality.excel": ("Excel of these errors", "导出这些错误（Excel）"),
    "quality.excel.ready": (
        "{rows} {rows:row|rows} with columns for comment and name, personal data masked; once filled in: python -m labkit import-comments",
        "{rows} 条，带意见和姓名两列，个人信息已打码；填好后用 python -m labkit import-comments 收回",
    ),
    "quality.excel.cut": (
        "The first {rows} of {found} rows, with columns for comment and name, personal data masked; filter to get the others.",
        "共 {found} 条，这里是前 {rows} 条，带意见和姓名两列，个人信息已打码；其余的请先筛选。",
    ),
    "quality.excel.none": ("No row fits, so there is nothing to export.", "没有符合条件的样本，没有可导出的内容。"),
    "quality.run": ("Run", "运行"),
    "quality.label": ("Label", "标签"),
    "quality.status": ("What happened", "结果"),
    "quality.query": ("Search", "搜索"),
    "quality.query_hint": ("words in post or reason", "帖子或理由中的词"),
    "quality.any_label": ("any label", "所有标签"),
    "quality.any_status": ("anything", "所有结果"),
    "quality.count": (
        "Rows {first}–{last} of {found} that fit; {total} misread of {rows}.",
        "符合条件 {found} 条，显示第 {first}–{last} 条；共 {rows} 条，判错 {total} 条。",
    ),
    "quality.count_none": (
        "None fits; {total} misread of {rows}.",
        "没有符合条件的样本；共 {rows} 条，判错 {total} 条。",
    ),
    "quality.previous": ("Previous", "上一页"),
    "quality.next": ("Next", "下一页"),
    "quality.all_runs": ("All runs", "全部运行"),
    "quality.gone": (
        "The server is gone. Start it again with: python -m labkit dash",
        "服务已断开。请重新运行：python -m labkit dash",
    ),
}
