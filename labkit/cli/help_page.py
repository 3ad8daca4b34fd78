"""The page that `--help` shows: usage, what it does, arguments, options, commands by step, in the reader's language.

typer's own page has its headings in English alone, and cuts off an explanation in Chinese, which has no spaces to
break a line at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, get_args

import typer

from labkit.cli.output import width_of
from labkit.texts import say

_WIDEST, _NARROWEST = 100, 40  # columns of a page
_INDENT, _GAP = "  ", 2
_TERM_MOST = 30  # columns of a name; behind a longer one its explanation begins on a line of its own
_PIECE = re.compile(  # what stays on one line
    r"""
    \s+
    | \[[^\[\]]{1,24}\]                      # a short note in brackets
    | [（《「『“]*                            # opening marks, with …
      (?: [^\s\u2e80-\uffef“”（《「『]+ | [\u2e80-\uffef] )  # … a word, or one wide character, and …
      [，。；：、！？）》」』”…,.;:!?)]*        # … closing marks
    | \S
    """,
    re.VERBOSE,
)

Entry = tuple[str, str]  # a name, and what is said of it


class Parameter(Protocol):
    """What this page reads of an argument or an option as typer makes it."""

    name: str | None
    param_type_name: str
    opts: list[str]
    secondary_opts: list[str]
    metavar: str | None
    required: bool
    default: Any
    help: str | None
    hidden: bool
    type_descriptor: Any


def help_page(command: Any, path: str, steps: Mapping[str, Sequence[str]]) -> str:
    """The page of one command.

    Args:
        command: as typer makes it, explained in the reader's language.
        path: the words that one types for it.
        steps: step -> the commands that belong to it; {} where commands belong to none.
    """
    arguments = [p for p in command.params if p.param_type_name == "argument" and not p.hidden]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    below = {name: _paragraphs(part)[0] for name, part in getattr(command, "commands", {}).items()}
    told = [(_written(p), _explained(p)) for p in options] + [("--help", say("usage.help"))]
    sections = [
        (say("usage.arguments"), [(_placed(p), _explained(p)) for p in arguments]),
        *(() if below else [(say("usage.options"), told)]),
        *((title, [(name, below[name]) for name in names]) for title, names in _by_step(below, steps)),
    ]
    usage = [path, *map(_placed, arguments), *(_written(p) for p in options if p.required)]
    usage += [say("usage.command")] if below else []
    usage += [f"[{say('usage.options').lower()}]"] if len(told) > 1 else []
    columns = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
    head = "\n".join(wrapped(say("usage.usage", words=" ".join(usage)), columns))
    parts = [head, *("\n".join(wrapped(text, columns)) for text in _paragraphs(command))]
    parts += ["\n".join(_section(title, entries, columns)) for title, entries in sections if entries]
    parts += ["\n".join(wrapped(say("usage.more", command=path), columns))] if below else []
    return "\n\n".join(part for part in parts if part)


def wrapped(text: str, columns: int) -> list[str]:
    """Text in lines of at most so many columns, a wide character counted as two; no line begins with a closing mark."""
    lines = [""]
    for piece in _PIECE.findall(text):
        piece = " " if piece.isspace() else piece
        if lines[-1] and width_of(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _paragraphs(command: Any) -> list[str]:
    return str(command.help or "").split("\n\n")


def _by_step(below: Mapping[str, str], steps: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """The commands in the order in which the work takes them; those of no step by the end, under a plain heading."""
    for step, names in steps.items():
        yield say(f"usage.step.{step}"), [name for name in names if name in below]
    told = {name for names in steps.values() for name in names}
    yield say("usage.commands"), [name for name in below if name not in told]


def _section(title: str, entries: Sequence[Entry], columns: int) -> Iterator[str]:
    """A heading, and below it names with their explanations in two columns."""
    yield _styled(title, bold=True)
    beside = min(_TERM_MOST, max(width_of(name) for name, _ in entries))
    room = columns - len(_INDENT) - beside - _GAP
    for name, text in entries:
        first, *more = wrapped(text, room)
        if width_of(name) > beside:
            yield _INDENT + _styled(name, fg="cyan")
            more, name = [first, *more], ""
        else:
            yield _INDENT + _styled(name, fg="cyan") + " " * (beside - width_of(name) + _GAP) + first
        yield from (_INDENT + " " * (beside + _GAP) + line for line in more)


def _styled(text: str, **how: Any) -> str:
    return text if os.environ.get("NO_COLOR") else typer.style(text, **how)


def _placed(parameter: Parameter) -> str:
    """An argument as it stands in a usage line: in brackets unless it must be given."""
    name = parameter.metavar or str(parameter.name).upper()
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _written(parameter: Parameter) -> str:
    """An option as one writes it, with what it takes."""
    short = [f"{name}, " for name in parameter.opts if not name.startswith("--")]
    long = [name for name in parameter.opts if name.startswith("--")]
    names = "".join(short) + "/".join([*long, *parameter.secondary_opts])
    return names if getattr(parameter, "is_flag", False) else f"{names} {parameter.metavar or _value(parameter)}"


def _value(parameter: Parameter) -> str:
    """What an option takes: one of some words, a number between two others, any number, or something of its name."""
    words = get_args(parameter.type_descriptor.annotation)
    if words and all(isinstance(word, str) for word in words):
        return "|".join(words)
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None or most is not None:
        return "..".join("" if end is None else f"{end:g}" for end in (least, most))
    return "N" if isinstance(parameter.default, int | float) else str(parameter.name).strip("_").upper()


def _explained(parameter: Parameter) -> str:
    """What it does, its default where it has one that says something, and that it must be given."""
    text, default = parameter.help or "", parameter.default
    if parameter.required:
        return f"{text} {say('usage.required')}".strip()
    if isinstance(default, bool) and parameter.secondary_opts:
        default = (parameter.opts if default else parameter.secondary_opts)[0]
    if (
        isinstance(default, bool)
        or default is None
        or callable(default)
        or str(default) in ("", "[]", "()", "Ellipsis")
    ):
        return text
    return f"{text} {say('usage.default', value=getattr(default, 'value', default))}".strip()
