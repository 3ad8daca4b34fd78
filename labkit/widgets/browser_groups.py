"""The groups of rows that ErrorBrowser filters by: found, kept, and thinned when gold is corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from labkit.curation.watched import Progress, stretch, unwatched
from labkit.diagnosis import RowFilter, RowTable, find_rows
from labkit.records import Run
from labkit.views.row_groups import RowGroup, blame_groups, flag_groups, same_gold, suspect_groups, theme_groups
from labkit.widgets.browser_reading import Reading

SLOW = ("theme", "suspect")  # kinds that are worked out when somebody asks
_FLAGGED, _THEMED = 0.2, 0.4  # of the work is done when flags, and themes, are found


class KnownGroups:
    """The groups worked out so far; those of one look stand together, for a quick look takes no theme away."""

    def __init__(self) -> None:
        self.by_key: dict[str, RowGroup] = {}

    def __iter__(self) -> Iterator[RowGroup]:
        return iter(self.by_key.values())

    def take(self, found: Iterable[RowGroup], *, closer: bool) -> None:
        """Keep what a look has found; a closer one finds the slow kinds anew, too."""
        kept = [] if closer else [group for group in self if group.kind in SLOW]
        self.by_key = {group.key: group for group in (*found, *kept)}

    def rescore(self, before: RowTable, now: Reading) -> None:
        """Find quick kinds anew after gold was corrected; slow ones stay as they are, without the rows corrected."""
        same = same_gold(before, now.table)
        slow = [replace(group, rows=group.rows & same) for group in self if group.kind in SLOW]
        self.by_key = {group.key: group for group in (*quick_groups(now.table, now.runs), *slow)}

    def find(self, reading: Reading, wanted: RowFilter) -> list[int]:
        """The rows that fit, those of a group that ranks them in its order."""
        rows = find_rows(reading.table, wanted, reading.causes, {group.key: group.rows for group in self})
        order = self.by_key[wanted.group].order if wanted.group else ()
        fitting = set(rows)
        return [k for k in order if k in fitting] if order else rows

    def as_trait(self) -> list[dict[str, Any]]:
        """What a page needs to show them."""
        return [group.as_trait() for group in self]


def is_slow(key: str) -> bool:
    """Whether a group of that key is worked out only when somebody asks."""
    return key.partition(".")[0] in SLOW


def quick_groups(table: RowTable, runs: tuple[Run, ...], progress: Progress = unwatched) -> list[RowGroup]:
    """Odd rationales, and what each part of an edit moved."""
    return [*flag_groups(table, progress), *(blame_groups(table, *runs) if len(runs) == 2 else ())]


def all_groups(table: RowTable, runs: tuple[Run, ...], progress: Progress = unwatched) -> list[RowGroup]:
    """The quick ones, themes, and gold in doubt."""
    return [
        *quick_groups(table, runs, stretch(progress, 0.0, _FLAGGED)),
        *theme_groups(table, stretch(progress, _FLAGGED, _THEMED)),
        *suspect_groups(table, runs, stretch(progress, _THEMED, 1.0)),
    ]
