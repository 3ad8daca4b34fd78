"""Which gold labels are probably wrong: those that models, and a judge that has not seen the row, contradict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from labkit.comparison import common_rows
from labkit.curation.label_noise import JUDGED, suspect_labels
from labkit.curation.watched import Progress, stretch, unwatched
from labkit.errors import BadInput
from labkit.records import Example, Run, Task
from labkit.scoring.repeats import askings_of, usual_answer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Marks = NDArray[np.bool_]

_ONE_IN_TWENTY = log(19)  # log odds that a label is right before anybody is heard, as where D11 begins to warn
_DOUBTED = 0.3  # of the work is done when the answers have been weighed
_SURE = 0.02  # a judge's probability counts as no nearer to 0 or 1 than this


@dataclass(frozen=True, slots=True)
class GoldSuspect:
    """A row whose gold labels may be wrong.

    Args:
        row: the example's id.
        gold: its labels.
        suggested: the labels that the evidence speaks for.
        against: how many runs answered otherwise than gold.
        for_suggested: how many runs answered exactly the labels suggested.
        runs: how many runs answered the row.
        confidence: the probability, by a model that has not seen the row, of the gold decision it doubts most; None
            where it was not asked.
        score: log odds of the suggested labels against gold, by all of this; only the order means something.
    """

    row: str
    gold: tuple[str, ...]
    suggested: tuple[str, ...]
    against: int
    for_suggested: int
    runs: int
    confidence: float | None
    score: float


def suspect_gold(
    runs: Sequence[Run], *, judge_texts: bool = True, progress: Progress = unwatched
) -> tuple[GoldSuspect, ...]:
    """Rank rows by how strongly answers speak against their gold labels.

    Every run is a rater with error rates of its own for each label, measured against gold (Dawid & Skene 1979, one
    step): a label's gold decision is doubted by the log odds of what the raters said, and a careful rater counts for
    more. To that comes the self-confidence of a small model that has not seen the row (confident learning; see
    `suspect_labels`). Models that err alike err together: a person decides, and `fix_gold` keeps the reason.

    Args:
        runs: at least one, over the same rows; different models say more than different prompts of one.
        judge_texts: whether the small model is asked too; with fewer than 50 rows it never is.
        progress: told the share that is done; what it raises ends the work.

    Returns:
        Rows that at least one run answered otherwise than gold, the most suspect first.

    Raises:
        BadInput: no run.
        BadData: no labelled row in common.
    """
    import numpy as np

    if not runs:
        raise BadInput.told("error.suspects.no_run")
    common = common_rows(runs)
    askings = [common.askings(k) for k in range(len(runs))]
    examples = [askings[0][row_id][0].example for row_id in common.ids]
    task = replace(common.task, multi_label=runs[0].task.multi_label)
    progress(_DOUBTED / 3)
    answers = [[usual_answer(asked[row_id]) for row_id in common.ids] for asked in askings]
    progress(_DOUBTED / 2)
    doubts = np.sum([_doubts(given, examples, task.labels) for given in answers], axis=0)
    progress(_DOUBTED)
    confidence = _confidence(examples, stretch(progress, _DOUBTED, 1.0)) if judge_texts else {}
    found = [
        _suspect(example, [given[k] for given in answers], doubts[k], task, confidence.get(example.id))
        for k, example in enumerate(examples)
    ]
    return tuple(sorted((one for one in found if one), key=lambda one: (-one.score, one.row)))


def doubtful_misses(run: Run, others: Sequence[Run]) -> tuple[GoldSuspect, ...]:
    """Misread rows of a run whose gold labels look wrong, rather than its answers; the most suspect first.

    Much stricter than `suspect_gold`, which ranks every row that anybody answered otherwise: a second model gave the
    very same other labels, and what all of them said outweighs the odds, 19 to 1, that a label is right.

    Args:
        run: whose misread rows.
        others: at least one run of another model over the same rows; two runs of one model are one voice.

    Raises:
        BadInput: no run of another model.
        BadData: no labelled row in common.
    """
    voices = {other.header.model: other for other in others if other.header.model != run.header.model}
    if not voices:
        raise BadInput.told("error.suspects.one_voice")
    answered = askings_of(run.rows)
    found = suspect_gold([run, *voices.values()], judge_texts=False)
    return tuple(
        one
        for one in found
        if one.score > _ONE_IN_TWENTY
        and one.for_suggested > 1
        and usual_answer(answered[one.row]) == frozenset(one.suggested)
    )


def _doubts(answers: Sequence[frozenset[str] | None], examples: Sequence[Example], labels: Sequence[str]) -> Floats:
    """For each row and label, how much one rater's word speaks against the gold decision, in log odds."""
    import numpy as np

    gold = np.array([[label in (example.labels or ()) for label in labels] for example in examples], bool)
    said = np.array([[label in (answer or ()) for label in labels] for answer in answers], bool)
    spoke = np.array([answer is not None for answer in answers], bool)[:, None]
    found = np.zeros(gold.shape)
    for k in range(len(labels)):
        yes = _says_yes(said[:, k], gold[:, k] & spoke[:, 0])
        no = _says_yes(said[:, k], ~gold[:, k] & spoke[:, 0])
        odds = np.where(said[:, k], log(yes / no), log((1 - yes) / (1 - no)))  # for the label being right
        found[:, k] = np.where(gold[:, k], -odds, odds)
    weighed: Floats = found * spoke
    return weighed


