"""The micro-batches that rows will come in: which is the heaviest, and how many tokens an average one has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from labkit.training.memory import Load
from labkit.training.packed_rows import WORTH, pays
from labkit.training.prefix_groups import PrefixGroups, group_rows


@dataclass(frozen=True)
class MicroBatches:
    """Rows as `SharedPrefixTrainer` orders them and computes them.

    Args:
        rows: each row's tokens.
        grouped: so many rows of one prefix follow each other in the order of rows.
        shares: whether a prefix that the rows of a micro-batch share is computed once.
    """

    rows: Sequence[Sequence[int]]
    grouped: int
    shares: bool = True

    def heaviest(self, at_once: int) -> tuple[int, ...]:
        """The rows of the micro-batch that puts most through the model, of those that may come.

        Args:
            at_once: rows of a micro-batch.
        """
        return max(self._candidates(at_once), key=lambda found: found[1].tokens)[0]

    def heaviest_sharing(self, at_once: int) -> tuple[int, ...]:
        """The same of those whose rows share a prefix; () where none does."""
        sharing = [found for found in self._candidates(at_once) if found[1].keys]
        return max(sharing, key=lambda found: found[1].tokens)[0] if sharing else ()

    def load(self, at_once: int) -> Load:
        """What that micro-batch puts through the model, at most."""
        return max((load for _, load in self._candidates(at_once)), key=lambda load: load.tokens)

    def mean_tokens(self, at_once: int) -> float:
        """Tokens that pass through the layers for a micro-batch of the average."""
        shared = zip(self._groups.rows, self._groups.prefixes, strict=True) if self._pays and at_once > 1 else ()
        saved = sum(length * (len(group) - -(-len(group) // at_once)) for group, length in shared)
        return (sum(map(len, self.rows)) - saved) / -(-len(self.rows) // at_once)

    @cached_property
    def _groups(self) -> PrefixGroups:
        return group_rows(self.rows, self.grouped)

    @property
    def _pays(self) -> bool:
        return self.shares and self._groups.saved >= WORTH

    def _candidates(self, at_once: int) -> Iterator[tuple[tuple[int, ...], Load]]:
        """A micro-batch of the longest rows of each group, and one of rows that are left over from several."""
        everything = range(len(self.rows))
        if not self._pays or self.grouped == 1:
            yield self._longest(everything, at_once, 0)
            return
        groups = list(zip(self._groups.rows, self._groups.prefixes, strict=True))
        if len(groups) == 1:
            yield self._longest(everything, at_once, groups[0][1])
            return
        for group, prefix in groups:
            if len(group) >= self.grouped:
                yield self._longest(group, at_once, prefix)
        left = [(self._by_length(group)[: len(group) % self.grouped], prefix) for group, prefix in groups]
        left = [(rows, prefix) for rows, prefix in left if rows]
        if left:
            yield self._longest([row for rows, _ in left for row in rows], at_once, left[0][1] if len(left) == 1 else 0)

    def _longest(self, rows: Sequence[int], at_once: int, prefix: int) -> tuple[tuple[int, ...], Load]:
        chosen = self._by_length(rows)[:at_once]
        longest = len(self.rows[chosen[0]])
        if not pays(len(chosen), longest, prefix):
            return tuple(chosen), Load(len(chosen) * longest)
        own = sum(len(self.rows[row]) - prefix for row in chosen)
        return tuple(chosen), Load(prefix + own, len(chosen) * longest)

    def _by_length(self, rows: Sequence[int]) -> list[int]:
        """The longest first."""
        return sorted(rows, key=lambda row: -len(self.rows[row]))
