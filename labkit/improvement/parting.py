"""Which rows an optimiser learns from, which choose among its candidates, and which it never sees."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.curation.splits import linked
from labkit.errors import BadData
from labkit.records import Example

LEAST = 4  # rows of a part; fewer say nothing at all


@dataclass(frozen=True, slots=True)
class Parts:
    """Labelled rows in three parts that share no row, no author and no near duplicate.

    Args:
        training: errors on these are shown to whoever proposes; from the pool.
        validation: these choose among candidates; half of dev.
        held_out: these judge the chosen one; the other half of dev.
    """

    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    held_out: tuple[Example, ...]


def part(rows: Sequence[Example], limit: int) -> Parts:
    """Part a scene's rows, the same way at every call; test rows are never among them.

    Args:
        rows: the scene's.
        limit: at most so many training rows, drawn at random.

    Raises:
        BadData: a part would have fewer than `LEAST` rows.
    """
    labelled = [row for row in rows if row.split in ("pool", "dev") and row.labels is not None]
    family = _families(labelled)
    dev = [row for row in labelled if row.split == "dev"]
    draw = random.Random(0)  # noqa: S311
    names = sorted({family[row.id] for row in dev})
    chosen = set(draw.sample(names, len(names) // 2))
    pool = [row for row in labelled if row.split == "pool" and family[row.id] not in set(names)]
    training = draw.sample(pool, min(limit, len(pool)))
    parts = Parts(
        tuple(training),
        tuple(row for row in dev if family[row.id] in chosen),
        tuple(row for row in dev if family[row.id] not in chosen),
    )
    for name in ("training", "validation", "held_out"):
        if len(getattr(parts, name)) < LEAST:
            raise BadData.told(
                "error.parting.too_few_rows", parts=len(getattr(parts, name)), name=name.replace("_", "-")
            )
    return parts


def _families(rows: Sequence[Example]) -> dict[str, str]:
    """Id -> the first of all rows that must stay together: near duplicates, and what one author wrote."""
    copies = near_duplicate_groups(rows)
    families = linked([copies[row.id] for row in rows], [row.group for row in rows])
    return {rows[k].id: rows[members[0]].id for members in families for k in members}
