from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import RunBusy, StoreError, UnknownName
from labkit.records import (
    Example,
    Message,
    Reply,
    Request,
    RunHeader,
    Status,
    Task,
    Usage,
    examples_sha256,
)
from labkit.store import Store, begun_run, run_identity, unanswered

TASK = Task("t", ("a", "b"), multi_label=True, allow_none=True, subtasks={"s": ("a",)})
EXAMPLES = (
    Example("1", ("first post", "second"), ("a",), "dev", group="g", time="2026-01-01", note="hard", meta={"x": [1]}),
    Example("2", ("other",), (), "dev", subtask="s"),
    Example("3", ("unlabelled",), None, "dev"),
)


def header(run: str = "r1", **changes: object) -> RunHeader:
    values: dict[str, object] = {
        "run": run,
        "scene": "t",
        "prompt_name": "v1",
        "prompt_sha256": "0" * 64,
        "prompt_text": "# System message\n你好",
        "model": "p/m",
        "parameters": {"temperature": 0.0},
        "split": "dev",
        "examples_sha256": examples_sha256(EXAMPLES),
        "created": "2026-11-23T00:00:00+00:00",
        "labkit": "0.1.0",
    }
    return RunHeader(**(values | changes))


def request(row: str) -> Request:
    return Request(row, (Message("system", "the long common text"), Message("user", f"Post 1: {row}")))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "runs.db")
    store.create_run(header(), TASK, EXAMPLES)
    return store


def answer(store: Store, row: str, text: str, run: str = "r1", **fields: object) -> int:
    with store.recording(run) as record:
        number = record.request(request(row), 1)
    with store.recording(run) as record:
        record.reply(number, Reply(text, text.encode("utf-8", "replace"), **fields))
    return number


def test_a_run_comes_back_as_it_went_in(store: Store):
    run = store.load_run("r1")
    assert (run.header, run.task) == (header(), TASK)
    assert tuple(row.example for row in run.rows) == EXAMPLES
    assert run.counts["pending"] == 3
    assert not run.complete


def test_a_reply_is_parsed_from_what_was_stored(store: Store):
    usage = Usage(10, 4, 3)
    answer(store, "1", '{"labels": ["a"], "rationale": "why"}', usage=usage, latency_s=0.5)
    row = store.load_run("r1").rows[0]
    assert (row.prediction.status, row.prediction.labels, row.prediction.rationale) == (Status.ANSWERED, ("a",), "why")
    assert (row.usage, row.latency_s, row.attempts, row.error) == (usage, 0.5, 1, None)


def test_a_row_counts_as_failed_only_after_its_last_attempt(store: Store):
    for attempt, final in ((1, False), (2, True)):
        with store.recording("r1") as record:
            number = record.request(request("1"), attempt)
            record.failure(number, f"busy {attempt}", final=final, raw=b"<html>")
        row = store.load_run("r1").rows[0]
        assert row.prediction.status is (Status.FAILED if final else Status.PENDING)
        assert (row.attempts, row.error) == (attempt, f"busy {attempt}")
    assert [row.example.id for row in store.pending("r1")] == ["1", "2", "3"]


def test_a_reply_after_a_failure_counts_and_the_attempts_are_remembered(store: Store):
    with store.recording("r1") as record:
        record.failure(record.request(request("2"), 1), "busy", final=True)
    answer(store, "2", '{"labels": []}')
    row = store.load_run("r1").rows[1]
    assert (row.prediction.status, row.attempts, row.error) == (Status.ANSWERED, 2, "busy")


def test_the_first_of_two_replies_counts_and_both_are_paid(store: Store):
    answer(store, "1", '{"labels": ["a"]}', usage=Usage(10, None, 1))
    answer(store, "1", '{"labels": ["b"]}', usage=Usage(10, None, 2))
    row = store.load_run("r1").rows[0]
    assert row.prediction.labels == ("a",)
    assert row.usage == Usage(20, None, 3)


def test_recording_the_same_reply_twice_changes_nothing(store: Store):
    number = answer(store, "1", '{"labels": ["a"]}')
    with store.recording("r1") as record:
        record.reply(number, Reply('{"labels": ["b"]}', b""))
    assert store.load_run("r1").rows[0].prediction.labels == ("a",)


