"""Step 1 on the command line: the rows a run got wrong, or two runs answered differently, with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, cut, note, plain, print_json, print_table, shell_word, typed
from labkit.errors import BadInput
from labkit.texts import listed, say

if TYPE_CHECKING:
    from labkit.diagnosis import Change, LabelChanges, RowFilter, RowTable
    from labkit.diagnosis.triage import Causes
    from labkit.records import Run, RunRow
    from labkit.workspace import Scene

_SHOWN = 30  # rows in the terminal
_CONFUSIONS = 10  # of the commonest
_DEFINITIONS = 10  # of the labels that the first rows turn on
_POST, _RATIONALE, _DEFINITION = 40, 50, 160  # characters of them


@app.command()
def errors(
    directory: SceneDir,
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run; the beginning of its id is enough. Else the newest.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="RUN", help="An earlier run, or another model's, on the same rows.")
    ] = None,
    label: Annotated[str, typer.Option(help="Rows where this label's decision is wrong.")] = "",
    predicted: Annotated[str, typer.Option(help="Rows where this label was answered without cause.")] = "",
    status: Annotated[str, typer.Option(help="Rows that ended so, such as unparsed, or unanswered for all.")] = "",
    change: Annotated[
        str, typer.Option(help="With --against: fixed, regressed, still_wrong, still_right or differ.")
    ] = "",
    why: Annotated[
        str, typer.Option("--tag", help="Rows that went wrong for this reason, such as definition_unclear; untagged.")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="Write the rows found to .csv, .xlsx or .jsonl; import-comments takes back what is said there.",
        ),
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """List the rows a run got wrong, or with --against those that two runs answered differently."""
    from labkit.cli.triage import print_counts
    from labkit.diagnosis import find_rows, row_table
    from labkit.diagnosis.triage import causes_of, tags_of
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    store = scene.store
    read, earlier = store.load_run(run or _newest(scene)), store.load_run(against) if against else None
    table = row_table(read, earlier)
    causes = causes_of(table, tags_of(scene.decisions(), read.id))
    found = find_rows(table, replace(_wanted(table, label, predicted, status, change), tag=why), causes)
    cut = _write(to, read, table, found) if to else ()
    if json_:
        print_json({**_as_json(read, earlier, table, found, causes), **({"file": str(to), "cut": cut} if to else {})})
    else:
        _print(read, earlier, table, found)
        if any(causes.counts().tags.values()):
            print_counts(causes.counts())
        if to:
            typer.echo(say("share.handed_over", path=to))


def _newest(scene: Scene) -> str:
    from labkit.diagnosis import is_probe

    headers = [header for header in scene.store.runs() if not is_probe(header)]
    if not headers:
        name = ("NAME", *scene.prompt_names())[-1]
        words = ("--prompt", shell_word(name), "--model definition-reader")
        raise BadInput.told("error.cli.no_run", command=typed("evaluate", scene.path, *words))
    return headers[0].run


def _wanted(table: RowTable, label: str, predicted: str, status: str, change: str) -> RowFilter:
    """A label and an answer together are a confusion: the first missed, the second in its place."""
    from labkit.diagnosis import RowFilter

    change = change or ("differ" if table.earlier and not (label and predicted) else "")
    judged = bool(table.read.labelled.any()) and not change and status in ("", "answered")
    return RowFilter(
        outcome="wrong" if judged else "any",
        label="" if predicted else label,
        missed=label if predicted else "",
        spurious=predicted,
        status=status,
        change=cast("Change", change),
    )


def _write(to: Path, run: Run, table: RowTable, found: Sequence[int]) -> tuple[str, ...]:
    from labkit.evaluation.handover import MACHINE, hand_over

    if not found:
        raise BadInput.told("error.cli.no_row_fits", run=run.id, file=to.name)
    earlier = [table.earlier[k] for k in found] if table.earlier else ()
    cut = hand_over(
        replace(run, rows=tuple(table.rows[k] for k in found)),
        to,
        earlier=earlier,
        comments=to.suffix.lower() != MACHINE,
    )
    for place in cut:
        note(say("share.cut", place=place))
    return cut


def _as_json(run: Run, earlier: Run | None, table: RowTable, found: Sequence[int], causes: Causes) -> dict[str, Any]:
    from labkit.diagnosis import change_counts
    from labkit.scoring import confusions

    return {
        "run": run.id,
        "against": earlier.id if earlier else None,
        "rows": len(table.rows),
        "left_out": table.left_out,
        "found": len(found),
        "confusions": [{**asdict(entry), "rows": len(entry.rows)} for entry in confusions(run)],
        "changes": [asdict(entry) for entry in change_counts(table)] if table.earlier else [],
        "triage": asdict(causes.counts()),
        "errors": [{**_row_json(table, k), "tag": causes.of(k)} for k in found],
        "definitions": _definitions_concerned(run, table, found),
    }


def _row_json(table: RowTable, position: int) -> dict[str, Any]:
    from labkit.diagnosis import rationale_flags

    row = table.rows[position]
    example = row.example
    shown = {"id": example.id, "repeat": row.repeat, "items": example.items, "gold": example.labels}
    before = {"before": _answer_json(table.earlier[position])} if table.earlier else {}
    flags = [{"kind": flag.kind, "words": flag.words} for flag in rationale_flags([row], table.labels)]
    return {**shown, **_answer_json(row), "note": example.note, "flags": flags, **before}


def _answer_json(row: RunRow) -> dict[str, Any]:
    found = row.prediction
    return {
        "predicted": found.labels,
        "status": found.status.value,
        "right": row.correct,
        "rationale": found.rationale,
        "evidence": [asdict(evidence) for evidence in found.evidence],
        "unplaced": [asdict(evidence) for evidence in found.unplaced],
        "definition": found.definition,
        "reason": found.reason or row.error or "",
    }


def _print(run: Run, earlier: Run | None, table: RowTable, found: Sequence[int]) -> None:
    from labkit.views.browsing_notes import browsing_notes

    for sentence in browsing_notes(table, (earlier, run) if earlier else (run,)):
        note(sentence)
    header = run.header
    named = {"prompt": header.prompt_name, "model": header.model, "split": header.split}
    typer.echo(plain(say("errors.of_run", run=run.id, **named)))
    wrong = [k for k, row in enumerate(table.rows) if row.correct is False]
    key = "wrong" if not table.earlier and sorted(found) == wrong else "found"
    typer.echo(say(f"errors.{key}", found=len(found), total=len(table.rows)))
    if found:
        _print_rows(table, found)
        _print_definitions(_definitions_concerned(run, table, found[:_SHOWN]))
    if table.earlier:
        from labkit.diagnosis import change_counts

        print_changes(change_counts(table))
    else:
        _print_confusions(run)


def _print_rows(table: RowTable, found: Sequence[int]) -> None:
    """The first of the rows found, each with its gold labels and its answers."""
    keys = ("id", "post", "gold", *(("before",) if table.earlier else ()), "predicted", "rationale")
    print_table([say(f"errors.{key}") for key in keys], [_cells(table, k) for k in found[:_SHOWN]])
    if len(found) > _SHOWN:
        typer.echo(say("errors.more", more=len(found) - _SHOWN))
    typer.echo()


def _definitions_concerned(run: Run, table: RowTable, found: Sequence[int]) -> dict[str, str]:
    """What the model was told of the labels that these rows missed or were given wrongly, the commonest first."""
    from labkit.views.told_definitions import definitions_concerned, prompt_of

    prompt = prompt_of(run)
    rows = [table.rows[k] for k in found if table.rows[k].correct is False]
    told = [t for row in rows for t in definitions_concerned(run, prompt, row.example.labels or (), _given(row))]
    texts = {entry.label: entry.text for entry in told}
    return {label: texts[label] for label, _ in Counter(entry.label for entry in told).most_common()}


def _given(row: RunRow) -> tuple[str, ...]:
    return row.prediction.labels or ()


def _print_definitions(definitions: Mapping[str, str]) -> None:
    for label, text in list(definitions.items())[:_DEFINITIONS]:
        told = plain(cut(text, _DEFINITION)) or say("errors.undefined")
        typer.echo(say("errors.definition", label=label, text=told))
    if definitions:
        typer.echo()


def _cells(table: RowTable, position: int) -> tuple[str, ...]:
    row = table.rows[position]
    gold = row.example.labels
    answers = [table.earlier[position], row] if table.earlier else [row]
    return (
        row.example.id,
        cut(row.example.text, _POST),
        "" if gold is None else _labels(gold),
        *(_answer(asked) for asked in answers),
        cut(row.prediction.rationale, _RATIONALE),
    )


def _answer(row: RunRow) -> str:
    from labkit.records import Status

    found = row.prediction
    return _labels(found.labels) if found.status is Status.ANSWERED else say(f"status.{found.status.value}")


def _labels(labels: Sequence[str]) -> str:
    return listed(labels) or "–"


def _print_confusions(run: Run) -> None:
    from labkit.scoring import confusions
    from labkit.views.sentences import confusion_words

    for entry in confusions(run)[:_CONFUSIONS]:
        typer.echo(confusion_words(entry))


def print_changes(counts: Iterable[LabelChanges]) -> None:
    """Print what changed between two runs: whole rows, and label by label."""
    kinds = ("fixed", "regressed", "still_wrong", "differ")
    head = [say("errors.label"), *(say(f"error_browser.{kind}") for kind in kinds)]
    rows = [(entry.label or say("errors.whole_rows"), *(getattr(entry, kind) for kind in kinds)) for entry in counts]
    print_table(head, rows)
