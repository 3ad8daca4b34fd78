"""Step 3: is a file, a scene or a dataset worth training on?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.annotations import scene_votes
from labkit.auditing import CHECKS, Audit, Material, Sample, audit_material, sample_of
from labkit.auditing.frame import without_frame
from labkit.datasets import pool_runs
from labkit.datasets.confirming import confirmed_by_people
from labkit.datasets.known_rows import Asking, probe_known
from labkit.errors import BadData, BadInput
from labkit.evaluation.steps import telling_checks
from labkit.tables.columns import Columns
from labkit.tables.examples_file import example_from_json
from labkit.tables.samples_file import SamplesFile, read_samples
from labkit.training.rows import answer_text, prompt_of
from labkit.workspace import Scene

if TYPE_CHECKING:
    from labkit.models.base import Model
    from labkit.records import Prompt
    from labkit.workspace import Dataset


def audit(
    what: Scene | str | Path,
    dataset: str | None = None,
    *,
    test: str | Path | None = None,
    text: str | Sequence[str] = (),
    labels: str | Sequence[str] = (),
    separator: str | None = None,
    form: str | None = None,
    max_tokens: int | None = None,
    base: str | Model | None = None,
    max_cost: float | None = None,
    personal_data: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Audit:
    """Look through data with all checks of the catalogue, before anybody trains on it.

    Args:
        what: an open scene, or a file: posts with labels, or training data in chat, ShareGPT, Alpaca or
            prompt-and-completion form.
        dataset: one of the scene's datasets; its whole pool by default.
        test: for a file: another one whose rows are the test split.
        text: for a file: its columns of posts; guessed as for a new scene.
        labels: for a file: its columns of labels; guessed too.
        separator: for a file: what parts several labels in a cell.
        form: for a file: how its rows are written, "labels", "chat", "sharegpt", "alpaca" or "completion"; guessed
            when None, and else rows written otherwise count as unreadable.
        max_tokens: the longest prompt and answer together that training takes.
        base: of a scene: the model that is to be trained, asked what it knows of the rows (four short calls a row, 200
            rows at most, kept as runs); `local/<path>@labels` tells most. None asks nobody.
        max_cost: as in `evaluate`, for each of the four prompts.
        personal_data: as in `evaluate`.
        progress: told each check, such as "D04", before it runs; whatever it raises ends the work. When None a bar on
            stderr says so, once it takes over two seconds.

    Returns:
        One finding per check, and a traffic light per principle.

    Raises:
        BadInput: a file cannot be read, there is no such dataset, or a base is to be asked about a file.
        UnknownName: the file has no such column, or there is no such form.
        LabkitError: as `evaluate` does, where a base is asked.
    """
    if isinstance(what, Scene):
        material = scene_material(what, dataset, max_tokens)
        if base is not None:
            material = with_knowledge(what, material, base, Asking(max_cost, personal_data))
        return audit_aloud(material, progress)
    if base is not None:
        raise BadInput.told("error.audit.base_of_file")
    columns = named_columns(text, labels)
    read = read_samples(Path(what), Path(test) if test else None, columns, separator=separator, form=form)
    return audit_aloud(file_material(read, max_tokens), progress)


def audit_aloud(material: Material, progress: Callable[[str], None] | None = None) -> Audit:
    """Run every check, and say which one on stderr once it takes over two seconds; see `audit`."""
    with telling_checks(progress, len(CHECKS)) as tell:
        return audit_material(material, tell)


def named_columns(text: str | Sequence[str], labels: str | Sequence[str]) -> Columns:
    """The columns of a file that somebody named; the others are guessed."""
    texts, of_labels = (_several(names) for names in (text, labels))
    return Columns(text=texts[0] if texts else None, further_text=texts[1:], labels=of_labels)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def with_knowledge(scene: Scene, material: Material, base: str | Model, asking: Asking) -> Material:
    """The same material, with what a base model knows of the rows to learn; see `audit`.

    Raises:
        BadInput: the scene has no prompt to ask with.
    """
    if material.prompt is None:
        raise BadInput.told("error.audit.no_prompt", scene=scene.path, base=base)
    rows = [sample.example for sample in material.learnt if sample.example is not None]
    return replace(material, known=probe_known(scene, base, material.prompt, rows, asking))


def file_material(read: SamplesFile, max_tokens: int | None = None) -> Material:
    """What can be audited of files."""
    return Material(
        without_frame(read.samples),
        forms=read.forms,
        max_tokens=max_tokens,
        left_out=read.left_out,
        repeated_ids=read.repeated_ids,
    )


def scene_material(scene: Scene, dataset: str | None = None, max_tokens: int | None = None) -> Material:
    """What can be audited of a scene: its pool with dev and test, or one of its datasets beside them."""
    everything = tuple(sample_of(example) for example in scene.examples("all"))
    known: dict[str, Any] = {"runs": tuple(pool_runs(scene)), "votes": scene_votes(scene), "max_tokens": max_tokens}
    known["settled"] = confirmed_by_people(scene)
    if dataset is None:
        return Material(everything, scene.task, _newest_prompt(scene), **known)
    chosen = scene.dataset(dataset)
    prompt = _prompt_of(scene, chosen)
    where = f"Dataset {dataset!r} row"
    learnt = tuple(_dataset_sample(record, f"{where} {k}", prompt) for k, record in enumerate(chosen.rows, 1))
    held = tuple(sample for sample in everything if sample.split in ("dev", "test"))
    pool = tuple(sample for sample in everything if sample.split == "pool")
    return Material((*learnt, *held), scene.task, prompt, pool, manifest=chosen.manifest, **known)


def _newest_prompt(scene: Scene) -> Prompt | None:
    names = scene.prompt_names()
    return scene.prompt(names[-1]) if names else None


def _prompt_of(scene: Scene, dataset: Dataset) -> Prompt | None:
    """The prompt that training would take; the newest one where none can be taken, which D20 then says."""
    try:
        return prompt_of(scene, dataset)
    except BadData:
        return _newest_prompt(scene)


def _dataset_sample(record: Mapping[str, Any], where: str, prompt: Prompt | None) -> Sample:
    """A row of a dataset with the answer that training will show; it is learnt, whatever split it says it has."""
    known = {key: value for key, value in record.items() if key not in ("target", "why")}
    example = replace(example_from_json(known, where), split="pool")
    target = record.get("target") or {"labels": list(example.labels or ())}
    explained = prompt.rationale if prompt and target.get("rationale") else "none"
    return sample_of(example, answer_text(target, explained))