def test_many_rows_go_through_a_block_in_order_and_those_recorded_before_stay(tmp_path: Path):
    store = Store(tmp_path / "many.db")
    examples = tuple(Example(str(k), (f"post {k}",), None, "dev") for k in range(777))
    store.create_run(header(), TASK, examples)
    with store.recording("r1") as record:
        numbers = record.requests([(request(example.id), 1) for example in examples])
    assert len(set(numbers)) == 777
    with store.recording("r1") as record:
        record.reply(numbers[5], Reply("the first", b"the first"))
    with store.recording("r1") as record:
        for k, number in enumerate(numbers):
            record.reply(number, Reply(f"reply {k}", f"reply {k}".encode()))
    run = store.load_run("r1")
    assert tuple(row.example for row in run.rows) == examples
    assert [row.reply for row in run.rows] == ["the first" if k == 5 else f"reply {k}" for k in range(777)]


@pytest.mark.parametrize("repeats", [1, 3])
def test_a_run_that_has_just_begun_is_known_without_reading_it(tmp_path: Path, repeats: int):
    store = Store(tmp_path / "begun.db")
    store.create_run(header(repeats=repeats), TASK, EXAMPLES)
    assert begun_run(header(repeats=repeats), TASK, EXAMPLES) == store.load_run("r1")


def test_what_a_loaded_run_lacks_is_what_the_database_says_is_open(tmp_path: Path):
    store = Store(tmp_path / "open.db")
    store.create_run(header(repeats=2), TASK, EXAMPLES)
    answer(store, "2", "no JSON at all")
    with store.recording("r1") as record:
        record.failure(record.request(request("3"), 1), "given up", final=True)
    open_ = unanswered(store.load_run("r1"))
    assert [(row.example.id, row.repeat) for row in open_] == [("1", 0), ("3", 0), ("1", 1), ("2", 1), ("3", 1)]
    assert open_ == store.pending("r1")


def test_requests_without_an_end_are_in_flight(store: Store):
    answer(store, "1", "{}")
    with store.recording("r1") as record:
        record.request(request("2"), 1)
    assert store.load_run("r1").in_flight == ("2",)


def test_a_block_that_fails_leaves_nothing(store: Store):
    def fail_half_way() -> None:
        with store.recording("r1") as record:
            record.reply(record.request(request("1"), 1), Reply("{}", b"{}"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert store.load_run("r1").rows[0].attempts == 0


def test_half_characters_do_not_break_the_store(store: Store):
    answer(store, "1", '{"labels": ["a"], "rationale": "\ud83d"}')
    row = store.load_run("r1").rows[0]
    assert (row.prediction.status, row.prediction.rationale) == (Status.ANSWERED, "\ufffd")


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs",))), raw=st.binary())
def test_any_reply_is_kept_byte_by_byte(tmp_path_factory: pytest.TempPathFactory, text: str, raw: bytes):
    place = tmp_path_factory.mktemp("store") / "runs.db"
    store = Store(place)
    store.create_run(header(), TASK, EXAMPLES)
    with store.recording("r1") as record:
        number = record.request(request("1"), 1)
        record.reply(number, Reply(text, raw))
    assert Store(place).load_run("r1").rows[0].reply == text
    with sqlite3.connect(place) as connection:
        assert connection.execute("select raw from replies").fetchone()[0] == raw


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        Example,
        id=st.text(min_size=1),
        items=st.lists(st.text(), min_size=1).map(tuple),
        labels=st.none() | st.lists(st.text(), unique=True).map(tuple),
        meta=st.dictionaries(st.text(), st.none() | st.integers() | st.text()),
    )
)
def test_any_example_survives(tmp_path_factory: pytest.TempPathFactory, example: Example):
    store = Store(tmp_path_factory.mktemp("store") / "runs.db")
    store.create_run(header(), TASK, [example])
    assert store.load_run("r1").rows[0].example == example


def test_runs_are_listed_newest_first_whatever_the_clock_says(store: Store):
    store.create_run(header("r2", created="1999-01-01T00:00:00+00:00"), TASK, EXAMPLES)
    assert [found.run for found in store.runs()] == ["r2", "r1"]


def test_the_same_question_is_found_again_and_the_newest_wins(store: Store):
    assert store.find_run(header("other", prompt_name="copy", created="later"), TASK) == "r1"
    store.create_run(header("r2"), TASK, EXAMPLES)
    assert store.find_run(header(), TASK) == "r2"


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt_sha256": "1" * 64},
        {"model": "p/n"},
        {"parameters": {"temperature": 1.0}},
        {"split": "test"},
        {"examples_sha256": "1" * 64},
        {"scene": "u"},
    ],
)
def test_another_question_is_another_run(store: Store, changes: dict[str, object]):
    assert store.find_run(header(**changes), TASK) is None


