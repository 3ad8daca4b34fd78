"""The nouns of labkit as plain values: what a task, an example, a prompt, a reply and a run are. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Split = Literal["pool", "dev", "test", "traffic"]
SPLITS: tuple[Split, ...] = ("pool", "dev", "test", "traffic")
Rationale = Literal["before", "after", "none"]
RETRIEVED_FROM = "retrieved_from"  # parameter of a run: hash of the pool from which few-shot examples were fetched


class Status(StrEnum):
    """How a row of a run ended; every row has exactly one, and the counts add up to the rows."""

    ANSWERED = "answered"  # labels inside the task's set
    OFF_LIST = "off-list"  # a readable answer with a label, or a number of labels, that the task does not allow
    UNPARSED = "unparsed"  # text in which no single answer can be read
    TRUNCATED = "truncated"  # the model ran out of tokens
    FILTERED = "filtered"  # the provider withheld the answer
    BLANK = "blank"  # an empty reply
    FAILED = "failed"  # no reply after the last attempt
    PENDING = "pending"  # not asked yet


@dataclass(frozen=True, slots=True)
class Bar:
    """What the business asks for before it ships.

    Args:
        metric: the headline score, a key of `scoring.Scores.values`.
        value: the least value of it, 0 to 1.
        minimum_recall: label -> least recall, for labels that must not be missed.
        monthly_volume: examples a month in production.
        monthly_budget: money a month, in `currency`.
        currency: ISO 4217 code.
        latency_p95_s: seconds within which 95 % of answers must come.
    """

    metric: str = "macro_f1"
    value: float = 0.8
    minimum_recall: Mapping[str, float] = field(default_factory=dict)
    monthly_volume: int | None = None
    monthly_budget: float | None = None
    currency: str = "CNY"
    latency_p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be decided about each example.

    Args:
        name: the scene's name.
        labels: the very words used in prompt, reply, gold and on screen, in display order.
        language: "zh" or "en"; the wording of defaults.
        item: the word before each index ("Post", "微博").
        multi_label: whether an example may carry several labels.
        allow_none: whether an example may carry no label.
        subtasks: name -> its labels; the label sets are disjoint.
        bar: what the business asks for.
        test_sha256: hash of the frozen test rows, or None when they are not frozen.
        style: one sentence that all reasons are written by; "" when nobody has said it.
    """

    name: str
    labels: tuple[str, ...]
    language: str = "en"
    item: str = "Post"
    multi_label: bool = False
    allow_none: bool = False
    subtasks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    bar: Bar = field(default_factory=Bar, hash=False)
    test_sha256: str | None = None
    style: str = ""

    def labels_of(self, subtask: str | None) -> tuple[str, ...]:
        """The labels an example of this subtask may carry, in display order."""
        return tuple(self.subtasks[subtask]) if subtask else self.labels


