"""Kills, full disks, torn files and jumping clocks: what was counted is found again, what is sent again is listed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labkit.errors import StoreError
from labkit.records import Run
from labkit.workspace import Scene, open_scene
from tests.disks import small_disk
from tests.evaluation.processes import Asker
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.models.loopback import Loopback

CONCURRENCY = 3
STRACE = shutil.which("strace")


@pytest.fixture
def server(scene: Scene) -> Iterator[Loopback]:
    """A server that the scene's models.toml names."""
    with Loopback() as loopback:
        served(scene, loopback, concurrency=CONCURRENCY, timeout_s=30.0)  # a busy machine is no crash
        yield loopback


def check_nothing_lost(scene: Scene, server: Loopback, told: int) -> Run:
    """Go on after a crash; what was told is there, and only what was in flight is sent again, and listed."""
    runs = scene.store.runs()
    before = scene.store.load_run(runs[0].run) if runs else None
    kept = [row for row in before.rows if row.reply] if before else []
    assert len(kept) >= told
    lost = before.in_flight if before else ()
    assert len(lost) <= CONCURRENCY
    already = server.hits
    run, _ = ask(open_scene(scene.path), "loopback/m")
    assert run.counts["answered"] == 16
    assert server.hits - already == 16 - len(kept)
    again = {row_of(run, message) for message, times in server.asked.items() if times > 1}
    assert again <= set(run.in_flight) == set(lost)
    return run


def test_a_process_of_these_tests_keeps_its_runs_beside_its_scene(scene: Scene, server: Loopback, tmp_path: Path):
    """Wherever runs were kept by the test in which the server that all these processes fork from was started."""
    words = "import sys; from pathlib import Path; from tests.evaluation.processes import Asker; "
    words += "sys.exit(Asker(Path(sys.argv[1])).go().end()[0] != 16)"
    elsewhere = {"LABKIT_STORE": str(tmp_path / "elsewhere.db")}
    subprocess.run([sys.executable, "-c", words, scene.path], env=os.environ | elsewhere, check=True, timeout=120)
    assert scene.store.load_run(scene.store.runs()[0].run).counts["answered"] == 16


def row_of(run: Run, message: str) -> str:
    return next(row.example.id for row in run.rows if row.example.items[0] in message)


@pytest.mark.parametrize(
    ("moment", "answered"), [(1, False), (2, False), (9, False), (16, False), (1, True), (5, True), (15, True)]
)
def test_killed_at_a_request(scene: Scene, server: Loopback, moment: int, answered: bool):
    """The server kills who asks: at the n-th request, before it answers or a moment after."""

    def kill(body: object, seen: int) -> str:
        if server.hits == moment and answered:
            threading.Timer(0.03, os.kill, (asker.pid, signal.SIGKILL)).start()
        elif server.hits == moment:
            os.kill(asker.pid, signal.SIGKILL)  # at once: a moment later it could have recorded that nothing came
        return "ok"

    server.mode = kill
    asker = Asker(scene.path)
    told, _ = asker.go().end()
    server.mode = "ok"
    check_nothing_lost(scene, server, told)


@pytest.mark.parametrize(
    ("call", "when"),
    [*(("pwrite64", n) for n in (1, 8, 20, 33, 60)), *(("fdatasync", n) for n in (1, 2, 4, 7, 11))],
)
def test_killed_in_the_middle_of_a_write(scene: Scene, server: Loopback, call: str, when: int):
    asker = Asker(scene.path)
    with traced(asker, f"inject={call}:signal=KILL:when={when}"):
        told, end = asker.go().end()
    assert end is None, "the evaluation ended before this write: choose an earlier one"
    check_nothing_lost(scene, server, told)


@pytest.mark.parametrize(
    ("call", "error", "when"),
    [
        *(("pwrite64", "ENOSPC", n) for n in ("9", "25+")),
        *(("fdatasync", "EIO", n) for n in ("6+", "8")),
        ("pwrite64", "EIO", "30+"),
    ],
)
def test_a_disk_that_fails_stops_the_sending(scene: Scene, server: Loopback, call: str, error: str, when: str):
    """Once or for ever: it ends with one line, and goes on when the disk is well again."""
    asker = Asker(scene.path)
    with traced(asker, f"inject={call}:error={error}:when={when}"):
        told, end = asker.go().end()
    assert isinstance(end, str)
    assert "failed:" in end
    assert "\n" not in end
    hits = server.hits
    check_nothing_lost(scene, server, told)
    assert hits <= told + 2 * CONCURRENCY


