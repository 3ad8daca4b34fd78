"""Asking a base model what it knows of rows: each with several few-shot prompts, kept and priced like any run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING

from labkit.curation.known_rows import KnownRows, rate_known
from labkit.curation.subtasks import by_subtask
from labkit.errors import BadData
from labkit.evaluation import Retry, classify
from labkit.models import get_model
from labkit.prompts.render import render_shots
from labkit.records import Example, Prompt, Run, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labkit.evaluation.progress import Observer
    from labkit.models.base import Model
    from labkit.workspace import Scene

PROMPTS, SHOTS = 4, 4  # few-shot prompts for each row, and examples in each: the paper's ten prompts at a lower price
ROWS = 200  # rows asked at most: enough to tell 5 % of unknown rows from 10 %
KNOWLEDGE = "~known"  # behind a prompt's name: runs that are no scores, as "~" says


@dataclass(frozen=True, slots=True)
class Asking:
    """How a model is asked; see `evaluate`."""

    max_cost: float | None = None
    personal_data: str | None = None
    progress: Observer | None = None
    retry: Retry | None = None


def probe_known(
    scene: Scene, model: str | Model, prompt: Prompt, rows: Sequence[Example], asking: Asking | None = None
) -> KnownRows:
    """Ask a model about labelled rows with four few-shot prompts each, and rate what it knows.

    Args:
        scene: where requests are kept; its labelled pool rows are the examples in the prompts.
        model: the base that is to be trained, best as `local/<path>@labels`, which gives probabilities.
        prompt: what it will be asked with; only labels are asked for, and its own examples give way.
        rows: of more than 200 a fixed sample is asked.
        asking: limits and consent.

    Raises:
        BadData: too few labelled rows, or rows left open by a limit.
        LabkitError: as `evaluate` does.
    """
    chosen, wishes = get_model(model, scene), asking or Asking()
    asked = _shuffled([row for row in rows if row.labels is not None])[:ROWS]
    if not asked:
        raise BadData.told("error.known.unlabelled")
    parts = [_parted(scene, part) for part in by_subtask(asked).values()]
    if not any(part for part, _ in parts):
        raise BadData.told("error.known.few", rows=len(asked), shots=SHOTS)
    runs = [run for part, draws in parts if part for run in _runs(scene, chosen, prompt, part, draws, wishes)]
    return rate_known(runs)


def _runs(
    scene: Scene,
    model: Model,
    prompt: Prompt,
    asked: Sequence[Example],
    draws: Sequence[Sequence[Example]],
    asking: Asking,
) -> Iterator[Run]:
    for number, shots in enumerate(draws, 1):
        named = f"{prompt.name}{KNOWLEDGE}{number}"
        words = replace(prompt, name=named, rationale="none", retrieved=0, examples=render_shots(shots, scene.task))
        run = classify(
            scene,
            words,
            model,
            asked,
            max_cost=asking.max_cost,
            personal_data=asking.personal_data,
            progress=asking.progress,
            retry=asking.retry,
        )
        if pending := run.counts[Status.PENDING.value]:
            raise BadData.told("error.known.open", rows=pending, model=model.name)
        yield run


def _parted(scene: Scene, rows: Sequence[Example]) -> tuple[Sequence[Example], list[list[Example]]]:
    """The rows to ask, and the examples of each prompt: other labelled pool rows of the subtask, drawn by their ids.

    Where too few are left, the last of the rows are examples instead of being asked: of many rows as many as make
    four prompts without a common example. No two prompts have the same examples in the same order. Of a subtask with
    hardly more rows than a prompt has examples none is asked.
    """
    known = {row.id for row in rows}
    pool = [row for row in scene.examples("pool") if row.labels is not None and row.subtask == rows[0].subtask]
    others = _shuffled([row for row in pool if row.id not in known])
    wanted = max(SHOTS, min(PROMPTS * SHOTS, len(rows) // 5))
    lacking = max(0, wanted - len(others))
    if len(rows) <= lacking:
        return (), []
    return rows[: len(rows) - lacking], _draws([*others, *rows[len(rows) - lacking :]])


def _draws(examples: Sequence[Example]) -> list[list[Example]]:
    """The examples of each prompt: apart as long as there are enough, else drawn anew, in another order at least."""
    if len(examples) >= PROMPTS * SHOTS:
        return [list(examples[k * SHOTS : (k + 1) * SHOTS]) for k in range(PROMPTS)]
    drawn: dict[tuple[str, ...], list[Example]] = {}
    for seed in count():
        shots = _shuffled(examples, f"{seed} ")[:SHOTS]
        drawn.setdefault(tuple(shot.id for shot in shots), shots)
        if len(drawn) == PROMPTS:
            break
    return list(drawn.values())


def _shuffled(rows: Sequence[Example], salt: str = "") -> list[Example]:
    """Rows in an order that depends on their ids and the salt alone."""
    return sorted(rows, key=lambda row: sha256((salt + row.id).encode("utf-8", "surrogatepass")).digest())
