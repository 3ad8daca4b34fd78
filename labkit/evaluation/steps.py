"""Saying on a terminal or in a notebook what long work is at, where no model is asked that would report it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from labkit.curation.watched import Steps
from labkit.evaluation.progress import redraws
from labkit.texts import say

if TYPE_CHECKING:
    from tqdm import tqdm

_PATIENCE_S = 2.0
_BETWEEN_LINES_S = 10.0  # of one step in a log file


@contextmanager
def telling(steps: Steps | None) -> Iterator[Steps]:
    """Those who want to know themselves; else each step is said on stderr once the work takes over two seconds.

    A terminal or a notebook's cell gets a bar, a pipe whole lines. An interrupt of the kernel or Ctrl-C ends the work
    between two words, as whatever `steps` raises does.
    """
    if steps is not None:
        yield steps
        return
    with _once_it_is_long(lambda step: say(f"step.{step}")) as teller:
        yield teller


@contextmanager
def telling_checks(progress: Callable[[str], None] | None, checks: int) -> Iterator[Callable[[str], None]]:
    """As `telling`, of so many checks of an audit, one after another: each is named, such as "D04", before it runs."""
    if progress is not None:
        yield progress
        return
    begun = count()
    with _once_it_is_long(lambda check: say("audit.checking", check=say(f"audit.{check}"))) as teller:
        yield lambda check: teller(check, next(begun) / checks)


@contextmanager
def _once_it_is_long(words: Callable[[str], str]) -> Iterator[_Lines]:
    """What says on stderr what the work is at, in these words, as soon as it takes over two seconds."""
    teller = _Bar(words) if redraws() else _Lines(words)
    timer = Timer(_PATIENCE_S, teller.begin)
    timer.daemon = True
    timer.start()
    try:
        yield teller
    finally:
        timer.cancel()
        teller.close()


class _Lines:
    """Whole lines: each step, and how far a long one is."""

    def __init__(self, words: Callable[[str], str]) -> None:
        self._words = words
        self._lock = Lock()  # the timer begins in a thread of its own
        self._begun = False
        self._at: tuple[str, float] | None = None
        self._said: tuple[str, float] | None = None  # the step told last, and when

    def __call__(self, step: str, share: float) -> None:
        with self._lock:
            self._at = step, share
            if self._begun:
                self._show(step, share)

    def begin(self) -> None:
        """From now on it takes long."""
        with self._lock:
            self._begun = True
            if self._at is not None:
                self._show(*self._at)

    def close(self) -> None:
        """Nothing is told any more."""
        with self._lock:
            self._begun = False

    def _show(self, step: str, share: float) -> None:
        now = monotonic()
        if self._said is None or self._said[0] != step:
            print(self._words(step) + " …", file=sys.stderr, flush=True)
        elif now - self._said[1] >= _BETWEEN_LINES_S:
            print(self._words(step), f"{share:.0%}", file=sys.stderr, flush=True)
        else:
            return
        self._said = step, now


class _Bar(_Lines):
    """One bar that is drawn anew for each step."""

    def __init__(self, words: Callable[[str], str]) -> None:
        super().__init__(words)
        self._tqdm: tqdm[NoReturn] | None = None

    def close(self) -> None:
        """End the line of the bar."""
        super().close()
        if self._tqdm is not None:
            self._tqdm.close()

    def _show(self, step: str, share: float) -> None:
        from tqdm import tqdm

        if self._tqdm is None:
            form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}"
            self._tqdm = tqdm(total=100, file=sys.stderr, bar_format=form, dynamic_ncols=True, leave=False)
        if self._said is None or self._said[0] != step:
            self._tqdm.reset()
            self._tqdm.set_description_str(self._words(step), refresh=False)
        self._said = step, monotonic()
        self._tqdm.n = round(100 * share)
        self._tqdm.refresh()