@dataclass(frozen=True, slots=True)
class Example:
    """One thing to be labelled: one or several posts of one author.

    Args:
        id: unique text within the scene.
        items: the posts, oldest first; at least one.
        labels: gold labels; None is unlabelled, () is labelled with none.
        split: pool, dev, test or traffic.
        group: rows that must stay in one split (an author, a thread).
        time: ISO 8601, or None.
        subtask: the subtask it belongs to, or None.
        note: what makes it hard, for readers.
        meta: further columns of the user's file, untouched.
    """

    id: str
    items: tuple[str, ...]
    labels: tuple[str, ...] | None = None
    split: Split = "pool"
    group: str | None = None
    time: str | None = None
    subtask: str | None = None
    note: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All posts joined by line breaks, for reading and searching (never for a prompt)."""
        return "\n".join(self.items)


@dataclass(frozen=True, slots=True)
class Definition:
    """What one label means, as the model is told.

    Args:
        label: the label's word.
        text: one or two sentences; empty in a prompt of bare names.
        includes: cases that count.
        excludes: cases that do not, usually naming the label they belong to.
        examples: short quotes.
    """

    label: str
    text: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as its owner writes it: three sections, one definition per label, an answer contract.

    Args:
        name: the file's stem, such as "v2".
        system, input, instruction: the sections, placeholders not yet replaced.
        definitions: one per label, in the file's order.
        examples: few-shot examples, verbatim text.
        rationale: whether the model explains itself before or after the labels, or not at all.
        message: what changed in this version, as in a commit.
        retrieved: how many few-shot examples are fetched for each row from the pool, to stand before its posts.
    """

    name: str
    system: str
    input: str
    instruction: str
    definitions: tuple[Definition, ...]
    examples: str = ""
    rationale: Rationale = "before"
    message: str = ""
    retrieved: int = 0

    def definition_of(self, label: str) -> Definition | None:
        """The definition of a label, or None when the prompt has none."""
        return next((d for d in self.definitions if d.label == label), None)


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message: role "system" or "user", and its text."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """All that a model is told about one row: the rendered messages, nothing else.

    Args:
        row: the example's id, for bookkeeping; models must not read meaning into it.
        messages: the rendered prompt.
        repeat: which asking of the row this is, from 0; two repeats are two independent answers.
    """

    row: str
    messages: tuple[Message, ...]
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply as the model reported them; None where it did not."""

    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def counted(self) -> bool:
        """Whether it says what a bill goes by."""
        return self.prompt_tokens is not None and self.completion_tokens is not None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from a model, before anything is read into it.

    Args:
        text: the answer's text as the model wrote it.
        raw: the bytes as received, kept for ever; for in-process models the text in UTF-8.
        finish_reason: the model's own word ("stop", "length", "content_filter", ...).
        usage: tokens.
        latency_s: seconds from sending to the last byte.
        served_by: the model that says it answered, with its fingerprint; not always the one asked; None when unsaid.
        reasoning: what a thinking model wrote before its answer, kept apart from it.
        probabilities: label -> probability of being among the right ones, 0 to 1; None from models that give none.
    """

    text: str
    raw: bytes
    finish_reason: str | None = "stop"
    usage: Usage = field(default_factory=Usage)
    latency_s: float = 0.0
    served_by: str | None = None
    reasoning: str = ""
    probabilities: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote a model gave: the post's index (from 1), the words, and whether they stand there verbatim."""

    post: int
    quote: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was read in a reply.

    Args:
        status: how the row ended.
        labels: the predicted labels; empty unless answered (or an off-list answer's allowed part).
        rationale, evidence, definition: the model's stated reason, its quotes, the definition it cites.
        unplaced: quotes whose index no post has; 0 where it is no number.
        reason: why there is no answer, in words, when status is not answered.
    """

    status: Status
    labels: tuple[str, ...] = ()
    rationale: str = ""
    evidence: tuple[Evidence, ...] = ()
    definition: str | None = None
    reason: str = ""
    unplaced: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What a run was asked: everything that makes two runs the same or different.

    Args:
        run: the run's id.
        scene: the scene's name.
        prompt_name, prompt_sha256, prompt_text: the prompt and its whole text.
        model: the model's name.
        parameters: sampling and such, as recorded by the model.
        split: the split asked for ("dev", "test", "pool", "traffic" or "all").
        examples_sha256: hash of the rows, in order.
        created: UTC time, ISO 8601.
        labkit, parser: the version that made it, and that of `parsing` that last read it.
        repeats: how often each row is asked.
        masked: whether personal data was masked in what was sent.
    """

    run: str
    scene: str
    prompt_name: str
    prompt_sha256: str
    prompt_text: str
    model: str
    parameters: Mapping[str, Any]
    split: str
    examples_sha256: str
    created: str
    labkit: str
    parser: int = 3
    repeats: int = 1
    masked: bool = False

    @property
    def model_parameters(self) -> dict[str, Any]:
        """The model's own parameters, without those of the examples fetched for each row."""
        return {name: value for name, value in self.parameters.items() if name != RETRIEVED_FROM}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One example in a run, asked once: what was known, what was answered, what it took.

    Args:
        example: the row as it was asked, gold labels included.
        prediction: what was read in the reply.
        reply: the reply's text ("" when there is none).
        finish_reason: the model's own word, or None.
        attempts: how many requests were sent for it; none for a reply that was taken over.
        in_flight: how many of them may be billed although no reply was kept: on their way, or cut off by a crash.
        latency_s: seconds of the last attempt, or None.
        usage: tokens summed over the attempts that answered.
        error: the last error's text, or None.
        repeat: which asking of the row this is, from 0.
        served_by, reasoning, probabilities: see `Reply`.
        taken_from: the run that sent the same request and paid for the reply; None when this one did.
        batched: whether the reply came in a provider's batch file, at its batch price.
    """

    example: Example
    prediction: Prediction
    reply: str = ""
    finish_reason: str | None = None
    attempts: int = 0
    latency_s: float | None = None
    usage: Usage = field(default_factory=Usage)
    error: str | None = None
    repeat: int = 0
    served_by: str | None = None
    reasoning: str = ""
    probabilities: Mapping[str, float] | None = None
    taken_from: str | None = None
    in_flight: int = 0
    batched: bool = False

    @property
    def correct(self) -> bool | None:
        """Whether exactly the gold labels were answered; None when there is no gold."""
        found, gold = self.prediction, self.example.labels
        return None if gold is None else found.status is Status.ANSWERED and set(found.labels) == set(gold)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Run:
    """Prompt × model × rows, every reply kept; repeats of an example are rows side by side. Scores are never stored."""

    header: RunHeader
    task: Task
    rows: tuple[RunRow, ...]

    @property
    def id(self) -> str:
        """The run's id."""
        return self.header.run

    @property
    def counts(self) -> dict[str, int]:
        """Rows by status, every status present; the values add up to `len(rows)`."""
        tally = Counter(row.prediction.status for row in self.rows)
        return {status.value: tally[status] for status in Status}

    @property
    def served_by(self) -> dict[str, int]:
        """Who says it answered -> rows, the most first; more than one when what stands behind the name has changed."""
        return dict(Counter(row.served_by for row in self.rows if row.served_by).most_common())

    @property
    def in_flight(self) -> tuple[str, ...]:
        """The row of each request that was sent and of which nothing more is known; it may be billed."""
        return tuple(row.example.id for row in self.rows for _ in range(row.in_flight))

    @property
    def complete(self) -> bool:
        """Whether no row is pending."""
        return all(row.prediction.status is not Status.PENDING for row in self.rows)


_CANONICAL = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def sha256_of(value: Any) -> str:
    """The SHA-256 of a JSON-able value in canonical form (sorted keys, no spaces), as hex."""
    return hashlib.sha256(_CANONICAL.encode(value).encode("ascii")).hexdigest()


def example_to_json(example: Example) -> dict[str, Any]:
    """An example as an object of examples.jsonl; fields without a value are left out."""
    record: dict[str, Any] = {"id": example.id, "items": list(example.items)}
    if example.labels is not None:
        record["labels"] = list(example.labels)
    record["split"] = example.split
    optional = {"group": example.group, "time": example.time, "subtask": example.subtask, "note": example.note}
    meta = {"meta": dict(example.meta)} if example.meta else {}
    return {**record, **{key: value for key, value in optional.items() if value is not None}, **meta}


def examples_sha256(examples: Sequence[Example]) -> str:
    """The hash that freezes rows: ids, posts, gold and subtask, in order; notes and metadata do not count."""
    golds = (None if e.labels is None else sorted(e.labels) for e in examples)
    return sha256_of([[e.id, list(e.items), gold, e.subtask] for e, gold in zip(examples, golds, strict=True)])
