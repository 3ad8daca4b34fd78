"""No text is kept that nothing says: keys are looked for in Python, in templates, in notebooks and in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from labkit import texts

ROOT = Path(texts.__file__).parents[2]
WIDGETS = [folder for folder in (ROOT / "widgets/src").iterdir() if folder.is_dir()]
LITERAL = re.compile(r"\"([^\"\n]*)\"|`([^`\n]*)`")
INNER = re.compile(r"'([^'\"\n]*)'")  # within the braces of an f-string
HOLE = re.compile(r"\$?\{[^{}]*\}")
KEY = re.compile(r"[\w. -]{2,}")
# Keys that no source spells: pydantic's names of faults; what a gate puts together of "wrong" and "missing"; the help
# of commands, which a test of its own holds against them.
SPELT_NOWHERE = ("task.wrong.", "gate.cell.wrong_missing", "help.")


def text_of(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def python() -> str:
    """All sources that call `say`, but not the texts themselves."""
    own = [path for path in (ROOT / "labkit").rglob("*.py") if path.parent.name != "texts"]
    own.append(Path(texts.__file__))
    return text_of([*own, *(ROOT / "notebooks").rglob("*.py"), *(ROOT / "labkit/templates").glob("*.html")])


def typescript(room: str) -> str:
    """The sources of a widget, whose words are `catalogue("room.")`, and those that all widgets share."""
    folders = (ROOT / "widgets/src" / room, ROOT / "widgets/src/shared")
    return text_of(path for folder in folders for path in folder.rglob("*.ts") if not path.name.endswith(".test.ts"))


def literals(source: str) -> set[str]:
    found = {first or second for first, second in LITERAL.findall(source)} | set(INNER.findall(source))
    joined = {f"{key}{{}}" for key in re.findall(r"\"([\w.]+\.)\" ~", source)}
    return found | joined | set(re.findall(r"say\(\"([\w.]+)\"", source))  # templates say and join within attributes


class Sayings:
    """What a source can say: keys written out, and keys with holes that words of the source fill.

    Args:
        source: all of it.
        fillers: words that fill holes besides.
    """

    def __init__(self, source: str, fillers: frozenset[str] = frozenset()) -> None:
        self.written = literals(source) | set(re.findall(r"\bwords\.(\w+)", source))
        named = {part for word in set(re.findall(r"[\w.]+", source)) for part in (word.strip("."), *word.split("."))}
        self.fillers = fillers | named | {literal.replace(" ", "_") for literal in self.written} | self.written
        self.built = [
            re.compile("(.*)".join(map(re.escape, HOLE.split(literal))))
            for literal in self.written
            if HOLE.search(literal) and KEY.fullmatch(HOLE.sub("", literal))
        ]

    def say(self, key: str) -> bool:
        """Whether a key is among them; where two holes stand side by side, whatever fills them counts."""
        matches = (built.fullmatch(key) for built in self.built)
        filled = (
            "(.*)(.*)" in match.re.pattern or all(part in self.fillers for part in match.groups() if part)
            for match in matches
            if match
        )
        return key in self.written or any(filled)


def test_every_text_is_said_somewhere():
    everywhere = Sayings(python())
    fillers = frozenset(everywhere.fillers)
    fronts = {folder.name: Sayings(typescript(folder.name), fillers) for folder in WIDGETS if folder.name != "shared"}

    def said(key: str) -> bool:
        room, _, name = key.partition(".")
        return everywhere.say(key) or (room in fronts and fronts[room].say(name)) or key.startswith(SPELT_NOWHERE)

    silent = [key for key in texts.WORDS if not said(key) and not said(key.removesuffix(".fix"))]
    assert silent == []
    assert not any(map(said, ("error_browser.nobody_says_it", "error.nobody_says_it", "prompt_editor.found.fix")))
