"""How the linear baseline learns: features, one classifier per label or one for all, thresholds by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from labkit.curation.splits import independent_groups
from labkit.records import Example, Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

C_SEVERAL = 3.0  # inverse regularisation: of 1, 3, 10 the first within .01 of the best, by cross-validation on the pool
C_ONE = 10.0  # the same on support_intents' pool
FEATURES = 20_000  # of each kind at most; more no longer help on BANKING77 (10,003 rows, .91)
FOLDS = 4
ITERATIONS = 1_000
NONE = ""  # the class of "no label" where exactly one class is chosen


class LinearClassifier(Protocol):
    """What `train` returns."""

    @property
    def features(self) -> Features:
        """What it was fitted on."""

    def probabilities(self, matrix: Any) -> list[dict[str, float]]:
        """For each row of features, label -> its probability; NONE is among the labels where one is chosen."""

    def margin(self, label: str, probability: float) -> float:
        """How far a label's probability is above the point where it is answered."""

    def coefficients(self, label: str) -> Floats:
        """What each feature is worth to a label."""


def train(rows: Sequence[Example], task: Task) -> LinearClassifier:
    """Fit a classifier to labelled rows: independent decisions where several labels are allowed, else one choice.

    Args:
        rows: labelled examples with at least two different label sets.
        task: labels, language and whether several are allowed.
    """
    from threadpoolctl import threadpool_limits

    features = Features(task.language)
    matrix = features.fit([row.text for row in rows])
    with threadpool_limits(1):  # problems this small only lose time to threads: 3.6 s of CPU instead of 0.6
        if task.multi_label:
            return _train_independent(features, matrix, rows, task)
        return _train_choice(features, matrix, rows)


class Features:
    """TF-IDF of character 1-4-grams for Chinese; of words, word pairs and character 2-5-grams for other languages."""

    def __init__(self, language: str) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        common: dict[str, Any] = {"sublinear_tf": True, "max_features": FEATURES}
        characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), **common)
        words = TfidfVectorizer(ngram_range=(1, 2), **common)
        inside = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
        kinds = [("characters", characters)] if language == "zh" else [("words", words), ("inside", inside)]
        self._union = FeatureUnion(kinds)

    def fit(self, texts: Sequence[str]) -> Any:
        """Learn the vocabulary; returns the sparse matrix rows x features."""
        matrix = self._union.fit_transform(texts)
        self._shown = self._union.transformer_list[0][1].get_feature_names_out()
        return matrix

    def transform(self, texts: Sequence[str]) -> Any:
        """The sparse matrix rows x features of further texts."""
        return self._union.transform(texts)

    def weightiest(self, row: Any, coefficients: Floats) -> list[str]:
        """N-grams of one row of features with a positive share in a decision, largest first; fragments left out."""
        shares = [(coefficients[i] * value, i) for i, value in zip(row.indices, row.data, strict=True)]
        shown = sorted((-share, str(self._shown[i])) for share, i in shares if share > 0 and i < len(self._shown))
        return [name for _, name in shown if len(name) > 1 and name.replace(" ", "").isalnum() and name == name.strip()]


@dataclass(frozen=True, slots=True)
class _Decision:
    """One label's yes-or-no classifier and the probability from which it says yes."""

    model: Any
    threshold: float


@dataclass(frozen=True, slots=True)
class _Independent:
    """One decision per label."""

    features: Features
    decisions: dict[str, _Decision]

    def probabilities(self, matrix: Any) -> list[dict[str, float]]:
        columns = {label: decision.model.predict_proba(matrix)[:, 1] for label, decision in self.decisions.items()}
        return [{label: float(column[row]) for label, column in columns.items()} for row in range(matrix.shape[0])]

    def margin(self, label: str, probability: float) -> float:
        return probability - self.decisions[label].threshold

    def coefficients(self, label: str) -> Floats:
        return self.decisions[label].model.coef_[0]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One softmax over all labels; a label's margin is its probability."""

    features: Features
    model: Any

    def probabilities(self, matrix: Any) -> list[dict[str, float]]:
        classes = [str(name) for name in self.model.classes_]
        return [dict(zip(classes, map(float, row), strict=True)) for row in self.model.predict_proba(matrix)]

    def margin(self, label: str, probability: float) -> float:
        return probability

    def coefficients(self, label: str) -> Floats:
        at, rows = list(self.model.classes_).index(label), self.model.coef_
        if len(rows) == 1:  # two classes share one row, whose sign favours the second
            return rows[0] if at else -rows[0]  # type: ignore[no-any-return]
        return rows[at]  # type: ignore[no-any-return]


def _train_choice(features: Features, matrix: Any, rows: Sequence[Example]) -> _Choice:
    from sklearn.linear_model import LogisticRegression

    classes = [row.labels[0] if row.labels else NONE for row in rows]
    return _Choice(features, LogisticRegression(C=C_ONE, max_iter=ITERATIONS).fit(matrix, classes))


def _train_independent(features: Features, matrix: Any, rows: Sequence[Example], task: Task) -> _Independent:
    import numpy as np

    group_of = {row: number for number, group in enumerate(independent_groups(rows)) for row in group}
    groups = [group_of[row] for row in range(len(rows))]
    decisions = {}
    for label in task.labels:
        carries = np.array([label in (row.labels or ()) for row in rows])
        if carries.any() and not carries.all():
            decisions[label] = _Decision(_yes_or_no().fit(matrix, carries), _threshold(matrix, carries, groups))
    return _Independent(features, decisions)


def _yes_or_no() -> Any:
    """Dual coordinate descent, since a scene has far more features than rows (Hsieh et al. 2008)."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=C_SEVERAL, class_weight="balanced", solver="liblinear", dual=True, max_iter=ITERATIONS, random_state=0
    )


def _threshold(matrix: Any, carries: Any, groups: Sequence[int]) -> float:
    """The probability that gives the best F1 over held-out folds of whole groups; 0.5 where they are too few."""
    import numpy as np
    from sklearn.metrics import precision_recall_curve
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    holders = {group for group, yes in zip(groups, carries, strict=True) if yes}
    others = {group for group, yes in zip(groups, carries, strict=True) if not yes}
    if min(len(holders), len(others)) < 2 * FOLDS:
        return 0.5
    folds = StratifiedGroupKFold(FOLDS)
    held_out = cross_val_predict(_yes_or_no(), matrix, carries, cv=folds, groups=groups, method="predict_proba")[:, 1]
    precision, recall, thresholds = precision_recall_curve(carries, held_out)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(thresholds[min(int(f1.argmax()), len(thresholds) - 1)])
