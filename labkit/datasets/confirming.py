"""Which rows a person has looked at: hard ones among them may be trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.adjudication.ruling import read_rulings
from labkit.adjudication.standing import confirmed_rows, same, standings
from labkit.diagnosis.triage import gold_fixes

if TYPE_CHECKING:
    from labkit.workspace import Scene


def confirmed_by_people(scene: Scene) -> frozenset[str]:
    """The rows whose labels somebody kept or corrected on the board, or corrected while reading errors.

    A correction counts as long as the row carries the labels that it gave.
    """
    decisions = scene.decisions()
    fixes = gold_fixes((line for line in decisions if line.get("kind") == "gold"), scene.task)
    carried = {row.id: row.labels for row in scene.examples("pool")} if fixes else {}
    read = {row for row, said in fixes.items() if row in carried and same(said[-1].after, carried[row])}
    return confirmed_rows(standings(read_rulings(decisions, scene.task))) | read
