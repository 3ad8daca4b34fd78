"""How commands speak: tables for people, one JSON value for machines, progress on stderr."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Annotated, Any
from unicodedata import category, east_asian_width

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else on stdout.")]
SceneDir = Annotated[str, typer.Argument(metavar="DIR", help="A scene's folder, or the name of a bundled scene.")]
PATIENCE_S = 2.0  # work that takes longer says what it is
_REFUSED = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, directions, halves of characters, separators of lines
_HARMLESS = "\u200c\u200d"  # joiners: emoji and some scripts need them


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]], *, err: bool = False) -> None:
    """Print a table whose columns line up, wide characters counted as two; `err` where it is no result."""
    cells = [[plain(str(cell)) for cell in row] for row in (head, *rows)]
    widths = [max(width_of(row[k]) for row in cells) for k in range(len(head))]
    for row in cells:
        typer.echo(
            "  ".join(cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)).rstrip(),
            err=err,
        )


def print_lines(text: object) -> None:
    """Print text of several lines, each made harmless for a terminal."""
    typer.echo("\n".join(plain(line) for line in str(text).splitlines()))


def note(text: str) -> None:
    """Say something on stderr: progress, hints, next steps; never part of a result."""
    typer.echo(text, err=True)


def may_ask(json_: bool) -> bool:
    """Whether somebody sits at a terminal who can answer a question."""
    return sys.stdin.isatty() and not json_


def typed(verb: str, directory: str | Path, *words: str) -> str:
    """A command about a scene as one types it; names are quoted where a shell needs it, Chinese is not.

    Args:
        verb: the command.
        directory: the scene's folder.
        words: options and values, each of them one word or such as are typed as they stand, "--prompt NAME".
    """
    return plain(" ".join(("python -m labkit", verb, shell_word(str(directory)), *words)))


def shell_word(text: str) -> str:
    """Text as one word for a shell."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else shlex.quote(text)


@contextmanager
def working_on(text: str) -> Iterator[None]:
    """Say on stderr what a block is busy with, once it takes longer than two seconds."""
    timer = Timer(PATIENCE_S, partial(note, text))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def plain(text: str) -> str:
    """Text from data or models in which nothing is left that a terminal would obey or refuse: it becomes U+FFFD."""
    return "".join("\ufffd" if category(ch) in _REFUSED and ch not in _HARMLESS else ch for ch in text)


def cut(text: str, limit: int) -> str:
    """Text on one line, its end replaced by "…" where it has more than `limit` characters."""
    line = " ".join(text.split())
    return line[:limit] + ("…" if len(line) > limit else "")


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal; a wide character takes two."""
    return sum(2 if east_asian_width(ch) in "WF" else 1 for ch in text)
