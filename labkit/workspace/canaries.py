"""Canaries: a few questions of general ability, asked to see that a training has not cost a model what it knew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.costs import PriceList
from labkit.errors import BadData
from labkit.records import Bar, Definition, Example, Prompt, Task
from labkit.tables.json_text import parse_object, strict_decoder
from labkit.workspace.bundled import data_folder
from labkit.workspace.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARIES_FILE = "canaries.jsonl"
OPTIONS = ("A", "B", "C", "D")
PROMPT = Prompt(
    name="canaries",
    system="You answer multiple-choice questions.",
    input="{{posts}}",
    instruction="Give the letter of the one right option.",
    definitions=tuple(Definition(letter, f"Option {letter} is the right answer.") for letter in OPTIONS),
    rationale="none",
)


@dataclass(frozen=True, eq=False)
class _CanaryScene(Scene):
    """A scene that pays what the scene pays to which it belongs."""

    of: Scene

    def prices(self) -> PriceList:
        """As there."""
        return self.of.prices()


def canary_scene(scene: Scene) -> Scene:
    """The canaries of a scene as a scene of their own, so that a run over them is never one of the scene's.

    Args:
        scene: whose `canaries.jsonl` holds the questions; those that ship with labkit where it has none.

    Returns:
        A scene in the folder `canaries`, which appears with its first run; its rows are of the split "dev".

    Raises:
        BadData: the file cannot be read, or a line is no question.
    """
    own = scene.path / CANARIES_FILE
    rows = tuple(_questions(own if own.exists() else data_folder() / CANARIES_FILE))
    bar = Bar(currency=scene.task.bar.currency)
    task = Task(f"{scene.task.name} · canaries", OPTIONS, item="Question", bar=bar)
    return _CanaryScene(scene.path / "canaries", task, rows, scene)


def _questions(path: Path) -> Iterator[Example]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData.told("error.canaries.unreadable", path=path) from error
    decoder, ids = strict_decoder(), set[str]()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = _question(parse_object(line, f"{path} line {number}", decoder), f"{path} line {number}")
            if found.id in ids:
                raise BadData.told("error.canaries.twice", path=path, number=number, id=found.id)
            ids.add(found.id)
            yield found
    if not ids:
        raise BadData.told("error.canaries.none", path=path)


def _question(record: Mapping[str, Any], where: str) -> Example:
    words, answer = (record.get("id"), record.get("question")), record.get("answer")
    options = _options(record.get("options"))
    if not all(isinstance(word, str) and word.strip() for word in words) or not options or answer not in OPTIONS:
        form = '{"id": "q1", "question": "…", "options": {"A": "…", "B": "…", "C": "…", "D": "…"}, "answer": "B"}'
        raise BadData.told("error.canaries.malformed", where=where, form=form)
    text = "\n".join([str(words[1]), *(f"{letter}. {options[letter]}" for letter in OPTIONS)])
    return Example(str(words[0]), (text,), (str(answer),), "dev")


def _options(found: object) -> dict[str, str]:
    """Letter -> text; empty where it is no mapping of the four letters to texts."""
    if not isinstance(found, Mapping) or set(found) != set(OPTIONS):
        return {}
    texts = {str(letter): text for letter, text in found.items() if isinstance(text, str) and text.strip()}
    return texts if len(texts) == len(OPTIONS) else {}
