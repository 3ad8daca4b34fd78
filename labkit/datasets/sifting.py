"""What of a scene's pool may be chosen, how hard it is, and what a teacher said of it: where every choice begins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from labkit.curation.candidates import NO_WISHES, Candidates, Wishes, find_candidates, hold_back_unconfirmed
from labkit.curation.difficulty import Committee, rate_difficulty
from labkit.curation.dynamics import rate_by_dynamics
from labkit.curation.repetition import SiftedPool, sift_pool
from labkit.curation.watched import Progress, Steps, Watched, unwatched, unwatched_steps
from labkit.datasets.confirming import confirmed_by_people
from labkit.datasets.teaching import Taught, check_prompt, taught_by, with_answers
from labkit.diagnosis import is_probe
from labkit.evaluation.split_runs import rows_within_split
from labkit.records import Example, Prompt, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class Sifted:
    """A pool before a choice.

    Args:
        candidates: what may be chosen, and what was left out and why.
        committee: the runs that tell easy, boundary and hard rows apart, if they are good enough.
        examples: the rows of the scene as they were sifted.
        pool: what of them repeats what.
        taught: what a teacher's answers are good for; None where targets are labels only.
    """

    candidates: Candidates
    committee: Committee
    examples: tuple[Example, ...]
    pool: SiftedPool
    taught: Taught | None = None

    def chooses_as(self, other: Sifted) -> bool:
        """Whether the same can be chosen from both, on the same word."""
        return (self.candidates, self.committee) == (other.candidates, other.committee)


def sift(
    scene: Scene,
    wishes: Wishes = NO_WISHES,
    teacher: str | None = None,
    prompt: Prompt | None = None,
    dynamics: Sequence[str] = (),
    steps: Steps = unwatched_steps,
    before: Sifted | None = None,
) -> Sifted:
    """Sift a scene's pool as `select` does.

    Args:
        scene: whose pool; complete runs over it rate the difficulty, people's decisions confirm hard rows.
        wishes: pins and bans.
        teacher: the id of a run whose rationales are to be taught.
        prompt: the one that the tuned model will be asked with.
        dynamics: ids of runs at several points of one training, which then rate the difficulty; see `rate_by_dynamics`.
        steps: told how far it is with "leaks", "copies" and the "runs" that rate the difficulty.
        before: what was sifted earlier: as long as the rows are the same nobody looks again which repeat which.

    Raises:
        UnknownName: there is no such run or pool row.
        BadInput: a row is pinned and banned, or the prompt asks for no rationale while there is a teacher, or for one
            while there is none.
        BadData: a pinned row that cannot be taken, or no answer of the teacher's that can be taught.
    """
    check_prompt(scene, prompt, teacher)
    confirmed = confirmed_by_people(scene)
    examples = scene.examples("all")
    pool = before.pool if before and before.examples == examples else sift_pool(examples, steps=steps)
    candidates = find_candidates(examples, wishes, confirmed, sifted=pool)
    taught = taught_by(scene, teacher, candidates.rows, prompt) if teacher else None
    if taught:
        candidates = with_answers(candidates, taught.targets, wishes)
    committee = _committee(scene, candidates.rows, dynamics, partial(steps, "runs"))
    held = hold_back_unconfirmed(candidates, committee, confirmed, wishes.pins)
    return Sifted(held, committee, examples, pool, taught)


def _committee(scene: Scene, rows: Sequence[Example], dynamics: Sequence[str], progress: Progress) -> Committee:
    if dynamics:
        return rate_by_dynamics(rows, [scene.store.load_run(run) for run in Watched(dynamics, progress, 1)])
    return rate_difficulty(rows, pool_runs(scene, progress))


def pool_runs(scene: Scene, progress: Progress = unwatched) -> list[Run]:
    """What each prompt and model last answered to rows of the pool: finished runs over it, the newest first.

    Of an older run only the rows stay that no newer one of the same prompt and model has asked, so that a few rows
    asked again hide nothing; rows that have left the split, or whose posts are others now, are left out. Probes do not
    vote: a prompt with swapped definitions is answered wrongly on purpose.

    Args:
        scene: whose runs.
        progress: told the share of all runs that was looked at.
    """
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    seen: set[tuple[str, str, str]] = set()
    found: list[Run] = []
    for header in Watched(scene.store.runs(), progress, 1):
        question = (header.prompt_sha256, header.model)
        if header.split not in ("pool", "all") or is_probe(header) or (*question, header.examples_sha256) in seen:
            continue
        run = scene.store.load_run(header.run)
        if run.complete:
            seen.add((*question, header.examples_sha256))
            rows = [row for row in rows_within_split(scene, run) if row.example.id not in asked[question]]
            asked[question].update(row.example.id for row in rows)
            found += [replace(run, rows=tuple(rows))] if rows else []
    return found
