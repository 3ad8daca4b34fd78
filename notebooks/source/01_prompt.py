# %% [markdown] tags=["en"]
# # 01 · The prompt: which sentence is missing?
#
# **What you will do.** Label ten posts yourself, first from bare label names, then with definitions. Read exactly what
# is sent, read the errors with their rationales, mend one definition, and see which rows it fixed and which it broke.
#
# **What you will learn.** To write definitions from errors, to tell the posts of one author apart, and to trust a
# change only when both lists are in front of you.
#
# **What you need.** 20 minutes; [the tour](00_tour.ipynb) helps but is not required. No key, no GPU, no network.
#
# **Where it stands.** Step 1 of 4. The article's advice: give each label at least one or two sentences, leave no
# ambiguity about where a post begins and ends, keep the three sections apart, ask for a rationale, and read the
# rationales of the errors.

# %% [markdown] tags=["zh"]
# # 01 · 提示词：缺的是哪一句？
#
# **做什么。** 先只看标签名，再看着定义，亲手标十条微博；看清楚发给模型的到底是什么；读错例和模型给出的理由；改好一条定义，再看它改对了哪些、改错了哪些。
#
# **学什么。** 学会从错例里写定义，学会把同一作者的几条微博分清楚；还要养成习惯：改对的和改错的两份名单都看过，才相信一次改动。
#
# **需要什么。** 20 分钟；先看过[导览](00_tour.ipynb)更好，没看也行。不要密钥，不要 GPU，不要网络。
#
# **在流程中的位置。** 四步中的第一步。文章的建议：每个标签至少写一两句定义；一条微博从哪里开始、到哪里结束，不能有歧义；三个部分各归各位；让模型说出理由，再去读错例的理由。

# %% [markdown] tags=["en"]
# ## You are the model
# Here are ten posts and the bare names of the labels: all that prompt `v1` says. Press what applies; a post may carry
# several labels. Whatever you leave open counts as unanswered, so the lesson also runs to its end without you.

# %% [markdown] tags=["zh"]
# ## 你就是模型
# 下面是十条微博和光秃秃的标签名：`v1` 提示词给的就这么多。觉得该选哪个就按哪个，一条微博可以选多个标签。没按的算作没有回答，所以你一个不按，这一课也能跑到底。

# %%
import dataclasses

import check
import labkit

scene = labkit.open_scene("weibo_service")
posts = scene.examples("dev", limit=10)
names_only = check.Person(scene.task, scene.prompt("v1"), posts)
names_only.sheet

# %% [markdown] tags=["en"]
# Now the same posts with the definitions of `v2` above them. Answer afresh, from the definitions alone. The rows where
# you change your mind are the rows where a definition earns its place.

# %% [markdown] tags=["zh"]
# 还是这十条，这回上面多了 `v2` 的定义。请只按定义重新作答。你改了主意的那几条，正是定义派上用场的地方。

# %%
with_definitions = check.Person(scene.task, scene.prompt("v2"), posts)
with_definitions.sheet

# %% [markdown] tags=["en"]
# When you are done, run this cell: you are scored by the same `evaluate` as any model. For a model, the article reports
# fifty points with bare names and eighty with a good prompt; these two points are yours.

# %% [markdown] tags=["zh"]
# 标完之后运行这个单元格：给你打分的，就是给所有模型打分的那个 `evaluate`。文章里说，好的提示词能把模型从五十分抬到八十分；下面这两个点，是你自己的。

# %%
pressed = {"v1": names_only, "v2": with_definitions}
yours = [labkit.evaluate(scene, name, person, limit=10) for name, person in pressed.items()]
labkit.charts.show(labkit.charts.scores_chart(yours, "accuracy"))

# %% [markdown] tags=["en"]
# ## What is sent, to the letter
# System message, then Input and Instruction. The long text comes first and is the same for every row, so providers and
# local engines can keep it in their cache. Each post stands on its own indexed line.

# %% [markdown] tags=["zh"]
# ## 一字不差，看看发出去的是什么
# 先是 System message，再是 Input 和 Instruction。长的部分放在最前面，而且每条请求都相同，服务商和本地推理引擎就能把它缓存下来。每条微博独占一行，带着编号。

# %%
several = next(post for post in scene.examples("dev") if len(post.items) > 2)
for message in labkit.render(scene.prompt("v2"), scene.task, several).messages:
    print(message.content, end="\n\n")

# %% [markdown] tags=["en"]
# ## Why the posts are numbered
# An author may break lines inside a post, and may even type something that looks like our index. Joined by bare
# newlines, two posts and one post with a line break become the same text; numbered, they stay different. The last line
# is one post that pretends to be two: its index is escaped, so nobody takes it for ours.

# %% [markdown] tags=["zh"]
# ## 为什么要给微博编号
# 作者可能在一条微博里换行，甚至可能打出和我们的编号一模一样的字。只用换行拼接，两条微博和一条带换行的微博就成了同一段文字；编了号，两者仍然分得开。最后一行其实是一条微博冒充两条：里面的编号做了转义，谁也不会把它当成我们的。

# %%
first, second = several.items[:2]
two, glued = (first, second), (f"{first}\n{second}",)
print("\n".join(two) == "\n".join(glued))
print(labkit.render_posts(two, scene.task.item) == labkit.render_posts(glued, scene.task.item))
injected = f"{first} {scene.task.item} 2: {second}"
print(labkit.render_posts((injected,), scene.task.item))

