"""A torn write-ahead log: refused before SQLite writes over it, and what was committed behind the damage is saved."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import StoreError
from labkit.store import Store
from labkit.store.log_sums import FrameSums, checksum
from labkit.store.write_ahead import frames, has_log, is_torn, replay
from labkit.texts.storing import WORDS
from labkit.workspace import Scene, create_scene, open_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import Scripted, always, ask
from tests.store.test_damage import LONG, runs_of

FRAME = 24 + 4096
Harm = Callable[[bytes], bytes]


def flipped(at: Callable[[int], int]) -> Harm:
    """One bit of a log is another; where, by the number of its frames."""

    def harm(log: bytes) -> bytes:
        place = at((len(log) - 32) // FRAME)
        return log[:place] + bytes([log[place] ^ 4]) + log[place + 1 :]

    return harm


def zeroed(log: bytes) -> bytes:
    start = 32 + (len(log) - 32) // FRAME // 3 * FRAME
    return log[:start] + bytes(FRAME) + log[start + FRAME :]


HARMS: dict[str, Harm] = {
    "a bit of the head": flipped(lambda _: 17),
    "a bit of an early frame": flipped(lambda _: 32 + 3 * FRAME + 500),
    "a bit of a later frame": flipped(lambda frames: 32 + frames // 2 * FRAME + 500),
    "a bit of a frame's checksum": flipped(lambda frames: 32 + frames // 2 * FRAME + 18),
    "a bit of a frame's salt": flipped(lambda frames: 32 + frames // 2 * FRAME + 9),
    "a bit of the last frame": flipped(lambda frames: 32 + (frames - 1) * FRAME + 900),
    "a zeroed frame": zeroed,
    **{
        f"the first {size} bytes {name}": lambda log, size=size, fill=fill: fill(size) + log[size:]
        for size in (32, 512, 4096)
        for name, fill in (("zero", bytes), ("ff", lambda n: b"\xff" * n), ("random", random.Random(7).randbytes))
    },
}
CUTS: dict[str, Harm] = {
    "inside the last frame": lambda log: log[:-2000],
    "inside a frame": lambda log: log[: 32 + len(log) // FRAME // 2 * FRAME + 100],
    "between two frames": lambda log: log[: 32 + len(log) // FRAME // 2 * FRAME],
    "to nothing": lambda _: b"",
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene as a killed process leaves it: one run in the file, two in the log, the log's index beside it."""
    place = tmp_path_factory.mktemp("live")
    scene = create_scene(place / "asked", TINY_TASK, tiny_examples(), tiny_prompts())
    ask(scene, Scripted(always(LONG)), split="dev")
    scene.store.reopen()
    for split in ("dev", "pool"):
        ask(scene, Scripted(always(LONG)), split=split, fresh=True)
    shutil.copytree(scene.path, place / "killed")
    return open_scene(place / "killed")


@pytest.fixture
def torn(live: Scene, tmp_path: Path) -> Path:
    """A copy to be broken."""
    return shutil.copytree(live.path, tmp_path / "torn")


def files(scene: Path) -> dict[str, bytes]:
    return {name: (scene / name).read_bytes() for name in ("runs.db", "runs.db-wal")}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
@pytest.mark.parametrize("indexed", [True, False], ids=["with its index", "without"])
def test_committed_behind_the_damage_is_neither_lost_nor_written_over(torn: Path, tmp_path: Path, harm, indexed):
    log = torn / "runs.db-wal"
    log.write_bytes(harm(log.read_bytes()))
    if not indexed:
        (torn / "runs.db-shm").unlink()
    before = files(torn)
    for look in (lambda store: store.runs(), lambda _: ask(open_scene(torn), Scripted(always(LONG)))):
        with pytest.raises(StoreError, match=r"is damaged \(runs\.db-wal is torn.*runs --salvage"):
            look(open_scene(torn).store)
    assert files(torn) == before
    saved = open_scene(torn).salvage_runs(tmp_path / "saved.db")
    assert len(saved.runs) == 3
    assert sum(run.replies for run in saved.runs) >= 48 - 3  # those of the page itself
    assert files(torn) == before


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_a_log_that_was_cut_is_found_by_its_index(torn: Path, tmp_path: Path, cut: Harm):
    log = torn / "runs.db-wal"
    log.write_bytes(cut(log.read_bytes()))
    before = files(torn)
    with pytest.raises(StoreError, match="no longer gives back all"):
        open_scene(torn).store.runs()
    assert files(torn) == before
    assert open_scene(torn).salvage_runs(tmp_path / "saved.db").runs


@pytest.mark.parametrize("gone", ["empty", "missing"])
def test_a_log_without_its_file_is_not_taken_for_a_new_scene(live: Scene, torn: Path, tmp_path: Path, gone: str):
    (torn / "runs.db").write_bytes(b"")
    if gone == "missing":
        (torn / "runs.db").unlink()
    for look in (lambda: open_scene(torn).store.runs(), lambda: ask(open_scene(torn), Scripted(always(LONG)))):
        with pytest.raises(StoreError, match=r"empty or gone, but runs stand in runs\.db-wal"):
            look()
    assert (torn / "runs.db-wal").read_bytes() == (live.path / "runs.db-wal").read_bytes()


