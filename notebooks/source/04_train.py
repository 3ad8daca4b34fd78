# %% [markdown] tags=["en"]
# # 04 · Train: what did fine-tuning change, row by row?
#
# **What you will do.** Start a QLoRA job from a cell, keep using the kernel while it runs, attach to it again as if the
# kernel had been restarted, and hold the tuned model against its own base on the same rows.
#
# **What you will learn.** What a recipe says, what a training row looks like to the loss, and how to read what a short
# training taught.
#
# **What you need.** 20 minutes, two processor cores and about 2 GB of memory. No key, no GPU, no network.
#
# **Where it stands.** Step 4 of 4, first half. The article's advice: QLoRA, because it needs one card where full
# fine-tuning needs many; and check the tuned model on the business's own rows before anything else.
#
# The base here is `study`, a very small language model built by this project. Training it takes no longer than a coffee
# break. The code that trains it is the code that trains a model of seven billion weights.

# %% [markdown] tags=["zh"]
# # 04 · 训练：微调到底改变了哪些？
#
# **做什么。** 在单元格里启动一个 QLoRA 任务，训练期间照常使用内核；假装内核重启过，再重新接上它；最后在同一批数据上，拿微调后的模型和它自己的底座相比。
#
# **学什么。** 弄懂一份配方说了什么，一条训练数据在损失函数眼里是什么样，以及短短一次训练究竟教会了什么。
#
# **需要什么。** 20 分钟、两个 CPU 核、约 2 GB 内存。不要密钥，不要 GPU，不要网络。
#
# **在流程中的位置。** 四步中的第四步，上半段。文章的建议：用 QLoRA，全量微调要很多张卡，它一张就够；训完先在业务自己的数据上验，别的都往后放。
#
# 这里的底座是 `study`，本项目自己训练的一个很小的语言模型。训练一次，喝杯咖啡的工夫就完。训练它的代码，就是训练七十亿参数模型的那一份代码。

# %% [markdown] tags=["en"]
# ## The recipe
# Every knob has a default with a reason; `labkit.Recipe` documents them, and the form shows them. What it writes is the
# recipe.yaml that `python -m labkit train DIR --recipe` reads; here its knobs go to the training as they stand. `r` and `alpha` set the size and the weight of the
# two small matrices that are trained, while the base stays frozen in four bits. A base may ship a recipe of its own;
# this one does, for it is so small that the defaults for large models would hardly move it.

# %% [markdown] tags=["zh"]
# ## 配方
# 每个旋钮都有默认值，默认值都有缘由，写在 `labkit.Recipe` 的文档里，表单上也有。表单写出的就是 `python -m labkit train DIR --recipe` 读的 recipe.yaml；这里直接把旋钮的值交给训练。`r` 和 `alpha` 决定要训练的那两个小矩阵有多大、占多重；底座以四比特存放，冻结不动。底座也可以自带配方；这个就带了，因为它太小，照大模型的默认值训，几乎推不动它。

# %%
import dataclasses

import pandas

import check
import labkit

scene = labkit.open_scene("weibo_service")
form = labkit.RecipeForm(scene, base="local/study")
form

# %% [markdown] tags=["en"]
# ## Start it, and go on working
# The rows come from `select`; their answers are labels alone, so they are asked with `v2` without the request for a
# reason. The job runs in a process of its own: the cell returns at once, and the kernel is free for the floor that the
# tuned model will be held against. The same call finds a training that was already done, or goes
# on with one that was interrupted.

# %% [markdown] tags=["zh"]
# ## 启动，然后接着干活
# 数据由 `select` 挑选；答案只有标签，所以提问用的是去掉理由要求的 `v2`。任务在单独的进程里跑：单元格立刻返回，内核是空着的，正好用来量一量微调后的模型要对照的基线。同样的调用，训练过的会直接找回来，中断过的会接着训。

# %%
scene.save_prompt(
    dataclasses.replace(scene.prompt("v2"), name="labels", rationale="none"), overwrite=True
)
if "tour" not in scene.dataset_names():
    labkit.select(scene, 360, "tour", prompt="labels")
job = labkit.train(scene, "tour", "local/study", form.recipe)
print(job.status())
floor = labkit.evaluate(scene, "short", "linear")

# %% [markdown] tags=["en"]
# ## Restart the kernel on purpose
# Nothing of the job lives in this kernel. Restart it, run the cell below, and go on from there: the job is found again
# by its folder. Without a restart the cell does the same.
#
# The monitor draws the loss, the gradient and the learning rate of each step. Now and then the job answers dev rows,
# as it will be asked later: macro-F1 of these answers, not the loss, says which checkpoint becomes the adapter. Below
# the chart the base's answers stand beside the adapter's. The buttons save, measure, or stop and keep.

