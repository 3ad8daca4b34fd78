"""`import_run`: a file of answers given elsewhere becomes a run of the scene."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from labkit.errors import BadData, BadInput, NeedsReason, UnknownName
from labkit.imports.answer_tables import read_answer_table
from labkit.imports.answers import Answer, AnswerFile, Wanted
from labkit.imports.inspect_log import read_inspect
from labkit.imports.joining import Joined, JoinedBy, join
from labkit.imports.lm_eval import read_lm_eval
from labkit.imports.openai_batch import read_openai_batch
from labkit.imports.promptfoo import read_promptfoo
from labkit.imports.replies import read_answer
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Example, Run, RunHeader, RunRow, examples_sha256, sha256_of
from labkit.store import run_from_jsonl
from labkit.tables.decoding import check_file
from labkit.tables.file_hash import file_sha256
from labkit.tables.json_text import read_jsonl
from labkit.texts import Phrase
from labkit.version import __version__
from labkit.workspace import Scene

_READERS: dict[str, Callable[[Path, Wanted], AnswerFile]] = {
    "promptfoo": read_promptfoo,
    "inspect": read_inspect,
    "openai-batch": read_openai_batch,
    "lm-eval": read_lm_eval,
}
TABLE, RUN_FILE = "table", "jsonl"
FORMATS = (*_READERS, TABLE, RUN_FILE)


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run made of answers given elsewhere.

    Args:
        run: over the rows that have an answer.
        joined_by: "id" or "text".
        unmatched: the answers that belong to no row: where they stand, and their id or text.
        unanswered: ids of rows that have no answer, among those of the splits that the run's rows come from.
        known: whether the same answers were imported before, and this is that run.
        only_errors: whether no answer is right and rows of the same splits have none: a list of errors, as `share
            --errors` writes it, whose score says nothing of the model.
    """

    run: Run
    joined_by: JoinedBy
    unmatched: tuple[Phrase, ...]
    unanswered: tuple[str, ...]
    known: bool = False

    @property
    def only_errors(self) -> bool:
        """See above."""
        judged = [row.correct for row in self.run.rows if row.correct is not None]
        return bool(judged) and not any(judged) and bool(self.unanswered)


def import_run(
    scene: Scene,
    file: str | Path,
    format: str,
    *,
    id: str | None = None,
    predicted: str = "predicted",
    rationale: str = "rationale",
    model: str | None = None,
    prompt: str | None = None,
    reason: str | None = None,
    encoding: str | None = None,
) -> ImportedRun:
    """Take answers that were given elsewhere into a scene, as a run like any other.

    Args:
        scene: its rows are what was asked; its store keeps the run.
        file: what the other tool wrote.
        format: promptfoo, inspect, openai-batch, lm-eval or table; or jsonl, a run as labkit exports it, which keeps
            its id, names and rows, so that of the further arguments only `reason` counts.
        id: the column or field of the rows' ids; by default `id` (openai-batch: `custom_id`). Without ids, rows are
            joined by their exact text where it is unique; never by position.
        predicted: a table's column of labels; several in a cell are taken apart as when a scene is made.
        rationale: a table's column of reasons.
        model: the run's model; what the file says by default. Where it holds answers of several, the one that is meant.
        prompt: the run's prompt; likewise. A prompt of the scene is kept with its text.
        reason: why test rows are read; needed when there are any, and written into the scene's decisions.
        encoding: of a table that is a text file, such as gb18030; found out by default.

    Returns:
        The run, read back from the store, and what did not match.

    Raises:
        UnknownName: no such format or column.
        BadData: the file cannot be read, or its answers cannot be joined to the rows.
        BadInput: an encoding for a format that is always UTF-8.
        NeedsReason: answers to test rows without a reason.
        MissingExtra: the file needs a package that is not installed.
    """
    path, wanted = Path(file), Wanted(id, predicted, rationale, model, prompt, encoding)
    check_file(path)
    if encoding and format in FORMATS and format != TABLE:
        raise BadInput.told("error.import.encoding", format=format)
    if format == RUN_FILE:
        return _take_in_run_file(scene, path, reason)
    found = _read(path, format, wanted, scene)
    joined = join(found.answers, scene.rows, path.name)
    run = _run(scene, found, joined, wanted, {"source_format": format, "source_sha256": file_sha256(path)})
    known = scene.store.find_run(run.header, run.task)
    if known is None:
        _keep(scene, run, reason)
    stored = scene.store.load_run(known or run.id)
    return ImportedRun(stored, joined.by, joined.unmatched, _unanswered(scene, stored), known is not None)


