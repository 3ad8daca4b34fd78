# %% [markdown] tags=["en"]
# # 03 · The dataset: which 100 rows are worth training on?
#
# **What you will do.** Look at the pool and the budget, find near-duplicates, choose 100 rows in three ways, train the
# same model on each choice and measure all three on the same dev rows. Then look at one row as the model will be
# trained on it.
#
# **What you will learn.** Why "take the hardest" is poor advice, and what each row in a small dataset is there for.
#
# **What you need.** 20 minutes. No key, no GPU, no network. The model trained here is `linear`, because it trains in
# seconds and can be trained many times; it is a yardstick for the choice of rows, not the model you would ship.
#
# **Where it stands.** Step 3 of 4. The article's advice: at most about a thousand rows per subtask; boundary and hard
# cases and also easy ones; diverse, balanced over labels and tasks; one answer format and style; nothing the base has
# never met.

# %% [markdown] tags=["zh"]
# # 03 · 数据集：哪 100 条值得拿来训练？
#
# **做什么。** 看看标注池和预算，找出近似重复；用三种办法各挑 100 条，分别训练同一个模型，再用同一批开发集把三种挑法量一遍；最后看一条数据真正拿去训练时的样子。
#
# **学什么。** 弄明白“专挑难的”为什么不是好主意，以及小数据集里的每一条各派什么用场。
#
# **需要什么。** 20 分钟。不要密钥，不要 GPU，不要网络。这里训练的是 `linear`：它几秒钟就能训完，可以反复训。它是衡量挑法的尺子，不是要上线的模型。
#
# **在流程中的位置。** 四步中的第三步。文章的建议：每个子任务最多约一千条；边界的、疑难的要有，简单的也要有；要多样，标签和任务要均衡；回答的格式和风格要统一；底座从没见过的东西不要教。

# %% [markdown] tags=["en"]
# ## The pool and the budget
# These are the labels of the pool. A random draw repeats their imbalance: rare labels stay rare.

# %% [markdown] tags=["zh"]
# ## 标注池和预算
# 下面是标注池里各标签的条数。随机抽样会把这种不均衡原样照搬：少的还是少。

# %% [markdown] tags=["en"]
# ## Six lights
# `audit` runs twenty checks over the scene; each principle of the article has a light of its own. A check that could not
# look says so: nobody has labelled a row twice here, so agreement stays grey rather than green. Where a picture
# says more than a sentence, `audit_charts` draws it: a bar that ends before the dashed line is a label with fewer than
# twenty rows.

# %% [markdown] tags=["zh"]
# ## 六盏灯
# `audit` 对整个场景做二十项检查，文章里的每条原则各有一盏灯。查不了的检查会照实说：这里没有一条由两个人标过，所以一致性是灰的，不会假装是绿的。图比句子说得清楚的，`audit_charts` 会画出来：没够到虚线的标签不足二十行。

# %%
import dataclasses

import pandas

import check
import labkit

scene = labkit.open_scene("weibo_service")
pool, budget, found = scene.examples("pool"), 100, labkit.audit(scene)
print(check.rows_by_label(pool), found.lights)
labkit.charts.show(labkit.audit_charts(found)["D06"])
check.table(found.findings, "check", "severity", "reason")

# %% [markdown] tags=["en"]
# ## Near-duplicates
# Two posts that share half of their character triples count as one: the second teaches nothing, and if one stood in the
# pool and the other among the test rows, the test would be a memory test. This scene has none, so the cell plants one:
# the last post without its last two characters. `select` keeps such rows out by itself.

# %% [markdown] tags=["zh"]
# ## 近似重复
# 两条微博的三字片段有一半相同，就只能算一条：第二条教不了新东西；要是一条在标注池、另一条在测试集，测试就成了考记性。这个场景里没有近似重复，所以单元格故意埋了一条：最后一条微博，去掉末尾两个字。这样的数据，`select` 自己就会挡在外面。

