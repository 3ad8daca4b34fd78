"""Words of improving a prompt from its errors: suggestions, their trial, pinned rows: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "suggestion.title": ("{label}: a definition suggested by {suggester}", "{label} 的新定义，由{suggester}提出"),
    "evaluate.finding_examples": ("Preparing the pool for few-shot examples …", "正在为检索少样本示例准备样本池……"),
    "suggestion.working": (
        "Looking at the errors and choosing rows for the trial …",
        "正在查看错误并挑选试验用的数据……",
    ),
    "suggestion.pool_words": ("words of the pool rows", "样本池里的用词"),
    "suggestion.about": (
        "{failing} {failing:row|rows} of run {run} ({prompt}, {model}): {gold} answered as {predicted}.",
        "运行 {run}（{prompt}，{model}）中有 {failing} 条把“{gold}”答成了“{predicted}”。",
    ),
    "suggestion.nothing": ("nothing", "空"),
    "suggestion.seen": (
        "The suggester has seen {seen} {seen:row|rows}; none of them, and nothing that nearly repeats them, is held out.",
        "提出建议时看过 {seen} 条数据；留出的数据里没有它们，也没有与它们近似重复的。",
    ),
    "suggestion.expect.rows": (
        "{failing} {failing:row|rows} went wrong like this; the suggester reads {seen} {seen:row|rows}.",
        "有 {failing} 条这样的错误；提建议时会看 {seen} 条数据。",
    ),
    "suggestion.expect.sets": ("Rows of the trial: {sets}.", "试验用的数据：{sets}。"),
    "suggestion.expect.nobody": (
        "Words of the pool rows suggest: no model is asked for a definition.",
        "由样本池里的用词提出建议：不为此调用模型。",
    ),
    "suggestion.expect.suggester": (
        "{calls} {calls:call|calls} to {model} for the definition: about {prompt} prompt and {completion} answer tokens, {cost}.",
        "请 {model} 提出定义：{calls} 次调用，约 {prompt} 个输入和 {completion} 个输出 token，{cost}。",
    ),
    "suggestion.expect.before": (
        "{calls} {calls:call|calls} to {model} with the definition as it is: about {prompt} prompt and {completion} answer tokens, {cost}.",
        "用现有定义问 {model}：{calls} 次调用，约 {prompt} 个输入和 {completion} 个输出 token，{cost}。",
    ),
    "suggestion.expect.after": (
        "{calls} {calls:call|calls} to {model} with the changed one, reckoned as long as the present one: "
        "about {prompt} prompt and {completion} answer tokens, {cost}.",
        "用改后的定义问 {model}（按与现有定义等长估算）：{calls} 次调用，约 {prompt} 个输入和 {completion} 个输出 token，{cost}。",
    ),
    "suggestion.expect.sent": ("What is sent to {model} as {role}:", "以 {role} 身份发给 {model} 的内容："),
    "suggestion.why": ("Its reason, which proves nothing: {why}", "它给的理由（不作为证据）：{why}"),
    "suggestion.set.failing": ("rows it is about", "出错的数据"),
    "suggestion.set.right": ("right before, for both labels", "两个标签原本答对的"),
    "suggestion.set.pinned": ("pinned: must not break", "钉住的：必须仍然答对"),
    "suggestion.set.held_out": ("held out: not seen by the suggester", "留出的：提建议时没看过"),
    "suggestion.head.set": ("rows", "哪些数据"),
    "suggestion.head.rows": ("how many", "条数"),
    "suggestion.head.before": ("right before", "改前答对"),
    "suggestion.head.after": ("right after", "改后答对"),
    "suggestion.head.fixed": ("fixed", "改好"),
    "suggestion.head.broken": ("broken", "改坏"),
    "suggestion.head.p": ("p (McNemar)", "p（McNemar）"),
    "suggestion.head.delta": ("{metric}, points (95 %)", "{metric}，分（95%）"),
    "suggestion.head.passes": ("lets it through", "是否通过"),
    "suggestion.yes": ("yes", "通过"),
    "suggestion.no": ("no", "不通过"),
    "suggestion.partly": (
        "Fixed and broken count whole rows. The points are {metric}, label by label: they move, too, where a row gets "
        "one of its labels right and another still wrong.",
        "改好、改坏按整行计；得分是逐个标签算的 {metric}，一行里有的标签对了、有的仍错时也会变。",
    ),
    "suggestion.offered": (
        "It passed its trial: read it, then accept it as a new version of the prompt, or leave it.",
        "试验通过：请读一遍，再决定是否采纳为提示词的新版本。",
    ),
    "suggestion.refused": (
        "It did not pass its trial, so it is not offered.",
        "试验没有通过，因此不建议采纳。",
    ),
    "suggestion.incomplete": (
        "Some rows are still open, so nothing is offered; the same again with a higher limit goes on.",
        "还有数据没有问完，因此暂不建议采纳；提高上限后再运行一次会接着问。",
    ),
    "suggestion.left_out": (
        "What {newer} changed is not in {name}: it was made from an older text. Compare the two with diff.",
        "{newer} 的改动不在 {name} 里：它是在更早的文本上改的。请用 diff 比较两者。",
    ),
    "suggestion.message": (
        "{before}, {label} changed for {wrong} of run {run}; suggested by {suggester}",
        "{before}：针对运行 {run} 中的 {wrong} 修改了“{label}”；由 {suggester} 提出",
    ),
    "optimised.message": (
        "{before}, optimised for {model}: {labels}; proposed by {proposer}",
        "{before}：针对 {model} 优化了 {labels}；由 {proposer} 提出",
    ),
    "suggestion.finding": ("Lint: {reason}", "提示词检查：{reason}"),
    "suggestion.finding_about": ("Lint, {label}: {reason}", "提示词检查，{label}：{reason}"),
    "suggestion.accepted": ("Saved as {name}: {path}", "已保存为 {name}：{path}"),
    "offer.message": ("What changed", "改了什么"),
    "offer.accept": ("Accept as a new version", "采纳为新版本"),
    "offer.overtaken": (
        "{newer} is newer than {before}, which this changes: what {newer} says otherwise is not in it. Press again to "
        "save it all the same.",
        "这条建议改的是 {before}，而 {newer} 比它新：{newer} 里的其他改动不在其中。再按一次仍会保存。",
    ),
    "offer.edited": (
        "The file of {before} has been edited since: what it says otherwise is not in this. Press again to save it all "
        "the same.",
        "{before} 的文件在此之后改过：那些改动不在其中。再按一次仍会保存。",
    ),
    "suggestion.change": ("{part}, {kind}:", "{part}，{kind}："),
    "suggestion.kind.added": ("added", "新增"),
    "suggestion.kind.removed": ("removed", "删除"),
    "suggestion.kind.changed": ("reworded", "改写"),
    "suggestion.kind.moved": ("moved", "移动"),
    "suggestion.part.text": ("definition", "定义"),
    "suggestion.part.includes": ("includes", "包括"),
    "suggestion.part.excludes": ("excludes", "不包括"),
    "suggestion.part.examples": ("examples", "例如"),
    "optimised.set.failing": ("pool rows that were wrong", "样本池里原本答错的"),
    "optimised.set.right": ("pool rows that were right", "样本池里原本答对的"),
    "optimised.set.pinned": ("pinned: must not break", "钉住的：必须仍然答对"),
    "optimised.set.held_out": ("held out: not seen by the search", "留出的：搜索时没看过"),
    "optimised.title": (
        "All definitions of {prompt}, optimised for {model}; proposed by {proposer}",
        "为 {model} 优化 {prompt} 的全部定义；改法来自 {proposer}",
    ),
    "optimised.found": (
        "{candidates} {candidates:candidate|candidates} {candidates:was|were} kept, {proposals} {proposals:definition|definitions} proposed ({unusable} of them unusable), {asked} {asked:row|rows} "
        "asked. On the {validation} {validation:row|rows} that chose the best, the mean row score went from {first} to {best}; that "
        "flatters it.",
        "保留了 {candidates} 个候选，提出 {proposals} 条定义（其中 {unusable} 条不可用），问了 {asked} 条。在用来挑选的 {validation} 条数据上，平均得分从 {first} 变为 {best}；"
        "这个数字偏高。",
    ),
    "optimised.parts": (
        "Errors came from {training} pool rows, {validation} dev rows chose, {held_out} dev rows that the search never saw judge.",
        "错误取自样本池的 {training} 条，dev 中 {validation} 条用来挑选，另外 {held_out} 条搜索时没看过，用来评判。",
    ),
    "optimised.nothing": ("Nothing better was found.", "没有找到更好的定义。"),
    "optimised.budget": (
        "At most {search} {search:row|rows} {search:is|are} asked during the search (the last iteration may take {over} more), {trial} for the trial, "
        "and {proposals} {proposals:definition|definitions} of the proposer. All rows: about {prompt} prompt and {completion} answer tokens, {cost}.",
        "搜索最多问 {search} 条（最后一轮可能多出 {over} 条），试验 {trial} 条，另请对方提出最多 {proposals} 条定义。全部样本约 {prompt} 个输入和 {completion} 个输出 token，{cost}。",
    ),
    "optimised.progress": ("rows asked", "已问"),
    "optimised.interrupted": (
        "Stopped. Every answer is kept: the same command goes on from there.",
        "已停止。答案都已保存：再次运行同一命令会接着做。",
    ),
    "runs.hidden": (
        "{hidden} {hidden:run|runs} that only tried something (~ in the prompt's name) left out; --all lists them.",
        "另有 {hidden} 次只用于试验的运行（提示词名里带 ~）没有列出；加 --all 可以看到。",
    ),
    "pin.now": ("Pinned rows: {rows}", "钉住的数据：{rows}"),
    "pin.none": ("No row is pinned.", "没有钉住任何数据。"),
}