@pytest.mark.parametrize("limit", [60_000, 90_000, 150_000])
def test_a_file_that_may_not_grow_stops_the_sending(scene: Scene, server: Loopback, limit: int):
    server.answer = lambda _: f'{{"rationale": "{"x" * 9_000}", "labels": ["物流"]}}'
    told, end = Asker(scene.path, file_limit=limit).go().end()
    assert isinstance(end, str)
    assert "The run database" in end
    assert server.hits <= told + 2 * CONCURRENCY
    check_nothing_lost(scene, server, told)


def test_nothing_is_sent_when_its_answer_could_not_be_kept(tmp_path: Path, scene: Scene, server: Loopback):
    """A disk that fills up while it is written to: nobody is asked any more, long before an answer is lost."""
    server.answer = lambda _: f'{{"rationale": "{"x" * 100_000}", "labels": ["物流"]}}'
    with small_disk(tmp_path / "disk", megabytes=20) as disk:
        shutil.copytree(scene.path, disk / "scene")
        (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - (16 << 20) - 1_000_000))
        small = open_scene(disk / "scene")
        with pytest.raises(StoreError, match=r"has 15 MB left.*nothing more is sent.*goes on from there"):
            ask(small, "loopback/m")
        run = small.store.load_run(small.store.runs()[0].run)
        assert 0 < run.counts["answered"] == server.hits < 16
        assert run.in_flight == ()
        (disk / "filler").unlink()
        check_nothing_lost(small, server, server.hits)
        small.store.reopen()


def test_a_disk_that_fills_up_when_nothing_is_left_to_send_stops_nothing(
    tmp_path: Path, scene: Scene, server: Loopback
):
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        shutil.copytree(scene.path, disk / "scene")

        def fill(body: object, seen: int) -> str:
            if server.hits == 16:
                (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - (16 << 20) + 1_000_000))
            return "ok"

        server.mode = fill
        run, _ = ask(open_scene(disk / "scene"), "loopback/m")
        assert run.counts["answered"] == 16


def test_a_full_disk_while_an_answer_is_written_loses_only_what_is_listed(
    tmp_path: Path, scene: Scene, server: Loopback, monkeypatch: pytest.MonkeyPatch
):
    """Another program fills the disk at once: the answers that find no room are listed as perhaps billed."""
    server.answer = lambda _: f'{{"rationale": "{"x" * 100_000}", "labels": ["物流"]}}'
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        shutil.copytree(scene.path, disk / "scene")
        small = open_scene(disk / "scene")

        def fill(body: object, seen: int) -> str:
            with suppress(OSError):
                if server.hits == 7:
                    (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - 50_000))
            return "ok"

        server.mode = fill
        with pytest.raises(StoreError) as caught:
            ask(small, "loopback/m")
        assert "\n" not in str(caught.value)
        (disk / "filler").unlink()
        server.mode = "ok"
        check_nothing_lost(small, server, 1)
        small.store.reopen()


def test_every_request_and_every_answer_is_on_the_disk_before_the_next_step(scene: Scene, tmp_path: Path):
    """What a power cut could take is what was written and not yet synced: never a request that is being sent."""
    with Loopback() as server:
        served(scene, server, concurrency=1)
        asker = Asker(scene.path)
        log = tmp_path / "trace"
        with traced(asker, "trace=pwrite64,fdatasync,sendto", log):
            told, _ = asker.go().end()
    assert told == 16
    unsynced, sent, synced = 0, 0, 0
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if "pwrite64(" in line:
            unsynced += 1
        elif "fdatasync(" in line:
            synced, unsynced = synced + 1, 0
        elif re.search(r'sendto\(\d+, "POST /v1/chat', line):
            sent += 1
            assert unsynced == 0, line
    assert sent == 16
    assert synced > 16


