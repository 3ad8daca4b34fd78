"""What errors say of models: their addresses, keys, files and servers: key -> (English, Chinese)."""

WORDS = {
    "error.api.fix.money": ("Top up the account, or choose another model", "请为账号充值，或换一个模型"),
    "error.api.fix.quota": (
        "Raise the account's limit or top it up, or choose another model",
        "请提高账号的额度或充值，或换一个模型",
    ),
    "error.api.fix.key": ("See to the key", "请检查密钥"),
    "error.api.fix.unknown_model": (
        "See to the model's name and whether the account may use it",
        "请检查模型的名字，以及该账号能否使用它",
    ),
    "error.api.fix.json_mode": ('Write json_mode = "none"', '请写 json_mode = "none"'),
    "error.api.fix.temperature": ('Write temperature = "default"', '请写 temperature = "default"'),
    "error.api.fix.system_role": ("Write system_role = false", "请写 system_role = false"),
    "error.api.fix.length_name": (
        'Write max_tokens_name = "max_completion_tokens"',
        '请写 max_tokens_name = "max_completion_tokens"',
    ),
    "error.api.fix.length": ("Write a smaller max_tokens", "请写一个更小的 max_tokens"),
    "error.api.fix.thinking": (
        'Write thinking = "off", or stream = true if it always thinks',
        '请写 thinking = "off"，如果它总要思考，请写 stream = true',
    ),
    "error.hub.not_cached": (
        "There is no model {name!r}: not bundled ({bundled}), no folder, and in no hub cache",
        "没有模型 {name!r}：不是自带的（{bundled}），不是文件夹，也不在任何模型库缓存里",
    ),
    "error.hub.not_cached.fix": (
        "Give the path of its folder, or set {switch}=1 to download it",
        "请给出它所在文件夹的路径，或设置 {switch}=1 来下载",
    ),
    "error.hub.not_there": (
        "There is no model {name!r}: not bundled ({bundled}), no folder, and not to be had from {hub}",
        "没有模型 {name!r}：不是自带的（{bundled}），不是文件夹，从 {hub} 也取不到",
    ),
    "error.hub.not_there.fix": ("Give the path of its folder", "请给出它所在文件夹的路径"),
    "error.reply.web_page": (
        "{model}: a web page came instead of an answer: {body!r}",
        "{model}：来的是网页，不是回答：{body!r}",
    ),
    "error.reply.web_page.fix": ("See to its base_url in models.toml", "请检查 models.toml 中它的 base_url 设置"),
    "error.reply.no_answer": ("{model}: the reply holds no answer: {body!r}", "{model}：回复里没有回答：{body!r}"),
    "error.reply.unreadable": (
        "{model}: the stream holds something unreadable: {body!r}",
        "{model}：数据流里有读不懂的内容：{body!r}",
    ),
    "error.reply.torn": (
        "{model}: the stream ended before the answer did: {body!r}",
        "{model}：回答还没说完，数据流就断了：{body!r}",
    ),
    "error.api.unsent": ("nothing was sent", "什么也没有发送"),
    "error.api.maybe_billed": ("it may be billed", "可能已计费"),
    "error.api.broken": ("{name}: {said} ({billed})", "{name}：{said}（{billed}）"),
    "error.api.silent": ("{name}: nothing answers at {address} ({said})", "{name}：{address} 没有应答（{said}）"),
    "error.api.silent.fix": (
        "Start the server, or see to its base_url in models.toml",
        "请启动服务器，或检查 models.toml 中它的 base_url 设置",
    ),
    "error.api.silent_proxy": (
        "{name}: nothing answers at {address} ({said}); set in the environment and not used: {ignored}",
        "{name}：{address} 没有应答（{said}），环境中设置了但没有使用的有：{ignored}",
    ),
    "error.api.silent_proxy.fix": (
        "Start the server, or see to its base_url in models.toml; if the way there leads through a proxy, write proxy "
        '= "http://host:port"',
        '请启动服务器，或检查 models.toml 中它的 base_url，如果要经过代理，请写 proxy = "http://host:port"',
    ),
    "error.api.answered": ("{model} answered with status {status}: {body!r}", "{model} 返回状态码 {status}：{body!r}"),
    "error.api.status": ("{model}: status {status}", "{model}：状态码 {status}"),
    "error.api.redirect": (
        "{model} sends requests on to another address, which is not followed",
        "{model} 把请求转到另一个地址，labkit 不会跟过去",
    ),
    "error.api.redirect.fix": ("Fix its base_url in models.toml", "请在 models.toml 中改正它的 base_url 设置"),
    "error.api.in_models_file": ("{fix} in its table of models.toml", "{fix}（在 models.toml 中它的表里）"),
    "error.api.too_long": (
        "Shorten this row, or choose a model that takes more",
        "请缩短这一行，或换一个能接受更长内容的模型",
    ),
    "error.door.no_object": (
        "{model}: {path} was answered with no JSON object",
        "{model}：{path} 返回的不是 JSON 对象",
    ),
    "error.door.broken": ("{model}: {path} at {url}: {said}", "{model}：{url} 的 {path}：{said}"),
    "error.stopped": ("the evaluation was stopped before the answer was there", "回答到来之前评测就被停止了"),
    "error.address.refused": (
        "{where}: base_url {base_url!r} is {reason}",
        "{where}：base_url {base_url!r} 是 {reason}",
    ),
    "error.address.unsent": (
        "{host} is {text}, {reason}: nothing was sent to it",
        "{host} 是 {text}（{reason}）：没有向它发送任何内容",
    ),
    "error.providers.key": (
        "{place}: key must be the name of a key, not the key",
        "{place}：key 要写密钥的名字，而不是密钥本身",
    ),
    "error.providers.proxy_unusable": ("{place}: proxy is not usable", "{place}：proxy 不能用"),
    "error.providers.thinking": (
        '{place}: thinking is "{thinking}", but no parameter is known that switches it so',
        "{place}：thinking 是“{thinking}”，但不知道用哪个参数这样切换",
    ),
    "error.providers.thinking.fix": (
        'Write thinking_{thinking} = {{ … }} as its reference has it, or thinking = "default"',
        '请按其文档写 thinking_{thinking} = {{ … }}，或写 thinking = "default"',
    ),
    "error.providers.value": ("{place}: {name} is {value!r}", "{place}：{name} 是 {value!r}"),
    "error.tuning.no_id": (
        "{name}: the provider took the file and gave it no id: {said}",
        "{name}：服务商收下了文件，却没有给出 id：{said}",
    ),
    "error.tuning.no_job": (
        "{name}: the provider's answer names no tuning job: {said}",
        "{name}：服务商的答复里没有微调任务：{said}",
    ),
    "error.model.linear_alone": (
        "The model 'linear' is trained on a scene's pool rows",
        "模型“linear”要在场景的样本池上训练",
    ),
    "error.model.linear_alone.fix": ("Give the scene: get_model(name, scene)", "请给出场景：get_model(name, scene)"),
    "error.address.unusable": ("{where}: base_url {base_url!r} is not usable", "{where}：base_url {base_url!r} 不能用"),
    "error.address.unusable.fix": ("Write https://host/v1", "请写成 https://host/v1 的样子"),
    "error.address.look_alike": (
        "{where}: the host {host!r} may only look like another",
        "{where}：主机 {host!r} 可能只是看起来像另一个",
    ),
    "error.address.look_alike.fix": ("If it is meant, write {plain}", "如果确实是它，请写 {plain}"),
    "error.address.disguised": ("{where}: {host!r} is an address in disguise", "{where}：{host!r} 是伪装的地址"),
    "error.address.disguised.fix": ("Write it as four numbers, or the host's name", "请写成四个数字，或写主机名"),
    "error.address.unencrypted": (
        "{where}: base_url {base_url!r} would send posts and key unencrypted",
        "{where}：base_url {base_url!r} 会不加密地发送微博和密钥",
    ),
    "error.address.unencrypted.fix": ("Write https://…", "请写 https://…"),
    "error.address.none": ("{where}: base_url is not an address ({error})", "{where}：base_url 不是地址（{error}）"),
    "error.address.none.fix": ("Write https://host/v1", "请写成 https://host/v1 的样子"),
    "error.batch.unknown_provider": (
        "{model}: the provider {provider!r} is not known to take batch files",
        "{model}：不知道服务商 {provider!r} 是否接受批量文件",
    ),
    "error.batch.unknown_provider.fix": (
        "Ask without --batch, or write batch_url into its table of models.toml",
        "请去掉 --batch，或在 models.toml 中它的表里写上 batch_url",
    ),
    "error.batch.unknown": (
        "{model}: the provider knows no batch {batch} (status {status_code})",
        "{model}：服务商没有批次 {batch}（状态码 {status_code}）",
    ),
    "error.batch.unknown.fix": (
        "Use the key of the account that sent it. Is it gone for good? --fresh asks and pays for all rows anew",
        "请使用当时发送它的账号的密钥。如果确实没有了，--fresh 会重新问并重新付费",
    ),
    "error.local.template_fails": (
        "The chat template of this model fails ({reason})",
        "这个模型的对话模板出错（{reason}）",
    ),
    "error.local.template_fails.fix": ("Use its instruct version", "请使用它的 instruct 版本"),
    "error.local.template_drops": (
        "The chat template of this model leaves messages out",
        "这个模型的对话模板会漏掉消息",
    ),
    "error.local.template_drops.fix": ("Use its instruct version", "请使用它的 instruct 版本"),
    "error.keys.other_host": (
        "{where}, [{provider}]: {spoken} is the key of {whose}, and base_url is at {host}",
        "{where}，[{provider}]：{spoken} 是 {whose} 的密钥，而 base_url 在 {host}",
    ),
    "error.keys.other_host.fix": (
        'Name another key; or, if it is meant, add key_host = "{host}"',
        '请换一个密钥，如果确实如此，请加上 key_host = "{host}"',
    ),
    "error.linear.nothing_labelled": (
        "Task {task!r} has no labelled pool rows, and the model 'linear' learns from nothing else",
        "任务 {task!r} 没有已标注的样本池行，而模型“linear”只从那里学习",
    ),
    "error.linear.nothing_labelled.fix": (
        "Label some pool rows, or use definition-reader",
        "请标注一些样本池的行，或改用 definition-reader",
    ),
    "error.linear.one_label": (
        "All {rows} labelled pool rows of task {task!r} carry the same labels",
        "任务 {task!r} 的 {rows} 个已标注样本池行带的标签都一样",
    ),
    "error.linear.one_label.fix": (
        "Add pool rows with other labels; a classifier cannot learn from one",
        "请加入带其他标签的样本池行：只有一类，分类器学不了",
    ),
    "error.local.tokenizer_contract": (
        "The tokenizer of this model cannot be held to a contract ({reason})",
        "这个模型的分词器无法按约定的格式约束（{reason}）",
    ),
    "error.local.tokenizer_contract.fix": ("Leave @json out of its name", "请从模型名中去掉 @json"),
    "error.local.contract": (
        "An answer cannot be held to its contract ({reason})",
        "回答无法按约定的格式约束（{reason}）",
    ),
    "error.local.contract.fix": ("Leave @json out of the model's name", "请从模型名中去掉 @json"),
    "error.local.prefix_differs": (
        "Rows of this {name} that share a prefix are answered differently from plain ones (logits apart by {apart:.3g} of their spread)",
        "这个 {name} 对共用前缀的行与单独计算的行回答不同（logits 相差为其离散度的 {apart:.3g}）",
    ),
    "error.local.prefix_differs.fix": (
        "Write @plain behind its path; every prompt is then computed whole",
        "请在它的路径后写 @plain，这样每个提示词都完整计算",
    ),
    "error.local.no_labels": (
        "A prompt names no labels that can be read, so there are none to choose from",
        "提示词里没有可以读出的标签，因此无从选择",
    ),
    "error.local.no_labels.fix": (
        "Put {{{{definitions}}}} into it, or leave @labels and @json out of the model's name",
        "请在其中写上 {{{{definitions}}}}，或从模型名中去掉 @labels 和 @json",
    ),
    "error.local.unloadable": (
        "transformers cannot load {folder} ({reason})",
        "transformers 无法加载 {folder}（{reason}）",
    ),
    "error.local.unloadable.fix": ("Give a causal language model", "请给出一个因果语言模型"),
    "error.local.asked_twice": (
        "The model local/{path} is asked for in two ways",
        "模型 local/{path} 同时要求了两种问法",
    ),
    "error.local.asked_twice.fix": ("Leave out @{word}", "请去掉 @{word}"),
    "error.local.pickles": (
        "{folder} holds pickled weights ({pickled}) beside its safetensors, and pickles can run code",
        "{folder} 在 safetensors 之外还有 pickle 权重（{pickled}），pickle 可以执行代码",
    ),
    "error.local.pickles.fix": ("Remove them; labkit reads safetensors only", "请删除它们，labkit 只读 safetensors"),
    "error.local.no_template": (
        "{folder} has no chat template, so it does not take messages",
        "{folder} 没有对话模板，因此不接受消息",
    ),
    "error.local.no_template.fix": ("Use the instruct version", "请使用 instruct 版本"),
    "error.local.no_adapter": ("There is no adapter {folder}", "没有适配器 {folder}"),
    "error.local.no_adapter.fix": (
        "Give the folder that holds adapter_config.json",
        "请给出含有 adapter_config.json 的文件夹",
    ),
    "error.local.not_lora": (
        "{folder} is no LoRA adapter (peft_type {config!r})",
        "{folder} 不是 LoRA 适配器（peft_type {config!r}）",
    ),
    "error.local.not_lora.fix": ("Use a LoRA adapter", "请使用 LoRA 适配器"),
    "error.local.other_base": (
        "The adapter {folder} was trained on {base}, not on the model in {base2}",
        "适配器 {folder} 是在 {base} 上训练的，而不是 {base2} 里的模型",
    ),
    "error.local.other_base.fix": ("Load it as local/{base}+{folder}", "请这样加载：local/{base}+{folder}"),
    "error.local.weights": ("{folder} holds {found}", "{folder} 里{found}"),
    "error.local.weights.fix": ("Convert it to safetensors", "请转换成 safetensors"),
    "error.local.runs_code": (
        "{path} asks to run code ({key_!r}), which labkit never does",
        "{path} 要求执行代码（{key_!r}），labkit 从不这样做",
    ),
    "error.local.runs_code.fix": ("Use another model", "请换一个模型"),
    "error.local.unreadable": ("Cannot read {path} ({name})", "无法读取 {path}（{name}）"),
    "error.local.unreadable.fix": ("Give a complete model folder", "请给出完整的模型文件夹"),
    "error.local.no_object": ("{path} is not a JSON object", "{path} 不是 JSON 对象"),
    "error.local.no_object.fix": ("Give a complete model folder", "请给出完整的模型文件夹"),
    "error.api.certificate": (
        "{name}: the certificate of {address} is not to be trusted ({reason}), so nothing was sent",
        "{name}：{address} 的证书不可信（{reason}），因此什么也没有发送",
    ),
    "error.api.certificate.fix": (
        "If the server is yours, write ca_file, the file of its certificates, into its table of models.toml",
        "如果服务器是您的，请在 models.toml 中它的表里写上 ca_file，即证书文件",
    ),
    "error.budget.extra_body": (
        "No limit can be held: {name} is {sent!r:.50} in extra_body of {name2}",
        "无法守住上限：{name2} 的 extra_body 里 {name} 是 {sent!r:.50}",
    ),
    "error.budget.extra_body.fix": ("Write a whole number into models.toml", "请在 models.toml 中写一个整数"),
    "error.provider.other_host": (
        "{model}: its {setting} is at {url}, another host",
        "{model}：它的 {setting} 在另一个主机 {url} 上",
    ),
    "error.provider.other_host.fix": ("Fix {setting} in models.toml", "请在 models.toml 中改正 {setting}"),
    "error.provider.of_the_server": (
        "{place}: {elsewhere} belongs to the server, not to one of its models",
        "{place}：{elsewhere} 属于服务器，不属于它的某个模型",
    ),
    "error.provider.of_the_server.fix": (
        "Write it in the provider's own table, or make another server a provider of its own",
        "请写在服务商自己的表里，或把另一台服务器写成单独的服务商",
    ),
    "error.providers.unreadable": ("{path} cannot be read: {error}", "无法读取 {path}（{error}）"),
    "error.providers.unreadable.fix": (
        "See labkit/models/providers.py for an example",
        "示例见 labkit/models/providers.py 文件",
    ),
    "error.providers.outside_table": ("{where}: {name!r} stands outside a table", "{where}：{name!r} 不在任何表里"),
    "error.providers.outside_table.fix": ("Write [{name}] and its values below", "请写 [{name}]，并把它的值写在下面"),
    "error.providers.local": (
        "{place}: 'local' stands for models of this machine",
        "{place}：'local' 指的是本机的模型",
    ),
    "error.providers.local.fix": ("Choose another name for the server", "请给服务器换一个名字"),
    "error.providers.slash": ("{place}: the name of a server has no slash", "{place}：服务器的名字不能有斜杠"),
    "error.providers.slash.fix": ("Choose another name", "请换一个名字"),
    "error.providers.no_base_url": ("{place} has no base_url", "{place} 没有 base_url"),
    "error.providers.no_base_url.fix": ('Add base_url = "https://…/v1"', '请加上 base_url = "https://…/v1"'),
    "error.providers.proxy": (
        "{place}: a proxy would read what is sent to {url}",
        "{place}：代理会读到发给 {url} 的内容",
    ),
    "error.providers.proxy.fix": ("Leave proxy out, or use https", "请去掉 proxy，或改用 https"),
    "error.transport.certificates": (
        "The certificates in {ca_file!r} cannot be read ({strerror})",
        "无法读取 {ca_file!r} 中的证书（{strerror}）",
    ),
    "error.transport.certificates.fix": ("Fix ca_file in models.toml", "请在 models.toml 中改正 ca_file"),
    "error.tuning.unknown_provider": (
        "{name}: the provider {provider!r} is not known to have a tuning service that labkit can ask",
        "{name}：不知道服务商 {provider!r} 是否有 labkit 能询问的微调服务",
    ),
    "error.tuning.unknown_provider.fix": (
        "Upload the file by hand (hosted start --by-hand), or write tuning_url into models.toml",
        "请手工上传文件（hosted start --by-hand），或把 tuning_url 写进 models.toml",
    ),
    "error.tuning.unknown_job": (
        "{name}: the provider knows no tuning job {job} (status {status_code})",
        "{name}：服务商没有微调任务 {job}（状态码 {status_code}）",
    ),
    "error.tuning.unknown_job.fix": ("Use the key of the account that began it", "请使用当时创建它的账号的密钥"),
    "error.tuning.margin": ("The margin is {margin}", "容差是 {margin}"),
    "error.tuning.margin.fix": (
        "Give a part of 1 such as 0.03, or 0 where no label may fall at all",
        "请给出小于 1 的数，例如 0.03，若任何标签都不许下降则写 0",
    ),
    "weights.pickled": (
        "only pickled weights ({file}), which can run code",
        "只有 pickle 权重（{file}），它可以执行代码",
    ),
    "weights.none": ("no weights", "没有权重"),
    "batch.no_word": ("it does not say why", "没有说明原因"),
    "affected.prompt_with": ("{prompt} with {model}", "{prompt}（模型 {model}）"),
}
