"""Step 3: a person decides what the checks cannot: the queue of a scene, and decisions that stand in its file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from labkit.adjudication.doubts import LOOKS
from labkit.adjudication.item import KINDS, Item, Kind
from labkit.adjudication.queue import Queue, build_queue, current_items, drawn_item
from labkit.adjudication.residual import ResidualNoise, residual_noise
from labkit.adjudication.ruling import ACTIONS, DECISION, Action, Labels, Ruling, ruling_to_json
from labkit.adjudication.standing import NOTHING, Standing, same, with_changes
from labkit.audits import scene_material
from labkit.diagnosis.triage import corrected
from labkit.errors import BadData, BadInput, UnknownName
from labkit.evaluation.steps import telling_checks
from labkit.records import Example, Run, RunRow
from labkit.tables.examples_file import check_against_task
from labkit.texts import say
from labkit.workspace.online import drawn_rows
from labkit.workspace.queueing import sent_rows
from labkit.workspace.scene import current_user

if TYPE_CHECKING:
    from labkit.workspace import Scene

State = Literal["open", "skipped", "waiting", "decided"]
STATES: tuple[State, ...] = ("open", "skipped", "waiting", "decided")
"""Of an item, for one annotator: to be decided, put off, decided by them and waiting for somebody else, decided."""
_BUCKETS = 16**8


@dataclass(eq=False)
class Adjudication:
    """A scene's queue as one annotator works through it; `adjudicate` makes it.

    Every decision is a line in decisions.jsonl before the call returns, so nothing is lost with the kernel, and others
    who work on the same scene are heard at once.

    Args:
        scene: where decisions are kept.
        annotator: whose decisions these are.
        overlap: share of the items, 0 to 1, that two people must decide alike; drawn by the items' ids, so everybody
            gets the same ones.
        queue: what was found when it was gathered.
        runs: models' answers to rows of the pool.
    """

    scene: Scene
    annotator: str
    overlap: float
    queue: Queue
    runs: tuple[Run, ...] = ()
    _current: tuple[Mapping[str, Standing], tuple[Item, ...]] | None = field(default=None, init=False, repr=False)

    def standings(self) -> Mapping[str, Standing]:
        """What stands of each item now, by everybody's decisions."""
        return self.scene.standings()

    def items(self, kind: Kind | None = None) -> tuple[Item, ...]:
        """The items in the order in which this annotator should decide them; those of one kind, if one is named."""
        standing = self.standings()
        wanted = [item for item in self._items(standing) if kind in (None, item.kind)]
        return tuple(sorted(wanted, key=lambda item: STATES.index(self.state(item.id, standing))))

    def state(self, item: str, standing: Mapping[str, Standing]) -> State:
        """Where the item of that id stands for this annotator."""
        found = standing.get(item, NOTHING)
        if found.disputed:
            return "open"
        if found.verdict is not None:
            return "decided"
        if self.annotator in found.votes:
            return "waiting"
        return "skipped" if found.skipped_by(self.annotator) else "open"

    def counts(self) -> dict[Kind, dict[State, int]]:
        """Kind -> state -> items, kinds of which there are any."""
        standing = self.standings()
        found = Counter((item.kind, self.state(item.id, standing)) for item in self._items(standing))
        present = [kind for kind in KINDS if any(found[kind, state] for state in STATES)]
        return {kind: {state: found[kind, state] for state in STATES} for kind in present}

    def item(self, name: str) -> Item:
        """The item of that id; UnknownName when the queue has none."""
        items = {item.id: item for item in self._items(self.standings())}
        if name not in items:
            raise UnknownName("item", name, items, say("find.item"))
        return items[name]

    def rows(self, item: Item) -> tuple[Example, ...]:
        """The rows of an item with the labels they carry now; a row that has left the file is left out."""
        return self._rows_of(item.rows)

    def text(self, item: Item) -> str:
        """The posts of an item's first row; "" when it has left the file."""
        return next((self._by_id[row].text for row in item.rows if row in self._by_id), "")

    def posts(self, item: Item) -> dict[str, tuple[str, ...]]:
        """Row -> its posts, of the rows of an item that are in the file still."""
        return {row: self._by_id[row].items for row in item.rows if row in self._by_id}

    def answers(self, row: str) -> tuple[tuple[Run, RunRow], ...]:
        """What models answered to a row: the run, and its row. Of traffic, which is judged blind, none."""
        if row in self._by_id and self._by_id[row].split == "traffic":
            return ()
        return tuple(self._answers.get(row, ()))

    def decide(self, name: str, action: Action, labels: Sequence[str] | None = None, reason: str = "") -> Ruling:
        """Decide an item.

        Args:
            name: its id.
            action: "relabel" with `labels`, "keep" the labels, "drop" the rows, or "skip" it for now.
            labels: the right ones, () for none of them; those that the rows carry already are a "keep".
            reason: why; needed to settle what others answered differently.

        Returns:
            What was written.

        Raises:
            UnknownName: no such item or action.
            BadData: labels that the task does not allow, or none given.
            BadInput: a dev row dropped, a disagreement settled without a reason.
        """
        item = self.item(name)
        _check_action(action, ACTIONS[:-1])
        with self.scene.locked("adjudication"):
            standing = self.standings().get(name, NOTHING)
            rows = self.rows(item)
            ruling = self._ruling(item, rows, standing, action, labels, reason.strip())
            return self._write(with_changes(standing, ruling, self._gold(item.rows)))

    def last(self, standing: Mapping[str, Standing]) -> Ruling | None:
        """What an undo of this annotator would take back."""
        mine = [one for found in standing.values() for one in found.rulings if one.who == self.annotator]
        return max(mine, key=lambda one: one.order, default=None)

    def undo(self) -> Ruling:
        """Take back this annotator's last decision that still stands, in this kernel or an earlier one.

        Raises:
            BadInput: there is none.
        """
        with self.scene.locked("adjudication"):
            standing = self.standings()
            last = self.last(standing)
            if last is None:
                raise BadInput.told("error.board.nothing_to_undo", annotator=self.annotator)
            blank = replace(last, action="undo", labels=(), settles=False, changed={}, reason="")
            return self._write(with_changes(standing[last.item], blank, self._gold(last.rows)))

    def residual_noise(self) -> ResidualNoise:
        """The share of labels still wrong, by the random check."""
        return residual_noise(self.standings())

    def _rows_of(self, ids: Sequence[str]) -> tuple[Example, ...]:
        fixes = self.scene.gold_fixes()
        return tuple(corrected(self._by_id[row], fixes) for row in ids if row in self._by_id)

    def _gold(self, ids: Sequence[str]) -> dict[str, Labels]:
        return {row.id: row.labels for row in self._rows_of(ids)}

    @cached_property
    def _answers(self) -> dict[str, list[tuple[Run, RunRow]]]:
        found: dict[str, list[tuple[Run, RunRow]]] = defaultdict(list)
        for run in self.runs:
            for asked in run.rows:
                if asked.repeat == 0:
                    found[asked.example.id].append((run, asked))
        return found

    @cached_property
    def _by_id(self) -> dict[str, Example]:
        return {row.id: row for row in self.scene.rows}

    def _items(self, standing: Mapping[str, Standing]) -> tuple[Item, ...]:
        if self._current is None or self._current[0] is not standing:
            self._current = standing, current_items(self.queue, standing, self.scene.task)
        return self._current[1]

    def _ruling(
        self,
        item: Item,
        rows: Sequence[Example],
        standing: Standing,
        action: Action,
        labels: Sequence[str] | None,
        reason: str,
    ) -> Ruling:
        if not rows:
            raise BadData.told("error.board.row_gone", item=item.id)
        named = _labels_named(self.scene, rows, action, labels)
        if action == "keep" and standing.laid and standing.verdict:
            action, named = "relabel", standing.verdict.labels  # the labels as they are were given by people
        elif action == "relabel" and not standing.laid and all(same(row.labels, named) for row in rows):
            action, named = "keep", ()
        settles = standing.disputed and action != "skip"
        if settles and not reason:
            raise BadInput.told("error.board.settle_reason")
        if action == "keep" and item.kind == "online" and any(row.labels is None for row in rows):
            raise BadInput.told("error.board.no_labels_to_keep", item=item.id)
        if action == "drop" and any(row.split not in ("pool", "traffic") for row in rows):
            raise BadInput.told("error.board.dev_row", item=item.id)
        return Ruling(
            item=item.id,
            about=item.kind,
            rows=tuple(row.id for row in rows),
            action=action,
            labels=named,
            found=tuple(row.labels for row in rows),
            who=self.annotator,
            reason=reason,
            needed=2 if _drawn(item.id, self.overlap) else 1,
            settles=settles,
        )

    def _write(self, ruling: Ruling) -> Ruling:
        self.scene.record_decision(DECISION, **{"who": ruling.who, **ruling_to_json(ruling)})
        return ruling


