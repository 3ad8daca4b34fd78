"""A training job's folder: the only channel between the process that trains and everybody who watches.

```
job.json       what to train: recipe, base, dataset, prompt, hashes; written once
rows.jsonl     the rows as they are trained on: messages and answer
dev.jsonl      the dev rows it is measured on: row and messages
events.jsonl   what happened, a line each: start, row, forecast, step, evaluation, save, alarm, end
layout.json    rows at once, and whether activations are computed again: what fitted into memory
process.json   who is training: pid and the time it was created
heartbeat      touched every two seconds while the process lives
STOP           asks it to stop after the step it is in
SAVE           asks for a checkpoint after that step
EVALUATE       asks for a measurement and a checkpoint after that step
answers/       step-<step>.json: what the dev rows were answered; step 0 is the base
lock           held by the process that trains; gone with it
train.log      everything the libraries print
checkpoints/   checkpoint-<step>/, each appears whole, with hashes of its files in manifest.json
adapter/       the result, with labkit.json: what it was trained on
report.json    how it ended; written last
```
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labkit.errors import BadData, RunBusy, UnknownName
from labkit.tables.atomic import append_line, replace_text
from labkit.texts import Phrase, say
from labkit.training.dev_rows import DevRow, dev_row_from_json, dev_row_to_json
from labkit.training.rows import TrainingRow, messages_from_json, messages_to_json

_LOG_BYTES = 20_000  # how much of the end of the log is read


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The files of one job, by their meaning.

    Args:
        path: the folder.
    """

    path: Path

    @property
    def command(self) -> list[str]:
        """The command line of the process that trains here."""
        return [sys.executable, "-P", "-m", "labkit.training.worker", str(self.path.resolve())]

    @property
    def log(self) -> Path:
        """Everything the libraries print."""
        return self.path / "train.log"

    @property
    def adapter(self) -> Path:
        """The trained adapter; it appears whole."""
        return self.path / "adapter"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    def ask(self, what: str) -> None:
        """Ask the process for something after the step it is in: "STOP", "SAVE" or "EVALUATE"."""
        (self.path / what).touch()

    def is_asked(self, what: str) -> bool:
        """Whether somebody asked for it and it was not done yet."""
        return (self.path / what).exists()

    def forget(self, what: str) -> None:
        """It was done, or is no longer wanted."""
        (self.path / what).unlink(missing_ok=True)

    def spec(self) -> dict[str, Any]:
        """What job.json says.

        Raises:
            UnknownName: there is no job here.
        """
        try:
            found = json.loads((self.path / "job.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise UnknownName("training job", str(self.path), (), say("find.job_folder")) from None
        return dict(found)

    def rows(self) -> tuple[TrainingRow, ...]:
        """The rows to train on."""
        lines = (self.path / "rows.jsonl").read_text(encoding="utf-8").split("\n")
        return tuple(_row_from_json(json.loads(line)) for line in lines if line)

    def write_rows(self, rows: tuple[TrainingRow, ...]) -> None:
        """Write the rows to train on."""
        lines = (json.dumps(_row_to_json(row), ensure_ascii=False) for row in rows)
        replace_text(self.path / "rows.jsonl", "".join(f"{line}\n" for line in lines))

    def dev_rows(self) -> tuple[DevRow, ...]:
        """The dev rows to be measured on; none in a job without them."""
        path = self.path / "dev.jsonl"
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else ()
        return tuple(dev_row_from_json(json.loads(line)) for line in lines if line)

    def write_dev_rows(self, rows: tuple[DevRow, ...]) -> None:
        """Write the dev rows to be measured on."""
        lines = (json.dumps(dev_row_to_json(row), ensure_ascii=False) for row in rows)
        replace_text(self.path / "dev.jsonl", "".join(f"{line}\n" for line in lines))

    def answers(self) -> dict[int, dict[str, str]]:
        """Step -> dev row's id -> what was answered then; step 0 is the base without an adapter."""
        paths = {int(path.stem.removeprefix("step-")): path.name for path in self.path.glob("answers/step-*.json")}
        return {step: self.read(f"answers/{paths[step]}") or {} for step in sorted(paths)}

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one of the small JSON files, atomically."""
        replace_text(self.path / name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def read(self, name: str) -> dict[str, Any] | None:
        """One of the small JSON files; None when it is not there.

        Raises:
            BadData: it cannot be read.
        """
        try:
            return dict(json.loads((self.path / name).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise BadData.told("error.job.unreadable", path=self.path / name) from error

    def tell(self, kind: str, **fields: Any) -> None:
        """Add an event; it is on the disk when this returns."""
        event = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind, **fields}
        append_line(self.path / "events.jsonl", json.dumps(event, ensure_ascii=False))

    def alarm(self, about: str, problem: Phrase) -> None:
        """Add a warning: in words for whoever reads the file, and as a phrase for readers of either language."""
        self.tell("alarm", about=about, problem=problem.told(), told=problem.to_json())

    def events(self) -> Iterator[dict[str, Any]]:
        """All events, oldest first; a line that a kill tore apart is passed over."""
        path = self.path / "events.jsonl"
        for line in path.read_bytes().split(b"\n") if path.exists() else ():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and "kind" in event:
                yield event

    def last_log_lines(self, count: int = 3) -> str:
        """The last lines of the log that say something, joined by " | "."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - _LOG_BYTES))
            text = file.read().decode("utf-8", errors="replace")
        lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n") if line.strip()]
        return " | ".join("".join(c for c in line if c.isprintable())[:300] for line in lines[-count:])

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Be the one process that trains here.

        Raises:
            RunBusy: another process is.
        """
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.path / "lock", timeout=0):
                yield
        except Timeout as error:
            raise RunBusy.told("error.job.held", job=self.path.name) from error

    def beat(self) -> None:
        """Say that the process lives."""
        heartbeat = self.path / "heartbeat"
        heartbeat.touch()
        os.utime(heartbeat)


class ReadJobFolder(JobFolder):
    """The same folder as a process sees it that trains along: it reads all, the first process alone writes."""

    def tell(self, kind: str, **fields: Any) -> None:
        """The first process tells it."""

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """The first process writes it."""

    def forget(self, what: str) -> None:
        """The first process takes requests back."""


def _row_to_json(row: TrainingRow) -> dict[str, Any]:
    return {"id": row.id, "messages": messages_to_json(row.messages), "answer": row.answer}


def _row_from_json(record: Mapping[str, Any]) -> TrainingRow:
    return TrainingRow(record["id"], messages_from_json(record["messages"]), record["answer"])