def test_a_power_cut_leaves_a_beginning_of_what_was_written(scene: Scene, server: Loopback, tmp_path: Path):
    """Whatever of the write-ahead log reached the disk: the database opens, is whole, and holds a beginning."""
    server.mode = lambda body, seen: os.kill(asker.pid, signal.SIGKILL) or "ok" if server.hits == 14 else "ok"
    asker = Asker(scene.path)
    asker.go().end()
    log = (scene.path / "runs.db-wal").read_bytes()
    assert len(log) > 50_000
    frame = 4096 + 24
    cuts = {32 + k * frame + odd for k in range(0, len(log) // frame, 9) for odd in (0, 24, 1999)}
    counts = []
    for cut in sorted({0, 17, *cuts, len(log)}):
        cut_off = open_scene(shutil.copytree(scene.path, tmp_path / f"cut{cut}"))
        (cut_off.path / "runs.db-wal").write_bytes(log[:cut])
        (cut_off.path / "runs.db-shm").unlink()
        runs = cut_off.store.runs()
        counts.append(cut_off.store.load_run(runs[0].run).counts["answered"] if runs else 0)
        with cut_off.store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        cut_off.store.reopen()
    assert counts == sorted(counts)
    assert (counts[0], counts[-1] >= 14 - CONCURRENCY) == (0, True)


@pytest.mark.parametrize("garbage", [b"\x00" * 5000, b"\xff" * 9000, b"7\x7f\x06\x82" * 2000])
def test_rubbish_after_the_end_of_the_log_is_no_answer(scene: Scene, server: Loopback, garbage: bytes):
    server.mode = lambda body, seen: os.kill(asker.pid, signal.SIGKILL) or "ok" if server.hits == 9 else "ok"
    asker = Asker(scene.path)
    told, _ = asker.go().end()
    with (scene.path / "runs.db-wal").open("ab") as log:
        log.write(garbage)
    server.mode = "ok"
    check_nothing_lost(scene, server, told)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-400)])
def test_a_clock_that_jumps_changes_no_result(scene: Scene, monkeypatch: pytest.MonkeyPatch, jump: timedelta):
    """Order comes from numbers, durations from a clock that only goes forward."""
    jumps = 0

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            nonlocal jumps
            jumps += 1
            return datetime.now(UTC) + jumps * jump

    monkeypatch.setattr("labkit.store.recording.datetime", Jumping)
    monkeypatch.setattr("labkit.evaluation.plan.datetime", Jumping)
    model = Scripted(lambda row, seen: StopIteration() if row == "dev-09" and not seen else GOOD, concurrency=1)
    with pytest.raises(StopIteration):
        ask(scene, model)
    first, notes = ask(scene, model)
    second, _ = ask(scene, Scripted(always(GOOD)), fresh=True)
    assert jumps > 20
    assert first.counts["answered"] == 16
    assert set(model.asked.values()) <= {1, 2}
    assert [header.run for header in scene.store.runs()] == [second.id, first.id]
    assert ask(scene, model)[0].id == second.id
    assert all(note.eta_s is None or 0 <= note.eta_s < 600 for note in notes)


def test_two_runs_of_one_second_are_two(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2026, 3, 29, 1, 59, 59, tzinfo=UTC)

    monkeypatch.setattr("labkit.evaluation.plan.datetime", Frozen)
    runs = [ask(scene, Scripted(always(GOOD)), fresh=True)[0] for _ in range(5)]
    assert len({run.id for run in runs}) == 5
    assert [header.run for header in scene.store.runs()] == [run.id for run in runs][::-1]


@contextmanager
def traced(asker: Asker, expression: str, log: Path = Path(os.devnull)) -> Iterator[None]:
    """Let strace look at a process, or interfere with what it asks of the system."""
    if STRACE is None:
        asker.process.kill()
        pytest.skip("strace is not installed: apt-get install strace")
    words = [STRACE, "-f", "-s", "60", "-o", str(log), "-p", str(asker.pid), "-e", expression]
    strace = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert strace.stderr is not None
    said = strace.stderr.readline()
    if "attached" not in said:
        asker.process.kill()
        pytest.skip(f"strace may not look at another process here: {said.strip()}")
    try:
        yield
    finally:
        if asker.process.is_alive():
            strace.terminate()
        strace.communicate(timeout=30)


def test_a_file_that_another_program_holds_is_waited_for(scene: Scene, server: Loopback):
    """Row 37: somebody writes to the database for a while, in the middle of a run."""
    held = threading.Event()

    def hold() -> None:
        with sqlite3.connect(scene.path / "runs.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(1.0)
            other.execute("ROLLBACK")
        other.close()

    def answer(body: object, seen: int) -> str:
        if server.hits == 5:
            threading.Thread(target=hold).start()
            assert held.wait(30)
        return "ok"

    server.mode = answer
    run, _ = ask(scene, "loopback/m")
    assert held.is_set()
    assert (run.counts["answered"], server.hits) == (16, 16)
