"""The few-shot examples of PromptEditor's preview, fetched beside the kernel: for the first a whole pool is indexed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.records import Example
from labkit.widgets.background import Background
from labkit.widgets.base import described

Fetch = Callable[[Example, int], Sequence[Example]]


@dataclass(frozen=True, slots=True)
class Shots:
    """What is known of a row's examples.

    Args:
        found: the examples; none while they are being fetched.
        fetching: whether they still are.
        problem: why there are none to be had.
    """

    found: tuple[Example, ...] = ()
    fetching: bool = False
    problem: str = ""


class FetchedShots:
    """Fetches the examples of one row at a time, the one asked for last.

    Args:
        fetch: row, count -> its examples, the same ones until labels change; None where none can be fetched.
        news: is called in the fetching thread when it has found something else than was known.
    """

    def __init__(self, fetch: Fetch | None, news: Callable[[], None]) -> None:
        self._fetch, self._news = fetch, news
        self._known: tuple[Example, int, Shots] | None = None
        self._fetching: Background[tuple[Example, int]] = Background(self._look)

    def of(self, row: Example, count: int) -> Shots:
        """What is known by now; they are fetched again each time, since a label may have been corrected."""
        if self._fetch is None or count == 0:
            return Shots()
        known = self._known
        self._fetching.soon((row, count))
        return known[2] if known and known[:2] == (row, count) else Shots(fetching=True)

    def _look(self, asked: tuple[Example, int]) -> None:
        before, self._known = self._known, (*asked, self._fetched(*asked))
        if self._known != before:
            self._news()

    def _fetched(self, row: Example, count: int) -> Shots:
        try:
            return Shots(tuple(self._fetch(row, count)) if self._fetch else ())
        except Exception as error:  # raised in a thread, nobody would see it
            return Shots(problem=described(error)["error"])
