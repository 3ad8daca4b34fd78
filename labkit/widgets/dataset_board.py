"""Decide, row after row, what the checks cannot: a queue, one item at a time, by keyboard alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from labkit.adjudication.item import KINDS, Item, Kind
from labkit.adjudication.standing import NOTHING, Standing
from labkit.adjudications import STATES, Adjudication, adjudicate
from labkit.errors import BadInput
from labkit.prompts.hidden import visible
from labkit.texts import listed, say
from labkit.views.board_items import definitions_shown, in_words, item_in_full, item_line, model_votes
from labkit.views.markup import short
from labkit.widgets.base import LabWidget, replying
from labkit.workspace import flag_unclear

if TYPE_CHECKING:
    from labkit.workspace import Scene

PAGE = 60  # items that come with the list, so that it is there at once
MOST = 200  # items that one request may ask for


class DatasetBoard(LabWidget):
    """What a person must decide before rows of a scene are trained on, the most urgent first, one at a time.

    Args:
        scene: the scene; or a queue that `labkit.adjudicate` gathered already.
        annotator: whose decisions these are; the user of this machine by default.
        overlap: share of the items, 0 to 1, that two people must decide alike.
        spot: rows drawn at random, whose errors tell how many are left.
        dataset: one of the scene's datasets instead of its pool, so that its answers' style is looked at as well.

    Raises:
        BadInput: see `labkit.adjudicate`.

    Each decision is a line in the scene's decisions.jsonl before the page shows it, so it stands after a reload and in
    a new kernel. The value is `board.work`.
    """

    annotator = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    definitions = traitlets.List().tag(sync=True)  # one per label
    item = traitlets.Unicode().tag(sync=True)
    several = traitlets.Bool().tag(sync=True)
    none = traitlets.Bool().tag(sync=True)
    kinds = traitlets.List().tag(sync=True)  # [kind, words, still to be decided, all]
    progress = traitlets.Dict().tag(sync=True)  # {"decided", "waiting", "total"}
    notes = traitlets.List().tag(sync=True)  # what could not be examined, and how many errors are left
    last = traitlets.Unicode().tag(sync=True)  # what an undo would take back, in words
    wanted = traitlets.Dict().tag(sync=True, echo_update=False)  # {"kind", "revision"}; an echo could be an older one
    position = traitlets.Int().tag(sync=True, echo_update=False)  # of the chosen item in the list
    view = traitlets.Dict().tag(sync=True)  # {"revision", "found", "rows": the first page}
    opened = traitlets.Dict().tag(sync=True)  # the chosen item, {} when there is none
    unmasked = traitlets.Unicode().tag(sync=True)  # the item whose personal data somebody asked to see

    def __init__(
        self,
        scene: Scene | Adjudication,
        *,
        annotator: str | None = None,
        overlap: float = 0.0,
        spot: int = 0,
        dataset: str | None = None,
    ) -> None:
        if isinstance(scene, Adjudication):
            self.work = scene
        else:
            self.work = adjudicate(scene, annotator=annotator, overlap=overlap, spot=spot, dataset=dataset)
        task, names = self.work.scene.task, self.work.scene.prompt_names()
        self._found: tuple[Item, ...] = ()
        self._standing: Mapping[str, Standing] = {}
        super().__init__(
            annotator=visible(self.work.annotator),
            labels=[visible(label) for label in task.labels],
            definitions=definitions_shown(self.work.scene.prompt(names[-1]) if names else None, task),
            item=visible(task.item),
            several=task.multi_label,
            none=task.allow_none,
            wanted={"kind": "", "revision": 0},
        )
        self.observe(self._show_found, names=["wanted"])
        self.observe(self._show_opened, names=["position", "unmasked"])
        self._show_found()

    @replying
    def page(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Lines from `start` on, at most `count`, of the list whose revision comes with them."""
        start, count = max(0, int(message["start"])), min(MOST, int(message["count"]))
        return {"revision": self.view["revision"], "start": start, "rows": self._lines(start, count)}

    @replying
    def decide(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Decide the item in the message; labels are given by their places."""
        labels = [self._label_at(place) for place in message.get("labels") or ()]
        ruling = self.work.decide(str(message["item"]), message["action"], labels, str(message.get("reason") or ""))
        self._show_found()
        return {"said": in_words(ruling)}

    @replying
    def undo(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take back what this annotator decided last, in this kernel or an earlier one, and open its item."""
        before = self.work.last(self.work.standings())
        ruling = self.work.undo()
        if all(item.id != ruling.item for item in self._found):
            self.wanted = {"kind": "", "revision": int(self.wanted.get("revision", 0)) + 1}
        self._show_found(to=ruling.item)
        return {"said": say("board.undone", what=in_words(before) if before else "")}

    @replying
    def unclear(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Say that the item cannot be decided by the definitions of these labels; without labels that is taken back."""
        item, labels = self.work.item(str(message["item"])), [self._label_at(place) for place in message["labels"]]
        reason, who = str(message.get("reason") or ""), self.work.annotator
        flag_unclear(self.work.scene, item.rows, labels, reason, who=who, remove=not labels)
        self._open()
        return {"said": say("board.unclear" if labels else "board.clear", labels=listed(map(short, labels)))}

    @replying
    def votes(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What models answered to the item in the message."""
        return {"votes": model_votes(self.work, self.work.item(str(message["item"])))}

    def _label_at(self, place: object) -> str:
        labels = self.work.scene.task.labels
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(labels):
            raise BadInput.told("error.board.no_label", place=str(place)[:20])
        return labels[place]

    def _show_found(self, _change: object = None, *, to: str = "") -> None:
        """Put the list in order anew; `to` names the item that is to be opened."""
        with self._guarded():
            kind: Kind | None = next((known for known in KINDS if known == self.wanted.get("kind")), None)
            self._standing = self.work.standings()
            self._found = self.work.items(kind)
            places = [k for k, item in enumerate(self._found) if item.id == to]
            self._show_counts()
            self.view = {
                "revision": int(self.view.get("revision", 0)) + 1,
                "found": len(self._found),
                "rows": self._lines(0, PAGE),
            }
            self.position = places[0] if places else min(max(0, self.position), max(0, len(self._found) - 1))
            self._open()

    def _show_opened(self, _change: object = None) -> None:
        with self._guarded():
            self._open()

    def _open(self) -> None:
        place = min(max(0, int(self.position)), len(self._found) - 1)
        item = self._found[place] if self._found else None
        full = {}
        if item:
            standing = self._standing.get(item.id, NOTHING)
            full = item_in_full(self.work, item, standing, bare=self.unmasked == item.id)
        self.opened = {"revision": self.view.get("revision", 0), "position": place, **full}

    def _show_counts(self) -> None:
        counts = self.work.counts()
        total = {state: sum(found[state] for found in counts.values()) for state in STATES}
        self.kinds = [
            [kind, say(f"adjudication.kind.{kind}"), found["open"] + found["skipped"], sum(found.values())]
            for kind, found in counts.items()
        ]
        self.progress = {"decided": total["decided"], "waiting": total["waiting"], "total": sum(total.values())}
        self.notes = self._noted()
        last = self.work.last(self._standing)
        self.last = in_words(last) if last else ""

    def _noted(self) -> list[str]:
        noise = self.work.residual_noise()
        reasons = self.work.queue.not_examined.items()
        notes = [
            say("adjudication.not_examined", kind=say(f"adjudication.kind.{kind}"), reason=visible(reason))
            for kind, reason in reasons
        ]
        notes += [
            say("adjudication.following", kind=say(f"adjudication.kind.{kind}"), count=count)
            for kind, count in self.work.queue.following.items()
        ]
        if noise.share is not None:
            shares = {"share": noise.share.value, "low": noise.share.low, "high": noise.share.high}
            values = {name: f"{share:.1%}" for name, share in shares.items()}
            notes.append(say("adjudication.residual", wrong=noise.wrong, judged=noise.judged, **values))
        return notes

    def _lines(self, start: int, count: int) -> list[dict[str, Any]]:
        found = self._found[start : start + count]
        return [item_line(self.work, item, self.work.state(item.id, self._standing)) for item in found]
