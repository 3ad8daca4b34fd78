"""Groups of rows on all cores: a thread for each group, one core for each of its products."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from functools import partial
from itertools import pairwise
from threading import Event
from typing import TypeVar

from labkit.models.local.prefix import Prefix
from labkit.models.stopping import wanted_until

Found = TypeVar("Found")
Group = tuple[list[int], Prefix | None]
Answer = Callable[[list[int], Prefix | None], list[Found]]

_LEAST_ROWS = 4  # of a thread: a pass over fewer takes hardly less time


def neighbours(group: list[int], threads: int, at_most: int) -> Iterator[list[int]]:
    """A group cut into rows of like length.

    Args:
        group: row numbers, by length.
        threads: as many parts, unless they would be too small or too large; one thread takes the group whole.
        at_most: rows of a part, about.
    """
    wanted = max(threads, len(group) // at_most) if threads > 1 else 1
    count = max(1, min(wanted, len(group) // _LEAST_ROWS))
    ends = [len(group) * part // count for part in range(count + 1)]
    return (group[start:end] for start, end in pairwise(ends))


def dealt(group: list[int], threads: int) -> Iterator[list[int]]:
    """A group dealt out in turn, so that threads whose rows wait for the longest of them end at about the same time.

    Args:
        group: row numbers, by length.
        threads: how many parts at most.
    """
    count = max(1, min(threads, len(group) // _LEAST_ROWS))
    return (group[first::count] for first in range(count))


def answer_groups(
    groups: Iterable[Group], answer: Answer[Found], threads: int
) -> Iterator[tuple[list[int], list[Found], float]]:
    """Answer groups of rows, as many at once as there are threads.

    Products of a few hundred columns gain little from two cores, and wait for each other where another process holds
    one of them; groups that never wait for each other gain nearly twofold, and lose nothing then.

    Args:
        groups: row numbers with the prefix they share.
        answer: answers one group; what it raises ends the others at their next step and is raised here.
        threads: groups at once; with 1 this thread does it all.

    Yields:
        Row numbers, what was found for each, and the seconds their group took; in no order.
    """
    if threads == 1:
        yield from (_timed(answer, *group) for group in groups)
        return
    failed = Event()
    with ThreadPoolExecutor(threads) as pool:
        with wanted_until(failed):
            waiting = [
                pool.submit(partial(copy_context().run, _timed, answer, numbers, prefix)) for numbers, prefix in groups
            ]
        try:
            yield from (done.result() for done in as_completed(waiting))
        except BaseException:
            failed.set()
            raise


def _timed(answer: Answer[Found], numbers: list[int], prefix: Prefix | None) -> tuple[list[int], list[Found], float]:
    began = time.monotonic()
    return numbers, answer(numbers, prefix), time.monotonic() - began
