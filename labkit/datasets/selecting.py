"""Step 3: choose rows of a scene to train on, and write them down with the reason for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from labkit.curation.candidates import Candidates, Wishes
from labkit.curation.difficulty import Committee, Difficulty
from labkit.curation.quotas import MIX, Cell
from labkit.curation.selection import Selected, Selector, check_wishes
from labkit.curation.targets import Targets
from labkit.curation.watched import Steps
from labkit.datasets.sifting import Sifted, sift
from labkit.datasets.teaching import Taught
from labkit.datasets.versions import made_now, parentage
from labkit.errors import BadInput
from labkit.evaluation.steps import telling
from labkit.prompts import prompt_sha256
from labkit.records import Example, Prompt, example_to_json, examples_sha256

if TYPE_CHECKING:
    from labkit.workspace import Dataset, Scene

BUDGET = 1_000  # rows of a subtask: LIMA (2023) reached its best with so many
_SPLITS = ("pool", "dev", "test")
Quotas = Mapping[tuple[str | None, Difficulty], int]


@dataclass(frozen=True, slots=True)
class Selection:
    """What `select` chose, from what, and on whose word.

    Args:
        dataset: the dataset as it was written.
        rows: the chosen rows in the order they were chosen.
        candidates: the pool, sifted: what could be chosen, and what was left out and why.
        committee: the runs that told easy, boundary and hard rows apart, if they were good enough.
        targets: what of the teacher's answers was taken and refused; None where targets are labels only.
    """

    dataset: Dataset
    rows: tuple[Selected, ...]
    candidates: Candidates
    committee: Committee
    targets: Targets | None = None


def select(
    scene: Scene,
    budget: int = BUDGET,
    name: str | None = None,
    *,
    prompt: str | None = None,
    teacher: str | None = None,
    parent: str | None = None,
    pins: Mapping[str, str] | Iterable[str] = (),
    bans: Mapping[str, str] | Iterable[str] = (),
    quotas: Quotas | None = None,
    mix: Mapping[Difficulty, float] = MIX,
    dynamics: Sequence[str] = (),
    seed: int = 0,
    progress: Steps | None = None,
) -> Selection:
    """Choose training rows from the pool and write them as a dataset of the scene.

    Balanced over labels and difficulty, diverse, and apart from dev and test rows; see `curation.selection`. Complete
    runs over pool rows, the newest of each prompt and model, rate the difficulty. Rows that are hard for these models
    are taken only once a person has confirmed their labels, on the board or by correcting them; see `adjudicate`.

    Args:
        scene: whose pool.
        budget: at most so many rows per subtask.
        name: the new dataset's name; the next free one of dataset-1, dataset-2, … when left out.
        prompt: the name of the prompt that a model tuned on it will be asked with; it can also be named when training.
            One that wants a rationale needs a teacher.
        teacher: the id of a run over the pool whose rationales are taught. An answer is taken only if its labels equal
            gold, its quotes are verbatim and it gives a reason; rows without such an answer are not chosen and wait in
            the manifest's queue. None teaches labels only; a dataset never mixes the two.
        parent: the name of the dataset that this one follows; the manifest says what changed.
        pins: ids of rows to take whatever the quotas say, with the reason of each if they are a mapping.
        bans: ids of rows never to take.
        quotas: (label, difficulty) -> rows to take of them, as far as there are so many; the others share the rest. The
            label None stands for rows labelled with none.
        mix: the shares of easy, boundary and hard rows of a label.
        dynamics: ids of runs over the pool at several points of one training (the base, a checkpoint, the adapter, each
            as `local/…@labels`), which then rate the difficulty in place of the other runs; see `rate_by_dynamics`.
        seed: another seed samples large cells differently.
        progress: told what the work is at ("leaks", "copies", "runs", "vectors", "choosing", "nearest") and the share
            of that which is done; whatever it raises ends the work, and nothing is written. When None a bar on stderr
            says so, once it takes over two seconds.

    Raises:
        BadInput: a budget below 1 or below what pins and quotas ask for, a mix that does not add up to 1, the name is
            taken, or the prompt asks for no rationale while there is a teacher, or for one while there is none.
        BadData: no labelled pool row that may be taken, a pinned row that cannot be, or no answer of the teacher's.
        UnknownName: there is no such prompt, run, parent or pool row.
    """
    name = name or scene.next_dataset_name()
    check_free(scene, name)
    cells = {Cell(*place): rows for place, rows in (quotas or {}).items()}
    wishes = Wishes(reasons(pins), reasons(bans), cells, mix)
    check_wishes(budget, wishes, scene.task)
    asked = scene.prompt(prompt) if prompt else None
    with telling(progress) as steps:
        sifted = sift(scene, wishes, teacher, asked, dynamics, steps)
        selector = Selector(sifted.candidates, scene.task, sifted.committee, seed, steps)
        chosen = selector.choose(budget, wishes, steps=steps)
    parameters = parameters_of(budget, seed, wishes, sifted, "dynamics" if dynamics else "answers")
    return write_chosen(scene, name, chosen, sifted, parameters, asked, parent)


def check_free(scene: Scene, name: str) -> None:
    """Raise BadInput when a dataset of that name exists."""
    if name in scene.dataset_names():
        raise BadInput.told("error.dataset.exists", dataset=name)


def write_chosen(
    scene: Scene,
    name: str,
    chosen: tuple[Selected, ...],
    sifted: Sifted,
    parameters: Mapping[str, Any],
    asked: Prompt | None,
    parent: str | None,
) -> Selection:
    """Write chosen rows as a dataset.

    Args:
        scene: whose dataset.
        name: its name, a free one.
        chosen: the rows.
        sifted: what they were chosen from.
        parameters: what was asked for; see `parameters_of`.
        asked: the prompt that a model tuned on it will be asked with.
        parent: the name of the dataset that this one follows.
    """
    taught = sifted.taught
    rows = [_row(row, taught) for row in chosen]
    manifest = {
        **parentage(scene, parent, rows),
        "prompt_sha256": asked and prompt_sha256(asked),
        **(taught.manifest if taught else {"targets": "labels", "teacher": None}),
        "parameters": parameters,
        "chosen_from": _hashes(sifted.examples),
        "made": made_now(),
    }
    scene.save_dataset(name, rows, manifest)
    return Selection(
        scene.dataset(name), chosen, sifted.candidates, sifted.committee, taught.targets if taught else None
    )


def parameters_of(budget: int, seed: int, wishes: Wishes, sifted: Sifted, by: str = "answers") -> dict[str, Any]:
    """What a selection was asked for and chosen from, as a manifest has it; `by` is what rates the difficulty."""
    return {"budget": budget, "seed": seed, **_wished(wishes), **_sifting(sifted, by)}


def _row(chosen: Selected, taught: Taught | None) -> dict[str, Any]:
    labels = {"labels": list(chosen.example.labels or ())}
    nearest = {"nearest_left_out": asdict(chosen.nearest)} if chosen.nearest else {}
    return {
        **example_to_json(chosen.example),
        "target": taught.targets.of_row[chosen.example.id] if taught else labels,
        "why": {"cell": str(chosen.cell), "gain": round(chosen.gain, 6), "reason": chosen.reason, **nearest},
    }


def reasons(wished: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Pins or bans as row -> why, "" where nothing was said."""
    return dict(wished) if isinstance(wished, Mapping) else dict.fromkeys(wished, "")


def _wished(wishes: Wishes) -> dict[str, Any]:
    quotas = [{**asdict(cell), "rows": rows} for cell, rows in wishes.quotas.items()]
    return {"pins": dict(wishes.pins), "bans": dict(wishes.bans), "quotas": quotas, "mix": dict(wishes.mix)}


def _sifting(sifted: Sifted, by: str) -> dict[str, Any]:
    candidates, committee = sifted.candidates, sifted.committee
    used = bool(committee.ratings)
    voted = {"by": by, "runs": list(committee.runs), "accuracy": committee.accuracy, "used": used}
    waiting = [example.id for example in candidates.waiting]
    return {"candidates": candidates.counts, "waiting": waiting, "committee": voted}


def _hashes(rows: Sequence[Example]) -> dict[str, str]:
    """What the choice was made from, and the rows it was kept away from."""
    return {f"{name}_sha256": examples_sha256([row for row in rows if row.split == name]) for name in _SPLITS}
