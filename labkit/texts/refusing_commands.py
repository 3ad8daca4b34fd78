"""What errors say of a command's words, and of what it finds where it is run: key -> (English, Chinese)."""

WORDS = {
    "error.cli.labels_with": ("The labels do not fit {action!r}", "标签与 {action!r} 不相符"),
    "error.cli.labels_with.fix": (
        "Give the right labels, or --none alone, with relabel only",
        "只有 relabel 才要给出正确的标签，或单独写 --none",
    ),
    "error.cli.base_of_file": (
        "A base model is asked about the rows of a scene",
        "只能就场景中的行询问基座模型",
    ),
    "error.cli.base_of_file.fix": (
        "Make one first: python -m labkit new FOLDER {file}",
        "请先建一个场景：python -m labkit new FOLDER {file}",
    ),
    "error.cli.dataset_of_file": (
        "{file} is a file, and --dataset names one of a scene's",
        "{file} 是文件，而 --dataset 指的是场景里的数据集",
    ),
    "error.cli.dataset_of_file.fix": ("Name the scene's folder", "请指定场景的文件夹"),
    "error.cli.columns_of_scene": (
        "{scene} is a scene, whose columns are known",
        "{scene} 是场景，各列含义已知",
    ),
    "error.cli.columns_of_scene.fix": (
        "Leave out --test, --text, --labels and --format",
        "请去掉 --test、--text、--labels 和 --format",
    ),
    "error.cli.run_and_time": (
        "--run names its rows; --since and --until are of traffic",
        "--run 已经指明了行；--since 和 --until 用于流量",
    ),
    "error.cli.run_and_time.fix": ("Leave them out", "请去掉这两个选项"),
    "error.cli.no_run": ("No run is recorded yet", "还没有任何运行记录"),
    "error.cli.no_run.fix": ("Make one: {command}", "请先运行一次：{command}"),
    "error.cli.no_row_fits": (
        "No row of run {run} fits, so there is nothing to write to {file}",
        "运行 {run} 中没有符合条件的行，{file} 没有内容可写",
    ),
    "error.cli.no_row_fits.fix": ("Leave a filter out", "请去掉一个筛选条件"),
    "error.cli.several_models": ("Several models are asked row by row only", "多个模型只能逐行询问"),
    "error.cli.several_models.fix": ("Name one --model", "请只写一个 --model"),
    "error.cli.pilot": (
        "--pilot goes neither with --batch nor with --fresh",
        "--pilot 不能与 --batch 或 --fresh 同用",
    ),
    "error.cli.pilot.fix": ("Leave one of them out", "请去掉其中一个"),
    "error.cli.examples": ("--examples is {examples!r}", "--examples 是 {examples!r}"),
    "error.cli.examples.fix": (
        "Write retrieved:N with N from 0 to {most}",
        "请写成 retrieved:N，N 为 0 到 {most}",
    ),
    "error.cli.errors_to": ("--errors goes with --to FILE", "--errors 要与 --to FILE 同用"),
    "error.cli.errors_to.fix": ("Name the file: --to errors.xlsx", "请指明文件：--to errors.xlsx"),
    "error.cli.affected": (
        "--affected-by asks rows of its own choice, once",
        "--affected-by 自行决定问哪些行，而且只问一次",
    ),
    "error.cli.affected.fix": (
        "Only --control, --max-cost go with it",
        "只有 --control 和 --max-cost 能与它同用",
    ),
    "error.cli.export": (
        "--export RUN, --format FORMAT and --to FILE go together",
        "--export RUN、--format FORMAT 和 --to FILE 要一起写",
    ),
    "error.cli.export.fix": (
        "Such as: --export r1 --format jsonl --to r1.jsonl",
        "例如：--export r1 --format jsonl --to r1.jsonl",
    ),
    "error.cli.proxy": (
        "--behind-proxy and --allow-host go together",
        "--behind-proxy 和 --allow-host 要一起写",
    ),
    "error.cli.proxy.fix": (
        "Name the host that viewers type, such as lab.example.com",
        "请写明查看者输入的主机名，例如 lab.example.com",
    ),
    "error.cli.base_url": ("{path:.60} is no path to begin at", "{path:.60} 不能作为起始路径"),
    "error.cli.base_url.fix": (
        "Write it with a slash at both ends, such as /services/labkit/",
        "请在两端都写斜杠，例如 /services/labkit/",
    ),
    "error.cli.report_folder": ("{path} is a folder", "{path} 是文件夹"),
    "error.cli.report_folder.fix": ("Name a file, such as report.html", "请指定文件，例如 report.html"),
    "error.cli.store_password": (
        "LABKIT_STORE holds a password, which a dashboard must not have",
        "LABKIT_STORE 里有密码，而看板不能持有密码",
    ),
    "error.cli.store_password.fix": (
        "Name the database without it, and keep the password in the database client's own file (~/.pgpass)",
        "请写不带密码的数据库地址，把密码放在数据库客户端自己的文件里（~/.pgpass）",
    ),
    "error.cli.no_folder": ("There is no folder {folder}", "没有文件夹 {folder}"),
    "error.cli.no_folder.fix": (
        "Name the folder that holds your notebooks",
        "请指定存放笔记本的文件夹",
    ),
    "error.cli.ablate": ("--ablate asks a model", "--ablate 要询问模型"),
    "error.cli.ablate.fix": (
        "Name one with --model; `models` lists them",
        "请用 --model 指定模型；`models` 会列出全部模型",
    ),
    "error.cli.instead": ("--instead decides nothing by itself", "只写 --instead 不构成决定"),
    "error.cli.instead.fix": (
        'Say why: --decide "…" --instead "…"',
        '请说明理由：--decide "…" --instead "…"',
    ),
    "error.cli.check_scene": (
        "--check needs a scene, whose prompt and row are sent",
        "--check 需要一个场景，用来发送其中的提示词和一行数据",
    ),
    "error.cli.check_scene.fix": (
        "Write: models SCENE --check {model}",
        "请写成：models SCENE --check {model}",
    ),
    "error.cli.no_prompt": ("The scene {scene} has no prompt", "场景 {scene} 没有提示词"),
    "error.cli.no_prompt.fix": (
        "Write one into its folder prompts",
        "请在它的 prompts 文件夹里写一个",
    ),
    "error.cli.prompt_without_check": ("--prompt goes with --check MODEL", "--prompt 要与 --check MODEL 同用"),
    "error.cli.prompt_without_check.fix": ("Name the model to try", "请指定要试的模型"),
    "error.cli.alike": ("Labels look alike: {labels}", "有些标签看起来相同：{labels}"),
    "error.cli.alike.fix": (
        "Add --merge-labels to make them one, or --keep-labels to keep them",
        "请加 --merge-labels 把它们合并，或加 --keep-labels 保留",
    ),
    "error.cli.nobody": (
        "Nobody is there to say yes, so {folder} was not written",
        "没有人可以确认，所以没有写入 {folder}",
    ),
    "error.cli.nobody.fix": ("Add --yes to write it", "要写入请加 --yes"),
    "error.cli.ports": ("The ports {first} to {last} are taken", "端口 {first} 到 {last} 都被占用"),
    "error.cli.ports.fix": ("Choose another with --port", "请用 --port 另选一个"),
    "error.cli.no_server": ("The server did not start", "服务没有启动"),
    "error.cli.no_server.fix": ("Its own words stand above", "原因见上方它自己的输出"),
    "error.cli.port": ("Port {port} is taken", "端口 {port} 已被占用"),
    "error.cli.port.fix": (
        "Choose another with --port, or leave it out",
        "请用 --port 另选一个，或不写 --port",
    ),
    "error.cli.candidate": (
        "A candidate is a prompt and a model, or a run",
        "候选要么是一个提示词加一个模型，要么是一个运行",
    ),
    "error.cli.candidate.fix": (
        "Give --prompt and --model, or --run alone",
        "请写 --prompt 和 --model，或只写 --run",
    ),
    "error.cli.pair": ("{pair!r} is no pair of labels", "{pair!r} 不是一对标签"),
    "error.cli.pair.fix": (
        "Write GOLD,ANSWERED with labels of the scene; list confusions with: {command}",
        "请用场景的标签写成“标准答案,回答”；列出混淆的标签对：{command}",
    ),
    "error.cli.no_finished_run": ("No finished run has asked {split} rows", "还没有问完 {split} 行的运行"),
    "error.cli.no_finished_run.fix": (
        "Evaluate two models on them first",
        "请先用两个模型评测这些行",
    ),
    "error.cli.train_what": ("Nobody says which {what}", "没有指明 {what}"),
    "error.cli.train_what.fix": (
        "Add --{what}, or a line '{what}: …' to the recipe file",
        "请加上 --{what}，或在配方文件里写一行“{what}: …”",
    ),
    "error.cli.recipe_file": ("Cannot read {path}", "无法读取 {path}"),
    "error.cli.recipe_file.fix": (
        "Give a text file of lines 'knob: value'",
        "请给出每行写“参数: 值”的文本文件",
    ),
    "error.cli.tag": ("A tag, or --remove, is missing", "没有写标记，也没有写 --remove"),
    "error.cli.tag.fix": ("Give one of {tags}, or --remove alone", "请写 {tags} 之一，或只写 --remove"),
    "error.cli.no_row": ("Run {run} has no row {row!r}", "运行 {run} 中没有行 {row!r}"),
    "error.cli.no_row.fix": ("List its rows: {command}", "列出它的各行：{command}"),
    "error.cli.gold": ("Labels, or --none, are missing", "没有写标签，也没有写 --none"),
    "error.cli.gold.fix": (
        "Give the right labels, or --none alone",
        "请写正确的标签，或只写 --none",
    ),
    "error.cli.unclear_row": ("No row is named", "没有指明行"),
    "error.cli.unclear_row.fix": (
        "Give the row's id and the labels whose definitions are unclear",
        "请写行的 id，以及定义不清楚的标签",
    ),
    "error.cli.quota": ("{words!r} is no quota", "{words!r} 不是配额"),
    "error.cli.quota.fix": (
        "Give LABEL/easy=20, or boundary, hard, unrated instead of easy",
        "请写成 LABEL/easy=20，easy 也可换成 boundary、hard 或 unrated",
    ),
    "error.cli.mix": ("{words!r} is no mix", "{words!r} 不是配比"),
    "error.cli.mix.fix": ("Give three shares, such as 0.4/0.45/0.15", "请给出三个比例，例如 0.4/0.45/0.15"),
}
