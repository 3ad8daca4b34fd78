"""What `new` understood of a file, said aloud: for people as lines, for machines as one object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import print_table
from labkit.records import SPLITS
from labkit.texts import say
from labkit.views.markup import short, visible

if TYPE_CHECKING:
    from labkit.tables import Table
    from labkit.tables.importing import Import

_LABELS_SHOWN = 30


def understood_json(found: Import, tables: Sequence[Table]) -> dict[str, Any]:
    """Everything that `print_understood` says, and the whole label table."""
    return {
        "name": found.task.name,
        "language": found.task.language,
        "multi_label": found.task.multi_label,
        "allow_none": found.task.allow_none,
        "rows": len(found.examples),
        "files": [
            {"file": str(t.path), "rows": len(t.rows), "encoding": t.encoding, "blank_rows": t.blank_rows}
            for t in tables
        ],
        "columns": {role: column for role, column in asdict(found.columns).items() if column},
        "separator": found.labels.separator,
        "labels": dict(found.label_counts),
        "empty_labels": {"rows": found.labels.empty, "read_as": found.labels.empty_means},
        "stripped_labels": dict(found.labels.stripped),
        "near_labels": found.near_labels,
        "generated_ids": found.ids.generated,
        "prefixed_ids": found.ids.prefixed,
        "repetitions": asdict(found.repetitions),
        "splits": _split_sizes(found),
        "splits_from": found.splits_from,
    }


def print_understood(found: Import, tables: Sequence[Table]) -> None:
    """Say how the files were read, every label with its rows, and whatever the user may want to change."""
    for line in _about_files(found, tables):
        typer.echo(line)
    key = "new.several_labels" if found.task.multi_label else "new.one_label"
    typer.echo(say(key, labels=len(found.task.labels), language=found.task.language))
    counts = sorted(found.label_counts.items(), key=lambda entry: -entry[1])
    print_table((say("head.label"), say("head.rows")), [(short(label), rows) for label, rows in counts[:_LABELS_SHOWN]])
    if len(counts) > _LABELS_SHOWN:
        typer.echo(say("new.more_labels", labels=len(counts) - _LABELS_SHOWN))
    for line in (*_about_labels(found), *_about_rows(found)):
        typer.echo(line)


def _about_files(found: Import, tables: Sequence[Table]) -> Iterator[str]:
    for table in tables:
        name, kind = visible(table.path.name), table.encoding or table.path.suffix[1:]
        yield say("new.file", file=name, rows=f"{len(table.rows):,}", encoding=kind)
        if table.blank_rows:
            yield say("new.blank_rows", file=name, rows=table.blank_rows)
    roles = {role: column for role, column in asdict(found.columns).items() if column}
    names = {role: column if isinstance(column, str) else ", ".join(column) for role, column in roles.items()}
    yield say("new.columns", columns="; ".join(f"{role} = {short(name)}" for role, name in names.items()))
    yield say("new.first_post", post=short(" ".join(found.examples[0].text.split())))


def _about_labels(found: Import) -> Iterator[str]:
    if found.task.multi_label and found.labels.separator:
        yield say("new.separator", separator=repr(found.labels.separator))
    if found.labels.empty:
        yield say(f"new.{found.labels.empty_means}", rows=found.labels.empty)
    for label, rows in found.labels.stripped.items():
        yield say("new.stripped", label=repr(label), rows=rows)
    for group in found.near_labels:
        yield say("new.near_labels", labels=", ".join(map(repr, group)))


def _about_rows(found: Import) -> Iterator[str]:
    if found.ids.generated:
        yield say("new.generated_ids", rows=found.ids.generated)
    if found.ids.prefixed:
        yield say("new.prefixed_ids")
    repeated = asdict(found.repetitions)
    if any(repeated.values()):
        yield say("new.repeated", **repeated)
    source = say(f"new.splits_from.{found.splits_from.replace(' ', '_')}")
    sizes = ", ".join(f"{split} {rows:,}" for split, rows in _split_sizes(found).items())
    yield say("new.splits", source=source, splits=sizes)


def _split_sizes(found: Import) -> dict[str, int]:
    sizes = Counter(example.split for example in found.examples)
    return {split: sizes[split] for split in SPLITS if sizes[split]}
