"""Words of the decision memo: key -> (English, Chinese). Shares and scores stand in it as counts of a hundred."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "memo.rows_cell": ("{rows} {split}, {date}", "{split} {rows} 条，{date}"),
    "memo.title": ("Decision memo: {scene}", "决策备忘：{scene}"),
    "memo.made": (
        "Made on {date} by fixed rules from {runs} recorded {runs:run|runs}; offline, nobody was asked.",
        "{date} 由固定规则根据 {runs} 次已记录的运行得出；离线计算，没有再问任何模型。",
    ),
    "memo.working": ("Reading the recorded runs …", "正在读取已记录的运行……"),
    "memo.written": ("Written: {target}", "已写入：{target}"),
    "memo.decided": (
        "Written into decisions.jsonl and shared/, for git.",
        "已写入 decisions.jsonl 和 shared/，可随 git 提交。",
    ),
    "memo.taken.way": ("Decided on {at} by {who}: {way}. {reason}", "{at}，{who} 已决定：{way}。{reason}"),
    "memo.taken.model": (
        "Decided on {at} by {who}: {way}, {model}. {reason}",
        "{at}，{who} 已决定：{way}，{model}。{reason}",
    ),
    "memo.taken.instead": ("The memo had advised otherwise: {way}.", "备忘当时的建议不同：{way}。"),
    "memo.taken.since": ("Since then the memo has changed; it now says: {way}.", "此后备忘有变，现在的建议是：{way}。"),
    "memo.way.measure": ("measure first", "先测量"),
    "memo.way.keep": ("keep what is there", "维持现状"),
    "memo.way.prompt_an_open_model": ("prompt an open model", "用提示词驱动开源模型"),
    "memo.way.call_the_API": ("call the API", "调用 API"),
    "memo.way.cascade": ("a cascade", "级联"),
    "memo.way.fine-tune": ("fine-tune", "微调"),
    "memo.part.given": ("What is asked for", "业务要求"),
    "memo.part.reasons": ("Why", "依据"),
    "memo.part.models": ("What was measured", "测量结果"),
    "memo.part.missing": ("What is not known yet", "尚缺的证据"),
    "memo.part.risks": ("What could go wrong", "风险"),
    "memo.part.experience": ("What other scenes taught", "其他场景的经验"),
    "memo.part.sources": ("What it rests on", "数据来源"),
    "memo.none": ("Nothing.", "无。"),
    "memo.unknown": ("not known", "未知"),
    # what the business asks for
    "memo.given.bar": ("{bar} of 100, {metric}", "{bar} 分（满分 100），{metric}"),
    "memo.given.recall": ("of 100 “{label}” posts at least {bar} found", "每 100 条“{label}”至少找出 {bar} 条"),
    "memo.given.volume": ("{volume} {volume:post|posts} a month", "每月 {volume} 条"),
    "memo.given.budget": ("at most {budget} {currency} a month", "每月至多 {budget} {currency}"),
    "memo.given.latency": ("95 of 100 answers within {limit} s", "每 100 次回答有 95 次在 {limit} 秒内"),
    # the advice in a few words
    "memo.advice.measure": ("Measure first", "先测量"),
    "memo.advice.keep": ("Keep it: what you have already clears the bar", "维持现状：现有方案已经达标"),
    "memo.advice.prompt_an_open_model": ("Prompt an open model: {model}", "用提示词驱动开源模型：{model}"),
    "memo.advice.call_the_API": ("Call the API: {model}", "调用 API：{model}"),
    "memo.advice.cascade": (
        "A cascade: {model} first, somebody dearer for unsure posts",
        "级联：{model} 先答，没把握的转交",
    ),
    "memo.advice.fine-tune": ("Fine-tune", "微调"),
    "memo.advice.tune_then": ("Fine-tune; until then call {model}", "微调；在此之前先调用 {model}"),
    # the deciding rule
    "memo.reason.measure": (
        "There is no complete run over labelled dev posts yet, so nothing can be decided.",
        "还没有一次完整评测过有标注的开发集，无从决定。",
    ),
    "memo.reason.only_floors": (
        "Only simple methods without a language model (floors) were asked, and they fall short: the best, {model} with {prompt}, reaches {score} of 100; the bar is "
        "{bar}. Ask an open and a closed model before anything is tuned.",
        "只测了不用语言模型的简单方法（基线），都没达标：最好的 {model}（{prompt}）为 {score} 分，要求 {bar} 分。先试一个开源模型和一个闭源模型，再谈微调。",
    ),
    "memo.reason.floor": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}. It needs no language model, so "
        "nothing dearer is called for.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。它不用语言模型，更贵的都不必考虑。",
    ),
    "memo.reason.tuned": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}. At {volume} {volume:post|posts} a month it costs "
        "{month}.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。每月 {volume} 条时费用为 {month}。",
    ),
    "memo.reason.open": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts} without tuning; the bar is {bar}. At {volume} {volume:post|posts} a "
        "month it costs {month}.",
        "{model}（{prompt}）未经微调，在 {rows} 条上为 {score} 分，要求 {bar} 分。每月 {volume} 条时费用为 {month}。",
    ),
    "memo.reason.api": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}, and nothing of a cheaper kind "
        "reaches it. At {volume} {volume:post|posts} a month it costs {month}.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分，更便宜的一类都没达标。每月 {volume} 条时费用为 {month}。",
    ),
    "memo.reason.cheaper": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}. At {volume} {volume:post|posts} a month it costs "
        "{month}, less than {own}, which reaches the bar too, with its machine: {own_month}.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。每月 {volume} 条时费用为 {month}，"
        "比同样达标的 {own} 连同机器（{own_month}）更省。",
    ),
    "memo.surer": (
        "Whether {choice} reaches the bar, these posts cannot tell. The cheapest whose whole interval lies above the bar is {model}, at "
        "{score} of 100; a month: {month}.",
        "这批数据还分不清 {choice} 是否真的达标。整个区间都在要求之上的，最便宜的是 {model}：{score} 分，每月费用 {month}。",
    ),
    "memo.reason.unpriced": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}. What it costs a month is not known, "
        "so no budget was checked.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。每月费用未知，因此没有核对预算。",
    ),
    "memo.reason.volume": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}; the bar is {bar}. But at {volume} {volume:post|posts} a month it "
        "costs {month}, and a model of one's own is cheaper from {posts} {posts:post|posts} a month on. It must pass the release checks (the gate) first.",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。但每月 {volume} 条时费用为 {month}，"
        "而自有模型从每月 {posts} 条起就更便宜。前提是它先通过发布前检查（门禁）。",
    ),
    "memo.reason.cascade": (
        "Nobody fits alone. {first} first, and {second} for the {share} of 100 posts it is unsure of, reach {score}, "
        "measured on posts that did not choose the threshold; the bar is {bar}. A month: {month}.",
        "单独一个都不合适。{first} 先答，每 100 条中没把握的 {share} 条转交 {second}，在没有参与选阈值的数据上为 {score} 分，"
        "要求 {bar} 分。每月费用：{month}。",
    ),
    "memo.reason.short": (
        "Nothing that was measured reaches the bar: the best, {model} with {prompt}, stands at {score} of 100 on {rows} "
        "posts; the bar is {bar}.",
        "测过的都没达标：最好的 {model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分。",
    ),
    "memo.reason.recall": (
        "{model} with {prompt} reaches {score} of 100 on {rows} {rows:post|posts}, and the bar is {bar}; but it misses too much of what "
        "must not be missed ({labels}).",
        "{model}（{prompt}）在 {rows} 条上为 {score} 分，要求 {bar} 分；但不可漏判的标签漏得太多（{labels}）。",
    ),
    "memo.reason.dear": (
        "{model} with {prompt} reaches {score} of 100 (the bar is {bar}), but at {volume} {volume:post|posts} a month it costs {month}; the "
        "budget is {budget} {currency}.",
        "{model}（{prompt}）为 {score} 分（要求 {bar} 分），但每月 {volume} 条时费用为 {month}，预算只有 {budget} {currency}。",
    ),
    "memo.reason.slow": (
        "{model} with {prompt} reaches {score} of 100 (the bar is {bar}), but 95 of 100 answers take up to {seconds} s; the "
        "limit is {limit} s.",
        "{model}（{prompt}）为 {score} 分（要求 {bar} 分），但每 100 次回答有 95 次最长要 {seconds} 秒，上限是 {limit} 秒。",
    ),
    # what bears on it beside
    "memo.break_even.posts": (
        "A tuned model of one's own pays against {api} from {posts} {posts:post|posts} a month on, if it passes the release checks (the gate); what is paid once is spread "
        "over {months} {months:month|months}.",
        "一次性投入按 {months} 个月分摊，自有的微调模型从每月 {posts} 条起比 {api} 便宜，前提是通过发布前检查（门禁）。",
    ),
    "memo.break_even.never": (
        "A tuned model of one's own never pays against {api}: each post costs as much or more.",
        "自有的微调模型不会比 {api} 便宜：每条帖子的费用不低于它。",
    ),
    "memo.break_even.always": (
        "A tuned model of one's own pays against {api} whatever the volume, if it passes the release checks (the gate): {api} costs more a month before "
        "the first post.",
        "自有的微调模型在任何用量下都比 {api} 便宜，前提是通过门禁：{api} 不接一条帖子，每月费用也更高。",
    ),
    "memo.base": (
        "Base to tune: {model}. Prompted it stands at {score} of 100; licence: {licence}; memory: {memory}; 95 of 100 "
        "answers take at most: {slowest}.",
        "可微调的底座：{model}。只用提示词为 {score} 分；许可证：{licence}；内存：{memory}；每 100 次回答有 95 次用时不超过：{slowest}。",
    ),
    "memo.hosted": (
        "No open base does better than {model} ({score} of 100), which its vendor tunes on order: python -m labkit hosted start.",
        "没有开源底座强过 {model}（{score} 分），它的厂商提供托管微调：python -m labkit hosted start。",
    ),
    "memo.cheaper_cascade": (
        "Cheaper still: {first} first, and {second} for the {share} of 100 posts it is unsure of, reach {score} (bar {bar}) "
        "for {month} a month.",
        "还可以更省：{first} 先答，每 100 条中没把握的 {share} 条转交 {second}，为 {score} 分（要求 {bar} 分），每月 {month}。",
    ),
    "memo.unsure.probabilities": (
        "{first} is unsure where the probability of its answer is at most {threshold}.",
        "{first} 的答案概率不超过 {threshold} 时，就算没把握。",
    ),
    "memo.unsure.agreement": (
        "{first} is unsure where {other}, which answers every post too, says otherwise; a month counts both.",
        "{other} 也回答每一条；两者答案不同时，就算 {first} 没把握。每月费用两者都计。",
    ),
    "memo.unsure.agreement.several": (
        "{first} is unsure where its labels and those of {other}, which answers every post too, overlap by at most {threshold} "
        "(labels that both give, over all that either gives); a month counts both.",
        "{other} 也回答每一条；两者标签的重合度（共同给出的标签数除以至少一方给出的标签数）不超过 {threshold} 时，就算 {first} 没把握。每月费用两者都计。",
    ),
    "memo.unsure.empty_answers": (
        "{first} is unsure where it gives no label.",
        "{first} 未给出任何标签时，就算没把握。",
    ),
    "memo.floor.same": (
        "{model} does not beat {floor} by more than chance: as measured, it is not worth money.",
        "{model} 没有以超出偶然的幅度胜过 {floor}：就测量结果看，不值得为它花钱。",
    ),
    "memo.floor.worse": (
        "{model} is worse than {floor}, which needs no language model.",
        "{model} 还不如 {floor}，而后者根本不用语言模型。",
    ),
    "memo.floor.all": (
        "Every language model beats {floor}, the best simple method (floor), by more than chance.",
        "语言模型都以超出偶然的幅度胜过最好的简单方法（基线）{floor}。",
    ),
    "memo.floor.none": (
        "No simple method (floor) was measured on these rows: without linear and definition-reader nobody knows what a model is worth.",
        "这批数据上没有测过简单方法（基线）：没有 linear 和 definition-reader，就不知道一个模型值不值。",
    ),
    # the table
    "memo.head.model": ("Model and prompt", "模型与提示词"),
    "memo.head.kind": ("Kind", "类别"),
    "memo.head.score": ("Of 100, {metric} (95 %)", "得分：{metric}（95% 区间）"),
    "memo.head.rows": ("Measured on", "测量数据"),
    "memo.head.floor": ("Against the best simple method", "与最好的简单方法相比"),
    "memo.head.month": ("A month", "每月费用"),
    "memo.head.seconds": ("95 of 100 within", "95% 用时"),
    "memo.head.reads": ("Reads its definitions", "是否读定义"),
    "memo.kind.floor": ("simple method (floor)", "简单方法（基线）"),
    "memo.kind.tuned": ("tuned", "微调模型"),
    "memo.kind.open": ("open", "开源模型"),
    "memo.kind.api": ("API", "API"),
    "memo.beats.better": ("better", "更好"),
    "memo.beats.worse": ("worse", "更差"),
    "memo.beats.cannot_tell": ("cannot tell", "无法判断"),
    "memo.reads.reads": ("yes", "是"),
    "memo.reads.does_not_read": ("no", "否"),
    "memo.reads.cannot_tell": ("cannot tell", "无法判断"),
    "memo.no_time": ("< {seconds} s", "< {seconds} 秒"),
    "memo.seconds": ("{value} ({low}–{high}) s", "{value} ({low}–{high}) 秒"),
    # what is missing
    "memo.missing.run": (
        "A complete run over labelled dev posts, of a simple method (floor) first.",
        "一次覆盖全部有标注开发集的运行，先从简单方法（基线）开始。",
    ),
    "memo.missing.test": (
        "Not confirmed yet: {model} with {prompt} was measured only on posts that guided the work (dev posts), which flatter; "
        "the posts that were set aside for the test still have to tell.",
        "尚未证实：{model}（{prompt}）只在参与调优的帖子（开发集）上测过，分数偏高；还要看留作测试的帖子（测试集）。",
    ),
    "memo.missing.cascade_test": (
        "Not confirmed yet: this was worked out on posts that guided the work (dev posts); both models on the posts that were "
        "set aside for the test would tell what it is worth.",
        "尚未证实：这是在参与调优的帖子（开发集）上推算的；两个模型都在留作测试的帖子（测试集）上测过，才知道真正的水平。",
    ),
    "memo.missing.bar": (
        "{score} on {rows} {rows:post|posts} leaves open on which side of the bar ({bar}) it lies; about {needed} {needed:post|posts} would tell in four of five cases.",
        "{rows} 条上的 {score} 分不足以判断在要求（{bar} 分）的哪一侧；大约要 {needed} 条，才有八成把握分清。",
    ),
    "memo.missing.on_the_bar": (
        "{score} on {rows} {rows:post|posts} lies on the bar ({bar}) itself; no number of posts settles which side it is on.",
        "{rows} 条上的 {score} 分正好落在要求（{bar} 分）上，再多的数据也分不出在哪一侧。",
    ),
    "memo.missing.label": (
        "Only {rows} {rows:post|posts} {rows:carries|carry} “{label}”: how well it is found is hardly known.",
        "只有 {rows} 条带“{label}”：找得全不全几乎无从知道。",
    ),
    "memo.missing.power": (
        "Whether {model} beats the best simple method (floor): {rows} {rows:post|posts} {rows:shows|show} a gain of {gain} points or more, and no smaller one.",
        "{model} 是否胜过最好的简单方法（基线）：{rows} 条只看得出 {gain} 分及以上的提升。",
    ),
    "memo.missing.floor": (
        "The simple method {floor} (a floor) was not measured.",
        "没有测过简单方法 {floor}（基线）。",
    ),
    "memo.missing.llm": (
        "No language model was asked, neither open nor closed.",
        "还没有问过任何语言模型，开源、闭源都没有。",
    ),
    "memo.missing.whole": (
        "{model} was measured on {done} of {rows} {rows:post|posts} only, so it stands beside nobody.",
        "{model} 只测了 {rows} 条中的 {done} 条，不能与其他模型并列。",
    ),
    "memo.missing.answers": (
        "{model} with {prompt} gave no usable answer to {lost} of {rows} {rows:post|posts} (empty, cut off, unreadable or "
        "off the list); they count as wrong.",
        "{model} 用提示词 {prompt} 时，{rows} 条中有 {lost} 条没有可用的回答（空白、被截断、无法读取或不在标签表内），均按答错计。",
    ),
    "memo.missing.answers.several": (
        "Some posts brought no usable answer (empty, cut off, unreadable or off the list); they count as wrong: {models}.",
        "有些数据没有可用的回答（空白、被截断、无法读取或不在标签表内），均按答错计：{models}。",
    ),
    "memo.missing.answers.each": (
        "{model} with {prompt} {lost} of {rows}",
        "{model}（提示词 {prompt}）{rows} 条中 {lost} 条",
    ),
    "memo.missing.volume": (
        "How many posts come a month (monthly_volume in task.yaml).",
        "每月有多少条（task.yaml 的 monthly_volume）。",
    ),
    "memo.missing.budget": (
        "What may be spent a month (monthly_budget in task.yaml).",
        "每月能花多少（task.yaml 的 monthly_budget）。",
    ),
    "memo.missing.price": (
        "What {model} costs: its price, its tokens or the exchange rate is not known (prices.toml).",
        "{model} 的费用：价格、token 数或汇率未知（prices.toml）。",
    ),
    "memo.missing.price.several": (
        "What these cost: price, tokens or exchange rate are not known (prices.toml): {models}.",
        "以下模型的费用：价格、token 数或汇率未知（prices.toml）：{models}。",
    ),
    "memo.missing.price.each": ("{model}", "{model}"),
    "memo.missing.price_date": (
        "The price of {model} is old or has no date ({date}).",
        "{model} 的价格已旧或没有日期（{date}）。",
    ),
    "memo.missing.machine": (
        "What the machine for {model} costs a month (terms.toml).",
        "{model} 所用机器每月的费用（terms.toml）。",
    ),
    "memo.missing.hosting": (
        "What an hour of keeping {model} ready costs, or its exchange rate: hosting_hour in prices.toml, 0 where the vendor asks nothing.",
        "{model} 保持在线每小时的费用或汇率：prices.toml 的 hosting_hour，服务商不收费时写 0。",
    ),
    "memo.missing.tuning": (
        "What a tuned model costs, once and a month (terms.toml): without it there is no break-even.",
        "微调模型的一次性投入和每月费用（terms.toml）：没有它就算不出盈亏平衡点。",
    ),
    "memo.missing.latency": (
        "How long {model} takes: its answers carry no times.",
        "{model} 要多久：它的回答没有计时。",
    ),
    "memo.missing.reliance": (
        "Whether {model} reads the definitions of {prompt} (python -m labkit reliance).",
        "{model} 有没有读 {prompt} 的定义（python -m labkit reliance）。",
    ),
    "memo.missing.licence": ("The licence of {model} (terms.toml).", "{model} 的许可证（terms.toml）。"),
    "memo.missing.memory": ("The memory that {model} needs (terms.toml).", "{model} 需要的内存（terms.toml）。"),
    "memo.missing.prompts": (
        "Better prompts: language models were asked {prompts}, and definitions lift most before anything is tuned.",
        "更好的提示词：问过语言模型的提示词只有 {prompts} 版；在微调之前，把定义写清楚往往提升最大。",
    ),
    "memo.missing.base": ("An open model to tune was not measured.", "没有测过可供微调的开源模型。"),
    # what could go wrong
    "memo.risk.luck": (
        "The best of {tried} {tried:pair|pairs} of prompt and model looks better than it is, by luck alone; only the test posts tell.",
        "从 {tried} 组“提示词 + 模型”里挑出的最好者，会因运气显得更好；真实水平要看测试集。",
    ),
    "memo.risk.budget": (
        "A month may cost more than the budget: {month} against {budget}.",
        "每月费用有可能超出预算：{month}，预算 {budget}。",
    ),
    "memo.risk.unread": (
        "{model} does not read its definitions: when a label changes its meaning, the prompt will not tell it.",
        "{model} 不读定义：标签含义一变，改提示词也告诉不了它。",
    ),
    "memo.risk.privacy": ("Posts leave the house.", "帖子会离开本机构。"),
    "memo.risk.vendor": (
        "The vendor may change the model, its price or its limits; keep the rows to measure again.",
        "厂商可能更换模型、调价或限流；留着这批数据，随时重测。",
    ),
    "memo.risk.drift": (
        "When posts change, more than {share} of 100 may be passed on, and cost more.",
        "帖子一变，每 100 条转交的可能超过 {share} 条，费用随之上升。",
    ),
    "memo.risk.people": ("People were taken to be always right; they are not.", "这里假定人工全对，实际并非如此。"),
    "memo.risk.tuned": (
        "Nobody knows before training how good the tuned model will be; the release checks (the gate) decide, not this memo.",
        "训练之前谁也不知道微调后有多好；由发布前检查（门禁）决定，而不是这份备忘。",
    ),
    # what other scenes taught
    "memo.experience.none": (
        "The experience book has no language model of another scene of this kind (python -m labkit experience).",
        "经验簿里还没有语言模型在同类其他场景上的记录（python -m labkit experience）。",
    ),
    "memo.experience.alone": (
        "{scene} ({labels} {labels:label|labels}, {rows} dev posts, {date}): {model} reached {score} of 100, at {per_1000} for 1,000 posts.",
        "{scene}（{labels} 个标签，开发集 {rows} 条，{date}）：{model} 为 {score} 分，每千条 {per_1000}。",
    ),
    "memo.experience.below": (
        "{scene} ({labels} {labels:label|labels}, {rows} dev posts, {date}): {model} reached {score} of 100, {gap} points below the best "
        "API there, at {per_1000} for 1,000 posts.",
        "{scene}（{labels} 个标签，开发集 {rows} 条，{date}）：{model} 为 {score} 分，比那里最好的 API 低 {gap} 分，每千条 {per_1000}。",
    ),
    "memo.experience.best": (
        "{scene} ({labels} {labels:label|labels}, {rows} dev posts, {date}): {model}, the best API there, reached {score} of 100, at "
        "{per_1000} for 1,000 posts.",
        "{scene}（{labels} 个标签，开发集 {rows} 条，{date}）：{model} 是那里最好的 API，为 {score} 分，每千条 {per_1000}。",
    ),
    "memo.experience.above": (
        "{scene} ({labels} {labels:label|labels}, {rows} dev posts, {date}): {model} reached {score} of 100, no worse than the best API "
        "there ({gap} points above), at {per_1000} for 1,000 posts.",
        "{scene}（{labels} 个标签，开发集 {rows} 条，{date}）：{model} 为 {score} 分，不逊于那里最好的 API（高 {gap} 分），"
        "每千条 {per_1000}。",
    ),
    # what it rests on
    "memo.source.price": ("{model}: prices of {date}, {source}", "{model}：{date} 的价格，{source}"),
    "memo.source.price_alone": (
        "{model}: prices of {date}, from where is not said (source in prices.toml)",
        "{model}：{date} 的价格，未注明来源（prices.toml 中的 source）",
    ),
    "memo.source.hosting": (
        "{model}: kept ready by its vendor, {month} a month (730 hours), whatever is asked of it; counted in its month",
        "{model}：由服务商保持在线，每月 {month}（730 小时），与用量无关；已计入每月费用",
    ),
    "memo.source.tuning": ("What tuning costs: {date}, {source}", "微调费用：{date}，{source}"),
    "memo.source.tuning_alone": (
        "What tuning costs: terms.toml says neither the day nor the source",
        "微调费用：terms.toml 没有写日期和来源",
    ),
    "memo.source.runs": ("Runs: {runs}", "运行：{runs}"),
}