# %%
rows = scene.examples("all")
planted = dataclasses.replace(rows[-1], id="planted", split="pool", items=(rows[-1].text[:-2],))
for batch in (rows, (*rows, planted)):
    groups = labkit.near_duplicate_groups(batch)
    print([pair for pair in groups.items() if len(set(pair)) > 1])

# %% [markdown] tags=["en"]
# ## What only a person can decide
# Conflicts, labels in doubt, hard rows and odd answers wait in one queue. The board shows one item at a time, by keyboard
# alone: a digit per label, Enter to confirm, `u` to undo; the models' votes stay hidden until you ask with `v`. Every
# decision is a line in `decisions.jsonl`, and nothing is lost with the kernel. Ten rows are drawn at random: decide them,
# and they tell how many wrong labels are left. A dev row is never taken for training; the pool rows that resemble it are:
# `more_like` finds them, `enqueue` sends them to the board (in the ErrorBrowser the keys `m` and `q`).

# %% [markdown] tags=["zh"]
# ## 只有人能定的事
# 重复而答案不一的、标签可疑的、疑难的、格式古怪的，都排在同一个队列里。看板一次只给一条，全程用键盘：一个数字一个标签，回车确认，`u` 撤销；模型的票先藏着，您按 `v` 才给看。每个决定都是 `decisions.jsonl` 里的一行，内核重启也丢不了。其中十条是随机抽的：裁决完，就知道还剩多少错误标签。开发集里的微博不能拿去训练，标注池里和它相似的可以：`more_like` 找出来，`enqueue` 送上看板（在 ErrorBrowser 里按 `m` 和 `q`）。

# %%
nearest = labkit.more_like(scene, scene.examples("dev")[0].id, 3)
labkit.enqueue(scene, [found.example.id for found in nearest])
labkit.DatasetBoard(scene, spot=10)

# %% [markdown] tags=["en"]
# ## Three ways to spend the budget
# **Random** draws blindly. **Hardest first** takes the posts whose note says why they are hard. **Quota** is what
# `select` does: labels take turns, rare ones first; within a label it takes the rows that stand for most others;
# near-duplicates of each other, and of dev and test rows, are left out. Once models good enough to judge difficulty
# have answered the pool, the quotas mix easy, boundary and hard rows as well; the baselines here are not good enough,
# and `select` says so rather than guess.

# %% [markdown] tags=["zh"]
# ## 花掉预算的三种办法
# **随机**：闭着眼睛抽。**专挑难的**：拿备注里写明难在哪里的那些。**配额**，也就是 `select` 的做法：各标签轮流取，少的先取；同一标签里，先取最能代表其他微博的；彼此近似重复的，或者与开发集、测试集近似重复的，一律不要。等到有足够好的模型答过标注池、能判断难易，配额还会按简单、边界、疑难来搭配；这里的基线还不够格，`select` 会照实说，而不是瞎猜。

# %%
hard = sorted(pool, key=lambda row: row.note is None)
choices = {
    "random": check.random_rows(pool, budget),
    "hardest": hard[:budget],
    "quota": [row.example for row in labkit.select_rows(scene.rows, scene.task, budget)],
}
pandas.DataFrame({name: check.rows_by_label(rows) for name, rows in choices.items()})

# %% [markdown] tags=["en"]
# Now the same model learns from each choice and is measured on the same dev rows. Mind the intervals: one draw of a
# hundred rows is one draw.

# %% [markdown] tags=["zh"]
# 现在让同一个模型分别学这三份数据，再用同一批开发集来量。请留意区间：一百条只抽一次，就只是一次。

# %%
models = [labkit.Linear(rows, scene.task) for rows in choices.values()]
scores = [check.headline(labkit.evaluate(scene, "v2", model)) for model in models]
rows = [{"choice": name, "macro_f1": value} for name, value in zip(choices, scores, strict=True)]
check.table(rows, "choice", "macro_f1")

