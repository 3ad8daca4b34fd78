"""Which labels are probably wrong, told by a small model that has not seen the row it judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from labkit.curation.coverage import vectors
from labkit.curation.watched import Progress, stretch, unwatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float64]

_FOLDS = 5
_SMOOTHING = 0.1  # ranks planted errors of BANKING77 as logistic regression does, in a hundredth of its time
_PENALTY = 10.0  # inverse strength of the regression's regularisation
_TOLERANCE = 0.01  # a hundred times looser than usual, for a third of the time
_READ = 0.5  # of the work is done when the texts are read
_MOST_DECISIONS = 300_000  # rows times labels that the regression may judge: more take minutes
_LIKELY = 0.5

JUDGED = 50  # rows that a judge needs: fewer teach it nothing
TRUSTED = 0.5  # agreement below which a judge errs more than the labels do

Judge = Literal["naive Bayes", "logistic regression"]


@dataclass(frozen=True, slots=True)
class SuspectLabel:
    """A row whose label looks wrong.

    Args:
        row: its position.
        label: the label that looks wrong: one it has, or one it lacks.
        confidence: the probability, by a model that has not seen the row, that this label is as it is given, 0 to 1.
        error: whether it is one of as many rows as confident learning counts errors, the least believed of all.
        rival: where a row carries one label of several, the likeliest other one.
    """

    row: int
    label: str
    confidence: float
    error: bool
    rival: str | None = None


@dataclass(frozen=True, slots=True)
class LabelNoise:
    """What a model that has not seen the rows says of their labels.

    Args:
        suspects: every row that was judged, the least believed first; empty when there is too little to learn from.
        agreement: mean Jaccard similarity of its labels and the given ones: what its word on these is worth, 0 to 1.
        judge: the model.
    """

    suspects: tuple[SuspectLabel, ...]
    agreement: float
    judge: Judge = "naive Bayes"


def suspect_labels(
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    groups: Sequence[str],
    seed: int = 0,
    progress: Progress = unwatched,
    *,
    subtasks: Sequence[str | None] = (),
) -> LabelNoise:
    """Rank labelled rows by how little a model believes their labels, the least believed first.

    The model reads TF-IDF of character n-grams, five-fold: naive Bayes where each row carries one label, logistic
    regression for each label where rows may carry several (naive Bayes again beyond 300,000 rows times labels). The
    score of a row is its label's self-confidence; where rows may carry several, the lowest over all labels, those it
    has and those it lacks. How many are errors is counted by confident learning: a label's probability lies below that
    class's mean self-confidence while another class reaches its own (Northcutt, Jiang & Chuang 2021). Which ones is
    told by the score as a share of that mean, which finds more of them and is wrong less often.

    Args:
        texts: one per row.
        labels: the given labels of each row; () is labelled with none.
        groups: rows of one group are judged together, so that copies do not vouch for each other.
        seed: of the folds.
        progress: told the share that is done; what it raises ends the work.
        subtasks: of each row, where there are several: each has its own labels, and a judge of its own. Rows of one
            with fewer than 50, or whose labels its judge tells less than half the time, are not judged.
    """
    if len(set(subtasks)) > 1:
        return _judge_subtasks(texts, labels, groups, seed, progress, subtasks)
    names = sorted({label for given in labels for label in given})
    if len(names) < 2 or len(set(groups)) < _FOLDS:
        return LabelNoise((), 0.0)
    single = all(len(given) == 1 for given in labels)
    regressed = not single and len(texts) * len(names) <= _MOST_DECISIONS
    judge: Judge = "logistic regression" if regressed else "naive Bayes"
    rows, folds = vectors(texts, stretch(progress, 0.0, _READ)), _folds(groups, seed)
    judging = stretch(progress, _READ, 1.0)
    if single:
        found, agreement = _judge_choice(rows, labels, names, folds, judging)
    else:
        found, agreement = _judge_each(rows, labels, names, folds, judge, judging)
    return LabelNoise(tuple(sorted(found, key=lambda suspect: suspect.confidence)), agreement, judge)


def _judge_subtasks(
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    groups: Sequence[str],
    seed: int,
    progress: Progress,
    subtasks: Sequence[str | None],
) -> LabelNoise:
    """What is said of each subtask that has the rows for a judge, by those judges whose word is worth something."""
    found: list[SuspectLabel] = []
    agreed, judges, done = 0.0, set[Judge](), 0
    for rows in _judgeable(subtasks):
        of_rows = ([texts[k] for k in rows], [labels[k] for k in rows], [groups[k] for k in rows])
        part = stretch(progress, done / len(texts), (done + len(rows)) / len(texts))
        noise = suspect_labels(*of_rows, seed=seed, progress=part)
        done += len(rows)
        if noise.agreement >= TRUSTED:
            found += [replace(suspect, row=rows[suspect.row]) for suspect in noise.suspects]
            agreed += noise.agreement * len(noise.suspects)
            judges.add(noise.judge)
    judge: Judge = "logistic regression" if "logistic regression" in judges else "naive Bayes"
    ordered = tuple(sorted(found, key=lambda suspect: suspect.confidence))
    return LabelNoise(ordered, agreed / len(found) if found else 0.0, judge)


def _judgeable(subtasks: Sequence[str | None]) -> list[list[int]]:
    """The rows of each subtask that has enough for a judge."""
    rows_of: dict[str | None, list[int]] = defaultdict(list)
    for row, subtask in enumerate(subtasks):
        rows_of[subtask].append(row)
    return [rows for rows in rows_of.values() if len(rows) >= JUDGED]


def _folds(groups: Sequence[str], seed: int) -> NDArray[np.int64]:
    import numpy as np

    names = list(dict.fromkeys(groups))
    fold_of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % _FOLDS, strict=True))
    return np.array([fold_of[group] for group in groups])


def _judge_choice(
    rows: Any, labels: Sequence[Sequence[str]], names: Sequence[str], folds: Any, progress: Progress
) -> tuple[list[SuspectLabel], float]:
    """One label a row: a choice among all."""
    import numpy as np

    number = {name: k for k, name in enumerate(names)}
    given = np.array([number[one[0]] for one in labels])
    probable = _out_of_fold(rows, given, len(names), folds, "naive Bayes", progress)
    own = probable[np.arange(len(given)), given]
    usual = np.array([own[given == k].mean() for k in range(len(names))])  # a class's mean self-confidence
    rival = np.where(probable >= usual, probable, 0.0)
    other = (rival.argmax(axis=1) != given) & (rival.max(axis=1) > 0)
    likeliest = probable.argmax(axis=1)  # else a label of few rows, hardly ever believed, would rival all others
    contradicted = other & (own < usual[given]) & (likeliest != given)
    error = _least_believed(own, usual[given], contradicted)
    others = probable.copy()
    others[np.arange(len(given)), given] = -1
    rivals = [names[k] for k in others.argmax(axis=1)]
    found = [SuspectLabel(k, labels[k][0], float(own[k]), bool(error[k]), rivals[k]) for k in range(len(given))]
    return found, float((likeliest == given).mean())


def _judge_each(
    rows: Any,
    labels: Sequence[Sequence[str]],
    names: Sequence[str],
    folds: Any,
    judge: Judge,
    progress: Progress,
) -> tuple[list[SuspectLabel], float]:
    """Several labels a row: yes or no to each."""
    import numpy as np

    given = np.array([[name in one for name in names] for one in labels])
    columns, share = given.T.astype(int), 1 / len(names)
    steps = [stretch(progress, k * share, (k + 1) * share) for k in range(len(names))]
    probable = np.column_stack(
        [_out_of_fold(rows, columns[k], 2, folds, judge, step)[:, 1] for k, step in enumerate(steps)]
    )
    own = np.where(given, probable, 1 - probable)
    usual = [[_mean(own[given[:, k] == side, k]) for side in (False, True)] for k in range(len(names))]
    asked = own.argmin(axis=1)
    least = own.min(axis=1)
    sides = given[np.arange(len(asked)), asked].astype(int)
    as_given, otherwise = (np.array([usual[k][s ^ flip] for k, s in zip(asked, sides, strict=True)]) for flip in (0, 1))
    error = _least_believed(least, as_given, (least < as_given) & (1 - least >= otherwise))
    found = [SuspectLabel(row, names[k], float(least[row]), bool(error[row])) for row, k in enumerate(asked)]
    said = probable >= _LIKELY
    both, either = (said & given).sum(axis=1), (said | given).sum(axis=1)
    return found, float(np.where(either > 0, both / np.maximum(either, 1), 1.0).mean())


def _least_believed(own: Any, usual: Any, contradicted: Any) -> Any:
    """Whether each row is among as many as are contradicted, those believed least for what is usual of their class."""
    import numpy as np

    untold = np.ones(len(own))  # of a class that is never believed
    share = np.divide(own, usual, out=untold, where=usual > 0)
    error = np.zeros(len(own), bool)
    error[share.argsort(kind="stable")[: contradicted.sum()]] = True
    return error


def _mean(values: Any) -> float:
    return float(values.mean()) if values.size else 1.0


def _out_of_fold(rows: Any, given: Any, classes: int, folds: Any, judge: Judge, progress: Progress) -> Probabilities:
    """Each row's class probabilities by a model that learnt from the other folds."""
    import numpy as np

    probable = np.zeros((rows.shape[0], classes))
    for fold in range(_FOLDS):
        progress(fold / _FOLDS)
        learnt, held = folds != fold, folds == fold
        model = _model(judge, given[learnt]).fit(rows[learnt], given[learnt])
        probable[np.ix_(held, model.classes_)] = model.predict_proba(rows[held])
    return probable


def _model(judge: Judge, given: Any) -> Any:
    """An untrained model; a regression tells two classes apart, so where only one is given naive Bayes says that one.

    Classes are weighed by their rarity: a label of a twentieth of the rows would else hardly ever be believed.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB

    if judge == "naive Bayes" or given.min() == given.max():
        return MultinomialNB(alpha=_SMOOTHING)
    return LogisticRegression(C=_PENALTY, solver="liblinear", class_weight="balanced", tol=_TOLERANCE, random_state=0)