def test_another_set_of_labels_is_another_question():
    wider = Task("t", ("a", "b", "c"), multi_label=True, allow_none=True, subtasks={"s": ("a",)})
    assert run_identity(header(), TASK) != run_identity(header(), wider)


def test_a_beginning_of_an_id_is_enough_when_it_is_the_only_one(store: Store):
    store.create_run(header("r2"), TASK, EXAMPLES)
    assert store.load_run("r2").id == "r2"
    with pytest.raises(UnknownName, match="'r2' or 'r1'"):
        store.load_run("r")
    with pytest.raises(UnknownName, match="Did you mean"):
        store.load_run("r12")
    with pytest.raises(UnknownName):
        store.load_run("")


def test_looking_leaves_no_file(tmp_path: Path):
    store = Store(tmp_path / "runs.db")
    assert store.runs() == ()
    assert store.find_run(header(), TASK) is None
    with pytest.raises(UnknownName, match="No run exists yet"):
        store.load_run("r1")
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_it(store: Store, tmp_path: Path):
    assert (tmp_path / "runs.db").stat().st_mode & 0o777 == 0o600


def test_commits_are_durable(store: Store):
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_newer_database_is_refused_untouched(store: Store, tmp_path: Path):
    place = tmp_path / "runs.db"
    with sqlite3.connect(place) as connection:
        connection.execute("update meta set value = '999' where key = 'schema_version'")
    with pytest.raises(StoreError, match="newer labkit"):
        Store(place).create_run(header("r2"), TASK, EXAMPLES)
    with sqlite3.connect(place) as connection:
        assert connection.execute("select count(*) from runs").fetchone() == (1,)


def test_an_older_database_is_brought_up_and_keeps_what_it_holds(store: Store, tmp_path: Path):
    place = tmp_path / "runs.db"
    before = store.load_run("r1")
    replies = ("served_by", "reasoning", "probabilities")
    added = {
        "runs": ("repeats", "masked"),
        "requests": ("repeat", "taken_from", "batch"),
        "failures": ("maybe_billed",),
    }
    with sqlite3.connect(place) as connection:  # as schema 1 was
        connection.execute("drop index requests_by_content")
        for table, columns in (added | {"replies": replies}).items():
            for column in columns:
                connection.execute(f"alter table {table} drop column {column}")
        connection.execute("update meta set value = '1' where key = 'schema_version'")
    after = Store(place).load_run("r1")
    assert after == before
    assert after.header.repeats == 1
    with sqlite3.connect(place) as connection:
        assert connection.execute("select sql from sqlite_master where name = 'requests_by_content'").fetchone()


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip", b"S", b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path, content: bytes):
    place = tmp_path / "runs.db"
    place.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        Store(place).runs()
    assert "\n" not in str(caught.value)
    assert place.read_bytes() == content


def test_another_program_s_database_is_refused_untouched(tmp_path: Path):
    place = tmp_path / "runs.db"
    with sqlite3.connect(place) as connection:
        connection.execute("create table customers (name text)")
    with pytest.raises(StoreError, match="not one of labkit's"):
        Store(place).create_run(header(), TASK, EXAMPLES)
    with sqlite3.connect(place) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("customers",)]


@pytest.mark.parametrize("place", [".", "missing/runs.db"])
def test_an_impossible_place_is_named(tmp_path: Path, place: str):
    with pytest.raises(StoreError, match="folder"):
        Store(tmp_path / place).create_run(header(), TASK, EXAMPLES)


def _hold(place: Path, held: object, leave: object) -> None:
    with Store(place).lock("run"):
        held.set()
        leave.wait(30)


def test_a_second_process_is_told_that_the_run_is_busy(tmp_path: Path):
    spawn = multiprocessing.get_context("spawn")
    held, leave = spawn.Event(), spawn.Event()
    process = spawn.Process(target=_hold, args=(tmp_path / "runs.db", held, leave))
    process.start()
    try:
        assert held.wait(30)
        with pytest.raises(RunBusy), Store(tmp_path / "runs.db").lock("run"):
            pass
        process.kill()
        process.join()
        with Store(tmp_path / "runs.db").lock("run"):  # a dead process holds nothing
            pass
    finally:
        process.kill()


def test_a_lock_is_not_lent_twice_inside_one_process(tmp_path: Path):
    store = Store(tmp_path / "runs.db")
    with store.lock("run"), pytest.raises(RunBusy), store.lock("run"):
        pass
