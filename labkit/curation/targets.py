"""What a teacher's recorded answers are good for as training targets: only those that nothing can be held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.records import Example, Prediction, Run, RunRow, Status

NOT_ASKED = "not asked"
_NO_ANSWER, _OTHER_LABELS = "no readable answer", "other labels than gold"
_LOOSE_QUOTE, _NO_RATIONALE = "a quote that is not in the post", "no rationale"


@dataclass(frozen=True, slots=True)
class Targets:
    """A teacher's answers, sifted.

    Args:
        of_row: row id -> the target: rationale, evidence and definition as the teacher gave them, gold labels.
        refused: row id -> why its answer is not taken; these rows wait for a person.
    """

    of_row: Mapping[str, dict[str, Any]]
    refused: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """Why answers were refused -> rows, the commonest first."""
        return dict(Counter(self.refused.values()).most_common())

    @property
    def queue(self) -> tuple[str, ...]:
        """The rows that the teacher answered in vain; those it was never asked about are not among them."""
        return tuple(row for row, why in self.refused.items() if why != NOT_ASKED)


def explained_targets(examples: Sequence[Example], run: Run) -> Targets:
    """Take a run's answers as targets where its labels equal gold, every quote is verbatim and it gives a reason.

    Args:
        examples: labelled rows.
        run: the teacher's; of several askings of a row the first that can be taken counts.
    """
    answered: dict[str, list[RunRow]] = {}
    for row in run.rows:
        if row.prediction.status is not Status.PENDING:
            answered.setdefault(row.example.id, []).append(row)
    of_row, refused = {}, {}
    for example in examples:
        found = [row.prediction for row in answered.get(example.id, ()) if row.example.items == example.items]
        faults = [_fault(prediction, example) for prediction in found]
        if "" in faults:
            of_row[example.id] = _target(found[faults.index("")], example)
        else:
            refused[example.id] = faults[0] if faults else NOT_ASKED
    return Targets(of_row, refused)


def _fault(prediction: Prediction, example: Example) -> str:
    """What is wrong with an answer; "" when nothing is."""
    if prediction.status is not Status.ANSWERED:
        return _NO_ANSWER
    if set(prediction.labels) != set(example.labels or ()):
        return _OTHER_LABELS
    if prediction.unplaced or not all(quote.verbatim for quote in prediction.evidence):
        return _LOOSE_QUOTE
    return "" if prediction.rationale.strip() else _NO_RATIONALE


def _target(prediction: Prediction, example: Example) -> dict[str, Any]:
    """The answer in one form, whatever order and spacing the teacher used; a cited definition only of a gold label."""
    cited = {"definition": prediction.definition} if prediction.definition in (example.labels or ()) else {}
    return {
        "rationale": " ".join(prediction.rationale.split()),
        "evidence": [{"post": quote.post, "quote": quote.quote} for quote in prediction.evidence],
        **cited,
        "labels": list(example.labels or ()),
    }
