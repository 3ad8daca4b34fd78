"""A selection tried again and again under other quotas before anything is written, and what of the pool it covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from labkit.curation.candidates import Candidates, Wishes
from labkit.curation.coverage_map import Coverage, CoverageMap
from labkit.curation.difficulty import Difficulty
from labkit.curation.quotas import MIX, Cell
from labkit.curation.selection import Selected, Selector
from labkit.curation.watched import Progress, Steps, unwatched
from labkit.datasets.selecting import Quotas, Selection, reasons, select
from labkit.datasets.sifting import sift
from labkit.errors import UnknownName
from labkit.evaluation.steps import telling
from labkit.records import Example
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Plan:
    """What `select` would choose under these wishes.

    Args:
        rows: the chosen rows.
        coverage: subtask -> what of its pool they cover.
    """

    rows: tuple[Selected, ...]
    coverage: Mapping[str | None, Coverage]

    def counts(self, subtask: str | None = None) -> Counter[Cell]:
        """Cell -> chosen rows of a subtask; a row counts once, for the cell that it was chosen for."""
        return Counter(row.cell for row in self.rows if row.example.subtask == subtask)


class Planner:
    """The pool of a scene, sifted and rated once, so that a changed quota is answered at once.

    Args:
        scene: whose pool.
        prompt, teacher, pins, bans, seed, progress: as in `select`.

    Raises:
        BadData: no labelled pool row that may be taken.
        UnknownName, BadInput: see `select`.

    Values: `scene`, `sifted` (see `datasets.sifting`), `subtasks` (those of the candidates, None where there are none).
    """

    def __init__(
        self,
        scene: Scene,
        *,
        prompt: str | None = None,
        teacher: str | None = None,
        pins: Mapping[str, str] | Iterable[str] = (),
        bans: Mapping[str, str] | Iterable[str] = (),
        seed: int = 0,
        progress: Steps | None = None,
    ) -> None:
        self.scene, self._seed, self._prompt, self._teacher = scene, seed, prompt, teacher
        self._wishes = Wishes(reasons(pins), reasons(bans))
        asked = scene.prompt(prompt) if prompt else None
        with telling(progress) as steps:
            self.sifted = sift(scene, self._wishes, teacher, asked, steps=steps)
            self._selector = Selector(self.sifted.candidates, scene.task, self.sifted.committee, seed, steps)
        self.subtasks = self._selector.subtasks
        self._maps: dict[str | None, CoverageMap] = {}

    def available(self, subtask: str | None = None) -> dict[Cell, int]:
        """Cell -> candidates of a subtask."""
        return self._selector.available(subtask)

    def plan(
        self,
        budget: int,
        quotas: Quotas | None = None,
        mix: Mapping[Difficulty, float] = MIX,
        *,
        progress: Steps | None = None,
    ) -> Plan:
        """Choose as `select` would; nothing is written.

        Args:
            budget: as in `select`, and so are the others.
            quotas: of single cells.
            mix: of difficulties.
            progress: told what the work is at and how far, and may end it.

        Raises:
            BadInput: a budget below 1 or below what pins and quotas ask for, or a mix that does not add up to 1.
            UnknownName: a quota of a label that the task does not have.
        """
        cells = {Cell(*place): rows for place, rows in (quotas or {}).items()}
        wishes = replace(self._wishes, quotas=cells, mix=mix)
        with telling(progress) as steps:
            chosen = self._selector.choose(budget, wishes, neighbours=False, steps=steps)
            ids = [row.example.id for row in chosen]
            mapping = partial(steps, "map")
            return Plan(chosen, {subtask: self.map(subtask, mapping).of(ids) for subtask in self.subtasks})

    def write(
        self,
        budget: int,
        name: str,
        quotas: Quotas | None = None,
        mix: Mapping[Difficulty, float] = MIX,
        parent: str | None = None,
    ) -> Selection:
        """Write what was planned as a dataset, with the pins, bans and teacher of the planner; see `select`.

        Raises:
            BadInput, BadData, UnknownName: see `select`.
        """
        return select(
            self.scene,
            budget,
            name,
            prompt=self._prompt,
            teacher=self._teacher,
            parent=parent,
            pins=self._wishes.pins,
            bans=self._wishes.bans,
            quotas=quotas,
            mix=mix,
            seed=self._seed,
        )

    def map(self, subtask: str | None = None, progress: Progress = unwatched) -> CoverageMap:
        """The map of a subtask's pool."""
        if subtask not in self._maps:
            rows = _mapped(self.scene, self.sifted.candidates, subtask)
            self._maps[subtask] = CoverageMap(rows, self._seed, progress)
        return self._maps[subtask]


def dataset_coverage(
    scene: Scene, dataset: str, subtask: str | None = None, seed: int = 0, progress: Steps | None = None
) -> Coverage:
    """Say what of a scene's pool a dataset covers, and which regions it leaves bare.

    Args:
        scene: whose pool.
        dataset: its name.
        subtask: one of the pool's; needed where there are several.
        seed: of the map.
        progress: told what the work is at and how far, and may end it; see `select`.

    Raises:
        UnknownName: there is no such dataset or subtask.
        BadData: there is no row to map.
    """
    ids: Sequence[str] = [str(row["id"]) for row in scene.dataset(dataset).rows]
    known = sorted({row.subtask for row in scene.examples("pool")}, key=str)
    if subtask is None and len(known) == 1:
        (subtask,) = known
    if subtask not in known:
        raise UnknownName("subtask", str(subtask or ""), list(map(str, known)), say("find.subtask"))
    with telling(progress) as steps:
        rows = _mapped(scene, sift(scene, steps=steps).candidates, subtask, ids)
        return CoverageMap(rows, seed, partial(steps, "map")).of(ids)


def _mapped(
    scene: Scene, candidates: Candidates, subtask: str | None, chosen: Collection[str] = ()
) -> Sequence[Example]:
    """What a map shows of a pool: each post once, banned ones too, and those that wait for a person or labels."""
    hidden = {*candidates.leaking, *candidates.copies} - {*chosen}
    return [row for row in scene.examples("pool") if row.subtask == subtask and row.id not in hidden]
