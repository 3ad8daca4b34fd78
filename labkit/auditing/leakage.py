"""D04: do rows that judge the model stand, in other words, among those it learns from or is shown?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labkit.auditing.finding import Finding
from labkit.auditing.samples import ALIKE, Material, Sample
from labkit.curation.near_duplicates import folded
from labkit.texts import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

# The rule of Tülu 3 (2024): half of a test text lies in 8-grams that it shares with one training text. A gram is of
# tokens, words or single Chinese characters. Its 5-gram twin also meets templates, so a person decides.
LONG, SHORT, COVERED = 8, 5, 0.5
_TOKEN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]|[^\\W\u2e80-\u9fff\uf900-\ufaff]+")
_CHUNK = 4_096  # training texts compared at once: bounds the memory


@dataclass(frozen=True, slots=True)
class Leak:
    """A training text that gives away a test text.

    Args:
        learnt, held: their positions.
        kind: "exact", "near" (a copy with changes) or "review" (perhaps only a template).
    """

    learnt: int
    held: int
    kind: str


def check_leakage(material: Material) -> Finding:
    """Test rows against every other row and the prompt's few-shot examples; dev rows against what is learnt."""
    test, dev = material.of_split("test"), material.of_split("dev")
    if not test and not dev:
        return Finding("D04", "not examined", say("audit.leakage.no_test"))
    rest = [*dev, *material.teaching]
    leaks = find_leaks([s.question for s in rest], [s.question for s in test])
    into_dev = find_leaks([s.question for s in material.teaching], [s.question for s in dev])
    waiting = _waiting_leaks(material, [*test, *dev])
    shown = find_leaks(_few_shots(material), [s.question for s in (*test, *dev)])
    held = {kind: {leak.held for leak in leaks if leak.kind == kind} for kind in ("exact", "near", "review")}
    near, review = held["near"] - held["exact"], held["review"] - held["exact"] - held["near"]
    blocked = bool(held["exact"] or near or any(leak.kind != "review" for leak in shown))
    serious = [leak for leak in leaks if leak.kind != "review"]
    lost = {leak.held for leak in into_dev if leak.kind != "review"}
    counts: dict[str, Any] = {"exact": len(held["exact"]), "near": len(near), "review": len(review), "dev": len(lost)}
    return Finding(
        "D04",
        "block" if blocked else "warn" if lost else "note" if review else "ok",
        say("audit.leakage", **counts, shown=len({leak.held for leak in shown}))
        + (say("audit.leakage.unlabelled", rows=len(waiting)) if waiting else ""),
        say("audit.leakage.fix") if blocked or lost or review else "",
        value=len(held["exact"]) + len(near),
        threshold=0,
        rows=_ids(rest, {leak.learnt for leak in serious}),
        counts={
            **counts,
            "few_shots": len({leak.held for leak in shown}),
            "test_rows": list(_ids(test, {leak.held for leak in serious})),
            "review_rows": list(_ids(test, review)),
            "unlabelled_rows": list(waiting),
        },
    )


def _waiting_leaks(material: Material, held: Sequence[Sample]) -> tuple[str, ...]:
    """Rows without labels that would give away held ones: nothing learns from them, and selection will refuse them."""
    teaching = {sample.id for sample in material.teaching}
    waiting = [sample for sample in material.learnt if sample.id not in teaching]
    leaks = find_leaks([s.question for s in waiting], [s.question for s in held]) if waiting else []
    return _ids(waiting, {leak.learnt for leak in leaks if leak.kind != "review"})


def find_leaks(learnt: Sequence[str], held: Sequence[str]) -> list[Leak]:
    """Every pair in which a text that is learnt gives away one that is held back.

    Exact after folding; near by 3-gram Jaccard from 0.5, or half of the held text in 8-grams shared with that same
    text; for review by 5-grams. Texts shorter than the grams are compared whole.

    Args:
        learnt: texts that training sees.
        held: texts that judge it.
    """
    if not learnt or not held:
        return []
    return list(_leaks([folded(text) for text in learnt], [folded(text) for text in held]))


