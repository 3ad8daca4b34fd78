from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from labkit.errors import RunBusy
from labkit.evaluation import Progress
from labkit.records import Reply
from labkit.workspace import Scene, open_scene
from tests.evaluation.processes import Asker
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.models.loopback import Loopback


def test_four_processes_at_one_run_ask_each_row_once_and_all_have_its_answers(scene: Scene):
    with Loopback("delay", delay_s=0.05) as server:
        served(scene, server)
        askers = [Asker(scene.path) for _ in range(4)]
        for asker in askers:
            asker.go()
        found = {(run, counts["answered"]) for _, (run, counts) in (asker.end() for asker in askers)}
        assert set(server.asked.values()) == {1}
        assert (len(server.asked), len(found)) == (16, 1)
    assert found.pop()[1] == 16
    assert len(scene.store.runs()) == 1


def test_when_the_first_of_several_processes_is_killed_another_goes_on(scene: Scene):
    """Of four processes the one that asks is killed, twice; what was in flight is all that is sent again."""
    killed: list[int] = []
    lock = threading.Lock()

    def kill_the_one_that_asks(body: object, seen: int) -> str:
        with lock:
            if len(killed) < 2 and server.hits >= 5 * (len(killed) + 1) and (holder := holder_of(scene)) not in killed:
                killed.append(holder)
                os.kill(holder, signal.SIGKILL)
        return "ok"

    with Loopback(kill_the_one_that_asks) as server:
        served(scene, server, concurrency=2)
        askers = [Asker(scene.path) for _ in range(4)]
        for asker in askers:
            asker.go()
        ends = [asker.end() for asker in askers]
        run = scene.store.load_run(scene.store.runs()[0].run)
        again = {user for user, n in server.asked.items() if n > 1}
    assert len(killed) == 2
    assert [end for _, end in ends].count(None) == 2
    assert {end[0] for _, end in ends if end} == {run.id}
    assert run.counts["answered"] == 16
    assert len(again) <= len(run.in_flight) <= 4


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_killed_among_writers_of_several_runs_no_answer_is_lost_and_none_paid_twice(scene: Scene, seed: int):
    """Row 36: four processes, two of them at one run and all at shared rows; any of them is killed at any request."""
    chance = random.Random(seed)
    deaths = {chance.randrange(1, 16) for _ in range(3)}
    lock = threading.Lock()

    def kill_anyone(body: object, seen: int) -> str:
        with lock:
            alive = [asker for asker in askers if asker.process.is_alive()]
            if server.hits in deaths and len(alive) > 1:
                deaths.discard(server.hits)
                os.kill(chance.choice(alive).pid, signal.SIGKILL)
        return "ok"

    with Loopback(kill_anyone) as server:
        served(scene, server, concurrency=2)
        askers = [Asker(scene.path, rows=rows) for rows in (6, 11, 16, 16)]
        for asker in askers:
            asker.go()
        ends = [end for _, end in (asker.end() for asker in askers)]
        server.mode = "ok"
        run, _ = ask(open_scene(scene.path), "loopback/m")
        sent = Counter(server.asked)
    assert ends.count(None) < 4
    assert all(sum(counts.values()) == counts["answered"] for _, counts in filter(None, ends))
    assert run.counts["answered"] == 16
    check_history(scene, sent)


def check_history(scene: Scene, sent: Counter[str]) -> None:
    """The whole file is sound; each message was sent as often as it was recorded, at most, and paid for once.

    Args:
        scene: whose run database is looked at, after the processes have ended.
        sent: user message -> how often the server was asked.
    """
    written = "SELECT t.text, r.id, p.request IS NOT NULL FROM requests r LEFT JOIN replies p ON p.request = r.id"
    message = "JOIN texts t ON t.sha256 = json_extract(r.messages, '$[#-1][1]') WHERE r.taken_from IS NULL"
    with closing(sqlite3.connect(scene.path / "runs.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
        kept = database.execute(f"{written} {message}").fetchall()
    recorded = Counter(text for text, _, _ in kept)
    paid = Counter(text for text, _, replied in kept if replied)
    assert set(paid.values()) == {1}
    assert set(paid) == set(sent)
    assert all(times <= recorded[text] for text, times in sent.items())
    assert recorded.total() - paid.total() <= 3 * 2  # three killed, each with two on their way


def test_a_second_evaluation_follows_the_first_and_tells_its_progress(scene: Scene):
    first, gate = slow_evaluation(scene)
    seen: list[Progress] = []

    def follow(progress: Progress) -> None:
        seen.append(progress)
        gate.set()

    second = Scripted(always(GOOD))
    run, _ = ask(open_scene(scene.path), second, progress=follow)
    first.join()
    assert not second.asked
    assert run.counts["answered"] == 16
    assert "followed here, and nothing is sent twice" in seen[0].note
    assert (seen[0].run, seen[0].done, seen[0].total) == (run.id, 0, 16)
    assert "nothing was asked again" in seen[-1].note


def test_to_ask_anew_what_another_process_is_at_is_refused(scene: Scene):
    first, gate = slow_evaluation(scene)
    with pytest.raises(RunBusy):
        ask(open_scene(scene.path), Scripted(always(GOOD)), fresh=True)
    gate.set()
    first.join()


def test_following_can_be_stopped_and_the_other_goes_on(scene: Scene):
    first, gate = slow_evaluation(scene)

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(open_scene(scene.path), Scripted(always(GOOD)), progress=stop)
    gate.set()
    first.join()
    assert scene.store.load_run(scene.store.runs()[0].run).counts["answered"] == 16


def holder_of(scene: Scene) -> int:
    """The process that holds the lock of the scene's one question, as the kernel knows it."""
    (file,) = (scene.path / "locks").glob(f"{64 * '?'}.lock")
    locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return next(int(lock[4]) for lock in locks if lock[5].endswith(f":{file.stat().st_ino}"))


def slow_evaluation(scene: Scene) -> tuple[threading.Thread, threading.Event]:
    """An evaluation in a thread that has sent its first rows and waits for the gate."""
    entered, gate = threading.Event(), threading.Event()

    def act(row: str, seen: int) -> Reply:
        entered.set()
        gate.wait(30)
        return GOOD

    thread = threading.Thread(target=ask, args=(scene, Scripted(act)))
    thread.start()
    assert entered.wait(30)
    return thread, gate
