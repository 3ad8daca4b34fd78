"""What gepa needs to know of a labelling task: a definition is a component, a row a score, an error a reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labkit.errors import BadData
from labkit.improvement.allowance import Allowance
from labkit.improvement.separating import suggest_terms
from labkit.improvement.sets import Trouble
from labkit.improvement.suggest import reply_of
from labkit.improvement.suggested import Suggested
from labkit.models.base import Model
from labkit.records import Definition, Example, Prompt, Run, RunRow, Status
from labkit.scoring.tally import answered_labels

CANDIDATE, LEARNING = "~candidate", "~learning"  # behind a prompt's name: asked about validation, training rows
Candidate = dict[str, str]  # label -> its definition as JSON


def as_candidate(prompt: Prompt) -> Candidate:
    """Each definition as the text of a component."""
    return {d.label: _as_text(d) for d in prompt.definitions}


def as_prompt(candidate: Mapping[str, str], prompt: Prompt) -> Prompt:
    """The prompt with a candidate's definitions."""
    definitions = tuple(_as_definition(d.label, candidate[d.label]) for d in prompt.definitions)
    return replace(prompt, definitions=definitions)


def row_score(row: RunRow) -> float:
    """F1 of one row's labels, 0 to 1; 1 when rightly none, 0 without an answer (example-based F1: Tsoumakas 2010)."""
    gold, given = frozenset(row.example.labels or ()), answered_labels(row)
    if row.prediction.status is not Status.ANSWERED:
        return 0.0
    return 2 * len(gold & given) / (len(gold) + len(given)) if gold or given else 1.0


@dataclass
class Adapter:
    """gepa's door to the scene (its protocol `GEPAAdapter`): every evaluation is a recorded run.

    Args:
        allowance: how models are asked.
        prompt: the prompt whose definitions are optimised.
        model: who answers rows.
        proposer: who proposes definitions; None for the words of the training rows.
        training: rows whose words may be proposed.
        tell: is called with the number of rows asked so far.
    """

    allowance: Allowance
    prompt: Prompt
    model: Model
    proposer: Model | None
    training: Sequence[Example]
    tell: Callable[[int], None]
    asked: int = 0
    proposals: int = 0
    unusable: int = 0
    stopped: bool = False
    last: dict[str, list[RunRow]] = field(default_factory=dict)

    def evaluate(self, batch: list[Example], candidate: Candidate, capture_traces: bool = False) -> Any:
        """Ask about rows; a row that a limit on money leaves open scores 0 and ends the search."""
        from gepa.core.adapter import EvaluationBatch

        kind = CANDIDATE if any(example.split == "dev" for example in batch) else LEARNING
        prompt = replace(as_prompt(candidate, self.prompt), name=f"{self.prompt.name}{kind}")
        run = self.allowance.rows(prompt, self.model, _distinct(batch))
        self.stopped = self.stopped or not run.complete
        self.asked += len(batch)
        self.tell(self.asked)
        rows = _in_order(run, batch)
        answers = [list(row.prediction.labels) for row in rows]
        return EvaluationBatch(answers, [row_score(row) for row in rows], rows if capture_traces else None)

    def make_reflective_dataset(
        self, candidate: Candidate, eval_batch: Any, components_to_update: list[str]
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Each label's errors; the rows themselves wait here for `propose_new_texts`."""
        rows = eval_batch.trajectories or []
        self.last = {label: [row for row in rows if _wrong_about(label, row)] for label in components_to_update}
        return {label: [{"row": row.example.id} for row in found] for label, found in self.last.items()}

    def propose_new_texts(
        self,
        candidate: Candidate,
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> Candidate:
        """A new definition for each component; the old one where none can be used, which is counted."""
        return {label: self._proposed(label, candidate) for label in components_to_update}

    def choose(
        self, state: Any, trajectories: list[RunRow], scores: list[float], index: int, candidate: Candidate
    ) -> list[str]:
        """The label that these rows are wrong about most often, of equals the one missed: gepa's component selector."""
        wrong = Counter(label for row in trajectories for label in candidate if _wrong_about(label, row))
        missed = Counter(
            label for row in trajectories for label in set(row.example.labels or ()) - answered_labels(row)
        )
        return [max(candidate, key=lambda label: (wrong[label], missed[label]))]

    def _proposed(self, label: str, candidate: Candidate) -> str:
        errors = tuple(self.last.get(label, ()))
        if not errors or self.stopped:
            return candidate[label]
        self.proposals += 1
        prompt = as_prompt(candidate, self.prompt)
        try:
            return _as_text(self._suggested(label, errors, prompt).definition, prompt.definition_of(label))
        except BadData:
            self.unusable += 1
            return candidate[label]

    def _suggested(self, label: str, errors: tuple[RunRow, ...], prompt: Prompt) -> Suggested:
        definitions = {d.label: d for d in prompt.definitions}
        if self.proposer is None:
            return suggest_terms(definitions, *_side(label, errors), self.training)[0]
        trouble = Trouble(label, None, errors, ())
        return reply_of(self.allowance.suggestion(prompt, self.proposer, trouble, False), trouble, definitions)


def _side(label: str, errors: Sequence[RunRow]) -> tuple[str | None, str | None]:
    """Whether the label was missed more often than answered without cause."""
    missed = sum(label in (row.example.labels or ()) for row in errors)
    return (label, None) if 2 * missed >= len(errors) else (None, label)


def _wrong_about(label: str, row: RunRow) -> bool:
    return (label in answered_labels(row)) != (label in (row.example.labels or ()))


def _distinct(batch: Sequence[Example]) -> tuple[Example, ...]:
    return tuple({example.id: example for example in batch}.values())


def _in_order(run: Run, batch: Sequence[Example]) -> list[RunRow]:
    found = {row.example.id: row for row in run.rows}
    return [found[example.id] for example in batch]


def _as_text(definition: Definition, kept: Definition | None = None) -> str:
    lists = {key: getattr(definition, key) for key in ("includes", "excludes")}
    examples = (kept or definition).examples
    return json.dumps({"text": definition.text, **lists, "examples": examples}, ensure_ascii=False)


def _as_definition(label: str, text: str) -> Definition:
    value = json.loads(text)  # written by `_as_text`, never by a model
    lists = {key: tuple(value[key]) for key in ("includes", "excludes", "examples")}
    return Definition(label, value["text"], **lists)
