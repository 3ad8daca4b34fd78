"""Step 4 on the command line: what a served release was asked, and answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, cut, note, print_json, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.traffic import Traffic

_TEXT_LIMIT = 60
Since = Annotated[str | None, typer.Option(metavar="TIME", help="From this date or time on, ISO 8601, UTC.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Before this date or time.")]


@app.command()
def traffic(
    directory: SceneDir,
    since: Since = None,
    until: Until = None,
    release: Annotated[str | None, typer.Option(metavar="ID", help="Answers of one release.")] = None,
    last: Annotated[int, typer.Option("--list", min=0, metavar="N", help="Show the last N entries.")] = 0,
    json_: JsonFlag = False,
) -> None:
    """Count what `serve` kept of a scene's traffic: releases, outcomes, labels, confidence, seconds; or list it."""
    from labkit.traffic import read_traffic
    from labkit.workspace import open_scene

    with working_on(say("traffic.reading")):
        found = read_traffic(open_scene(directory), since, until, release)
    if json_:
        print_json(_as_json(found, last))
        return
    if last:
        _print_entries(found, last)
    else:
        _print_counts(found)
    if found.unreadable:
        note(say("traffic.unreadable", lines=found.unreadable))
    if not found.entries:
        note(say("traffic.none", directory=directory))


def _as_json(found: Traffic, last: int) -> dict[str, Any]:
    entries = found.entries
    listed = {"list": [asdict(entry) for entry in entries[-last:]]} if last else {}
    return {
        "entries": len(entries),
        "unreadable": found.unreadable,
        "first": entries[0].at if entries else None,
        "last": entries[-1].at if entries else None,
        "releases": found.counts("release"),
        "statuses": found.counts("status"),
        "labels": found.counts("label"),
        "confidence": found.confidence,
        "latency_s": {"p50": found.latency_s(0.5), "p95": found.latency_s(0.95)},
        **listed,
    }


def _print_counts(found: Traffic) -> None:
    rows: list[tuple[object, ...]] = []
    for what in ("release", "status", "label"):
        for name, count in found.counts(what).items():
            rows.append((say(f"traffic.{what}"), name or say("select.no_label"), count))
    confidence, p50, p95 = found.confidence, found.latency_s(0.5), found.latency_s(0.95)
    if confidence is not None:
        rows.append((say("traffic.confidence"), "", f"{confidence:.2f}"))
    if p50 is not None and p95 is not None:
        rows.append((say("traffic.latency"), "", f"{p50:.3f} / {p95:.3f}"))
    print_table((say("traffic.what"), "", say("traffic.entries")), rows)


def _print_entries(found: Traffic, last: int) -> None:
    head = tuple(say(key) for key in ("head.at", "head.release", "traffic.status", "traffic.label", "traffic.posts"))
    rows = [
        (entry.at, entry.release, entry.status, ", ".join(entry.labels), cut(" / ".join(entry.posts), _TEXT_LIMIT))
        for entry in found.entries[-last:]
    ]
    print_table(head, rows)
