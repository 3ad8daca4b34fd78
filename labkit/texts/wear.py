"""Words of wear: how often dev rows chose and test rows were read, and the luck in that: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "wear.title": ("How worn the rows are", "数据的磨损程度"),
    "wear.none": ("No prompt has been tried on the dev rows yet.", "dev 上还没有试过任何提示词。"),
    "wear.tried": (
        "Prompts tried on the dev rows: {prompts}, in {runs} {runs:run|runs}.",
        "dev 上试过 {prompts} 版提示词，共 {runs} 次运行。",
    ),
    "wear.luck": (
        "The best of {runs} on {rows} dev rows leads the next by {lead} points. Its {metric} of {value} flatters it by "
        "about {optimism} points, because the best of several is also the luckiest; were all equally good, luck alone "
        "would give the best {if_equal} points.",
        "在 {rows} 条 dev 数据上，{runs} 个里最好的领先第二名 {lead} 分。最好的往往也最走运：它的 {metric} {value} 大约"
        "偏高 {optimism} 分；假如它们其实一样好，单凭运气最好的也会高出 {if_equal} 分。",
    ),
    "wear.unread": ("The test rows have not been read.", "测试集还没有读取过。"),
    "wear.readings": (
        "Readings of the test rows: {readings}, of {candidates} different candidates.",
        "测试集已读取 {readings} 次，涉及 {candidates} 个不同的候选。",
    ),
    "wear.worn": (
        "After {candidates} {candidates:candidate|candidates} these test rows have become rows that choose: label fresh ones before the next "
        "decision.",
        "测试集已用来比较过 {candidates} 个候选，实际上成了挑选用的数据：下一次决定之前，请标注一批新的测试数据。",
    ),
    "wear.head.at": ("when", "时间"),
    "wear.head.who": ("who", "谁"),
    "wear.head.what": ("what was measured", "测了什么"),
    "wear.head.rows": ("rows", "条数"),
    "wear.head.reason": ("why", "原因"),
    "next.confirm": (
        "Dev rows: {standing}. Even the lower end of the interval clears the bar: confirm once on the test rows "
        "(read {readings} {readings:time|times} so far), then ship; no training is needed.",
        "dev：{standing}。连区间下限都已达标：在测试集上确认一次（此前已读 {readings} 次），就可以上线，不需要训练。",
    ),
    "next.label_test": (
        "Dev rows: {standing}. That reaches the bar, and no test row has labels to confirm it on, while {rows} "
        "{rows:waits|wait} for some: write them to a sheet, where test rows stand first, label those, and add it back.",
        "dev：{standing}。已达标，但 test 的样本都还没有标签，无法确认，有 {rows} 行待标注：导出成表（测试样本排在最前），标注后再加回来。",
    ),
    "next.no_test": (
        "Dev rows: {standing}. That reaches the bar, and there are no test rows with labels to confirm it on: rows by "
        "which prompts were chosen cannot judge them. Add labelled rows that nobody has tuned on, and set their split to test.",
        "dev：{standing}。已达标，但没有带标签的测试样本可以确认：挑选提示词用过的样本不能再当裁判。"
        "请加入没有用来调过提示词的已标注样本，并将其 split 设为 test。",
    ),
}
