"""The definitions that an error turns on, as the model was told them: for engineers, who mend them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labkit.errors import BadPrompt
from labkit.prompts import parse_prompt, render_definition
from labkit.records import Prompt, Run


@dataclass(frozen=True, slots=True)
class LabelDefinition:
    """A label of a misread row, on which side it stood, and its definition as the model was told it."""

    label: str
    side: Literal["missed", "wrong"]
    text: str


def definitions_concerned(
    run: Run, prompt: Prompt | None, gold: Sequence[str], predicted: Sequence[str]
) -> tuple[LabelDefinition, ...]:
    """Definitions of the labels on which gold and answer differ: the missed first, then the wrongly given."""
    missed = [label for label in gold if label not in predicted]
    wrong = [label for label in predicted if label not in gold]
    return (
        *(LabelDefinition(label, "missed", _told(run, prompt, label)) for label in missed),
        *(LabelDefinition(label, "wrong", _told(run, prompt, label)) for label in wrong),
    )


def _told(run: Run, prompt: Prompt | None, label: str) -> str:
    """A definition's text as it was sent, or "" when the prompt gave only the bare name."""
    definition = prompt.definition_of(label) if prompt else None
    if definition is None:
        return ""
    _, _, text = render_definition(definition, run.task.language).partition(f"- {label}: ")
    return text


def prompt_of(run: Run) -> Prompt | None:
    """The prompt a run kept; None when an older or foreign run kept text that is not a prompt file."""
    try:
        return parse_prompt(run.header.prompt_text, run.header.prompt_name)
    except BadPrompt:
        return None