def _leaks(learnt: Sequence[str], held: Sequence[str]) -> Iterator[Leak]:
    judged = [_tokens(text) for text in held]
    by_gram = {n: _Shared(judged, n) for n in (3, SHORT, LONG)}
    verbatim: dict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(held):
        verbatim[text].append(position)
    for start in range(0, len(learnt), _CHUNK):
        chunk = learnt[start : start + _CHUNK]
        tokens = [_tokens(text) for text in chunk]
        kinds = dict.fromkeys(by_gram[SHORT].covered(tokens), "review")
        kinds.update(dict.fromkeys((*by_gram[LONG].covered(tokens), *by_gram[3].alike(tokens)), "near"))
        kinds.update({(a, b): "exact" for a, text in enumerate(chunk) for b in verbatim.get(text, ())})
        yield from (Leak(start + a, b, kind) for (a, b), kind in sorted(kinds.items()))


def _tokens(text: str) -> list[str]:
    """Words, numbers and single Chinese characters; of a text without any, its characters."""
    return _TOKEN.findall(text) or list(text)


class _Shared:
    """Which n-grams texts share with the held ones, by a sparse product: exact, whatever the grams' frequency."""

    def __init__(self, held: Sequence[list[str]], n: int) -> None:
        import numpy as np

        self._held, self._n = held, n
        self._number: dict[str, int] = {}
        for text in held:
            for gram in self._grams(text):
                self._number.setdefault(gram, len(self._number))
        self._matrix = self._as_matrix(held).T.tocsr()
        self._sizes = np.array([len(self._grams(text)) for text in held])

    def alike(self, texts: Sequence[list[str]]) -> Iterator[tuple[int, int]]:
        """Pairs (text, held text) whose Jaccard similarity reaches ALIKE."""
        import numpy as np

        sizes = np.array([len(self._grams(text)) for text in texts])
        rows, columns, shared = self._overlaps(texts)
        reached = shared >= ALIKE * (sizes[rows] + self._sizes[columns] - shared) - 1e-9
        yield from zip(rows[reached].tolist(), columns[reached].tolist(), strict=True)

    def covered(self, texts: Sequence[list[str]]) -> Iterator[tuple[int, int]]:
        """Pairs (text, held text) in which the shared grams cover more than COVERED of the held text."""
        import numpy as np

        rows, columns, shared = self._overlaps(texts)
        lengths = np.array([len(text) for text in self._held])
        possible = shared * self._n >= COVERED * lengths[columns]  # a gram covers n tokens at most
        for a, b in zip(rows[possible].tolist(), columns[possible].tolist(), strict=True):
            if _cover(texts[a], self._held[b], self._n) >= COVERED:
                yield a, b

    def _overlaps(self, texts: Sequence[list[str]]) -> tuple[Counts, Counts, Counts]:
        product = (self._as_matrix(texts) @ self._matrix).tocoo()
        return product.row, product.col, product.data

    def _as_matrix(self, texts: Sequence[list[str]]) -> Any:
        import numpy as np
        from scipy.sparse import csr_matrix

        rows = [sorted({self._number[g] for g in self._grams(text) if g in self._number}) for text in texts]
        ends = np.cumsum([0, *map(len, rows)])
        columns = np.fromiter((gram for row in rows for gram in row), dtype=np.int64, count=int(ends[-1]))
        return csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), shape=(len(texts), len(self._number)))

    def _grams(self, text: list[str]) -> set[str]:
        return set(_grams(text, self._n))


def _grams(tokens: list[str], n: int) -> list[str]:
    """All runs of n tokens; a shorter text is one run."""
    return [" ".join(tokens[i : i + n]) for i in range(max(1, len(tokens) - n + 1))]


def _cover(text: list[str], held: list[str], n: int) -> float:
    """Share of a held text's tokens that lie in n-grams of the other text."""
    if len(held) < n or len(text) < n:
        return float(text == held)
    grams = set(_grams(text, n))
    covered, end = 0, 0
    for i, gram in enumerate(_grams(held, n)):
        if gram in grams:
            covered += i + n - max(i, end)
            end = i + n
    return covered / len(held)


def _few_shots(material: Material) -> list[str]:
    """The few-shot examples and the examples of definitions: each a text that every request shows."""
    if material.prompt is None:
        return []
    shown = [line.strip() for line in material.prompt.examples.splitlines() if line.strip()]
    return shown + [quote for definition in material.prompt.definitions for quote in definition.examples]


def _ids(samples: Sequence[Sample], positions: set[int]) -> tuple[str, ...]:
    return tuple(samples[k].id for k in sorted(positions))
