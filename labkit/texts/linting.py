"""Words of lint: why a place in a prompt harms, and what to write instead; key -> (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "lint.error": ("error", "错误"),
    "lint.warning": ("warning", "警告"),
    "lint.note": ("note", "提示"),
    "lint.section.system": ("system message", "系统消息"),
    "lint.section.definitions": ("definitions", "定义"),
    "lint.section.examples": ("examples", "示例"),
    "lint.section.input": ("input", "输入"),
    "lint.section.instruction": ("instruction", "指令"),
    "lint.section.posts": ("posts", "数据"),
    "lint.rows": ("Rows that show it ({count}): {named}", "能看到的行（{count}）：{named}"),
    "lint.source": ("Source: {source}", "依据：{source}"),
    "lint.counts": (
        "Prompt {prompt}: {errors} errors, {warnings} warnings, {notes} notes.",
        "提示词 {prompt}：错误 {errors}、警告 {warnings}、提示 {notes}。",
    ),
    "lint.undefined-label.reason": (
        "“{label}” is among the labels a model may answer, but nothing says what it means; the model goes by its name.",
        "“{label}”可以作答，却没有定义；模型只能凭名字猜。",
    ),
    "lint.undefined-label.fix": (
        "Write one or two sentences: what makes a post belong here, and what looks like it but does not.",
        "写一两句：什么样的内容算，什么看着像却不算。",
    ),
    "lint.unknown-label.reason": (
        "“{label}” is defined but is not a label of the task, so the prompt cannot be sent.",
        "定义了“{label}”，但任务里没有这个标签，提示词发不出去。",
    ),
    "lint.unknown-label.fix": (
        "Take the label's exact word, or remove the definition. Labels: {allowed}",
        "改成任务里的原词，或删去这条定义。可用标签：{allowed}",
    ),
    "lint.short.reason": (
        "“{quote}” is less than a full sentence. Large models follow definitions closely; there is little to follow here.",
        "“{quote}”还不到一句完整的话。大模型会紧跟定义，这里没多少可跟的。",
    ),
    "lint.short.fix": (
        "Say in a full sentence who says or does what for “{label}” to apply. More detail is welcome: length is no fault.",
        "用完整的句子说清：谁说了什么、做了什么才算“{label}”。越细越好，长不是毛病。",
    ),
    "lint.circular.reason": (
        "“{quote}” only repeats the name “{label}”; it tells a model nothing that the name does not.",
        "“{quote}”只是重复了“{label}”这个名字，没有告诉模型更多。",
    ),
    "lint.circular.fix": (
        "Explain it in other words: what happens, what is asked for, what it is not.",
        "换别的词解释：发生了什么，要求什么，什么不算。",
    ),
}
