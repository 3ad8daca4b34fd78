"""A prompt as a Markdown file: front matter, headed sections, one `## label` per definition.

```
---
message: bare label names
rationale: before
retrieved: 4
---
# System message
You sort posts. {{definitions}} {{examples}} {{answer}}
# Definitions
## refund
The author wants money back.
Includes:
- waiting for a refund
Excludes:
- asking the price -> price
# Input
{{posts}}
# Instruction
Answer now.
```
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import get_args

import yaml

from labkit.errors import BadPrompt
from labkit.records import Definition, Prompt, Rationale

SECTIONS = ("System message", "Definitions", "Examples", "Input", "Instruction")
MOST_RETRIEVED = 32  # few-shot examples fetched for one row
REQUIRED = ("System message", "Definitions", "Input", "Instruction")
LISTS = {"includes": "includes", "excludes": "excludes", "examples": "examples"}
CHINESE_LISTS = {"包括": "includes", "不包括": "excludes", "例如": "examples"}
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)^---\s*?$", re.DOTALL | re.MULTILINE)
_LIST_HEAD = re.compile(r"^\s*(\w+)\s*[:：]\s*$")
_BULLET = re.compile(r"^\s*[-*]\s+(.*)$")


def parse_prompt(text: str, name: str) -> Prompt:
    """Read a prompt file's text.

    Args:
        text: the whole file.
        name: the file's stem; it names the prompt and appears in errors.

    Returns:
        The prompt, placeholders not yet replaced.

    Raises:
        BadPrompt: a section is missing, unknown or repeated, a label is defined twice, or the front matter is unusable.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, body = _split_front_matter(text, name)
    sections = _split_sections(body, name)
    return Prompt(
        name=name,
        system=sections["System message"],
        input=sections["Input"],
        instruction=sections["Instruction"],
        definitions=_parse_definitions(sections["Definitions"], name),
        examples=sections.get("Examples", ""),
        rationale=front.rationale,
        message=front.message,
        retrieved=front.retrieved,
    )


def format_prompt(prompt: Prompt) -> str:
    """Write a prompt as the text of its file; `parse_prompt` of it gives the same prompt."""
    said: dict[str, object] = {"message": prompt.message, "rationale": prompt.rationale}
    said |= {"retrieved": prompt.retrieved} if prompt.retrieved else {}
    front = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    definitions = "\n\n".join(_format_definition(d) for d in prompt.definitions)
    bodies = {
        "System message": prompt.system,
        "Definitions": definitions,
        "Examples": prompt.examples,
        "Input": prompt.input,
        "Instruction": prompt.instruction,
    }
    parts = [f"# {head}\n\n{body.strip()}\n" for head, body in bodies.items() if body or head in REQUIRED]
    return f"---\n{front}---\n\n" + "\n".join(parts)


def prompt_sha256(prompt: Prompt) -> str:
    """The content hash that names a version: everything a model is told; not the file's name or message."""
    return hashlib.sha256(format_prompt(replace(prompt, message="")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    """What stands before the sections."""

    message: str
    rationale: Rationale
    retrieved: int


def _split_front_matter(text: str, name: str) -> tuple[_FrontMatter, str]:
    """The front matter and the rest of the file."""
    found = _FRONT_MATTER.match(text)
    try:
        front = yaml.safe_load(found.group(1)) if found else {}
    except yaml.YAMLError as error:
        raise BadPrompt.told(
            "error.prompt.front_matter_not_yaml", name=name, error=str(error).splitlines()[0]
        ) from error
    return _check_front_matter(front or {}, name), text[found.end() :] if found else text


def _check_front_matter(front: object, name: str) -> _FrontMatter:
    if not isinstance(front, dict) or not set(front) <= {"message", "rationale", "retrieved"}:
        raise BadPrompt.told("error.prompt.front_matter_keys", name=name)
    rationale = next((r for r in get_args(Rationale) if r == front.get("rationale", "before")), None)
    if rationale is None:
        raise BadPrompt.told("error.prompt.rationale", name=name, front=front["rationale"])
    retrieved = front.get("retrieved", 0)
    if type(retrieved) is not int or not 0 <= retrieved <= MOST_RETRIEVED:
        raise BadPrompt.told("error.prompt.retrieved", name=name, retrieved=retrieved, most_retrieved=MOST_RETRIEVED)
    return _FrontMatter(str(front.get("message") or ""), rationale, retrieved)


def _split_sections(body: str, name: str) -> dict[str, str]:
    pieces = re.split(r"^# (.*?)\s*$", body, flags=re.MULTILINE)
    if pieces[0].strip():
        raise BadPrompt.told("error.prompt.text_before_heading", name=name)
    sections: dict[str, str] = {}
    for head, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if head not in SECTIONS:
            raise BadPrompt.told("error.prompt.unknown_section", name=name, head=head, sections=", ".join(SECTIONS))
        if head in sections:
            raise BadPrompt.told("error.prompt.section_twice", name=name, head=head)
        sections[head] = text.strip()
    for head in REQUIRED:
        if head not in sections:
            raise BadPrompt.told("error.prompt.section_missing", name=name, head=head)
    return sections


def _parse_definitions(text: str, name: str) -> tuple[Definition, ...]:
    pieces = re.split(r"^## (.*?)\s*$", text, flags=re.MULTILINE)
    if pieces[0].strip():
        raise BadPrompt.told("error.prompt.text_before_label", name=name)
    definitions = [_parse_definition(label, body) for label, body in zip(pieces[1::2], pieces[2::2], strict=True)]
    labels = [d.label for d in definitions]
    for label in labels:
        if not label or labels.count(label) > 1:
            raise BadPrompt.told("error.prompt.label_twice", name=name, label=label)
    return tuple(definitions)


def _parse_definition(label: str, body: str) -> Definition:
    lists: dict[str, list[str]] = {"includes": [], "excludes": [], "examples": []}
    sentences: list[str] = []
    current: list[str] | None = None
    for line in body.splitlines():
        head, bullet = _LIST_HEAD.match(line), _BULLET.match(line)
        key = (LISTS | CHINESE_LISTS).get(head.group(1).lower()) if head else None
        if key:
            current = lists[key]
        elif current is not None and bullet:
            current.append(bullet.group(1).strip())
        elif line.strip():
            sentences.append(line.strip())
            current = None
    return Definition(label, " ".join(sentences), **{key: tuple(items) for key, items in lists.items()})


def _format_definition(definition: Definition) -> str:
    lines = [f"## {definition.label}"]
    if definition.text:
        lines += ["", definition.text]
    for head in ("Includes", "Excludes", "Examples"):
        items = getattr(definition, head.lower())
        if items:
            lines += ["", f"{head}:", *(f"- {item}" for item in items)]
    return "\n".join(lines)