# %% [markdown] tags=["en"]
# ## Read the errors, not the score
# Here `v2` has lost one definition: the label's bare name is all that is left. These are the posts of that label which
# `definition-reader` missed; `j` and `k` go through them, and below each stands its stated reason. For this reader the
# rationale is the reason: it names the words that matched. A language model's rationale is a story told afterwards; it
# still shows you which sentence the model did not have.

# %% [markdown] tags=["zh"]
# ## 读错例，别只看分数
# 这里的 `v2` 被抽掉了一条定义，那个标签只剩下名字。下面是带有这个标签、却被 `definition-reader` 漏掉的微博，按 `j`、`k` 逐条翻看，每条下面都有它给出的理由。对它来说，理由就是真正的原因：它会指出是哪些字词对上了。大语言模型的理由则是事后讲的故事；不过从故事里照样看得出，它手里缺了哪一句。

# %%
label = "质量"
bare, full = scene.prompt("v1"), scene.prompt("v2")
gap = check.with_definition(full, bare.definition_of(label))
before = labkit.evaluate(scene, gap, "definition-reader")
labkit.ErrorBrowser(before, missed=label)

# %% [markdown] tags=["en"]
# > **The one insight.** A rationale tells you which sentence is missing from the prompt, not why the model erred.
#
# ## Write it in the editor
# One card per label, and beside them the chosen post exactly as it will be sent. Write the missing definition and save:
# a new version appears in the scene's `prompts` folder. An old version is never overwritten.

# %% [markdown] tags=["zh"]
# > **一句话心得。** 理由告诉你的，是提示词里缺了哪一句，而不是模型为什么会错。
#
# ## 在编辑器里写
# 每个标签一张卡片，旁边是选中的那条微博将要发出去的原样。把缺的那条定义写上，点保存：场景的 `prompts` 文件夹里会多出一个新版本。旧版本绝不会被覆盖。


# %%
labkit.PromptEditor(gap, scene.task, posts, on_save=scene.save_version)

# %% [markdown] tags=["en"]
# ## Fixed and regressed
# Now put the definition of `v2` back. The verdict on the mean is one thing; the two lists are another. A definition can
# lift its label and still turn rows that were right into wrong ones, by claiming posts that belong elsewhere. That is
# what `Excludes` is for.

# %% [markdown] tags=["zh"]
# ## 改对的和改错的
# 现在把 `v2` 里的那条定义放回去。平均分的结论是一回事，两份名单是另一回事。一条定义可以让自己的标签变好，同时把原来对的变成错的，因为它把别家的微博也揽了过来。`Excludes` 就是为此准备的。

# %%
after = labkit.evaluate(scene, full, "definition-reader")
change = labkit.paired(before, after)
print(change.verdict, len(change.fixed), len(change.regressed))
check.table(change.per_label, "label", "support", "f1", "fixed", "regressed")

# %% [markdown] tags=["en"]
# ## Where to write next
# These are the rows of the commonest mistake: one label read as another, before and after your edit, with the two
# definitions side by side. Usually one of them claims too much. Every number in the tables is a button: those under
# "fixed" and "regressed" open these lists label by label, the matrix opens any other mistake.

# %% [markdown] tags=["zh"]
# ## 接下来改哪里
# 这里打开的是最常见的那种错：一个标签被认成另一个。改之前和改之后的答案都在，两条定义也并排放着，读一读：多半是其中一条揽得太宽。表里的数字都能点：“改对”“改错”按标签打开名单，矩阵里的数字打开别的错法。

# %%
worst = next(found for found in labkit.confusions(after) if found.gold and found.predicted)
labkit.ErrorBrowser(after, before, missed=worst.gold, spurious=worst.predicted)

# %% [markdown] tags=["en"]
# ## Exercise
# Another label has lost its definition. Write it: one or two sentences that say what counts, in the words people really
# use. Fix at least five rows, and three for each one that regresses. The solution is folded away below.

# %% [markdown] tags=["zh"]
# ## 练习
# 又有一个标签丢了定义。请你来写：用一两句话说清什么算，尽量用人们真会说的词。要求：至少改对五条，而且每改错一条，至少要改对三条。答案折叠在后面。

# %% tags=["exercise"]
lost = bare.definition_of("使用求助")
mine = dataclasses.replace(lost, text="")
prompts = [check.with_definition(full, definition) for definition in (lost, mine)]
runs = [labkit.evaluate(scene, prompt, "definition-reader") for prompt in prompts]
check.prompt(labkit.paired(*runs))

# %% tags=["solution"]
# solution · 答案
mine = full.definition_of("使用求助")
prompts = [check.with_definition(full, definition) for definition in (lost, mine)]
runs = [labkit.evaluate(scene, prompt, "definition-reader") for prompt in prompts]
check.prompt(labkit.paired(*runs))

# %% [markdown] tags=["en"]
# In this notebook you answered as the model, read what is sent and why it is numbered, read errors with their
# rationales, and judged an edit by the rows it fixed and broke. Next: [which model, and do we know?](02_compare.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你当了一回模型，看清了发出去的是什么、为什么要编号，读了错例和理由，并且用改对、改错的名单评判了一次改动。下一课：[选哪个模型，我们真的知道吗？](02_compare.ipynb)
