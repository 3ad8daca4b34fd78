# %% [markdown] tags=["en"]
# # 4 · Train
# Where this scene stands, and the one next step:

# %% [markdown] tags=["zh"]
# # 4 · 训练
# 这个场景目前离目标有多远，下一步做什么：

# %%
import labkit

scene = labkit.open_scene("..")
labkit.status(scene)

# %% [markdown] tags=["en"]
# ## Base and dataset
# `study` is seven million parameters, made to learn with; put the folder of the model you mean in its place, such as
# `local/<folder>`. The dataset is the newest that notebook 3 has written. Its targets are labels without a rationale, so
# the prompt asks for none: a tuned model is asked exactly as it was taught.
#
# The form holds the recipe that the base ships with, or the defaults. `study` reads 4,096 tokens: a longer
# prompt needs a base that reads more, and the job says so before its first step.

# %% [markdown] tags=["zh"]
# ## 底座和数据集
# `study` 只有七百万参数，是用来学习的；请换成你真正要用的模型所在的文件夹，例如 `local/<folder>`。数据集用的是第 3 个 notebook 写出的最新一份。它的目标只有标签、没有理由，所以提示词也不要理由：怎么教的，就怎么问。
#
# 表单里是底座自带的配方，没有自带的就是默认值。`study` 一次能读 4,096 个词元：提示词更长时，要换能读更多的底座；任务会在第一步之前就说明。

# %%
import dataclasses

base, dataset = "local/study", scene.dataset_names()[-1]
newest = scene.prompt(scene.prompt_names()[-1])
prompt = dataclasses.replace(newest, name="short", rationale="none")
form = labkit.RecipeForm(scene, base=base)
form

# %% [markdown] tags=["en"]
# ## Start, and watch
# The job runs in a process of its own and outlives this kernel: run the cell again after a restart and it is found.

# %% [markdown] tags=["zh"]
# ## 开始训练，看着它跑
# 训练在单独的进程里进行，内核重启也不影响：重启之后再运行这个单元，就能接着看。

# %%
job = labkit.train(scene, dataset, base, form.recipe, prompt=prompt, or_attach=True)
labkit.TrainingMonitor(job)

# %% [markdown] tags=["en"]
# ## Before and after, on the same rows

# %% [markdown] tags=["zh"]
# ## 训练前后，同一批数据

# %%
job.wait()
before, after = (labkit.evaluate(scene, prompt, model) for model in (job.base_name, job.model_name))
labkit.charts.show(labkit.charts.scores_chart([before, after]))
labkit.paired(before, after).verdict
