# %% [markdown] tags=["en"]
# # 00 · The tour: one scene through all four steps
#
# **What you will do.** Take one business scene through two prompts, three models, one training job and one release
# gate. Every figure below is measured by the cell that shows it.
#
# **What you will learn.** One question, put to the same rows again and again, carries the whole workflow.
#
# **What you need.** 10 minutes and two processor cores. No key, no GPU, no network.
#
# **Where it stands.** Steps 1 to 4 at a glance; each has its own lesson: [prompt](01_prompt.ipynb),
# [compare](02_compare.ipynb), [dataset](03_dataset.ipynb), [train](04_train.ipynb), [iterate](05_iterate.ipynb).
#
# Three models answer here. `study` is a language model, a very small one: this project made it so that all four steps
# fit on a laptop. It reads the prompt you give it, and it errs. The other two are floors: `definition-reader` matches
# the words of your definitions with the words of a post and has learnt nothing; `linear` is TF-IDF with logistic
# regression, trained on the labelled pool. How a large model does is for you to measure, with your own key and the
# same cells.

# %% [markdown] tags=["zh"]
# # 00 · 导览：一个业务场景走完四步
#
# **做什么。** 带着一个业务场景，走过两版提示词、三个模型、一次训练和一道上线门禁。下面每个数字，都由显示它的那个单元格当场测得。
#
# **学什么。** 同一个问题，在同一批数据上一遍遍地问，就撑起了整个流程。
#
# **需要什么。** 10 分钟、两个 CPU 核。不要密钥，不要 GPU，不要网络。
#
# **在流程中的位置。** 第一步到第四步的缩影；每一步另有专门的一课：[提示词](01_prompt.ipynb)、[比较](02_compare.ipynb)、[数据集](03_dataset.ipynb)、[训练](04_train.ipynb)、[迭代](05_iterate.ipynb)。
#
# 这里有三个模型作答。`study` 是语言模型，不过非常小：本项目自己把它训练出来，好让四步都能在笔记本电脑上走完。你给什么提示词，它就照着读，也会犯错。另外两个是底线：`definition-reader` 只拿定义里的字词去对微博里的字词，什么都没学过；`linear` 是 TF-IDF 加逻辑回归，用标注池训练。换成大模型会怎样，请带上你自己的密钥，用同样的单元格去测。

# %% [markdown] tags=["en"]
# ## The bar comes first
# The business says what is good enough before anyone writes a prompt. The bar stands in the scene's `task.yaml`, and
# every score is held against it from the first run on.

# %% [markdown] tags=["zh"]
# ## 先定业务线
# 动手写提示词之前，业务方先说清楚做到多少算合格。这条线写在场景的 `task.yaml` 里，从第一次评测起，每个分数都要拿它来比。

# %%
import dataclasses

import check
import labkit

scene = labkit.open_scene("weibo_service")
check.bar_in_words(scene.task.bar)

# %% [markdown] tags=["en"]
# ## Ten posts, read by you
# Nobody should judge a model on posts they have not read. The notes say what makes a post hard.

# %% [markdown] tags=["zh"]
# ## 先亲自读十条
# 没读过数据的人，没有资格评判模型。备注一栏说的是这条微博难在哪里。

# %%
check.table(scene.examples("dev", limit=10), "items", "labels", "note")

# %% [markdown] tags=["en"]
# ## Step 1: the same model, two prompts
# `v1` lists bare label names. `v2` gives each label one or two careful sentences. The model is the same and so are the
# rows, so the difference is what those sentences are worth, at least to this model. `@labels` weighs the labels and
# writes no reasons, which takes a fraction of the time; [lesson 1](01_prompt.ipynb) reads reasons. Without PyTorch the
# first cell says what to install, and `definition-reader` answers instead.

# %% [markdown] tags=["zh"]
# ## 第一步：同一个模型，两版提示词
# `v1` 只列标签名，`v2` 给每个标签写一两句讲究的定义。模型没换，数据没换，所以差出来的就是这些句子的价值，至少对这个模型是如此。`@labels` 只给标签打分、不写理由，省下大半时间；理由留到[第 1 课](01_prompt.ipynb)再读。没有装 PyTorch 时，第一个单元会说明该装什么，改由 `definition-reader` 作答。

# %%
reader = check.study("labels")
bare = labkit.evaluate(scene, "v1", reader)
defined = labkit.evaluate(scene, "v2", reader)
labkit.charts.show(labkit.charts.scores_chart([bare, defined]))
labkit.standing(scene.task, labkit.score(defined)).verdict

# %% [markdown] tags=["en"]
# ## Step 2: models on the same rows
# `linear` and `definition-reader` are the floors: if a model that costs thousands does not clearly beat them, the
# thousands are wasted. So small a model as `study` may well lie below them. Runs are compared row by row, and the
# verdict may be "cannot tell".

# %% [markdown] tags=["zh"]
# ## 第二步：同一批数据上的几个模型
# `linear` 和 `definition-reader` 是底线：花大钱的模型要是不能明显胜过它们，这钱就白花了。`study` 这么小，落在底线下面也不奇怪。比较是逐条配对进行的，结论也可以是“分不出”。

