"""What errors say of releases, of serving them, and of tunings that a provider does: key -> (English, Chinese)."""

WORDS = {
    "error.release.run_gone": (
        "Release {release} rests on run {run}, which is not in the run database",
        "发布 {release} 依据的运行 {run} 不在运行数据库中",
    ),
    "error.release.run_gone.fix": (
        "Put runs.db back, or run `python -m labkit share {scene} {run}` where it was measured and copy shared/ here",
        "请放回 runs.db，或在当初测量的机器上运行 `python -m labkit share {scene} {run}`，再把 shared/ 复制过来",
    ),
    "error.release.champion_gone": (
        "Release {release} rests on run {run}, which is not in the run database",
        "发布 {release} 依据的运行 {run} 不在运行数据库中",
    ),
    "error.release.champion_gone.fix": (
        "Put runs.db back, or run `python -m labkit share {scene} {run}` where it was measured and copy shared/ here; "
        "or compare with another one: --champion RUN",
        "请放回 runs.db，或在当初测量的机器上运行 `python -m labkit share {scene} {run}`，再把 shared/ 复制过来；"
        "也可以换一个运行来比较：--champion RUN",
    ),
    "error.drift.run_gone": (
        "Release {release} rests on run {run}, which is not in the run database",
        "发布 {release} 依据的运行 {run} 不在运行数据库中",
    ),
    "error.drift.run_gone.fix": (
        "Put runs.db back, or run `python -m labkit share {scene} {run}` where it was measured and copy shared/ here; "
        "or compare with another one: --against RUN",
        "请放回 runs.db，或在当初测量的机器上运行 `python -m labkit share {scene} {run}`，再把 shared/ 复制过来；"
        "也可以换一个运行来比较：--against RUN",
    ),
    "where.history": ("{file}, entry {number},", "{file} 第 {number} 条"),
    "error.release.kind": ("{place} is of kind {kind!r:.40}", "{place} 的 kind 是 {kind!r:.40}"),
    "error.release.kind.fix": ("Restore the line from git", "请从 git 恢复这一行"),
    "error.release.order": (
        "{place} is release {found!r:.40} where {next!r} follows",
        "{place} 是发布 {found!r:.40}，而此处应为 {next!r}",
    ),
    "error.release.order.fix": ("Restore it from git", "请从 git 恢复"),
    "error.release.rolled_back": (
        "{place} rolls back to {release!r:.40}, which was not before",
        "{place} 回滚到 {release!r:.40}，而之前并不是它",
    ),
    "error.release.rolled_back.fix": ("Restore it from git", "请从 git 恢复"),
    "error.release.torn": (
        "{place} is no whole release ({error!r:.60})",
        "{place} 不是完整的发布记录（{error!r:.60}）",
    ),
    "error.release.torn.fix": ("Restore the line from git", "请从 git 恢复这一行"),
    "error.release.changed": (
        "The model {model!r} has changed since run {run}: {changed}",
        "模型 {model!r} 在运行 {run} 之后有变化：{changed}",
    ),
    "error.release.changed.fix": (
        "Evaluate it again on the test rows, and release that run",
        "请在测试行上重新评测，然后发布那次运行",
    ),
    "error.canaries.changed": (
        "The model {model!r} has changed since run {run}: {changed}",
        "模型 {model!r} 在运行 {run} 之后有变化：{changed}",
    ),
    "error.canaries.changed.fix": (
        "Evaluate it again, and ask the canaries for that run",
        "请重新评测，并对那次运行问通用能力题",
    ),
    "error.release.nobody": ("A release needs somebody who answers for it", "发布需要有人负责"),
    "error.release.nobody.fix": ("Say who with --approved-by NAME", "请用 --approved-by NAME 指明负责人"),
    "error.rollback.nobody": ("A rollback needs a name and a reason", "回滚需要负责人和理由"),
    "error.rollback.nobody.fix": (
        "Say who with --approved-by and why with --reason",
        "请用 --approved-by 指明负责人，用 --reason 说明理由",
    ),
    "error.rollback.nothing": ("Nothing was in production before {release}", "{release} 之前没有上线过任何版本"),
    "error.rollback.first": ("Nothing was in production before the first release", "第一次发布之前没有上线过任何版本"),
    "error.release.current": (
        "Run {run} is the current release {release} already",
        "运行 {run} 已经是当前发布 {release}",
    ),
    "error.release.current.fix": ("Release another run", "请发布别的运行"),
    "error.release.refused": ("The gate refuses {run}: {rules}", "门禁不放行 {run}：{rules}"),
    "error.release.refused.fix": ("Improve it, or release another run", "请改进它，或发布别的运行"),
    "error.release.no_champion": ("The gate refuses {run}: {rules}", "门禁不放行 {run}：{rules}"),
    "error.release.no_champion.fix": (
        "Nothing was released before, so name what it replaces: "
        "python -m labkit release {scene} {run} --approved-by {name} --champion {rival}",
        "此前没有发布，请指明它要取代的运行：python -m labkit release {scene} {run} --approved-by {name} --champion {rival}",
    ),
    "error.release.no_rival": ("The gate refuses {run}: {rules}", "门禁不放行 {run}：{rules}"),
    "error.release.no_rival.fix": (
        "Nothing was released before, so measure what it replaces on the same test rows, or a floor: "
        'python -m labkit evaluate {scene} --prompt {prompt} --model {floor} --split test --reason "what it replaces"; '
        "then release with --champion and that run",
        "此前没有发布，请先在同一批测试样本上评测它要取代的做法，没有就用基线："
        'python -m labkit evaluate {scene} --prompt {prompt} --model {floor} --split test --reason "要取代的做法"；'
        "再用 --champion 指定那个运行来发布",
    ),
    "error.release.rule": ("{rule}: wanted {wanted}, measured {measured}", "{rule}：要求 {wanted}，实测 {measured}"),
    "error.release.none": ("Nothing has been released in {scene}", "{scene} 还没有发布过任何版本"),
    "error.release.none.fix": (
        "Run: python -m labkit release {scene} RUN --approved-by NAME",
        "请运行：python -m labkit release {scene} RUN --approved-by NAME",
    ),
    "error.serve.empty": ("The posts are empty", "帖子内容为空"),
    "error.serve.empty.fix": ("Send at least one with text", "请至少发送一条有文字的帖子"),
    "error.serve.several": ("Answers are given one at a time", "每次只给出一个回答"),
    "error.serve.several.fix": ("Leave out n", "请去掉 n"),
    "error.serve.unknown_entry": ("No answer with the id '{entry}' is kept", "没有保存 id 为“{entry}”的回答"),
    "error.serve.unknown_entry.fix": (
        "Send the id that /v1/classify gave with its answer, while its traffic is kept; chat completions are not kept",
        "请发送 /v1/classify 随回答给出的 id，且其流量仍在保存期内；chat completions 不保存",
    ),
    "error.serve.no_traffic": (
        "This server keeps no traffic to say anything about",
        "本服务不保存流量，没有可以反馈的回答",
    ),
    "error.serve.no_traffic.fix": ("Serve without --traffic off", "启动服务时请去掉 --traffic off"),
    "error.serve.stopped": ("The model {model!r} is stopped", "模型 {model!r} 已停止"),
    "error.serve.stopped.fix": ("Ask again", "请再问一次"),
    "error.serve.deadly": ("The model's process died over this request", "模型进程因这个请求而崩溃"),
    "error.serve.deadly.fix": ("Leave it out", "请不要再发送这个请求"),
    "error.serve.died": (
        "The process of the model {model!r} ended before it could answer",
        "模型 {model!r} 的进程还没能作答就结束了",
    ),
    "error.serve.died.fix": ("Its own words stand above", "原因见上方它自己的输出"),
    "error.serve.count": (
        "The model {model!r} gave {replies} replies to {requests} requests",
        "模型 {model!r} 对 {requests} 个请求给出了 {replies} 个回复",
    ),
    "error.serve.broke": ("The model {model!r} broke: {error!r:.200}", "模型 {model!r} 出错：{error!r:.200}"),
    "error.deploy.exists": ("{folder} is there already", "{folder} 已经存在"),
    "error.deploy.exists.fix": ("Give a folder that is not there yet", "请给一个还不存在的文件夹"),
    "error.deploy.changed": (
        "The model {model!r} has changed since the gate of {release}: {changed}",
        "模型 {model!r} 在 {release} 通过门禁之后有变化：{changed}",
    ),
    "error.deploy.changed.fix": (
        "Put the old state back, or measure and release the new one",
        "请恢复原来的状态，或重新评测并发布新的状态",
    ),
    "error.deploy.adapter": (
        "vLLM does not serve this adapter as it is ({form})",
        "vLLM 不能直接加载这个适配器（{form}）",
    ),
    "error.deploy.adapter.fix": (
        "Merge it: python -m labkit model export {scene} {job} --to merged --out PATH",
        "请合并：python -m labkit model export {scene} {job} --to merged --out PATH",
    ),
    "deploy.rank": ("rank {rank}", "秩为 {rank}"),
    "deploy.only_here": (
        "Its answers are weighed, or held to their contract, or examples are fetched: only labkit does that",
        "它的回答要加权、要按约定格式约束，或要检索示例：只有 labkit 能做到",
    ),
    "deploy.not_run": (
        "vLLM has not run here: evaluate what it serves on dev rows before anybody is let in (last command)",
        "vLLM 没有在这里运行过：开放使用前，请先用开发集评测它的服务（最后一条命令）",
    ),
    "deploy.quantised": (
        "Trained on a 4-bit base: vLLM quantises it as it loads, which may round otherwise",
        "训练时底座为 4 比特：vLLM 加载时自行量化，舍入可能不同",
    ),
    "error.hosted.no_model": (
        "No model of the hosted tuning {name!r} answers yet ({state})",
        "托管微调 {name!r} 还没有可以作答的模型（{state}）",
    ),
    "error.hosted.no_model.fix": (
        "Look again later, or record the name under which it was deployed: python -m labkit hosted record {scene} {name}",
        "请稍后再看，或登记它部署后的名字：python -m labkit hosted record {scene} {name}",
    ),
    "error.hosted.epochs": ("{epochs} epochs teach nothing", "{epochs} 轮训练学不到任何东西"),
    "error.hosted.epochs.fix": ("Give 1 or more", "请至少给 1"),
    "error.hosted.limit": ("The limit is {limit}", "上限是 {limit}"),
    "error.hosted.limit.fix": (
        "Give money of 0 or more, in the currency of the bar",
        "请给出不小于 0 的金额，币种与门槛一致",
    ),
    "error.hosted.unpriced": (
        "No limit can be held: {model} has no price of training",
        "无法控制在上限内：{model} 没有训练价格",
    ),
    "error.hosted.unpriced.fix": (
        "Write training (money per million tokens) and rates into the scene's prices.toml, or set no limit",
        "请在场景的 prices.toml 中写明 training（每百万 token 的价格）和汇率，或不设上限",
    ),
    "error.hosted.no_rate": (
        "No limit can be held: {model} is billed in {currency}",
        "无法控制在上限内：{model} 以 {currency} 计费",
    ),
    "error.hosted.no_rate.fix": (
        "Write training (money per million tokens) and rates into the scene's prices.toml, or set no limit",
        "请在场景的 prices.toml 中写明 training（每百万 token 的价格）和汇率，或不设上限",
    ),
    "error.hosted.budget": (
        "The training could cost up to {most:.4g} {currency}, and the limit is {limit:.4g}",
        "训练最多可能花费 {most:.4g} {currency}，而上限是 {limit:.4g}",
    ),
    "error.hosted.budget.fix": (
        "Raise the limit, or take fewer rows or epochs; nothing was sent",
        "请提高上限，或减少行数、轮数；目前什么都没有发送",
    ),
    "error.hosted.local": ("{model} is no model of a provider", "{model} 不是服务商的模型"),
    "error.hosted.local.fix": (
        "Give provider/name; python -m labkit train tunes local models",
        "请写成“服务商/名称”；微调本地模型请用 python -m labkit train",
    ),
    "error.hosted.other": (
        "The hosted tuning {name!r} exists with another dataset, prompt, model or epochs",
        "托管微调 {name!r} 已经存在，但数据集、提示词、模型或轮数不同",
    ),
    "error.hosted.other.fix": ("Give another name", "请换一个名字"),
    "error.hosted.unreadable": ("Cannot read {path}", "无法读取 {path}"),
    "error.hosted.unreadable.fix": (
        "Restore it, or begin again under another name",
        "请恢复它，或换一个名字重新开始",
    ),
    "error.hosted.over": (
        "The hosted tuning {name!r} is not at work ({state})",
        "托管微调 {name!r} 没有在进行（{state}）",
    ),
    "error.hosted.over.fix": ("There is nothing to cancel", "没有可取消的任务"),
    "error.hosted.nothing_said": ("Nothing is said of the tuning", "没有说明这次微调的任何情况"),
    "error.hosted.nothing_said.fix": (
        "Give the job, or the model that came of it",
        "请给出任务，或微调得到的模型",
    ),
    "error.hosted.other_job": (
        "The hosted tuning {name!r} is the job {job} already",
        "托管微调 {name!r} 已经对应任务 {job}",
    ),
    "error.hosted.other_job.fix": ("Give another name", "请换一个名字"),
}
