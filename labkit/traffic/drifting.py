"""Has production drifted away from what its release was measured on?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labkit.calibration import confidence
from labkit.comparison.drift import Answer, Drift, measure_drift
from labkit.errors import BadInput
from labkit.privacy import mask_texts
from labkit.records import Example, Prediction, Run, RunHeader, Status
from labkit.releases import Release, gated_run, release_history
from labkit.traffic.entry import TrafficEntry
from labkit.traffic.reading import Traffic

if TYPE_CHECKING:
    from labkit.workspace import Scene


def drift(scene: Scene, now: Traffic | Run, before: Run | None = None) -> Drift:
    """Compare a window of traffic, or a run over later posts, with what the same prompt and model answered before.

    Each label's share, answers that failed, confidence, length, and wording that no pool row has; each with its own
    test, adjusted for their number. See `comparison.drift.measure_drift`.

    Args:
        scene: whose traffic; the wording of `known_rows` is known.
        now: the window. Of traffic, the current release's answers count; others are left out and counted.
        before: the reference, a run over other rows than the pool's; by default the run that passed the current
            release's gate, stored answers that count as no reading of the test rows.

    Raises:
        BadInput: nothing is released and no reference given, the gated run is not in the run database, pool rows as the
            reference, another prompt or model there, or nothing to compare.
    """
    current = release_history(scene).current
    if current is None and (before is None or isinstance(now, Traffic)):
        raise BadInput.told("error.drift.no_release", scene=scene.path)
    if before is None and current is not None:
        before = gated_run(scene, current, "error.drift.run_gone")
    entries = [e for e in now.entries if current and e.release == current.id] if isinstance(now, Traffic) else []
    asked = current if isinstance(now, Traffic) else now.header
    seen = _Seen(scene.task.language if any(entry.masked for entry in entries) else None)
    reference = seen.of_run(_checked(before, asked))
    window = [seen.of_entry(entry) for entry in entries] if isinstance(now, Traffic) else seen.of_run(now)
    if not window:
        raise BadInput.told("error.drift.empty_window")
    if not reference:
        raise BadInput.told("error.drift.no_reply")
    known = [seen.text(example.items) for example in known_rows(scene)]
    left_out = len(now.entries) - len(entries) if isinstance(now, Traffic) else 0
    return replace(measure_drift(scene.task, reference, window, known), left_out=left_out, no_reply=seen.no_reply)


def known_rows(scene: Scene) -> tuple[Example, ...]:
    """The pool rows that the current release could have learnt from: what it sent back to people itself is news to it.

    A row that came from traffic counts once it has labels, and for releases made after the one that answered it.
    """
    releases = [release.id for release in release_history(scene).releases]
    current = release_history(scene).current
    older = set(releases[: releases.index(current.id)]) if current else set(releases)
    return tuple(row for row in scene.examples("pool") if row.meta.get("from") != "traffic" or _learnt(row, older))


def _learnt(row: Example, older: set[str]) -> bool:
    return row.labels is not None and row.meta.get("release") in older


def _checked(run: Run | None, asked: Release | RunHeader | None) -> Run:
    if run is None or not run.rows:
        raise BadInput.told("error.drift.no_rows")
    if run.header.split in ("pool", "all"):
        raise BadInput.told("error.drift.pool_rows")
    if asked and (run.header.model, run.header.prompt_sha256) != (asked.model, asked.prompt_sha256):
        raise BadInput.told(
            "error.drift.other",
            run=run.id,
            model=run.header.model,
            prompt=run.header.prompt_name,
            wanted_model=asked.model,
            wanted_prompt=asked.prompt_name,
        )
    return run


@dataclass(eq=False)
class _Seen:
    """Rows and entries as drift looks at them, all through the same mask: else a placeholder would be new wording.

    Args:
        language: of the placeholders; None where nothing is masked.
        no_reply: rows met to which no reply came. The log of a server has none of them, so they are no "unanswered".
    """

    language: str | None
    no_reply: int = 0

    def text(self, posts: Sequence[str]) -> str:
        """Posts as one text, masked as the log masks them."""
        return "\n".join(mask_texts(posts, self.language) if self.language else posts)

    def of_run(self, run: Run) -> list[Answer]:
        """The rows of a run that a reply came to."""
        rows = [row for row in run.rows if row.repeat == 0]
        replied = [row for row in rows if row.prediction.status not in (Status.PENDING, Status.FAILED)]
        self.no_reply += len(rows) - len(replied)
        return [self._answer(row.example.items, row.prediction, confidence(row, run.task)) for row in replied]

    def of_entry(self, entry: TrafficEntry) -> Answer:
        """An entry of the log."""
        return Answer(self.text(entry.posts), _labels(entry.status, entry.labels), entry.confidence)

    def _answer(self, posts: Sequence[str], said: Prediction, sure: float | None) -> Answer:
        return Answer(self.text(posts), _labels(said.status, said.labels), sure)


def _labels(status: str, labels: tuple[str, ...]) -> tuple[str, ...] | None:
    return labels if status == Status.ANSWERED else None
