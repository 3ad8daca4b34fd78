"""Does the audit find planted label errors? Ours beside cleanlab on the same rows of BANKING77, one label and several.

cleanlab gets out-of-fold probabilities of logistic regression over TF-IDF, its usual recipe, and our own figures are
those of `curation.label_noise`, whose small models are its own. What this module printed on 2026-11-28, mean of three
seeds, average precision, precision and recall of what is called an error: one label 0.950, 0.80, 0.94 beside cleanlab's
0.944, 0.51, 0.76; several labels 0.900, 0.56, 0.98 beside 0.754, 0.51, 0.97.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from labkit.curation.label_noise import suspect_labels
from labkit.tables import read_table

ROWS, GLUED, SEEDS, SHARE = 3_000, 1_500, 3, 0.10  # SHARE of the rows have a label flipped to another one
_LABELS = 20  # of the glued documents
_FOLDS = 5

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planted:
    """Rows with errors put in: texts, the labels given, and which rows were flipped."""

    texts: list[str]
    given: list[Labels]
    flipped: list[bool]


def main() -> None:
    """Print average precision, and precision and recall of what is called an error; needs $LABKIT_TEST_DATA."""
    place = os.environ.get("LABKIT_TEST_DATA")
    if not place:
        print("LABKIT_TEST_DATA is not set: nothing was measured")
        return
    rows = [(str(r["text"]), str(r["category"])) for r in read_table(Path(place, "banking77", "train.csv")).rows]
    ways = {"labkit": _ours}
    if find_spec("cleanlab"):
        ways["cleanlab"] = _cleanlab
    else:
        print("cleanlab is not installed: only our own figures (pip install cleanlab)")
    print(f"{'rows':>16}{'by':>10}{'average precision':>19}{'precision':>11}{'recall':>8}{'seconds':>9}")
    for kind, plant in (("one label", _one_label), ("several labels", _several)):
        for name, way in ways.items():
            found = [_measured(plant(rows, random.Random(seed)), way) for seed in range(SEEDS)]
            means = [sum(column) / SEEDS for column in zip(*found, strict=True)]
            print(f"{kind:>16}{name:>10}{means[0]:>19.3f}{means[1]:>11.2f}{means[2]:>8.2f}{means[3]:>9.1f}")


def _one_label(rows: Sequence[tuple[str, str]], draw: random.Random) -> Planted:
    chosen = draw.sample(list(rows), ROWS)
    labels = sorted({label for _, label in rows})
    return _flipped([text for text, _ in chosen], [(label,) for _, label in chosen], labels, draw)


def _several(rows: Sequence[tuple[str, str]], draw: random.Random) -> Planted:
    """One to three posts of the first labels glued together, with all their labels."""
    labels = sorted({label for _, label in rows})[:_LABELS]
    known = [row for row in rows if row[1] in labels]
    parts = [draw.sample(known, draw.randint(1, 3)) for _ in range(GLUED)]
    texts = [" ".join(text for text, _ in part) for part in parts]
    return _flipped(texts, [tuple(sorted({label for _, label in part})) for part in parts], labels, draw)


def _flipped(texts: list[str], gold: list[Labels], labels: Sequence[str], draw: random.Random) -> Planted:
    """In a share of the rows one label gives way to another."""
    wrong = set(draw.sample(range(len(gold)), round(SHARE * len(gold))))
    given = []
    for k, own in enumerate(gold):
        if k in wrong:
            gone = draw.choice(own)
            other = draw.choice([label for label in labels if label not in own])
            own = tuple(sorted({*own, other} - {gone}))
        given.append(own)
    return Planted(texts, given, [k in wrong for k in range(len(gold))])


def _measured(planted: Planted, way: Any) -> tuple[float, float, float, float]:
    from sklearn.metrics import average_precision_score

    start = time.perf_counter()
    doubt, errors = way(planted)
    seconds = time.perf_counter() - start
    hits = sum(planted.flipped[row] for row in errors)
    precise = hits / len(errors) if errors else 0.0
    return float(average_precision_score(planted.flipped, doubt)), precise, hits / sum(planted.flipped), seconds


def _ours(planted: Planted) -> tuple[list[float], set[int]]:
    found = suspect_labels(planted.texts, planted.given, [str(k) for k in range(len(planted.texts))]).suspects
    doubt = [0.0] * len(found)
    for suspect in found:
        doubt[suspect.row] = 1 - suspect.confidence
    return doubt, {suspect.row for suspect in found if suspect.error}


def _cleanlab(planted: Planted) -> tuple[list[float], set[int]]:
    if all(len(one) == 1 for one in planted.given):
        return _cleanlab_choice(planted)
    return _cleanlab_several(planted)


def _cleanlab_choice(planted: Planted) -> tuple[list[float], set[int]]:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores
    from sklearn.preprocessing import LabelEncoder

    given = LabelEncoder().fit_transform([one[0] for one in planted.given])
    probable = _out_of_fold(planted.texts, given)
    issues = find_label_issues(given, probable, n_jobs=1)
    return [1 - float(q) for q in get_label_quality_scores(given, probable)], set(issues.nonzero()[0].tolist())


def _cleanlab_several(planted: Planted) -> tuple[list[float], set[int]]:
    import numpy as np
    from cleanlab.multilabel_classification import get_label_quality_scores
    from cleanlab.multilabel_classification.filter import find_label_issues

    names = sorted({label for one in planted.given for label in one})
    given = [[names.index(label) for label in one] for one in planted.given]
    columns = (np.array([name in one for one in planted.given]).astype(int) for name in names)
    probable = np.column_stack([_out_of_fold(planted.texts, column)[:, 1] for column in columns])
    issues = find_label_issues(given, probable, n_jobs=1)
    return [1 - float(q) for q in get_label_quality_scores(given, probable)], set(issues.nonzero()[0].tolist())


def _out_of_fold(texts: Sequence[str], given: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    matrix = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit_transform(texts)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    return cross_val_predict(LogisticRegression(C=10, max_iter=200), matrix, given, cv=folds, method="predict_proba")
