"""What an evaluation is going to ask, worked out before anything is written, sent or paid."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock

from labkit.adjudication.standing import dropped_rows
from labkit.curation.nearest import NearestExamples
from labkit.errors import BadData, NeedsReason
from labkit.evaluation.progress import saying_when_long
from labkit.models.base import Model
from labkit.privacy import mask_example, mask_messages
from labkit.prompts import format_prompt, prompt_sha256, render
from labkit.records import RETRIEVED_FROM, Example, Prompt, Request, RunHeader, Task, examples_sha256
from labkit.store import OpenRow
from labkit.texts import say
from labkit.version import __version__
from labkit.workspace import Scene

FILE = "file"  # stands in a run's header in place of a split
_BUILDING = Lock()  # the editor and a run may need the pool's index at once


@dataclass(frozen=True, slots=True)
class Plan:
    """One question to be put to one model.

    Args:
        header: the header of the run, should a new one be needed.
        task: the scene's task.
        prompt: the prompt, known to render.
        examples: the rows, in order.
        scored: whether gold labels are expected, so that rows without them are worth a word.
        nearest: where few-shot examples are fetched; None when the prompt wants none.
    """

    header: RunHeader
    task: Task
    prompt: Prompt
    examples: tuple[Example, ...]
    scored: bool
    nearest: NearestExamples | None = None

    def require_reason(self, reason: str | None) -> None:
        """Refuse to read test rows without a reason: each reading wears them out.

        Raises:
            NeedsReason: there are test rows among the examples, and no reason.
        """
        test_rows = self.test_rows
        if test_rows and not (reason or "").strip():
            raise NeedsReason.told("error.plan.test_reason", test_rows=test_rows)

    def rendered(self, example: Example, shots: Sequence[Example] = ()) -> Request:
        """The prompt around an example and what was fetched for it, as they are."""
        return render(self.prompt, self.task, example, shots)

    def request(self, row: OpenRow) -> Request:
        """What the model is told about a row; without personal data when the header says so."""
        shots = self.nearest.of(row.example, self.prompt.retrieved) if self.nearest else ()
        if not self.header.masked:
            request = self.rendered(row.example, shots)
            return replace(request, repeat=row.repeat) if row.repeat else request
        masked, *others = (mask_example(example, self.task.language) for example in (row.example, *shots))
        request = self.rendered(masked, others)
        messages = mask_messages(request.messages, self.task.language)  # the prompt may hold some too
        return replace(request, messages=messages, repeat=row.repeat)

    @property
    def rows(self) -> Iterator[OpenRow]:
        """Each row as often as it is asked."""
        return (OpenRow(example, repeat) for repeat in range(self.header.repeats) for example in self.examples)

    @property
    def askings(self) -> int:
        """How many `rows` there are."""
        return self.header.repeats * len(self.examples)

    @property
    def sent_rows(self) -> tuple[Example, ...]:
        """The rows that may go out: those asked, and those that are fetched as examples."""
        return (*self.examples, *(self.nearest.source if self.nearest else ()))

    @property
    def test_rows(self) -> int:
        """How many of the rows are test rows."""
        return sum(example.split == "test" for example in self.examples)


def plan_split(
    scene: Scene, prompt: str | Prompt, model: Model, split: str, limit: int | None = None, repeats: int = 1
) -> Plan:
    """Plan to ask the rows of a split.

    Args:
        scene: where rows and prompts are.
        prompt: a prompt, or the name of one of the scene's.
        model: whom to ask.
        split: pool, dev, test, traffic, or all (pool, dev and test).
        limit: only the first so many rows; None is all.
        repeats: how often each row is asked.

    Raises:
        BadInput: an unknown split or prompt, a prompt that does not render, a useless limit or number of repeats, no
            rows.
    """
    if repeats < 1:
        raise BadData.told("error.plan.repeats", repeats=repeats)
    examples = scene.examples(split, limit, as_filed=True)  # what was decided since is laid over whatever is read
    require_rows(scene, split, examples)
    return _plan(scene, prompt, model, examples, split, repeats, scored=True)


def plan_rows(scene: Scene, prompt: str | Prompt, model: Model, examples: Sequence[Example], called: str) -> Plan:
    """Plan to ask some of the scene's rows; the run's header has `called` in place of a split."""
    return _plan(scene, prompt, model, examples, called, 1, scored=True)


def require_rows(scene: Scene, split: str, examples: Sequence[Example]) -> None:
    """Raise BadData, with the way to get some, when a split has no rows to ask about."""
    if not examples:
        raise BadData.told(_key_of_empty(scene, split), scene=scene.path, split=split)


def _key_of_empty(scene: Scene, split: str) -> str:
    """Words on an empty split, and on what fills it: dev and test rows are drawn once enough rows have labels."""
    unlabelled = split in ("dev", "test") and any(row.labels is None for row in scene.rows)
    return "error.plan.unlabelled" if unlabelled else "error.plan.no_rows"


def plan_file(scene: Scene, prompt: str | Prompt, model: Model, examples: Sequence[Example]) -> Plan:
    """Plan to ask rows that are not the scene's; the run's header calls them "file".

    Args:
        scene: its task says what may be answered.
        prompt: a prompt, or the name of one of the scene's.
        model: whom to ask.
        examples: the rows; at least one.

    Raises:
        BadInput: an unknown prompt, or one that does not render.
    """
    return _plan(scene, prompt, model, examples, FILE, 1, scored=False)


def new_header(
    scene: Scene,
    model: Model,
    prompt: tuple[str, str, str],
    examples: Sequence[Example],
    asked_for: str,
    further: Mapping[str, str] | None = None,
) -> RunHeader:
    """The header of a run that begins now.

    Args:
        scene: whose run.
        model: who is asked.
        prompt: its name, hash and text.
        examples: the rows.
        asked_for: the split, or what stands in its place.
        further: what changes answers beside the model's own parameters.
    """
    name, sha256, text = prompt
    return RunHeader(
        run=f"r{secrets.token_hex(4)}",
        scene=scene.task.name,
        prompt_name=name,
        prompt_sha256=sha256,
        prompt_text=text,
        model=model.name,
        parameters={**model.parameters, **(further or {})},
        split=asked_for,
        examples_sha256=examples_sha256(examples),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        labkit=__version__,
    )


def _plan(
    scene: Scene,
    prompt: str | Prompt,
    model: Model,
    examples: Sequence[Example],
    asked_for: str,
    repeats: int,
    *,
    scored: bool,
) -> Plan:
    prompt = scene.prompt(prompt) if isinstance(prompt, str) else prompt
    for example in {example.subtask: example for example in examples}.values():
        render(prompt, scene.task, example)  # a prompt that cannot be rendered is found before anything is written
    nearest = nearest_examples(scene) if prompt.retrieved else None
    words = (prompt.name, prompt_sha256(prompt), format_prompt(prompt))
    told = {RETRIEVED_FROM: nearest.sha256} if nearest else {}
    header = replace(new_header(scene, model, words, examples, asked_for, told), repeats=repeats)
    return Plan(header, scene.task, prompt, tuple(examples), scored, nearest)


def nearest_examples(scene: Scene) -> NearestExamples:
    """Where few-shot examples are fetched for a scene's rows, as its pool is labelled now.

    Raises:
        BadData: no pool row could stand as one.
    """
    with _BUILDING:
        return _nearest(scene, _decided(scene))


def _decided(scene: Scene) -> frozenset[object]:
    """What people decided about rows: corrected gold, and pool rows that were dropped."""
    return frozenset([*scene.gold_fixes().items(), *dropped_rows(scene.standings())])


@lru_cache(maxsize=2)
def _nearest(scene: Scene, _decided: frozenset[object]) -> NearestExamples:
    """The source of a scene's few-shot examples, built once for each state of what people decided.

    Raises:
        BadData: there is none.
    """
    with saying_when_long(say("evaluate.finding_examples")):
        found = NearestExamples(scene.examples("all"))
        for row in found.source[:1]:
            found.of(row, 1)  # builds its index
    if not found.source:
        raise BadData.told("error.plan.no_shots", scene=scene.path)
    return found
