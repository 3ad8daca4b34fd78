"""A dataset's teacher: which of a run's answers are taught, and what its provider's terms say to that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from labkit.curation.targets import Targets, explained_targets
from labkit.errors import BadData, BadInput
from labkit.models.output_terms import output_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labkit.curation.candidates import Candidates, Wishes
    from labkit.records import Example, Prompt
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Taught:
    """A teacher's answers, and what the manifest says of them."""

    targets: Targets
    manifest: Mapping[str, Any]


def taught_by(scene: Scene, teacher: str, rows: Sequence[Example], prompt: Prompt | None) -> Taught:
    """The answers of a run that can be taught.

    Args:
        scene: whose run.
        teacher: the run's id, or the beginning of it.
        rows: labelled pool rows.
        prompt: the one that the tuned model will be asked with.

    Raises:
        UnknownName: no run, or several, begin so.
        BadInput: the prompt asks for no rationale.
        BadData: no answer can be taken.
    """
    if prompt and prompt.rationale == "none":
        raise BadInput(
            f"The prompt {prompt.name!r} asks for labels only, and a teacher's reasons would be lost",
            "Leave the teacher out, or name a prompt that asks for a rationale",
        )
    run = scene.store.load_run(teacher)
    targets = explained_targets(rows, run)
    if not targets.of_row:
        said = ", ".join(f"{why}: {count}" for why, count in targets.counts.items())
        raise BadData(f"No answer of run {run.id} can be taught ({said})", "Run a better model over the pool")
    about = {"run": run.id, "model": run.header.model, "prompt_sha256": run.header.prompt_sha256}
    terms = asdict(output_terms(run.header.model, scene))
    said_of = {"targets": "rationale", "teacher": {**about, **terms}, "refused": targets.counts}
    return Taught(targets, {**said_of, "queue": list(targets.queue)})


def with_answers(candidates: Candidates, targets: Targets, wishes: Wishes) -> Candidates:
    """The candidates that have a target; BadData when a pinned one has none."""
    lost = [row for row in wishes.pins if row in targets.refused]
    if lost:
        raise BadData(
            f"The pinned row {lost[0]!r} has no target: {targets.refused[lost[0]]}",
            "Leave the pin out, or choose labels only",
        )
    return replace(candidates, rows=tuple(row for row in candidates.rows if row.id in targets.of_row))