# %% [markdown] tags=["zh"]
# ## 故意重启一次内核
# 任务没有任何东西留在这个内核里。不妨重启一次，运行下面的单元格，再从这里继续：凭文件夹就能把任务找回来。不重启，这个单元格做的也是同样的事。
#
# 监视器画出每一步的损失、梯度和学习率。隔一段时间，任务会回答一批 dev 数据，问法和以后上线时一样；哪个检查点成为适配器，由这些回答的 macro-F1 说了算，而不是损失。图的下面，底座和适配器的回答并排列出。按钮可以保存、评测，或者停下并保留。

# %%
import pandas

import check
import labkit

scene = labkit.open_scene("weibo_service")
job = next(job for job in labkit.jobs_of(scene) if job.name.startswith("tour"))
floor = labkit.evaluate(scene, "short", "linear")
labkit.TrainingMonitor(job)

# %% [markdown] tags=["en"]
# ## What the loss sees
# This is the first training row, to the letter. The messages are given; the answer is learnt, and only its tokens count
# for the loss. So what stands there is what the model will imitate: its keys, their order, its style.

# %% [markdown] tags=["zh"]
# ## 损失函数看到的
# 这是第一条训练数据，一字不差。消息是给定的，答案才是要学的，只有答案里的词元计入损失。所以答案里写什么，模型就照着学什么：有哪些键，什么顺序，什么口气。

# %%
row = job.folder.rows()[0]
for message in row.messages:
    print(message.role, message.content, sep="\n", end="\n\n")
print(row.answer)

# %% [markdown] tags=["en"]
# ## Wait, then measure base and tuned alike
# The base and the base with its adapter answer the same rows through the same `evaluate` and the same prompt: the
# definitions were there before; what is new is how this scene's authors speak of what they define.
#
# **Which rows did it fix?** First, how the rows ended: an answer counts when it has the agreed form and names labels of
# this task only. Where a base fails at that, training mends it first; what remains to learn is how this scene uses its
# labels. Then the pair.

# %% [markdown] tags=["zh"]
# ## 等它跑完，再用同一把尺子量
# 底座和加了适配器的底座，用同一个 `evaluate`、同一份提示词，回答同一批数据：定义本来就在；新学到的，是这个场景的作者怎么说这些事。
#
# **它改对了哪些？** 先看每一条是怎么收场的：形式符合约定、而且只用本任务的标签，才算有效回答。底座在这上面做不好，训练先补的就是这一块；剩下要学的，是这个场景怎么用这些标签。再看配对的结果。

# %%
job.wait()
base, tuned = (labkit.evaluate(scene, "labels", model) for model in (job.base_name, job.model_name))
labkit.charts.show(labkit.charts.scores_chart([base, tuned, floor]))
pair = labkit.paired(base, tuned)
print(pair.verdict, len(pair.fixed), len(pair.regressed), pair.p_value)
pandas.DataFrame({"base": base.counts, "tuned": tuned.counts})

# %% [markdown] tags=["en"]
# ## One comparison, one verdict
# All that answered these rows stands in one table: the tuned model, its base, and whatever step 2 recorded. The rule
# that makes PASS, HOLD or FAIL stands beside the verdict, and was there before you looked. Read the parts: a label that
# falls while the mean rises is an alarm. Then the rows that were broken, in their own words. Both models were loaded
# once: the base is the tuned model with its adapter at rest. What of the dataset made the difference, `labkit.ablate`
# finds out later: it trains twice, with one thing changed.

# %% [markdown] tags=["zh"]
# ## 放在一起比，给一个结论
# 凡是答过这批数据的，都在同一张表里：微调后的模型、它的底座，还有第 2 步记录过的那些。判 PASS、HOLD 还是 FAIL 的规则写在结论旁边，看结果之前就定好了。逐个标签看：平均分涨了，某个标签却掉了，就是警报。再读一读改错的那些原文。两个模型只加载了一次：让适配器歇着，就是底座。至于数据集里到底是什么起了作用，之后可以用 `labkit.ablate`：只改一处，训两次。

# %%
labkit.compare_tuned(scene, job)

# %% [markdown] tags=["en"]
# ## How many labels is each of them worth?
# The base has seen no label of this scene and the tuned model a few hundred; `linear` has nothing but labels. Let it
# learn from twenty, forty, eighty and so on, up to the whole pool: where its curve crosses a line, so many labels do
# what that model does. `study` is tiny, so the crossing may come early. For a large model draw the same chart before you
# label thousands of rows, or before you pay for answers that a few hundred labels would give.

