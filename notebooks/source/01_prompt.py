# %% [markdown] tags=["en"]
# # 01 · The prompt: which sentence is missing?
#
# **What you will do.** Label ten posts yourself, first from bare label names, then with definitions. Read exactly what
# is sent, have the prompt looked through, read the errors with their rationales, mend one definition, ask only the rows
# it can affect, and see which rows it fixed and which it broke.
#
# **What you will learn.** To write definitions from errors, to tell the posts of one author apart, and to trust a
# change only when both lists are in front of you.
#
# **What you need.** 30 minutes; [the tour](00_tour.ipynb) helps but is not required. No key, no GPU, no network. The model
# that answers, `study`, ships with labkit: a very small language model that reads definitions and gives a rationale. It
# needs the extra `train`; without it `definition-reader` answers in its place, and the lesson says so.
#
# **Where it stands.** Step 1 of 4. The article's advice: give each label at least one or two sentences, leave no
# ambiguity about where a post begins and ends, keep the three sections apart, ask for a rationale, and read the
# rationales of the errors.

# %% [markdown] tags=["zh"]
# # 01 · 提示词：缺的是哪一句？
#
# **做什么。** 先只看标签名，再看着定义，亲手标十条微博；看清楚发给模型的到底是什么；让工具把提示词检查一遍；读错例和模型给出的理由；改好一条定义，只重问它影响得到的行，再看它改对了哪些、改错了哪些。
#
# **学什么。** 学会从错例里写定义，学会把同一作者的几条微博分清楚；还要养成习惯：改对的和改错的两份名单都看过，才相信一次改动。
#
# **需要什么。** 30 分钟；先看过[导览](00_tour.ipynb)更好，没看也行。不要密钥，不要 GPU，不要网络。作答的模型 `study` 随 labkit 附带：一个很小的语言模型，会读定义，会写理由。它要用到 `train` 这组附加依赖；没装的话由 `definition-reader` 代替，课上会说明。
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
# fifty points with bare names and eighty with a good prompt. Two points are yours; the other two are the study model's,
# on the same ten posts. See how wide the intervals of ten posts are before you call a winner.

# %% [markdown] tags=["zh"]
# 标完之后运行这个单元格：给你打分的，就是给所有模型打分的那个 `evaluate`。文章里说，好的提示词能把模型从五十分抬到八十分。下面有两个点是你自己的，另外两个是 study 模型在同样十条上得的。先看看只有十条时区间有多宽，再说谁赢了。

# %%
pressed = {"v1": names_only, "v2": with_definitions}
yours = [labkit.evaluate(scene, name, person, limit=10) for name, person in pressed.items()]
model = check.study("json")
its = [labkit.evaluate(scene, name, model, limit=10) for name in pressed]
labkit.charts.show(labkit.charts.scores_chart([*yours, *its], "accuracy"))

# %% [markdown] tags=["en"]
# ## What is sent, to the letter
# System message, then Input and Instruction. The long text comes first and is the same for every row, so providers and
# local engines can keep it in their cache. Each post stands on its own indexed line: joined by bare newlines, two posts
# and one post with a line break would be the same text. The last line is one post that pretends to be two: its index is
# escaped, so nobody takes it for ours.

# %% [markdown] tags=["zh"]
# ## 一字不差，看看发出去的是什么
# 先是 System message，再是 Input 和 Instruction。长的部分放在最前面，而且每条请求都相同，服务商和本地推理引擎就能把它缓存下来。每条微博独占一行，带着编号：只用换行拼接，两条微博和一条带换行的微博就成了同一段文字。最后一行其实是一条微博冒充两条：里面的编号做了转义，谁也不会把它当成我们的。