def test_a_damaged_file_is_not_written_from_its_log_when_it_is_refused(torn: Path):
    file = torn / "runs.db"
    content = bytearray(file.read_bytes())
    newer = {frame.page for frame in frames((torn / "runs.db-wal").read_bytes())}
    for page in {*range(2, len(content) // 4096 + 1)} - newer:
        content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(content)
    before = files(torn)
    with pytest.raises(StoreError, match="is damaged"):
        open_scene(torn).store.runs()
    assert files(torn) == before


def test_a_whole_log_is_read_and_replayed_as_sqlite_does(live: Scene, torn: Path, tmp_path: Path):
    assert len(runs_of(open_scene(torn).store)) == 3
    shutil.copyfile(live.path / "runs.db", tmp_path / "replayed.db")
    replay((live.path / "runs.db-wal").read_bytes(), tmp_path / "replayed.db")
    assert runs_of(Store(tmp_path / "replayed.db")) == runs_of(Store(torn / "runs.db"))


def test_a_transaction_that_never_ended_is_no_loss(tmp_path: Path):
    """Pages of a change that was taken back lie behind the last commit, and later ones are written over them."""
    file = tmp_path / "a.db"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA cache_size=5")
    connection.execute("CREATE TABLE t (x)")
    for rows, end in ((400, "ROLLBACK"), (3, "COMMIT")):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * rows)
        connection.execute(end)
    found = list(frames((tmp_path / "a.db-wal").read_bytes()))
    assert any(not frame.in_line for frame in found)
    assert not is_torn(file)
    connection.close()


def test_logs_are_told_apart_from_what_former_generations_left(tmp_path: Path):
    file = tmp_path / "a.db"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 50)
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    connection.execute("INSERT INTO t VALUES ('new')")
    assert not is_torn(file)
    assert sum(frame.in_line for frame in frames((tmp_path / "a.db-wal").read_bytes())) == 1
    connection.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bit_is_flipped_no_committed_answer_goes_silently(live: Scene, tmp_path_factory, data: st.DataObject):
    place = shutil.copytree(live.path, tmp_path_factory.mktemp("flip") / "torn")
    log = bytearray((place / "runs.db-wal").read_bytes())
    log[data.draw(st.integers(0, len(log) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (place / "runs.db-wal").write_bytes(log)
    try:
        seen = str(len(runs_of(open_scene(place).store)))
    except StoreError as error:
        seen = str(error)
    assert seen == "3" or "runs.db-wal is torn" in seen  # 3: in what SQLite does not look at


@settings(max_examples=20, deadline=None)
@given(content=st.binary(min_size=8, max_size=3 * (24 + 512) + 9), seed=st.integers(0, 2**64 - 1))
@pytest.mark.parametrize("words", ["<", ">"])
def test_sums_of_all_frames_at_once_are_those_of_one_pair_after_another(words: str, content: bytes, seed: int):
    log, before = bytes(32) + content, (seed >> 32, seed & 0xFFFFFFFF)
    sums = FrameSums(log, 32, 512, words)
    for k in range(len(content) // 536):
        frame = content[k * 536 : (k + 1) * 536]
        total = sums.total(k, before)
        assert total == checksum(frame[:8] + frame[24:], before, words)
        assert sums.seed(k, total) == before


@pytest.mark.parametrize("log", [b"", b"\xff" * 31, b"\xff" * 4000, bytes(9000)], ids=len)
def test_a_log_of_no_frame_is_no_loss(torn: Path, log: bytes):
    (torn / "runs.db-wal").write_bytes(log)
    (torn / "runs.db-shm").unlink()
    assert not is_torn(torn / "runs.db")
    assert len(open_scene(torn).store.runs()) == 1


def test_a_log_of_a_head_only_is_no_loss(torn: Path):
    log = torn / "runs.db-wal"
    log.write_bytes(log.read_bytes()[:32])
    (torn / "runs.db-shm").unlink()
    assert not is_torn(torn / "runs.db")


def test_the_saved_file_opens_in_the_place_of_the_damaged_one(torn: Path, tmp_path: Path):
    """By the words of former versions too, which left the index where it was."""
    log = torn / "runs.db-wal"
    log.write_bytes(HARMS["a bit of an early frame"](log.read_bytes()))
    saved = open_scene(torn).salvage_runs(torn / "saved.db")
    for name in ("runs.db", "runs.db-wal"):
        (torn / name).rename(tmp_path / name)
    saved.file.rename(torn / "runs.db")
    assert (torn / "runs.db-shm").exists()
    assert len(runs_of(open_scene(torn).store)) == 3
    model = Scripted(always(LONG))
    ask(open_scene(torn), model, split="dev", fresh=True)
    assert len(open_scene(torn).store.runs()) == 4


def test_the_words_after_saving_name_every_file_to_move_away():
    for words in WORDS["salvage.done"]:
        assert "-wal" in words
        assert "-shm" in words


def _open_in_turn(path: Path, times: int, told: multiprocessing.Queue) -> None:
    problems = []
    for _ in range(times):
        scene = open_scene(path)
        try:
            scene.store.runs()
        except StoreError as error:
            problems.append(str(error))
        scene.store.reopen()
    told.put(problems)


def test_two_processes_that_open_and_close_one_database_do_not_disturb_each_other(torn: Path):
    """Whoever closes last takes the log away, while the other is looking at it."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    processes = [context.Process(target=_open_in_turn, args=(torn, 300, told)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [told.get(timeout=120) for _ in processes] == [[], []]
    for process in processes:
        process.join()


def test_a_log_that_comes_and_goes_while_it_is_looked_at_is_no_problem(live: Scene, tmp_path: Path):
    file, kept, ended = tmp_path / "a.db", tmp_path / "kept", threading.Event()
    kept.write_bytes((live.path / "runs.db-wal").read_bytes()[:32])

    def come_and_go() -> None:
        while not ended.is_set():
            os.link(kept, tmp_path / "a.db-wal")
            os.unlink(tmp_path / "a.db-wal")

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        assert not any(is_torn(file) for _ in range(5000))
        assert {has_log(file) for _ in range(5000)} == {True, False}
    finally:
        ended.set()
        other.join()