def adjudicate(
    scene: Scene,
    *,
    annotator: str | None = None,
    overlap: float = 0.0,
    spot: int = 0,
    dataset: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Adjudication:
    """Gather what a person must decide before rows of a scene are trained on.

    Copies of a post that are labelled differently, personal data, labels that models or a judge that has not seen the
    row contradict, rows that most models get wrong, answers out of form, rows that people sent with `enqueue` or whose
    answer a dataset could not teach, rows drawn from live traffic; each once, the most urgent first. Whatever is
    decided counts at once: relabelled rows carry their new labels, dropped ones are no candidates any more.

    Args:
        scene: the scene.
        annotator: whose decisions these are; the user of this machine by default.
        overlap: share of the items, 0 to 1, that two people must decide alike.
        spot: rows drawn at random, whose errors tell how many are left; 50 give an interval.
        dataset: one of the scene's datasets instead of its pool, so that its answers' style is looked at as well.
        progress: told each check, such as "D03", before it runs; whatever it raises ends the work. When None a bar on
            stderr says so, once it takes over two seconds.

    Raises:
        BadInput: no name, a share outside 0 to 1, fewer than no rows, or no such dataset.
    """
    who = _name_of(annotator)
    if not 0 <= overlap <= 1:
        raise BadInput.told("error.board.overlap", overlap=overlap)
    if spot < 0:
        raise BadInput.told("error.board.spot", spot=spot)
    with telling_checks(progress, len(LOOKS)) as tell:
        material = scene_material(scene, dataset)
        drawn = [drawn_item(row, reason) for row, reason in drawn_rows(scene)]
        queue = build_queue(material, scene.standings(), spot, tell, sent_rows(scene), drawn)
    return Adjudication(scene, who, overlap, queue, material.runs)


def undo_last(scene: Scene, annotator: str | None = None) -> tuple[Ruling, State]:
    """Take back an annotator's last decision that still stands, without gathering a queue for it.

    Args:
        scene: where decisions are kept.
        annotator: whose decision; the user of this machine's by default.

    Returns:
        What was written, and where its item stands now.

    Raises:
        BadInput: no name, or no such decision.
    """
    work = Adjudication(scene, _name_of(annotator), 0.0, Queue((), {}))
    ruling = work.undo()
    return ruling, work.state(ruling.item, work.standings())


def _name_of(annotator: str | None) -> str:
    who = (annotator if annotator is not None else current_user()).strip()
    if not who:
        raise BadInput.told("error.board.no_annotator")
    return who


def _check_action(action: str, known: Sequence[str]) -> None:
    if action not in known:
        raise UnknownName("action", action, known)


def _labels_named(
    scene: Scene, rows: Sequence[Example], action: Action, labels: Sequence[str] | None
) -> tuple[str, ...]:
    if action != "relabel":
        return ()
    if labels is None:
        raise BadData.told("error.board.no_labels")
    named = tuple(dict.fromkeys(labels))
    for row in rows:
        check_against_task(replace(row, labels=named), scene.task, say("where.row", row=row.id[:40]))
    return named


def _drawn(item: str, share: float) -> bool:
    """Whether an item is among those that two people decide: its id is a hash already."""
    return int(item[-8:], 16) < share * _BUCKETS
