# %% [markdown] tags=["en"]
# # 3 · Dataset
# Where this scene stands, and the one next step:

# %% [markdown] tags=["zh"]
# # 3 · 数据集
# 这个场景目前离目标有多远，下一步做什么：

# %%
import labkit

scene = labkit.open_scene("..")
labkit.status(scene)

# %% [markdown] tags=["en"]
# ## What is there
# Rows by split and label; near duplicates are kept in one split, and none of the test rows may be repeated in training.

# %% [markdown] tags=["zh"]
# ## 手头有什么
# 各个划分、各个标签的数据量；近似重复的会放在同一个划分里，测试数据绝不会在训练里重复出现。

# %%
import pandas

rows = scene.examples()
pairs = [(row.split, label) for row in rows for label in row.labels or ()]
counts = pandas.DataFrame(pairs, columns=["split", "label"]).value_counts()
counts.unstack("split", fill_value=0)

# %% [markdown] tags=["en"]
# ## Choose at most a thousand
# Few and good: labels balanced, repetitions and leaks refused, the reason written beside each row.

# %% [markdown] tags=["zh"]
# ## 最多选一千条
# 贵精不贵多：标签均衡，重复的、泄漏的都不要，每条为什么入选都写在旁边。

# %%
name, budget = "round1", 1000
if name not in scene.dataset_names():
    labkit.select(scene, budget, name)
chosen = pandas.DataFrame(list(scene.dataset(name).rows))
chosen[["items", "labels", "why"]]
