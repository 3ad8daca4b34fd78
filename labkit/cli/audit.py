"""Step 3 on the command line: is this data worth training on?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, note, print_json, print_table
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.auditing import Audit, Finding, Material
    from labkit.tables.columns import Columns

_SHOWN = 8  # rows of a finding in the terminal


@app.command()
def audit(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_DIR", help="A file of rows, or a scene's folder.")],
    test: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rows that judge the model: the test split.")
    ] = None,
    dataset: Annotated[str | None, typer.Option(metavar="NAME", help="One of the scene's datasets.")] = None,
    text: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="The column of posts; may repeat.")] = None,
    labels: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Columns of labels; may repeat.")] = None,
    separator: Annotated[str | None, typer.Option(help="Parts several labels in a cell.")] = None,
    format: Annotated[
        str | None, typer.Option(help="How rows are written, if not as guessed: labels, chat, sharegpt, alpaca, …")
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(metavar="N", help="The longest row that training takes.")] = None,
    base: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Of a scene: ask this base model what it knows of the rows.")
    ] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Look through data with every check of the catalogue; exit code 1 when one says not to train on it."""
    from labkit.auditing import audit_to_json
    from labkit.audits import audit_aloud, named_columns

    if base and _is_file(what):
        raise BadInput.told("error.cli.base_of_file", file=what)
    columns = named_columns(text or (), labels or ())
    material = _material(what, test, dataset, columns, separator, format, max_tokens, quiet=json_)
    if base:
        material = with_consent(lambda said: _ask_base(what, material, base, max_cost, said), personal_data, json_)
    found = audit_aloud(material)
    if json_:
        print_json(audit_to_json(found))
    else:
        _print(found)
    raise typer.Exit(1 if found.blocked else 0)


def _material(
    what: str,
    test: Path | None,
    dataset: str | None,
    columns: Columns,
    separator: str | None,
    form: str | None,
    max_tokens: int | None,
    *,
    quiet: bool,
) -> Material:
    from labkit.audits import file_material, scene_material
    from labkit.tables.samples_file import read_samples
    from labkit.workspace import open_scene

    if not _is_file(what):
        if test or columns.text or columns.labels or form:
            raise BadInput.told("error.cli.columns_of_scene", scene=what)
        return scene_material(open_scene(what), dataset, max_tokens)
    if dataset:
        raise BadInput.told("error.cli.dataset_of_file", file=what)
    read = read_samples(Path(what), test, columns, separator=separator, form=form)
    if not quiet:
        note(say("audit.read", rows=len(read.samples), skipped=read.left_out))
    return file_material(read, max_tokens)


def _ask_base(what: str, material: Material, base: str, max_cost: float | None, personal_data: str | None) -> Material:
    from labkit.audits import with_knowledge
    from labkit.datasets.known_rows import Asking
    from labkit.workspace import open_scene

    return with_knowledge(open_scene(what), material, base, Asking(max_cost, personal_data))


def _is_file(what: str) -> bool:
    """Whether a path is to be read as a table: a file, there or not, or a dataset folder, which holds no task.yaml."""
    path = Path(what)
    return not (path / "task.yaml").exists() if path.is_dir() else path.is_file() or bool(path.suffix)


def _print(found: Audit) -> None:
    rows = [
        (f"{f.check} {say(f'audit.{f.check}')}", say(f"audit.severity.{f.severity}"), f.reason) for f in found.findings
    ]
    print_table((say("audit.head.check"), say("audit.head.result"), say("audit.head.found")), rows)
    typer.echo()
    _print_lights(found)
    for finding in found.findings:
        if finding.to_mend:
            _print_fix(finding)


def _print_lights(found: Audit) -> None:
    from labkit.auditing import PRINCIPLES

    lights = [(say(f"audit.principle.{name}"), say(f"audit.severity.{found.light(name)}")) for name in PRINCIPLES]
    print_table((say("audit.head.principle"), say("audit.head.result")), lights)
    typer.echo()


def _print_fix(finding: Finding) -> None:
    typer.echo(f"{finding.check}: {finding.fix}")
    if finding.rows:
        more = f" … +{len(finding.rows) - _SHOWN}" if len(finding.rows) > _SHOWN else ""
        typer.echo(f"    {' '.join(finding.rows[:_SHOWN])}{more}")
