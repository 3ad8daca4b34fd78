"""The releases of a scene, read from `releases.jsonl`: lines that are only added, so the last whole one decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.decision import GateLine, as_recorded
from labkit.errors import BadData
from labkit.texts import Phrase

RELEASE, ROLLBACK = "release", "rollback"
_TEXTS = (
    *("run", "model", "prompt_name", "prompt_sha256", "prompt_text"),
    *("test_sha256", "approved_by", "who", "at"),
)


@dataclass(frozen=True, slots=True)
class Release:
    """A prompt and a model that passed the gate together, with all that is needed to serve the very same again.

    Args:
        id: "r1", "r2", …
        run: the run over the test rows that passed.
        model: the model's name.
        parameters: the run's, with the fingerprints of local weights and adapters.
        prompt_name, prompt_sha256, prompt_text: the prompt, whole: its file may change, a release does not.
        dataset: id of the dataset that an adapter was trained on; None without one.
        test_sha256: hash of the test rows it was judged by.
        gate: what the gate asked and measured.
        champion: the run it was held against; None when no rule compares.
        approved_by: who answers for it.
        who, at: who recorded it, and when (UTC, ISO 8601).
    """

    id: str
    run: str
    model: str
    parameters: Mapping[str, Any]
    prompt_name: str
    prompt_sha256: str
    prompt_text: str
    dataset: str | None
    test_sha256: str
    gate: tuple[GateLine, ...]
    champion: str | None
    approved_by: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the history: what went live, and what for.

    Args:
        live: the id of what is live from then on.
        left: the id of what was live until then; None before the first release.
        taken_back: why `left` was taken back; None where a new release took its place.
        approved_by: who answers for it.
        at: when (UTC, ISO 8601).
    """

    live: str
    left: str | None
    taken_back: str | None
    approved_by: str
    at: str


@dataclass(frozen=True, slots=True)
class ReleaseHistory:
    """All releases of a scene and which of them are in use.

    Args:
        releases: every release, oldest first.
        stack: ids of the releases that were put on each other; the last is current. A rollback takes the last away.
        turns: what went live one after the other, oldest first.
    """

    releases: tuple[Release, ...] = ()
    stack: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def current(self) -> Release | None:
        """What is in production; None before the first release."""
        return self.of_id(self.stack[-1]) if self.stack else None

    @property
    def previous(self) -> Release | None:
        """What a rollback would bring back; None when there is nothing before the current one."""
        return self.of_id(self.stack[-2]) if len(self.stack) > 1 else None

    @property
    def live_since(self) -> str | None:
        """When the current release went live, the last time: by its release, or by a rollback to it."""
        return self.turns[-1].at if self.turns else None

    @property
    def next_id(self) -> str:
        """The id of the next release."""
        return f"r{len(self.releases) + 1}"

    def of_id(self, release: str) -> Release:
        """The release of that id; KeyError when there is none."""
        return {entry.id: entry for entry in self.releases}[release]


def read_history(lines: Iterable[Mapping[str, Any]], where: str = "releases.jsonl") -> ReleaseHistory:
    """Replay the lines of a releases.jsonl.

    Args:
        lines: oldest first.
        where: the file, for errors.

    Raises:
        BadData: a line is no release and no rollback, lacks a field, or does not follow from the lines before it.
    """
    history = ReleaseHistory()
    for number, line in enumerate(lines, start=1):
        place = Phrase("where.history", {"file": where, "number": number})
        if line.get("kind") == RELEASE:
            history = _with_release(history, line, place)
        elif line.get("kind") == ROLLBACK:
            history = _rolled_back(history, line, place)
        else:
            raise BadData.told("error.release.kind", place=place, kind=line.get("kind"))
    return history


def _with_release(history: ReleaseHistory, line: Mapping[str, Any], place: Phrase) -> ReleaseHistory:
    found = _release_of(line, place)
    if found.id != history.next_id:
        raise BadData.told("error.release.order", place=place, found=found.id, next=history.next_id)
    turn = Turn(found.id, history.stack[-1] if history.stack else None, None, found.approved_by, found.at)
    return ReleaseHistory((*history.releases, found), (*history.stack, found.id), (*history.turns, turn))


def _rolled_back(history: ReleaseHistory, line: Mapping[str, Any], place: Phrase) -> ReleaseHistory:
    if history.previous is None or line.get("release") != history.previous.id:
        raise BadData.told("error.release.rolled_back", place=place, release=line.get("release"))
    said = {name: str(line.get(name) or "") for name in ("reason", "approved_by", "at")}
    turn = Turn(history.previous.id, history.stack[-1], said["reason"], said["approved_by"], said["at"])
    return ReleaseHistory(history.releases, history.stack[:-1], (*history.turns, turn))


def _release_of(line: Mapping[str, Any], place: Phrase) -> Release:
    try:
        gate = tuple(map(_gate_line, line["gate"]))
        return Release(
            id=str(line["release"]),
            parameters=dict(line["parameters"]),
            gate=gate,
            dataset=_optional(line["dataset"]),
            champion=_optional(line["champion"]),
            **{name: str(line[name]) for name in _TEXTS},
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise BadData.told("error.release.torn", place=place, error=error) from error


def _gate_line(line: Mapping[str, Any]) -> GateLine:
    """A line of the table that can be told; KeyError, TypeError, ValueError or OverflowError where it cannot."""
    rule, wanted, measured = (_phrase(line[part]) for part in ("rule", "wanted", "measured"))
    found = GateLine(rule, wanted, measured, line["passed"] is True)
    found.told()
    return found


def _phrase(recorded: str | Mapping[str, Any]) -> Phrase:
    """What a release recorded of a rule: a key with its values; older releases an English sentence."""
    if isinstance(recorded, str):
        return as_recorded(recorded)
    return Phrase(str(recorded["key"]), dict(recorded["values"]))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)
