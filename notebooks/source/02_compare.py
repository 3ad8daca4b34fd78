# %% [markdown] tags=["en"]
# # 02 · Compare: which model is good enough, and do we know?
#
# **What you will do.** Measure a small language model beside two floors, put it behind an HTTP API, compare all of them on
# the same rows, and find out how many rows it takes before the word "better" means anything.
#
# **What you will learn.** To read a paired comparison, to accept "cannot tell", and to name the margin before you look.
#
# **What you need.** 15 minutes. No key, no GPU; the only network is a loopback address on this machine. The language model,
# `study`, ships with labkit and needs the extra `train`; without it `definition-reader` answers in its place, and the
# lesson says so.
#
# **Where it stands.** Step 2 of 4. The article's advice: try open and closed models, for each is good at different
# things; if the business accepts a closed model's quality and cost, call its API, else fine-tune.

# %% [markdown] tags=["zh"]
# # 02 · 比较：哪个模型够用，我们真的知道吗？
#
# **做什么。** 给一个小语言模型配上两条基线，一起量出来；再把它放到 HTTP 接口后面，让它们在同一批数据上比一比，最后弄清楚：要多少条数据，“更好”二字才算数。
#
# **学什么。** 学会看配对比较，学会接受“分不出”，学会在看结果之前就把界值定下来。
#
# **需要什么。** 15 分钟。不要密钥，不要 GPU；用到的网络只有本机的回环地址。语言模型 `study` 随 labkit 附带，要用到 `train` 这组附加依赖；没装的话由 `definition-reader` 代替，课上会说明。
#
# **在流程中的位置。** 四步中的第二步。文章的建议：开源的、闭源的都试一试，各有各的长处；业务方接受闭源模型的效果和价格，就直接调接口，否则再微调。

# %% [markdown] tags=["en"]
# ## Floors first
# `definition-reader` has learnt nothing; `linear` has learnt only which words go with which label. Any model you pay
# for has to clear both. A score without a floor beside it says little. The study model is a real language model, and a
# very small one: see whether it clears them. It is asked for labels alone here, for no rationale is read in this lesson
# and answers come sooner.

# %% [markdown] tags=["zh"]
# ## 先量基线
# `definition-reader` 什么都没学过；`linear` 只学了哪些字词常和哪个标签一起出现。凡是要花钱的模型，都得先高过它们俩。旁边没有基线，一个分数说明不了什么。study 是真正的语言模型，只是很小：看看它高过了没有。这一课不读理由，所以只让它给标签，答得更快。

# %%
import check
import labkit

scene = labkit.open_scene("weibo_service")
model = check.study("labels")
models = dict.fromkeys((model, "definition-reader", "linear"))
bare = labkit.evaluate(scene, "v1", model)
runs = [bare, *(labkit.evaluate(scene, "v2", name) for name in models)]
defined, (reader, linear) = runs[1], runs[-2:]
labkit.charts.show(labkit.charts.scores_chart(runs))

# %% [markdown] tags=["en"]
# ## The same model behind an API
# `served` puts the study model behind an OpenAI-compatible address on this machine and writes that address into the
# scene's `models.toml`; labkit calls it as it would call GPT, Kimi or Qwen. Every request is recorded before it is
# sent. A pilot comes first: twenty rows, their bill (nobody has written a price for this server into `prices.toml`), and
# what the others will take; the evaluation takes the pilot's answers over. The answers are the same model's, so the two
# runs should agree on every row: where they do not, two answers were nearly as likely, and sums rounded otherwise when
# the posts came singly. What differs is the time.

# %% [markdown] tags=["zh"]
# ## 同一个模型，放到接口后面
# `served` 把 study 模型放到本机一个兼容 OpenAI 的地址上，并把地址写进场景的 `models.toml`；labkit 像调用 GPT、Kimi、Qwen 那样去调它，每个请求都是先记录、再发出。先试跑二十条：看看账单（还没人在 `prices.toml` 里给这个服务写价格），再看其余的要花多少；正式评测会直接取用试跑的回答。作答的还是同一个模型，所以两次评测应当条条一致；万一有不一致的，那是两个答案的可能性几乎相等，而一条一条地问，求和时的舍入略有不同。真正不同的是时间。

# %%
with check.served(labkit.get_model(model), scene) as name:
    print(labkit.pilot(scene, "v2", name, rows=20))
    remote = labkit.evaluate(scene, "v2", name)
print((scene.path / "models.toml").read_text())
change = labkit.paired(defined, remote)
print(change.rows, change.fixed, change.regressed, change.verdict)

# %% [markdown] tags=["en"]
# ## Two questions to the same rows
# Does `v2` beat `v1`? Does `linear` beat `definition-reader`? Both are put to the same dev rows, yet the two answers
# cost very different numbers of rows: `rows_needed` says how many would show a difference of the size just seen, with
# 80 % power. Ask before a run, not after the bill.

# %% [markdown] tags=["zh"]
# ## 同一批数据，两个问题
# `v2` 胜过 `v1` 吗？`linear` 胜过 `definition-reader` 吗？问的是同一批开发集，可两个答案要的数据量相差悬殊：`rows_needed` 说的是，要看出刚才那么大的差别，按 80% 的功效需要多少条。评测之前就要问，别等账单来了再问。

# %%
pairs = [labkit.paired(bare, defined), labkit.paired(reader, linear)]
rows = [{"delta": pair.delta[pair.metric], "rows_needed": pair.rows_needed} for pair in pairs]
print([pair.verdict for pair in pairs])
check.table(rows, "delta", "rows_needed")

# %% [markdown] tags=["en"]
# ## All pairs
# Each difference carries the interval of a paired bootstrap that resamples authors, not single posts. An interval
# across zero means "cannot tell", whatever the means say.

