"""The audit of duplicates and quota selection over many short posts: CPU seconds and peak memory.

Beside it what datasketch takes for the near duplicates alone, where it is installed (`pip install datasketch`): MinHash
of 128 permutations over the same character triples, LSH at the same Jaccard similarity, and how many of the rows that
labkit groups it puts into a group as well.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from importlib.util import find_spec

from labkit.auditing import Material, sample_of
from labkit.auditing.duplicates import check_duplicates
from labkit.auditing.samples import ALIKE
from labkit.curation.candidates import find_candidates
from labkit.curation.near_duplicates import folded, near_duplicate_groups
from labkit.curation.selection import Selector
from labkit.records import Example, Task
from labkit.workspace import open_scene

SIZES = (20_000, 100_000)  # LABKIT_BENCH_ROWS=1000000 adds a larger one: it takes minutes
_LABELS = tuple(f"label {k}" for k in range(15))
_COPIED = 0.05  # share of posts that copy an earlier one with a character changed
_LONGEST = 60


def main() -> None:
    """Print a line per size: audit of duplicates, near duplicates, selection of 1,000 rows, peak memory."""
    following = _chain()
    peer = find_spec("datasketch") is not None
    beside = f"{'datasketch, s':>16}{'finds':>8}" if peer else "   datasketch is not installed"
    print(f"{'posts':>10}{'audit, s':>10}{'near duplicates, s':>20}{'selection, s':>14}{'peak, MB':>10}{beside}")
    for size in (*SIZES, *_more()):
        posts = _posts(size, following)
        begun = time.process_time()
        check_duplicates(Material(tuple(map(sample_of, posts))))
        start = time.process_time()
        groups = near_duplicate_groups(posts)
        grouped = time.process_time()
        Selector(find_candidates(posts), Task("posts", _LABELS)).choose(1_000)
        seconds = f"{start - begun:>10.1f}{grouped - start:>20.1f}{time.process_time() - grouped:>14.1f}"
        peak = f"{_peak_mb():>10,}"
        print(f"{size:>10,}{seconds}{peak}{_by_datasketch(posts, groups) if peer else ''}", flush=True)


def _by_datasketch(posts: list[Example], groups: Mapping[str, str]) -> str:
    """Seconds of MinHash and LSH over the posts, and the share of the rows that labkit groups that it finds, too."""
    from datasketch import MinHash, MinHashLSH

    begun = time.process_time()
    pieces = [{folded(p.text)[k : k + 3].encode() for k in range(max(1, len(folded(p.text)) - 2))} for p in posts]
    hashes = MinHash.bulk(pieces, num_perm=128)
    index = MinHashLSH(threshold=ALIKE, num_perm=128)
    for post, hashed in zip(posts, hashes, strict=True):
        index.insert(post.id, hashed, check_duplication=False)
    found = {post.id for post, hashed in zip(posts, hashes, strict=True) if len(index.query(hashed)) > 1}
    seconds = time.process_time() - begun
    sizes = Counter(groups.values())
    grouped = {row for row, group in groups.items() if sizes[group] > 1}
    return f"{seconds:>16.1f}{len(found & grouped) / max(1, len(grouped)):>8.1%}"


def _more() -> tuple[int, ...]:
    wanted = os.environ.get("LABKIT_BENCH_ROWS")
    return (int(wanted),) if wanted else ()


def _chain() -> dict[str, list[str]]:
    """Two characters -> what followed them in the bundled Chinese posts."""
    following: dict[str, list[str]] = defaultdict(list)
    for example in open_scene("weibo_service").rows:
        for post in example.items:
            for k, character in enumerate(post):
                following[post[max(0, k - 2) : k]].append(character)
            following[post[-2:]].append("")
    return following


def _posts(number: int, following: dict[str, list[str]]) -> list[Example]:
    draw = random.Random(0)
    texts: list[str] = []
    for _ in range(number):
        copied = texts and draw.random() < _COPIED
        texts.append(_changed(draw.choice(texts), draw) if copied else _post(following, draw))
    return [Example(f"{k}", (text,), (draw.choice(_LABELS),)) for k, text in enumerate(texts)]


def _post(following: dict[str, list[str]], draw: random.Random) -> str:
    text = draw.choice(following[""])
    while len(text) < _LONGEST and (character := draw.choice(following.get(text[-2:], [""]))):
        text += character
    return text


def _changed(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + draw.choice("的了呢啊吧") + text[place + 1 :]


def _peak_mb() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
