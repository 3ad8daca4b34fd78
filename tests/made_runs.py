"""Runs made of plain values, for tests of what is computed from runs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from labkit.records import Example, Prediction, Run, RunHeader, RunRow, Split, Status, Task

LABELS = ("delivery", "refund", "quality")
TASK = Task("made", LABELS, multi_label=True, allow_none=True)


def made_row(
    row_id: str,
    gold: Iterable[str] | None,
    answer: Iterable[str] = (),
    status: Status = Status.ANSWERED,
    group: str | None = None,
    split: Split = "dev",
) -> RunRow:
    labels = None if gold is None else tuple(gold)
    example = Example(row_id, (f"post {row_id}",), labels, split, group=group)
    return RunRow(example, Prediction(status, tuple(answer)))


def made_run(
    rows: Sequence[RunRow],
    run_id: str = "run",
    task: Task = TASK,
    *,
    prompt: str = "v1",
    model: str = "definition-reader",
    split: str = "dev",
) -> Run:
    header = RunHeader(
        run=run_id,
        scene=task.name,
        prompt_name=prompt,
        prompt_sha256=f"sha-of-{prompt}",
        prompt_text="",
        model=model,
        parameters={},
        split=split,
        examples_sha256="rows",
        created="2026-01-01T00:00:00Z",
        labkit="0",
    )
    return Run(header, task, tuple(rows))


def noisy_run(rows: int, error: float, seed: int, run_id: str = "run", labels: int = 10, group_of: int = 0) -> Run:
    """A run over the same gold for every seed, each label decision wrong with probability `error`."""
    names = tuple(f"label-{k}" for k in range(labels))
    gold_of, wrong = random.Random(rows), random.Random(seed)
    made = []
    for k in range(rows):
        gold = [name for name in names if gold_of.random() < 0.15]
        answer = [name for name in names if (name in gold) != (wrong.random() < error)]
        made.append(made_row(f"{k:05d}", gold, answer, group=f"author-{k // group_of}" if group_of else None))
    return made_run(made, run_id, Task("noisy", names, multi_label=True, allow_none=True))


label_sets = st.lists(st.sampled_from(LABELS), unique=True)
statuses = st.sampled_from([Status.ANSWERED] * 5 + list(Status))


@st.composite
def questions(draw: st.DrawFn, least: int = 1) -> list[RunRow]:
    """Rows with or without gold, some of one author; answers are still to be drawn."""
    golds = draw(st.lists(st.none() | label_sets, min_size=least, max_size=12))
    groups = draw(st.lists(st.sampled_from([None, "ann", "bob"]), min_size=len(golds), max_size=len(golds)))
    return [made_row(f"r{k}", gold, group=group) for k, (gold, group) in enumerate(zip(golds, groups, strict=True))]


@st.composite
def answers(draw: st.DrawFn, asked: Sequence[RunRow], run_id: str = "run") -> Run:
    """A run over the rows asked, with any answers and any status."""
    rows = [RunRow(row.example, Prediction(draw(statuses), tuple(draw(label_sets)))) for row in asked]
    return made_run(rows, run_id)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """One run of any rows."""
    return draw(answers(draw(questions())))


@st.composite
def run_pairs(draw: st.DrawFn) -> tuple[Run, Run]:
    """Two runs over the same rows, at least one of them labelled."""
    asked = [*draw(questions()), made_row("labelled", ("refund",))]
    sure = made_row("labelled", ("refund",), ("refund",))
    first, second = draw(answers(asked, "a")), draw(answers(asked, "b"))
    return made_run([*first.rows[:-1], sure], "a"), made_run([*second.rows[:-1], sure], "b")
