"""Step 2 on the command line: which of several runs is better, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.comparison import Comparison, Pair, Ranked
    from labkit.scoring import Interval

_IDS_SHOWN = 20  # all of them are in the JSON


@app.command()
def compare(
    directory: SceneDir,
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help="Runs; the beginning of an id is enough.")],
    json_: JsonFlag = False,
) -> None:
    """Rank runs on the rows they share, and say which differences are real."""
    from labkit.comparison import compare as rank
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    loaded = [scene.store.load_run(run) for run in runs]
    bar = scene.task.bar  # the bar of today, not the one that stood when a run was made
    found = rank([replace(run, task=replace(run.task, bar=bar)) for run in loaded])
    if json_:
        print_json(_as_json(found))
    else:
        _print(found)


def _as_json(found: Comparison) -> dict[str, Any]:
    return {
        "metric": found.metric,
        "rows": found.rows,
        "left_out": found.left_out,
        "ranking": [_ranked_json(entry) for entry in found.ranking],
        "pairs": [{**asdict(pair), "discordant": pair.discordant} for pair in found.pairs],
    }


def _ranked_json(entry: Ranked) -> dict[str, Any]:
    scores = {name: asdict(interval) for name, interval in entry.scores.values.items()}
    return {"run": entry.run, "prompt": entry.prompt, "model": entry.model, "group": entry.group, "scores": scores}


def _print(found: Comparison) -> None:
    typer.echo(say("compare.rows", rows=found.rows))
    for why, count in found.left_out.items():
        note(say(f"compare.{why}", count=count))
    typer.echo()
    metrics = dict.fromkeys((found.metric, "accuracy", "micro_f1", "macro_f1"))
    head = (say("head.group"), say("head.run"), say("head.prompt"), say("head.model"), *metrics)
    print_table(head, [_ranked_cells(entry, metrics) for entry in found.ranking])
    for pair in found.pairs:
        typer.echo()
        _print_pair(pair)
    if len(found.pairs) == 1:
        _print_labels(found.pairs[0])
        _print_ids(found.pairs[0])


def _ranked_cells(entry: Ranked, metrics: dict[str, None]) -> tuple[object, ...]:
    values = [entry.scores.values.get(name) for name in metrics]
    return entry.group, entry.run, entry.prompt, entry.model, *(_level(value) if value else "" for value in values)


def _print_pair(pair: Pair) -> None:
    verdict = say(f"compare.{pair.verdict.replace(' ', '_')}")
    typer.echo(say("compare.verdict", a=pair.a, b=pair.b, verdict=verdict))
    for name in dict.fromkeys((pair.metric, "accuracy")):
        if name in pair.delta:
            typer.echo(say("compare.delta", metric=name, delta=_change(pair.delta[name]), p=f"{pair.p_swap[name]:.2g}"))
    fixed, regressed = len(pair.fixed), len(pair.regressed)
    typer.echo(say("compare.mcnemar", fixed=fixed, regressed=regressed, p=f"{pair.p_value:.2g}"))
    if pair.verdict == "cannot tell" and pair.rows_needed:
        typer.echo(say("compare.needed", rows=f"{pair.rows_needed:,}"))
    if pair.verdict == "cannot tell" and pair.visible_gain < 1:
        typer.echo(say("compare.visible", gain=f"{100 * pair.visible_gain:.1f}"))


def _print_labels(pair: Pair) -> None:
    typer.echo()
    keys = ("label", "gold", "f1_change", "fixed", "regressed", "p_holm")
    rows = [
        (
            entry.label,
            entry.support,
            _change(entry.delta) if entry.delta else "",
            len(entry.fixed),
            len(entry.regressed),
            f"{entry.p_holm:.2g}",
        )
        for entry in pair.per_label
    ]
    print_table([say(f"head.{key}") for key in keys], rows)


def _print_ids(pair: Pair) -> None:
    typer.echo()
    for key, ids in (("fixed", pair.fixed), ("regressed", pair.regressed)):
        more = f" … (+{len(ids) - _IDS_SHOWN})" if len(ids) > _IDS_SHOWN else ""
        typer.echo(plain(f"{say(f'head.{key}')}: {', '.join(ids[:_IDS_SHOWN]) or '–'}{more}"))


def _level(found: Interval) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def _change(found: Interval) -> str:
    return f"{found.value:+.3f} ({found.low:+.3f} … {found.high:+.3f})"
