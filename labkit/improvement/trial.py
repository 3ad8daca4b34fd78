"""What became of the four sets when a definition changed, and whether the change may be offered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from labkit.comparison import Pair, paired
from labkit.improvement.sets import SETS, FourSets
from labkit.records import Example, Run
from labkit.scoring import Interval

if TYPE_CHECKING:
    from labkit.workspace import Scene

SetName = Literal["failing", "right", "pinned", "held_out"]


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """One set of rows before and after.

    Args:
        name: failing, right, pinned or held_out.
        rows: how many.
        before, after: how many were right.
        fixed, broken: ids.
        p_value: exact McNemar over fixed and broken; None without rows.
        delta: the bar's metric, after minus before, with its paired 95 % interval; None where these rows do not
            define it.
        passes: whether this set lets the change through; see `judge`.
    """

    name: SetName
    rows: int
    before: int
    after: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    p_value: float | None
    delta: Interval | None
    passes: bool


@dataclass(frozen=True, slots=True)
class FourSetTrial:
    """The four sets, asked with the old and the new definition.

    Args:
        before, after: the runs' ids.
        metric: the bar's.
        sets: one per set, in the order of `SETS`.
        complete: whether every row was asked; a limit on money may have said no.
    """

    before: str
    after: str
    metric: str
    sets: tuple[SetOutcome, ...]
    complete: bool

    @property
    def passes(self) -> bool:
        """Whether the change may be offered: everything was asked, and each set lets it through."""
        return self.complete and all(found.passes for found in self.sets)

    def of(self, name: SetName) -> SetOutcome:
        """One set's outcome."""
        return next(found for found in self.sets if found.name == name)


def judge(before: Run, after: Run, sets: FourSets) -> FourSetTrial:
    """Hold the answers to the new definition against those to the old one, set by set.

    A change passes when it fixes at least one failing row, breaks fewer of the rows that were right for its labels than
    it fixes, breaks no pinned row, and on held-out rows breaks no more than it fixes and is not worse by the paired
    comparison. These are counts: small sets prove nothing, and the intervals beside them say so.

    Args:
        before: the old prompt's run over all rows of the four sets.
        after: the new prompt's.
        sets: the rows.
    """
    complete = before.complete and after.complete
    found = {name: _outcome(name, before, after, getattr(sets, name)) for name in SETS}
    fixed = len(found["failing"].fixed)
    broken = len(found["right"].broken) + len(found["failing"].broken)  # one may be right by gold corrected since
    passes = {
        "failing": fixed > 0,
        "right": broken < max(1, fixed),
        "pinned": not found["pinned"].broken,
        "held_out": _not_worse(before, after, found["held_out"], sets.held_out),
    }
    outcomes = tuple(replace(outcome, passes=complete and passes[name]) for name, outcome in found.items())
    return FourSetTrial(before.id, after.id, before.task.bar.metric, outcomes, complete)


def judge_by_gold_of_now(scene: Scene, runs: tuple[str, str], sets: FourSets) -> FourSetTrial:
    """`judge` the recorded answers of a trial by gold as it is corrected now; no model is asked.

    Args:
        scene: where they are recorded.
        runs: the ids of the runs before and after.
        sets: the rows.
    """
    before, after = (scene.store.load_run(run) for run in runs)
    return judge(before, after, sets)


def _outcome(name: str, before: Run, after: Run, rows: tuple[Example, ...]) -> SetOutcome:
    name_: SetName = next(known for known in ("failing", "right", "pinned", "held_out") if known == name)
    old, new = _cut(before, rows), _cut(after, rows)
    right = [{row.example.id for row in run.rows if row.correct} for run in (old, new)]
    pair = _pair(old, new)
    return SetOutcome(
        name=name_,
        rows=len(rows),
        before=len(right[0]),
        after=len(right[1]),
        fixed=tuple(sorted(right[1] - right[0])),
        broken=tuple(sorted(right[0] - right[1])),
        p_value=pair.p_value if pair else None,
        delta=pair.delta.get(pair.metric) if pair else None,
        passes=False,
    )


def _cut(run: Run, rows: tuple[Example, ...]) -> Run:
    wanted = {row.id for row in rows}
    return replace(run, rows=tuple(row for row in run.rows if row.example.id in wanted))


def _pair(old: Run, new: Run) -> Pair | None:
    """The paired comparison; None where a set is empty or not asked to the end."""
    return paired(old, new) if old.rows and old.complete and new.complete else None


def _not_worse(before: Run, after: Run, outcome: SetOutcome, rows: tuple[Example, ...]) -> bool:
    pair = _pair(_cut(before, rows), _cut(after, rows))
    return pair is not None and pair.verdict != "worse" and len(outcome.broken) <= len(outcome.fixed)
