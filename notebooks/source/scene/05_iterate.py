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
    print(result.passed, *(line.told() for line in result.lines), sep="\n")

# %% [markdown] tags=["en"]
# ## Who has read them so far

# %% [markdown] tags=["zh"]
# ## 至今读过几次

# %%
import pandas

pandas.DataFrame(list(scene.test_readings()))

# %% [markdown] tags=["en"]
# ## In production
# While `serve` answers, draw a week's sample with `online sample`, judge it blind on the board, and send what went wrong
# back with `feedback send`. How good each release really is, and what each round brought:

# %% [markdown] tags=["zh"]
# ## 上线之后
# `serve` 提供服务期间，用 `online sample` 抽一周的样本，在裁决台上盲判；答错的用 `feedback send` 交还给人。每个发布到底有多好，每一轮带来了什么：

# %%
if scene.online_lines():
    for one in labkit.online_quality(scene):
        print(one.release, one.judged, one.scores and one.scores.values["accuracy"])
if scene.release_lines():
    for turn in labkit.rounds(scene):
        gain = turn.pair and turn.pair.delta[turn.pair.metric]
        print(turn.number, turn.release and turn.release.id, turn.fed, gain)
