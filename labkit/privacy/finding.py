"""Find personal data and secrets in a text."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_letters, digits

from labkit.privacy.kinds import KINDS, RULES

# Full-width forms that numbers and addresses are made of: one character for one, so that places stay the same. Commas
# and their like stay wide: they end what stands before them.
_HALF_WIDTH = {ord(ch) + 0xFEE0: ch for ch in f"{ascii_letters}{digits}@.:+-_=/()"} | {0x3000: " "}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that should not be sent.

    Args:
        kind: one of KINDS.
        start, end: where it stands in the text, in characters.
        value: its characters, full-width ones made half-width.
    """

    kind: str
    start: int
    end: int
    value: str


def find(text: str) -> tuple[Found, ...]:
    """Find personal data and secrets; what overlaps is told once, as the more telling kind.

    Names and street addresses are not looked for: rules cannot tell them from other words.

    Args:
        text: a post, or any other text.

    Returns:
        What was found, in the order of the text.
    """
    claimed: list[Found] = []  # apart from each other, in the order of the text
    for found in sorted(_candidates(text), key=lambda f: (KINDS.index(f.kind), f.start, -f.end)):
        place = bisect(claimed, found.start, key=lambda f: f.start)
        before_is_clear = place == 0 or claimed[place - 1].end <= found.start
        if before_is_clear and (place == len(claimed) or found.end <= claimed[place].start):
            claimed.insert(place, found)
    return tuple(claimed)


def _candidates(text: str) -> Iterator[Found]:
    narrow = text.translate(_HALF_WIDTH)
    for rule in RULES:
        for match in rule.pattern.finditer(narrow):
            group = "value" if "value" in rule.pattern.groupindex else 0
            value = match.group(group)
            if rule.holds(value):
                yield Found(rule.kind, match.start(group), match.end(group), value)
