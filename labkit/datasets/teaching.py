"""A dataset's teacher: which of a run's answers are taught, and what its provider's terms say to that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from labkit.curation.targets import NOT_ASKED, Targets, explained_targets
from labkit.errors import BadData, BadInput, BadPrompt
from labkit.models.output_terms import output_terms
from labkit.texts import listed, say

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


def check_prompt(scene: Scene, prompt: Prompt | None, teacher: str | None) -> None:
    """Raise BadInput when rows that teach labels alone are to be asked for with a prompt that wants reasons."""
    if prompt is None or teacher or prompt.rationale == "none":
        return
    bare = [name for name in scene.prompt_names() if _asks_labels_alone(scene, name)]
    fix = "named" if bare else "save_one"
    raise BadInput.told(f"error.teach.no_reasons.{fix}", prompt=prompt.name, path=scene.path, names=listed(bare))


def _asks_labels_alone(scene: Scene, name: str) -> bool:
    try:
        return scene.prompt(name).rationale == "none"
    except BadPrompt:  # another file's fault is not what is told here
        return False


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
        raise BadInput.told("error.teach.labels_only", prompt=prompt.name)
    run = scene.store.load_run(teacher)
    targets = explained_targets(rows, run)
    if not targets.of_row:
        said = listed(say("error.teach.why", why=_why(why), rows=rows) for why, rows in targets.counts.items())
        raise BadData.told("error.teach.none", run=run.id, why=said)
    about = {"run": run.id, "model": run.header.model, "prompt_sha256": run.header.prompt_sha256}
    terms = asdict(output_terms(run.header.model, scene))
    said_of = {"targets": "rationale", "teacher": {**about, **terms}, "refused": targets.counts}
    return Taught(targets, {**said_of, "queue": list(targets.queue)})


def _why(refused: str) -> str:
    return say("teach.not_asked") if refused == NOT_ASKED else say(f"select.refused.{refused}")


def with_answers(candidates: Candidates, targets: Targets, wishes: Wishes) -> Candidates:
    """The candidates that have a target; BadData when a pinned one has none."""
    lost = [row for row in wishes.pins if row in targets.refused]
    if lost:
        raise BadData.told("error.teach.pinned", row=lost[0], why=_why(targets.refused[lost[0]]))
    return replace(candidates, rows=tuple(row for row in candidates.rows if row.id in targets.of_row))
