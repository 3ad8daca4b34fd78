"""A rendered prompt in parts: which section each stretch of a message comes from, and what every row shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from operator import itemgetter
from typing import Literal, get_args

from labkit.prompts.render import BLANK_LINES, pieces, placeholder_values, render_shots, templates
from labkit.records import Example, Prompt, Task

Section = Literal["system", "definitions", "examples", "answer", "input", "retrieved", "posts", "instruction"]
SECTIONS: tuple[Section, ...] = get_args(Section)
_OF_THE_ROW = ("retrieved", "posts")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message.

    Args:
        role: of the message, "system" or "user".
        section: what wrote it: a section's own words, a placeholder's value, or what was fetched for the row.
        text: as it is sent.
        shared: whether it stands before all that belongs to the row, so that all rows of a subtask begin alike up to
            its end and a provider, or a local model, can keep it.
    """

    role: str
    section: str
    text: str
    shared: bool


def rendered_parts(prompt: Prompt, task: Task, example: Example, shots: Sequence[Example] = ()) -> tuple[Part, ...]:
    """Take a rendered prompt apart; the texts of a role joined are exactly the message that `render` makes.

    Args:
        prompt: the prompt.
        task: its labels, language and item word.
        example: the posts.
        shots: labelled rows that were fetched for it.

    Raises:
        BadPrompt: as `render` does.
    """
    values, fetched = placeholder_values(prompt, task, example), render_shots(shots, task)
    system, posts, instruction = (
        list(_tidied(section, _with_fetched(fetched, pieces(template, values, prompt))))
        for section, template in templates(prompt).items()
    )
    user = [*posts, *_merged([("instruction", "\n\n"), *instruction] if instruction else [])]
    stretches = [("system", *stretch) for stretch in system] + [("user", *stretch) for stretch in user]
    first = next((k for k, (_, section, _) in enumerate(stretches) if section in _OF_THE_ROW), len(stretches))
    return tuple(Part(role, section, text, k < first) for k, (role, section, text) in enumerate(stretches))


def _with_fetched(fetched: str, cut: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What was fetched for a row, as a stretch of its own before the posts."""
    for name, text in cut:
        if name == "posts" and fetched:
            yield "retrieved", fetched
        yield name, text


def _merged(stretches: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one section as one stretch."""
    for section, texts in groupby(stretches, itemgetter(0)):
        yield section, "".join(text for _, text in texts)


def _tidied(section: str, cut: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(section or placeholder, text) without the blank lines that `render` leaves out."""
    stretches = [(name or section, text) for name, text in cut]
    text = "".join(text for _, text in stretches)
    owners = (name for name, part in stretches for _ in part)
    yield from _merged(compress(zip(owners, text, strict=True), _kept(text)))


def _kept(text: str) -> bytearray:
    """1 for each character that stays when runs of blank lines become one and the ends are stripped."""
    kept = bytearray(b"\x01") * len(text)
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    cut = [(0, begin), (end, len(text))] + [(run.start() + 2, run.end()) for run in BLANK_LINES.finditer(text)]
    for start, stop in cut:
        kept[start:stop] = bytes(max(0, stop - start))
    return kept
