"""Words of comparing runs: tables, slices, imports: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # power
    "head.discordant": ("discordant rows", "答案不一的行"),
    "head.visible_gain": ("visible gain in accuracy", "能看出的准确率差"),
    "head.rows_for": ("rows for {points} points", "看出 {points} 个点所需行数"),
    "power.rows": (
        "What a comparison on {rows} {rows:row|rows} can find in four of five cases (exact McNemar, two-sided 5 %):",
        "在 {rows} 行上比较，五次里有四次能看出的差别（精确 McNemar，双侧 5%）：",
    ),
    "power.nothing": ("nothing", "看不出"),
    "power.measured": (
        "The last two runs on {split}, {a} and {b}, part on {share} % of their {rows} common rows.",
        "{split} 上最近两次运行 {a} 与 {b}，在 {rows} 行共同样本中有 {share}% 一对一错。",
    ),
    # import-run
    "runs.exported": (
        "Run {run}: {rows} {rows:answer|answers} {rows:is|are} in {file} ({format}).",
        "运行 {run}：{rows} 条答案已写入 {file}（{format}）。",
    ),
    "runs.exported_posts": (
        "The file holds the posts as they are, personal data included.",
        "文件里是帖子原文，包括其中的个人信息。",
    ),
    "import.only_errors": (
        "Mind: not one of the {rows} {rows:answer|answers} is right, and {missing} {missing:row|rows} of the same splits have none. This looks like a "
        "list of errors, and its score says nothing of the model: import all of its answers.",
        "注意：{rows} 个答案没有一个是对的，而同一数据集中还有 {missing} 行没有答案。这看起来只是一份错误清单，"
        "它的分数不能说明模型好坏：请导入全部答案。",
    ),
    "import.known": (
        "These very answers are here already, as run {run}.",
        "这些答案此前已导入，即运行 {run}。",
    ),
    "import.by_text": (
        "The file has no ids: rows were found by their exact text.",
        "文件里没有 id：按完全相同的文本对应到行。",
    ),
    "import.unmatched": (
        "{count} {count:answer|answers} {count:belongs to no row of the scene and was|belong to no row of the scene and were} left out:",
        "有 {count} 条答案不属于场景中的任何一行，未导入：",
    ),
    "import.empty_cells": (
        "{count} empty {count:cell is|cells are} taken for no answer; where {count:it means|they mean} no label, write []",
        "{count} 个空单元格按没有回答处理；如果空表示没有标签，请写 []",
    ),
    "import.unanswered": (
        "{count} {count:row|rows} of the same split {count:has|have} no answer in the file: {ids}",
        "同一划分中有 {count} 行在文件里没有答案：{ids}",
    ),
    # compare: what to know before any number
    "compare.caution": ("Mind: {what}", "注意：{what}"),
    "compare.served": (
        "the provider changed the model behind the name during a run: {values}.",
        "运行期间服务商更换了这个名字背后的模型：{values}。",
    ),
    "compare.missing": ("{count} {count:row|rows} {count:is|are} not in every run.", "{count} 行不是每个运行都有。"),
    "compare.changed": (
        "{count} {count:row|rows} {count:has|have} other posts or other gold labels.",
        "{count} 行的帖子或标注不一致。",
    ),
    "compare.unlabelled": ("{count} {count:row|rows} {count:has|have} no gold labels.", "{count} 行没有标注。"),
    "compare.pending": (
        "{count} {count:row|rows} {count:is|are} still open in some run.",
        "{count} 行在某个运行中尚未完成。",
    ),
    "compare.labels": (
        "the runs were asked for different labels; only some know: {values}.",
        "各运行的标签集不同；只有部分运行有的标签：{values}。",
    ),
    "compare.parser": (
        "the replies were read by different versions of the parser: {values}.",
        "各运行的回复由不同版本的解析器读取：{values}。",
    ),
    "compare.split": ("the runs were made on different splits: {values}.", "各运行所用的数据划分不同：{values}。"),
    "compare.repeats": (
        "the runs ask each row a different number of times: {values}.",
        "各运行对每行的提问次数不同：{values}。",
    ),
    # compare: the ranking and what the answers took
    "head.group": ("group", "组"),
    "head.gold": ("gold rows", "标注数"),
    "head.f1_change": ("F1 change (95 %)", "F1 变化（95%）"),
    "head.fixed": ("fixed", "修好"),
    "head.regressed": ("broken", "变差"),
    "head.p_adjusted": ("p ({adjustment})", "p（{adjustment}）"),
    "head.p_mcnemar_adjusted": ("McNemar p ({adjustment})", "McNemar p（{adjustment}）"),
    "head.p50_s": ("half within (s)", "半数用时（秒）"),
    "head.p95_s": ("95 % within (s)", "95% 用时（秒）"),
    "head.prompt_tokens": ("tokens in", "输入 token"),
    "head.cached_tokens": ("of them cached", "其中缓存"),
    "head.completion_tokens": ("tokens out", "输出 token"),
    "head.per_1000_list": ("1,000 rows: list price", "每千行：标价"),
    "head.per_1000_cached": ("cached prefix", "前缀缓存"),
    "head.per_1000_batch": ("batch", "批处理"),
    "head.per_month_list": ("{volume} a month: list price", "每月 {volume} 行：标价"),
    "head.per_month_cached": ("cached prefix", "前缀缓存"),
    "head.per_month_batch": ("batch", "批处理"),
    "compare.rows": ("Compared on {rows} common rows.", "在 {rows} 行共同样本上比较。"),
    "compare.repeated": (
        "{run} was asked {times} {times:time|times} a row: standard error of accuracy {error} (asked once: {once}); {share} % of its "
        "variance is the model's own wavering, on {wavering} {wavering:row|rows}.",
        "{run} 每行提问 {times} 次：准确率标准误 {error}（只问一次为 {once}）；其中 {share}% 的方差来自模型自身的摇摆，"
        "涉及 {wavering} 行。",
    ),
    # compare: a pair
    "compare.verdict": ("{b} against {a}: {verdict}", "{b} 相比 {a}：{verdict}"),
    "compare.better": ("better", "更好"),
    "compare.worse": ("worse", "更差"),
    "compare.cannot_tell": ("cannot tell", "无法判断"),
    "compare.delta": ("  {metric} {delta}, permutation p = {p}", "  {metric} {delta}，置换检验 p = {p}"),
    "compare.mcnemar": (
        "  {fixed} {fixed:row|rows} fixed, {regressed} broken, exact McNemar p = {p}",
        "  修好 {fixed} 行，变差 {regressed} 行，精确 McNemar p = {p}",
    ),
    "compare.clustered": (
        "  {rows} {rows:row|rows} of {clusters} {clusters:author|authors}: McNemar takes rows for independent; the interval and permutation p do not.",
        "  {rows} 行来自 {clusters} 位作者：McNemar 检验把各行视为独立，区间和置换检验则不是。",
    ),
    "compare.needed": (
        "  A difference of this size would need about {rows} {rows:row|rows} (power 80 %).",
        "  要看出这么大的差别，大约需要 {rows} 行（功效 80%）。",
    ),
    "compare.needed_authors": (
        "  A difference of this size would need about {rows} {rows:row|rows} of {authors} {authors:author|authors} (power 80 %).",
        "  要看出这么大的差别，大约需要来自 {authors} 位作者的 {rows} 行（功效 80%）。",
    ),
    "compare.too_few": (
        "  The interval leaves out 0, and yet: where so little changed ({changed} {changed:row or author|rows or authors}), it is too narrow. "
        "The permutation test decides, and pure chance does as much in {p} of cases.",
        "  区间不含 0，但有变化的行（或作者）只有 {changed} 个，此时区间偏窄，以置换检验为准：纯属偶然也有 {p} 的概率出现这么大的差别。",
    ),
    "compare.several": (
        "  The interval leaves out 0, and yet: it is one of several comparisons with the best run, and for so many (Holm) the "
        "permutation test does not say enough.",
        "  区间不含 0，但这是与最好的运行所做的多次比较之一；按 Holm 校正后，置换检验不足以下结论。",
    ),
    "compare.visible": (
        "  These rows would show a gain in accuracy of {gain} points or more (power 80 %).",
        "  这些样本只能看出不小于 {gain} 个百分点的准确率提升（功效 80%）。",
    ),
    "compare.same_answers": (
        "  They give the same answer on {same} of {rows} {rows:row|rows} that both answered (Cohen's kappa {kappa}).",
        "  双方都作答的 {rows} 行中，答案相同的占 {same}（Cohen's kappa {kappa}）。",
    ),
    # compare: not worse by more than a margin
    "compare.margin": (
        "{b} may be at most {margin} worse than {a} in {metric}, which changes by {change}: {verdict}",
        "允许 {b} 在 {metric} 上比 {a} 最多差 {margin}，实际变化 {change}：{verdict}",
    ),
    "compare.not_worse": ("not worse than allowed", "没有差过界值"),
    "compare.worse_than_allowed": ("worse than allowed", "差过了界值"),
    "compare.alpha": (
        "Agreement of all runs, right or wrong: Krippendorff's alpha {alpha}",
        "所有运行之间的一致程度（不论对错）：Krippendorff's alpha {alpha}",
    ),
    "compare.hosting": (
        "{model}: its vendor asks {amount} {currency} a month on top for keeping it ready, whatever is asked of it",
        "{model}：服务商保持其在线另收每月 {amount} {currency}，与用量无关",
    ),
    "compare.hosting_unknown": (
        "{model}: what keeping it ready costs is not known, and not counted; say hosting_hour in prices.toml",
        "{model}：保持在线的费用未知，未计入；请在 prices.toml 写明 hosting_hour",
    ),
    # ModelComparison
    "comparing.title": ("{runs} {runs:run|runs} on {rows} common rows", "{runs} 次运行，{rows} 行共同样本"),
    "comparing.best": (
        "{best} does best, and these rows are enough to say so.",
        "{best} 最好，这些样本足以下这个结论。",
    ),
    "comparing.tied": (
        "These rows cannot tell which of {tied} is best.",
        "{tied} 谁最好，这些样本还分不出。",
    ),
    "comparing.run": ("run", "运行"),
    "comparing.place": ("place", "名次"),
    "comparing.place_hint": (
        "Runs that cannot be told apart share a place: paired permutation test, Holm-adjusted.",
        "分不出高下的运行名次相同：配对置换检验，Holm 校正。",
    ),
    "comparing.recall": ("{label} found", "找出“{label}”"),
    "comparing.latency": ("seconds for 95 of 100", "95% 用时（秒）"),
    "comparing.latency_hint": (
        "The 95th percentile of the seconds to an answer, with the order statistics that enclose it.",
        "答复用时的第 95 百分位，区间取包住它的次序统计量。",
    ),
    "comparing.half": ("half within {seconds}", "半数在 {seconds} 内"),
    "comparing.cost": ("{currency} for 1,000 rows", "每千行费用（{currency}）"),
    "comparing.cost_hint": (
        "As the run was served: cached tokens at the cached price, retries paid. Interval of the mean over its rows.",
        "按运行时的实际情况：缓存的 token 按缓存价，重试照付。区间为各行均值的区间。",
    ),
    "comparing.month": ("{money} a month", "每月 {money}"),
    "comparing.ways": (
        "{currency} for 1,000 rows: list price {list}, cached prefix {cached}, batch {batch}",
        "每千行（{currency}）：标价 {list}，前缀缓存 {cached}，批处理 {batch}",
    ),
    "comparing.unknown": ("unknown", "未知"),
    "comparing.sort": ("Sort by: {title}. {hint}", "按“{title}”排序。{hint}"),
    "comparing.bars": (
        "Mark: what the business asks for. Green surely reaches it, red surely misses it, blue may do either or is "
        "asked for nothing. Thin line, and in brackets: the 95% interval. Figures without a unit are of 100.",
        "竖线：业务要求。绿色：确实达到；红色：确实没达到；蓝色：还不能断定，或没有要求。细线及括号内：95% 置信区间。"
        "未注明单位的数字满分为 100。",
    ),
    "comparing.choose": (
        "Press the letters of two runs to read the rows on which they differ.",
        "点两个运行的字母，就能读到二者不一致的那些行。",
    ),
    "comparing.chosen": (
        "{letter} is chosen. Press another letter to read the rows on which they differ.",
        "已选 {letter}。再点一个字母，就能读到二者不一致的那些行。",
    ),
    "comparing.picture": ("Picture", "图"),
    "comparing.choices": ("quality, money, time", "质量、费用、用时"),
    "comparing.strengths": ("where each is good", "各有所长"),
    "comparing.agreement": ("who agrees with whom", "谁与谁一致"),
    "comparing.choices_title": ("Quality against money, and against time", "质量与费用、质量与用时"),
    "comparing.choices_title.cost": ("Quality against money", "质量与费用"),
    "comparing.choices_title.latency": ("Quality against time", "质量与用时"),
    "comparing.strengths_title": ("{metric}, of 100 (rows in brackets)", "{metric}，满分 100（括号内为行数）"),
    "comparing.agreement_title": (
        "Same answer, right or wrong, of 100 rows that both answered",
        "双方都作答的每 100 行中，答案相同的行数（不论对错）",
    ),
    "comparing.same": (
        "{same} of {rows} {rows:row|rows}, Cohen's kappa {kappa}",
        "{rows} 行中 {same}，Cohen's kappa {kappa}",
    ),
    "comparing.f1": ("F1 of each label", "各标签的 F1"),
    "comparing.frontier": (
        "Filled: no other run is as good for as little money in as little time. Hollow: some other is, or it is not known. "
        "Dotted: the best that can be had for so much money, or in so much time. Dashed: what the business asks for.",
        "实心：没有别的运行同样好、同样省、同样快。空心：有，或者未知。点线：花这么多钱、用这么多时间所能得到的最好成绩。"
        "虚线：业务要求。",
    ),
    "comparing.machine": (
        "Nobody asks money for a row of {letters}: what the machine costs is not counted here; the memo counts it.",
        "{letters} 不按条收费：机器的费用没有计入这里，备忘录会计入。",
    ),
    "comparing.unplaced": (
        "Not in the picture, or in half of it only, as money or seconds are not known: {letters}.",
        "费用或用时未知，图中没有或只有一半：{letters}。",
    ),
    "comparing.few": (
        "Grey: fewer than {rows} {rows:row|rows}, too few to say much.",
        "灰色：不足 {rows} 行，说明不了什么。",
    ),
    "comparing.alpha": (
        "All together, right or wrong: Krippendorff's alpha {alpha}.",
        "全体一致程度（不论对错）：Krippendorff's alpha {alpha}。",
    ),
    "comparing.by": ("Parted by", "划分方式"),
    "comparing.by.label": ("label", "标签"),
    "comparing.by.subtask": ("subtask", "子任务"),
    "comparing.by.length": ("length in characters", "长度（字数）"),
    "comparing.by.posts": ("number of posts", "帖子条数"),
    "comparing.by.month": ("month", "月份"),
    "comparing.by.note": ("note", "备注"),
    "comparing.by.meta": ("column {column}", "列“{column}”"),
}
