"""`python -m labkit …`: one file per step of the workflow; every command also answers with `--json`."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from labkit.errors import LabkitError
from labkit.texts import say

PROGRAM = "python -m labkit"  # as commands are named everywhere
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer exports only this kind of it

app = typer.Typer(
    name="labkit",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From posts and labels to a shipped language model.",
)


def main() -> None:
    """Run the command line: exit 0 done, 1 a check or gate says no, 2 bad input (one line on stderr)."""
    from labkit.cli import commands  # noqa: F401  (importing registers the commands)
    from labkit.cli.help import explain

    command = typer.main.get_command(app)
    explain(command)
    try:
        code = command(sys.argv[1:] or ["--help"], prog_name=PROGRAM, standalone_mode=False)
    except LabkitError as error:
        _leave(str(error), 2)
    except _UsageError as error:
        from labkit.cli.usage import usage_in_words

        _leave(usage_in_words(error, PROGRAM), 2)
    except typer.Abort:
        _leave(say("scene_form.stopped"), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _leave(message: str, code: int) -> NoReturn:
    from labkit.cli.output import plain

    sys.stderr.write(f"labkit: {plain(message)}\n")
    sys.exit(code)
