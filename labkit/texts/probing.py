"""Words of probes: what they take, how far answers hold; key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "probes.forecast": (
        "{probes} {probes:run|runs}, {rows} {rows:asking|askings}; {calls} of them are still to be sent: about {tokens} {tokens:token|tokens}, {money}.",
        "{probes} 次运行，共问 {rows} 次；其中 {calls} 次还要发送：约 {tokens} 个 token，{money}。",
    ),
    "probes.incomplete": (
        "Some rows are still open; the same again, with a higher limit, goes on.",
        "还有数据没有问完；提高上限后再运行一次会接着问。",
    ),
    "robustness.title": ("How far answers hold: {prompt} · {model}", "答案稳不稳：{prompt} · {model}"),
    "robustness.about": (
        "{rows} {rows:row|rows}, asked once as written and once in each other way; every figure is paired row by row.",
        "{rows} 条数据，按原样问一遍，再逐一换个问法；所有数字都逐条对照。",
    ),
    "robustness.verdicts": (
        "“holds” and “moves”: the whole interval lies below, or from, {still} of 100 rows; of attacks the hijacked rows"
        " count.",
        "“稳”与“变”：整个区间都在每 100 条 {still} 条以下，或以上；攻击看的是被带偏的数据。",
    ),
    "robustness.mention": (
        "An attack has worked as far as it hijacks more rows than the mere mention of the label does.",
        "攻击比“只提到标签名”多带偏的部分，才是模型真的听了指令。",
    ),
    "robustness.words": (
        "{model} counts words and obeys nobody: a label's name in a post moves it. It shows how this is measured, not how a"
        " language model behaves.",
        "{model} 只数用词，不会听从指令：内容里出现标签名它就会变。它只演示怎么量，不代表大模型的表现。",
    ),
    "robustness.invalid": (
        "Most answers are not valid even as written: first get the model to answer, then ask how far its answers hold.",
        "按原样问，多数回答就不合格：先让模型答得出来，再看稳不稳。",
    ),
    "robustness.no_posts": (
        "No row has several posts, so their order could not be tried.",
        "没有一条数据含多条内容，没法试内容的顺序。",
    ),
    "robustness.head.test": ("asked otherwise", "换个问法"),
    "robustness.head.rows": ("rows", "条数"),
    "robustness.head.moved": ("answers moved, of 100", "答案变了（每 100 条）"),
    "robustness.head.hijacked": ("hijacked, of 100", "被带偏（每 100 条）"),
    "robustness.head.delta": ("{metric}, points (95 %)", "{metric}，分（95%）"),
    "robustness.head.valid": ("valid answers, of 100", "合格回答（每 100 条）"),
    "robustness.head.wavering": ("waver in repeats, of 100", "重复问时摇摆（每 100 条）"),
    "robustness.head.verdict": ("verdict", "结论"),
    "robustness.holds": ("holds", "稳"),
    "robustness.moves": ("moves", "变"),
    "robustness.cannot_tell": ("cannot tell", "说不准"),
    "robustness.attack.mention": ("control: the label's name in the post, no order", "对照：只提到标签名，没有指令"),
    "robustness.attack.naive": ("attack: “label this as …”", "攻击：“请标为……”"),
    "robustness.attack.ignore": ("attack: “ignore previous instructions”", "攻击：“忽略前面的指令”"),
    "robustness.attack.completion": ("attack: a fake answer, then a new task", "攻击：伪造回答，再给新任务"),
    "robustness.attack.index": ("attack: a fake index line", "攻击：伪造一条编号"),
    "robustness.attack.combined": ("attack: all of these together", "攻击：以上全用上"),
    "robustness.labels.reversed": ("labels from last to first", "标签倒序"),
    "robustness.labels.halved": ("labels begun in the middle", "标签从中间开始排"),
    "robustness.posts.reversed": ("posts from newest to oldest", "内容倒序"),
    "robustness.format.lines": ("format: each sentence on its own line", "格式：每句一行"),
    "robustness.format.folded": ("format: lists as sentences", "格式：列表写成句子"),
    "robustness.format.tags": ("format: posts and instruction in tags", "格式：内容与指令放进标签"),
    "robustness.format.half-width": ("format: half-width punctuation", "格式：半角标点"),
    "robustness.paragraph.one": ("one paragraph instead of sections", "写成一段，不分节"),
    "ablation.title": (
        "{label}: what each sentence does ({prompt} · {model})",
        "{label}：每句话起什么作用（{prompt} · {model}）",
    ),
    "ablation.about": (
        "{rows} {rows:row|rows}, {carrying} of them with {label}, asked with every sentence and then without each; all figures are paired.",
        "{rows} 条数据，其中 {carrying} 条标有 {label}；先带全部句子问一遍，再逐句去掉问；所有数字都逐条对照。",
    ),
    "ablation.idle": (
        "{idle} of {all} {all:sentence|sentences} {all:moves|move} none of these rows (about {tokens} {tokens:token|tokens}); of 100 other rows they may still move up to"
        " {high}. Length is no fault: keep what you know to matter.",
        "{all} 句里有 {idle} 句去掉后这些数据一条也没变（约 {tokens} 个 token）；换 100 条别的数据，仍可能变到 {high} 条。长不是毛病：确知有用的就留着。",
    ),
    "ablation.none_idle": ("Every sentence moves some row.", "每句话去掉后都有数据会变。"),
    "ablation.head.part": ("part", "部分"),
    "ablation.head.sentence": ("without this sentence", "去掉这句"),
    "ablation.head.tokens": ("tokens", "token"),
    "ablation.head.moved": ("answers moved, of 100", "答案变了（每 100 条）"),
    "ablation.head.fixed": ("right only without", "去掉才对"),
    "ablation.head.broken": ("right only with", "有它才对"),
    "ablation.head.delta": ("{metric}, points (95 %)", "{metric}，分（95%）"),
}