# %%
floors = [labkit.evaluate(scene, "v2", model) for model in ("definition-reader", "linear")]
runs = [bare, defined, *(floor for floor in floors if floor.id != defined.id)]
comparison = labkit.compare(runs)
labkit.charts.show(labkit.charts.differences_chart(comparison, scene.task.bar.metric))
check.table(comparison.ranking, "prompt", "model", "group")

# %% [markdown] tags=["en"]
# > **The one insight.** Prompting, choosing a model, choosing data, training and releasing are one measurement on the
# > same rows, asked again and again. That is why you could read the two charts above without learning anything new.
#
# ## Step 3: a small dataset, each row with its reason
# The article asks for at most about a thousand rows: easy, boundary and hard ones, balanced over the labels. `select`
# takes them from the pool under quotas; why each row is there is written beside it. Its targets are labels alone, so
# the prompt that goes with them is `v2` without the request for a reason.

# %% [markdown] tags=["zh"]
# > **一句话心得。** 写提示词、选模型、选数据、训练、上线，其实是同一次测量：同一批数据，同一个问题，反复地问。正因如此，上面两张图不用另学就能看懂。
#
# ## 第三步：小而精的数据集，每一条都有入选的理由
# 文章的建议是：每个子任务最多约一千条，简单的、边界的、疑难的都要有，标签要均衡。`select` 按配额从标注池里挑；每一条为什么入选，都写在旁边。训练目标只有标签，所以配套的提示词是去掉理由要求的 `v2`。

# %%
scene.save_prompt(
    dataclasses.replace(scene.prompt("v2"), name="labels", rationale="none"), overwrite=True
)
if "tour" not in scene.dataset_names():
    labkit.select(scene, 360, "tour", prompt="labels")
chosen = scene.dataset("tour").rows
print(len(chosen))
check.table([{**row, **row["why"]} for row in chosen[:8]], "items", "labels", "cell", "reason")

# %% [markdown] tags=["en"]
# ## Step 4: before and after training
# QLoRA runs in a process of its own, so the kernel stays free; on two cores it takes some minutes. The base can read
# definitions; which words this scene's authors use for them nobody has told it. Before and after are the same
# `evaluate` on the same rows. Without PyTorch the rest goes on without the two.

# %% [markdown] tags=["zh"]
# ## 第四步：训练前后
# QLoRA 在单独的进程里跑，内核照样能用；双核上要跑几分钟。底座会读定义；至于这个场景的作者习惯用哪些字眼，从没有人教过它。训练前后，用的是同一个 `evaluate`、同一批数据。没有装 PyTorch 时，后面照常进行，只是少了这两个模型。

# %%
job = labkit.train(scene, "tour", "local/study") if check.can_train() else None
labkit.TrainingMonitor(job) if job else None

# %% [markdown] tags=["en"]
# When it has ended, base and tuned model answer the dev rows with the same prompt, and stand beside everything measured
# so far.

# %% [markdown] tags=["zh"]
# 训练一结束，底座和微调后的模型就用同一份提示词回答开发集，和前面量过的放在一张图里。

# %%
if job:
    job.wait()
    trained = (job.base_name, job.model_name)
    runs += [labkit.evaluate(scene, "labels", model) for model in trained]
labkit.charts.show(labkit.charts.scores_chart(runs))

# %% [markdown] tags=["en"]
# ## The release: may it go online?
# The gate knows the bar and the labels that must not be missed. A rule that cannot be measured does not pass: here
# nothing is online yet to compare with, and the model has no price. Reading the frozen test rows asks for a reason and
# is written down. The gate says no, and it says why; an honest no is a result.

# %% [markdown] tags=["zh"]
# ## 上线：过得了门禁吗？
# 门禁认得业务线和绝不能漏的标签。量不出来的规则一律算不通过：这里还没有线上的现任可比，模型也没有报价。读冻结的测试集要说明理由，这次读取也会记下来。门禁说不行，并且说了为什么；老老实实的“不行”，也是结果。

# %%
candidate = labkit.evaluate(
    scene, *(("labels", job.model_name) if job else ("v2", reader)), "test", reason="tour"
)
lines = labkit.gate(scene.gate(), scene.task, candidate).lines
check.table([line.told() for line in lines], "rule", "wanted", "measured", "passed")

# %% [markdown] tags=["en"]
# ## Exercise
# The bar is a decision, not a law of nature. Move it until nobody can say whether the model meets it with `v2`, and
# explain to a colleague what would have to change for an answer.

# %% [markdown] tags=["zh"]
# ## 练习
# 业务线是定出来的，不是天生的。移动它，直到谁也说不清 `v2` 下的这个模型到底达没达标；再跟同事讲讲，要有什么变化，才能有答案。

# %% tags=["exercise"]
bar = scene.task.bar.value
check.tour(defined, bar)

# %% tags=["solution"]
# solution · 答案
bar = labkit.score(defined).values["macro_f1"].value
check.tour(defined, bar)

# %% [markdown] tags=["en"]
# In this notebook you took one scene from its bar to a gate: two prompts, three models, a chosen dataset, a training
# job, a verdict, all measured on the same rows. Start with step 1: [which sentence is missing?](01_prompt.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你带着一个场景，从业务线一路走到门禁：两版提示词、三个模型、一份挑出来的数据、一次训练、一个结论，量的都是同一批数据。从第一步开始吧：[缺的是哪一句？](01_prompt.ipynb)