# %% [markdown] tags=["zh"]
# ## 它们各抵得上多少条标注？
# 底座没见过这个场景的任何标注，微调后的模型见过几百条；`linear` 除了标注一无所有。让它先学二十条，再学四十条、八十条，直到整个标注池：曲线在哪里越过一条横线，就说明多少条标注能顶那个模型。`study` 很小，越过可能来得很早。换成大模型，也先画一遍这张图，再去标几千条数据，或者再为几百条标注就能得到的答案付钱。

# %%
efficiency = labkit.label_efficiency(scene, [base, tuned])
labkit.charts.show(labkit.charts.label_efficiency_chart(efficiency, [base, tuned]))
print([efficiency.rows_to_match(run.id) for run in (base, tuned)])

# %% [markdown] tags=["en"]
# ## To another program
# An export leaves only when it answers dev rows as the trained model does. `"adapter"` is the LoRA, `"merged"` one model
# in safetensors; `"gguf"` is that with the commands of llama.cpp and a Modelfile for Ollama beside it. A quantised GGUF is
# another model again: it comes back as `ollama/<name>` into the same comparison. (llama.cpp knows the tokenizers of Qwen,
# Llama and their like; the one made for `study` it refuses.)

# %% [markdown] tags=["zh"]
# ## 交给别的程序
# 导出的模型要在 dev 数据上与训练好的回答一致，才放行。`"adapter"` 是 LoRA，`"merged"` 是一个 safetensors 模型；`"gguf"` 还附上 llama.cpp 的命令和 Ollama 的 Modelfile。量化过的 GGUF 又是另一个模型：用 `ollama/<name>` 再放进同一张表里比。（llama.cpp 认识 Qwen、Llama 等常见模型的分词器；专为 `study` 做的这个，它会拒绝。）

# %%
target = job.folder.path / "gguf"
exported = None if target.exists() else labkit.export_model(job, target, "gguf")
print((target / "Modelfile").read_text(encoding="utf-8"))

# %% [markdown] tags=["en"]
# ## Or let a provider train
# Without a GPU, a provider's tuning service can do it. This cell only writes the file that would be handed over, with
# personal data masked, and says what it counts; nothing is sent. `labkit.tune_hosted` takes the same arguments, needs the
# provider's key in an environment variable, and waits for the job; the tuned model then stands in the same comparison. A
# price that nobody wrote into prices.toml stays unknown: `None` is not free.

# %% [markdown] tags=["zh"]
# ## 或者交给服务商训练
# 手头没有 GPU，可以用服务商的微调服务。这个单元格只写出要交过去的文件，个人信息已打码，并报出数量，什么也不发送。`labkit.tune_hosted` 参数相同，密钥放在环境变量里，它会一直等到任务结束；微调出来的模型随后进入同一张对比表。prices.toml 里没写的价格就是未知：`None` 不等于免费。

# %%
hosted = labkit.prepare_hosted(scene, "tour", "dashscope/qwen3-8b", personal_data="mask")
print(hosted.rows, hosted.epochs, hosted.expected_tokens, hosted.expected_cost)

# %% [markdown] tags=["en"]
# > **The one insight.** SFT teaches conventions, not knowledge: the form of the answer, the house's reading of a label.
# > Read which rows it fixed before you believe the mean.
#
# ## Exercise
# Before you look at the pair by label, write down a range: on how many dev rows will the tuned model and `linear`
# differ in being right? Give the lowest and the highest number you would bet on, at most thirty apart. A prediction you
# wrote down is the only one that can surprise you.

# %% [markdown] tags=["zh"]
# > **一句话心得。** SFT 教的是约定，不是知识：回答的格式，自家对某个标签的理解。先看它改对了哪些，再信平均分。
#
# ## 练习
# 动手之前先写下一个范围：开发集里有多少条，微调后的模型和 `linear` 一个对、一个错？写出你敢下注的最小值和最大值，相差不超过三十。只有写下来的预测，才会让你吃惊。

# %% tags=["exercise"]
lowest, highest = None, None
check.train(tuned, floor, lowest, highest)

# %% tags=["solution"]
# solution · 答案
apart = labkit.paired(tuned, floor)
differing = len(apart.fixed) + len(apart.regressed)
check.train(tuned, floor, differing - 15, differing + 15)

# %% [markdown] tags=["en"]
# In this notebook you read a training row and a recipe, trained without blocking the kernel, attached to the job again,
# and held the tuned model against its base and all candidates, row by row. Next: [may it go online?](05_iterate.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你看了一条训练数据和一份配方，在不占内核的情况下完成了训练，重新接上了任务，还把微调后的模型和底座、候选模型逐条作了比较。下一课：[它可以上线吗？](05_iterate.ipynb)
