"""What errors say of keys, addresses and the settings of a models.toml: key -> (English, Chinese)."""

WORDS = {
    "keys.keyring_entry": ("the keyring entry {entry}", "密钥环条目 {entry}"),
    "keys.key": ("The key {name!r}", "密钥 {name!r}"),
    "error.keys.no_variable": (
        "{model} needs a key, and {variable} is empty",
        "{model} 需要密钥，而 {variable} 是空的",
    ),
    "error.keys.no_variable.fix": ("Set it: export {variable}=…", "请设置：export {variable}=…"),
    "error.keys.no_entry": ("{model} needs a key, and {spoken} is empty", "{model} 需要密钥，而{spoken}是空的"),
    "error.keys.no_entry.fix": ("Store it with: keyring set SERVICE NAME", "请用 keyring set SERVICE NAME 存入"),
    "error.keys.garbled": ("{spoken} holds something that cannot be a key", "{spoken} 里的内容不可能是密钥"),
    "error.keys.garbled.fix": ("Copy the key once more", "请重新复制一次密钥"),
    "error.keys.locked": ("The keyring cannot be read ({kind})", "无法读取密钥环（{kind}）"),
    "error.keys.locked.fix": ("Unlock it, or use a variable: env:NAME", "请解锁，或改用环境变量：env:NAME"),
    "error.api.fix.key_named": ("See to {spoken}", "请检查 {spoken}"),
    "error.api.fix.key_unnamed": ("Give it a key in models.toml", "请在 models.toml 中为它写上密钥"),
    "error.api.fix.key_elsewhere": (
        "{fix}; a key of another region works only there, and none is tried by itself: then ask {elsewhere}",
        "{fix}；别的地区的密钥只在那个地区有效，而且不会自动改用：那样请改问 {elsewhere}",
    ),
    "address.metadata": ("the address of a cloud's metadata service", "云平台元数据服务的地址"),
    "address.no_machine": ("no address of a single machine", "不是单台机器的地址"),
    "address.private": ("in a private network", "内网地址"),
    "address.none": ("no address", "不是地址"),
    "address.private.fix": (
        "If the server is yours, write private_network = true into its table of models.toml",
        "如果服务器是您自己的，请在 models.toml 中它的表里写上 private_network = true",
    ),
    "address.other.fix": ("Fix base_url in models.toml", "请改正 models.toml 中的 base_url"),
    "settings.text": ("Write a text in quotes", "请写一段带引号的文字"),
    "settings.yes_or_no": ("Write true or false", "请写 true 或 false"),
    "settings.table": ("Write a table: {example}", "请写一个表：{example}"),
    "settings.written": (
        "Leave {name} out: labkit writes it itself (stream = true beside the table asks for a stream)",
        "请去掉 {name}：它由 labkit 自己填写（要流式输出，请在该表旁边写 stream = true）",
    ),
    "settings.json": (
        "Write values that JSON knows: no dates, nan or inf",
        "请写 JSON 认得的值：不能是日期、nan 或 inf",
    ),
    "settings.currency": (
        'Write three capital letters, as in "CNY"',
        '请写三个大写字母，如 "CNY"',
    ),
    "settings.tables": ("Write a table of tables", "请写一个由表组成的表"),
    "settings.above_zero": ("Write a number above 0", "请写一个大于 0 的数"),
    "settings.whole_above_zero": ("Write a whole number above 0", "请写一个大于 0 的整数"),
    "settings.share": ("Write a number from 0 to below 1", "请写一个 0 到 1 之间的数（不含 1）"),
    "settings.temperature": ('Write a number from 0 to 2, or "default"', '请写一个 0 到 2 之间的数，或 "default"'),
    "settings.proxy": (
        'Write proxy = "http://host:port", without user and password',
        '请写 proxy = "http://host:port"，不带用户名和密码',
    ),
    "settings.key": (
        'Write key = "env:NAME", the name of an environment variable, or "keyring:service/name"',
        '请写 key = "env:NAME"（环境变量的名字），或 "keyring:service/name"',
    ),
    "settings.meant": ("Did you mean {near!r}?", "您要写的是不是 {near!r}？"),
    "settings.one_of": ("Write one of: {words}", "请写其中之一：{words}"),
    "settings.list": ("Write a list: {example}", "请写一个列表：{example}"),
    "settings.no_pattern": (
        "{pattern!r} is no regular expression ({error})",
        "{pattern!r} 不是正则表达式（{error}）",
    ),
}
