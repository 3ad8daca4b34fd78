"""A run of a scene brought before the scene's gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labkit.costs import cost_of_rows
from labkit.decision import Gate, GateResult, gate
from labkit.decision.floors import FLOORS
from labkit.diagnosis import is_probe
from labkit.errors import BadInput
from labkit.records import Run, examples_sha256
from labkit.releases.canaries import canaries_of

if TYPE_CHECKING:
    from labkit.releases.history import Release
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class GateReading:
    """A run held against a gate.

    Args:
        run: the candidate.
        champion: the run it was held against, if any.
        rules: what the gate asks.
        result: what was measured.
    """

    run: Run
    champion: Run | None
    rules: Gate
    result: GateResult


def has_run(scene: Scene, release: Release) -> bool:
    """Whether the run that passed a release's gate is in the run database still."""
    return release.run in {header.run for header in scene.store.runs()}


def gated_run(scene: Scene, release: Release, otherwise: str = "") -> Run:
    """The run that passed a release's gate, with the gold labels of that day.

    Args:
        scene: whose run database.
        release: the release.
        otherwise: the key of the words that tell what else could be done where the run is gone.

    Raises:
        BadInput: the run is not there; the message says what refers to it, and how it comes back.
    """
    if not has_run(scene, release):
        raise BadInput.told(
            otherwise or "error.release.run_gone", release=release.id, run=release.run, scene=scene.path
        )
    return scene.store.load_run(release.run, as_asked=True)


def rival_of(scene: Scene, candidate: Run) -> str | None:
    """What a first release may be compared with: the newest run, whole, over the same test rows; None without.

    Of another prompt or model: the candidate asked again would be compared with itself.
    """
    asked, same = (candidate.header.prompt_sha256, candidate.header.model), candidate.header.examples_sha256
    for header in scene.store.runs():
        is_other = (header.prompt_sha256, header.model) != asked and header.split == "test"
        is_comparable = is_other and header.examples_sha256 == same and not is_probe(header)
        if is_comparable and scene.store.load_run(header.run).complete:
            return header.run
    return None


def floor_beside(candidate: Run) -> str:
    """A model that needs nothing installed and is not the candidate's."""
    return next(name for name in FLOORS if name != candidate.header.model)


def read_gate_for(scene: Scene, run: str, champion: str | None = None) -> GateReading:
    """Hold a run against the scene's gate, over all test rows as they are now.

    Args:
        scene: whose gate.yaml; without one the bar is the gate.
        run: the candidate's id, or the beginning of it.
        champion: the run of what is in production, for rules that compare.

    Raises:
        UnknownName: there is no such run, or several begin so.
        BadInput: gate.yaml cannot be used.
        BadData: the scene's canaries.jsonl cannot be used.
    """
    candidate = scene.store.load_run(run)
    rival = scene.store.load_run(champion) if champion else None
    rules = scene.gate()
    task = replace(scene.task, test_sha256=examples_sha256(scene.examples("test")))
    canaries = None if rules.canaries is None else canaries_of(scene, candidate.header)
    cost = cost_of_rows(candidate, scene.prices().prices)
    result = gate(rules, task, candidate, rival, cost, canaries)
    return GateReading(candidate, rival, rules, result)
