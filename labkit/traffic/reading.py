"""What the log of a scene holds: its entries of some time, and what can be counted without knowing the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import TYPE_CHECKING

from labkit.errors import BadData, BadInput
from labkit.records import Status
from labkit.scoring.effort import percentile
from labkit.tables.json_text import parse_object, strict_decoder
from labkit.texts import Line
from labkit.traffic.entry import TrafficEntry, as_utc, entry_from_json
from labkit.traffic.parts import FOLDER, kept_parts, lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from labkit.workspace import Scene


@dataclass(frozen=True, eq=False)
class Traffic:
    """Entries of a log.

    Args:
        entries: oldest first.
        unreadable: lines that are no entries, such as the last one of a server that was killed while it wrote.
    """

    entries: tuple[TrafficEntry, ...]
    unreadable: int = 0

    def counts(self, what: str) -> dict[str, int]:
        """How many entries there are of each "release", "status" or "label", the most first.

        Labels count among the answered entries; "" stands for answers without a label.
        """
        if what != "label":
            return dict(Counter(getattr(entry, what) for entry in self.entries).most_common())
        answered = (entry for entry in self.entries if entry.status == Status.ANSWERED)
        return dict(Counter(label for entry in answered for label in entry.labels or ("",)).most_common())

    def latency_s(self, share: float) -> float | None:
        """The seconds within which that share of the answers came, 0 to 1, as runs tell it; None without any."""
        return percentile([entry.latency_s for entry in self.entries], share)

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the answers that have one; None without any."""
        values = [entry.confidence for entry in self.entries if entry.confidence is not None]
        return fmean(values) if values else None


def read_traffic(
    scene: Scene,
    since: str | None = None,
    until: str | None = None,
    release: str | None = None,
    now: datetime | None = None,
) -> Traffic:
    """Read what `serve` kept of a scene's traffic; what is older than it was told to keep is deleted first.

    Args:
        scene: whose traffic.
        since: the first moment, an ISO 8601 date or time, UTC unless it says otherwise.
        until: the first moment that is left out.
        release: the id of the release that answered; all of them by default.
        now: the moment by which entries are too old; the time of the call by default.

    Raises:
        BadInput: a date or time that is none.
        BadData: a part of the log cannot be read.
    """
    first, end = _moment(since, "since"), _moment(until, "until")
    found: list[TrafficEntry] = []
    unreadable = 0
    for entry in _entries(kept_parts(scene.path / FOLDER, (now or datetime.now(UTC)).date())):
        if entry is None:
            unreadable += 1
        elif release in (None, entry.release) and _is_within(entry, first, end):
            found.append(entry)
    return Traffic(tuple(sorted(found, key=lambda entry: entry.time)), unreadable)


def _entries(parts: Iterable[Path]) -> Iterator[TrafficEntry | None]:
    """Every line of every part; None for one that is no entry."""
    decoder = strict_decoder()
    for part in parts:
        name = part.name
        for number, line in lines_of(part):
            where = Line(name, number)
            try:
                yield entry_from_json(parse_object(line.decode(), where, decoder), where)
            except (BadData, UnicodeDecodeError):
                yield None


def _is_within(entry: TrafficEntry, first: datetime | None, end: datetime | None) -> bool:
    at = entry.time
    return (first is None or at >= first) and (end is None or at < end)


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        return as_utc(text)
    except (ValueError, OverflowError) as error:
        raise BadInput.told("error.traffic.moment", name=name, text=text) from error
