# %% [markdown] tags=["en"]
# # 5 · Gate, and round again
# Where this scene stands, and the one next step:

# %% [markdown] tags=["zh"]
# # 5 · 上线关卡，再来一轮
# 这个场景目前离目标有多远，下一步做什么：

# %%
import labkit

scene = labkit.open_scene("..")
labkit.status(scene)

# %% [markdown] tags=["en"]
# ## The gate reads the test rows
# Each reading wears them out, so it needs a reason, which is written down for everybody. Name prompt and model of the
# candidate and say why; with an empty reason nothing is read.

# %% [markdown] tags=["zh"]
# ## 过关要读测试集
# 每读一次，测试集就旧一分，所以要写明理由，并且记下来给大家看。填上候选的提示词和模型，再写理由；理由空着，就什么都不读。

# %%
prompt, model, reason = scene.prompt_names()[-1], "definition-reader", ""
if reason:
    candidate = labkit.evaluate(scene, prompt, model, "test", reason=reason)
    result = labkit.gate(scene.gate(), scene.task, candidate)
    print(result.passed, *result.lines, sep="\n")

# %% [markdown] tags=["en"]
# ## Who has read them so far

# %% [markdown] tags=["zh"]
# ## 至今读过几次

# %%
import pandas

pandas.DataFrame(list(scene.test_readings()))
