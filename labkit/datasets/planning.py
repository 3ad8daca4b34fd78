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
from labkit.datasets.selecting import Quotas, Selection, check_free, parameters_of, reasons, write_chosen
from labkit.datasets.sifting import Sifted, sift
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
        self.scene, self._seed, self._teacher = scene, seed, teacher
        self._wishes = Wishes(reasons(pins), reasons(bans))
        self._asked = scene.prompt(prompt) if prompt else None
        with telling(progress) as steps:
            self.sifted = sift(scene, self._wishes, teacher, self._asked, steps=steps)
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
        wishes = self._wished(quotas, mix)
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
        *,
        progress: Steps | None = None,
    ) -> Selection:
        """Write as a dataset what `select` would choose now, with the pins, bans, prompt and teacher of the planner.

        What people decided and models answered meanwhile counts; only while rows and their labels are the same nobody
        looks for leaks and copies a second time.

        Args:
            budget: as in `select`, and so are the others.
            name: the dataset's.
            quotas: of single cells.
            mix: of difficulties.
            parent: the name of the dataset that this one follows.
            progress: told what the work is at and how far, and may end it.

        Raises:
            BadInput, BadData, UnknownName: see `select`.
        """
        check_free(self.scene, name)
        wishes = self._wished(quotas, mix)
        with telling(progress) as steps:
            sifted = sift(self.scene, self._wishes, self._teacher, self._asked, steps=steps, before=self.sifted)
            chosen = self._selector_for(sifted, steps).choose(budget, wishes, steps=steps)
        parameters = parameters_of(budget, self._seed, wishes, sifted)
        return write_chosen(self.scene, name, chosen, sifted, parameters, self._asked, parent)

    def _selector_for(self, sifted: Sifted, steps: Steps) -> Selector:
        if sifted.chooses_as(self.sifted):
            return self._selector
        return Selector(sifted.candidates, self.scene.task, sifted.committee, self._seed, steps)

    def _wished(self, quotas: Quotas | None, mix: Mapping[Difficulty, float]) -> Wishes:
        cells = {Cell(*place): rows for place, rows in (quotas or {}).items()}
        return replace(self._wishes, quotas=cells, mix=mix)

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
