"""Step 4 on the command line: what production got wrong becomes rows for the next round."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, print_table, working_on
from labkit.cli.traffic import Since, Until
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.traffic import Fed, Gathered

feedback = typer.Typer(no_args_is_help=True, help="What production got wrong, for the next round.")
app.add_typer(feedback, name="feedback")


@feedback.command("import")
def import_(
    directory: SceneDir,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: id, and labels or comment; by, if known.")],
    json_: JsonFlag = False,
) -> None:
    """Take in corrections of reviewers: ids of answers, and the right labels or a comment."""
    from labkit.traffic import import_feedback, read_traffic
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = import_feedback(scene, file, read_traffic(scene))
    if json_:
        print_json({"kept": found.kept, "unknown": list(found.unknown), "empty": found.empty})
    else:
        print_lines(say("feeding.imported", kept=found.kept, unknown=len(found.unknown), empty=found.empty))


@feedback.command("send")
def send(
    directory: SceneDir,
    since: Since = None,
    until: Until = None,
    shadow: Annotated[
        str | None, typer.Option(metavar="RUN", help="A shadow's run, whose disagreements count as well.")
    ] = None,
    each: Annotated[
        int, typer.Option(min=0, metavar="N", help="At most so many for each reason but corrections.")
    ] = 50,
    sure: Annotated[float, typer.Option(min=0, max=1, help="Confidence from which on an answer is not unsure.")] = 0.7,
    budget: Annotated[
        int, typer.Option(min=1, metavar="N", help="At most so many rows that wait for the next dataset.")
    ] = 1000,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what was found, and send nothing.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Send corrected, disputed, unsure and drifted answers to the queue: no copies, no leaks, within a budget."""
    from labkit.traffic import Fed, feed, gather_feedback, read_feedback, read_traffic, shadow_of
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    with working_on(say("feeding.working")):
        window, said = read_traffic(scene, since, until), read_feedback(scene)
        candidate = shadow_of(scene, window, scene.store.load_run(shadow)) if shadow else None
        found = gather_feedback(scene, window, said.said, candidate, each=each, sure=sure)
        fed = Fed() if dry_run else feed(scene, found.suggestions, budget)
    if json_:
        print_json({**_as_json(found, fed), "dry_run": dry_run, "unreadable": said.unreadable})
        return
    _print(found, fed, dry_run)
    if said.unreadable:
        note(say("feeding.unreadable", lines=said.unreadable))
    if fed.sent:
        note(say("feeding.next", directory=directory))


def _as_json(found: Gathered, fed: Fed) -> dict[str, Any]:
    left_out = {name: getattr(fed, name) for name in ("before", "repeated", "held", "over_budget", "room")}
    about = {"confirmed": found.confirmed, "unknown": found.unknown, "no_drift": found.no_drift}
    listed = [{"entry": one.entry.id, "why": one.why, "reason": one.reason} for one in found.suggestions]
    return {"found": found.counts(), **about, "list": listed, "sent": fed.sent, **left_out}


def _print(found: Gathered, fed: Fed, dry_run: bool) -> None:
    sent = Counter(fed.sent.values())
    rows = [(say(f"feeding.{why}"), count, "–" if dry_run else sent[why]) for why, count in found.counts().items()]
    print_table([say(f"feeding.{key}") for key in ("why", "found", "sent")], rows)
    if not dry_run:
        counts = {name: getattr(fed, name) for name in ("before", "repeated", "held", "over_budget", "room")}
        print_lines(say("feeding.left_out", **counts))
    if found.confirmed or found.unknown:
        print_lines(say("feeding.confirmed", confirmed=found.confirmed, unknown=found.unknown))
    if found.no_drift:
        note(plain(say("feeding.drift_not", reason=found.no_drift)))
