"""Step 4 on the command line: what serves a release in production, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines
from labkit.texts import say


@app.command()
def deploy(
    directory: SceneDir,
    out: Annotated[Path, typer.Option(metavar="PATH", help="The folder to write; it must not exist.")],
    release: Annotated[str, typer.Option(metavar="current|ID", help="Which release.")] = "current",
    json_: JsonFlag = False,
) -> None:
    """Write vLLM commands, Dockerfile, the way to Ollama and a client for a release; nothing is started."""
    from labkit.serving import write_deployment
    from labkit.workspace import open_scene

    found = write_deployment(open_scene(directory), out, release)
    if json_:
        print_json({"path": str(found.path), "kind": found.kind, "files": found.files, "notes": found.notes})
        return
    said: dict[str, Any] = {"files": len(found.files), "path": str(found.path), "kind": found.kind}
    print_lines(say("deploy.written", release=release, **said))
    for one in found.notes:
        note(plain(say("deploy.note", note=one)))