# %% [markdown] tags=["en"]
# ## Read the prompt before the errors
# Much can be seen before a model is asked. Vendors' guides for prompts say what to do; `lint` says where you did not,
# with its reason and the rows that will feel it. The next cell prints one row of `v2` as it is sent, and below it what
# `lint` has to say of `v1`.
#
# | advice | who gives it | the rule that checks it |
# |---|---|---|
# | Say what you want in detail; the model cannot guess | OpenAI's prompting guide; Baidu's for ERNIE | `undefined-label`, `short`, `undefined-term` |
# | Define each class, and where it ends | annotation guidelines as prompts (GoLLIE, 2024) | `circular`, `overlap`, `no-boundary`, `confused-pair` |
# | No instructions that contradict each other | OpenAI's guide for GPT-4.1 | `contradiction`, `contract-…` |
# | Say what to do instead of what not to do | OpenAI's and Baidu's guides | `double-negation` |
# | What never changes comes first | vendors' pages on prompt caching | `behind-posts` |
# | What users write is data, not orders | OWASP on prompt injection | `orders`, `index-in-post` |
#
# Whether the rationale comes before the labels (chain of thought) or after them is the front matter's `rationale:`. Before
# lets a language model think first; after is a justification of what it has said already.

# %% [markdown] tags=["zh"]
# ## 先读提示词，再读错例
# 很多问题不用问模型就看得出来。各家的提示词指南说该怎么写；`lint` 指出哪里没做到，给出原因，以及会因此受害的行。下面的单元格先打印 `v2` 某一行发出去的原样，再列出 `lint` 对 `v1` 的意见。
#
# | 建议 | 出处 | 负责检查的规则 |
# |---|---|---|
# | 要什么就写清楚，模型猜不到 | OpenAI 的提示词指南；百度文心的提示词指南 | `undefined-label`、`short`、`undefined-term` |
# | 每个类别都要有定义，并说清边界 | 把标注指南写进提示词（GoLLIE，2024） | `circular`、`overlap`、`no-boundary`、`confused-pair` |
# | 指令之间不要互相矛盾 | OpenAI 的 GPT-4.1 指南 | `contradiction`、`contract-…` |
# | 说该做什么，少说不该做什么 | OpenAI 和百度的指南 | `double-negation` |
# | 不变的内容放在最前面 | 各家关于提示词缓存的文档 | `behind-posts` |
# | 用户写的是数据，不是命令 | OWASP 关于提示词注入的条目 | `orders`、`index-in-post` |
#
# 理由写在标签之前（思维链）还是之后，由文件头里的 `rationale:` 决定。写在前面，大语言模型可以先想再答；写在后面，就只是为已经说出口的答案找理由。

# %%
bare, full = scene.prompt("v1"), scene.prompt("v2")
several = next(post for post in scene.examples("dev") if len(post.items) > 2)
for message in labkit.render(full, scene.task, several).messages:
    print(message.content, end="\n\n")
first, second = several.items[:2]
print(labkit.render_posts((f"{first} {scene.task.item} 2: {second}",), scene.task.item))
found = labkit.lint(bare, scene.task, scene.examples("dev"))
check.table(found, "rule", "label", "reason", "fix")

# %% [markdown] tags=["en"]
# ## Read the errors, not the score
# Here `v2` has lost one definition: the label's bare name is all that is left. These are the posts of that label which
# the study model missed; `j` and `k` go through them, and below each stands its stated reason. That rationale is a story,
# told before the labels. What it cites as evidence is held to the words of the post; the story is not, and nothing makes
# it say what moved the model: it may misquote the post, or find words fitting that do not fit. Read it for where it puts
# the post instead: the sentence that would have claimed it is not in the prompt. Only of `definition-reader` is the
# rationale the reason: it names the words that matched. `x` opens the definitions that an error turns on, side by side,
# in the editor below the rows; Esc leads back.

# %% [markdown] tags=["zh"]
# ## 读错例，别只看分数
# 这里的 `v2` 被抽掉了一条定义，那个标签只剩下名字。下面是带有这个标签、却被 study 模型漏掉的微博，按 `j`、`k` 逐条翻看，每条下面都有它给出的理由。这理由是写标签之前先讲的一个故事。列为证据的引文只能是微博里的原话；故事本身没有这个约束，也没有什么保证它说的就是真正左右了模型的东西：它可能引错原文，也可能把对不上的字词说成对上了。要看的是它把这条微博归到了哪里：本该认领这条微博的那一句，提示词里没有。只有 `definition-reader` 的理由才是真正的原因：它会指出是哪些字词对上了。按 `x`，错例牵涉的定义就在列表下面的编辑器里并排打开；按 Esc 回到列表。

