"""What the rules look at: a prompt, its task, the rows it is for, and what a model has answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from labkit.prompts.lint.finding import Section
from labkit.records import Definition, Example, Prompt, RunRow, Task


@dataclass(frozen=True)
class Subject:
    """A prompt and what is known around it.

    Args:
        prompt: the prompt, placeholders not yet replaced.
        task: its labels and what may be answered.
        examples: rows of the scene; those of dev and test must not stand in the prompt.
        answers: rows of a run, whose confusions say which pairs of labels need a boundary.
    """

    prompt: Prompt
    task: Task
    examples: Sequence[Example] = ()
    answers: Sequence[RunRow] = ()

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions that say anything, of labels that the task has."""
        return tuple(d for d in self.prompt.definitions if d.label in self.task.labels and said_by(d))

    @cached_property
    def read_answers(self) -> tuple[RunRow, ...]:
        """The answers that may be read while a prompt is written: those to test rows may not."""
        return tuple(row for row in self.answers if row.example.split != "test")

    @cached_property
    def wrong(self) -> dict[str, tuple[str, ...]]:
        """Label -> ids of the rows that were decided wrongly about it."""
        found: dict[str, dict[str, None]] = {}
        for row in self.read_answers:
            for label in set(row.example.labels or ()) ^ set(row.prediction.labels):
                if row.example.labels is not None:
                    found.setdefault(label, {})[row.example.id] = None
        return {label: tuple(ids) for label, ids in found.items()}

    @cached_property
    def sections(self) -> tuple[tuple[Section, str], ...]:
        """The free texts around the definitions."""
        prompt = self.prompt
        return (
            ("system", prompt.system),
            ("examples", prompt.examples),
            ("input", prompt.input),
            ("instruction", prompt.instruction),
        )

    def texts(self) -> Iterator[tuple[Section, str | None, str]]:
        """Every text of the prompt with its section and label; each entry of a definition's lists is one of its own."""
        yield from ((section, None, text) for section, text in self.sections if text)
        for definition in self.prompt.definitions:
            yield from (("definitions", definition.label, text) for text in parts_of(definition) if text)


def parts_of(definition: Definition) -> tuple[str, ...]:
    """A definition's text and the entries of its lists."""
    return (definition.text, *definition.includes, *definition.excludes, *definition.examples)


def said_by(definition: Definition) -> str:
    """All that a definition says, as one text; "" for a bare name."""
    return "\n".join(part for part in parts_of(definition) if part.strip())
