"""Has production drifted away from what its release was measured on?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from labkit.calibration import confidence
from labkit.comparison.drift import Answer, Drift, measure_drift
from labkit.errors import BadInput
from labkit.privacy import mask_texts
from labkit.records import Run, RunHeader, RunRow, Status
from labkit.releases import Release, release_history
from labkit.traffic.entry import TrafficEntry
from labkit.traffic.reading import Traffic

if TYPE_CHECKING:
    from labkit.workspace import Scene


def drift(scene: Scene, now: Traffic | Run, before: Run | None = None) -> Drift:
    """Compare a window of traffic, or a run over later posts, with what the same prompt and model answered before.

    Each label's share, answers that failed, confidence, length, and wording that no pool row has; each with its own
    test, adjusted for their number. See `comparison.drift.measure_drift`.

    Args:
        scene: whose traffic; its pool rows are the wording that is known.
        now: the window. Of traffic, the current release's answers count; others are left out and counted.
        before: the reference, a run over other rows than the pool's; by default the run that passed the current
            release's gate, stored answers that count as no reading of the test rows.

    Raises:
        BadInput: nothing is released and no reference given, pool rows as the reference, another prompt or model there,
            or nothing to compare.
        UnknownName: the gated run is not in the run database.
    """
    current = release_history(scene).current
    if current is None and (before is None or isinstance(now, Traffic)):
        raise BadInput(f"Nothing has been released in {scene.path}", "Compare a run with a run, or release one first")
    if before is None and current is not None:
        before = scene.store.load_run(current.run, as_asked=True)
    entries = [e for e in now.entries if current and e.release == current.id] if isinstance(now, Traffic) else []
    window = [_of_entry(entry) for entry in entries] if isinstance(now, Traffic) else _of_run(now)
    asked = current if isinstance(now, Traffic) else now.header
    reference, known = _reference(before, asked), [example.text for example in scene.examples("pool")]
    if not window:
        raise BadInput("There is nothing to compare: the window holds no answers of the current release", "Widen it")
    if any(entry.masked for entry in entries):  # else every placeholder would be new wording
        language = scene.task.language
        reference = [replace(answer, text=_masked(answer.text, language)) for answer in reference]
        known = [_masked(text, language) for text in known]
    left_out = len(now.entries) - len(entries) if isinstance(now, Traffic) else 0
    return replace(measure_drift(scene.task, reference, window, known), left_out=left_out)


def _reference(run: Run | None, asked: Release | RunHeader | None) -> list[Answer]:
    if run is None or not run.rows:
        raise BadInput("The reference holds no rows", "Compare with a run over dev or test rows")
    if run.header.split in ("pool", "all"):
        raise BadInput("The reference holds pool rows, whose wording is known", "Compare with a run over dev or test")
    if asked and (run.header.model, run.header.prompt_sha256) != (asked.model, asked.prompt_sha256):
        raise BadInput(
            f"Run {run.id} asked {run.header.model} with {run.header.prompt_name}: other answers may be its own",
            f"Compare with a run of {asked.model} and the prompt {asked.prompt_name}",
        )
    return _of_run(run)


def _masked(text: str, language: str) -> str:
    return mask_texts((text,), language)[0]


def _of_run(run: Run) -> list[Answer]:
    return [_of_row(row, run) for row in run.rows if row.repeat == 0]


def _of_row(row: RunRow, run: Run) -> Answer:
    answered = row.prediction.status is Status.ANSWERED
    return Answer(row.example.text, row.prediction.labels if answered else None, confidence(row, run.task))


def _of_entry(entry: TrafficEntry) -> Answer:
    return Answer(entry.example.text, entry.labels if entry.status == Status.ANSWERED else None, entry.confidence)
