"""Words of the gate's table: key -> (English, Chinese).

Keys and placeholders stand in every releases.jsonl, so none is renamed; a rule that says something else gets a new key.
"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "gate.as_recorded": ("{words}", "{words}"),
    "gate.name_champion": (
        "Nothing is released yet to compare with: name the run that this one would replace: {command}",
        "还没有可比较的发布：请指明它要取代的运行：{command}",
    ),
    "gate.ask_canaries": ("Ask the canaries first: {command}", "请先问通用能力题：{command}"),
    "gate.rule.metric": ("{metric}", "{metric}"),
    "gate.rule.test_rows": ("test rows", "测试集"),
    "gate.rule.recall": ("recall of {label}", "{label} 的召回率"),
    "gate.rule.no_label_worse": ("no label worse", "没有标签变差"),
    "gate.rule.valid_answers": ("valid answers", "有效回答"),
    "gate.rule.latency": ("latency", "延迟"),
    "gate.rule.cost": ("cost of 1,000 rows", "每 1000 条费用"),
    "gate.rule.must_not_break": ("must not break", "不能判错的样本"),
    "canaries.question": ("question", "题目"),
    "canaries.gold": ("right", "正确答案"),
    "canaries.answer": ("answered", "回答"),
    "canaries.share": (
        "{model} answers {right} of {rows} canaries right: {value:.3f} ({low:.3f} to {high:.3f}).",
        "{model} 答对 {rows} 道通用能力题中的 {right} 道：{value:.3f}（{low:.3f} 至 {high:.3f}）。",
    ),
    "gate.rule.canaries": ("canaries", "通用能力题"),
    "gate.cell.canaries_not_asked": (
        "not asked yet: run labkit canaries",
        "还没问过：请运行 labkit canaries",
    ),
    "gate.cell.all_asked": ("all of them asked", "全部问过"),
    "gate.cell.f1_falls": ("F1 falls by at most {margin:.3f}", "F1 最多降 {margin:.3f}"),
    "gate.cell.at_least": ("at least {value:.3f}", "至少 {value:.3f}"),
    "gate.cell.at_most": ("at most {value:.3f}", "至多 {value:.3f}"),
    "gate.cell.costs_at_most": ("at most {money:g} {currency}", "至多 {money:g} {currency}"),
    "gate.cell.costs": ("{money:.4g} {currency}", "{money:.4g} {currency}"),
    "gate.cell.within": ("95 % within {seconds:g} s", "95% 在 {seconds:g} 秒内"),
    "gate.cell.rows_right": ("{rows} rows right", "{rows} 条全对"),
    "gate.cell.rows_of": ("{rows} rows of {split}", "{split} 的 {rows} 条"),
    "gate.cell.rows_open": (
        "{rows} rows of {split}, {open} of them not asked yet",
        "{split} 的 {rows} 条，其中 {open} 条还没问",
    ),
    "gate.cell.rows_not_frozen": (
        "{rows} rows of {split}, which are not the frozen test rows",
        "{split} 的 {rows} 条，不是冻结的测试集",
    ),
    "gate.cell.rows_open_not_frozen": (
        "{rows} rows of {split}, {open} of them not asked yet, which are not the frozen test rows",
        "{split} 的 {rows} 条，其中 {open} 条还没问，而且不是冻结的测试集",
    ),
    "gate.cell.no_gold": ("no row has gold labels", "没有带标准答案的样本"),
    "gate.cell.no_gold_label": ("no gold row carries it", "标准答案里没有这个标签"),
    "gate.cell.no_champion": ("no champion to compare with", "没有可比较的现任版本"),
    "gate.cell.no_common": ("no common gold row carries {labels}", "两次运行共有的标准答案里没有 {labels}"),
    "gate.cell.interval": ("{value:.3f} ({low:.3f} to {high:.3f})", "{value:.3f}（{low:.3f} 至 {high:.3f}）"),
    "gate.cell.interval_rows": (
        "{value:.3f} ({low:.3f} to {high:.3f}), {rows} rows",
        "{value:.3f}（{low:.3f} 至 {high:.3f}），{rows} 条",
    ),
    "gate.cell.change": (
        "{label} {value:+.3f} ({low:+.3f} to {high:+.3f})",
        "{label} {value:+.3f}（{low:+.3f} 至 {high:+.3f}）",
    ),
    "gate.cell.answered": ("{answered} of {rows} rows", "{rows} 条中 {answered} 条"),
    "gate.cell.unknown": ("not known", "未知"),
    "gate.cell.unknown_in": ("not known in {currency}", "以 {currency} 计未知"),
    "gate.cell.too_many_silent": ("more than 5 % of the rows have no answer", "超过 5% 的样本没有回答"),
    "gate.cell.seconds": ("{seconds:.3g} s", "{seconds:.3g} 秒"),
    "gate.cell.wrong": ("{right} right; wrong: {wrong}", "{right} 条对；判错：{wrong}"),
    "gate.cell.missing": ("{right} right; not measured: {missing}", "{right} 条对；没测到：{missing}"),
    "gate.cell.wrong_missing": (
        "{right} right; wrong: {wrong}; not measured: {missing}",
        "{right} 条对；判错：{wrong}；没测到：{missing}",
    ),
    "gate.cell.right": ("{right} right", "{right} 条对"),
}