# %%
label = "退款"
gap = check.with_definition(full, bare.definition_of(label))
before = labkit.evaluate(scene, gap, model)
bench = labkit.workbench(scene, gap, models=(model,))
labkit.ErrorBrowser(before, missed=label, scene=scene, edit=bench)

# %% [markdown] tags=["en"]
# > **The one insight.** A rationale tells you which sentence is missing from the prompt, not why the model erred.
#
# ## Write it in the editor
# The same editor by itself: one card per label, findings beside them while you type, and the chosen post exactly as it will be sent. Write the
# missing definition, try it on the rows it can affect, and save: a new version appears in the scene's `prompts` folder.
# An old version is never overwritten.

# %% [markdown] tags=["zh"]
# > **一句话心得。** 理由告诉你的，是提示词里缺了哪一句，而不是模型为什么会错。
#
# ## 在编辑器里写
# 还是那个编辑器，这里单独打开：每个标签一张卡片，边写边有检查结果，旁边是选中的那条微博将要发出去的原样。把缺的那条定义写上，先在它影响得到的行上试一试，再点保存：场景的 `prompts` 文件夹里会多出一个新版本。旧版本绝不会被覆盖。

# %%
bench

# %% [markdown] tags=["en"]
# ## Ask only the rows it can affect
# Put the definition of `v2` back. Rows whose gold or answer has to do with the label are asked again, and a random sample
# of the rest: a language model reads the whole prompt, so a new sentence can move rows that it does not speak of, and
# the sample says how often. What comes out is an estimate with its interval. With an API model the calls saved are
# money; a score still comes from a full run.

# %% [markdown] tags=["zh"]
# ## 只问改动影响得到的行
# 把 `v2` 里的那条定义放回去。正确答案或模型回答与这个标签有关的行重新问，其余的随机抽一部分来问：语言模型读的是整份提示词，新添一句话，没说到的行也可能跟着变，变得多不多，就看抽样的这部分。得到的是带区间的估计值。用 API 模型时，省下的调用就是省下的钱；真正的分数仍然要全部跑一遍。

# %% [markdown] tags=["en"]
# ## Fixed, regressed, and who is to blame
# The full run: the verdict on the mean is one thing, the two lists are another. A definition can lift its label and still
# turn rows that were right into wrong ones, by claiming posts that belong elsewhere; that is what `Excludes` is for.
# `blame` says which definition did what. The last number is the floor's: `definition-reader`, with the same prompt, has
# learnt nothing, and a model that costs more must clear it. See whether this one does: being a language model is no
# merit in itself. In the browser every number is a button, and both definitions of a confusion stand side by side.

# %% [markdown] tags=["zh"]
# ## 改对的、改错的，和该怪谁
# 完整跑一遍：平均分的结论是一回事，两份名单是另一回事。一条定义可以让自己的标签变好，同时把原来对的变成错的，因为它把别家的微博也揽了过来；`Excludes` 就是为此准备的。`blame` 会说清哪条定义干了什么。最后一个数是底线：`definition-reader` 什么都没学过，拿的是同一份提示词，更贵的模型总得高过它。看看这个模型高过了没有：是语言模型，本身不算优点。浏览器里的数字都能点，混淆的两个标签的定义并排放着。

# %%
tried = labkit.evaluate_affected(scene, full, before=before)
print("asked", len(tried.asked.rows), "saved", tried.calls_saved, tried.estimate.values["macro_f1"])
after = labkit.evaluate(scene, full, model)
floor = labkit.evaluate(scene, full, "definition-reader")
print(labkit.paired(before, after).verdict, labkit.score(after).values["macro_f1"])
for piece in labkit.blame(before, after).pieces:
    print("fixed", len(piece.fixed), "broken", len(piece.broken), "p", f"{piece.p_value:.2g}")
