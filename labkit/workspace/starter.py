"""The prompt a new scene starts with: bare label names, the 50-point prompt that definitions improve on."""

from __future__ import annotations

from labkit.records import Definition, Prompt, Task

_SECTIONS = {
    "en": ("You sort posts into labels.", "{{posts}}", "Give your answer now.", "bare label names"),
    "zh": ("你负责给{item}打标签。", "{{posts}}", "请给出答案。", "只有标签名"),
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
