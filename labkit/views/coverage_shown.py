"""A pool's map and the posts of its regions as a page shows them: personal data masked, hidden characters visible."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labkit.privacy import mask_texts
from labkit.prompts.hidden import visible
from labkit.texts import say
from labkit.views.markup import cut, short

if TYPE_CHECKING:
    from labkit.curation.candidates import Candidates
    from labkit.curation.coverage_map import Coverage, MappedRow, Region
    from labkit.records import Example, Task

_SPAN = 1000  # places are whole numbers from 0 to this
_TYPICAL, _POST = 60, 600  # characters shown of a region's typical post, and of a row's posts


def places_shown(rows: Sequence[MappedRow]) -> dict[str, list[int]]:
    """Where rows lie, as short as a page can be told."""
    return {
        "x": [round(_SPAN * row.x) for row in rows],
        "y": [round(_SPAN * row.y) for row in rows],
        "region": [row.region for row in rows],
    }


def region_lines(found: Coverage, texts: Mapping[str, str], task: Task) -> list[list[Any]]:
    """Each region: its number, rows, chosen rows, coverage of 100, and a typical post."""
    return [
        [region.number, len(region.rows), region.chosen, round(100 * region.covered), _typical(region, texts, task)]
        for region in found.regions
    ]


def row_line(row: Example, chosen: Collection[str], candidates: Candidates, task: Task) -> dict[str, Any]:
    """A row of a region: its posts, its labels, and where it stands."""
    posts = mask_texts(row.items, task.language)
    text, left_out = cut("\n".join(posts), _POST)
    return {
        "id": visible(row.id),
        "labels": None if row.labels is None else [short(label) for label in row.labels],
        "post": visible(text),
        "left_out": left_out,
        "state": say(f"coverage.state.{_state(row, chosen, candidates)}"),
        "chosen": row.id in chosen,
    }


def _typical(region: Region, texts: Mapping[str, str], task: Task) -> str:
    (text,) = mask_texts((" ".join(texts[region.typical].split()),), task.language)
    return short(text, _TYPICAL)


def _state(row: Example, chosen: Collection[str], candidates: Candidates) -> str:
    if row.id in chosen:
        return "chosen"
    if row.labels is None:
        return "unlabelled"
    if row.id in candidates.banned:
        return "banned"
    return "waiting" if any(row.id == waiting.id for waiting in candidates.waiting) else "open"
