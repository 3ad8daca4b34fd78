"""What rationales, or posts, have in common: themes with their words and rows. No model is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from labkit.curation.watched import Progress, Watched, unwatched
from labkit.errors import BadInput
from labkit.records import RunRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Source = Literal["rationale", "posts"]
AT_ONCE = 5_000  # texts that are clustered; of more a sample is, and the others join the theme next to them
MOST_THEMES = 8  # more are no overview
TERMS = 6
_DIMENSIONS = 50
_JUDGED = 1_000  # texts by which the number of themes is chosen
_LEAST_TEXTS = 4
_LEAST_WORDS = 2  # texts that a term stands in
_NEARLY = 0.8  # of the texts with a piece of a word hold the word
_LONGEST = 8  # characters of a Chinese phrase; counted are pieces of up to four
_PLACES = 3  # where a phrase must stand at least; in fewer it may be chance
_FUNCTION = "的了是我你他她它们这那也都就还在和与或把被给让跟个吗呢啊呀嘛着过地得而以及其所为于之并但因此如则对从中说不"
_HAN = re.compile(rf"(?:(?![{_FUNCTION}])[\u3400-\u9fff])+")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff][^\W_\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Theme:
    """Rows whose texts say much the same.

    Args:
        terms: words that set them apart, the most telling first; none inside another.
        rows: (id, repeat) of each, those nearest to the middle of the theme first.
    """

    terms: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes of some rows.

    Args:
        themes: the largest first.
        source: what was read: rationales, or posts where hardly any row has a rationale.
        silent: (id, repeat) of rows that have no such text, or share no word with another; they are in no theme.
    """

    themes: tuple[Theme, ...]
    source: Source
    silent: tuple[tuple[str, int], ...]


def find_themes(
    rows: Sequence[RunRow],
    *,
    source: Source | None = None,
    themes: int | None = None,
    seed: int = 0,
    progress: Progress = unwatched,
) -> Themes:
    """Group rows by what their texts say.

    TF-IDF vectors (2 to 4 characters of Chinese, one and two words of other scripts), reduced to 50 dimensions
    (latent semantic analysis, Deerwester et al. 1990) and clustered agglomeratively by Ward's criterion (1963). The
    number of themes is the one with the best silhouette (Rousseeuw 1987).

    Args:
        rows: any rows, usually the wrong ones of a run.
        source: "rationale" or "posts"; by default rationales where at least half of the rows have one.
        themes: how many; chosen by the data when None.
        seed: the same seed gives the same themes.
        progress: told the share of the texts that is read; what it raises ends the work.

    Returns:
        Themes whose rows and silent rows add up to all rows.

    Raises:
        BadInput: fewer than one theme is asked for.
    """
    if themes is not None and themes < 1:
        raise BadInput.told("error.themes.too_few", themes=themes)
    chosen = source or _source(rows)
    texts = [_text(row, chosen) for row in rows]
    matrix, terms = _vectors(Watched(texts, progress))
    spoken = [k for k in range(len(rows)) if matrix is not None and matrix[k].nnz]
    heard_of = set(spoken)
    silent = tuple(_key(row) for k, row in enumerate(rows) if k not in heard_of)
    if not spoken:
        return Themes((), chosen, silent)
    heard = matrix[spoken]
    places, middles = _clustered(heard, themes, seed)
    found = []
    for k in range(places.max() + 1):
        inside = places == k
        said = "\n".join(texts[spoken[place]] for place in inside.nonzero()[0])
        found.append(Theme(_terms(heard, inside, terms, said), _nearest_first(rows, spoken, inside, middles[k])))
    return Themes(tuple(sorted(found, key=lambda theme: (-len(theme.rows), theme.terms))), chosen, silent)


def _source(rows: Sequence[RunRow]) -> Source:
    return "rationale" if 2 * sum(bool(row.prediction.rationale.strip()) for row in rows) >= len(rows) else "posts"


def _text(row: RunRow, source: Source) -> str:
    return row.prediction.rationale if source == "rationale" else row.example.text


def _key(row: RunRow) -> tuple[str, int]:
    return row.example.id, row.repeat


def _vectors(texts: Watched[str]) -> tuple[Any, Sequence[str]]:
    """The texts' TF-IDF matrix, None when they share nothing, and the term of each column."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = _LEAST_WORDS if len(texts) >= _LEAST_TEXTS else 1
    vectorizer = TfidfVectorizer(analyzer=_units, min_df=least, max_df=0.6, max_features=20_000, sublinear_tf=True)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word stands in enough texts and in few enough
        return None, ()
    return matrix, vectorizer.get_feature_names_out().tolist()


def _units(text: str) -> list[str]:
    """What is counted: pieces of Chinese words, other words alone and in pairs; no function words."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found: list[str] = []
    for run in _HAN.findall(text):
        found += [run[k : k + n] for n in (2, 3, 4) for k in range(len(run) - n + 1)]
    words = [word for word in _WORD.findall(text.casefold()) if word not in ENGLISH_STOP_WORDS]
    return [*found, *words, *(f"{one} {two}" for one, two in pairwise(words))]


