"""What is wrong with this machine, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, plain, print_json, working_on
from labkit.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labkit.doctor import Finding


@app.command()
def doctor(
    directory: Annotated[str | None, typer.Argument(metavar="[DIR]", help="A scene whose models.toml counts.")] = None,
    json_: JsonFlag = False,
) -> None:
    """Examine Python, packages, GPUs, disk, fonts, keys and model addresses; exit code 1 when something will fail."""
    from labkit.doctor import examine
    from labkit.workspace import open_scene

    findings = []
    for finding in _one_by_one(examine(open_scene(directory) if directory else None)):
        findings.append(finding)
        if not json_:
            _print(finding)
    faults = _count(findings, "fault")
    if json_:
        print_json({"healthy": not faults, "findings": [asdict(finding) for finding in findings]})
    else:
        typer.echo(_summary(faults, _count(findings, "note")))
    raise typer.Exit(1 if faults else 0)


def _one_by_one(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; while one takes long (PyTorch must be loaded for it), stderr says that the examination goes on."""
    while True:
        with working_on(say("doctor.going_on")):
            finding = next(findings, None)
        if finding is None:
            return
        yield finding


def _print(finding: Finding) -> None:
    typer.echo(plain(f"[{say(f'doctor.{finding.health}')}] {finding.topic}: {finding.found}"))
    if finding.fix:
        typer.echo(plain(f"    {say('doctor.fix', fix=finding.fix)}"))


def _summary(faults: int, notes: int) -> str:
    if faults:
        return say("doctor.faults", count=faults)
    return say("doctor.notes", count=notes) if notes else say("doctor.all_fine")


def _count(findings: Sequence[Finding], health: str) -> int:
    return sum(finding.health == health for finding in findings)
