"""Words of notebooks' checks and hints: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # The exercises' checks (notebooks/check.py): yes is shown when solved, no is a hint
    "check.tour.yes": (
        "At {bar} the interval {interval} lies on both sides: these rows cannot tell. More rows would.",
        "业务线放在 {bar} 时，区间 {interval} 横跨两侧：这些数据下不了结论，再多些数据才行。",
    ),
    "check.tour.no": (
        "At {bar} the verdict is clear, for the interval is {interval}. Move the bar until nobody can tell.",
        "业务线放在 {bar} 时，结论是明确的，因为区间是 {interval}。请移动业务线，直到谁也下不了结论。",
    ),
    "check.study.floor": (
        "Until then `definition-reader` answers here in place of the study model: it matches words and generates nothing.",
        "在此之前，这里由 `definition-reader` 代替 study 模型作答：它只对字词，什么也不生成。",
    ),
    "check.prompt.yes": (
        "All four sets let your definition through: {fixed} {fixed:answer|answers} mended, {broken} broken.",
        "四组数据都放行：改对 {fixed} 处，改坏 {broken} 处。",
    ),
    "check.prompt.no": (
        "Not yet: see which set says no. It must fix failing rows, break no pinned one, and not be worse on unseen rows.",
        "还不行，看看是哪一组没放行：要改对失败的行，不能弄坏钉住的行，在没见过的行上也不能变差。",
    ),
    "check.compare.margin": (
        "Write the margin down first: a number above 0 and at most 0.05.",
        "先把界值写下来：大于 0、不超过 0.05 的一个数。",
    ),
    "check.compare.outside": (
        "Against the best ({best}) it may be worse by {loss}, and the margin is {margin}.",
        "与最好的（{best}）相比，它可能差到 {loss}，而界值是 {margin}。",
    ),
    "check.compare.cheaper": (
        "It stays inside the margin, but {cheaper} does too and takes less time.",
        "它没有越界，但 {cheaper} 也没有越界，而且更省时间。",
    ),
    "check.compare.yes": (
        "Inside the margin of {margin}, and nothing that passes is cheaper: {milliseconds} ms a row.",
        "没有越过界值 {margin}，而且过线的模型里没有更便宜的：每条 {milliseconds} 毫秒。",
    ),
    "check.dataset.rows": (
        "Take at most {budget} different rows, all from the pool; there are {rows}, {outside} of them from elsewhere.",
        "最多取 {budget} 条互不相同的数据，而且都要来自标注池；现在有 {rows} 条，其中 {outside} 条来自别处。",
    ),
    "check.dataset.yes": (
        "{mine} on dev, against {random} for random and {hardest} for hardest first.",
        "开发集上得 {mine}；随机得 {random}，专挑难的得 {hardest}。",
    ),
    "check.dataset.no": (
        "{mine} on dev, against {random} for random and {hardest} for hardest first. Which kinds of rows are missing?",
        "开发集上得 {mine}；随机得 {random}，专挑难的得 {hardest}。想一想，缺了哪几类数据？",
    ),
    "check.train.unwritten": (
        "Write down two whole numbers first, at most {width} apart.",
        "先写下两个整数，相差不超过 {width}。",
    ),
    "check.train.yes": (
        "They differ on {differing} of {rows} {rows:row|rows}: inside what you wrote down.",
        "{rows} 条里有 {differing} 条一对一错，在你写下的范围之内。",
    ),
    "check.train.no": (
        "They differ on {differing} of {rows} {rows:row|rows}: outside what you wrote down. What did you not expect?",
        "{rows} 条里有 {differing} 条一对一错，超出了你写下的范围。是哪一点出乎意料？",
    ),
    "check.iterate.yes": (
        "The gate refuses the candidate and lets the champion pass. It says: {line}",
        "门禁拦下了候选，放行了现任。依据是：{line}",
    ),
    "check.iterate.passes": (
        "The gate lets the candidate pass. Which label must not be missed, and how often is it missed now?",
        "门禁放行了候选。哪个标签绝不能漏？现在漏了多少？",
    ),
    "check.iterate.too_strict": (
        "The gate refuses the champion too: a gate that nothing passes protects nobody.",
        "门禁连现任也拦下了：谁也过不去的门禁，保护不了任何人。",
    ),
    # The bar in business words
    "bar.metric": ("The bar: {value} of 100, {metric}.", "业务线：{metric}达到 {value} 分（满分 100）。"),
    "bar.recall": (
        "Of 100 “{label}” posts, at least {value} must be found.",
        "每 100 条“{label}”微博，至少要找出 {value} 条。",
    ),
    "bar.month": (
        "{volume} {volume:post|posts} a month, for at most {budget} {currency}.",
        "每月 {volume} 条，费用不超过 {budget} {currency}。",
    ),
    "bar.latency": ("95 of 100 answers within {seconds} s.", "每 100 次回答，95 次要在 {seconds} 秒之内。"),
}