def _clustered(matrix: Any, themes: int | None, seed: int) -> tuple[Ints, list[Floats]]:
    """The theme of each text, and how near each text is to the middle of every theme."""
    import numpy as np

    points = _reduced(matrix, seed)
    sample = np.arange(len(points))
    if len(points) > AT_ONCE:
        sample = np.sort(np.random.default_rng(seed).choice(len(points), AT_ONCE, replace=False))
    drawn = _ward(points[sample], themes, seed)
    middles = np.stack([points[sample][drawn == k].mean(axis=0) for k in range(drawn.max() + 1)])
    lengths = (points**2).sum(axis=1)[:, None] + (middles**2).sum(axis=1)
    nearness = 2 * points @ middles.T - lengths  # minus the squared distance, without an array of all differences
    places = nearness.argmax(axis=1)
    places[sample] = drawn
    return places, list(nearness.T)


def _reduced(matrix: Any, seed: int) -> Floats:
    """Texts as points on a sphere of few dimensions."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    dimensions = min(_DIMENSIONS, min(matrix.shape) - 1)
    if dimensions < 1:
        return normalize(matrix.toarray())  # type: ignore[no-any-return]
    with np.errstate(invalid="ignore"):  # texts that are all the same have no variance to explain
        points = TruncatedSVD(dimensions, random_state=seed).fit_transform(matrix)
    return normalize(points)  # type: ignore[no-any-return]


def _ward(points: Floats, themes: int | None, seed: int) -> Ints:
    """One tree, cut where the silhouette is best, or into as many themes as are asked for."""
    import numpy as np
    from scipy.cluster.hierarchy import cut_tree
    from sklearn.cluster import ward_tree

    if len(points) < _LEAST_TEXTS:
        return np.zeros(len(points), np.int64)
    children, _, _, _, heights = ward_tree(points, return_distance=True)
    sizes = np.ones(2 * len(points) - 1)
    for k, (one, two) in enumerate(children):
        sizes[len(points) + k] = sizes[one] + sizes[two]
    tree = np.column_stack((children, heights, sizes[len(points) :])).astype(float)
    counts = [min(themes, len(points))] if themes else range(2, min(MOST_THEMES, len(points) // 2) + 1)
    cuts = cut_tree(tree, n_clusters=list(counts))
    if themes:
        found: Ints = cuts[:, 0].astype(np.int64)
        return found
    judged = np.random.default_rng(seed).permutation(len(points))[:_JUDGED]
    best = max(range(cuts.shape[1]), key=lambda k: _silhouette(points[judged], cuts[judged, k]))
    return cuts[:, best].astype(np.int64)  # type: ignore[no-any-return]


def _silhouette(points: Floats, places: Ints) -> float:
    from sklearn.metrics import silhouette_score

    clusters = len(set(places.tolist()))
    return float(silhouette_score(points, places)) if 1 < clusters < len(points) else -1.0


def _terms(matrix: Any, inside: NDArray[np.bool_], terms: Sequence[str], text: str) -> tuple[str, ...]:
    """The terms that weigh more inside than outside, in whole, without those that stand in a better one."""
    import numpy as np

    within = np.asarray(matrix[inside].mean(axis=0)).ravel()
    others = np.asarray(matrix[~inside].mean(axis=0)).ravel() if not inside.all() else 0.0 * within
    often = np.asarray((matrix[inside] > 0).sum(axis=0)).ravel()
    found: list[str] = []
    for k in np.argsort(others - within, kind="stable")[: 20 * TERMS]:
        if len(found) == TERMS or within[k] <= others[k] or _repeats(terms[k], found):
            continue
        term = _grown(_whole(k, often, terms), text)
        if len(term) > 1 and not _repeats(term, found):
            found.append(term)
    return tuple(found)


def _repeats(term: str, found: Sequence[str]) -> bool:
    return any(_overlap(term, other) for other in found)


def _whole(place: int, often: Ints, terms: Sequence[str]) -> str:
    """The longest term that stands nearly wherever the one at this place does: a piece of a Chinese word is none."""
    term = terms[place]
    if term.isascii():
        return term
    longer = (other for k, other in enumerate(terms) if term in other and often[k] >= _NEARLY * often[place])
    return max(longer, key=len)


def _grown(term: str, text: str) -> str:
    """The phrase in which a Chinese term stands nearly wherever it does: 马克思主义 of 克思主义."""
    while _HAN.fullmatch(term) and len(term) < _LONGEST:
        longer = _with_neighbour(term, text)
        if longer == term:
            break
        term = longer
    return term


def _with_neighbour(term: str, text: str) -> str:
    places = [found.start() for found in re.finditer(re.escape(term), text)]
    for before, after in ((1, 0), (0, 1)):
        around = Counter(text[max(0, place - before) : place + len(term) + after] for place in places)
        for longer, count in around.most_common(1):
            often = count >= max(_PLACES, _NEARLY * len(places))
            if often and longer != term and _HAN.fullmatch(longer):
                return longer
    return term


def _overlap(one: str, two: str) -> bool:
    """Whether one stands in the other, or a Chinese one goes on where the other ends: pieces of the same words."""
    inside = one in two or two in one
    return inside or (not one.isascii() and (_goes_on(one, two) or _goes_on(two, one)))


def _goes_on(one: str, two: str) -> bool:
    return any(one.endswith(two[:k]) for k in range(1, min(len(one), len(two))))


def _nearest_first(
    rows: Sequence[RunRow], spoken: Sequence[int], inside: NDArray[np.bool_], nearness: Floats
) -> tuple[tuple[str, int], ...]:
    places = [k for k in range(len(spoken)) if inside[k]]
    return tuple(_key(rows[spoken[k]]) for k in sorted(places, key=lambda k: (-float(nearness[k]), k)))
