"""Every fault of the list against a real server, through `evaluate`, down to what is kept in the database."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from labkit.errors import LabkitError, ModelBusy, ModelUnreachable
from labkit.evaluation import Retry, evaluate
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.models.providers import PROVIDERS
from labkit.records import Status
from labkit.workspace import Scene
from tests.faults.replies import AGAIN, ALL, ANSWER, Fault, ok
from tests.models.loopback import Loopback, completion

KEY = "sk-CANARY-0123456789"
QUICK = Retry(attempts=AGAIN, first_delay_s=0.001, longest_delay_s=0.002)
FAILING = [fault for fault in ALL if isinstance(fault.ends, Status)]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in PROVIDERS.values():
        if provider.key:
            monkeypatch.setenv(provider.key.removeprefix("env:"), KEY)


def quiet(_progress: object) -> None:
    """Nobody looks on."""


def model_of(server: Loopback, fault: Fault | None = None) -> OpenAICompatible:
    """A model of the fault's provider, its row of data untouched but for the address."""
    name = fault.provider if fault else ""
    provider = PROVIDERS[name] if name else Provider("ours", "", "env:OPENAI_API_KEY")
    settings: dict[str, Any] = {"timeout_s": 5.0, **(fault.settings if fault else {})}
    return OpenAICompatible(replace(provider, base_url=server.url, **settings), "m")


def kept(scene: Scene, table: str) -> list[bytes]:
    """The raw bytes in a table of the run database."""
    with sqlite3.connect(scene.path / "runs.db") as database:
        return [bytes(raw) for (raw,) in database.execute(f"SELECT raw FROM {table} ORDER BY request")]


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: f"{fault.row}-{fault.provider}-{fault.name}")
def test_each_fault_ends_as_the_list_says(scene: Scene, fault: Fault):
    with Loopback(fault.action) as server:
        model = model_of(server, fault)
        if isinstance(fault.ends, Status):
            run = evaluate(scene, "v1", model, limit=1, retry=QUICK, progress=lambda _: None)
            said = run.rows[0].prediction.reason
        else:
            with pytest.raises(fault.ends) as caught:
                evaluate(scene, "v1", model, limit=1, retry=QUICK, progress=lambda _: None)
            run, said = scene.store.load_run(scene.store.runs()[0].run), str(caught.value)
        hits = server.hits
    (row,) = run.rows
    assert row.prediction.status is (fault.ends if isinstance(fault.ends, Status) else Status.PENDING)
    assert sum(run.counts.values()) == 1
    assert (hits, row.attempts) == (fault.hits, fault.hits)
    assert fault.says in said
    assert "CANARY" not in said
    assert said.isprintable()
    if fault.reply is not None:
        assert row.reply == fault.reply
    check_kept(scene, fault)


def check_kept(scene: Scene, fault: Fault) -> None:
    """The bytes of a whole reply are in the database, whatever they are worth."""
    raws = [*kept(scene, "replies"), *kept(scene, "failures")]
    assert len(raws) == fault.hits
    too_much = fault.row == 15  # refused before it was read
    if isinstance(fault.action, tuple) and not too_much:
        assert set(raws) == {fault.action[2]}


def test_one_bad_answer_never_stops_a_run_and_the_counts_add_up(scene: Scene):
    quick = [fault for fault in FAILING if not fault.provider and not fault.settings and fault.row not in (15, 16, 17)]
    posts = [example.items[0] for example in scene.examples("dev")]
    chosen = dict(zip(posts, quick[:: len(quick) // len(posts) + 1], strict=False))
    assert len(chosen) >= 10

    def act(body: dict[str, Any], seen: int) -> Any:
        user = body["messages"][-1]["content"]
        return next((fault.action for post, fault in chosen.items() if post in user), ok(completion(ANSWER)))

    with Loopback(act) as server:
        run = evaluate(scene, "v1", model_of(server), retry=QUICK, progress=lambda _: None)
    expected = Counter(fault.ends for fault in chosen.values())
    expected[Status.ANSWERED] += len(posts) - len(chosen)
    assert {status: n for status, n in run.counts.items() if n} == {status.value: n for status, n in expected.items()}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "121"}, 121.0),
        ({"Retry-After": "3600"}, 3600.0),
        ({"Retry-After": "Mon, 23 Nov 2026 05:00:00 GMT", "Date": "Mon, 23 Nov 2026 04:00:00 GMT"}, 3600.0),
        ({"Retry-After": "Mon, 23 Nov 2026 03:00:30 GMT", "Date": "Mon, 23 Nov 2026 03:00:00 GMT"}, 30.0),
    ],
)
def test_a_long_pause_leaves_the_row_open_and_is_said(scene: Scene, headers: dict[str, str], seconds: float):
    """Rows 2 and 3: the wait is the server's own, by its own clock; nobody sleeps here, the user stops it."""
    notes: list[str] = []

    def stop_when_told(progress: Any) -> None:
        notes.append(progress.note)
        if "pause" in progress.note:
            raise KeyboardInterrupt

    with Loopback((429, headers, b"{}")) as server, pytest.raises(KeyboardInterrupt):
        evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=stop_when_told)
    (row,) = scene.store.load_run(scene.store.runs()[0].run).rows
    assert (row.prediction.status, server.hits) == (Status.PENDING, 1)
    assert any(str(round(seconds)) in note for note in notes if "pause" in note)


