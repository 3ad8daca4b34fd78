"""What `--help` says of every command, its options and arguments, in the language of the interface."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from labkit.cli.help_page import help_page
from labkit.texts import WORDS, say

if TYPE_CHECKING:
    from collections.abc import Iterator

# step -> its commands, in the order in which the work takes them
STEPS = {
    step: tuple(names.split())
    for step, names in {
        "scene": "new status lab doctor tour split add queue agreement share dash report experience",
        "prompt": "lint diff evaluate errors tag gold unclear blame themes rationales suspects suggest pin optimize"
        " robustness reliance wear",
        "models": "models runs compare power calibrate cascade memo classify import-run",
        "dataset": "audit adjudicate decide enqueue more-like import-comments select propose dataset",
        "training": "train jobs job ablate model hosted canaries gate release releases rollback serve deploy traffic",
        "next": "drift online shadow feedback rounds",
    }.items()
}


class Explained(Protocol):
    """A command, an option or an argument as typer makes it; its words are those of the code until `explain`."""

    help: str | None


def told_parts(command: Explained, *path: str) -> Iterator[tuple[str, Explained]]:
    """A command, what it takes, and all below it, each with the key of `texts` that says what it is.

    Args:
        command: the whole program, or a part of it.
        path: the words that one types for it.
    """
    key = f"help.{'.'.join(path) or 'labkit'}"
    yield key, command
    for one in getattr(command, "params", ()):
        own = f"{key}.{one.name}"
        if getattr(one, "help", None):
            yield own if own in WORDS else f"help.any.{one.name}", one
    for name, below in getattr(command, "commands", {}).items():
        yield from told_parts(below, *path, name)


def explain(command: Explained) -> None:
    """Let a command and all below it explain themselves in the language of the interface."""
    for key, part in told_parts(command):
        part.help = say(key)
        if hasattr(part, "format_help"):
            part.format_help = partial(_write_page, part)


def _write_page(command: Explained, context: Any, formatter: Any) -> None:
    formatter.write(help_page(command, context.command_path, {} if context.parent else STEPS))
