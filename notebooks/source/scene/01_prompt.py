# %% [markdown] tags=["en"]
# # 1 · Prompt
# Where this scene stands, and the one next step:

# %% [markdown] tags=["zh"]
# # 1 · 提示词
# 这个场景目前离目标有多远，下一步做什么：

# %%
import labkit

scene = labkit.open_scene("..")
labkit.status(scene)

# %% [markdown] tags=["en"]
# ## Define every label
# One or two careful sentences per label lift a prompt most. **Save** writes the next version as a text file under
# `prompts/`, for git and for your own editor too; **Try it** asks only the rows that your edit can affect.

# %% [markdown] tags=["zh"]
# ## 给每个标签写定义
# 每个标签认真写一两句话，对效果提升最大。点**保存**会在 `prompts/` 下写出下一个版本，是普通文本文件，可以进 git，也可以用自己的编辑器改。**试跑**只问你的改动影响得到的行。

# %%
bench = labkit.workbench(scene)
bench

# %% [markdown] tags=["en"]
# ## Measure it
# The same question is never asked twice: run the cell again and the finished run is opened. `definition-reader` needs
# no key and no GPU; put any name that `python -m labkit models` lists in its place.

# %% [markdown] tags=["zh"]
# ## 量一量
# 同样的问题不会问第二遍：再运行一次，打开的是已有的结果。`definition-reader` 不要密钥、不要 GPU；换成 `python -m labkit models` 列出的任何一个名字都行。

# %%
run = labkit.evaluate(scene, scene.prompt_names()[-1], "definition-reader")
print(run.counts)
labkit.charts.show(labkit.charts.scores_chart([run]))

# %% [markdown] tags=["en"]
# ## Read the errors with their reasons
# A rationale tells which definition was not said clearly: below each error stand both definitions that it turns on.
# `x` opens them in the editor, below the rows: mend one, try it on the rows it can affect, save, and measure again.

# %% [markdown] tags=["zh"]
# ## 连同理由一起看错误
# 理由会告诉你哪条定义没有说清楚：每条错误下面都列出了它牵涉的定义。按 `x` 就在列表下面的编辑器里打开它们：改一条，在影响得到的行上试跑，保存，再量一次。

# %%
labkit.ErrorBrowser(run, scene=scene, edit=bench)
