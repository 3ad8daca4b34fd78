"""What errors say of trainings, their recipes and their rows, and what a training warns of: key -> (English, Chinese)."""

WORDS = {
    "error.ablation.split": ("An ablation reads no {split} rows", "对照实验不读 {split} 行"),
    "error.ablation.split.fix": ("Use dev", "请用 dev"),
    "error.ablation.size": ("Of {whole} rows, {rows} would be left", "共 {whole} 行，却要留下 {rows} 行"),
    "error.ablation.size.fix": ("Give a smaller number above 0: --rows", "请用 --rows 给出更小且大于 0 的数"),
    "error.ablation.rationale": ("Rows drawn by chance have no rationale to teach", "随机抽取的行没有可教的理由"),
    "error.ablation.rationale.fix": ("Take a dataset whose targets are labels", "请选一个目标只有标签的数据集"),
    "error.ablation.pool": (
        "The pool has {pool} rows to draw from, and the dataset {rows} already",
        "样本池可抽的只有 {pool} 行，而数据集已有 {rows} 行",
    ),
    "error.ablation.pool.fix": ("Take a dataset that leaves rows out", "请选一个没有用尽样本池的数据集"),
    "error.ablation.no_rationale": (
        "The dataset {dataset!r} is trained without rationales already",
        "数据集 {dataset!r} 训练时本来就不带理由",
    ),
    "error.ablation.no_rationale.fix": (
        "Take one whose targets were taught by a teacher: select --teacher RUN",
        "请选一个由教师模型教出目标的数据集：select --teacher RUN",
    ),
    "error.ablation.other": (
        "The dataset {name!r} is another one than this ablation makes",
        "数据集 {name!r} 不是这次对照实验会做出的那个",
    ),
    "error.ablation.other.fix": ("Move it away", "请把它移走"),
    "error.training.loss": (
        "The loss of step {step} is {loss}, its gradient's norm {norm}",
        "第 {step} 步的损失是 {loss}，梯度范数是 {norm}",
    ),
    "error.training.loss.fix": (
        "Lower learning_rate under another name, or start again to go on from the last checkpoint",
        "请换个名字并调低 learning_rate，或重新开始，从最近的检查点继续",
    ),
    "error.training.disk": (
        "The disk of {folder} is full, so the checkpoint of step {step} could not be written",
        "{folder} 所在磁盘已满，第 {step} 步的检查点无法写入",
    ),
    "error.training.disk.fix": (
        "Free some space; the same command goes on from the last good checkpoint",
        "请腾出一些空间；用同样的命令会从最近一个完好的检查点继续",
    ),
    "error.device.no_gpu": ("The recipe asks for a GPU, and no driver shows one", "配方要求 GPU，但没有驱动报告有 GPU"),
    "error.device.no_gpu.fix": ("Set device to auto to do without one", "把 device 设为 auto 就可以不用 GPU"),
    "error.device.torch": (
        "PyTorch {version} cannot use the {gpu} that is there, and {base} has {billions:.1f} billion weights, too many for a processor",
        "PyTorch {version} 用不了这里的 {gpu}，而 {base} 有 {billions:.1f}B（十亿）参数，用处理器训练太大",
    ),
    "error.device.torch.fix": (
        "Install the build of PyTorch for its driver (python -m labkit doctor names it), or set device to cpu",
        "请安装与驱动相配的 PyTorch（python -m labkit doctor 会说明是哪一个），或把 device 设为 cpu",
    ),
    "error.model_export.exists": ("{target} is there already", "{target} 已经存在"),
    "error.model_export.exists.fix": ("Give a folder that is not there yet", "请给一个还不存在的文件夹"),
    "error.training.no_adapter": ("The training {job!r} has no adapter yet", "训练 {job!r} 还没有适配器"),
    "error.training.no_adapter.fix": ("Wait for its end, or stop it", "请等它结束，或停止它"),
    "error.model_export.no_dev": (
        "The training {job!r} has no dev rows, so nothing shows that an export answers as it does",
        "训练 {job!r} 没有 dev 行，无从证明导出的模型回答一致",
    ),
    "error.model_export.no_dev.fix": (
        "Label dev rows, and train with dev_rows above 0",
        "请标注 dev 行，并在 dev_rows 大于 0 时训练",
    ),
    "error.model_export.other": (
        "The exported model answers {other} of {rows} dev rows otherwise than the trained one",
        "导出的模型在 {rows} 条 dev 行中有 {other} 条与训练好的模型回答不同",
    ),
    "error.model_export.other.fix": (
        "Serve base and adapter apart, with --to adapter",
        "请把底座和适配器分开部署：--to adapter",
    ),
    "error.model_export.template": (
        "This model's chat template cannot be said in a Modelfile",
        "这个模型的对话模板无法写进 Modelfile",
    ),
    "error.model_export.template.fix": ("Export it merged", "请导出合并后的模型"),
    "error.job.other": (
        "The training job {job!r} exists with another recipe, base, prompt or dataset",
        "训练任务 {job!r} 已经存在，但配方、底座、提示词或数据集不同",
    ),
    "error.job.other.fix": ("Give another name", "请换一个名字"),
    "error.job.running": ("The training job {job!r} is running already", "训练任务 {job!r} 已在运行"),
    "error.job.running.fix": ("Wait for it, or stop it first", "请等它结束，或先停止它"),
    "error.job.unreadable": ("Cannot read {path}", "无法读取 {path}"),
    "error.job.unreadable.fix": ("Train again under another name", "请换一个名字重新训练"),
    "error.job.held": ("The training job {job!r} is running already", "训练任务 {job!r} 已在运行"),
    "error.job.held.fix": ("Wait for it or stop it", "请等它结束，或停止它"),
    "error.job.no_start": ("The training {job!r} did not start: {last}", "训练 {job!r} 没有启动：{last}"),
    "error.job.no_start.fix": ("Read {log}", "请查看 {log}"),
    "error.job.first": (
        "The first process has not written {path} within {seconds:.0f} s",
        "第一个进程在 {seconds:.0f} 秒内没有写出 {path}",
    ),
    "error.job.first.fix": (
        "Look what it says, and give all machines the same scene on a disk that they share",
        "请看它说了什么，并让所有机器使用共享磁盘上的同一个场景",
    ),
    "error.processes.none": ("{processes} processes cannot train", "{processes} 个进程无法训练"),
    "error.processes.none.fix": ("Give 1, or as many as there are GPUs", "请给 1，或与 GPU 数相同的数"),
    "error.preflight.other_tokens": (
        "Row {row} would be trained after other tokens than it will be asked with: at token {place} it reads {read!r} in training and {sent!r} when asked",
        "行 {row} 训练时读到的 token 与提问时不同：在第 {place} 个 token 处，训练时是 {read!r}，提问时是 {sent!r}",
    ),
    "error.preflight.other_tokens.fix": (
        "The chat template of this base does not fit training; use its instruct version, or another base",
        "这个底座的对话模板不适合训练；请用它的 instruct 版本，或换一个底座",
    ),
    "error.job.base_changed": (
        "The model {base} has changed since the job was made",
        "建立任务之后，模型 {base} 已经变了",
    ),
    "error.job.base_changed.fix": ("Train under another name", "请换一个名字训练"),
    "error.training.padding": (
        "The tokenizer of {base} pads with its end token, so the end would never be learnt",
        "{base} 的分词器用结束符来填充，模型就永远学不会停下",
    ),
    "error.training.padding.fix": (
        "Give it another pad_token in tokenizer_config.json",
        "请在 tokenizer_config.json 中给它另一个 pad_token",
    ),
    "error.training.no_checkpoint": (
        "No checkpoint in {folder} reads back as written",
        "{folder} 中没有一个检查点能原样读回",
    ),
    "error.training.no_checkpoint.fix": ("Look at the disk", "请检查磁盘"),
    "error.processes.deepspeed": (
        "labkit does not train with DeepSpeed",
        "labkit 不用 DeepSpeed 训练",
    ),
    "error.processes.deepspeed.fix": (
        "Launch with --multi_gpu or torchrun; for a base that fits no GPU, with --use_fsdp",
        "请用 --multi_gpu 或 torchrun 启动；如果底座一个 GPU 放不下，请用 --use_fsdp",
    ),
    "error.processes.no_layers": (
        "{name} does not say which of its modules are layers, so it cannot be dealt out to several GPUs",
        "{name} 没有说明哪些模块是层，因此无法分片放到多个 GPU 上",
    ),
    "error.processes.no_layers.fix": (
        "Launch without --use_fsdp, or take another base",
        "请不用 --use_fsdp 启动，或换一个底座",
    ),
    "error.processes.offload": (
        "labkit keeps a base's shards on the GPUs, not in the machine's memory as FSDP_OFFLOAD_PARAMS asks",
        "labkit 把底座的分片放在 GPU 上，而不是按 FSDP_OFFLOAD_PARAMS 的要求放在内存里",
    ),
    "error.processes.offload.fix": (
        "Launch with --fsdp_offload_params false, on more GPUs if need be",
        "请用 --fsdp_offload_params false 启动，必要时用更多 GPU",
    ),
    "error.processes.uneven": (
        "A step of {batch} rows cannot be shared evenly by {processes} processes",
        "一步 {batch} 行，无法平均分给 {processes} 个进程",
    ),
    "error.processes.uneven.fix": (
        "Set batch to {less} or {more}, or take another number of processes",
        "请把 batch 设为 {less} 或 {more}，或换一个进程数",
    ),
    "error.recipe_file.no_knobs": ("{where} holds no knobs", "{where} 里没有任何旋钮"),
    "error.recipe_file.no_knobs.fix": (
        "Write lines such as 'learning_rate: 2e-4'",
        "请写 'learning_rate: 2e-4' 这样的行",
    ),
    "error.recipe_value.divides": ("micro_batch is {value}", "micro_batch 是 {value}"),
    "error.recipe_value.divides.fix": (
        "Write a number that divides batch ({batch})",
        "请写一个能整除 batch（{batch}）的数",
    ),
    "error.recipe_value.dropout": ("dropout is {value}", "dropout 是 {value}"),
    "error.recipe_value.dropout.fix": (
        "Write a number from 0 to below 1, such as 0.05",
        "请写不小于 0、小于 1 的数，例如 0.05",
    ),
    "error.recipe_value.learning_rate": ("learning_rate is {value}", "learning_rate 是 {value}"),
    "error.recipe_value.learning_rate.fix": (
        "Write a number above 0 and up to 1, such as 2e-4",
        "请写大于 0、不超过 1 的数，例如 2e-4",
    ),
    "error.recipe_file.no_yaml": ("{where} is not YAML ({reason})", "{where} 不是 YAML（{reason}）"),
    "error.recipe_file.no_yaml.fix": ("Write lines 'knob: value'", "请写“旋钮: 值”这样的行"),
    "error.recipe_file.name": ("{where}: {key_} is {value}", "{where}：{key_} 是 {value}"),
    "error.recipe_file.name.fix": ("Write the {key_}'s name", "请写 {key_} 的名字"),
    "error.recipe_value.whole": ("{knob} is {value}", "{knob} 是 {value}"),
    "error.recipe_value.whole.fix": (
        "Write a whole number from {least} to {most}",
        "请写 {least} 到 {most} 之间的整数",
    ),
    "error.recipe_value.flag": ("{knob} is {value}", "{knob} 是 {value}"),
    "error.recipe_value.flag.fix": ("Write true or false", "请写 true 或 false"),
    "error.recipe_value.number": ("{knob} is {value}", "{knob} 是 {value}"),
    "error.recipe_value.number.fix": ("Write a number such as {example}", "请写一个数，例如 {example}"),
    "error.training_row.no_posts": ("{where} has no posts", "{where} 没有帖子"),
    "error.training_row.no_posts.fix": ("Each row needs items: a list of texts", "每行都要有 items：文字的列表"),
    "error.training_row.no_answer": ("{where} has no answer to learn", "{where} 没有要学的回答"),
    "error.training_row.no_answer.fix": (
        "Each row needs target: {{labels: [...]}}, or labels",
        "每行都要有 target: {{labels: [...]}}，或 labels",
    ),
    "error.training_row.no_text": ("{where} has a target whose text is no text", "{where} 的目标里 text 不是文字"),
    "error.training_row.no_text.fix": (
        "Leave 'text' out, and labels are written as always",
        "请去掉 'text'，标签会照常写出",
    ),
    "error.training_row.kept_out": ("{where} ({row}) is a {split} row", "{where}（{row}）是 {split} 行"),
    "error.training_row.kept_out.fix": ("Train on pool rows only", "请只用样本池的行训练"),
    "error.training_row.no_rationale": (
        "{where} has no rationale, which prompt {prompt!r} asks for",
        "{where} 没有理由，而提示词 {prompt!r} 要求有",
    ),
    "error.training_row.no_rationale.fix": (
        "Train with a prompt that says 'rationale: none'",
        "请用写着 'rationale: none' 的提示词训练",
    ),
    "error.training_row.label": ("{where} has the label {label!r}", "{where} 的标签是 {label!r}"),
    "error.training_row.label.fix": ("Use labels of the task: {allowed}", "请使用任务的标签：{allowed}"),
    "error.device.too_few": (
        "{processes} processes are to train, and they are given {given} {given:GPU|GPUs}",
        "要用 {processes} 个进程训练，但只给了 {given} 个 GPU",
    ),
    "error.device.too_few.fix": (
        "Start as many processes as there are GPUs, or set device to cpu",
        "请启动与 GPU 数相同的进程，或把 device 设为 cpu",
    ),
    "error.training.failed": (
        "The training {job!r} ended at step {step} without an adapter: {problem}",
        "训练 {job!r} 在第 {step} 步结束，没有得到适配器：{problem}",
    ),
    "error.training.failed.fix": (
        "Read {path}; the same command goes on from the last checkpoint",
        "请查看 {path}；用同样的命令会从最近的检查点继续",
    ),
    "training.killed": ("its process was killed", "它的进程被终止了"),
    "training.killed_logged": ("its process was killed (log: {log})", "它的进程被终止了（日志：{log}）"),
    "feature.training": ("Training", "训练"),
    "feature.preview": ("The look at tokens", "查看 token"),
    "error.fault.memory": ("Out of memory ({reason})", "内存不足（{reason}）"),
    "error.fault.memory.fix": (
        "Set micro_batch to {smaller} (a step still learns from {batch} rows) and train under another name",
        "请把 micro_batch 设为 {smaller}（每一步仍从 {batch} 行学习），并换一个名字训练",
    ),
    "error.fault.memory_unquantized": ("Out of memory ({reason})", "内存不足（{reason}）"),
    "error.fault.memory_unquantized.fix": (
        "Set quantization to nf4, or take a smaller base",
        "请把 quantization 设为 nf4，或换更小的底座",
    ),
    "error.fault.memory_least": ("Out of memory ({reason})", "内存不足（{reason}）"),
    "error.fault.memory_least.fix": (
        "Shorten the prompt, or take a smaller base; micro_batch is 1 already",
        "请缩短提示词，或换更小的底座；micro_batch 已经是 1",
    ),
    "error.fault.again": (
        "Out of memory; the same command goes on with {layout}",
        "内存不足；用同样的命令会继续，改为{layout}",
    ),
    "error.fault.evaluation": (
        "Out of memory ({reason}) while the dev rows were answered one at a time; the longest has {longest} tokens",
        "逐条回答 dev 数据时内存不足（{reason}）；最长的一条有 {longest} 个 token",
    ),
    "error.fault.evaluation.fix": (
        "Shorten the prompt, take a smaller base, or train under another name with dev_rows set to 0",
        "请缩短提示词，换更小的底座，或把 dev_rows 设为 0 并换一个名字训练",
    ),
    "error.fault.gathering": (
        "Out of memory while the base's embeddings and head were gathered, in which all processes wait for each other",
        "汇集底座的词嵌入和输出层时内存不足；这时各进程互相等待，无法继续",
    ),
    "error.fault.gathering.fix": (
        "Shorten the prompt, take a smaller base, or train under another name with dev_rows set to 0",
        "请缩短提示词，换更小的底座，或把 dev_rows 设为 0 并换一个名字训练",
    ),
    "error.fault.disk": ("The disk is full", "磁盘已满"),
    "error.fault.disk.fix": (
        "Free some space; the same command goes on from the last good checkpoint",
        "请腾出一些空间；用同样的命令会从最近一个完好的检查点继续",
    ),
    "error.fault.lost_peer": (
        "Another process of this training ended (train.log)",
        "这次训练的另一个进程已经结束（见 train.log）",
    ),
    "error.fault.lost_peer.fix": (
        "The same command goes on from the last checkpoint",
        "用同样的命令会从最近的检查点继续",
    ),
    "error.fault.other": ("{kind}: {reason}", "{kind}：{reason}"),
    "error.preflight.over_max_length": (
        "{long} of {rows} rows take more tokens than max_length allows ({limit}); the longest, {name}, takes {length}",
        "{rows} 行中有 {long} 行的 token 超过 max_length 的上限（{limit}）；最长的 {name} 有 {length} 个",
    ),
    "error.preflight.over_max_length.fix": (
        "Set max_length to {length}, shorten the prompt, or leave these rows out",
        "请把 max_length 设为 {length}，缩短提示词，或去掉这些行",
    ),
    "error.preflight.over_max_length_for_any": (
        "{long} of {rows} rows take more tokens than max_length allows ({limit}); the longest, {name}, takes {length}",
        "{rows} 行中有 {long} 行的 token 超过 max_length 的上限（{limit}）；最长的 {name} 有 {length} 个",
    ),
    "error.preflight.over_max_length_for_any.fix": (
        "Shorten the prompt, leave these rows out, or take a base that reads more",
        "请缩短提示词，去掉这些行，或换一个能读更长文本的底座",
    ),
    "error.preflight.over_context_for_any": (
        "{long} of {rows} rows take more tokens than the base can read ({limit}); the longest, {name}, takes {length}",
        "{rows} 行中有 {long} 行的 token 超过底座能读的长度（{limit}）；最长的 {name} 有 {length} 个",
    ),
    "error.preflight.over_context_for_any.fix": (
        "Shorten the prompt, leave these rows out, or take a base that reads more",
        "请缩短提示词，去掉这些行，或换一个能读更长文本的底座",
    ),
    "error.recipe_file.unknown": ("{where} has an unknown knob {knob!r}", "{where} 里有不认识的旋钮 {knob!r}"),
    "error.recipe_value.one_of": ("{knob} is {value}", "{knob} 是 {value}"),
    "error.recipe_value.one_of.fix": ("Write one of: {known}", "请写其中之一：{known}"),
    "error.training_prompt.save_one": ("The dataset {dataset!r} {problem}", "数据集 {dataset!r} {problem}"),
    "error.training_prompt.save_one.fix": (
        "Save one of them under another name with 'rationale: none' between its lines of ---",
        "请把其中一个另存，在两行 --- 之间写上 'rationale: none'",
    ),
    "error.training_prompt.which": ("The dataset {dataset!r} {problem}", "数据集 {dataset!r} {problem}"),
    "error.training_prompt.which.fix": (
        "Say with which one it is asked: --prompt {names}",
        "请指明用哪一个来提问：--prompt {names}",
    ),
    "training_prompt.gone": ("was made for a prompt that is no longer in the scene", "所对应的提示词已不在场景里"),
    "training_prompt.explained": (
        "names no prompt, and {count} of the scene's prompts ask for a rationale",
        "没有指明提示词，而场景中有 {count} 个提示词要求给出理由",
    ),
    "training_prompt.bare": (
        "names no prompt, and {count} of the scene's prompts ask for labels only",
        "没有指明提示词，而场景中有 {count} 个提示词只要求标签",
    ),
    "where.dataset_row": ("Dataset {dataset!r} row {number}", "数据集 {dataset!r} 第 {number} 行"),
    # what a training warns of, and what is wrong with a checkpoint
    "alarm.loss": (
        "step {step}: the loss is {loss}, the gradient norm {norm}",
        "第 {step} 步：损失是 {loss}，梯度范数是 {norm}",
    ),
    "alarm.jump": (
        "step {step}: the gradient norm went from {usual:.3g} to {norm:.3g} after a measurement",
        "第 {step} 步：测量之后，梯度范数从 {usual:.3g} 变为 {norm:.3g}",
    ),
    "alarm.fall": (
        "step {step}: dev macro-F1 fell to {score:.3f}, its best was {best:.3f}",
        "第 {step} 步：dev macro-F1 降到 {score:.3f}，最好时是 {best:.3f}",
    ),
    "alarm.checkpoint": ("{name} is passed over: {problem}", "跳过 {name}：{problem}"),
    "alarm.gpu": (
        "GPU {index} ({name}) has {free} of {total} MiB free; others hold: {found}",
        "GPU {index}（{name}）共 {total} MiB，空闲 {free} MiB；其他进程占用：{found}",
    ),
    "alarm.unseen": (
        "max_steps {max_steps} leaves {unseen} of {rows} rows unseen; an epoch takes {least} steps",
        "max_steps 为 {max_steps}，{rows} 行中有 {unseen} 行一次也学不到；一轮需要 {least} 步",
    ),
    "alarm.memory": ("Out of memory; it goes on with {layout}", "内存不足；继续训练，改为{layout}"),
    "alarm.unheeded": (
        "labkit shards each of the base's layers, keeps the adapter whole and recomputes activations only where memory needs it, whatever else FSDP is set to; not heeded: {settings}",
        "labkit 按层给底座分片，适配器保持完整，只在内存不够时重算激活，FSDP 的其他设置都不起作用；没有采用：{settings}",
    ),
    "alarm.one_shard": (
        "FSDP was asked for, but one process trains alone and holds the base whole; to shard it, launch two or more (--num_processes, one for each GPU)",
        "要求了 FSDP，但只有一个进程在训练，底座完整地放在其中；要分片，请启动两个以上进程（--num_processes，每个 GPU 一个）",
    ),
    "alarm.evaluation": (
        "Out of memory while dev rows were answered; from now on they are answered {tokens} tokens at once",
        "回答 dev 数据时内存不足；从现在起每次最多同时算 {tokens} 个 token",
    ),
    "alarm.evaluation_alone": (
        "Out of memory while dev rows were answered; from now on they are answered one at a time",
        "回答 dev 数据时内存不足；从现在起逐条回答",
    ),
    "layout.kept": (
        "{rows} {rows:row|rows} at once, activations kept, {batch} behind a step as before",
        "每次同时算 {rows} 行，保留激活值，每一步仍是 {batch} 行",
    ),
    "layout.recomputed": (
        "{rows} {rows:row|rows} at once, activations computed again, {batch} behind a step as before",
        "每次同时算 {rows} 行，重新计算激活值，每一步仍是 {batch} 行",
    ),
    "damage.unreadable": ("{file} is missing or cannot be read", "{file} 不存在或无法读取"),
    "damage.changed": ("{file} was changed", "{file} 被改动过"),
    "damage.missing": ("{file} is missing", "缺少 {file}"),
    "damage.bytes": ("{file} has {found} bytes, not {bytes}", "{file} 有 {found} 字节，应为 {bytes} 字节"),
    "damage.content": ("{file} has changed since it was written", "{file} 写入之后有改动"),
}
