# %% [markdown] tags=["en"]
# # 05 · Iterate: may this candidate go online?
#
# **What you will do.** Hold a candidate against the scene's gate, look at posts that came later, take what it got wrong
# into the next round, and refuse a candidate whose mean went up.
#
# **What you will learn.** What a gate must say beside the mean, and what later posts can and cannot tell you.
#
# **What you need.** 15 minutes. No key, no GPU, no network.
#
# **Where it stands.** Step 4 of 4, second half. The article's advice: put it online, watch it, collect what it got
# wrong, and go round again until the business bar holds.

# %% [markdown] tags=["zh"]
# # 05 · 迭代：这个候选可以上线吗？
#
# **做什么。** 拿候选去过场景的门禁；看看后来才出现的微博；把它答错的收进下一轮；再拒绝一个平均分反而更高的候选。
#
# **学什么。** 除了平均分，门禁还必须写上什么；后来的微博能说明什么，又不能说明什么。
#
# **需要什么。** 15 分钟。不要密钥，不要 GPU，不要网络。
#
# **在流程中的位置。** 四步中的第四步，下半段。文章的建议：上线，盯着，把答错的收集起来，再走一轮，直到达到业务线为止。

# %% [markdown] tags=["en"]
# ## The gate
# A scene's `gate.yaml` says what a release must show: the least score, a least recall for labels that must not be
# missed, no label that got much worse, answers that can be read. The gate is one of the two uses of the test rows, so
# `evaluate` asks why and writes the reading into the scene's decisions.

# %% [markdown] tags=["zh"]
# ## 门禁
# 场景的 `gate.yaml` 写着上线要拿得出什么：最低的分数；绝不能漏的标签，召回率最低多少；没有哪个标签明显变差；答案都读得出来。测试集只有两种用途，过门禁是其一，所以 `evaluate` 要问一声为什么，并把这次读取写进场景的决定记录。

# %%
import dataclasses

import pandas

import check
import labkit

scene = labkit.open_scene("weibo_service")
asked = {"model": "definition-reader", "split": "test", "reason": "gate"}
runs = {name: labkit.evaluate(scene, name, **asked) for name in ("v1", "v2")}
result = labkit.gate(scene.gate(), scene.task, runs["v2"], champion=runs["v1"])
check.table(result.lines, "rule", "wanted", "measured", "passed")

# %% [markdown] tags=["en"]
# ## Later posts
# These posts came after everything the prompt and the models were made from. Has anything drifted? Nobody has labelled
# them yet in real life, so compare what one model answers now with what it answered before: the share of each label, its
# confidence, the length of the posts, and wording that no earlier post has. Each has its own test, adjusted for their
# number: what is not red may well be chance, however far apart the two points are.

# %% [markdown] tags=["zh"]
# ## 后来的微博
# 这些微博出现的时候，提示词和模型都已经做好了。有什么漂移了吗？真上线时，它们还没有人标注，所以比的是同一个模型现在和从前的回答：每个标签的占比、置信度、微博的长度，还有从前没出现过的用语。每一项都有自己的检验，并按项数校正：没有标红的，两个点离得再远，也可能只是偶然。

# %%
later = scene.examples("traffic")
run = labkit.evaluate(scene, "v2", "linear", "traffic")
drift = labkit.drift(scene, run, before=labkit.evaluate(scene, "v2", "linear"))
labkit.charts.show(labkit.charts.drift_chart(drift))
print([line.what for line in drift.lines if line.drifted], drift.new_grams)

# %% [markdown] tags=["en"]
# ## Corrections against a random sample
# Suppose that users report every third error and nothing else. The reports are errors one and all, so they say what to
# mend; counted, they say nothing about how good the model is. Forty posts drawn at random do, with an interval.

# %% [markdown] tags=["zh"]
# ## 用户纠错与随机抽查
# 假设用户每三个错误会报一个，此外什么也不说。报上来的条条都是错的，所以它们告诉你该改什么；可光数条数，看不出模型有多好。随机抽四十条就看得出来，还带着区间。

