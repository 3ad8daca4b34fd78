"""What is audited: rows with posts and labels, or with questions and answers, in one form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from labkit.curation.annotator_agreement import Vote
from labkit.curation.known_rows import KnownRows
from labkit.curation.near_duplicates import folded, near_duplicates_of_subtasks
from labkit.curation.repetition import Repetition, count_repetition, find_leaking
from labkit.records import Example, Prompt, Run, Split, Task

COPY, ALIKE = 0.8, 0.5  # character-3-gram Jaccard of a true copy, and of texts that say nearly the same


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of training data, whatever form it came in.

    Args:
        id: unique in the audit.
        question: what the model is asked about: the posts, or all that stands before the last answer.
        answer: what it is to learn to answer; None where the row has labels only.
        labels: gold labels; None is unlabelled.
        split: pool, dev, test or traffic.
        group, time, subtask: as in an example.
        form: how it was written: "labels", "chat", "sharegpt", "alpaca" or "completion".
        context: text that the answer may also rest on, such as a system message.
        system: the system message alone, which says what is to be done.
        example: the scene's example, where there is one.
        meta: further columns.
        bare: the question without the words that many others share, where it is unknown what these are: an instruction,
            or a passage that is asked about. None where it shares none.
    """

    id: str
    question: str
    answer: str | None = None
    labels: tuple[str, ...] | None = None
    split: Split = "pool"
    group: str | None = None
    time: str | None = None
    subtask: str | None = None
    form: str = "labels"
    context: str = ""
    system: str = ""
    example: Example | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    bare: str | None = None

    @property
    def compared(self) -> str:
        """What must be alike in near copies, beside the question."""
        return self.question if self.bare is None else self.bare

    @property
    def outcome(self) -> str | None:
        """What the row says is right, for comparing: its labels in order, else its answer folded."""
        if self.labels is not None:
            return "\x1f".join(sorted(self.labels))
        return None if self.answer is None else folded(self.answer)


def sample_of(example: Example, answer: str | None = None) -> Sample:
    """An example of a scene as a sample."""
    return Sample(
        id=example.id,
        question=example.text,
        answer=answer,
        labels=example.labels,
        split=example.split,
        group=example.group,
        time=example.time,
        subtask=example.subtask,
        example=example,
        meta=example.meta,
    )


@dataclass(frozen=True)
class Material:
    """Everything an audit may look at; what is missing leaves a check unexamined, which it says.

    Args:
        samples: the rows, test rows among them by their split.
        task: labels and subtasks; None for plain training data.
        prompt: whose few-shot examples, definitions and answer contract count.
        pool: the rows that a dataset was chosen from; empty when the samples are the pool.
        runs: models' answers to these rows.
        manifest: of a dataset.
        votes: what annotators said, where several labelled the same rows.
        forms: form -> rows, of files; a row that has none is counted under "unreadable".
        left_out: rows of files that had no text or could not be read.
        repeated_ids: rows of files that repeated an id and got a number behind it.
        max_tokens: the longest prompt and answer together that training takes.
        known: what the base model knows of the rows; None when none was asked.
        settled: rows whose labels a person has confirmed or corrected: nobody is asked about them again.
    """

    samples: tuple[Sample, ...]
    task: Task | None = None
    prompt: Prompt | None = None
    pool: tuple[Sample, ...] = ()
    runs: tuple[Run, ...] = ()
    manifest: Mapping[str, Any] | None = None
    votes: tuple[Vote, ...] = ()
    forms: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    repeated_ids: int = 0
    max_tokens: int | None = None
    settled: frozenset[str] = frozenset()
    known: KnownRows | None = None

    @cached_property
    def learnt(self) -> tuple[Sample, ...]:
        """The rows that training may see: all but dev and test."""
        return tuple(sample for sample in self.samples if sample.split not in ("dev", "test"))

    @cached_property
    def teaching(self) -> tuple[Sample, ...]:
        """Those of them that say what is right; of a body that nobody has labelled yet, all."""
        return tuple(sample for sample in self.learnt if sample.outcome is not None) or self.learnt

    @cached_property
    def copies(self) -> dict[str, str]:
        """Row -> first row of its subtask's group of true copies; only rows that say nearly the same can be some."""
        members = Counter(self.alike.values())
        together = [sample for sample in self.samples if members[self.alike[sample.id]] > 1]
        return {**{sample.id: sample.id for sample in self.samples}, **_near(together, COPY)}

    @cached_property
    def alike(self) -> dict[str, str]:
        """Row -> first row of its subtask's group of rows, each of which says nearly the same as another."""
        return _near(self.samples, ALIKE)

    @cached_property
    def leaking(self) -> frozenset[str]:
        """Rows that are learnt, or wait for labels, and give away a dev or test row."""
        return find_leaking(self._examples, bare=_bare(self.samples))

    @cached_property
    def repetition(self) -> Repetition:
        """How often rows repeat each other, as `new`, `split`, `select` and `propose` count it of posts alone."""
        return count_repetition(self._examples, self.alike, self.leaking, _bare(self.samples))

    @cached_property
    def _examples(self) -> list[Example]:
        return [Example(s.id, (s.question,), s.labels, s.split, subtask=s.subtask) for s in self.samples]

    def of_split(self, *splits: str) -> list[Sample]:
        """The rows of some splits."""
        return [sample for sample in self.samples if sample.split in splits]


def _near(samples: Sequence[Sample], threshold: float) -> dict[str, str]:
    asked = [Example(s.id, (s.question,), subtask=s.subtask) for s in samples]
    return near_duplicates_of_subtasks(asked, threshold, _bare(samples))


def _bare(samples: Sequence[Sample]) -> dict[str, str]:
    return {sample.id: sample.bare for sample in samples if sample.bare is not None}
