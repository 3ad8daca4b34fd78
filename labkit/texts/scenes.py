"""Words of making, checking and sharing scenes: key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # new: what was understood, beyond what the skeleton says
    "head.definition": ("definition", "定义"),
    "column.text": ("text", "文本"),
    "column.further_text": ("more text", "更多文本"),
    "column.labels": ("labels", "标签"),
    "column.id": ("id", "id"),
    "column.split": ("split", "划分"),
    "column.group": ("author", "作者"),
    "column.time": ("time", "时间"),
    "column.subtask": ("subtask", "子任务"),
    "column.note": ("note", "备注"),
    "new.titles": (
        "{file}: title lines above the header passed over: {titles}",
        "{file}：跳过表头上方的标题行：{titles}",
    ),
    "new.other_sheets": (
        "{file}: other sheets passed over (another one: --sheet): {sheets}",
        "{file}：未读取的其他工作表（可用 --sheet 指定）：{sheets}",
    ),
    "new.guessed_encoding": (
        "The encoding was guessed (another one: --encoding). The first posts, to be looked at:",
        "编码是猜测的（可用 --encoding 指定）。请看前几条是否正常：",
    ),
    "new.numbered_posts": (
        "Numbered columns: each holds one post of the row; blank ones are passed over",
        "带编号的列：每列是该行的一条帖子，空的跳过",
    ),
    "new.parts_of_posts": (
        "Several text columns: together they are one post, each part behind its column's name",
        "多个文本列：合为一条帖子，每部分前面写上列名",
    ),
    "new.flags": ("{columns} columns of yes and no, one per label", "{columns} 个是/否列，每列一个标签"),
    "new.merged": ("Label {old} became {new}", "标签 {old} 并入 {new}"),
    "new.perhaps_meant": (
        "“{label}” of the prompt: did it mean “{near}”, which it does not define? Then write that name into the prompt.",
        "提示词中的“{label}”是不是指“{near}”？后者没有定义。如果是，请在提示词里改用这个名字。",
    ),
    "new.unseen": ("Labels that no row carries: {labels}", "没有任何样本的标签：{labels}"),
    "new.undefined": ("Labels without a definition: {labels}", "还没有定义的标签：{labels}"),
    "new.other_columns": ("Other columns, kept with each row: {columns}", "其余的列随样本保留：{columns}"),
    "new.unmarked": ("{rows} {rows:row|rows} {rows:is|are} marked with no label", "{rows} 行没有任何标签"),
    "new.bar": (
        "The bar is assumed: {metric} {value}. The business sets its own in task.yaml",
        "业务指标暂定为 {metric} {value}，请在 task.yaml 中改成业务方的要求",
    ),
    "new.no_rows": (
        "No posts yet: the scene begins with its labels and a prompt; `add` brings posts in, `queue` writes a sheet to label",
        "还没有帖子：场景先有标签和提示词；之后用 add 加入帖子，用 queue 导出待标注表",
    ),
    "new.skipped": (
        "{rows} {rows:row|rows} without text left out: {places} …",
        "略去 {rows} 个没有文本的行：{places} …",
    ),
    "new.suffixed_ids": (
        "{rows} {rows:row|rows} repeated an id: -2, -3, … stands behind theirs",
        "{rows} 行的 id 重复：已在后面加 -2、-3……",
    ),
    "new.joined": (
        "{rows} {rows:row|rows} became {examples} {examples:example|examples} by {column} (the longest has {longest} {longest:post|posts}); {alone} {alone:row|rows} {alone:has|have} no "
        "{column} and stay alone",
        "按 {column} 把 {rows} 行合成 {examples} 个样本（最多 {longest} 条帖子）；{alone} 行没有 {column}，单独成样本",
    ),
    "new.joined_in_time": ("Their posts stand in time order", "样本内的帖子按时间排列"),
    "new.joined_partly_in_time": (
        "Their posts stand in time order, except in {untimed} {untimed:example|examples} with a time that is missing or cannot be read: "
        "those keep the file's order",
        "样本内的帖子按时间排列；其中 {untimed} 个样本有时间缺失或无法识别，保持文件中的顺序",
    ),
    "new.joined_untimed": (
        "No column of times was found, so their posts keep the file's order (name one with --time COLUMN)",
        "没有找到时间列，样本内的帖子保持文件中的顺序（可用 --time 指定时间列）",
    ),
    "new.joined_disagreeing": (
        "{disagreeing} {disagreeing:example|examples} joined rows with different labels, first at {place}; they carry all of them",
        "{disagreeing} 个样本合并了标签不同的行，首个在 {place}；这些样本带有全部标签",
    ),
    "new.joined_several": (
        "That alone makes the scene multi-label: no single row has more than one label. If each {column} should have "
        "one, correct those rows, or leave out --items-by",
        "场景因此才变成多标签：原本每行最多一个标签。如果每个 {column} 只该有一个标签，请改正这些行，或不用 --items-by",
    ),
    "new.near_together": (
        "{groups} {groups:group|groups} of near duplicates ({repeats} {repeats:row|rows} beyond the first of each), each kept in one split",
        "{groups} 组近似重复（每组除第一行外共 {repeats} 行），每组都在同一份里",
    ),
    "new.near_leaked": (
        "{groups} {groups:group|groups} of near duplicates ({repeats} {repeats:row|rows} beyond the first of each); {leaked} test {leaked:row is|rows are} in a group "
        "with pool or dev rows, because the file says their splits (audit counts those that one row gives away by itself)",
        "{groups} 组近似重复（每组除第一行外共 {repeats} 行）；因划分由文件指定，有 {leaked} 条测试样本与 pool 或 dev 同组"
        "（audit 统计的是单独一行就能泄露的测试样本）",
    ),
    "new.near_unlabelled": (
        "{groups} {groups:group|groups} of near duplicates ({repeats} {repeats:row|rows} beyond the first of each), those with labels each kept in one split; {leaked} test {leaked:row has|rows have} one "
        "without labels in pool, which select will not take",
        "{groups} 组近似重复（每组除第一行外共 {repeats} 行），有标签的每组都在同一份里；{leaked} 条测试样本在 pool 中有没标签的近似样本，select 不会选它们",
    ),
    "repetition.pool": (
        "Of the {pool} pool {pool:row|rows}, with labels or without, {leaking} nearly {leaking:repeats|repeat} dev or test rows and {copies} another pool row: "
        "{distinct} {distinct:is|are} left to choose from",
        "pool 共 {pool} 行（含无标签）：{leaking} 行与 dev 或测试样本近似重复，{copies} 行与其他 pool 样本重复，剩 {distinct} 行可选",
    ),
    "new.authors": (
        "{authors} {authors:author|authors}, each kept in one split where splits are assigned",
        "{authors} 位作者；自动划分时同一作者在同一份",
    ),
    "new.authors_spread": (
        "{authors} {authors:author|authors}; so many write nearly the same that {spread} of them stand in several splits (no near duplicate does)",
        "{authors} 位作者；他们大量发布几乎相同的内容，{spread} 位作者的帖子只能分在不同份里（近似重复仍在同一份）",
    ),
    "new.dev_drawn": (
        "No row is dev there: {drawn} of the {pool} pool rows were drawn to be dev",
        "其中没有 dev：从 {pool} 条 pool 中抽出 {drawn} 条作 dev",
    ),
    "new.languages": ("Languages: {languages}", "语言：{languages}"),
    "new.power": (
        "{split}: {rows} labelled rows show a gain of {points} points (80 % power, where two prompts differ on {share} of rows)",
        "{split}：{rows} 条已标注样本能看出 {points} 个百分点的差距（把握度 80%，假设两份提示词在 {share} 的样本上对错不同）",
    ),
    "new.no_power": (
        "{split}: {rows} labelled rows are too few: where two prompts differ on {share} of rows, no gain would show",
        "{split}：{rows} 条已标注样本太少：两份提示词在 {share} 的样本上对错不同时，什么差距都看不出",
    ),
    "new.power_scale": (
        "For scale: 300 rows show {few} points, 1,000 show {many}",
        "参照：300 条能看出 {few} 个百分点，1000 条能看出 {many} 个",
    ),
    "new.frozen": (
        "The test rows are frozen ({hash}…): changed ones are noticed, and no gate passes on others",
        "测试样本已冻结（{hash}…）：有改动会被发现，门禁也不接受别的样本",
    ),
    "new.prompt": (
        "Your prompt of {lines} {lines:line|lines} was taken apart: {labels} {labels:label|labels}, {definitions} of them defined",
        "已拆解你的 {lines} 行提示词：{labels} 个标签，其中 {definitions} 个有定义",
    ),
    "new.prompt_posts": ("The posts go where line {line} has its placeholder", "帖子放在第 {line} 行的占位处"),
    "new.prompt_no_posts": (
        "It has no place for the posts: they stand in the Input section",
        "没有帖子占位符：帖子放在 Input 部分",
    ),
    "new.prompt_placeholders": (
        "Placeholders read as the posts, or taken as plain text: {placeholders}",
        "被当作帖子位置或普通文字的占位符：{placeholders}",
    ),
    "new.prompt_format": (
        "Its own answer format is set aside: labkit asks for one JSON object with labels, rationale and quotes, and reads that",
        "原有的输出格式要求已移出：labkit 统一要求并解析含标签、理由和引文的 JSON 对象",
    ),
    "new.prompt_contradicts": (
        "{lines} {lines:line|lines} still {lines:speaks|speak} of a format. They may contradict labkit's own answer contract, which every request "
        "holds ({contract}); change them in the prompt if they do:",
        "有 {lines} 行仍提到格式，可能与 labkit 自己的作答约定矛盾（每次请求都带有：{contract}）；如有矛盾，请在提示词中修改：",
    ),
    "new.prompt_examples": (
        "Its examples are kept as they are; their answers are in their own form, so rewrite them as JSON answers or test without",
        "示例原样保留；其答案仍是原来的格式，建议改写成 JSON 答案，或先去掉再测",
    ),
    "new.prompt_rest": (
        "{lines} {lines:line|lines} {lines:is|are} not in the prompt; they are kept in prompts/v1.rest.txt, the whole in prompts/v1.source.txt:",
        "{lines} 行未放进提示词；保存在 prompts/v1.rest.txt，原文保存在 prompts/v1.source.txt：",
    ),
    "new.prompt_more_rest": ("  … and {lines} more", "  ……另有 {lines} 行"),
    "rest.format": ("answer format", "输出格式"),
    "rest.role": ("role marker", "角色标记"),
    "rest.greeting": ("greeting", "问候语"),
    "rest.table": ("head of a table", "表头"),
    "rest.replaced": ("the definitions file says it instead", "以定义文件为准"),
    # new: the yes
    "new.ask_write": ("Write this scene to {path}?", "写入场景 {path}？"),
    "new.ask_merge": (
        "Labels that look alike: {labels}. Make each group one label?",
        "以下标签写法相近：{labels}。每组合为一个标签吗？",
    ),
    "new.not_written": ("Nothing was written.", "没有写入任何内容。"),
    # add, queue
    "queue.written": (
        "Wrote {rows} {rows:row|rows} that wait for labels to {path}. Fill in the empty column, then: {command}",
        "已把 {rows} 条待标注的数据写入 {path}。填好空着的那一列，再运行：{command}",
    ),
    "add.done": (
        "{added} {added:row|rows} {added:is|are} new, {labelled} got their labels, {unchanged} said nothing new.",
        "新增 {added} 条，补上标签 {labelled} 条，没有变化 {unchanged} 条。",
    ),
    "add.skipped": (
        "{rows} {rows:row|rows} {rows:has|have} no text and were left out, first {first}.",
        "{rows} 行没有正文，未加入，首个是 {first}。",
    ),
    "add.parted": (
        "Splits were drawn, by author: {pool} pool, {dev} dev, {test} test rows; the test rows are frozen.",
        "已按作者划分：pool {pool} 条，dev {dev} 条，test {test} 条；测试数据已冻结。",
    ),
    "next.add": (
        "The scene has no posts yet: bring them in from a file, labelled or not.",
        "场景里还没有帖子：从文件加入，带不带标签都行。",
    ),
    "next.queue": (
        "{rows} {rows:row|rows} {rows:waits|wait} for labels and no dev row has any: write them to a sheet, label some, and add it back.",
        "有 {rows} 行待标注，dev 中还没有标签：导出成表，标一部分，再加回来。",
    ),
}
