"""The run database on a real PostgreSQL server: what holds for a file holds there."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from labkit.errors import MissingExtra, RunBusy, StoreError
from labkit.records import Example, Message, Reply, Request, Usage
from labkit.store import Store
from labkit.store.schema import _ADDED
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command, labkit  # noqa: F401
from tests.evaluation.processes import Asker
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.evaluation.test_shared_rows import Beside
from tests.models.loopback import Loopback
from tests.postgres import postgres_server
from tests.store.test_database import EXAMPLES, TASK, answer, header

pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'labkit[postgres]'")
_numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server; its URL with a gap for the database's name."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """A new database's URL."""
    name = f"runs{next(_numbers)}"
    driver = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(driver.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(database=name)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with one run that nobody has asked yet."""
    store = Store(url)
    store.create_run(header(), TASK, EXAMPLES)
    yield store
    store.reopen()


@pytest.fixture
def team_scene(scene: Scene, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The tiny scene, its runs on the server."""
    monkeypatch.setenv("LABKIT_STORE", url)
    yield scene
    scene.store.reopen()


def test_a_run_comes_back_as_it_went_in(store: Store, url: str):
    usage = Usage(10, 4, 3)
    answer(store, "1", '{"labels": ["a"], "rationale": "why"}', usage=usage, latency_s=0.5, probabilities={"a": 0.5})
    with store.recording("r1") as record:
        record.failure(record.request(Request("2", (Message("user", "x"),)), 1), "busy", final=True, raw=b"\x00<html>")
        record.request(Request("3", (Message("user", "y"),)), 1)
    other = Store(url)
    run = other.load_run("r1")
    assert (run.header, run.task) == (header(), TASK)
    assert tuple(row.example for row in run.rows) == EXAMPLES
    assert [row.prediction.status.value for row in run.rows] == ["answered", "failed", "pending"]
    assert (run.rows[0].usage, run.rows[0].latency_s, run.rows[0].probabilities) == (usage, 0.5, {"a": 0.5})
    assert run.in_flight == ("3",)
    assert store.find_run(header(), TASK) == "r1"
    other.reopen()


_ANY = st.text(st.characters(exclude_categories=("Cs",))) | st.text("\0\ue000\ue001a\\'\"", max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=_ANY.filter(bool), said=_ANY, raw=st.binary())
def test_any_text_and_any_bytes_survive(store: Store, row: str, said: str, raw: bytes):
    """Those with a NUL too, which PostgreSQL has no room for in a text."""
    run = f"r{next(_numbers)}x"
    store.create_run(header(run), TASK, [Example(row, (said or "?",), meta={said: said})])
    with store.recording(run) as record:
        record.reply(record.request(Request(row, (Message("user", said),)), 1), Reply(said, raw, reasoning=said))
    (found,) = store.load_run(run).rows
    assert found.example == Example(row, (said or "?",), meta={said: said})
    assert (found.reply, found.reasoning) == (said, said)
    with store._engine.connect() as connection:
        assert bytes(connection.scalar(text("SELECT raw FROM replies ORDER BY request DESC LIMIT 1"))) == raw


def test_evaluate_asks_once_and_goes_on_like_with_a_file(team_scene: Scene):
    model = Scripted(lambda row, seen: ZeroDivisionError() if row == "dev-09" and not seen else GOOD, concurrency=1)
    with pytest.raises(ZeroDivisionError):
        ask(team_scene, model)
    run, notes = ask(team_scene, model)
    assert run.counts["answered"] == 16
    assert sum(model.asked.values()) == 17
    assert "Going on" in notes[0].note
    again, _ = ask(open_scene(team_scene.path), Scripted(always(GOOD)))
    assert again == run
    part, _ = ask(team_scene, model, limit=5)
    assert {row.taken_from for row in part.rows} == {run.id}
    assert not (team_scene.path / "runs.db").exists()
    assert not (team_scene.path / "locks" / "runs.lock").exists()


def test_four_processes_on_one_run_ask_each_row_once(team_scene: Scene, url: str):
    """They make the tables at once, too."""
    with Loopback("delay", delay_s=0.05) as loopback:
        served(team_scene, loopback)
        askers = [Asker(team_scene.path, store=url) for _ in range(4)]
        for asker in askers:
            asker.go()
        found = {(run, counts["answered"]) for _, (run, counts) in (asker.end() for asker in askers)}
        assert set(loopback.asked.values()) == {1}
    assert len(found) == 1
    assert found.pop()[1] == 16


@pytest.mark.parametrize("moment", [1, 8, 15])
def test_a_kill_loses_nothing_that_was_told_and_lists_what_was_in_flight(team_scene: Scene, url: str, moment: int):
    def kill(body: object, seen: int) -> str:
        if loopback.hits == moment:
            os.kill(asker.pid, signal.SIGKILL)
        return "ok"

    with Loopback(kill) as loopback:
        served(team_scene, loopback, concurrency=3)
        asker = Asker(team_scene.path, store=url)
        told, end = asker.go().end()
        loopback.mode = "ok"
        before = team_scene.store.load_run(team_scene.store.runs()[0].run)
        run, _ = ask(team_scene, "loopback/m")
        again = [message for message, times in loopback.asked.items() if times > 1]
    assert end is None
    assert before.counts["answered"] >= told
    assert len(again) <= len(run.in_flight) <= 3
    assert run.counts["answered"] == 16


def test_runs_that_share_rows_pay_for_none_of_them_twice(team_scene: Scene):
    model = Scripted(always(GOOD))
    runs = [Beside(team_scene, model, limit=limit).run for limit in (6, 16)]
    together = [Beside(team_scene, model, limit=limit, repeats=2) for limit in (8, 16)]
    assert [len(run.rows) for run in runs] == [6, 16]
    assert all(beside.run.complete for beside in together)
    assert set(model.asked.values()) == {2}


def test_a_question_is_held_against_others_and_let_go(store: Store, url: str):
    other = Store(url)
    with store.lock("question"):
        with pytest.raises(RunBusy), other.lock("question"):
            pass
        with other.lock("another"):
            pass
    with other.lock("question"):
        pass
    other.reopen()


def test_however_many_questions_are_held_reading_and_writing_go_on(store: Store):
    """A dozen models side by side hold two each; none of them is kept waiting for a connection."""
    with ExitStack() as held:
        for k in range(24):
            held.enter_context(store.lock(f"question{k}"))
        answer(store, "1", "{}")
        assert store.load_run("r1").rows[0].reply == "{}"


def test_a_server_without_a_free_connection_is_one_line(store: Store):
    pool = store._engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.01
    with ExitStack() as held:
        for _ in range(pool.size() + pool._max_overflow):
            held.enter_context(store._reading())
        with pytest.raises(StoreError, match="failed: QueuePool limit") as caught:
            store.runs()
    assert "\n" not in str(caught.value)


def cut_connections(url: str) -> None:
    """End every connection to a database but one's own, as a restart of its server does."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}")).rowcount > 0
    engine.dispose()


def test_what_is_held_is_let_go_without_a_word_when_the_connection_is_lost(store: Store, url: str):
    with store.lock("question"):
        cut_connections(url)
    with Store(url).lock("question"):
        assert store.load_run("r1").id == "r1"


def test_what_went_wrong_while_a_question_was_held_is_what_is_said(store: Store, url: str):
    def fail_after_the_loss() -> None:
        with store.lock("question"):
            cut_connections(url)
            raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="the disk is full"):
        fail_after_the_loss()


def test_a_server_that_goes_away_before_a_question_is_held_is_one_line(store: Store, server: str):
    gone = Store(server.format(database="nowhere"))
    with pytest.raises(StoreError, match="failed: ") as caught, gone.lock("question"):
        raise AssertionError("it was held")
    assert "\n" not in str(caught.value)


def test_whoever_reads_sees_one_moment(store: Store):
    """A run is read in several queries; an answer that comes in between belongs to the next reading."""
    with store._reading() as connection:
        assert connection is not None
        connection.execute(text("SELECT 1 FROM runs"))
        thread = threading.Thread(target=answer, args=(store, "1", "{}"))
        thread.start()
        thread.join()
        assert connection.scalar(text("SELECT count(*) FROM replies")) == 0
    assert store.load_run("r1").rows[0].reply == "{}"


def test_commits_are_durable_whatever_the_server_prefers(store: Store):
    with store._engine.begin() as connection:
        connection.execute(text("ALTER DATABASE " + str(store._url.database) + " SET synchronous_commit TO off"))
    store.reopen()
    with store._engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_scenes_that_share_a_database_list_their_own_runs(store: Store, team_scene: Scene, url: str):
    run, _ = ask(team_scene, Scripted(always(GOOD)))
    store.create_run(header("of-another"), TASK, EXAMPLES)
    assert [found.run for found in team_scene.store.runs()] == [run.id]
    assert {found.run for found in Store(url).runs()} == {run.id, "of-another", "r1"}


def test_an_older_database_is_brought_up_and_a_newer_one_refused(store: Store, url: str):
    before = store.load_run("r1")
    with store._engine.begin() as connection:
        for column in (column for columns in _ADDED.values() for column in columns):
            connection.execute(text(f"ALTER TABLE {column.table.name} DROP COLUMN {column.name}"))
        connection.execute(text("UPDATE meta SET value = '1' WHERE key = 'schema_version'"))
    assert Store(url).load_run("r1") == before
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '999' WHERE key = 'schema_version'"))
    with pytest.raises(StoreError, match="newer labkit"):
        Store(url).runs()


def test_another_program_s_database_is_refused_untouched(url: str):
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (name text)"))
    with pytest.raises(StoreError, match="not one of labkit's"):
        Store(url).runs()
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 1
    engine.dispose()


def test_a_server_that_is_not_there_is_one_line_without_the_password():
    with pytest.raises(StoreError) as caught:
        Store("postgresql://me:secret-canary@127.0.0.1:9/runs").runs()
    assert "\n" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    assert "canary" not in f"{caught.value!r} {caught.value}"


def test_an_unknown_kind_of_database_and_a_missing_driver_are_said(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(StoreError, match="mysql"):
        Store("mysql://me@127.0.0.1/runs").runs()
    monkeypatch.setattr("labkit.store.server.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"labkit\[postgres\]"):
        Store("postgresql://me@127.0.0.1/runs").runs()


def test_the_command_line_works_on_the_server(labkit: Command, team_scene: Scene):  # noqa: F811
    words = ("evaluate", team_scene.path, "--prompt", "v2", "--model", "definition-reader", "--json")
    code, out, _ = labkit(*words)
    run = json.loads(out)["run"]
    assert (code, json.loads(out)["counts"]["answered"] > 0) == (0, True)
    code, out, _ = labkit("runs", team_scene.path, "--json")
    assert (code, [found["run"] for found in json.loads(out)]) == (0, [run])
    assert labkit("runs", team_scene.path, "--salvage", team_scene.path / "x.db")[0] == 2


def test_answers_with_half_characters_are_kept(team_scene: Scene):
    run, _ = ask(team_scene, Scripted(always(replace(GOOD, text='{"labels": ["物流"], "rationale": "\ud83d"}'))))
    assert run.counts["answered"] == 16