# %% [markdown] tags=["en"]
# > **The one insight.** Hardest first tends to lose to random: hard rows are often wrong or odd rows, and a model that
# > never sees the plain case does not learn it.
#
# ## One row as it is trained
# The row, the answer it teaches, and why it was chosen. All targets share one format: the same keys, the same order,
# the same style. The loss is taken on this answer only: below, for three rows, the tokens that carry it, of how many, as
# the tokenizer of the model that is to be trained takes them apart.

# %% [markdown] tags=["zh"]
# > **一句话心得。** “专挑难的”往往输给随机：难的常常是标错的或者古怪的；一个从没见过普通情形的模型，也学不会普通情形。
#
# ## 拿去训练的一条是什么样
# 这一条本身、要教给模型的答案，还有它入选的理由。所有答案都是一个格式：键相同，顺序相同，风格相同。损失只算在答案上：下面列出三条样本里计入损失的词元（由要训练的那个模型的分词器切分），以及占总词元的多少。

# %%
if "quota" not in scene.dataset_names():
    labkit.select(scene, budget, "quota", prompt="short")
row = next(row for row in scene.dataset("quota").rows if len(row["labels"]) > 1)
print(row["items"], row["target"], row["why"], sep="\n")
if check.can_train():
    for shown in labkit.loss_preview(scene, "quota", "local/study"):
        print(shown.id, f"{shown.answer_tokens} / {shown.tokens}", "│".join(shown.learnt))

# %% [markdown] tags=["en"]
# ## What do the rows cover, and would more help?
# The pool falls into regions of posts that resemble each other. `dataset_coverage` says what the chosen rows stand for
# and which regions they leave bare; `Planner` says the same of other quotas, with nothing written. `CoverageBoard` shows
# it: click a region of the map to read its posts, move a quota and see at once what that changes.
#
# `linear` learns from a quarter, a half, three quarters and all of the rows, several times, and each is measured on dev.
# Where the last quarter adds less than half a point, stop collecting. It is a cheap stand-in: read the shape of the
# curve, not its height.

# %% [markdown] tags=["zh"]
# ## 这些数据覆盖了什么？再加还有用吗？
# 标注池可以分成若干个内容相近的区域。`dataset_coverage` 会说出选中的数据代表了多少、哪些区域一条都没有；`Planner` 能说出换一种配额会怎样，什么都不写入。`CoverageBoard` 把这些画出来：点一下图上的区域就能读到里面的内容，拖动配额马上看到变化。
#
# 让 `linear` 分别学四分之一、一半、四分之三和全部，各抽几次，都用开发集来量。最后四分之一带来不到半分，就可以停止收集了。它只是便宜的替身：看曲线的形状，别看高度。

# %%
covered = labkit.dataset_coverage(scene, "quota")
doubled = labkit.Planner(scene).plan(2 * budget).coverage[None]
print(f"{covered.value:.2f} → {doubled.value:.2f}", [len(region.rows) for region in covered.bare])
curve = labkit.saturation(scene, "quota", draws=3)
print(f"{100 * curve.last_gain:+.1f}", curve.saturated)
labkit.charts.show(labkit.charts.saturation_chart(curve))
labkit.CoverageBoard(scene, budget)

# %% [markdown] tags=["en"]
# ## Labels with reasons
# A teacher's recorded answers can be taught too, but only where its labels equal gold, its quotes are verbatim and it
# gives a reason; the manifest counts what was refused and names the teacher and the terms it came under. The teacher
# here reads definitions, so its reason *is* why it answered; a language model's reason is a story told afterwards.
# A dataset never mixes rows with and without reasons.

# %% [markdown] tags=["zh"]
# ## 标签加理由
# 老师模型的回答也可以教，但只取标签与标准答案相同、引文逐字属实、又给出理由的那些；清单会记下拒收了多少、老师是谁、条款怎么说。这里的老师是按定义作答的，它的理由**就是**作答的原因；语言模型的理由则是事后讲的故事。一个数据集里，有理由的和没理由的绝不混在一起。

# %%
teacher = labkit.evaluate(scene, "v2", "definition-reader", "pool")
if "reasons" not in scene.dataset_names():
    labkit.select(scene, budget, "reasons", prompt="v2", teacher=teacher.id)
