"""A prompt as PromptEditor's form edits it, and back: what is typed is kept as its file keeps it, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labkit.errors import BadPrompt
from labkit.prompts import format_prompt, parse_prompt
from labkit.records import Definition, Prompt, Task

LISTS = ("includes", "excludes", "examples")


def draft_of(prompt: Prompt, task: Task) -> dict[str, Any]:
    """A prompt as the form edits it: one card per definition, then one per label that has none yet.

    Args:
        prompt: the prompt; its message is not taken over, since the next version needs its own.
        task: gives the labels.

    Returns:
        A JSON-able object; `prompt_of` reads it back.
    """
    defined = {definition.label for definition in prompt.definitions}
    bare = [Definition(label) for label in task.labels if label not in defined]
    return {
        "revision": 0,
        "filled": 0,  # how often Python has filled in the form since it was opened
        "system": prompt.system,
        "input": prompt.input,
        "instruction": prompt.instruction,
        "shots": prompt.examples,
        "rationale": prompt.rationale,
        "retrieved": prompt.retrieved,  # shown where examples can be fetched, else carried along
        "message": "",
        "definitions": [
            {"label": d.label, "text": d.text} | {key: list(getattr(d, key)) for key in LISTS}
            for d in (*prompt.definitions, *bare)
        ],
    }


def prompt_of(draft: Mapping[str, Any], opened: Prompt) -> Prompt:
    """The prompt that a draft stands for, as its file would be read back.

    Args:
        draft: what the form holds.
        opened: the version it started from; a card left empty counts only when this one had the definition.

    Returns:
        A prompt with the opened one's name.

    Raises:
        BadPrompt: a text that a prompt file could not keep.
    """
    had = {definition.label for definition in opened.definitions}
    cards = [_definition_of(card) for card in draft["definitions"]]
    return as_filed(
        Prompt(
            name=opened.name,
            system=_clean(draft["system"]),
            input=_clean(draft["input"]),
            instruction=_clean(draft["instruction"]),
            definitions=tuple(d for d in cards if d.label in had or d != Definition(d.label)),
            examples=_clean(draft["shots"]),
            rationale=draft["rationale"],
            message=_clean(draft["message"]),
            retrieved=draft.get("retrieved", opened.retrieved),
        )
    )


def as_filed(prompt: Prompt) -> Prompt:
    """A prompt as it comes back from its file.

    Raises:
        BadPrompt: a line in one of its texts would be read as a heading or a list of the file.
    """
    filed = parse_prompt(format_prompt(prompt), prompt.name)
    before, after = _texts(prompt), _texts(filed)
    for place in before | after:
        if before.get(place) != after.get(place):
            raise BadPrompt.told("error.prompt.line_is_heading", prompt=prompt.name, place=place)
    return filed


def _texts(prompt: Prompt) -> dict[str, object]:
    """Where each text stands -> its words; white space is the file format's affair."""
    sections = {
        "System message": prompt.system,
        "Input": prompt.input,
        "Instruction": prompt.instruction,
        "Examples": prompt.examples,
        "message": prompt.message,
    }
    cards = {
        f"the definition of {d.label!r}": [d.text.split(), *([i.split() for i in getattr(d, key)] for key in LISTS)]
        for d in prompt.definitions
    }
    return {place: text.split() for place, text in sections.items()} | cards | {"rationale": prompt.rationale}


def _definition_of(card: Mapping[str, Any]) -> Definition:
    lists = {key: tuple(_clean(line).strip() for line in card[key] if line.strip()) for key in LISTS}
    return Definition(str(card["label"]), _clean(card["text"]).strip(), **lists)


def _clean(text: str) -> str:
    """The text as UTF-8 can hold it: half an emoji, left by a deletion, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
