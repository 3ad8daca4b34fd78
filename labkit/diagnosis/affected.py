"""Which rows an edit of a prompt can affect, so that only these are asked again, and a control sample of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from labkit.diagnosis.mentions import find_mentions
from labkit.errors import BadInput, NothingEdited
from labkit.prompts import PromptDiff, diff_prompts, prompt_sha256, render
from labkit.records import Example, Prompt, Run, RunRow, Status, Task

Reason = Literal["gold", "predicted", "cited", "mentioned", "unanswered", "shared"]
REASONS: tuple[Reason, ...] = get_args(Reason)
CONTROL = (
    50  # rows: if none of them moved, at most 6 of 100 others did (95 %; rule of three, Hanley & Lippman-Hand 1983)
)


@dataclass(frozen=True, slots=True)
class AffectedRows:
    """Rows by what an edit can do to them; every row stands in exactly one of affected, control, rest and untouched.

    Args:
        diff: what changed in the prompt.
        affected: ids of rows that the edit can affect, as far as is known.
        control: a random sample of the others that are told something new.
        rest: those others that are in no sample.
        untouched: rows that are told word for word the same, as the edit is about labels of another subtask.
        why: id of an affected row -> "gold" carries a label whose definition changed, it was "predicted" in an earlier
            run, its definition was "cited", the rationale "mentioned" it; it was "unanswered", so that any edit may
            help; or "shared" text changed, which every row is told.
    """

    diff: PromptDiff
    affected: tuple[str, ...]
    control: tuple[str, ...]
    rest: tuple[str, ...]
    untouched: tuple[str, ...]
    why: Mapping[str, tuple[Reason, ...]]

    @property
    def asked(self) -> tuple[str, ...]:
        """Ids of the rows to ask."""
        return (*self.affected, *self.control)

    @property
    def reasons(self) -> dict[Reason, int]:
        """Reason -> affected rows that have it."""
        return {reason: sum(reason in found for found in self.why.values()) for reason in REASONS}


def affected_rows(
    before: Prompt,
    after: Prompt,
    task: Task,
    examples: Sequence[Example],
    runs: Iterable[Run],
    *,
    control: int = CONTROL,
    seed: int = 0,
) -> AffectedRows:
    """Find the rows that an edit can affect.

    A definition can move a row whose gold label it defines, or whose answer or rationale had to do with its label. It
    can also draw in a row that never had to do with it; that is what the control sample is for.

    Args:
        before: the prompt that was edited.
        after: the edited one.
        task: its labels.
        examples: the rows.
        runs: earlier runs; those that did not ask the before-prompt are passed over.
        control: how many of the other rows to draw; all of them when there are no more.
        seed: the same seed draws the same rows.

    Raises:
        NothingEdited: the prompts tell a model the same.
        BadInput: the control sample is empty.
    """
    if control < 1:
        raise BadInput.told("error.affected.no_control", control=control)
    diff = diff_prompts(before, after)
    told_anew = [e for e in examples if _told_anew(diff, before, after, task, e)]
    if not told_anew:
        key = "error.affected.same_prompt" if before.name != after.name else "error.affected.unchanged_prompt"
        raise NothingEdited.told(key, before=before.name, after=after.name)
    why = _why(diff, told_anew, runs, before)
    spare = [example.id for example in told_anew if example.id not in why]
    drawn = _draw(spare, control, seed)
    anew = {example.id for example in told_anew}
    return AffectedRows(
        diff=diff,
        affected=tuple(why),
        control=tuple(row_id for row_id in spare if row_id in drawn),
        rest=tuple(row_id for row_id in spare if row_id not in drawn),
        untouched=tuple(example.id for example in examples if example.id not in anew),
        why=why,
    )


def _told_anew(diff: PromptDiff, before: Prompt, after: Prompt, task: Task, example: Example) -> bool:
    """Whether a row is told something else; fetched examples stand in no rendered prompt yet."""
    if diff.retrieved[0] != diff.retrieved[1]:
        return True
    return render(before, task, example).messages != render(after, task, example).messages


def _draw(spare: Sequence[str], control: int, seed: int) -> frozenset[str]:
    """Some ids, the same whatever order the rows are in."""
    import numpy as np

    drawn = np.random.default_rng(seed).permutation(len(spare))[:control]
    in_order = sorted(spare)
    return frozenset(in_order[k] for k in drawn)


def _why(
    diff: PromptDiff, examples: Sequence[Example], runs: Iterable[Run], before: Prompt
) -> dict[str, tuple[Reason, ...]]:
    """Row -> what makes it one that the edit can affect; rows without a reason are left out."""
    if diff.shared:
        return {example.id: ("shared",) for example in examples}
    changed = frozenset(diff.changed_labels)
    found: dict[str, set[Reason]] = {example.id: set() for example in examples}
    for example in examples:
        if changed & set(example.labels or ()):
            found[example.id].add("gold")
    edited = prompt_sha256(before)
    for run in runs:
        for row in run.rows if run.header.prompt_sha256 == edited else ():
            if row.example.id in found:
                found[row.example.id] |= _had_to_do(row, changed)
    return {row_id: tuple(r for r in REASONS if r in reasons) for row_id, reasons in found.items() if reasons}


def _had_to_do(row: RunRow, changed: frozenset[str]) -> set[Reason]:
    """How an earlier answer had to do with one of the labels."""
    answer = row.prediction
    signs: tuple[tuple[Reason, bool], ...] = (
        ("predicted", bool(changed & set(answer.labels))),
        ("cited", answer.definition in changed),
        ("mentioned", bool(find_mentions(answer.rationale, sorted(changed)))),
        ("unanswered", answer.status is not Status.ANSWERED),
    )
    return {reason for reason, holds in signs if holds}
