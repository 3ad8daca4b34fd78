"""How good production is: what was answered to the entries drawn at random, held against what people said since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from labkit.adjudication.standing import dropped_rows
from labkit.errors import BadInput, UnknownName
from labkit.records import Example, Prediction, Run, RunHeader, RunRow, examples_sha256
from labkit.releases import Release, release_history
from labkit.scoring import Scores, score
from labkit.traffic.weeks import bounds_of
from labkit.version import __version__
from labkit.workspace.online import Drawn, judged_rows, read_drawn

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, eq=False)
class OnlineQuality:
    """How good the answers of one release were, or of all of them.

    Args:
        release: its id; None for all that answered.
        weeks: the weeks drawn from, in order.
        drawn: entries drawn.
        waiting: entries that nobody has judged yet.
        dropped: entries that people found impossible to judge.
        run: the judged entries as a run, with what people said as gold; entries with the same posts are one cluster.
        load_gated: reads the release's gated run; None for all releases, or where the store no longer has it.
    """

    release: str | None
    weeks: tuple[str, ...]
    drawn: int
    waiting: int
    dropped: int
    run: Run
    load_gated: Callable[[], Run] | None = field(default=None, repr=False)

    @cached_property
    def scores(self) -> Scores | None:
        """Of the judged entries, with intervals; None before any is judged."""
        return score(self.run) if self.run.rows else None

    @cached_property
    def offline(self) -> Scores | None:
        """What the release's gated run scores on the test rows; None without that run."""
        return score(self.load_gated()) if self.load_gated else None

    @property
    def judged(self) -> int:
        """Entries that people judged."""
        return len(self.run.rows)


def online_quality(scene: Scene, weeks: Sequence[str] = ()) -> tuple[OnlineQuality, ...]:
    """Measure production by the entries that were drawn at random and judged since.

    Args:
        scene: whose traffic was sampled, opened after that.
        weeks: the weeks that count; all by default.

    Returns:
        All releases together, then each release by itself, in the order of their release. A release that answered a few
        entries only has a wide interval.

    Raises:
        BadInput: nothing was drawn, or a name is no week.
    """
    for week in weeks:
        bounds_of(week)
    drawn = [one for one in read_drawn(scene) if not weeks or one.week in weeks]
    if not drawn:
        raise BadInput.told("error.online.none", scene=scene.path)
    releases = {release.id: release for release in release_history(scene).releases}
    unknown = [one.release for one in drawn if one.release not in releases]
    if unknown:
        raise UnknownName("release", unknown[0], releases)
    judge = _Judge(scene)
    parts = {name: [one for one in drawn if one.release == name] for name in releases}
    each = [judge.of(part, releases[name]) for name, part in parts.items() if part]
    return (judge.of(drawn, None), *each)


class _Judge:
    """What people said of the rows that were drawn."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._gold = judged_rows(scene)
        self._dropped = dropped_rows(scene.standings())
        self._runs = {header.run for header in scene.store.runs()}

    def of(self, drawn: Sequence[Drawn], release: Release | None) -> OnlineQuality:
        dropped = [one for one in drawn if one.row in self._dropped]
        told = [one for one in drawn if one.row not in self._dropped and self._labels(one.row) is not None]
        known = release is not None and release.run in self._runs
        return OnlineQuality(
            release=release.id if release else None,
            weeks=tuple(sorted({one.week for one in drawn})),
            drawn=len(drawn),
            waiting=len(drawn) - len(dropped) - len(told),
            dropped=len(dropped),
            run=self._run(told, release),
            load_gated=partial(self._scene.store.load_run, release.run) if release and known else None,
        )

    def _labels(self, row: str) -> tuple[str, ...] | None:
        return self._gold[row].labels if row in self._gold else None

    def _run(self, drawn: Sequence[Drawn], release: Release | None) -> Run:
        rows = tuple(self._row(one) for one in drawn)
        header = RunHeader(
            run=f"online-{release.id if release else 'all'}",
            scene=self._scene.task.name,
            prompt_name=release.prompt_name if release else "",
            prompt_sha256=release.prompt_sha256 if release else "",
            prompt_text=release.prompt_text if release else "",
            model=release.model if release else "",
            parameters=release.parameters if release else {},
            split="traffic",
            examples_sha256=examples_sha256([row.example for row in rows]),
            created=max((one.answered for one in drawn), default=""),
            labkit=__version__,
            masked=True,
        )
        return Run(header, self._scene.task, rows)

    def _row(self, one: Drawn) -> RunRow:
        row = self._gold[one.row]
        example = Example(
            f"{one.week} {one.entry}", row.items, row.labels, "traffic", one.row, one.answered, row.subtask
        )
        return RunRow(example, Prediction(one.status, one.labels, one.rationale))
