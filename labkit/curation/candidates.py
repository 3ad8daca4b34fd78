"""Which rows of a pool may be chosen at all: labelled, apart from dev and test rows, said once, and not banned.

Rows that models fail on are often wrong themselves, so they may be chosen only once a person has confirmed them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labkit.curation.difficulty import Committee, Difficulty
from labkit.curation.quotas import MIX, Cell
from labkit.curation.repetition import SiftedPool, first_of_each, sift_pool
from labkit.errors import BadData, BadInput, UnknownName
from labkit.records import Example
from labkit.texts import say


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants of a choice.

    Args:
        pins: id of a row that must be taken, whatever the quotas say -> why.
        bans: id of a row that must not -> why.
        quotas: cell -> rows that it gives, or all it has when those are fewer; the other cells share what is left.
        mix: the shares of easy, boundary and hard rows of a label.
    """

    pins: Mapping[str, str] = field(default_factory=dict)
    bans: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[Cell, int] = field(default_factory=dict)
    mix: Mapping[Difficulty, float] = field(default_factory=lambda: MIX)


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pool, sifted.

    Args:
        rows: labelled pool rows, none of which nearly repeats another unless a person pinned or confirmed it.
        leaking: labelled pool rows refused because they give away a dev or test row; see `sift_pool`.
        copies: id left out because another pool row says nearly the same -> that row's id.
        unlabelled: ids of pool rows without gold labels.
        banned: ids that were not to be taken.
        waiting: rows that would be candidates, but models fail on them and no person has confirmed their labels.
        confirmed: ids of rows whose labels a person has confirmed.
    """

    rows: tuple[Example, ...]
    leaking: tuple[str, ...]
    copies: Mapping[str, str]
    unlabelled: tuple[str, ...]
    banned: tuple[str, ...] = ()
    waiting: tuple[Example, ...] = ()
    confirmed: frozenset[str] = frozenset()

    @property
    def duplicates(self) -> tuple[str, ...]:
        """The ids that were left out as copies."""
        return tuple(self.copies)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        kinds = ("rows", "leaking", "duplicates", "unlabelled", "banned", "waiting")
        return {kind: len(getattr(self, kind)) for kind in kinds}


def find_candidates(
    examples: Sequence[Example],
    wishes: Wishes = NO_WISHES,
    confirmed: Collection[str] = (),
    sifted: SiftedPool | None = None,
) -> Candidates:
    """Sift the pool: labelled rows that give away no dev or test row, and say what no other says.

    Of rows that repeat one another those that are pinned stay, else the first that a person has confirmed, else the
    first.

    Args:
        examples: all rows of the scene.
        wishes: pins and bans.
        confirmed: ids of rows whose labels a person has confirmed.
        sifted: what `sift_pool` says of these rows; worked out when None.

    Raises:
        UnknownName: a pin or ban names no row of the pool.
        BadInput: a row is both pinned and banned.
        BadData: a pinned row has no labels, or nearly repeats a dev or test row.
    """
    pool = [example for example in examples if example.split == "pool"]
    _check_names(pool, wishes)
    leaking, originals = sifted or sift_pool(examples)
    able = [e for e in pool if e.labels is not None and e.id not in wishes.bans and e.id not in leaking]
    keeper = first_of_each(sorted(able, key=lambda e: (e.id not in wishes.pins, e.id not in confirmed)), originals)
    rows = tuple(e for e in able if keeper[e.id] == e.id or e.id in wishes.pins)
    taken = {row.id for row in rows}
    found = Candidates(
        rows,
        leaking=tuple(e.id for e in pool if e.labels is not None and e.id in leaking),
        copies={e.id: keeper[e.id] for e in able if e.id not in taken},
        unlabelled=tuple(e.id for e in pool if e.labels is None),
        banned=tuple(e.id for e in pool if e.id in wishes.bans),
    )
    _check_pins(found, wishes)
    return found


def hold_back_unconfirmed(
    candidates: Candidates, committee: Committee, confirmed: Collection[str], pins: Collection[str] = ()
) -> Candidates:
    """Let hard rows wait until a person has confirmed their labels; a pin is a person's word too.

    Models fail on hard rows and on wrongly labelled ones alike: only a person can tell which it is.

    Args:
        candidates: the sifted pool.
        committee: which of them are hard.
        confirmed: ids of rows that a person has looked at.
        pins: ids of rows that are taken whatever is said of them.
    """
    held = {e.id for e in candidates.rows if committee.rating(e.id) == "hard"} - {*confirmed, *pins}
    return replace(
        candidates,
        rows=tuple(e for e in candidates.rows if e.id not in held),
        waiting=tuple(e for e in candidates.rows if e.id in held),
        confirmed=frozenset(confirmed),
    )


def _check_names(pool: Sequence[Example], wishes: Wishes) -> None:
    known = {example.id for example in pool}
    for id in (*wishes.pins, *wishes.bans):
        if id not in known:
            raise UnknownName("pool row", id, known, say("find.pool_row"))
    both = [id for id in wishes.pins if id in wishes.bans]
    if both:
        raise BadInput.told("error.selection.pinned_and_banned", both=both[0])


def _check_pins(found: Candidates, wishes: Wishes) -> None:
    for id in found.leaking:
        if id in wishes.pins:
            raise BadData.told("error.selection.pin_leaks", id=id)
    for id in found.unlabelled:
        if id in wishes.pins:
            raise BadData.told("error.selection.pin_unlabelled", id=id)