# %%
wrong = [row for row in run.rows if not row.correct]
audits = {"reported": wrong[::3], "sampled": check.random_rows(run.rows, 40), "all": run.rows}
parts = {name: dataclasses.replace(run, rows=tuple(rows)) for name, rows in audits.items()}
values = [labkit.score(part).values["accuracy"] for part in parts.values()]
pandas.DataFrame(values, index=list(parts)).round(2)

# %% [markdown] tags=["en"]
# > **The one insight.** Corrections say what to mend; only a random sample says how good you are.
#
# ## The next round
# The errors among the earlier half of the later posts join the pool; both rounds are measured on the other half, which
# neither has seen. It is the same comparison as in the lessons before, and it may well say that so few rows cannot
# tell.

# %% [markdown] tags=["zh"]
# > **一句话心得。** 用户纠错告诉你该改什么；只有随机抽查，才说得出你做得有多好。
#
# ## 再走一轮
# 后来的微博分成两半：前一半里答错的并入标注池，后一半两轮都没见过，用来量这两轮。比法和前几课一样；数据这么少，它很可能会说“分不出”。

# %%
half, pool = len(later) // 2, scene.examples("pool")
missed = [row.example for row in run.rows[:half] if not row.correct]
rounds = [labkit.Linear(rows, scene.task) for rows in (pool, (*pool, *missed))]
measured = [labkit.classify(scene, "v2", model, later[half:]) for model in rounds]
turn = labkit.paired(*measured)
print(len(missed), turn.rows, len(turn.fixed), len(turn.regressed), turn.verdict, turn.rows_needed)

# %% [markdown] tags=["en"]
# ## A candidate whose mean went up
# This candidate is `v2` in which somebody lost the definition of the label that must not be missed. Against `v1`, which
# is online, its mean is far better. Look at the recall of that label before you cheer.

# %% [markdown] tags=["zh"]
# ## 平均分更高的候选
# 这个候选是 `v2`，只是有人把绝不能漏的那个标签的定义弄丢了。和线上的 `v1` 相比，它的平均分高出一大截。先别高兴，看看那个标签的召回率。

# %%
(label,) = scene.task.bar.minimum_recall
broken = check.with_definition(scene.prompt("v2"), scene.prompt("v1").definition_of(label))
champion = runs["v1"]
candidate = labkit.evaluate(scene, broken, **asked)
rows = [
    {"run": name, "mean": check.headline(run), "recall": labkit.score(run).of_label(label).recall}
    for name, run in (("champion", champion), ("candidate", candidate))
]
check.table(rows, "run", "mean", "recall")

# %% [markdown] tags=["en"]
# ## What has been read
# Every reading of the test rows so far, with its reason. Test rows wear out: each look lets a little of them into your
# choices.

# %% [markdown] tags=["zh"]
# ## 读过几次
# 到目前为止每一次读取测试集的记录和理由。测试集会磨损：每看一次，就有一点点渗进你的选择里。

# %%
check.table(scene.test_readings(), "at", "run", "rows", "reason")

# %% [markdown] tags=["en"]
# ## Exercise
# A gate that asks only for a better mean would let this candidate through. Write the line that stops it and still lets
# the champion pass.

# %% [markdown] tags=["zh"]
# ## 练习
# 只看平均分的门禁会放这个候选过去。请写出能拦下它、又放得过现任的那一行。

# %% tags=["exercise"]
line = labkit.Gate(minimum={"macro_f1": check.headline(champion).value})
check.iterate(line, candidate, champion)

# %% tags=["solution"]
# solution · 答案
line = labkit.Gate(recall={label: labkit.score(champion).of_label(label).recall.value})
check.iterate(line, candidate, champion)

# %% [markdown] tags=["en"]
# In this notebook you held a candidate against the gate, watched later posts drift, told corrections from a random
# sample, went one more round, and stopped a candidate that its mean would have let pass. From here the loop starts
# again at [the prompt](01_prompt.ipynb), with your own posts.

# %% [markdown] tags=["zh"]
# 在这一课里，你拿候选过了门禁，看到了后来的微博怎样漂移，分清了用户纠错和随机抽查，多走了一轮，还拦下了一个光看平均分就会放行的候选。接下来，带上你自己的微博，从[提示词](01_prompt.ipynb)再走一圈。
