"""Which sentence of a definition moves no row? The prompt without it, sentence by sentence, over the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from labkit.costs import estimated_tokens
from labkit.diagnosis.moved import metric_delta, moved_pairs, on_common_askings
from labkit.diagnosis.reliance import PROBE
from labkit.errors import BadData, UnknownName
from labkit.prompts import split_sentences
from labkit.prompts.diff import DEFINITION_PARTS
from labkit.records import Definition, Example, Prompt, Run
from labkit.scoring import Interval
from labkit.scoring.shares import share_of_rows

_FRAME = estimated_tokens([""])


@dataclass(frozen=True, slots=True)
class Removed:
    """A prompt without one sentence of a definition.

    Args:
        part: where it stood: text, includes, excludes or examples.
        sentence: its words.
        prompt: the prompt without it; its name is marked as a probe's.
    """

    part: str
    sentence: str
    prompt: Prompt

    @property
    def tokens(self) -> float:
        """What the sentence takes in every request, by the rule of thumb."""
        return estimated_tokens([self.sentence]) - _FRAME


@dataclass(frozen=True, slots=True)
class SentenceEffect:
    """What became of the answers without one sentence.

    Args:
        part, sentence, tokens: see `Removed`.
        run: the id of the run without it.
        rows: rows asked both ways.
        moved: share of these rows whose answer is another one without it.
        moved_rows: their ids.
        fixed, broken: ids of rows that are right only without it, right only with it.
        delta: the bar's metric, without minus with, and its paired interval; None without gold.
    """

    part: str
    sentence: str
    tokens: float
    run: str
    rows: int
    moved: Interval
    moved_rows: tuple[str, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    delta: Interval | None


@dataclass(frozen=True, slots=True)
class Ablation:
    """One definition, sentence by sentence.

    Args:
        model, prompt, label: what was asked whom, about which definition.
        run: the id of the run with every sentence.
        rows: rows asked; `carrying` of them carry the label.
        metric: the bar's.
        effects: one per sentence, in the order of the definition.
        complete: whether every row was asked; a limit on money may have said no.
    """

    model: str
    prompt: str
    label: str
    run: str
    rows: int
    carrying: int
    metric: str
    effects: tuple[SentenceEffect, ...]
    complete: bool

    @property
    def idle(self) -> tuple[SentenceEffect, ...]:
        """Sentences without which no row moved; other rows may, as far as the interval goes."""
        return tuple(effect for effect in self.effects if not effect.moved_rows)


def without_each_sentence(prompt: Prompt, label: str) -> tuple[Removed, ...]:
    """The prompt without the first sentence of a definition, without the second, and so on.

    Args:
        prompt: the prompt.
        label: whose definition; entries of its lists are sentences too.

    Raises:
        UnknownName: the prompt defines no such label.
        BadData: the definition is empty.
    """
    definition = prompt.definition_of(label)
    if definition is None:
        raise UnknownName("label", label, tuple(d.label for d in prompt.definitions))
    found = [(part, sentence, left) for part in DEFINITION_PARTS for sentence, left in _each_left_out(definition, part)]
    if not found:
        raise BadData.told("error.ablation.no_definition", prompt=prompt.name, label=label)
    return tuple(
        Removed(part, sentence, _with(prompt, left, f"{prompt.name}{PROBE}without-{k}"))
        for k, (part, sentence, left) in enumerate(found, 1)
    )


def _each_left_out(definition: Definition, part: str) -> list[tuple[str, Definition]]:
    """Each sentence of a part, and the definition without it."""
    if part == "text":
        said = split_sentences(definition.text)
        return [(s, replace(definition, text=" ".join((*said[:k], *said[k + 1 :])))) for k, s in enumerate(said)]
    entries: tuple[str, ...] = getattr(definition, part)
    left: list[dict[str, Any]] = [{part: (*entries[:k], *entries[k + 1 :])} for k in range(len(entries))]
    return [(entry, replace(definition, **changes)) for entry, changes in zip(entries, left, strict=True)]


def _with(prompt: Prompt, definition: Definition, name: str) -> Prompt:
    told = tuple(definition if d.label == definition.label else d for d in prompt.definitions)
    return replace(prompt, name=name, definitions=told)


def sample_rows(examples: Sequence[Example], label: str, rows: int | None) -> tuple[Example, ...]:
    """Rows on which a definition can show what it does: half of them carry its label, where there are so many.

    Args:
        examples: to choose from.
        label: whose definition.
        rows: how many; None is all.

    Returns:
        Them in their order; the same ones at every call, whatever their order was.
    """
    if rows is None or rows >= len(examples):
        return tuple(examples)
    drawn = sorted(examples, key=lambda example: crc32(example.id.encode()))
    carrying = [example.id for example in drawn if label in (example.labels or ())]
    others = [example.id for example in drawn if label not in (example.labels or ())]
    of_others = min(len(others), rows - min(len(carrying), (rows + 1) // 2))
    chosen = {*carrying[: rows - of_others], *others[:of_others]}
    return tuple(example for example in examples if example.id in chosen)


def judge_sentence(written: Run, asked: Run, removed: Removed) -> SentenceEffect:
    """Hold the answers without a sentence against those with it.

    Args:
        written: the run with every sentence.
        asked: the run without one.
        removed: which.
    """
    before, after = on_common_askings(written, asked, {row.example.id: row.example for row in written.rows})
    pairs, moved = moved_pairs(before, after)
    return SentenceEffect(
        part=removed.part,
        sentence=removed.sentence,
        tokens=removed.tokens,
        run=asked.id,
        rows=len(pairs),
        moved=share_of_rows([a for a, _ in pairs], moved),
        moved_rows=tuple(a.example.id for (a, _), changed in zip(pairs, moved, strict=True) if changed),
        fixed=tuple(b.example.id for a, b in pairs if b.correct and not a.correct),
        broken=tuple(a.example.id for a, b in pairs if a.correct and not b.correct),
        delta=metric_delta(before, after),
    )
