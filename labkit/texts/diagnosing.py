"""Words of what an edit of a prompt did: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "split.affected": ("rows that an edit can affect", "修改可能影响的样本"),
    "split.affected.note": (
        "Only rows that an edit can affect, and a control sample: no score of a whole split.",
        "只含修改可能影响的样本和一份对照样本，不是整个数据划分的得分。",
    ),
    "affected.edited": (
        "{after} against {before} (run {run}): definitions changed: {labels}.",
        "{after} 对 {before}（运行 {run}）：定义有改动的标签：{labels}。",
    ),
    "affected.shared": (
        "Text that every row is told changed ({parts}), so every row is affected and no call is saved.",
        "每行都会读到的文字改了（{parts}），所以所有行都受影响，一次调用也省不下。",
    ),
    "affected.asked": (
        "{asked} of {rows} {rows:row|rows} asked: {affected} that the edit can affect ({reasons}), {control} drawn at random from "
        "the {others} others. {saved} {saved:call|calls} saved.",
        "共 {rows} 行，问了 {asked} 行：{affected} 行可能受影响（{reasons}），另从其余 {others} 行中随机抽 {control} 行。"
        "省下 {saved} 次调用。",
    ),
    "affected.untouched": (
        "{untouched} further {untouched:row is|rows are} told word for word the same, and {untouched:keeps its answer|keep their answers}.",
        "另有 {untouched} 行读到的内容一字未变，沿用原来的答案。",
    ),
    "affected.reason.gold": ("gold {n}", "标注涉及 {n}"),
    "affected.reason.predicted": ("answered {n}", "答案涉及 {n}"),
    "affected.reason.cited": ("cited {n}", "引用了定义 {n}"),
    "affected.reason.mentioned": ("rationale {n}", "理由提到 {n}"),
    "affected.reason.unanswered": ("unanswered {n}", "没有答案 {n}"),
    "affected.reason.shared": ("shared text {n}", "公共文字 {n}"),
    "affected.moved": (
        "Of the rows asked {fixed} are fixed and {regressed} broken; of the control sample {changed} of {control} were "
        "answered otherwise.",
        "问过的行里改对 {fixed} 行、改错 {regressed} 行；对照样本 {control} 行中有 {changed} 行答案变了。",
    ),
    "affected.before": ("before", "之前"),
    "affected.estimate": ("estimate", "估计"),
    "affected.is_estimate": (
        "An estimate for these {rows} {rows:row|rows}, not a score: a score comes from a full run, which takes over the "
        "{asked} {asked:answer|answers} paid for here.",
        "这是对这 {rows} 行的估计，不是得分：得分要跑全量，届时会沿用这里已付费的 {asked} 条答案。",
    ),
    "affected.exact": (
        "Every row that is told something new was asked: nothing had to be estimated.",
        "读到新内容的行都问过了，没有需要估计的部分。",
    ),
    "blame.edited": (
        "{after} against {before}: {rows} {rows:row|rows} in common, {model}.",
        "{after} 对 {before}：共同 {rows} 行，{model}。",
    ),
    "blame.piece": (
        "{part}: fixed {fixed}, broke {broken}, otherwise moved {moved} (exact McNemar p = {p}, for {parts} {parts:part|parts} {adjusted}).",
        "{part}：改对 {fixed}，改错 {broken}，其他变动 {moved}（精确 McNemar p = {p}，{parts} 处一起校正后 {adjusted}）。",
    ),
    "blame.together": (
        "Cannot be told apart: {parts} (fixed {fixed}, broke {broken}, otherwise moved {moved}).",
        "分不清是哪一处：{parts}（改对 {fixed}，改错 {broken}，其他变动 {moved}）。",
    ),
    "blame.more_together": (
        "{sets} smaller {sets:set|sets} of parts cannot be told apart either, in {rows} {rows:row|rows}; --json lists them.",
        "另有 {sets} 组较小的改动也分不清，涉及 {rows} 行；加 --json 全部列出。",
    ),
    "blame.only_together": (
        "Only together: {parts} (fixed {fixed}, broke {broken}, otherwise moved {moved}).",
        "合在一起才起作用：{parts}（改对 {fixed}，改错 {broken}，其他变动 {moved}）。",
    ),
    "blame.either": (
        "Each alone would do: {parts} (fixed {fixed}, broke {broken}, otherwise moved {moved}).",
        "任一处单独就够：{parts}（改对 {fixed}，改错 {broken}，其他变动 {moved}）。",
    ),
    "blame.unmoved": (
        "{parts} other {parts:part|parts} of the edit moved nothing.",
        "另有 {parts} 处改动没有影响任何样本。",
    ),
    "blame.elsewhere": (
        "No changed definition had to do with these rows: fixed {fixed}, broke {broken}, otherwise moved {moved}.",
        "与改动的定义都无关的行：改对 {fixed}，改错 {broken}，其他变动 {moved}。",
    ),
    "blame.plan": (
        "--rerun tells {rows} tangled {rows:row|rows} apart with {prompts} {prompts:prompt|prompts} and {calls} {calls:call|calls}.",
        "加 --rerun 用 {prompts} 个提示词、{calls} 次调用，分清这 {rows} 行。",
    ),
    "blame.shared": ("text that every row is told ({parts})", "每行都读到的文字（{parts}）"),
    "blame.several": ("{label} ({changes} changes)", "{label}（{changes} 处改动）"),
    "blame.whole": ("{label} (whole definition)", "{label}（整条定义）"),
    "blame.moved": ("{label}, moved “{after}”", "{label}，移位“{after}”"),
    "blame.added": ("{label}, added “{after}”", "{label}，新增“{after}”"),
    "blame.removed": ("{label}, removed “{before}”", "{label}，删去“{before}”"),
    "blame.changed": ("{label}, “{before}” became “{after}”", "{label}，“{before}”改为“{after}”"),
    "split.redacted": ("posts without the quoted words", "去掉引文的样本"),
    "split.redacted.note": (
        "Posts from which the words quoted as evidence were taken out: no score of a split.",
        "从中去掉了作为证据引用的文字，不是任何数据划分的得分。",
    ),
    "flag.quote_not_in_post": ("the quote does not stand in the post", "引文不在原文里"),
    "flag.denies_answer": ("the rationale denies the label that is answered", "理由否定了所答的标签"),
    "flag.words_not_in_post": ("words in quotation marks stand in no post", "引号里的话不在原文里"),
    "flag.argues_for_other": ("the rationale argues for another label", "理由支持的是别的标签"),
    "flag.head": ("flag", "提示"),
    "flag.words": ("words", "原话"),
    "flag.none": ("No rationale is odd.", "没有可疑的理由。"),
    "flag.is_no_truth": (
        "{flags} {flags:flag|flags} on {rows} of {answered} {answered:answer|answers}. A flag says where to look, not what is wrong; a rationale without "
        "one may still not be why the model answered so.",
        "{answered} 条答案中 {rows} 条有提示，共 {flags} 处。提示只说该看哪里，不说哪里错了；没有提示的理由，也未必是模型作答的真正原因。",
    ),
    "redact.result": (
        "Without the quoted words the labels went in {gone} of {tested} {tested:row|rows} ({share}), some of them in {partly}; in "
        "{stayed} {stayed:row|rows} all stayed: these do not hang on what is quoted for them.",
        "去掉引文后，{tested} 行中 {gone} 行的标签全没了（{share}），{partly} 行少了一部分；{stayed} 行标签照旧，可见并不取决于所引的话。",
    ),
    "redact.untested": ("Not tested: {reasons}.", "没法测的：{reasons}。"),
    "redact.no_answer": ("{n} without labels", "没有标签 {n} 行"),
    "redact.no_quote": ("{n} without a quote that stands in the post", "没有出自原文的引文 {n} 行"),
    "redact.nothing_left": ("{n} of which nothing would be left", "去掉后什么也不剩 {n} 行"),
    "themes.working": ("Reading {rows} {rows:text|texts} for their themes …", "正在从 {rows} 段文字里找主题……"),
    "themes.from_rationale": (
        "{themes} {themes:theme|themes} of rationales; {silent} {silent:row shares|rows share} no word with another.",
        "理由归成 {themes} 个主题；{silent} 行与别的行没有共同的词。",
    ),
    "themes.from_posts": (
        "{themes} {themes:theme|themes} of posts; {silent} {silent:row shares|rows share} no word with another.",
        "原文归成 {themes} 个主题；{silent} 行与别的行没有共同的词。",
    ),
    "themes.rows": ("rows", "行数"),
    "themes.theme": ("theme", "主题"),
    "themes.examples": ("examples", "例子"),
    "suspects.working": ("Holding {runs} {runs:run|runs} against gold …", "正在拿 {runs} 次运行对照标注……"),
    "suspects.found": (
        "{rows} {rows:row|rows} that some of {runs} {runs:run|runs} answered otherwise than gold, the most suspect label first.",
        "{runs} 次运行中有答案与标注不同的共 {rows} 行，标注最可疑的在前。",
    ),
    "suspects.gold": ("gold", "标注"),
    "suspects.suggested": ("suggested", "建议"),
    "suspects.against": ("against", "不同意"),
    "suspects.confidence": ("believed", "可信"),
    "suspects.post": ("post", "帖子"),
    "suspects.next": (
        "Look at a row before its gold is corrected: models that err alike err together.",
        "先看原文再改标注：犯同样错误的模型会一起错。",
    ),
    "affected.open": (
        "Some rows are still open, so there is no estimate yet; the same command goes on.",
        "还有行没问完，暂时没有估计；再运行同一条命令会接着问。",
    ),
}
