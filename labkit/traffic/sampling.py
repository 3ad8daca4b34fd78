"""The truth online: entries of a week drawn at random, whatever was answered, for people to judge blind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import folded
from labkit.errors import BadInput
from labkit.privacy import mask_texts
from labkit.records import Example, Status
from labkit.traffic.entry import TrafficEntry, mask_entry
from labkit.traffic.parts import FOLDER, deleted_through
from labkit.traffic.reading import read_traffic
from labkit.traffic.weeks import bounds_of, last_whole_week, week_of
from labkit.workspace.annotation import add_rows
from labkit.workspace.online import Drawn, read_drawn
from labkit.workspace.opening import open_scene

if TYPE_CHECKING:
    from labkit.workspace import Scene

ROWS = 100  # an accuracy of 85 % is then known to about 7 points


@dataclass(frozen=True, slots=True)
class WeekSample:
    """What was drawn of a week.

    Args:
        week: its name, such as "2026-W48".
        entries: entries of the log in that week, of all releases.
        drawn: those that were drawn, now or before.
        fresh: how many of them are drawn now.
        unreadable: lines of the log that cannot be read, and that nothing was drawn from.
        cut: the last day of the week of which traffic was deleted before this draw, for its age or for room; what is
            drawn now then speaks for the rest of the week alone. None where the week is whole, or nothing is drawn now.
    """

    week: str
    entries: int
    drawn: tuple[Drawn, ...]
    fresh: int
    unreadable: int
    cut: date | None = None

    @property
    def rows(self) -> int:
        """How many posts people judge: entries with the same posts are judged once."""
        return len({drawn.row for drawn in self.drawn})

    @property
    def seen(self) -> int:
        """How many of these posts repeat a row of pool, dev or test, or nearly; they renew no test set."""
        return len({drawn.row for drawn in self.drawn if drawn.seen})


def sample_week(scene: Scene, week: str | None = None, rows: int = ROWS, *, now: datetime | None = None) -> WeekSample:
    """Draw entries of a week uniformly at random and send their posts to the queue, where nobody sees the answers.

    All entries of the week have the same chance, whichever release answered and however it ended: so what is found
    holds for the week. The draw depends on the week and the entries' ids alone; a second call brings the same entries,
    a larger one those and more. Rows are added to the split "traffic", masked, and are never candidates for training.

    Args:
        scene: whose traffic.
        week: its ISO name, UTC; by default the last one that is over.
        rows: how many entries; a week that has fewer is judged whole.
        now: the time; that of the call by default.

    Returns:
        What was drawn; the scene has to be opened anew to see its rows.

    Raises:
        BadInput: no such week, one that is not over, no traffic in it, or fewer than one row.
    """
    moment = now or datetime.now(UTC)
    name = week or last_whole_week(moment)
    first, end = bounds_of(name)
    if end > moment:
        raise BadInput.told("error.online.not_over", week=name, end=end.date())
    if rows < 1:
        raise BadInput.told("error.online.rows", rows=rows)
    found = read_traffic(scene, first.isoformat(), end.isoformat(), now=moment)
    cut = _cut(scene, first)
    with scene.locked("sample"):
        known = [drawn for drawn in read_drawn(scene) if drawn.week == name]
        if not found.entries and not known:
            raise _nothing_kept(scene, name, cut, moment)
        wanted = _draw(found.entries, name, {drawn.entry for drawn in known}, rows - len(known))
        fresh = _send(scene, wanted, name) if wanted else ()
    return WeekSample(name, len(found.entries), (*known, *fresh), len(fresh), found.unreadable, cut if fresh else None)


def _nothing_kept(scene: Scene, week: str, cut: date | None, now: datetime) -> BadInput:
    """What to do where a week has no traffic; that of the week that runs now only has to become older."""
    first, end = bounds_of(running := week_of(now))
    if cut is None and read_traffic(scene, first.isoformat(), end.isoformat(), now=now).entries:
        return BadInput.told("error.online.running", week=week, running=running, end=end.date())
    return BadInput.told(
        "error.online.deleted" if cut else "error.online.no_traffic", week=week, day=cut, scene=scene.path
    )


def _cut(scene: Scene, first: datetime) -> date | None:
    """The last day of which traffic was deleted, if that is in the week that begins at `first` or later."""
    gone = deleted_through(scene.path / FOLDER)
    return gone if gone is not None and gone >= first.date() else None


def _draw(entries: Sequence[TrafficEntry], week: str, known: set[str], count: int) -> list[TrafficEntry]:
    """The first entries in an order that the week's name shuffles; the same whatever else is in the log."""
    open_ = {entry.id: entry for entry in entries if entry.id not in known}
    ordered = sorted(open_.values(), key=lambda entry: sha256(f"{week} {entry.id}".encode()).digest())
    return ordered[: max(0, count)]


def _send(scene: Scene, entries: Sequence[TrafficEntry], week: str) -> tuple[Drawn, ...]:
    """Rows first, then what was answered to them: a crash between leaves rows that the next call finds again."""
    now = open_scene(scene.path)
    masked = [mask_entry(entry, scene.task.language) for entry in entries]
    drawn_before = {drawn.row for drawn in read_drawn(now)}
    row_of = {_key(row): row.id for row in now.rows if row.id in drawn_before}
    rows: dict[str, Example] = {}
    for entry in masked:
        row = Example(f"{week}-{entry.id}", entry.said, split="traffic", time=entry.at, subtask=entry.subtask)
        if row_of.setdefault(_key(row), row.id) == row.id:
            rows[row.id] = row
    seen = _seen(now, list(rows.values()))
    add_rows(now, list(rows.values()))
    drawn = [_drawn(entry, week, row_of[_key(replace(entry.example, items=entry.said))], seen) for entry in masked]
    for one in drawn:
        scene.record_drawn(**asdict(one))
    return tuple(drawn)


def _key(row: Example) -> tuple[str, str | None]:
    """What rows with the same posts have in common."""
    return "\n".join(map(folded, row.items)), row.subtask


def _seen(scene: Scene, rows: Sequence[Example]) -> Mapping[str, str]:
    """Row -> the row of pool, dev or test that it repeats, or nearly."""
    known, language = scene.examples("all"), scene.task.language
    texts = ["\n".join(mask_texts(row.items, language)) for row in known]
    leaks = find_leaks(texts, [row.text for row in rows])
    return {rows[leak.held].id: known[leak.learnt].id for leak in reversed(leaks.pairs) if leak.kind in SERIOUS}


def _drawn(entry: TrafficEntry, week: str, row: str, seen: Mapping[str, str]) -> Drawn:
    return Drawn(
        week, row, entry.id, entry.at, entry.release, Status(entry.status), entry.labels, entry.rationale, seen.get(row)
    )
