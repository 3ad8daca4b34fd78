# %% [markdown] tags=["en"]
# # 03 · The dataset: which 150 rows are worth training on?
#
# **What you will do.** Look at the pool and the budget, find near-duplicates, choose 150 rows in three ways, train the
# same model on each choice and measure all three on the same dev rows. Then look at one row as the model will be
# trained on it.
#
# **What you will learn.** Why "take the hardest" is poor advice, and what each row in a small dataset is there for.
#
# **What you need.** 20 minutes. No key, no GPU, no network. The model trained here is `linear`, because it trains in a
# second and can be trained many times; it is a yardstick for the choice of rows, not the model you would ship.
#
# **Where it stands.** Step 3 of 4. The article's advice: at most about a thousand rows per subtask; boundary and hard
# cases and also easy ones; diverse, balanced over labels and tasks; one answer format and style; nothing the base has
# never met.

# %% [markdown] tags=["zh"]
# # 03 · 数据集：哪 150 条值得拿来训练？
#
# **做什么。** 看看标注池和预算，找出近似重复；用三种办法各挑 150 条，分别训练同一个模型，再用同一批开发集把三种挑法量一遍；最后看一条数据真正拿去训练时的样子。
#
# **学什么。** 弄明白“专挑难的”为什么不是好主意，以及小数据集里的每一条各派什么用场。
#
# **需要什么。** 20 分钟。不要密钥，不要 GPU，不要网络。这里训练的是 `linear`：它一秒钟就能训完，可以反复训。它是衡量挑法的尺子，不是要上线的模型。
#
# **在流程中的位置。** 四步中的第三步。文章的建议：每个子任务最多约一千条；边界的、疑难的要有，简单的也要有；要多样，标签和任务要均衡；回答的格式和风格要统一；底座从没见过的东西不要教。

# %% [markdown] tags=["en"]
# ## The pool and the budget
# These are the labels of the pool. A random draw repeats their imbalance: rare labels stay rare.

# %% [markdown] tags=["zh"]
# ## 标注池和预算
# 下面是标注池里各标签的条数。随机抽样会把这种不均衡原样照搬：少的还是少。

# %%
import pandas

import check
import labkit

scene = labkit.open_scene("weibo_service")
pool, budget = scene.examples("pool"), 150
pandas.Series([label for row in pool for label in row.labels]).value_counts()

# %% [markdown] tags=["en"]
# ## Near-duplicates
# Two posts that share half of their character triples count as one: the second teaches nothing, and if one stood in the
# pool and the other in the test rows, the test would be a memory test. The search runs over everything, so both would
# show.

# %% [markdown] tags=["zh"]
# ## 近似重复
# 两条微博的三字片段有一半相同，就只能算一条：第二条教不了新东西；要是一条在标注池、另一条在测试集，测试就成了考记性。这里在全部数据里查，两种情况都会露出来。

# %%
rows = {row.id: row for row in scene.examples("all")}
first = labkit.near_duplicate_groups(list(rows.values()), threshold=0.3)
pairs = [(rows[one], rows[other]) for other, one in first.items() if one != other]
print(len(pairs), sum(one.split != other.split for one, other in pairs))
pandas.DataFrame([{"one": one.text, "other": other.text, "split": other.split} for one, other in pairs[:4]])

# %% [markdown] tags=["en"]
# ## Three ways to spend the budget
# **Random** draws blindly. **Hardest first** takes the rows that `definition-reader` gets wrong. **Quota** is `select`:
# it fills the cells of a grid, label by difficulty, so that easy, boundary and hard rows of every label are there, and
# it skips near-duplicates.

# %% [markdown] tags=["zh"]
# ## 花掉预算的三种办法
# **随机**：闭着眼睛抽。**专挑难的**：拿那些 `definition-reader` 答错的。**配额**，也就是 `select`：按“标签 × 难度”的格子来填，让每个标签的简单、边界、疑难都有，同时跳过近似重复的。

# %%
told = labkit.evaluate(scene, "v2", "definition-reader", "pool")
hard = sorted(told.rows, key=lambda row: bool(row.correct))
choices = {
    "random": check.random_rows(pool, budget),
    "hardest": [row.example for row in hard[:budget]],
    "quota": [chosen.example for chosen in labkit.select_rows(pool, scene.task, budget, [told])],
}
pandas.DataFrame({name: check.cells(rows) for name, rows in choices.items()})

# %% [markdown] tags=["en"]
# Now the same model learns from each choice and is measured on the same dev rows.

# %% [markdown] tags=["zh"]
# 现在让同一个模型分别学这三份数据，再用同一批开发集来量。

# %%
runs = {name: labkit.evaluate(scene, "v2", labkit.Linear(rows, scene.task)) for name, rows in choices.items()}
scores = {name: labkit.score(run).values["macro_f1"] for name, run in runs.items()}
pandas.DataFrame(scores.values(), index=list(scores)).round(3)

# %% [markdown] tags=["en"]
# > **The one insight.** Hardest first tends to lose to random: hard rows are often wrong or odd rows, and a model that
# > never sees the plain case does not learn it.
#
# ## One row as it is trained
# The row, the answer it teaches, and why it was chosen. All targets share one format: the same keys, the same order,
# the same style. The loss is taken on this answer only.

# %% [markdown] tags=["zh"]
# > **一句话心得。** “专挑难的”往往输给随机：难的常常是标错的或者古怪的；一个从没见过普通情形的模型，也学不会普通情形。
#
# ## 拿去训练的一条是什么样
# 这一条本身、要教给模型的答案，还有它入选的理由。所有答案都是一个格式：键相同，顺序相同，风格相同。损失只算在答案上。

# %%
if "lesson" not in scene.dataset_names():
    labkit.select(scene, budget=budget, name="lesson")
row = scene.dataset("lesson").rows[0]
print(row["items"], row["target"], row["why"], sep="\n")

# %% [markdown] tags=["en"]
# ## Exercise
# Beat both the random draw and hardest first, on dev, with at most 150 rows of the pool. Start from `mine`; any way of
# choosing is allowed except looking at dev and test rows.

# %% [markdown] tags=["zh"]
# ## 练习
# 从标注池里挑最多 150 条，在开发集上同时胜过随机和“专挑难的”。从 `mine` 开始改；怎么挑都行，只是不许看开发集和测试集。

# %% tags=["exercise"]
mine = choices["hardest"]
check.dataset(scene, mine, choices)

# %% tags=["solution"]
mine = choices["quota"]
check.dataset(scene, mine, choices)

# %% [markdown] tags=["en"]
# In this notebook you measured the pool's imbalance, found near-duplicates, chose 150 rows in three ways, saw what each
# choice teaches, and read one training row with its reason. Next: [what does fine-tuning change?](04_train.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你看清了标注池有多不均衡，找出了近似重复，用三种办法挑了 150 条，量出了每种挑法教会了什么，还读了一条带着入选理由的训练数据。下一课：[微调到底改变了什么？](04_train.ipynb)
