"""Step 4 on the command line: how good production really is, by rows drawn at random and judged blind."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_lines, print_table, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.scoring import Interval, Scores
    from labkit.traffic import OnlineQuality

online = typer.Typer(no_args_is_help=True, help="The truth online: traffic drawn at random and judged blind.")
app.add_typer(online, name="online")
_ROWS = 100


@online.command("sample")
def sample(
    directory: SceneDir,
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="Such as 2026-W48, UTC; the last whole week by default.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, metavar="N", help="How many entries of the log.")] = _ROWS,
    json_: JsonFlag = False,
) -> None:
    """Draw entries of a week at random and send their posts to the queue, where nobody sees what was answered."""
    from labkit.traffic import sample_week
    from labkit.workspace import open_scene

    with working_on(say("traffic.reading")):
        found = sample_week(open_scene(directory), week, rows)
    counts: dict[str, Any] = {
        "week": found.week,
        "entries": found.entries,
        "drawn": len(found.drawn),
        "fresh": found.fresh,
    }
    counts |= {"rows": found.rows, "seen": found.seen, "unreadable": found.unreadable}
    if json_:
        drawn = [{"row": one.row, "entry": one.entry, "release": one.release} for one in found.drawn]
        print_json({**counts, "cut": found.cut.isoformat() if found.cut else None, "list": drawn})
        return
    print_lines(say("online.sampled", **counts))
    if found.seen:
        note(say("online.seen", rows=found.seen))
    if found.unreadable:
        note(say("traffic.unreadable", lines=found.unreadable))
    if found.cut:
        note(say("online.cut", week=found.week, day=found.cut))
    note(say("online.next", directory=directory))


@online.command("quality")
def quality(
    directory: SceneDir,
    week: Annotated[list[str] | None, typer.Option(metavar="WEEK", help="Weeks that count; all by default.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Say how good the answers in production were, by what people judged, with intervals; offline beside online."""
    from labkit.traffic import online_quality
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = online_quality(scene, week or ())
    if json_:
        print_json(
            {"metric": scene.task.bar.metric, "bar": scene.task.bar.value, "online": [_as_json(o) for o in found]}
        )
        return
    metric = scene.task.bar.metric
    keys = ("release", "drawn", "judged", *_values_shown(metric))
    head = [say(f"online.{key}", metric=metric) for key in keys]
    print_table(head, [_cells(one, metric) for one in found])
    if found[0].waiting or found[0].dropped:
        note(say("online.waiting", waiting=found[0].waiting, dropped=found[0].dropped))


@online.command("renew")
def renew(
    directory: SceneDir,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the test rows change now; it is kept.")],
    json_: JsonFlag = False,
) -> None:
    """Move judged rows of the samples into the test split and freeze it anew; they are never trained on."""
    from labkit.traffic import renew_test
    from labkit.workspace import open_scene

    with working_on(say("online.working")):
        found = renew_test(open_scene(directory), reason)
    if json_:
        said = {"rows": list(found.rows), "repeated": list(found.repeated), "waiting": found.waiting}
        print_json({**said, "test_rows": found.test_rows})
        return
    counts: dict[str, Any] = {"rows": len(found.rows), "repeated": len(found.repeated), "waiting": found.waiting}
    print_lines(say("online.renewed", test_rows=found.test_rows, **counts))
    if found.rows:
        note(say("online.asked_anew"))


def _as_json(one: OnlineQuality) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("release", "drawn", "judged", "waiting", "dropped")}
    values = {"values": _values(one.scores), "offline": _values(one.offline)}
    recalls = {label.label: asdict(label.recall) for label in one.scores.per_label} if one.scores else {}
    return {**counts, "weeks": list(one.weeks), **values, "recall": recalls}


def _values(scores: Scores | None) -> dict[str, Any]:
    return {name: asdict(value) for name, value in scores.values.items()} if scores else {}


def _cells(one: OnlineQuality, metric: str) -> tuple[str, ...]:
    release = plain(one.release) if one.release else say("online.all")
    online_ = one.scores.values if one.scores else {}
    offline = one.offline.values if one.offline else {}
    values = {"right": online_.get("accuracy"), "metric": online_.get(metric), "offline": offline.get(metric)}
    return release, str(one.drawn), str(one.judged), *(_in_words(values[key]) for key in _values_shown(metric))


def _values_shown(metric: str) -> tuple[str, ...]:
    """The columns of values; the share right is one of its own where the bar is about something else."""
    return ("metric", "offline") if metric == "accuracy" else ("right", "metric", "offline")


def _in_words(value: Interval | None) -> str:
    return f"{value.value:.3f} ({value.low:.3f}-{value.high:.3f})" if value else "–"