def test_one_page_of_a_passing_moment_stops_nobody(scene: Scene):
    """Row 11: two in a row do, whichever rows they came for."""
    page = ok("<html>down for a moment</html>")
    with Loopback(lambda _body, seen: ok(completion(ANSWER)) if seen else page) as server:
        run = evaluate(scene, "v1", model_of(server, None), limit=1, retry=QUICK, progress=lambda _: None)
    assert (run.counts["answered"], server.hits) == (1, 2)


def test_pages_for_different_rows_stop_a_run_before_each_was_asked_twice(scene: Scene):
    def portal(_body: dict[str, Any], _seen: int) -> Any:
        return ok(completion(ANSWER)) if server.hits == 1 else ok("<html>log in</html>")

    provider = Provider("ours", "", "env:OPENAI_API_KEY", concurrency=2)
    with Loopback(portal) as server, pytest.raises(ModelUnreachable, match="log in"):
        evaluate(
            scene, "v1", OpenAICompatible(replace(provider, base_url=server.url), "m"), retry=QUICK, progress=quiet
        )
    stopped = scene.store.load_run(scene.store.runs()[0].run)
    assert (stopped.counts["answered"], stopped.counts["pending"], stopped.in_flight) == (1, len(stopped.rows) - 1, ())
    assert server.hits <= 4


@pytest.mark.parametrize("second", [completion(ANSWER), completion("", "length"), completion(" ")])
def test_an_empty_answer_is_asked_for_once_more_and_both_are_paid(scene: Scene, second: bytes):
    """Row 21: the second counts unless it is empty too; what each of them cost is kept."""
    moments: list[Any] = []
    with Loopback(lambda _body, seen: ok(second if seen else completion(None))) as server:
        run = evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=moments.append)
    (row,) = run.rows
    assert (server.hits, row.attempts, row.usage.completion_tokens) == (2, 2, 14)
    ends = {completion(ANSWER): "answered", completion("", "length"): "truncated"}
    assert row.prediction.status == ends.get(second, "blank")
    assert moments[-1].counts == run.counts


def test_an_empty_answer_whose_second_asking_fails_is_empty_and_not_failed(scene: Scene):
    moments: list[Any] = []
    act = lambda _body, seen: (500, {}, b"") if seen else ok(completion(None))  # noqa: E731
    with Loopback(act) as server:
        run = evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=moments.append)
    assert (run.counts["blank"], run.counts["failed"]) == (1, 0)
    assert moments[-1].counts == run.counts


def test_an_answer_that_comes_after_its_time_is_not_counted_beside_the_second(scene: Scene):
    """Row 24: the row has one answer, and the bill two requests: the first counts at its worst, as it may be on it."""

    answered, too_late = threading.Event(), threading.Event()

    def late(_body: dict[str, Any], seen: int) -> Any:
        if not seen:
            assert answered.wait(120)
            too_late.set()
        return ok(completion(ANSWER))

    with Loopback(late) as server:
        model = OpenAICompatible(Provider("ours", server.url, timeout_s=2.0), "m")
        run = evaluate(scene, "v1", model, limit=1, retry=QUICK, progress=lambda _: None)
        answered.set()
        assert too_late.wait(120)
    assert (run.counts["answered"], server.hits, run.rows[0].attempts) == (1, 2, 2)
    assert len(kept(scene, "replies")) == len(kept(scene, "failures")) == 1
    bill = scene.store.paid(run.id)
    assert ([usage.completion_tokens for usage in bill.usages], bill.unanswered) == ([7], 1)


def test_a_key_that_a_server_echoes_is_kept_nowhere(scene: Scene):
    with Loopback("unauthorized") as server, pytest.raises(LabkitError) as caught:
        evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=lambda _: None)
    echo = (400, {}, json.dumps({"error": {"message": f"Bearer {KEY}"}}).encode())
    with Loopback(echo) as server:
        evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=lambda _: None)
    assert "CANARY" not in str(caught.value)
    assert not [path for path in scene.path.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]


def test_a_bomb_costs_no_memory(scene: Scene):
    import psutil

    bomb = next(fault for fault in ALL if fault.name.startswith("a bomb"))
    with Loopback(bomb.action) as server:
        model, before = model_of(server), psutil.Process().memory_info().rss
        with pytest.raises(ModelBusy):
            model.answer(_requests(scene))
        assert psutil.Process().memory_info().rss - before < 20_000_000


def test_an_answer_counts_although_its_headers_say_that_nothing_is_left(scene: Scene):
    """Row 28: what rate headers say never makes a good answer fail."""
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "-1", "Retry-After": "1m30.5s"}
    with Loopback((200, headers, completion(ANSWER))) as server:
        run = evaluate(scene, "v1", model_of(server), limit=1, retry=QUICK, progress=lambda _: None)
    assert (run.counts["answered"], server.hits) == (1, 1)


def _requests(scene: Scene) -> list[Any]:
    from labkit.prompts import render

    return [render(scene.prompt("v1"), scene.task, scene.examples("dev", 1)[0])]
