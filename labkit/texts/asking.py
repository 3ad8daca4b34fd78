"""Words of asking models: forecasts, bills, budgets, privacy, batches, preflight: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # what an evaluation will take
    "evaluate.no_labels": (
        "To get a score, label rows: {queue}, fill it in, then {add}.",
        "要有分数就先标注：{queue}，填好后运行 {add}。",
    ),
    "side_by_side.stopped": ("{model} is asked no further: {problem}", "{model} 不再继续询问：{problem}"),
    "evaluate.getting_ready": ("Getting {model} ready …", "正在准备 {model}……"),
    "evaluate.forecasting": ("Working out what it will take …", "正在估算所需的调用、费用和时间……"),
    "forecast.calls": (
        "{calls} {calls:call|calls} for {rows} {rows:row|rows}; {done} {done:row has its answer, waits for it in a batch file or repeats another, and costs|rows have their answers, wait for them in a batch file or repeat others, and cost} nothing.",
        "共 {rows} 行，需要 {calls} 次调用；{done} 行已有答案、正在批量文件中等待，或与别的行重复，不再花钱。",
    ),
    "forecast.tokens": (
        "About {prompt} prompt tokens and {completion} completion tokens, {measured}; {shared} of the prompt tokens "
        "repeat the beginning of an earlier request.",
        "约 {prompt} 个输入 token、{completion} 个输出 token（{measured}）；其中 {shared} 的输入与先前请求的开头相同。",
    ),
    "forecast.measured": (
        "estimated, corrected by {replies} {replies:reply|replies}",
        "估计值，已按 {replies} 条回复校正",
    ),
    "forecast.guessed": ("estimated by a rule of thumb", "按经验比例估计"),
    "forecast.free": ("The model answers on this machine and costs no money.", "该模型在本机运行，不产生费用。"),
    "forecast.money.list": ("At the list price: {money}.", "按标价：{money}。"),
    "forecast.money.cached": (
        "With the prompt cached as measured ({hit_rate}): {money}.",
        "按实测缓存命中率（{hit_rate}）：{money}。",
    ),
    "forecast.money.batch": ("In batch files: {money}.", "用批量文件：{money}。"),
    "forecast.time": ("Time: about {time}.", "耗时：约 {time}。"),
    "forecast.seconds": ("{n} s", "{n} 秒"),
    "forecast.minutes": ("{n} min", "{n} 分钟"),
    "forecast.hours": ("{n} h", "{n} 小时"),
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
    "forecast.no_proxy": (
        "Set in the environment and not used: {names}. If the way to {host} leads through a proxy, write proxy = "
        '"http://host:port" into its table of models.toml.',
        "环境中设置了 {names}，但这里不会使用。如果到 {host} 要经过代理，请在 models.toml 里它的表中写上 "
        'proxy = "http://host:port"。',
    ),
    "forecast.ignored": (
        "Set in the environment and not used: {names}. Requests go to {address}.",
        "环境中设置了 {names}，但这里不会使用。请求发往 {address}。",
    ),
    "forecast.earlier": (
        "So far {calls} {calls:call|calls} of this model {calls:was|were} forecast at {said} and cost {paid}.",
        "到目前为止，该模型 {calls} 次调用预计 {said}，实付 {paid}。",
    ),
    # a pilot
    "pilot.bill": (
        "Pilot: {rows} {rows:row|rows}, forecast {expected}, bill {paid}.",
        "试跑：{rows} 行，预计 {expected}，账单 {paid}。",
    ),
    "pilot.unknown": ("unknown", "未知"),
    "pilot.rest": ("What is left of the split:", "该数据集余下部分："),
    # batch files
    "batch.sent": ("Batch {batch} is with the provider.", "批量任务 {batch} 已提交给提供方。"),
    "batch.under_way": (
        "Batch {batch}: {status}, {done} of {total} done. The same command looks again; nothing is lost by leaving.",
        "批量任务 {batch}：{status}，已完成 {done}/{total}。再运行同样的命令即可再看；中途离开不会丢失任何东西。",
    ),
    "batch.over": (
        "Batch {batch}: {status}. {answered} answered, {failed} failed, {left} still open, {stray} {stray:line|lines} of no request.",
        "批量任务 {batch}：{status}。已答 {answered}，失败 {failed}，仍待答 {left}，对不上请求的行 {stray}。",
    ),
    "batch.gone": (
        "The provider no longer keeps the answers of batch {batch} ({file}): {left} {left:row|rows} {left:is|are} open again. What it had "
        "answered may be on the bill all the same, and the same command would pay for it once more.",
        "提供方已不再保存批量任务 {batch} 的答案（{file}）：{left} 行重新变为待答。已经答过的仍可能计费，"
        "再运行同样的命令会再次付费。",
    ),
    "batch.limit": (
        "The limit lets {going} of {pending} {pending:row|rows} go out.",
        "费用上限只允许提交 {pending} 行中的 {going} 行。",
    ),
    # personal data and secrets, before they go to a host
    "consent.before": ("Before anything goes to {host}: {held}", "在向 {host} 发送任何内容之前：{held}"),
    "consent.and": ("; ", "；"),
    "consent.rows_hold": ("{rows} of {of} rows hold {found}", "{of} 行中有 {rows} 行含有 {found}"),
    "consent.prompt_holds": ("the prompt {prompt} holds {found}", "提示词 {prompt} 含有 {found}"),
    "consent.found": ("{kind} {count} ({sample})", "{kind} {count} 处（{sample}）"),
    "consent.told": ("{problem}.", "{problem}。"),
    "consent.answer": (
        'Answer once for this scene and host: personal_data="mask" (--personal-data mask) puts placeholders such as '
        '[phone 1] in their places, "send" sends them as they are',
        '请为这个场景和主机回答一次：personal_data="mask"（--personal-data mask）用 [手机号1] 这样的占位符代替，"send" 则原样发送',
    ),
    "consent.looking": ("Looking for personal data and secrets", "正在查找个人信息和密钥"),
    "consent.ask": (
        "Once for this scene and host: mask them, send them as they are, or stop?",
        "对此场景和主机只问一次：mask 打码，send 原样发送，还是 stop 停止？",
    ),
    # a limit on what a run may cost
    "budget.spent": (
        "The limit is reached: {problem}. {pending} {pending:row|rows} {pending:stays|stay} open; the same with a higher limit goes on.",
        "已到费用上限：{problem}。还有 {pending} 行未完成；提高上限后再次运行即可继续。",
    ),
    "evaluate.cost": ("Cost: {cost}", "费用：{cost}"),
    "evaluate.cost_unknown": (
        "Cost: {cost}, and {unknown} {unknown:answer|answers} whose price or tokens are not known",
        "费用：{cost}，另有 {unknown} 条回复的价格或 token 数未知",
    ),
    "evaluate.cost_all_unknown": (
        "Cost: not known; the price or the tokens of {unknown} {unknown:answer|answers} are missing (prices.toml)",
        "费用：未知；{unknown} 条回复缺少价格或 token 数（prices.toml）",
    ),
    # what one request shows
    "preflight.asking": ("Asking {model} about one row …", "正在用一行样本试问 {model}……"),
    "preflight.ok": (
        "{model} answers prompt {prompt} (tried on row {row}).",
        "{model} 能正常回答提示词 {prompt}（用 {row} 这一行试过）。",
    ),
    "preflight.fails": (
        "{model} would fail on prompt {prompt} (tried on row {row}):",
        "用 {model} 跑提示词 {prompt} 会失败（用 {row} 这一行试过）：",
    ),
    "preflight.took": (
        "Answered by {served} in {time} s: {prompt} prompt tokens, {completion} completion tokens. The answer is kept and "
        "is not paid for again.",
        "由 {served} 在 {time} 秒内作答：输入 {prompt} token，输出 {completion} token。答案已保存，不会重复付费。",
    ),
    "finding.truncated": ("The answer was cut off before its end.", "答案没写完就被截断了。"),
    "finding.blank": ("The answer is empty.", "答案是空的。"),
    "finding.longer": (
        "Write a larger max_tokens (now {limit}) into its table of models.toml; what a thinking model thinks counts too, "
        'so thinking = "off" may help as well. With a larger max_tokens only the rows without a whole answer are asked '
        "again.",
        "请在 models.toml 里它的表中调大 max_tokens（现为 {limit}）；思考内容也计入其中，因此也可以试试 "
        'thinking = "off"。只调大 max_tokens 时，已有完整回答的行不会重新提问。',
    ),
    "finding.unparsed": ("The answer is not the JSON that was asked for: {said}", "答案不是所要求的 JSON：{said}"),
    "finding.json_mode": (
        'If the model has a JSON mode, write json_mode = "json_object" into its table of models.toml.',
        '如果该模型有 JSON 模式，请在 models.toml 里它的表中写上 json_mode = "json_object"。',
    ),
    "finding.ask_for_json": (
        "Say more plainly in the prompt that the answer is one JSON object and nothing else.",
        "请在提示词里更明确地要求：只回答一个 JSON 对象，不写别的。",
    ),
    "finding.off-list": ("The answer left the list of labels: {reason}.", "答案超出了标签集：{reason}。"),
    "finding.filtered": ("The provider withheld this one answer: {reason}.", "服务商拦下了这一条答案：{reason}。"),
    "finding.other_model": (
        "{served} answered, although {asked} was asked.",
        "请求的是 {asked}，作答的却是 {served}。",
    ),
    "evaluate.served": (
        "Mind: the provider changed the model behind the name during this run: {served}",
        "注意：运行期间服务商更换了这个名字背后的模型：{served}",
    ),
    "evaluate.served_now": (
        "From here on {served} answers, where {before} did: the provider has changed the model behind the name.",
        "从这里起由 {served} 作答，此前是 {before}：服务商更换了这个名字背后的模型。",
    ),
    "finding.no_tokens": (
        "It does not report its tokens, so what it costs stays unknown.",
        "它不报告 token 用量，因此费用无从得知。",
    ),
    "finding.no_json_word": (
        'The prompt does not say "json", so the provider\'s JSON mode is not used.',
        "提示词里没有出现 json 一词，因此没有启用服务商的 JSON 模式。",
    ),
    "finding.thinks": (
        'It thinks although thinking = "off"; that is paid for and takes time.',
        '设了 thinking = "off" 它仍在思考；这要花钱，也更慢。',
    ),
    "finding.busy": ("Try again in a while", "过一会儿再试"),
    # why a reply is no answer
    "reply.withheld": ("the provider withheld the answer ({reason})", "服务商拦下了答案（{reason}）"),
    "reply.out_of_tokens": ("the model ran out of tokens before the end", "模型在写完之前用完了 token"),
    "reply.empty": ("the reply is empty", "回复是空的"),
    "reply.no_answer": ("no JSON object with 'labels'", "没有带 'labels' 的 JSON 对象"),
    "reply.breaks_off": ("the JSON breaks off before its end", "JSON 没写完就断了"),
    "reply.several": ("several different answers in one reply", "一条回复里有几个不同的答案"),
    "reply.no_list": ("'labels' is not a list of words", "'labels' 不是词的列表"),
    "reply.off_list": ("not a label of this task: {labels}", "不是本任务的标签：{labels}"),
    "reply.no_label": ("no label, but the task asks for one", "没有标签，而任务要求有一个"),
    "reply.too_many": ("several labels, but the task asks for one", "给了几个标签，而任务只要一个"),
}
