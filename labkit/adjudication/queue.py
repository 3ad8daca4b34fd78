"""The queue of what a person must decide, from what an audit's checks find and what was decided already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from labkit.adjudication.doubts import HELD, LOOKS, Doubt, most_at_once
from labkit.adjudication.item import KINDS, Item, Kind, item_id
from labkit.adjudication.ruling import Ruling
from labkit.adjudication.standing import Standing
from labkit.auditing.samples import Material, Sample
from labkit.records import Example, Task
from labkit.texts import say


@dataclass(frozen=True, slots=True)
class Queue:
    """What a person must decide.

    Args:
        items: the most urgent first; see `current_items` for those that were decided earlier.
        not_examined: kind -> why nothing could be said about it.
        following: kind -> doubts that are less certain, and come up when those in the queue are decided.
    """

    items: tuple[Item, ...]
    not_examined: Mapping[Kind, str]
    following: Mapping[Kind, int] = field(default_factory=dict)


def build_queue(
    material: Material,
    standing: Mapping[str, Standing],
    spot: int = 0,
    progress: Callable[[str], None] | None = None,
    sent: Mapping[str, str] | None = None,
    drawn: Iterable[Item] = (),
) -> Queue:
    """Gather the queue.

    An item is one row, with all that speaks for looking at it, or the copies of one post that are labelled
    differently. A row that somebody has decided is not asked about again for another reason, except by the random
    check.

    Args:
        material: the rows, their runs and the task; test rows never enter.
        standing: what was decided.
        spot: how many rows are drawn at random, to tell how many errors are left.
        progress: told each check, such as "D03", before it runs.
        sent: row -> why somebody, or the making of a dataset, sent it here, a sentence.
        drawn: rows of live traffic, see `drawn_item`; no check looks at them, so that they are decided blind.
    """
    samples = {sample.id: sample for sample in material.samples if sample.split not in HELD}
    doubts = [Doubt("sent", (row,), reason) for row, reason in (sent or {}).items() if row in samples]
    not_examined: dict[Kind, str] = {}
    following: dict[Kind, int] = {}
    for kind, check, look in LOOKS:
        if progress is not None:
            progress(check)
        found = look(material)
        if isinstance(found, str):
            not_examined.setdefault(kind, found)
        else:
            asked = [doubt for doubt in found if all(row in samples for row in doubt.rows)]
            most = most_at_once(kind, material)
            doubts += asked[:most]
            if most is not None and len(asked) > most:
                following[kind] = len(asked) - most
    items = (*_doubted(doubts, samples, standing), *_spot(samples, standing, spot), *drawn)
    return Queue(tuple(sorted(items, key=_urgency)), not_examined, following)


def drawn_item(row: Example, reason: str) -> Item:
    """A row drawn from live traffic as an item: it names no label, whatever was answered."""
    return Item(item_id([(row.id, row.text)]), "online", (row.id,), (), (reason,), 0.5)


def current_items(queue: Queue, standing: Mapping[str, Standing], task: Task) -> tuple[Item, ...]:
    """The queue's items by what stands now, and those that were decided in another queue; the most urgent first."""
    items = {item.id: item for item in queue.items}
    items.update({item.id: item for item in _recorded(standing, items)})
    order = {label: k for k, label in enumerate(task.labels)}
    ordered = (replace(i, labels=tuple(sorted(order.keys() & i.labels, key=order.__getitem__))) for i in items.values())
    return tuple(sorted(ordered, key=_urgency))


def _urgency(item: Item) -> tuple[int, float]:
    return KINDS.index(item.kind), -item.worth


def _doubted(
    doubts: Sequence[Doubt], samples: Mapping[str, Sample], standing: Mapping[str, Standing]
) -> Iterator[Item]:
    """Doubts of the same rows are one item; those of a row in a conflict belong to the conflict."""
    home = {row: doubt.rows for doubt in doubts if len(doubt.rows) > 1 for row in doubt.rows}
    together: dict[tuple[str, ...], list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        together[doubt.rows if len(doubt.rows) > 1 else home.get(doubt.rows[0], doubt.rows)].append(doubt)
    settled = {row for found in standing.values() if found.verdict for row in found.verdict.rows}
    for rows, found in together.items():
        name = item_id((row, samples[row].question) for row in rows)
        if name in standing or len(rows) > 1 or rows[0] not in settled:
            yield _item(name, rows, found, samples)


def _item(name: str, rows: tuple[str, ...], doubts: Sequence[Doubt], samples: Mapping[str, Sample]) -> Item:
    first = sorted(doubts, key=lambda doubt: (KINDS.index(doubt.kind), -doubt.worth))
    labels = [label for row in rows for label in samples[row].labels or ()]
    if len(rows) == 1:  # copies are asked about because of the labels that they carry
        labels += [label for doubt in first for label in doubt.labels]
    reasons = tuple(doubt.reason for doubt in first)
    return Item(name, first[0].kind, rows, tuple(dict.fromkeys(labels)), reasons, first[0].worth)


def _spot(samples: Mapping[str, Sample], standing: Mapping[str, Standing], wanted: int) -> Iterator[Item]:
    """Labelled rows drawn at random, in an order that depends on their ids alone; those drawn earlier count."""
    drawn = {row for name, found in standing.items() if name.startswith("spot-") for row in _rows_of(found)}
    pool = [sample for sample in samples.values() if sample.split == "pool" and sample.labels is not None]
    fresh = sorted((s for s in pool if s.id not in drawn), key=lambda s: sha256(s.id.encode()).digest())
    for sample in fresh[: max(0, wanted - len(drawn))]:
        name = item_id([(sample.id, sample.question)], spot=True)
        yield Item(name, "spot", (sample.id,), sample.labels or (), (say("adjudication.reason.spot"),), 0.5)


def _recorded(standing: Mapping[str, Standing], items: Mapping[str, Item]) -> Iterator[Item]:
    """Items that somebody decided or took back, also where nothing would bring them up; disputed ones come first."""
    for name, found in standing.items():
        known = items.get(name) or (_as_recorded(name, found.first) if found.first else None)
        if known:
            told = found.rulings if found.disputed or found.verdict else ()  # till then people decide unseen
            said = [label for ruling in told for row in ruling.rows for label in ruling.labels_of(row) or ()]
            labels = tuple(dict.fromkeys((*known.labels, *said)))
            yield _as_disputed(known, found, labels) if found.disputed else replace(known, labels=labels)


def _as_recorded(name: str, first: Ruling) -> Item:
    reason = say("adjudication.reason.recorded", kind=say(f"adjudication.kind.{first.about}"))
    labels = [label for found in first.found for label in found or ()]
    return Item(name, first.about, first.rows, tuple(dict.fromkeys(labels)), (reason,), 0.0)


def _as_disputed(item: Item, found: Standing, labels: tuple[str, ...]) -> Item:
    reason = say("adjudication.reason.disagreement", who=", ".join(found.votes))
    return replace(item, kind="disagreement", labels=labels, reasons=(reason, *item.reasons))


def _rows_of(standing: Standing) -> tuple[str, ...]:
    return standing.rulings[-1].rows if standing.rulings else ()
