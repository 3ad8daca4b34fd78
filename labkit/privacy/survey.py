"""How much personal data stands in many texts: counts by kind, with samples that give nothing away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labkit.privacy.finding import find
from labkit.privacy.kinds import KINDS

_SAMPLES = 3  # a kind


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found in a number of texts.

    Args:
        counts: kind -> how often it stands there; kinds that do not are left out.
        samples: kind -> some of them, mostly starred out, different ones first.
        ids: the ids of the texts that hold any.
    """

    counts: Mapping[str, int]
    samples: Mapping[str, tuple[str, ...]]
    ids: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.counts)


def survey(texts: Iterable[tuple[str, str]]) -> Survey:
    """Look through texts.

    Args:
        texts: pairs of an id and a text; an id may come several times.
    """
    counts: Counter[str] = Counter()
    samples: dict[str, dict[str, None]] = {}
    ids: dict[str, None] = {}
    for name, text in texts:
        for found in find(text):
            counts[found.kind] += 1
            ids[name] = None
            if len(seen := samples.setdefault(found.kind, {})) < _SAMPLES:
                seen[starred(found.value)] = None
    present = [kind for kind in KINDS if counts[kind]]
    return Survey({k: counts[k] for k in present}, {k: tuple(samples[k]) for k in present}, tuple(ids))


def starred(value: str) -> str:
    """A value of which at most its first and last two characters, a third of it in all, can be read."""
    shown = min(2, len(value) // 6)
    return f"{value[:shown]}{'*' * min(8, len(value) - 2 * shown)}{value[len(value) - shown :]}"
