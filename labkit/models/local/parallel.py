"""Groups of rows on all cores: a thread for each group, one core for each of its products."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from itertools import pairwise
from queue import SimpleQueue
from threading import Event
from typing import Any, TypeVar

from labkit.models.local.prefix import Prefix
from labkit.models.stopping import wanted_until

Found = TypeVar("Found")
Group = tuple[list[int], Prefix | None]
Answer = Callable[[list[int], Prefix | None], Iterable[tuple[list[int], list[Found]]]]

_LEAST_ROWS = 4  # of a thread: a pass over fewer takes hardly less time


def dealt(group: list[int], threads: int) -> Iterator[list[int]]:
    """A group dealt out in turn, so that threads whose rows wait for the longest of them end at about the same time.

    Args:
        group: row numbers, by length.
        threads: how many parts at most.
    """
    count = max(1, min(threads, len(group) // _LEAST_ROWS))
    return (group[first::count] for first in range(count))


def dealt_by_length(group: list[int], threads: int, at_most: int) -> Iterator[list[int]]:
    """A group in parts of like length, every `threads` of which take about as long as each other.

    Args:
        group: row numbers, by length.
        threads: how many parts are answered at once.
        at_most: rows of a part, about.
    """
    count = max(1, round(len(group) / (threads * at_most)))
    ends = [len(group) * part // count for part in range(count + 1)]
    for start, end in pairwise(ends):
        yield from dealt(group[start:end], threads)


def answer_groups(
    groups: Iterable[Group], answer: Answer[Found], threads: int
) -> Iterator[tuple[list[int], list[Found], float]]:
    """Answer groups of rows, as many at once as there are threads.

    Products of a few hundred columns gain little from two cores, and wait for each other where another process holds
    one of them; groups that never wait for each other gain nearly twofold, and lose nothing then.

    Args:
        groups: row numbers with the prefix they share.
        answer: answers one group, given its row numbers; for some of its rows after others, each by its place in the
            group. What it raises ends the other groups at their next step and is raised here.
        threads: groups at once; with 1 this thread does it all.

    Yields:
        Row numbers, what was found for each, and the seconds since their group began; in no order.
    """
    if threads == 1:
        for group in groups:
            yield from _timed(answer, *group)
        return
    parts: SimpleQueue[tuple[list[int], list[Found], float] | BaseException | None] = SimpleQueue()
    failed = Event()
    with ThreadPoolExecutor(threads) as pool:
        try:
            with wanted_until(failed):
                begun = [
                    pool.submit(copy_context().run, _put_all, parts, partial(_timed, answer, *group))
                    for group in groups
                ]
            for _ in begun:
                while (part := parts.get()) is not None:
                    if isinstance(part, BaseException):
                        raise part
                    yield part
        except BaseException:
            failed.set()
            raise


def _put_all(parts: SimpleQueue[Any], group: Callable[[], Iterator[Any]]) -> None:
    """Put all that comes of a group, and None behind it; an error in place of what it prevents."""
    try:
        for part in group():
            parts.put(part)
    except BaseException as error:
        parts.put(error)
    parts.put(None)


def _timed(
    answer: Answer[Found], numbers: list[int], prefix: Prefix | None
) -> Iterator[tuple[list[int], list[Found], float]]:
    began = time.monotonic()
    for places, found in answer(numbers, prefix):
        yield [numbers[place] for place in places], found, time.monotonic() - began
