from __future__ import annotations

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from labkit.evaluation import Retry
from labkit.evaluation.room import Room
from labkit.workspace import Scene
from tests.evaluation.scripted import ask, served
from tests.models.loopback import Loopback

FULL = (429, {}, b'{"error": {"message": "too many at once", "code": "rate_limit"}}')


def test_one_goes_ahead_then_all():
    room = Room(8)
    assert room.size == 1
    room.answered()
    assert room.size == 8


def test_a_wave_of_refusals_halves_once_and_answers_bring_it_back():
    room = Room(32)
    room.answered()
    for number in range(1, 33):
        room.crowded(number, last_sent=32)
    assert room.size == 16
    room.crowded(33, last_sent=48)
    assert room.size == 8
    for _ in range(120):
        room.answered()
    assert room.size == 32


@given(st.integers(0, 300), st.lists(st.booleans(), max_size=400))
def test_there_is_always_room_for_one_and_never_for_more_than_set(most: int, endings: list[bool]):
    room = Room(most)
    for number, crowded in enumerate(endings):
        if crowded:
            room.crowded(number, number)
        else:
            room.answered()
        assert 1 <= room.size <= max(1, most)


def test_a_server_that_bears_three_at_once_answers_every_row(scene: Scene):
    """Being turned away costs attempts and no row."""
    lock = threading.Lock()
    inside = 0

    def act(body: object, seen: int) -> str | tuple[int, dict[str, str], bytes]:
        nonlocal inside
        with lock:
            if inside >= 3:
                return FULL
            inside += 1
        time.sleep(0.1)
        with lock:
            inside -= 1
        return "ok"

    with Loopback(act) as server:
        patience = Retry(attempts=6, first_delay_s=0.1, longest_delay_s=0.1)
        run, _ = ask(scene, served(scene, server, concurrency=16), split="pool", retry=patience)
    assert run.counts["answered"] == 16
    assert server.hits > 16