# %% [markdown] tags=["zh"]
# ## 两两相比
# 每个差值都带着区间，由配对自助法得来：重抽的是作者，不是单条微博。区间跨过零，就是“分不出”，不管平均分看上去谁高谁低。

# %%
comparison = labkit.compare(runs)
labkit.charts.show(labkit.charts.differences_chart(comparison, comparison.metric))
check.table(comparison.ranking, "prompt", "model", "group")

# %% [markdown] tags=["en"]
# > **The one insight.** Compare pairs of answers before you compare scores, and know the money before you compare
# > models.
#
# ## Each is good at different things
# The mean hides this. Choose the picture "where each is good", and look for a label, a length or a note at which the
# weaker model is the stronger: there an ensemble, a cascade or a better definition can gain something. The column heads
# sort. The letters of two runs open the rows on which the two differ. What nobody priced stays unknown.

# %% [markdown] tags=["zh"]
# > **一句话心得。** 先比成对的答案，再比分数；先弄清要花多少钱，再比模型。
#
# ## 各有各的长处
# 平均分会把这一点盖住。把图换成“各有所长”，找一找：有没有哪个标签、哪种长度、哪类备注，总分低的模型反而更强？那里正是级联、集成或者一条更好的定义能有所收获的地方。点列名可以排序；点两个运行的字母，就能读到二者不一致的那些行。没有价目的，费用就写“未知”。

# %%
labkit.ModelComparison([*runs, remote], scene.prices(), scene.task.bar, scene.terms().hosting)

# %% [markdown] tags=["en"]
# ## Does it read its definitions?
# Ask the same rows with the names only, as written, and with each label carrying the next label's definition. Answers
# that do not move were not read, however good they are: `linear` never looks, so no better sentence can help it. A
# language model may look and still lean on the names or on habit: the table says, label by label, how far the study
# model follows a definition that stands under the wrong name, and what that costs it.

# %% [markdown] tags=["zh"]
# ## 它到底读没读定义？
# 同一批数据问三遍：只有标签名，照原样，再把每个标签换上下一个标签的定义。答案不动，就是没读，成绩再好也一样：`linear` 从来不看定义，所以写得再好的句子也帮不了它。语言模型可能看了，却仍然靠标签名，或者靠习惯：表里逐个标签地说，定义挂错了名字，study 模型跟着走了多远，又为此丢了多少分。

# %%
found = [labkit.reliance(scene, "v2", name) for name in models]
print(*(f"{one.model}: {one.verdict}" for one in found), sep="\n")
check.table(found[0].per_label, "label", "took", "rows", "moved", "swapped_f1")

# %% [markdown] tags=["en"]
# ## Two in a row
# Let `linear` answer, and pass on the rows it is least sure of: here to people, who are taken to be right. It is worked
# out from the recorded answers, without a call. The marked point is judged on rows that did not choose its threshold;
# how far right it lies says how much work would be left.

# %% [markdown] tags=["zh"]
# ## 一前一后
# 让 `linear` 先答，把它最没把握的那些转交出去：这里转给人工，并假定人工全对。全部由已记录的回答推算，不发一次请求。图上标出的那一点，是在没有参与选阈值的数据上评判的；它越靠右，留给人的活就越多。

# %%
labkit.charts.show(labkit.charts.cascade_chart(labkit.cascade(linear)))

# %% [markdown] tags=["en"]
# ## The memo
# Everything recorded so far, held against the bar, the budget and the volume in `task.yaml`: one advice, its reasons,
# what nobody has measured yet, and what could go wrong. No model is asked. Other requirements make another memo:
# below, what would be advised if the business asked for 50 points on average and no more.

# %% [markdown] tags=["zh"]
# ## 决策备忘
# 把到现在为止记录下来的一切，对照 `task.yaml` 里的要求、预算和量，得出一个建议，连同理由、还没人测过的东西和可能出的错。不会去问任何模型。要求一变，备忘就变：下面再看看，如果业务方只要求平均 50 分，会建议什么。

# %%
print(labkit.memo(scene, value=0.5, minimum_recall={}).sheet().advice)
labkit.memo(scene)

# %% [markdown] tags=["en"]
# ## Exercise
# Fix a margin first: how much worse than the best may a model be and still be taken, because it is simpler or cheaper?
# Write it down, five points of macro-F1 at most. Then choose the cheapest model whose whole interval stays inside the
# margin. The price of these models is their time, which every run has recorded.

# %% [markdown] tags=["zh"]
# ## 练习
# 先定界值：一个模型比最好的差多少以内，还能因为更简单、更便宜而选它？把这个数写下来，macro-F1 最多五个百分点。然后在整个区间都不越界的模型里，选最便宜的一个。这些模型的价格就是时间，每次评测都记下来了。

# %% tags=["exercise"]
margin = None
choice = bare
check.compare([*runs, remote], margin, choice)

# %% tags=["solution"]
# solution · 答案
margin = 0.05
choice = linear
check.compare([*runs, remote], margin, choice)

# %% [markdown] tags=["en"]
# In this notebook you measured the floors, called a model through an API, compared runs row by row, learnt how many
# rows a question costs, read the memo that all of it makes, and chose by a margin fixed beforehand. Next: [which rows are worth training
# on?](03_dataset.ipynb)

# %% [markdown] tags=["zh"]
# 在这一课里，你量了基线，通过接口调了模型，逐条配对地比了几次评测，弄清了一个问题要花多少条数据才有答案，读了由这一切得出的备忘，并且按事先定好的界值作了选择。下一课：[哪些数据值得拿来训练？](03_dataset.ipynb)
