"""Rules about one definition: that it is there, that it says something, and more than its name."""

from __future__ import annotations

from collections.abc import Iterator

from labkit.prompts.lint.finding import Hit
from labkit.prompts.lint.prose import amount, left_of
from labkit.prompts.lint.subject import Subject, said_by

# The shortest full sentences of real definitions ("The author wants money back.") have five words; more is no fault.
_SENTENCE_WORDS = 5


def definition_hits(subject: Subject) -> Iterator[Hit]:
    """Labels without a definition, definitions without a label, and those that say too little."""
    yield from _missing(subject)
    yield from _strangers(subject)
    for definition in subject.definitions:
        text = definition.text.strip()
        lists = definition.includes or definition.excludes or definition.examples
        if not lists and not left_of(text, definition.label):
            yield Hit("circular", "definitions", definition.label, text)
        elif not text:
            yield Hit("only-lists", "definitions", definition.label)
        elif amount(text) < _SENTENCE_WORDS:
            yield Hit("short", "definitions", definition.label, text, values={"words": amount(text)})


def _missing(subject: Subject) -> Iterator[Hit]:
    defined = {d.label for d in subject.prompt.definitions if said_by(d)}
    for label in subject.task.labels:
        if label not in defined:
            rows = tuple(e.id for e in subject.examples if e.split != "test" and label in (e.labels or ()))
            yield Hit("undefined-label", "definitions", label, label, rows)


def _strangers(subject: Subject) -> Iterator[Hit]:
    for definition in subject.prompt.definitions:
        if definition.label not in subject.task.labels:
            allowed = tuple(subject.task.labels[:20])
            yield Hit("unknown-label", "definitions", definition.label, definition.label, values={"allowed": allowed})
