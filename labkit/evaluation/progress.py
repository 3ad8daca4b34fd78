"""How far an evaluation is, and telling it on a terminal or in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn

from labkit.texts import say

if TYPE_CHECKING:
    from tqdm import tqdm

    from labkit.records import RunHeader

_PATIENCE_S = 2.0
_BETWEEN_LINES_S = 10.0  # of progress in a log file


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of an evaluation.

    Args:
        run: the run's id.
        done: rows that are no longer pending, those of earlier sessions included.
        total: rows of the run.
        counts: rows by status.
        rows_per_s: rows finished a second, in this session.
        eta_s: seconds left at that speed, or None when nothing is known yet.
        note: a sentence for people, or "".
        waiting_s: seconds for which the server still wants to be left alone.
    """

    run: str
    done: int
    total: int
    counts: Mapping[str, int]
    rows_per_s: float = 0.0
    eta_s: float | None = None
    note: str = ""
    waiting_s: float = 0.0


Observer = Callable[[Progress], None]


@contextmanager
def observing(observer: Observer | None) -> Iterator[Observer]:
    """The given observer, or one that draws a bar on stderr, or into a pipe whole lines, when it takes longer."""
    if observer is not None:
        yield observer
        return
    bar = _Bar() if redraws() else _Lines()
    try:
        yield bar
    finally:
        bar.close()


@contextmanager
def getting_ready(observer: Observer | None, header: RunHeader, rows: int) -> Iterator[None]:
    """Say, to the observer or on stderr, what is waited for when a model takes over two seconds to load or to learn."""
    words = say("evaluate.getting_ready", model=header.model)
    tell = partial(observer, Progress(header.run, 0, rows, {"pending": rows}, note=words)) if observer else None
    timer = Timer(_PATIENCE_S, tell or partial(print, words, file=sys.stderr))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def saying_when_long(words: str) -> Iterator[None]:
    """Say what is waited for when a block takes over two seconds."""
    timer = Timer(_PATIENCE_S, partial(print, words, file=sys.stderr))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def redraws() -> bool:
    """Whether stderr takes a line back to draw it anew: a terminal, or a notebook's cell, which says it is none."""
    return sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")


class _Lines:
    """What a pipe or a log file is told: notes, and now and then a whole line that says how far it is."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __call__(self, progress: Progress) -> None:
        if progress.note:
            print(progress.note, file=sys.stderr)
        if monotonic() - self._last >= _BETWEEN_LINES_S:
            self._last = monotonic()
            print(
                f"{progress.done}/{progress.total}", *_how_it_stands(progress), sep=" · ", file=sys.stderr, flush=True
            )

    def close(self) -> None:
        """Every line has its end already."""


class _Bar:
    """A tqdm bar on stderr of a terminal or a notebook, whose cells keep stdout for what they print."""

    def __init__(self) -> None:
        self._tqdm: tqdm[NoReturn] | None = None

    def __call__(self, progress: Progress) -> None:
        from tqdm import tqdm

        if progress.note:
            tqdm.write(progress.note, file=sys.stderr)
        if self._tqdm is None:  # what an earlier session answered is where the bar begins; it says nothing of speed
            settings: dict[str, Any] = {"unit": "row", "delay": 1, "mininterval": 0.5, "dynamic_ncols": True}
            self._tqdm = tqdm(total=progress.total, initial=progress.done, file=sys.stderr, **settings)
        self._tqdm.total = progress.total  # of several runs in one bar, one begins after another
        self._tqdm.set_postfix_str(" · ".join(_how_it_stands(progress)), refresh=progress.waiting_s > 0)
        self._tqdm.update(progress.done - self._tqdm.n)

    def close(self) -> None:
        """End the line of the bar."""
        if self._tqdm is not None:
            self._tqdm.close()


def _how_it_stands(progress: Progress) -> Iterator[str]:
    """The counts in words, and how long it still pauses."""
    counts = ((name, n) for name, n in progress.counts.items() if n and name != "pending")
    if counted := ", ".join(f"{say(f'status.{name}')} {n}" for name, n in counts):
        yield counted
    if progress.waiting_s > 0:
        yield say("evaluate.pausing", seconds=ceil(progress.waiting_s))
