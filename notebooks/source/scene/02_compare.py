# %% [markdown] tags=["en"]
# # 2 · Compare
# Where this scene stands, and the one next step:

# %% [markdown] tags=["zh"]
# # 2 · 比较模型
# 这个场景目前离目标有多远，下一步做什么：

# %%
import labkit

scene = labkit.open_scene("..")
labkit.status(scene)

# %% [markdown] tags=["en"]
# ## The models
# Two floors stand here: add your own names, `<provider>/<model>` or `local/<folder>`, as `python -m labkit models`
# lists them. All answer the same rows with the same prompt. `linear` learns from the labelled pool rows.
# The heads of the table sort it; the letters of two runs open the rows on which they differ.

# %% [markdown] tags=["zh"]
# ## 参加比较的模型
# 这里先放两条基线，请加上你自己的：`<provider>/<model>` 或 `local/<folder>`，写法见 `python -m labkit models`。所有模型用同一份提示词回答同一批数据。`linear` 用 pool 里已标注的数据学习。点列名可以排序；点两个运行的字母，就能读到二者不一致的那些行。

# %%
models = ["definition-reader", "linear"]
prompt = scene.prompt_names()[-1]
runs = [labkit.evaluate(scene, prompt, model) for model in models]
labkit.ModelComparison(runs, scene.prices(), scene.task.bar, scene.terms().hosting)

# %% [markdown] tags=["en"]
# ## Which is better, and is that sure?
# Pairs on the same rows; an interval across zero means "cannot tell", whatever the means say.

# %% [markdown] tags=["zh"]
# ## 谁更好，有没有把握
# 在同一批数据上两两配对；区间跨过零，就是“分不出”，不管平均分看上去谁高谁低。

# %%
comparison = labkit.compare(runs)
labkit.charts.show(labkit.charts.differences_chart(comparison, comparison.metric))

# %% [markdown] tags=["en"]
# ## Which way to go
# The memo holds every recorded run against the bar, the budget and the volume in `task.yaml`. Once it is discussed,
# `labkit.memo(scene).decide("why")` writes the decision and its runs into the scene, for git.

# %% [markdown] tags=["zh"]
# ## 该走哪条路
# 备忘把所有记录下来的运行与 `task.yaml` 里的要求、预算和量对照。讨论过后，用 `labkit.memo(scene).decide("理由")` 把决定和所依据的运行写进场景，随 git 一起走。

# %%
labkit.memo(scene)
