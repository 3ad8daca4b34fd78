"""Reading packed files in a process of its own: little memory, a deadline, and nothing of it in this one.

Excel, Parquet and Arrow are read by libraries whose memory a small file can blow up; text is read by our own streaming
readers, which stop at their limits, and stays in this process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.errors import BadData, LabkitError
from labkit.tables.building import Table
from labkit.tables.reading import read_tables
from labkit.texts import say

MEMORY_BYTES = 3_000_000_000  # 300,000 posts in Excel take about a third of it
DEADLINE_S = 600.0
_PACKED = (".xlsx", ".parquet", ".arrow")
_LOOK_S = 0.1
_PACKAGES = Path(__file__).resolve().parents[2]


def read_confined(
    path: Path,
    sheet: str | None = None,
    encoding: str | None = None,
    holding: Sequence[Sequence[str]] = (),
    memory_bytes: int = MEMORY_BYTES,
    deadline_s: float = DEADLINE_S,
) -> tuple[Table, ...]:
    """Read a file or a dataset folder as `read_tables` does, packed formats in a child process.

    Args:
        path: the file or folder.
        sheet: as in `read_table`.
        encoding: as in `read_table`.
        holding: as in `read_table`.
        memory_bytes: what the child may take; the system keeps it to that where it can (RLIMIT_AS), and it is watched
            from here everywhere.
        deadline_s: seconds it may take.

    Raises:
        BadData: the file cannot be read, has no such sheet, needs more memory, or takes longer.
    """
    if not path.is_dir() and path.suffix.lower() not in _PACKED:
        return read_tables(path, sheet, encoding, holding)
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        result = Path(folder, "tables.jsonl")
        order = {"path": str(path), "sheet": sheet, "encoding": encoding, "holding": holding}
        _run(path, order | {"result": str(result), "memory": memory_bytes}, memory_bytes, deadline_s)
        return tuple(_read_result(result))


def _run(path: Path, order: Mapping[str, Any], memory: int, deadline_s: float) -> None:
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])}
    environment |= {"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 - this Python, this module
            [sys.executable, "-m", "labkit.tables.confined", json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
        )
        try:
            _watch(child, path, memory, deadline_s)
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        if child.returncode:
            errors.seek(0)
            raise _problem(path, errors.read()[-4_000:].decode("utf-8", "replace"), memory)


def _watch(child: subprocess.Popen[bytes], path: Path, memory: int, deadline_s: float) -> None:
    """Wait for the child; BadData when it takes too long or too much."""
    import psutil

    end = time.monotonic() + deadline_s
    while True:
        try:
            child.wait(_LOOK_S)
            return
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() > end:
            raise BadData.told("error.confined.time", file=path.name, seconds=deadline_s)
        try:
            taken = psutil.Process(child.pid).memory_info().rss
        except psutil.Error:
            continue
        if taken > memory:
            raise _too_much(path, memory)


def _problem(path: Path, said: str, memory: int) -> BadData:
    """The child's own error; what it did not raise on purpose is a file that it could not survive."""
    last = said.strip().splitlines()[-1] if said.strip() else say("confined.silent")
    try:
        found = json.loads(last)
        return _too_much(path, memory) if found["kind"] == "memory" else BadData(found["problem"], found["fix"])
    except (ValueError, KeyError, TypeError):
        return BadData.told("error.confined.gave_up", file=path.name, reason=last[:120])


def _too_much(path: Path, memory: int) -> BadData:
    return BadData.told("error.confined.memory", file=path.name, memory=memory)


def _read_result(path: Path) -> Iterator[Table]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            head = json.loads(line)
            columns = tuple(head["columns"])
            rows = [dict(zip(columns, json.loads(file.readline()), strict=True)) for _ in range(head["rows"])]
            about = (head["encoding"], head["blank_rows"], tuple(head["titles"]), head["sheet"], tuple(head["others"]))
            yield Table(Path(head["path"]), columns, tuple(rows), tuple(head["lines"]), *about)


def _write_result(tables: tuple[Table, ...], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for table in tables:
            head = {"path": str(table.path), "columns": table.columns, "rows": len(table.rows), "lines": table.lines}
            head |= {"encoding": table.encoding, "blank_rows": table.blank_rows, "titles": table.titles}
            file.write(json.dumps(head | {"sheet": table.sheet, "others": table.other_sheets}) + "\n")
            file.writelines(json.dumps([row[name] for name in table.columns]) + "\n" for row in table.rows)


def _limit_memory(memory: int) -> None:
    """Let the system keep this process to its memory; Windows and macOS do not, there the parent's watch counts."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        return


def _main(order: dict[str, Any]) -> int:
    """The child: read, write the tables as JSON; errors as one line of JSON on stderr."""
    _limit_memory(order["memory"])
    try:
        tables = read_tables(Path(order["path"]), order["sheet"], order["encoding"], order["holding"])
        _write_result(tables, Path(order["result"]))
    except LabkitError as error:
        sys.stderr.write("\n" + json.dumps({"kind": "data", "problem": error.problem, "fix": error.fix}) + "\n")
        return 2
    except MemoryError:
        sys.stderr.write('\n{"kind": "memory"}\n')
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(_main(json.loads(sys.argv[1])))
