"""Files that lines are only added to: decisions, bills, batches, releases, online. Read strictly: people edit them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.tables.json_text import read_jsonl, records_in
from labkit.texts import Phrase, line_of

_TEXT, _COUNT, _MONEY = "line.text", "line.count", "line.number"
_KINDS: Mapping[str, tuple[type, ...]] = {_TEXT: (str,), _COUNT: (int,), _MONEY: (int, float)}
_NEEDED: Mapping[str, Mapping[str, str]] = {
    "decisions": {"kind": _TEXT},
    "bills": {
        **dict.fromkeys(("run", "model", "prompt", "currency"), _TEXT),
        **dict.fromkeys(("forecast", "paid"), _MONEY),
        "calls": _COUNT,
    },
    "batches": dict.fromkeys(("key", "run", "file", "batch"), _TEXT),
    "releases": dict.fromkeys(("kind", "release"), _TEXT),
    "online": dict.fromkeys(("week", "row", "entry", "answered", "release", "status", "rationale"), _TEXT),
}
_ALLOWED: Mapping[str, Mapping[str, str]] = {
    "decisions": {"host": _TEXT, "answer": _TEXT, "rows": _COUNT},
}


def read_lines(folder: Path, name: str) -> tuple[dict[str, Any], ...]:
    """Every line of a file, oldest first; none when there is no file.

    Args:
        folder: the scene's.
        name: decisions, bills, batches, releases or online.

    Raises:
        BadData: a line cannot be read, or lacks a field.
    """
    path = folder / f"{name}.jsonl"
    if not path.exists():
        return ()
    return tuple(_checked(record, line_of(path, number), name) for number, record in read_jsonl(path))


class AddedLines:
    """One of these files, read once: later only what was added since, and everything anew when it was edited.

    Args:
        folder: the scene's.
        name: decisions, bills, batches, releases or online.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path, self._name = folder / f"{name}.jsonl", name
        self._known: tuple[bytes, tuple[dict[str, Any], ...]] = (b"", ())

    def read(self) -> tuple[dict[str, Any], ...]:
        """What `read_lines` returns; the very same tuple as long as the file is the same.

        Raises:
            BadData: a line cannot be read, or lacks a field.
        """
        known, lines = self._known
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            raw = b""
        except OSError as error:
            raise BadData.told("error.line.unreadable", path=self._path, reason=error.strerror) from error
        if raw != known:
            grown = known.endswith(b"\n") and raw.startswith(known)
            before, old = (known, lines) if grown else (b"", ())
            added = records_in(BytesIO(raw[len(before) :]), self._path.name, 1 + before.count(b"\n"))
            lines = (*old, *(_checked(record, line_of(self._path, k), self._name) for k, record in added))
            self._known = raw, lines
        return lines


def _checked(record: dict[str, Any], where: Phrase, name: str) -> dict[str, Any]:
    for field, kind in _NEEDED[name].items():
        if field not in record:
            raise BadData.told("error.line.lacks", where=where, field=field, kind=Phrase(kind))
        _check_kind(record[field], field, kind, where)
    for field, kind in _ALLOWED.get(name, {}).items():
        if record.get(field) is not None:
            _check_kind(record[field], field, kind, where)
    return record


def _check_kind(value: object, field: str, kind: str, where: Phrase) -> None:
    if isinstance(value, bool) or not isinstance(value, _KINDS[kind]):
        raise BadData.told("error.line.value", where=where, field=field, value=value, kind=Phrase(kind))
