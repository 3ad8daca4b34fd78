"""Groups of rows to filter by: odd rationales, themes, and what each part of an edit fixed and broke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from labkit.curation.watched import Progress, Watched, unwatched
from labkit.diagnosis import FLAGS, Blamed, RowTable, blame, find_themes, rationale_flags, suspect_gold
from labkit.errors import BadData, BadInput
from labkit.prompts.hidden import visible
from labkit.records import Run
from labkit.texts import say
from labkit.views.blamed import joined_words, part_words
from labkit.views.markup import cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

GroupKind = Literal["flag", "blame", "theme", "suspect"]
_TERMS = 5  # of a theme, in its name
_TITLE = 200  # characters of a part of an edit
_SETS = 8  # of parts that cannot be told apart; a prompt written anew has a hundred of one row each


@dataclass(frozen=True, eq=False)
class RowGroup:
    """Rows that have something in common.

    Args:
        key: unique among the groups of one browser.
        kind: what brought it about.
        title: what several groups share, such as the part of an edit; "" for none.
        words: its name; "" for a remark, which stands for no rows.
        rows: shape (rows,).
        order: its rows in an order of their own, as positions; () for the order of the run.
    """

    key: str
    kind: GroupKind
    title: str
    words: str
    rows: Mask
    order: tuple[int, ...] = ()

    def as_trait(self) -> dict[str, Any]:
        """What a page needs to show it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "title": self.title,
            "words": self.words,
            "rows": int(self.rows.sum()),
        }


def flag_groups(table: RowTable, progress: Progress = unwatched) -> list[RowGroup]:
    """One for each flag: the rows of the run that is read whose rationale is odd in this way."""
    places: dict[str, list[int]] = {flag: [] for flag in FLAGS}
    for flag in rationale_flags(Watched(table.rows, progress), table.labels):
        places[flag.kind] += [k for k in table.places[flag.row] if table.rows[k].repeat == flag.repeat]
    return [
        RowGroup(f"flag.{flag}", "flag", "", say(f"flag.{flag}"), _marked(table, found))
        for flag, found in places.items()
    ]


def blame_groups(table: RowTable, before: Run, after: Run) -> list[RowGroup]:
    """What each part of an edit fixed, broke and moved otherwise; none where two runs tell nothing about an edit.

    Args:
        table: the rows of both runs.
        before: the run of the earlier prompt.
        after: the run of the edited one.
    """
    try:
        found = blame(before, after)
    except BadInput:  # other models, the same prompt, repeats, open rows, prompts that are no prompt files
        return []
    parts = [(part_words(found.diff, entry.pieces[0]), entry) for entry in found.pieces if entry.rows]
    named, others = found.together[:_SETS], found.together[_SETS:]
    parts += [(joined_words(found.diff, entry.pieces), entry) for entry in named]
    parts += [(say("browsing.more_together", sets=len(others)), _joined(others))] if others else []
    parts += [(say("browsing.elsewhere"), found.elsewhere)] if found.elsewhere.rows else []
    groups = [
        RowGroup(f"blame.{k}.{kind}", "blame", visible(cut(title, _TITLE)[0]), say(f"browsing.{kind}"), _of(table, ids))
        for k, (title, entry) in enumerate(parts)
        for kind, ids in (("fixed", entry.fixed), ("broken", entry.broken), ("moved", entry.moved))
        if ids or kind != "moved"
    ]
    unmoved = len(found.unmoved)
    remark = RowGroup("blame.none", "blame", say("browsing.unmoved", parts=unmoved), "", _marked(table, []))
    return [*groups, *([remark] if unmoved else [])]


def _joined(entries: Sequence[Blamed]) -> Blamed:
    """The rows of several causes together."""
    fixed, broken, moved = (
        tuple(row_id for entry in entries for row_id in getattr(entry, name)) for name in ("fixed", "broken", "moved")
    )
    return Blamed((), fixed, broken, moved, 1.0, 1.0)


def theme_groups(table: RowTable, progress: Progress = unwatched) -> list[RowGroup]:
    """The themes of wrong rows, or of all rows where nothing can be wrong; of posts where there are no rationales."""
    import numpy as np

    read = table.read
    chosen = np.flatnonzero(read.wrong if read.labelled.any() else read.has_answer).tolist()
    found = find_themes([table.rows[k] for k in chosen], progress=progress)
    place = {(table.rows[k].example.id, table.rows[k].repeat): k for k in chosen}
    return [
        RowGroup(
            f"theme.{k}",
            "theme",
            "",
            visible(" · ".join(theme.terms[:_TERMS])),
            _marked(table, [place[key] for key in theme.rows]),
        )
        for k, theme in enumerate(found.themes)
    ]


def suspect_groups(table: RowTable, runs: Sequence[Run], progress: Progress = unwatched) -> list[RowGroup]:
    """Rows against whose gold labels the evidence speaks, the most suspect first; none without gold."""
    try:
        found = suspect_gold(runs, progress=progress)
    except BadData:
        return []
    order = tuple(k for one in found if one.score > 0 for k in table.places.get(one.row, ()))
    return [RowGroup("suspect.gold", "suspect", "", say("browsing.suspect"), _marked(table, list(order)), order)]


def same_gold(before: RowTable, now: RowTable) -> Mask:
    """The rows whose gold labels are the same in two tables of the same rows; shape (rows,)."""
    import numpy as np

    pairs = zip(before.rows, now.rows, strict=True)
    return np.fromiter((one.example.labels == two.example.labels for one, two in pairs), bool, len(now.rows))


def _of(table: RowTable, ids: Iterable[str]) -> Mask:
    return _marked(table, [k for row in ids for k in table.places.get(row, ())])


def _marked(table: RowTable, places: list[int]) -> Mask:
    import numpy as np

    mask = np.zeros(len(table.rows), bool)
    mask[places] = True
    return mask
