"""Does a model read its definitions? The same rows are asked with the names only, as written, and with swapped texts.

A model that reads must do worse when each label carries another's definition. Answers that do not move were not read,
whatever the score: the model goes by the labels' names, or by what it learnt elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.comparison import Pair, common_rows, paired
from labkit.errors import BadData
from labkit.records import Definition, Prompt, Run, RunHeader, RunRow, Task
from labkit.scoring import Interval
from labkit.scoring.shares import share_of_rows
from labkit.scoring.tally import answered_labels

PROBE = "~"  # stands in no name that a prompt may be saved under
STILL = 0.10  # moved answers: when the interval ends below this share, they did not move
RelianceVerdict = Literal["reads", "does not read", "cannot tell"]


@dataclass(frozen=True, slots=True)
class LabelReliance:
    """What became of one label's decisions when the definitions changed places.

    Args:
        label: its word.
        took: the label whose definition it carried in the swapped prompt; None when it kept its own.
        rows: rows for which it was answered with its own definition, or would be by gold.
        moved: share of these rows whose decision about it changed; None without rows, or without a swap.
        names_f1, swapped_f1: F1 with its own definition minus F1 with the name only, and F1 with the wrong definition
            minus F1 with its own, each with a paired interval; None where no gold row carries it.
    """

    label: str
    took: str | None
    rows: int
    moved: Interval | None
    names_f1: Interval | None
    swapped_f1: Interval | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """How far one model's answers hang on the definitions it is given.

    Args:
        model: its name.
        prompt: the prompt's name.
        rows: rows common to the three runs.
        names, swapped: names only against as written, and as written against swapped, as pairs of runs.
        moved_by_names, moved_by_swap: share of rows whose whole answer differs between the two runs of the pair.
        followed: of the rows moved by the swap, how many answer exactly the labels that the texts moved to, 0 to 1;
            None when none moved.
        per_label: one per label of the task, in its order.
        verdict: "does not read" when the answers stay although the texts swap, "reads" when they move and the score
            falls by more than chance, else "cannot tell".
    """

    model: str
    prompt: str
    rows: int
    names: Pair
    swapped: Pair
    moved_by_names: Interval
    moved_by_swap: Interval
    followed: Interval | None
    per_label: tuple[LabelReliance, ...]
    verdict: RelianceVerdict


def is_probe(header: RunHeader) -> bool:
    """Whether a run asked a prompt that was bent to test the model, which must not stand among its scores."""
    return PROBE in header.prompt_name


def names_only(prompt: Prompt) -> Prompt:
    """The prompt with its labels' names and nothing said of them; sections and examples stay as they are."""
    bare = tuple(Definition(definition.label) for definition in prompt.definitions)
    return replace(prompt, name=f"{prompt.name}{PROBE}names", definitions=bare)


def swaps(prompt: Prompt, task: Task) -> dict[str, str]:
    """Label -> the label whose definition it gets: one step round the circle of the labels it can be confused with.

    A circle, and not pairs, because it moves every label at once, odd numbers too, in a single run; within a subtask,
    because another subtask's definition could not be meant. Labels without a text stay out, and so do those whose text
    is the same as the next one's.
    """
    said = {definition.label: replace(definition, label="") for definition in prompt.definitions}
    circles = [tuple(labels) for labels in task.subtasks.values()] or [task.labels]
    found: dict[str, str] = {}
    for circle in circles:
        defined = [label for label in circle if label in said and said[label] != Definition("")]
        for label, giver in zip(defined, (*defined[1:], *defined[:1]), strict=True):
            if said[label] != said[giver]:
                found[label] = giver
    return found


def swapped_definitions(prompt: Prompt, task: Task) -> Prompt:
    """The prompt in which each label carries the definition of the next one; see `swaps`.

    Raises:
        BadData: fewer than two labels have a definition, so there is nothing to swap.
    """
    taken = swaps(prompt, task)
    if not taken:
        raise BadData.told("error.reliance.no_two_definitions", prompt=prompt.name)
    said = {definition.label: definition for definition in prompt.definitions}
    moved = tuple(replace(said[taken.get(d.label, d.label)], label=d.label) for d in prompt.definitions)
    return replace(prompt, name=f"{prompt.name}{PROBE}swapped", definitions=moved)


def reliance(bare: Run, written: Run, swapped: Run, taken: Mapping[str, str]) -> Reliance:
    """Judge the three runs of one model over the same rows.

    Args:
        bare: asked with names only.
        written: asked with the prompt as it is.
        swapped: asked with swapped definitions.
        taken: label -> the label whose definition it carried in `swapped`; see `swaps`.

    Raises:
        BadData: the runs have no labelled row in common.
    """
    common = common_rows((bare, written, swapped))
    without, own, other = common.rows
    cut = [replace(run, rows=rows) for run, rows in zip((bare, written, swapped), common.rows, strict=True)]
    names, swap = paired(cut[0], cut[1]), paired(cut[1], cut[2])
    moved = _moved(own, other)
    return Reliance(
        model=written.header.model,
        prompt=written.header.prompt_name,
        rows=len(own),
        names=names,
        swapped=swap,
        moved_by_names=share_of_rows(without, _moved(without, own)),
        moved_by_swap=share_of_rows(own, moved),
        followed=_followed(own, other, moved, taken),
        per_label=tuple(
            _label(label, taken, own, other, names.per_label[k].delta, swap.per_label[k].delta)
            for k, label in enumerate(written.task.labels)
        ),
        verdict=_verdict(share_of_rows(own, moved), swap),
    )


def _verdict(moved: Interval, swap: Pair) -> RelianceVerdict:
    """Answers that stay decide first: a score cannot fall for a reason when nothing moved."""
    if moved.high < STILL:
        return "does not read"
    return "reads" if swap.verdict == "worse" else "cannot tell"


def _moved(before: Sequence[RunRow], after: Sequence[RunRow]) -> list[bool]:
    """Row by row, whether the answer is another one; failing to answer is an answer of its own."""
    return [_answer(one) != _answer(two) for one, two in zip(before, after, strict=True)]


def _answer(row: RunRow) -> tuple[str, frozenset[str]]:
    return row.prediction.status.value, answered_labels(row)


def _followed(
    own: Sequence[RunRow], other: Sequence[RunRow], moved: Sequence[bool], taken: Mapping[str, str]
) -> Interval | None:
    """How often a moved answer went where its definition went."""
    holder = {giver: label for label, giver in taken.items()}
    rows = [(a, b) for a, b, changed in zip(own, other, moved, strict=True) if changed]
    if not rows:
        return None
    follows = [frozenset(holder.get(x, x) for x in answered_labels(a)) == answered_labels(b) for a, b in rows]
    return share_of_rows([a for a, _ in rows], follows)


def _label(
    label: str,
    taken: Mapping[str, str],
    own: Sequence[RunRow],
    other: Sequence[RunRow],
    names_f1: Interval | None,
    swapped_f1: Interval | None,
) -> LabelReliance:
    pairs = [(a, b) for a, b in zip(own, other, strict=True) if label in (*answered_labels(a), *_gold(a))]
    changed = [(label in answered_labels(a)) != (label in answered_labels(b)) for a, b in pairs]
    measured = bool(pairs) and label in taken
    moved = share_of_rows([a for a, _ in pairs], changed) if measured else None
    return LabelReliance(label, taken.get(label), len(pairs), moved, names_f1, swapped_f1)


def _gold(row: RunRow) -> tuple[str, ...]:
    return row.example.labels or ()
