"""What `--help` says of every command, in the language of the interface; options explain themselves in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(Protocol):
    """A command or a group of commands as typer makes it."""

    help: str | None


def commands_of(command: Command, *path: str) -> Iterator[tuple[tuple[str, ...], Command]]:
    """A command and all below it, each with the words that one types for it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_of(below, *path, name)


def help_key(path: tuple[str, ...]) -> str:
    """The key of `texts` that says what a command does."""
    return f"help.{'.'.join(path) or 'labkit'}"


def explain(command: Command) -> None:
    """Let a command and all below it explain themselves in the language of the interface."""
    for path, one in commands_of(command):
        one.help = say(help_key(path))
