"""`export_run`: a run as a file that other tools, or another labkit, read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.errors import BadData, UnknownName
from labkit.records import Run
from labkit.run_files.inspect_log import inspect_log
from labkit.run_files.lm_eval import lm_eval_samples
from labkit.run_files.openai_batch import batch_lines
from labkit.run_files.promptfoo import promptfoo_results
from labkit.store import run_to_jsonl
from labkit.tables.atomic import replacing
from labkit.tables.own_files import refuse_own

Records = list[dict[str, Any]]
_LINES: Mapping[str, Callable[[Run], Records]] = {
    "jsonl": run_to_jsonl,
    "openai-batch": batch_lines,
    "lm-eval": lm_eval_samples,
}
_WHOLE: Mapping[str, Callable[[Run], dict[str, Any]]] = {"promptfoo": promptfoo_results, "inspect": inspect_log}
FORMATS = (*_LINES, *_WHOLE)
_HALF = re.compile("[\ud800-\udfff]")  # half a character: models emit it, UTF-8 cannot carry it


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """A run in a file.

    Args:
        file: where it is.
        format: one of `FORMATS`.
        rows: answers in it, those without an answer included, each with its reason.
    """

    file: Path
    format: str
    rows: int


def export_run(run: Run, file: str | Path, format: str) -> ExportedRun:
    """Write a run for another tool; `import_run` reads the file back.

    The file holds posts and answers as they are, personal data included. Read back, every row has the status and
    labels that it has here. What a format has no place for (tokens and seconds in lm-eval, say) stays behind.

    Args:
        run: a whole one.
        file: .json for promptfoo and inspect, .jsonl for the others; an existing one is replaced.
        format: jsonl (labkit's own, nothing is lost), promptfoo, inspect, openai-batch or lm-eval.

    Raises:
        UnknownName: another format.
        BadData: rows of the run are open, the file's name does not fit, or it cannot be written.
        BadInput: a scene reads from there.
    """
    path = Path(file)
    refuse_own(path)
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    suffix = ".json" if format in _WHOLE else ".jsonl"
    if path.suffix.lower() != suffix:
        raise BadData.told("error.run_file.suffix", file=path.name, format=format, suffix=suffix, stem=path.stem)
    if not run.complete:
        raise BadData.told("error.run_file.open_rows", run=run.id, rows=run.counts["pending"])
    values = [_WHOLE[format](run)] if format in _WHOLE else _LINES[format](run)
    try:
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as target:
            target.writelines(_HALF.sub("\ufffd", json.dumps(value, ensure_ascii=False)) + "\n" for value in values)
    except OSError as error:
        raise BadData.told("error.run_file.unwritable", path=path, reason=error.strerror) from error
    return ExportedRun(path, format, len(run.rows))
