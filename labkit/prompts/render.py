"""A prompt and an example become the messages that are sent: exactly these, for every model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from labkit.errors import BadPrompt
from labkit.prompts.escaping import escape_index
from labkit.prompts.wording import WORDING
from labkit.records import Definition, Example, Message, Prompt, Request, Task
from labkit.texts import listed, say

PLACEHOLDERS = ("definitions", "examples", "answer", "posts")
BLANK_LINES = re.compile(r"\n{3,}")  # become one blank line
_PLACEHOLDER = re.compile(r"\{\{\s*(\w*)\s*\}\}")


def render(prompt: Prompt, task: Task, example: Example, shots: Sequence[Example] = ()) -> Request:
    """Render a prompt for one example.

    Args:
        prompt: the prompt; its definitions must be labels of the task.
        task: gives labels, language, item word and the answer contract.
        example: the posts, and the subtask whose labels apply.
        shots: labelled rows that stand just before the posts, so that all requests still share what comes earlier.

    Returns:
        One system message (the same for all rows of a subtask) and one user message (Input, blank line, Instruction).

    Raises:
        BadPrompt: an unknown placeholder, or a definition of a label that is not in the task.
    """
    said = render_shots(shots, task) + render_posts(example.items, task.item)
    sections = _around_posts(prompt, task, example.subtask)
    system, posts, instruction = (_tidy(said.join(parts)) if len(parts) > 1 else parts[0] for parts in sections)
    user = f"{posts}\n\n{instruction}" if instruction else posts
    return Request(example.id, (Message("system", system), Message("user", user)))


@lru_cache(maxsize=64)  # all rows of a subtask share them
def _around_posts(prompt: Prompt, task: Task, subtask: str | None) -> tuple[tuple[str, ...], ...]:
    """Each section with everything in it but the posts: cut where they belong; one part, ready, where none do."""
    values = {**_shared_values(prompt, task, subtask), "posts": ""}
    return tuple(_cut(pieces(template, values, prompt)) for template in templates(prompt).values())


def _cut(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    parts = [""]
    for name, text in found:
        if name == "posts":
            parts.append("")
        parts[-1] += text
    return tuple(parts) if len(parts) > 1 else (_tidy(parts[0]),)


def templates(prompt: Prompt) -> dict[str, str]:
    """Section -> its text with the placeholders that belong to it, in the order they are sent."""
    return {
        "system": _with_defaults(prompt.system, ("definitions", "examples", "answer"), prompt),
        "input": _with_defaults(prompt.input, ("posts",), prompt),
        "instruction": prompt.instruction,
    }


def placeholder_values(prompt: Prompt, task: Task, example: Example) -> dict[str, str]:
    """Placeholder -> what stands in its place for one example; BadPrompt as in `render`."""
    return {**_shared_values(prompt, task, example.subtask), "posts": render_posts(example.items, task.item)}


def _shared_values(prompt: Prompt, task: Task, subtask: str | None) -> dict[str, str]:
    head = WORDING[task.language].definitions_head
    return {
        "definitions": f"{head}\n{render_definitions(prompt, task, subtask)}",
        "examples": prompt.examples,
        "answer": render_answer_contract(prompt, task, task.labels_of(subtask)),
    }


def render_posts(items: tuple[str, ...], item_word: str) -> str:
    """Posts as lines `<item> <k>: <text>`, k from 1; line breaks become spaces, index patterns inside are escaped."""
    return "\n".join(f"{item_word} {k}: {escape_index(_one_line(text), item_word)}" for k, text in enumerate(items, 1))


def render_shots(shots: Sequence[Example], task: Task) -> str:
    """Answered examples as JSON, one a line between two fixed lines: none can pass for a post to be answered."""
    if not shots:
        return ""
    wording = WORDING[task.language]
    return "\n".join([wording.shots_head, *(_shot(shot) for shot in shots), "", wording.shots_end, ""])


def render_definitions(prompt: Prompt, task: Task, subtask: str | None) -> str:
    """The definitions that apply to a subtask, one line each; labels the prompt forgot stand as bare names."""
    unknown = [d.label for d in prompt.definitions if d.label not in task.labels]
    if unknown:
        near = get_close_matches(unknown[0], task.labels, n=1, cutoff=0.5)
        labels = listed(task.labels)
        problem = say("error.prompt.unknown_label", prompt=prompt.name, label=unknown[0], task=task.name)
        fix = say("error.prompt.unknown_label.fix", labels=labels)
        if near:
            fix = say("error.prompt.unknown_label.near", labels=labels, near=near[0])
        raise BadPrompt(problem, fix)
    found = {d.label: d for d in prompt.definitions}
    order = sorted(task.labels_of(subtask), key=lambda label: _position(prompt, label))
    return "\n".join(render_definition(found.get(label, Definition(label)), task.language) for label in order)


@lru_cache(maxsize=1024)  # all rows of a run share them
def render_definition(definition: Definition, language: str) -> str:
    """One definition as one line, as in `- label: text Includes: a; b. Excludes: c.`, for a language."""
    wording = WORDING[language]
    parts = [definition.text] if definition.text else []
    lists = (
        (wording.includes, definition.includes),
        (wording.excludes, definition.excludes),
        (wording.examples, definition.examples),
    )
    parts += [f"{head}{wording.separator.join(items)}{wording.stop}" for head, items in lists if items]
    body = _one_line(" ".join(parts))
    return f"- {definition.label}: {body}" if body else f"- {definition.label}"


def render_answer_contract(prompt: Prompt, task: Task, labels: tuple[str, ...]) -> str:
    """The sentence that says which JSON object to answer, which labels are allowed and how many."""
    wording = WORDING[task.language]
    reasons = [f'"rationale": "{wording.rationale}"', wording.evidence, f'"definition": "{wording.definition}"']
    answer = ['"labels": [...]']
    keys = {"before": reasons + answer, "after": answer + reasons[::-1], "none": answer}[prompt.rationale]
    how_many = wording.several if task.multi_label else wording.one
    none = wording.none if task.allow_none else ""
    return wording.contract.format(
        object="{" + ", ".join(keys) + "}", labels=wording.comma.join(labels), how_many=how_many, none=none
    ).replace("{item}", task.item)


def _with_defaults(section: str, names: tuple[str, ...], prompt: Prompt) -> str:
    """Append the placeholders that belong to a section and stand nowhere in the prompt."""
    everywhere = prompt.system + prompt.input + prompt.instruction
    used = {match.group(1) for match in _PLACEHOLDER.finditer(everywhere)}
    missing = [name for name in names if name not in used and (name != "examples" or prompt.examples)]
    return "\n\n".join([section.strip(), *(f"{{{{{name}}}}}" for name in missing)]).strip()


def pieces(template: str, values: dict[str, str], prompt: Prompt) -> Iterator[tuple[str, str]]:
    """A template cut at its placeholders: ("", its own words) and (placeholder, what stands in its place)."""
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        name = match.group(1)
        if name not in values:
            raise BadPrompt.told(
                "error.prompt.unknown_placeholder",
                prompt=prompt.name,
                name=name,
                placeholders=", ".join("{{" + known + "}}" for known in PLACEHOLDERS),
            )
        yield "", template[end : match.start()]
        yield name, values[name]
        end = match.end()
    yield "", template[end:]


def _tidy(text: str) -> str:
    return BLANK_LINES.sub("\n\n", text).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split()) if re.search(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text) else text.strip()


def _shot(shot: Example) -> str:
    said = {"posts": [_one_line(text) for text in shot.items], "labels": list(shot.labels or ())}
    return json.dumps(said, ensure_ascii=False)


def _position(prompt: Prompt, label: str) -> int:
    order = [d.label for d in prompt.definitions]
    return order.index(label) if label in order else len(order)
