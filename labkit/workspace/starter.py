"""The prompts a new scene starts with: bare label names that definitions improve; labels only, for tuned models."""

from __future__ import annotations

from dataclasses import replace

from labkit.records import Definition, Prompt, Task

_SECTIONS = {
    "en": ("You sort posts into labels.", "{{posts}}", "Give your answer now.", "bare label names"),
    "zh": ("你负责给{item}打标签。", "{{posts}}", "请给出答案。", "只有标签名"),
}
SHORT = "short"
_SHORT_MESSAGES = {
    "en": "the shortest prompt, for a tuned model: it has learnt the definitions and answers with labels only",
    "zh": "最短的提示词，给微调过的模型用：定义已经学进了权重，只回答标签",
}


def starter_prompt(task: Task) -> Prompt:
    """A first prompt, v1, in the task's language, with a place for every label's definition."""
    system, posts, instruction, message = _SECTIONS[task.language]
    return Prompt(
        name="v1",
        system=system.replace("{item}", task.item),
        input=posts,
        instruction=instruction,
        definitions=tuple(Definition(label) for label in task.labels),
        message=message,
    )


def short_prompt(task: Task) -> Prompt:
    """What a model tuned on labels only is asked with: no definitions, no rationale; datasets are exported with it."""
    return replace(starter_prompt(task), name=SHORT, rationale="none", message=_SHORT_MESSAGES[task.language])
