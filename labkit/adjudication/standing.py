"""What stands of all that was decided: per item, after undo, agreement and disagreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labkit.adjudication.ruling import Labels, Ruling
from labkit.curation.annotator_agreement import Vote
from labkit.records import Example


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of one item.

    Args:
        rulings: those that were not taken back, oldest first.
        laid: row -> gold before the item's rulings, and as they made it; only rows whose gold they changed.
        first: the first ruling of all; who takes it back leaves the item to be decided again.
    """

    rulings: tuple[Ruling, ...] = ()
    laid: Mapping[str, tuple[Labels, Labels]] = field(default_factory=dict)
    first: Ruling | None = None

    @property
    def votes(self) -> dict[str, Ruling]:
        """Annotator -> their last word; who skips has said nothing."""
        said = {ruling.who: ruling for ruling in self.rulings if not ruling.settles}
        return {who: ruling for who, ruling in said.items() if ruling.action != "skip"}

    @property
    def needed(self) -> int:
        """How many people must say the same."""
        return max((ruling.needed for ruling in self.rulings), default=1)

    @property
    def verdict(self) -> Ruling | None:
        """What counts: the word that settled it, or what enough people said alike."""
        settling = [ruling for ruling in self.rulings if ruling.settles]
        if settling:
            return settling[-1]
        votes = list(self.votes.values())
        return votes[-1] if len(votes) >= self.needed and not self.disputed else None

    @property
    def disputed(self) -> bool:
        """Whether people differ and nobody has settled it."""
        settled = any(ruling.settles for ruling in self.rulings)
        return not settled and len({vote.said for vote in self.votes.values()}) > 1

    def skipped_by(self, who: str) -> bool:
        """Whether somebody's last word was "not now"."""
        last = next((ruling for ruling in reversed(self.rulings) if ruling.who == who), None)
        return last is not None and last.action == "skip"


NOTHING = Standing()


def standings(rulings: Iterable[Ruling]) -> dict[str, Standing]:
    """What stands of each item: item's id -> its standing, in the order in which items were first decided.

    An undo takes back the last word of whoever says it, and what that person had said before stands again.
    """
    found: dict[str, Standing] = {}
    for ruling in rulings:
        found[ruling.item] = after(found.get(ruling.item, NOTHING), ruling)
    return found


def after(standing: Standing, ruling: Ruling) -> Standing:
    """What stands of an item once one more ruling is made."""
    kept = (*standing.rulings, ruling)
    if ruling.action == "undo":
        last = next((k for k in reversed(range(len(kept) - 1)) if kept[k].who == ruling.who), None)
        kept = tuple(one for k, one in enumerate(standing.rulings) if k != last)
    laid = dict(standing.laid)
    for row, (before, now) in ruling.changed.items():
        base = laid.pop(row, (before, now))[0]
        if not same(base, now):
            laid[row] = (base, now)
    return Standing(kept, laid, standing.first or ruling)


def with_changes(standing: Standing, ruling: Ruling, gold: Mapping[str, Labels]) -> Ruling:
    """The ruling with the changes of gold that follow once it is made.

    Args:
        standing: what stood of its item before.
        ruling: the new one.
        gold: the labels that the rows carry now; a row that has left the file has none.
    """
    rows = ruling.rows
    verdict = after(standing, ruling).verdict
    if verdict is not None and verdict.action == "relabel":
        wanted: dict[str, tuple[Labels, Labels]] = {row: (gold[row], verdict.labels) for row in rows if row in gold}
    else:
        wanted = {row: (now, base) for row, (base, now) in standing.laid.items()}
    return replace(ruling, changed={row: pair for row, pair in wanted.items() if not same(*pair)})


def dropped_rows(standing: Mapping[str, Standing]) -> frozenset[str]:
    """The rows that are not to be trained on."""
    verdicts = [found.verdict for found in standing.values()]
    return frozenset(row for verdict in verdicts if verdict and verdict.action == "drop" for row in verdict.rows)


def confirmed_rows(standing: Mapping[str, Standing]) -> frozenset[str]:
    """The rows whose labels a person has confirmed or corrected: hard ones among them may enter training."""
    verdicts = [found.verdict for found in standing.values()]
    kept = [verdict for verdict in verdicts if verdict and verdict.action in ("keep", "relabel")]
    return frozenset(row for verdict in kept for row in verdict.rows) - dropped_rows(standing)


def adjudicated(rows: Sequence[Example], standing: Mapping[str, Standing]) -> tuple[Example, ...]:
    """Rows without those of the pool that were dropped; dev and test rows stay the ones that runs were measured on.

    Corrected labels come with `Scene.examples`; a ruling that changes gold is a gold fix.
    """
    dropped = dropped_rows(standing)
    return tuple(row for row in rows if row.split != "pool" or row.id not in dropped)


def votes_of(standing: Mapping[str, Standing]) -> tuple[Vote, ...]:
    """What annotators said of rows, each for themselves; a row that somebody would drop has no labels of theirs."""
    said = [vote for found in standing.values() for vote in found.votes.values() if vote.action != "drop"]
    pairs = [(vote, row, vote.labels_of(row)) for vote in said for row in vote.rows]
    return tuple(Vote(row, vote.who, frozenset(labels)) for vote, row, labels in pairs if labels is not None)


def same(one: Labels, other: Labels) -> bool:
    """Whether two sets of labels are the same; not labelled is not labelled with none."""
    return (one is None) == (other is None) and set(one or ()) == set(other or ())
