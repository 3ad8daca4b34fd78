"""Step 1 on the command line: what changed from one prompt to another, definition by definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json
from labkit.prompts.hidden import visible
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.prompts import PromptDiff, SentenceChange, TextDiff

_Name = Annotated[str, typer.Argument(metavar="PROMPT", help="A prompt of the scene, such as v1.")]


@app.command()
def diff(
    directory: SceneDir,
    before: _Name,
    after: _Name,
    text: Annotated[bool, typer.Option("--text", help="As lines of the two files instead.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Show what changed from one prompt to another, definition by definition."""
    from labkit.prompts import diff_prompts
    from labkit.prompts.text_diff import text_diff
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    one, two = scene.prompt(before), scene.prompt(after)
    found = diff_prompts(one, two)
    if json_:
        print_json({**asdict(found), "same": found.same, "text": text_diff(one, two)})
    elif text:
        typer.echo("\n".join(_shown(f"{sign} {line}").rstrip() for sign, line in text_diff(one, two)))
    else:
        typer.echo("\n".join(map(_shown, _in_words(found))))


def _shown(line: str) -> str:
    """A line of prompts; a hidden character is what somebody looks for in a difference, so it stands as its code."""
    return plain(visible(line))


def _in_words(found: PromptDiff) -> Iterator[str]:
    yield say("diff.title", before=found.before, after=found.after)
    if found.same:
        yield say("diff.same")
        return
    for entry in (*found.definitions, *found.sections):
        if entry.kind != "unchanged":
            yield from _part(entry)
    if found.moved_labels:
        yield say("diff.moved", labels=listed(found.moved_labels))
    if found.rationale[0] != found.rationale[1]:
        yield say("diff.rationale", before=found.rationale[0], after=found.rationale[1])
    if found.retrieved[0] != found.retrieved[1]:
        yield say("diff.retrieved", before=found.retrieved[0], after=found.retrieved[1])
    yield ""
    yield say("diff.unchanged", count=sum(entry.kind == "unchanged" for entry in found.definitions))


def _part(entry: TextDiff) -> Iterator[str]:
    yield ""
    yield say("diff.entry", name=entry.name, kind=say(f"diff.{entry.kind}"))
    for change in entry.changes:
        yield from _sentence(change)


def _sentence(change: SentenceChange) -> Iterator[str]:
    if change.kind == "moved":
        yield f"  ~ {_in_part(change.part, change.after)}"
        return
    if change.before:
        yield f"  - {_in_part(change.part, change.before)}"
    if change.after:
        yield f"  + {_in_part(change.part, change.after)}"


def _in_part(part: str, words: str) -> str:
    return say("diff.part", name=say(f"diff.part.{part}"), words=words) if part not in ("", "text") else words