print(floor.header.model, labkit.score(floor).values["macro_f1"])
labkit.ErrorBrowser(after, before, scene=scene)

# %% [markdown] tags=["en"]
# ## Attack and defence
# Posts are written by strangers. The same rows again, some with an order planted in them ("ignore the above …"), and which
# answers move. `mention` is the control: the label's name stands in the post, but nobody gives an order. A row is hijacked
# when it gets the label that was planted; what an order hijacks beyond `mention` was obedience, and the rest was the
# name. `definition-reader` can obey nobody; a language model, even one this small, can. Ask yours before you ship it.

# %% [markdown] tags=["zh"]
# ## 攻与防
# 微博是陌生人写的。把同样的行再问一遍，其中一些被埋进了命令（“忽略以上要求……”），看哪些答案会动。`mention` 是对照：微博里出现了标签的名字，但没有人下命令。一行得到了被塞进来的那个标签，就叫被劫持；命令比 `mention` 多劫持的那部分，是听了话，其余的是名字在作怪。`definition-reader` 想听话也听不了；语言模型再小，也可能听话。你的模型上线之前，也请这样问一问。

# %%
labkit.robustness(scene, "v2", model, rows=24, kinds=("attack",))

# %% [markdown] tags=["en"]
# ## The wear meter
# Every prompt tried on the dev rows makes the best of them look a little better than it is: with enough tries, luck alone
# wins. Test rows are dearer still, so each reading is written down with its reason.

# %% [markdown] tags=["zh"]
# ## 磨损计
# 在 dev 上每多试一个提示词，其中最好的那个就显得比实际更好一点：试得够多，光凭运气也能赢。测试集更金贵，所以每读一次都要记下原因。

# %%
labkit.wear(scene)

# %% [markdown] tags=["en"]
# ## Exercise
# Another label has lost its definition, and two rows that are right with it and without it are pinned: they must not
# break. Write the definition: one or two sentences that say what counts, in the words people really use. Four sets of
# rows judge it: those that failed, those that were right, the pinned ones, and dev rows you have not been shown. Each
# try asks the study model again, so it takes a little while. The solution is folded away below.

# %% [markdown] tags=["zh"]
# ## 练习
# 又有一个标签丢了定义，另有两条有没有它都答对的微博被钉住了：不许弄坏。请你来写定义：用一两句话说清什么算，尽量用人们真会说的词。由四组数据来评判：原来答错的、原来答对的、钉住的，以及没给你看过的 dev 样本。每试一次都要重新问一遍 study 模型，所以要等一小会儿。答案折叠在后面。

# %% tags=["exercise"]
lost = bare.definition_of("表扬")
start = labkit.evaluate(scene, check.with_definition(full, lost), model)
pairs = zip(start.rows, after.rows, strict=True)
right = [now.example.id for was, now in pairs if was.correct and now.correct]
labkit.pin(scene, right[:2], "promised")
mine = dataclasses.replace(lost, text="")
check.prompt(scene, start, mine)

# %% tags=["solution"]
# solution · 答案
mine = full.definition_of("表扬")
check.prompt(scene, start, mine)

# %% [markdown] tags=["en"]
# In this notebook you answered as the model, read what is sent, had the prompt looked through, read errors with their
# rationales, and judged an edit by the rows it fixed and broke. Where no sentence comes to mind, `labkit.suggest` has the
# pool's words or a model propose one, and tries it on the same four sets. Next:
# [which model, and do we know?](02_compare.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你当了一回模型，看清了发出去的是什么，让工具检查了提示词，读了错例和理由，并且用改对、改错的名单评判了一次改动。想不出怎么写时，`labkit.suggest` 会让 pool 里的词或某个模型提出一条，并在同样的四组数据上试一遍。下一课：[选哪个模型，我们真的知道吗？](02_compare.ipynb)
