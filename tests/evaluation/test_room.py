from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from labkit.evaluation import Retry
from labkit.evaluation.room import Room, room_of
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.workspace import Scene
from tests.evaluation.scripted import ask, served
from tests.models.loopback import Loopback

FULL = (429, {}, b'{"error": {"message": "too many at once", "code": "rate_limit"}}')


def test_a_wave_of_refusals_halves_once_and_answers_bring_it_back():
    room = Room(32)
    wave = time.monotonic()
    for _ in range(32):
        room.crowded(wave)
    assert room.size == 16
    room.crowded(time.monotonic())
    assert room.size == 8
    for _ in range(120):
        room.answered()
    assert room.size == 32


@given(st.integers(0, 300), st.lists(st.booleans(), max_size=400))
def test_there_is_always_room_for_one_and_never_for_more_than_set(most: int, endings: list[bool]):
    room = Room(most)
    for crowded in endings:
        if crowded:
            room.crowded(time.monotonic())
        else:
            room.answered()
        assert 1 <= room.size <= max(1, most)


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.booleans()), max_size=120))
def test_guests_never_hold_more_than_the_room_together_and_each_gets_in(most: int, moves: list[tuple[int, int, bool]]):
    """Whoever asks, wants and lands in whatever order."""
    room, flying = Room(most), [0, 0, 0, 0]
    with ExitStack() as inside:
        guests = [inside.enter_context(room.guest()) for _ in flying]
        for who, wanted, lands in moves:
            if lands and flying[who]:
                flying[who] -= 1
                room.answered()
            flying[who] += room.claim(guests[who], flying[who], wanted)
            assert sum(flying) <= most
        for who in range(4):  # when the others land and everybody asks in turn, this one is let in
            for _ in range(8 * most):
                for other in range(4):
                    if flying[other] and other != who:
                        flying[other] -= 1
                        room.answered()
                    flying[other] += room.claim(guests[other], flying[other], 1)
            assert flying[who] > 0


def test_who_is_alone_has_all_of_the_room_and_who_leaves_gives_it_back():
    room = Room(8)
    with room.guest() as first:
        assert room.claim(first, 0, 100) == 8
        with room.guest() as second:
            assert room.claim(second, 0, 100) == 0
            assert second.kept_out
            assert room.claim(first, 6, 100) == 0  # more than its share is still on its way
            assert room.claim(second, 0, 100) == 2
        assert room.claim(first, 6, 100) == 2


def test_two_models_of_one_host_and_key_share_its_room_and_another_host_or_key_has_its_own():
    one, other = (OpenAICompatible(Provider("ours", "http://127.0.0.1:9/v1", concurrency=4), m) for m in "ab")
    elsewhere = OpenAICompatible(Provider("ours", "http://127.0.0.1:10/v1", concurrency=4), "a")
    keyed = OpenAICompatible(Provider("ours", "http://127.0.0.1:9/v1", concurrency=4, key="env:A_KEY"), "a")
    room = room_of(one)
    assert room_of(other) is room
    assert room_of(keyed) is not room
    assert room_of(elsewhere) is not room


def test_two_evaluations_at_one_host_ask_no_more_at_once_than_it_is_set_to_take(scene: Scene):
    inside, most, lock = 0, 0, threading.Lock()

    def act(body: object, seen: int) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
        return "ok"

    with Loopback(act) as server, ThreadPoolExecutor(2) as threads:
        served(scene, server, concurrency=3, timeout_s=30.0)
        runs = list(threads.map(lambda name: ask(scene, f"loopback/{name}", split="pool")[0], "ab"))
    assert [run.counts["answered"] for run in runs] == [16, 16]
    assert most <= 3


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
