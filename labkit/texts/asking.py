"""Words of asking models: forecasts, bills, budgets, privacy, batches, preflight: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # what an evaluation will take
    "evaluate.forecasting": ("Working out what it will take …", "正在估算所需的调用、费用和时间……"),
    "forecast.calls": (
        "{calls} calls for {rows} rows; {done} rows have their answer and cost nothing.",
        "共 {rows} 行，需要 {calls} 次调用；{done} 行已有答案，不再花钱。",
    ),
    "forecast.tokens": (
        "About {prompt} prompt tokens and {completion} completion tokens, {measured}; {shared} of the prompt tokens "
        "repeat the beginning of an earlier request.",
        "约 {prompt} 个输入 token、{completion} 个输出 token（{measured}）；其中 {shared} 的输入与先前请求的开头相同。",
    ),
    "forecast.measured": ("estimated, corrected by {replies} replies", "估计值，已按 {replies} 条回复校正"),
    "forecast.guessed": ("estimated by a rule of thumb", "按经验比例估计"),
    "forecast.free": ("The model answers on this machine and costs no money.", "该模型在本机运行，不产生费用。"),
    "forecast.money.list": ("At the list price: {money}.", "按标价：{money}。"),
    "forecast.money.cached": (
        "With the prompt cached as measured ({hit_rate}): {money}.",
        "按实测缓存命中率（{hit_rate}）：{money}。",
    ),
    "forecast.money.batch": ("In batch files: {money}.", "用批量文件：{money}。"),
    "forecast.time": ("Time: about {time}.", "耗时：约 {time}。"),
    "forecast.no_time": (
        "Time: unknown until some replies of this model are recorded.",
        "耗时：该模型还没有回复记录，无法估计。",
    ),
    "forecast.pool": (
        "Predictions on the pool for step 3: {calls} more calls, {cost}.",
        "第三步需要的 pool 预测：另外 {calls} 次调用，{cost}。",
    ),
    "forecast.unknown": ("cost unknown", "费用未知"),
    "forecast.no_price": (
        "{model} has no price, so its cost is unknown, not nothing: write it into prices.toml.",
        "{model} 没有价格，费用是未知而不是零：请写入 prices.toml。",
    ),
    "forecast.old_price": (
        "The price is of {date}, not of the last 90 days: check it.",
        "价格的日期是 {date}，不在最近 90 天内，请核对。",
    ),
    "forecast.rate": ("1 {of} = {rate} {to}, the rate of {date}.", "1 {of} = {rate} {to}（{date} 的汇率）。"),
    "forecast.old_rate": (
        "The rate is of {date}, not of the last 90 days: write today's into [rates] of prices.toml.",
        "汇率的日期是 {date}，不在最近 90 天内：请在 prices.toml 的 [rates] 中写入当前汇率。",
    ),
    "forecast.no_rate": (
        "No rate from {of} to {to} is known: write {of}_{to} into [rates] of prices.toml.",
        "没有 {of} 到 {to} 的汇率：请在 prices.toml 的 [rates] 中写入 {of}_{to}。",
    ),
    "forecast.no_hit_rate": (
        "How often the provider serves this prompt from its cache is not measured yet; a pilot measures it.",
        "该提示词的缓存命中率尚未实测；先试跑即可得到。",
    ),
    # a limit on what a run may cost
    "budget.spent": (
        "The limit is reached: {problem}. {pending} rows stay open; the same with a higher limit goes on.",
        "已到费用上限：{problem}。还有 {pending} 行未完成；提高上限后再次运行即可继续。",
    ),
    "evaluate.cost": ("Cost: {cost}", "费用：{cost}"),
    "evaluate.cost_unknown": (
        "Cost: {cost}, and {unknown} answers whose price or tokens are not known",
        "费用：{cost}，另有 {unknown} 条回复的价格或 token 数未知",
    ),
}
