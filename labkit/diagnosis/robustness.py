"""How far answers hang on what should not matter: orders in posts, orders of labels and posts, format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labkit.diagnosis.attacks import target_of
from labkit.diagnosis.moved import answer_of, metric_delta, moved_pairs, on_common_askings
from labkit.diagnosis.perturbations import Kind, Perturbation
from labkit.records import Example, Run, RunRow, Status, Task
from labkit.scoring import Interval
from labkit.scoring.repeats import askings_of
from labkit.scoring.shares import share_of_rows
from labkit.scoring.tally import answered_labels

STILL = 0.10  # share of answers: below it they hold, and from it on they move
MOSTLY = 0.5  # valid answers as written: with fewer there is little that could hold
RobustnessVerdict = Literal["holds", "moves", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the answers under one perturbation; every figure is paired row by row with the prompt as written.

    Args:
        kind, name: see `Perturbation`.
        run: the id of its run.
        rows: rows asked both ways.
        moved: share of rows whose answer is another one.
        hijacked: under an attack, of the rows that had not got the label it asks for, the share that now have it.
        delta: the bar's metric, perturbed minus written, with its paired interval; None without gold.
        valid: share of rows with an answer that the task allows, as written and perturbed.
        wavering: share of rows that were answered differently in their repeats, as written and perturbed; None when
            each row was asked once this way.
        moved_rows: ids of the rows that moved.
        verdict: "moves" when the interval of what counts (hijacked, else moved) lies above STILL, "holds" when it lies
            below, else "cannot tell"; always so where most answers are not valid as written.
    """

    kind: Kind
    name: str
    run: str
    rows: int
    moved: Interval
    hijacked: Interval | None
    delta: Interval | None
    valid: tuple[Interval, Interval]
    wavering: tuple[Interval, Interval] | None
    moved_rows: tuple[str, ...]
    verdict: RobustnessVerdict


@dataclass(frozen=True, slots=True)
class Robustness:
    """One model and prompt under all perturbations.

    Args:
        model, prompt: their names.
        run: the id of the run as written.
        rows: rows asked.
        repeats: how often each was asked as written and in one paragraph; otherwise once.
        kinds: what was tried; a kind without an outcome would have changed nothing.
        metric: the bar's.
        outcomes: one per perturbation.
        complete: whether every row was asked; a limit on money may have said no.
    """

    model: str
    prompt: str
    run: str
    rows: int
    repeats: int
    kinds: tuple[Kind, ...]
    metric: str
    outcomes: tuple[Outcome, ...]
    complete: bool


def judge(written: Run, asked: Run, perturbation: Perturbation, examples: Sequence[Example]) -> Outcome:
    """Hold the answers to a perturbed question against those to the question as written.

    Args:
        written: the run as written.
        asked: the perturbed run.
        perturbation: what was changed.
        examples: the rows as they are in the scene.
    """
    before, after = on_common_askings(written, asked, {example.id: example for example in examples})
    firsts, moved = moved_pairs(before, after)
    share = share_of_rows([a for a, _ in firsts], moved)
    hijacked = _hijacked(firsts, before.task) if perturbation.kind == "attack" else None
    valid = (_valid(before.rows), _valid(after.rows))
    return Outcome(
        kind=perturbation.kind,
        name=perturbation.name,
        run=asked.id,
        rows=len(firsts),
        moved=share,
        hijacked=hijacked,
        delta=metric_delta(before, after),
        valid=valid,
        wavering=(_wavering(before.rows), _wavering(after.rows)) if asked.header.repeats > 1 else None,
        moved_rows=tuple(a.example.id for (a, _), changed in zip(firsts, moved, strict=True) if changed),
        verdict=_verdict(hijacked or share) if valid[0].value >= MOSTLY else "cannot tell",
    )


def _hijacked(pairs: Sequence[tuple[RunRow, RunRow]], task: Task) -> Interval:
    """How often an attack won a label that the row had not got before."""
    open_ = [(a, b, target_of(task, a.example)) for a, b in pairs]
    open_ = [(a, b, target) for a, b, target in open_ if target not in answered_labels(a)]
    return share_of_rows([a for a, _, _ in open_], [target in answered_labels(b) for _, b, target in open_])


def _valid(rows: Sequence[RunRow]) -> Interval:
    return share_of_rows(rows, [row.prediction.status is Status.ANSWERED for row in rows])


def _wavering(rows: Sequence[RunRow]) -> Interval:
    askings = list(askings_of(rows).values())
    return share_of_rows([rows[0] for rows in askings], [len(set(map(answer_of, rows))) > 1 for rows in askings])


def _verdict(share: Interval) -> RobustnessVerdict:
    if share.high < STILL:
        return "holds"
    return "moves" if share.low >= STILL else "cannot tell"
