"""Runs that a scene carries in git: `shared/<run>.jsonl`, read into the run database of whoever opens the scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.errors import BadData
from labkit.records import Example, Run, Task
from labkit.tables.json_text import read_jsonl
from labkit.tables.writing import write_jsonl

if TYPE_CHECKING:
    from labkit.store import Store

FOLDER = "shared"


def share_run(scene: Path, run: Run, examples: Sequence[Example]) -> Path:
    """Write a run into the scene, whole.

    Args:
        scene: the scene's folder.
        run: without open rows.
        examples: the scene's rows, which a clone will have.

    Returns:
        The file, for git.

    Raises:
        BadData: rows are open still, a clone could not read it, or the file cannot be written.
    """
    from labkit.store import run_from_jsonl, run_to_jsonl

    if not run.complete:
        raise BadData.told("error.shared.open_rows", run=run.id, pending=run.counts["pending"])
    records = run_to_jsonl(run)
    run_from_jsonl(records, run.task, examples, f"Run {run.id}")
    path = scene / FOLDER / f"{run.id}.jsonl"
    try:
        write_jsonl(path, records)
    except OSError as error:
        raise BadData.told("error.shared.unwritable", path=path, reason=error.strerror) from error
    return path


def take_in_shared(scene: Path, store: Store, task: Task, examples: Sequence[Example]) -> tuple[str, ...]:
    """Put shared runs that a database does not know into it, the oldest first.

    Args:
        scene: the scene's folder.
        store: its run database.
        task: the scene's.
        examples: its rows.

    Returns:
        Why files could not be taken in, a sentence each; the others are.
    """
    files = sorted((scene / FOLDER).glob("*.jsonl"))
    known = {header.run for header in store.runs()} if files else set()
    runs, problems = [], []
    for file in files:
        if file.stem not in known:
            try:
                runs.append(_read(file, task, examples))
            except BadData as error:
                problems.append(str(error))
    for run in sorted(runs, key=lambda run: run.header.created):
        store.take_in(run)
    return tuple(problems)


def _read(file: Path, task: Task, examples: Sequence[Example]) -> Run:
    from labkit.store import run_from_jsonl

    where = f"{FOLDER}/{file.name}"
    run = run_from_jsonl((record for _, record in read_jsonl(file)), task, examples, where)
    if run.id != file.stem:
        raise BadData.told("error.shared.misnamed", where=where, run=run.id)
    return run