def _says_yes(said: Marks, among: Marks) -> float:
    """How often a rater answers a label among some rows; one more of either, so that nobody is infallible."""
    return float((said[among].sum() + 1) / (among.sum() + 2))


def _suspect(
    example: Example,
    answers: Sequence[frozenset[str] | None],
    doubts: Floats,
    task: Task,
    confidence: float | None,
) -> GoldSuspect | None:
    gold = frozenset(example.labels or ())
    told = [answer for answer in answers if answer is not None]
    against = sum(answer != gold for answer in told)
    if not against:
        return None
    suggested, score = _correction(gold, doubts, task, example.subtask)
    score += _log_odds_against(confidence)
    return GoldSuspect(
        row=example.id,
        gold=tuple(example.labels or ()),
        suggested=tuple(label for label in task.labels if label in suggested),
        against=against,
        for_suggested=sum(answer == suggested for answer in told),
        runs=len(told),
        confidence=confidence,
        score=score,
    )


def _correction(gold: frozenset[str], doubts: Floats, task: Task, subtask: str | None) -> tuple[frozenset[str], float]:
    """What the evidence speaks for most: a label taken away, one added, or one put in the place of another."""
    doubt = dict(zip(task.labels, map(float, doubts), strict=True))
    allowed = task.labels_of(subtask)
    wrong, missing = (
        sorted((label for label in allowed if (label in gold) is held), key=doubt.__getitem__)[-1:]
        for held in (True, False)
    )
    one_for_one = not task.multi_label and len(gold) == 1
    flips = [label for label in (*wrong, *missing) if one_for_one or doubt[label] > 0]
    flips = flips or sorted((*wrong, *missing), key=doubt.__getitem__)[-1:]
    return gold.symmetric_difference(flips), sum(doubt[label] for label in flips)


def _confidence(examples: Sequence[Example], progress: Progress) -> Mapping[str, float]:
    """Row -> how much a model that has not seen it believes its gold labels; {} where there is too little to learn."""
    if len(examples) < JUDGED:
        return {}
    groups = [example.group or example.id for example in examples]
    texts, labels = [example.text for example in examples], [example.labels or () for example in examples]
    noise = suspect_labels(texts, labels, groups, progress=progress, subtasks=[e.subtask for e in examples])
    return {examples[suspect.row].id: suspect.confidence for suspect in noise.suspects}


def _log_odds_against(confidence: float | None) -> float:
    if confidence is None:
        return 0.0
    bounded = min(1 - _SURE, max(_SURE, confidence))
    return log((1 - bounded) / bounded)
