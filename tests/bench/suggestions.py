"""What the suggester without a model brings: every confusion of the bundled scenes, judged on rows it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from labkit.errors import BadData
from labkit.evaluation import evaluate
from labkit.improvement import Optimised, Suggestion, optimize, suggest
from labkit.scoring import confusions
from labkit.workspace import bundled_scenes, open_scene

CALLS = 1_000  # rows that the search asks
LEAST_ROWS = 2  # of a confusion: one row is an anecdote


def main() -> None:
    """Print, for each scene, how many suggestions passed and what they fixed and broke on held-out rows."""
    print(f"definition-reader, v2; every confusion of at least {LEAST_ROWS} dev rows, one change each, from v2")
    print("scene            confusions  no words  offered   all: fixed  broken (rows)   offered: fixed  broken (rows)")
    with TemporaryDirectory() as place:
        for name in bundled_scenes():
            tried, silent = try_all(name, Path(place))
            offered = [found for found in tried if found.offered]
            cells = f"{len(tried) + silent:10}  {silent:8}  {len(offered):7}"
            print(f"{name:16} {cells}   {on_held_out(tried)}   {on_held_out(offered)}", flush=True)
        print(f"\nGEPA with the same words, {CALLS} rows asked from v2")
        print("scene            candidates  offered   row score on rows that chose   held out: fixed  broken (rows)")
        for name in bundled_scenes():
            found = optimize(open_scene(name, Path(place)), "v2", "definition-reader", calls=CALLS)
            first, best = found.validation
            cells = f"{found.candidates:10}  {found.offered!s:7}   {first:.3f} -> {best:.3f}"
            print(f"{name:16} {cells}                 {on_held_out([found])}", flush=True)


def try_all(name: str, folder: Path) -> tuple[list[Suggestion], int]:
    """The suggestions for each confusion, and for how many the pool had no word."""
    scene = open_scene(name, folder)
    run = evaluate(scene, "v2", "definition-reader", progress=lambda _: None)
    tried, silent = [], 0
    for entry in confusions(run):
        if len(entry.rows) < LEAST_ROWS:
            continue
        try:
            tried.append(suggest(scene, run, (entry.gold, entry.predicted), progress=lambda _: None))
        except BadData:
            silent += 1
    return tried, silent


def on_held_out(found: Sequence[Suggestion | Optimised]) -> str:
    """Rows fixed, rows broken, and rows in all, summed over suggestions."""
    sets = [suggestion.trial.of("held_out") for suggestion in found]
    fixed, broken = sum(len(s.fixed) for s in sets), sum(len(s.broken) for s in sets)
    return f"{fixed:10}  {broken:6} ({sum(s.rows for s in sets)})"
