"""`python -m labkit …`: one file per step of the workflow; every command also answers with `--json`."""

from __future__ import annotations

import sys

import typer

from labkit.errors import LabkitError

app = typer.Typer(
    name="labkit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From posts and labels to a shipped language model.",
)


def main() -> None:
    """Run the command line: exit 0 done, 1 a check or gate says no, 2 bad input (one line on stderr)."""
    from labkit.cli import commands  # noqa: F401  (importing registers the commands)

    try:
        app()
    except LabkitError as error:
        from labkit.cli.output import plain

        sys.stderr.write(f"labkit: {plain(str(error))}\n")
        sys.exit(2)
