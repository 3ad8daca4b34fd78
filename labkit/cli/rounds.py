"""Step 4 on the command line: what each round changed, and what it brought."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, plain, print_json, print_lines, working_on
from labkit.texts import listed, say
from labkit.views.sentences import of_100, signed

if TYPE_CHECKING:
    from labkit.comparison import Pair
    from labkit.round_history import Round


@app.command()
def rounds(directory: SceneDir, json_: JsonFlag = False) -> None:
    """Tell each round: what it changed, and what that brought, with intervals; the open one last."""
    from labkit.round_history import rounds as tell
    from labkit.workspace import open_scene

    with working_on(say("rounds.working")):
        found = tell(open_scene(directory))
    if json_:
        print_json({"rounds": [_as_json(one) for one in found]})
        return
    for one in found:
        print_lines(_in_words(one))
        typer.echo()


def _as_json(one: Round) -> dict[str, Any]:
    pair, diff, prompt = one.pair, one.dataset_diff, one.prompt_diff
    changed = None if prompt is None else {"labels": prompt.changed_labels, "shared": prompt.shared}
    compared = None
    if pair:
        counts = {"rows": pair.rows, "fixed": len(pair.fixed), "regressed": len(pair.regressed)}
        delta = {metric: asdict(value) for metric, value in pair.delta.items()}
        compared = {**counts, "metric": pair.metric, "verdict": pair.verdict, "delta": delta}
    return {
        "round": one.number,
        "release": one.release.id if one.release else None,
        "at": one.release.at if one.release else None,
        "before": one.before.id if one.before else None,
        "taken_back": one.taken_back,
        "run": one.run.id if one.run else None,
        "dataset": one.dataset,
        "dataset_changes": diff.counts if diff else None,
        "prompt_changes": changed,
        "settings": list(one.settings),
        "from_traffic": {"rows": one.fed, "undecided": one.undecided},
        "offline": {name: asdict(value) for name, value in one.scores.values.items()} if one.scores else {},
        "compared": compared,
        "online": _online(one),
    }


def _online(one: Round) -> dict[str, Any] | None:
    if one.online is None or one.online.scores is None:
        return None
    values = {name: asdict(value) for name, value in one.online.scores.values.items()}
    return {"judged": one.online.judged, "weeks": list(one.online.weeks), "values": values}


def _in_words(one: Round) -> str:
    lines = [_title(one), *(f"  {line}" for line in (*_changes(one), *_brought(one)))]
    return "\n".join(plain(line) for line in lines)


def _title(one: Round) -> str:
    if one.release is None:
        return say("rounds.open", number=one.number, before=one.before.id if one.before else "–")
    said: dict[str, Any] = {"number": one.number, "release": one.release.id, "at": one.release.at[:10]}
    return say("rounds.title", **said, prompt=one.release.prompt_name, model=one.release.model)


def _changes(one: Round) -> list[str]:
    """What was done in it."""
    lines = []
    if one.fed:
        lines.append(say("rounds.fed", rows=one.fed, undecided=one.undecided))
    if one.dataset_diff and one.dataset:
        counts: dict[str, Any] = one.dataset_diff.counts
        lines.append(say("rounds.dataset_diff", dataset=one.dataset, **counts))
    elif one.dataset:
        lines.append(say("rounds.dataset", dataset=one.dataset))
    if one.prompt_diff and not one.prompt_diff.same:
        parts = listed([*one.prompt_diff.changed_labels, *one.prompt_diff.shared])
        lines.append(say("rounds.prompt", before=one.prompt_diff.before, after=one.prompt_diff.after, parts=parts))
    told = one.release or (one.run.header if one.run else None)
    if one.settings == ("model",) and one.before and told:
        lines.append(say("rounds.model", before=one.before.model, model=told.model))
    elif one.settings:
        lines.append(say("rounds.settings", settings=listed(one.settings)))
    return lines


def _brought(one: Round) -> list[str]:
    """What came of it."""
    lines = []
    value = one.scores.values.get("accuracy") if one.scores else None
    if one.scores and value:
        lines.append(say("rounds.offline", value=of_100(value), rows=one.scores.labelled))
    if one.pair:
        lines.append(_compared(one, one.pair))
    elif one.before and one.run:
        lines.append(say("rounds.not_compared", before=one.before.id))
    if one.online and one.online.scores:
        online = of_100(one.online.scores.values["accuracy"])
        lines.append(say("rounds.online", value=online, judged=one.online.judged))
    elif one.release:
        lines.append(say("rounds.not_online"))
    if one.release is None and one.run is None:
        lines.append(say("rounds.no_run"))
    if one.taken_back is not None:
        lines.append(say("rounds.taken_back", reason=one.taken_back))
    return lines


def _compared(one: Round, pair: Pair) -> str:
    delta = pair.delta.get(pair.metric)
    counts: dict[str, Any] = {"rows": pair.rows, "fixed": len(pair.fixed), "broken": len(pair.regressed)}
    told = signed(delta) if delta else "–"
    before = one.before.id if one.before else "–"
    return say(f"rounds.compared.{pair.verdict}", before=before, metric=pair.metric, delta=told, **counts)
