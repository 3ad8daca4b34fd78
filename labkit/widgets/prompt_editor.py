"""Edit a prompt's sections and definitions beside what a model is sent; save it as a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import traitlets

from labkit.errors import BadInput, BadPrompt
from labkit.prompts import format_prompt, parse_prompt, prompt_sha256, render
from labkit.records import Definition, Example, Prompt, Task
from labkit.widgets.base import LabWidget, replying

LISTED = 500  # examples in the picker; the editor says so when there are more
TITLE_LENGTH = 48  # characters of an example shown in the picker
LISTS = ("includes", "excludes", "examples")
_NO_EXAMPLE = Example("", ("…",))  # what the preview shows when no example was given


class PromptEditor(LabWidget):
    """Three sections, one card per label, and the chosen example exactly as it is sent.

    Args:
        prompt: the version to start from; it is never written to.
        task: its labels, item word and language.
        examples: rows to preview.
        on_save: takes the edited prompt (still named `<version>-edited`), writes it under a new name, and returns the
            file's path or that name, which is the version from then on. Without it there is no save button.

    Raises:
        BadPrompt: the prompt could not be kept in a prompt file.

    The value is `editor.prompt` (named `<version>-edited` while it differs from the version it started from, so that
    a run of it is not taken for a run of that version) and `editor.text`, the same as the text of a prompt file.
    """

    version = traitlets.Unicode().tag(sync=True)
    task_language = traitlets.Unicode().tag(sync=True)
    item = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    titles = traitlets.List().tag(sync=True)  # of the examples in the picker
    total = traitlets.Int().tag(sync=True)  # of all examples given
    position = traitlets.Int().tag(sync=True)  # of the example in the preview
    draft = traitlets.Dict().tag(sync=True, echo_update=False)  # an echo could overwrite what is being typed
    preview = traitlets.Dict().tag(sync=True)
    saved = traitlets.Dict().tag(sync=True)  # {} or {"name", "where"} of the version written last
    can_save = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        prompt: Prompt,
        task: Task,
        examples: Sequence[Example] = (),
        on_save: Callable[[Prompt], str | Path] | None = None,
    ) -> None:
        self._task = task
        self._examples = tuple(examples[:LISTED])
        self._on_save = on_save
        self._opened = as_filed(prompt)
        super().__init__(
            version=prompt.name,
            task_language=task.language,
            item=task.item,
            labels=list(task.labels),
            titles=[_title(example) for example in self._examples],
            total=len(examples),
            draft=draft_of(self._opened, task),
            can_save=on_save is not None,
        )
        self.observe(self._show_preview, names=["draft", "position"])
        self._show_preview()

    @property
    def prompt(self) -> Prompt:
        """The prompt as it stands in the editor.

        Raises:
            BadPrompt: a text that a prompt file could not keep; the editor shows the same error.
        """
        with self._lock:
            return self._named(self.draft)

    @prompt.setter
    def prompt(self, prompt: Prompt) -> None:
        with self._lock:
            self._opened = as_filed(prompt)
            self.version = prompt.name
            self.saved = {}
            revision = int(self.draft.get("revision", 0)) + 1
            self.draft = draft_of(self._opened, self._task) | {"revision": revision}

    @property
    def text(self) -> str:
        """The prompt as the Markdown text of its file."""
        return format_prompt(self.prompt)

    @replying
    def save(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the draft in the message as a new version, unless it says the same as the version it started from."""
        if self._on_save is None:
            raise BadInput("This editor has nowhere to save", "Pass on_save to PromptEditor")
        prompt = self._named(message["draft"])
        if prompt is self._opened:
            return {"unchanged": True}
        render(prompt, self._task, self._example())  # a prompt that cannot be sent is not saved
        where = str(self._on_save(prompt))
        self._opened = replace(prompt, name=Path(where).name.removesuffix(".md"))
        self.version = self._opened.name
        self.saved = {"name": self._opened.name, "where": where}
        self._show_preview()
        return {"unchanged": False}

    def _named(self, draft: Mapping[str, Any]) -> Prompt:
        """The opened version itself when the draft says the same, else the edited prompt under a name of its own."""
        edited = prompt_of(draft, self._opened)
        same = prompt_sha256(edited) == prompt_sha256(self._opened)
        return self._opened if same else replace(edited, name=f"{self._opened.name}-edited")

    def _show_preview(self, _change: object = None) -> None:
        with self._guarded():
            self.preview = {
                "revision": self.draft.get("revision", 0),
                "position": self.position,
                "changed": True,
                "messages": [],
                "problem": "",
                **self._rendered(),
            }

    def _rendered(self) -> dict[str, Any]:
        """The messages and their sizes in characters, or the reason why there are none."""
        try:
            prompt = self.prompt
            messages = render(prompt, self._task, self._example()).messages
        except BadPrompt as error:
            return {"problem": str(error)}
        shown = [{"role": m.role, "content": m.content, "characters": len(m.content)} for m in messages]
        return {"messages": shown, "changed": prompt is not self._opened}

    def _example(self) -> Example:
        position = min(max(int(self.position), 0), len(self._examples) - 1)
        return self._examples[position] if self._examples else _NO_EXAMPLE


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
        "system": prompt.system,
        "input": prompt.input,
        "instruction": prompt.instruction,
        "shots": prompt.examples,
        "rationale": prompt.rationale,
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
            raise BadPrompt(
                f"Prompt {prompt.name!r}: {place} has a line that a prompt file would take for a heading or a list",
                "Begin no line with '# ' or '## ', and let none consist of 'Includes:', 'Excludes:' or 'Examples:'",
            )
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


def _title(example: Example) -> str:
    """How the picker names an example: its id and the beginning of its first post."""
    words = " ".join(example.text.split())
    return f"{example.id} · {words[:TITLE_LENGTH]}{'…' if len(words) > TITLE_LENGTH else ''}"
