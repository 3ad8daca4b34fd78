from __future__ import annotations

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from labkit.store.garbage import collecting_never, collecting_seldom


@pytest.fixture(autouse=True)
def _as_python_comes() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_garbage_is_looked_for_less_often_within_and_as_before_after() -> None:
    def interrupted() -> None:
        with collecting_seldom():
            seen.append(gc.get_threshold())
            raise KeyboardInterrupt

    seen: list[tuple[int, int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert seen == [(20_000, 10, 10)]
    assert gc.get_threshold() == (700, 10, 10)


def test_who_looks_less_often_or_never_goes_on_doing_so() -> None:
    for own in ((50_000, 5, 5), (0, 10, 10)):
        gc.set_threshold(*own)
        with collecting_seldom():
            assert gc.get_threshold() == own
        assert gc.get_threshold() == own


def test_of_two_evaluations_in_one_process_the_last_to_end_restores() -> None:
    both_within, first_is_out = Barrier(2), Barrier(2)

    def longer() -> None:
        with collecting_seldom():
            both_within.wait(120)
            first_is_out.wait(120)
            seen.append(gc.get_threshold()[0])

    seen: list[int] = []
    thread = Thread(target=longer)
    thread.start()
    with collecting_seldom():
        both_within.wait(120)
    first_is_out.wait(120)
    thread.join(120)
    assert seen == [20_000]
    assert gc.get_threshold() == (700, 10, 10)


def test_a_block_without_ends_as_it_began() -> None:
    for own in (gc.enable, gc.disable, gc.enable):
        own()
        before = gc.isenabled()
        with collecting_never():
            assert not gc.isenabled()
        assert gc.isenabled() == before
