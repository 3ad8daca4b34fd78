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

C_SEVERAL = 3.0  # inverse regularisation; the best of 1, 3, 10, 30 by cross-validation on weibo_service's pool
C_ONE = 10.0  # the same on support_intents' pool
FEATURES = 20_000  # of each kind at most; more no longer help on BANKING77 (10,003 rows, .91)
FOLDS = 4
ITERATIONS = 200
NONE = ""  # the class of "no label" where exactly one class is chosen


class LinearClassifier(Protocol):
    """What `train` returns."""

    def decide(self, text: str, allowed: Sequence[str], none: bool) -> tuple[str, ...]:
        """The labels of a text among the allowed ones, most probable first; () only where `none` allows it."""

    def reasons(self, text: str, label: str) -> list[str]:
        """The n-grams of a text that speak for a label, weightiest first."""


def train(rows: Sequence[Example], task: Task) -> LinearClassifier:
    """Fit a classifier to labelled rows: independent decisions where several labels are allowed, else one choice.

    Args:
        rows: labelled examples with at least two different label sets.
        task: labels, language and whether several are allowed.
    """
    features = Features(task.language)
    matrix = features.fit([row.text for row in rows])
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
        words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), **common)
        inside = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
        kinds = [("characters", characters)] if language == "zh" else [("words", words), ("inside", inside)]
        self._union = FeatureUnion(kinds)
        self._kind = kinds[0][0]

    def fit(self, texts: Sequence[str]) -> Any:
        """Learn the vocabulary; returns the sparse matrix rows x features."""
        matrix = self._union.fit_transform(texts)
        self._names = [name.removeprefix(f"{self._kind}__") for name in self._union.get_feature_names_out()]
        self._shown = len(self._union.transformer_list[0][1].vocabulary_)
        return matrix

    def of(self, text: str) -> Any:
        """The sparse row of one text."""
        return self._union.transform([text])

    def weightiest(self, text: str, coefficients: Floats) -> list[str]:
        """N-grams of a text with a positive share in the decision, largest first; whole words in English."""
        row = self.of(text)
        shares = [(coefficients[i] * value, i) for i, value in zip(row.indices, row.data, strict=True)]
        shown = sorted((-share, self._names[i]) for share, i in shares if share > 0 and i < self._shown)
        return [name for _, name in shown if name.strip()]


@dataclass(frozen=True, slots=True)
class _Decision:
    """One label's yes-or-no classifier and the probability from which it says yes."""

    model: Any
    threshold: float


class _Independent:
    """One decision per label."""

    def __init__(self, features: Features, decisions: dict[str, _Decision]) -> None:
        self._features = features
        self._decisions = decisions

    def decide(self, text: str, allowed: Sequence[str], none: bool) -> tuple[str, ...]:
        row = self._features.of(text)
        known = [label for label in allowed if label in self._decisions]
        margin = {
            label: float(self._decisions[label].model.predict_proba(row)[0, 1]) - self._decisions[label].threshold
            for label in known
        }
        ranked = sorted(known, key=lambda label: -margin[label])
        chosen = tuple(label for label in ranked if margin[label] >= 0)
        return chosen or (() if none else tuple(ranked[:1]))

    def reasons(self, text: str, label: str) -> list[str]:
        return self._features.weightiest(text, self._decisions[label].model.coef_[0])


class _Choice:
    """One softmax over all labels, restricted to the allowed ones."""

    def __init__(self, features: Features, model: Any) -> None:
        self._features = features
        self._model = model
        self._classes = [str(name) for name in model.classes_]

    def decide(self, text: str, allowed: Sequence[str], none: bool) -> tuple[str, ...]:
        probabilities = dict(zip(self._classes, self._model.predict_proba(self._features.of(text))[0], strict=True))
        known = [label for label in (*allowed, *([NONE] if none else [])) if label in probabilities]
        best = max(known, key=lambda label: probabilities[label], default=NONE)
        return (best,) if best != NONE else ()

    def reasons(self, text: str, label: str) -> list[str]:
        at = self._classes.index(label)
        coefficients = self._model.coef_
        if len(coefficients) == 1:  # two classes share one row, whose sign favours the second
            return self._features.weightiest(text, coefficients[0] if at else -coefficients[0])
        return self._features.weightiest(text, coefficients[at])


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
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=C_SEVERAL, class_weight="balanced", solver="liblinear", max_iter=ITERATIONS)


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
