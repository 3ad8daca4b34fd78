"""What somebody decides while reading errors: tags and gold fixes go into the scene at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labkit.datasets import more_like
from labkit.diagnosis.triage import GoldFix, Tag, gold_fixes, tags_of
from labkit.errors import BadInput
from labkit.records import Run
from labkit.texts import listed, say
from labkit.views.markup import short
from labkit.workspace import enqueue

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag that was set here, with the one that stood there before."""

    row: str
    before: str | None
    after: str | None


@dataclass(eq=False)
class TriageSession:
    """The decisions about one run's rows, and those made here, for taking them back.

    Args:
        scene: where they are kept; None when there is nowhere to.
        run: the run's id.
    """

    scene: Scene | None
    run: str
    done: list[Tagged | GoldFix] = field(default_factory=list)

    @property
    def tags(self) -> Mapping[str, Tag]:
        """Row -> its tag, by whomever."""
        return tags_of(self.scene.decisions(), self.run) if self.scene else {}

    def as_of_now(self, run: Run) -> Run:
        """The run under the bar of now and with gold as it is corrected now."""
        return self.scene.as_of_now(run) if self.scene else run

    def history(self, row: str) -> list[str]:
        """Who corrected a row's gold, when and why; oldest first."""
        fixes = gold_fixes(self.scene.decisions(), self.scene.task).get(row, ()) if self.scene else ()
        return [say("gold.history", who=f.who, at=f.at[:16], why=f.reason, **_labels(f)) for f in fixes]

    def tag(self, row: str, tag: str | None) -> None:
        """Tag a row; None takes its tag away."""
        before = self.kept().tag_row(self.run, row, tag)
        if before != tag:
            self.done.append(Tagged(row, before, tag))

    def fix_gold(self, row: str, labels: Sequence[str], reason: str) -> None:
        """Correct a row's gold labels."""
        self.done.append(self.kept().fix_gold(row, labels, reason))

    def enqueue(self, row: str) -> str:
        """Send a row to the queue of what a person must decide; what was done, in words."""
        sent = enqueue(self.kept(), row, say("queueing.read", run=self.run))
        return say("queueing.sent", rows=len(sent), known=1 - len(sent))

    def resembling(self, row: str) -> tuple[str, ...]:
        """The pool rows that resemble a row; nothing is sent yet. The first time takes seconds in a large scene."""
        return tuple(one.example.id for one in more_like(self.kept(), row))

    def enqueue_like(self, row: str, found: Sequence[str]) -> str:
        """Send the pool rows that resemble a row to the queue; which ones, in words."""
        if not found:
            return say("queueing.none_like")
        sent = enqueue(self.kept(), found, say("queueing.resembles", row=row))
        done = say("queueing.sent", rows=len(sent), known=len(found) - len(sent))
        return say("queueing.like", row=short(row), found=", ".join(map(short, found)), done=done)

    def undo(self) -> str:
        """Take the last decision that was made here back; what was taken back, in words."""
        if not self.done:
            raise BadInput.told("error.browser.nothing_to_undo")
        last = self.done[-1]
        if isinstance(last, Tagged):
            self.kept().tag_row(self.run, last.row, last.before)
        else:
            self.kept().fix_gold(last.row, last.before, say("gold.taken_back"))
        self.done.pop()
        return self._in_words(last)

    @property
    def last(self) -> str:
        """What `undo` would take back, in words; "" for nothing."""
        return self._in_words(self.done[-1]) if self.done else ""

    def _in_words(self, decided: Tagged | GoldFix) -> str:
        if isinstance(decided, GoldFix):
            return say("gold.fixed", row=short(decided.row), **_labels(decided))
        return say("triage.short", row=short(decided.row), tag=say(f"tag.{decided.after or 'untagged'}"))

    def kept(self) -> Scene:
        """Where decisions are kept; BadInput where there is no scene."""
        if self.scene is None:
            raise BadInput.told("error.browser.nowhere_to_decide")
        return self.scene


def _labels(fix: GoldFix) -> dict[str, str]:
    return {"before": _shown(fix.before), "after": _shown(fix.after)}


def _shown(labels: tuple[str, ...] | None) -> str:
    return say("gold.unlabelled") if labels is None else listed(map(short, labels)) or say("gold.none")
