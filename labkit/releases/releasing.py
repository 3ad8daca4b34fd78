"""Put what passed the gate into production, and take it back."""

from __future__ import annotations

from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING, Any

from labkit.decision import GateWords
from labkit.errors import BadInput, GateRefused
from labkit.models import get_model
from labkit.models.model_files import read_adapter_record
from labkit.records import examples_sha256
from labkit.releases.gating import GateReading, floor_beside, gated_run, has_run, read_gate_for, rival_of
from labkit.releases.history import RELEASE, ROLLBACK, Release, ReleaseHistory, read_history
from labkit.releases.model_state import model_as_measured
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.records import Run
    from labkit.workspace import Scene


def release_history(scene: Scene) -> ReleaseHistory:
    """The releases of a scene, and which one is current; BadData names a line of releases.jsonl that cannot be one."""
    return read_history(scene.release_lines(), str(scene.path / "releases.jsonl"))


def champion_of(scene: Scene) -> str | None:
    """The run that a candidate is held against: that of the current release.

    Args:
        scene: whose releases and gate.

    Returns:
        The run's id; None before the first release, and where the run is gone and no rule compares.

    Raises:
        BadInput: a rule compares, and the run is gone.
    """
    current = release_history(scene).current
    if current is None or (scene.gate().no_label_worse_by is None and not has_run(scene, current)):
        return None
    return gated_run(scene, current, "error.release.champion_gone").id


def release(scene: Scene, run: str, approved_by: str, champion: str | None = None) -> Release:
    """Make what a run measured the current release, if the gate lets it pass.

    Args:
        scene: whose gate, and whose releases.jsonl takes the record.
        run: a run over all test rows; the beginning of its id is enough.
        approved_by: the person who answers for it.
        champion: the run to compare with; by default that of the current release.

    Returns:
        The release, which is current when this returns.

    Raises:
        GateRefused: a rule of the gate does not hold; the message says which.
        BadInput: nobody approves it, it is current already, the model is no longer the one that was measured, or a
            rule compares with the current release, whose run is gone.
        UnknownName: there is no such run, or several begin so.
    """
    if not approved_by.strip():
        raise BadInput.told("error.release.nobody")
    with scene.locked("release"):
        history = release_history(scene)
        reading = read_gate_for(scene, run, champion or champion_of(scene))
        _check_new(history, reading.run)
        _check_passed(scene, reading, approved_by.strip())
        model_as_measured(scene, reading.run.header, "error.release.changed")
        fields = {**_record(scene, reading), "approved_by": approved_by.strip()}
        scene.record_release(kind=RELEASE, release=history.next_id, **fields)
        return release_history(scene).releases[-1]


def rollback(scene: Scene, approved_by: str, reason: str) -> Release:
    """Bring back what was in production before the current release.

    Args:
        scene: whose releases.
        approved_by: the person who answers for it.
        reason: why; whoever looks at the history reads it.

    Returns:
        The release that is current now.

    Raises:
        BadInput: nothing was before the current release, or name or reason are missing.
    """
    if not approved_by.strip() or not reason.strip():
        raise BadInput.told("error.rollback.nobody")
    with scene.locked("release"):
        history = release_history(scene)
        before, now = history.previous, history.current
        if before is None or now is None:
            raise (
                BadInput.told("error.rollback.nothing", release=now.id)
                if now
                else BadInput.told("error.rollback.first")
            )
        said = {"approved_by": approved_by.strip(), "reason": reason.strip()}
        scene.record_release(kind=ROLLBACK, release=before.id, **{"from": now.id}, **said)
        return before


def _check_new(history: ReleaseHistory, run: Run) -> None:
    if history.current and history.current.run == run.id:
        raise BadInput.told("error.release.current", run=run.id, release=history.current.id)


def _check_passed(scene: Scene, reading: GateReading, approved_by: str) -> None:
    failed = [line.told() for line in reading.result.lines if not line.passed]
    if failed:
        raise _refusal(scene, reading, say("list.clauses").join(map(_rule_told, failed)), quote(approved_by))


def _refusal(scene: Scene, reading: GateReading, rules: str, name: str) -> GateRefused:
    run, place = reading.run.id, quote(str(scene.path))
    if not _lacks_champion(reading):
        return GateRefused.told("error.release.refused", run=run, rules=rules)
    if rival := rival_of(scene, reading.run):
        return GateRefused.told("error.release.no_champion", run=run, rules=rules, scene=place, name=name, rival=rival)
    floor, prompt = floor_beside(reading.run), quote(reading.run.header.prompt_name)
    return GateRefused.told("error.release.no_rival", run=run, rules=rules, scene=place, floor=floor, prompt=prompt)


def _rule_told(line: GateWords) -> str:
    return say("error.release.rule", rule=line.rule, wanted=line.wanted, measured=line.measured)


def _lacks_champion(reading: GateReading) -> bool:
    """Whether all that stands in the way is that nothing was there to compare with."""
    failed = [line for line in reading.result.lines if not line.passed]
    return reading.champion is None and [line.rule.key for line in failed] == ["gate.rule.no_label_worse"]


def _record(scene: Scene, reading: GateReading) -> dict[str, Any]:
    header = reading.run.header
    prompt = {name: getattr(header, name) for name in ("prompt_name", "prompt_sha256", "prompt_text")}
    return {
        "run": reading.run.id,
        "model": header.model,
        "parameters": dict(header.parameters),
        **prompt,
        "dataset": _dataset(scene, header.model),
        "test_sha256": examples_sha256(scene.examples("test")),
        "gate": [asdict(line) for line in reading.result.lines],
        "champion": reading.champion.id if reading.champion else None,
    }


def _dataset(scene: Scene, model: str) -> str | None:
    from labkit.models.local import LocalModel

    found = get_model(model, scene)
    folder = found.adapter_folder if isinstance(found, LocalModel) else None
    return read_adapter_record(folder).dataset or None if folder else None