def _take_in_run_file(scene: Scene, path: Path, reason: str | None) -> ImportedRun:
    run = run_from_jsonl((record for _, record in read_jsonl(path)), scene.task, scene.rows, path.name)
    known = any(header.run == run.id for header in scene.store.runs())
    if not known:
        _keep(scene, run, reason)
    stored = scene.store.load_run(run.id)
    return ImportedRun(stored, "id", (), _unanswered(scene, stored), known)


def _read(path: Path, form: str, wanted: Wanted, scene: Scene) -> AnswerFile:
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS)
    found = read_answer_table(path, wanted, scene.task) if form == TABLE else _READERS[form](path, wanted)
    return replace(found, model=wanted.model or found.model or form, prompt=wanted.prompt or found.prompt or form)


def _run(scene: Scene, found: AnswerFile, joined: Joined, wanted: Wanted, source: dict[str, str]) -> Run:
    asked = tuple(example for example in scene.rows if example.id in joined.answers)
    repeats = 1 + max(number for answers in joined.answers.values() for number in answers)
    if repeats > 1 + max(len(answers) for answers in joined.answers.values()):
        raise BadData.told("error.import.repeats", number=repeats)
    splits = {example.split for example in asked}
    name, sha256, text = _prompt_fields(scene, found.prompt)
    header = RunHeader(
        run=f"r{secrets.token_hex(4)}",
        scene=scene.task.name,
        prompt_name=name,
        prompt_sha256=sha256,
        prompt_text=text,
        model=found.model,
        parameters=source,
        split=splits.pop() if len(splits) == 1 else "all",
        examples_sha256=examples_sha256(asked),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        labkit=__version__,
        repeats=repeats,
    )
    rows = [_row(scene, joined, example, repeat) for example in asked for repeat in range(repeats)]
    return Run(header, scene.task, tuple(rows))


def _prompt_fields(scene: Scene, name: str) -> tuple[str, str, str]:
    """Name, hash and text of a prompt of the scene; of any other only the name is known."""
    if name in scene.prompt_names():
        prompt = scene.prompt(name)
        return name, prompt_sha256(prompt), format_prompt(prompt)
    return name, sha256_of(name), ""


def _row(scene: Scene, joined: Joined, example: Example, repeat: int) -> RunRow:
    missing = Answer(place="", id=example.id, error="this asking of the row is not in the file")
    return read_answer(joined.answers[example.id].get(repeat, missing), example, scene.task, repeat)


def _keep(scene: Scene, run: Run, reason: str | None) -> None:
    """Store a run; a reading of test rows goes into the scene's decisions first."""
    test_rows = len({row.example.id for row in run.rows if row.example.split == "test"})
    if test_rows and not (reason or "").strip():
        raise NeedsReason.told("error.import.reason", rows=test_rows)
    if test_rows:
        scene.record_decision("test_reading", run=run.id, reason=reason, rows=test_rows)
    scene.store.take_in(run)


def _unanswered(scene: Scene, run: Run) -> tuple[str, ...]:
    answered = {row.example.id for row in run.rows}
    splits = {row.example.split for row in run.rows}
    return tuple(example.id for example in scene.rows if example.split in splits and example.id not in answered)
