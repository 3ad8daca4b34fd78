"""Round after round: what each release changed against the one before, and what that brought, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from labkit.comparison import Pair, common_pair
from labkit.curation.dataset_diff import DatasetDiff
from labkit.datasets import diff_datasets
from labkit.diagnosis import is_probe
from labkit.errors import BadInput
from labkit.prompts import parse_prompt
from labkit.prompts.diff import PromptDiff, diff_prompts
from labkit.records import Run, RunHeader
from labkit.releases import Release, asks_again, changed_settings, release_history
from labkit.scoring import Scores, score
from labkit.traffic import OnlineQuality, online_quality
from labkit.workspace.online import read_drawn

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of the loop: from what was live to a release, or to what may become the next one.

    Args:
        number: from 1.
        release: what went live; None while the round is open.
        before: the release that it was held against, live until then; None in the first round.
        taken_back: why the release was taken back; None where it was not.
        run: the run over test rows behind it; None where the store no longer has it, or an open round has none yet.
        dataset: the name of what it was trained on, its id where the scene no longer has it; None without a training,
            or before an open round has one.
        dataset_diff: against the dataset before; None where there are no two to compare.
        prompt_diff: against the prompt before; None in the first round, or where there is none yet.
        settings: names of the model's parameters that changed; ("model",) where it is another one.
        fed: rows that came back from the traffic of the release before.
        undecided: how many of them nobody has labelled yet.
        scores: of the run, offline; None without one.
        pair: the run against that of the release before; None where they share no labelled row.
        online: what people found in its traffic; None where nobody looked.
    """

    number: int
    release: Release | None
    before: Release | None
    taken_back: str | None
    run: Run | None
    dataset: str | None
    dataset_diff: DatasetDiff | None
    prompt_diff: PromptDiff | None
    settings: tuple[str, ...]
    fed: int
    undecided: int
    scores: Scores | None
    pair: Pair | None
    online: OnlineQuality | None


def rounds(scene: Scene) -> tuple[Round, ...]:
    """Tell the rounds of a scene: one for each release, and the one that is open now.

    A round is held against what was live when it ended, so after a rollback the next one is compared with the release
    that came back. The open round takes the newest dataset, and the newest whole run over test rows that was not
    released.

    Args:
        scene: whose releases; opened after rows came back from traffic.

    Raises:
        BadInput: nothing has been released, so no round has ended.
    """
    teller = _Teller(scene)
    if not teller.history.turns:
        raise BadInput.told("error.release.none", scene=scene.path)
    return (*teller.ended(), teller.open_round())


class _Teller:
    """What is known of a scene's rounds."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.history = release_history(scene)
        self._headers = {header.run: header for header in scene.store.runs()}
        self._names = {scene.dataset(name).id: name for name in scene.dataset_names()}

    def ended(self) -> Iterator[Round]:
        """A round for each release, oldest first."""
        taken_back = {turn.left: turn.taken_back for turn in self.history.turns if turn.taken_back is not None}
        for turn in self.history.turns:
            if turn.taken_back is None:
                release = self.history.of_id(turn.live)
                before = self.history.of_id(turn.left) if turn.left else None
                yield self._ended(release, before, taken_back.get(release.id))

    def open_round(self) -> Round:
        """What may become the next release, held against the current one."""
        before = self.history.current
        released = {release.run for release in self.history.releases}
        fresh = (h for h in self._headers.values() if h.split == "test" and h.run not in released and not is_probe(h))
        later = (h for h in fresh if before is None or (h.created >= before.at and not asks_again(h, before)))
        run = next((run for h in later if (run := self._run(h.run)) and run.complete), None)
        taught = {release.dataset for release in self.history.releases}
        unused = [dataset for dataset in self._names if dataset not in taught]
        dataset = max(unused, key=lambda id: self._scene.dataset(self._names[id]).made, default=None)
        return self._round(None, before, run, run.header if run else None, dataset)

    def _ended(self, release: Release, before: Release | None, taken_back: str | None) -> Round:
        header = self._headers.get(release.run)
        return self._round(release, before, self._run(release.run), header, release.dataset, taken_back)

    def _round(
        self,
        release: Release | None,
        before: Release | None,
        run: Run | None,
        header: RunHeader | None,
        dataset: str | None,
        taken_back: str | None = None,
    ) -> Round:
        told: Release | RunHeader | None = release or header
        fed = [row for row in self._scene.examples("pool") if before and _came_from(row.meta, before)]
        return Round(
            number=self.history.releases.index(release) + 1 if release else len(self.history.releases) + 1,
            release=release,
            before=before,
            taken_back=taken_back,
            run=run,
            dataset=self._names.get(dataset, dataset) if dataset else None,
            dataset_diff=self._dataset_diff(before.dataset if before else None, dataset),
            prompt_diff=_prompt_diff(before, told) if before and told else None,
            settings=_settings(before, told) if before and told else (),
            fed=len(fed),
            undecided=sum(row.labels is None for row in fed),
            scores=score(run) if run else None,
            pair=common_pair(self._run(before.run) if before else None, run),
            online=self._online.get(release.id) if release else None,
        )

    @cached_property
    def _online(self) -> dict[str | None, OnlineQuality]:
        found = online_quality(self._scene) if read_drawn(self._scene) else ()
        return {one.release: one for one in found if one.judged}

    def _run(self, run: str) -> Run | None:
        return self._scene.store.load_run(run) if run in self._headers else None

    def _dataset_diff(self, before: str | None, after: str | None) -> DatasetDiff | None:
        if before is None or after is None or not {before, after} <= self._names.keys():
            return None
        older, newer = (self._scene.dataset(self._names[id]) for id in (before, after))
        return diff_datasets(older, newer)


def _came_from(meta: object, release: Release) -> bool:
    return isinstance(meta, dict) and (meta.get("from"), meta.get("release")) == ("traffic", release.id)


def _prompt_diff(before: Release, now: Release | RunHeader) -> PromptDiff:
    texts = ((before.prompt_text, before.prompt_name), (now.prompt_text, now.prompt_name))
    return diff_prompts(*(parse_prompt(text, name) for text, name in texts))


def _settings(before: Release, now: Release | RunHeader) -> tuple[str, ...]:
    if before.model != now.model:  # whose settings are its own
        return ("model",)
    return tuple(changed_settings(before.parameters, now.parameters))