taught = scene.dataset("reasons")
print(len(taught.rows), taught.manifest["refused"], taught.manifest["teacher"]["training"])
print(taught.rows[0]["target"])

# %% [markdown] tags=["en"]
# ## The next version, and its card
# A dataset is never overwritten. The next one names its parent, and two of them can be compared row by row. The content
# id is a hash of what is taught: the same rows, answers and prompt have the same id under any name. The card says on one
# page what is in it, how it was made, what the audit found and what nobody has examined.
#
# | report | what it did | the check here |
# |---|---|---|
# | LIMA | 1,000 rows, one style, filtered by hand | D01 size, D10 style |
# | Llama 2 | stopped at 27,540 rows, quality before number | D01, D11 label noise |
# | Yi | under 10,000 dialogues, each one inspected | D11, adjudication |
# | DeepSeek LLM | watched how often answers repeat themselves | D16 repetition |
# | ReAlign | one written format per task, facts unchanged | D09 contract, D10 |
# | Gekhman et al. | facts that the base has never met do harm in the end | D13 knowledge |
#
# They disagree: Yi's report asks for knowledge the base lacks, Gekhman's measurements say it makes a model invent.

# %% [markdown] tags=["zh"]
# ## 下一个版本，和它的数据卡
# 数据集写好就不再改动。下一个版本会写明它接着哪一个，两个版本可以逐条对比。内容编号由所教的内容算出：数据、答案、提示词都相同，叫什么名字编号都一样。数据卡用一页纸说清：里面有什么、怎么来的、查出了什么、哪些地方没人查过。
#
# | 报告 | 怎么做的 | 对应的检查 |
# |---|---|---|
# | LIMA | 一千条，风格统一，人工筛选 | D01 规模、D10 风格 |
# | Llama 2 | 到 27,540 条就停，质量重于数量 | D01、D11 标签噪声 |
# | Yi | 不到一万段对话，逐条看过 | D11、人工裁定 |
# | DeepSeek LLM | 盯着回答的自我重复率 | D16 重复用语 |
# | ReAlign | 每个任务一种写定的格式，事实不动 | D09 答案格式、D10 |
# | Gekhman 等 | 底座没见过的事实，最终有害 | D13 知识 |
#
# 它们也有分歧：Yi 的报告主张教底座没有的知识，Gekhman 等人的测量却说，这样会教模型编造。

# %%
if "quota-2" not in scene.dataset_names():
    labkit.select(scene, budget + 20, "quota-2", prompt="short", parent="quota")
older, newer = scene.dataset("quota"), scene.dataset("quota-2")
print(older.content_id[:12], newer.content_id[:12], labkit.diff_datasets(older, newer).counts)
print(labkit.dataset_card(scene, "quota-2")[:1500])

# %% [markdown] tags=["en"]
# ## Exercise
# Beat both the random draw and hardest first, on dev, with at most 100 rows of the pool. Start from `mine`; any way of
# choosing is allowed except looking at dev and test rows.

# %% [markdown] tags=["zh"]
# ## 练习
# 从标注池里挑最多 100 条，在开发集上同时胜过随机和“专挑难的”。从 `mine` 开始改；怎么挑都行，只是不许看开发集和测试集。

# %% tags=["exercise"]
mine = choices["hardest"]
check.dataset(scene, mine, choices)

# %% tags=["solution"]
# solution · 答案
mine = choices["quota"]
check.dataset(scene, mine, choices)

# %% [markdown] tags=["en"]
# In this notebook you read six lights, found near-duplicates, chose 100 rows in three ways and saw what each choice
# teaches, read one training row with its reason, asked whether more rows would help, taught a teacher's reasons, and
# compared two versions. Next: [what does fine-tuning change?](04_train.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你看了六盏灯，找出了近似重复，用三种办法挑了 100 条并量出每种挑法教会了什么，读了一条带着入选理由的训练数据，问清了再加数据还有没有用，教了一遍老师的理由，又对比了两个版本。下一课：[微调到底改变了什么？](04_train.ipynb)
