"""A run for another tool, on the command line; part of `labkit runs`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from labkit.cli.output import note, print_json
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace import Scene

EXPORT_FORMATS = (
    "jsonl",
    "promptfoo",
    "inspect",
    "openai-batch",
    "lm-eval",
)  # `run_files.FORMATS`, known without a load


def print_exported(scene: Scene, run: str | None, format_: str | None, to: Path | None, as_json: bool) -> None:
    """Write a run into a file and say so.

    Args:
        scene: whose run.
        run: the beginning of its id.
        format_: one of `EXPORT_FORMATS`.
        to: the file.
        as_json: print one JSON value.
    """
    from labkit.run_files import export_run

    if run is None or format_ is None or to is None:
        raise BadInput.told("error.cli.export")
    loaded = scene.store.load_run(run)
    found = export_run(loaded, to, format_)
    if as_json:
        print_json({"run": loaded.id, "file": str(found.file), "format": found.format, "rows": found.rows})
        return
    note(say("runs.exported_posts"))
    typer.echo(say("runs.exported", run=loaded.id, rows=found.rows, file=found.file, format=found.format))
