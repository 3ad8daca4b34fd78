"""Rows of one run with the same posts: the same request is sent once, whatever happens in between."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labkit.costs import Price, run_cost
from labkit.errors import ModelRefused, ModelUnreachable
from labkit.evaluation import Progress, evaluate, forecast
from labkit.evaluation.budget import tariff_for
from labkit.evaluation.plan import plan_split
from labkit.models import get_model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.records import Example
from labkit.scoring import score
from labkit.workspace import Scene, create_scene, open_scene
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.test_batch import send, served
from tests.models.loopback import Loopback
from tests.models.loopback_batches import Line, LoopbackBatches, answered, not_tried, refused

POSTS = ("快递没到", "要求退款", "快递没到", "做工很差", "快递没到", "要求退款")


@pytest.fixture
def repeated(tmp_path: Path) -> Scene:
    """Six dev rows of three different posts, and as many pool rows as a scene needs."""
    rows = [Example(f"d{k}", (post,), ("物流",), "dev") for k, post in enumerate(POSTS)]
    pool = [Example(f"p{k}", (f"第{k}条",), ("退款",), "pool") for k in range(3)]
    return create_scene(tmp_path / "scene", TINY_TASK, [*rows, *pool], tiny_prompts())


def model_of(server: Loopback, **settings: object) -> OpenAICompatible:
    return OpenAICompatible(Provider("ours", server.url, concurrency=4, **settings), "m")


def seen(server: Loopback) -> Counter[str]:
    return Counter(body["messages"][-1]["content"] for body in server.bodies)


def test_a_post_that_stands_in_several_rows_is_asked_once_and_answers_them_all(repeated: Scene):
    told: list[Progress] = []
    with Loopback() as server:
        model = model_of(server)
        assert forecast(repeated, "v1", model).calls.count == 3
        run = evaluate(repeated, "v1", model, progress=told.append)
        assert sorted(seen(server).values()) == [1, 1, 1]
        evaluate(repeated, "v1", model, progress=told.append)
        assert server.hits == 3
    assert (run.counts["answered"], run.complete, score(run).rows) == (6, True, 6)
    assert [row.taken_from for row in run.rows] == [None, None, run.id, None, run.id, run.id]
    assert {row.example.items[0]: row.reply for row in run.rows}.keys() == set(POSTS)
    assert [progress.done for progress in told if progress.run == run.id][-1] == 6
    assert not any("taken over" in progress.note for progress in told)  # nobody else was asked


def test_each_asking_of_a_row_is_a_question_of_its_own(repeated: Scene):
    with Loopback() as server:
        run = evaluate(repeated, "v1", model_of(server), repeats=2, progress=lambda _: None)
        assert sorted(seen(server).values()) == [2, 2, 2]
    assert run.counts["answered"] == 12


def test_fresh_asks_each_post_once_more(repeated: Scene):
    with Loopback() as server:
        for fresh in (False, True):
            run = evaluate(repeated, "v1", model_of(server), fresh=fresh, progress=lambda _: None)
        assert sorted(seen(server).values()) == [2, 2, 2]
    assert {row.taken_from for row in run.rows} == {None, run.id}


def test_where_the_first_got_no_answer_the_next_is_asked_and_answers_the_others(repeated: Scene):
    def bad_at_first(body: dict[str, Any], seen: int) -> str:
        return "bad_request" if "快递" in body["messages"][-1]["content"] and not seen else "ok"

    told: list[Progress] = []
    with Loopback(bad_at_first) as server:
        run = evaluate(repeated, "v1", model_of(server), progress=told.append)
        assert sorted(seen(server).values()) == [1, 1, 2]
        assert (run.counts["failed"], run.counts["answered"], told[-1].counts["failed"]) == (1, 5, 1)
        assert sum(told[-1].counts.values()) == told[-1].done == 6
        run = evaluate(repeated, "v1", model_of(server), progress=told.append)
        assert (run.counts["answered"], server.hits) == (6, 4)


def test_where_none_of_them_brings_an_answer_each_is_tried_once(repeated: Scene):
    """And goes on once the server has come round; what is open is asked once again."""
    bad = {"快递": True}

    def failing(body: dict[str, Any], seen: int) -> str:
        return "bad_request" if bad["快递"] and "快递" in body["messages"][-1]["content"] else "ok"

    with Loopback(failing) as server:
        run = evaluate(repeated, "v1", model_of(server), progress=lambda _: None)
        assert (run.counts["failed"], run.counts["answered"]) == (3, 3)
        assert sorted(seen(server).values()) == [1, 1, 3]
        bad["快递"] = False
        run = evaluate(repeated, "v1", model_of(server), progress=lambda _: None)
        assert (run.counts["answered"], server.hits) == (6, 6)


def test_a_server_that_answers_nothing_is_given_up_after_as_many_failures_as_ever(tmp_path: Path):
    rows = [Example(f"d{k}", ("快递没到",), ("物流",), "dev") for k in range(60)]
    scene = create_scene(tmp_path / "same", TINY_TASK, rows, tiny_prompts())
    with Loopback(lambda body, seen: "bad_request") as server, pytest.raises(ModelUnreachable):
        evaluate(scene, "v1", model_of(server), progress=lambda _: None)
    assert server.hits < 30


@pytest.mark.parametrize(("mode", "status"), [("content_filter", "filtered"), ("bad_request", "failed")])
def test_a_post_that_is_refused_is_tried_for_all_its_copies_more_and_more_at_once(
    tmp_path: Path, mode: str, status: str
):
    rows = [Example(f"d{k}", (post,), ("物流",), "dev") for k, post in enumerate(["好"] + ["快递没到"] * 40)]
    scene = create_scene(tmp_path / "same", TINY_TASK, rows, tiny_prompts())
    under_way, most = 0, 0
    counting = threading.Lock()

    def answering(body: dict[str, Any], seen: int) -> str:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.05)
        with counting:
            under_way -= 1
        return mode if "快递" in body["messages"][-1]["content"] else "ok"

    with Loopback(answering) as server:
        run = evaluate(scene, "v1", model_of(server), progress=lambda _: None)
        assert (server.hits, most) == (41, 4)
    assert (run.counts[status], run.counts["answered"]) == (40, 1)


def test_what_is_taken_over_within_a_run_is_on_no_bill(repeated: Scene):
    price = Price(1.0, 1.0, "CNY")
    with Loopback() as server:
        run = evaluate(repeated, "v1", model_of(server), progress=lambda _: None)
    asked = [row for row in run.rows if row.attempts]
    assert len(asked) == 3
    prices = {run.header.model: price}
    assert run_cost(run, prices) == run_cost(replace(run, rows=tuple(asked)), prices)


def test_rows_that_get_examples_of_their_own_are_no_twins(repeated: Scene):
    asks = replace(repeated.prompt("v2"), name="v2+2", retrieved=2)
    with Loopback() as server:
        model = model_of(server)
        promised = forecast(repeated, asks, model).calls.count
        evaluate(repeated, asks, model, progress=lambda _: None)
        assert server.hits == promised == 6


def test_posts_that_differ_in_personal_data_alone_are_asked_as_often_as_was_promised(tmp_path: Path):
    posts = ("请打 13812345678", "请打 13912345679", "其他")
    rows = [Example(f"d{k}", (post,), ("物流",), "dev") for k, post in enumerate(posts)]
    scene = create_scene(tmp_path / "personal", TINY_TASK, rows, tiny_prompts())
    with Loopback() as server:
        model = model_of(server)
        promised = forecast(scene, "v1", model).calls.count
        evaluate(scene, "v1", model, personal_data="mask", progress=lambda _: None)
        assert server.hits == promised


def test_the_kept_bill_expects_what_the_forecast_did(repeated: Scene):
    (repeated.path / "prices.toml").write_text('["ours/m"]\ninput = 100\noutput = 100\ncurrency = "CNY"\n')
    scene = open_scene(repeated.path)
    with Loopback() as server:
        model = model_of(server)
        promised = forecast(scene, "v1", model).calls.cost
        evaluate(scene, "v1", model, progress=lambda _: None)
    assert [bill["forecast"] for bill in scene.bills()] == [pytest.approx(promised)]


def test_what_was_stopped_in_between_goes_on_with_what_is_answered(repeated: Scene):
    told: list[int] = []

    def gone_after_one(progress: Progress) -> None:
        told.append(progress.done)
        if progress.done and not any(told[:-1]):
            raise KeyboardInterrupt

    with Loopback() as server:
        with pytest.raises(KeyboardInterrupt):
            evaluate(repeated, "v1", model_of(server), progress=gone_after_one)
        run = evaluate(repeated, "v1", model_of(server), progress=lambda _: None)
        assert set(seen(server).values()) == {1}
    assert run.counts["answered"] == 6


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")


@pytest.mark.usefixtures("keyed")
def test_a_batch_file_holds_each_post_once(repeated: Scene):
    sent: list[Line] = []

    def answering(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        sent.extend(lines)
        return [answered(line) for line in lines], []

    with LoopbackBatches(answering, looks=2) as server:
        model = served(repeated, server)
        waiting, _ = send(repeated, model, wait=False)
        run, _ = send(repeated, model)
        assert (len(server.batches), len(sent), server.completions) == (1, 3, 0)
    assert (waiting.counts["pending"], run.counts["answered"], waiting.id) == (6, 6, run.id)


def refused_for_good(line: Line) -> Line:
    return refused(line, 400, "no", "invalid_value")


def cut_off(line: Line) -> Line:
    found = answered(line)
    found["response"]["body"]["choices"][0]["finish_reason"] = "length"
    return found


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize(("spoils", "status"), [(refused_for_good, "failed"), (cut_off, "truncated")])
@pytest.mark.parametrize("wait", [True, False])
def test_where_a_batch_brought_no_whole_answer_all_others_go_out_together(
    repeated: Scene, spoils: Callable[[Line], Line], status: str, wait: bool
):
    """The first of three with the same post; the two others get their own answers, in one more file."""
    sizes: list[int] = []

    def spoiling(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        sizes.append(len(lines))
        fine = [answered(line) for line in lines[1:]] if len(sizes) == 1 else [answered(line) for line in lines]
        spoilt = [spoils(lines[0])] if len(sizes) == 1 else []
        return ([*fine, *spoilt], []) if status == "truncated" else (fine, spoilt)

    with LoopbackBatches(spoiling) as server:
        model = served(repeated, server)
        run, _ = send(repeated, model, wait=wait)
        for _ in range(0 if wait else 4):
            run, _ = send(repeated, model, wait=False)
    assert sizes[:2] == [3, 2]
    assert run.counts["pending"] == 0
    assert run.counts[status] == (1 if wait or status == "truncated" else 0)


def files_of(server: LoopbackBatches, sizes: list[int], first: Callable[[Line], Line] | None = None) -> None:
    """Have a server note how many lines each file has, and spoil all those of the first."""

    def working(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        sizes.append(len(lines))
        if first and len(sizes) == 1:
            return [], [first(line) for line in lines]
        return [answered(line) for line in lines], []

    server.work = working


@pytest.mark.usefixtures("keyed")
def test_what_a_batch_did_not_come_to_frees_no_copies(repeated: Scene):
    sizes: list[int] = []
    with LoopbackBatches() as server:
        files_of(server, sizes, lambda line: not_tried(line, "batch_expired"))
        model = served(repeated, server)
        left, _ = send(repeated, model)
        assert (sizes, left.counts["pending"]) == ([3], 6)
        run, _ = send(repeated, model)
    assert sizes == [3, 3]
    assert run.counts["answered"] == 6


@pytest.mark.usefixtures("keyed")
def test_a_refused_file_frees_no_copies(repeated: Scene):
    sizes: list[int] = []
    with LoopbackBatches() as server:
        files_of(server, sizes)
        server.refused = {"/v1/files": 403}
        model = served(repeated, server)
        with pytest.raises(ModelRefused):
            send(repeated, model)
        server.refused = {}
        assert forecast(repeated, "v1", model).calls.count == 3
        run, _ = send(repeated, model)
    assert sizes == [3]
    assert run.counts["answered"] == 6


@pytest.mark.usefixtures("keyed")
def test_copies_of_what_was_cut_off_are_paid_from_what_the_others_left(repeated: Scene):
    """At its worst a request costs a lot more than it does: once answered, none of that stays reserved."""
    (repeated.path / "prices.toml").write_text('["loopback/m"]\ninput = 1\noutput = 10\ncurrency = "CNY"\n')
    scene = open_scene(repeated.path)
    sizes: list[int] = []

    def cutting(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        sizes.append(len(lines))
        first = cut_off(lines[0]) if len(sizes) == 1 else answered(lines[0])
        return [first, *map(answered, lines[1:])], []

    with LoopbackBatches(cutting) as server:
        model = served(scene, server)
        asked = get_model(model, scene)
        plan = plan_split(scene, "v1", asked, "dev")
        tariff = tariff_for(scene, plan, asked, 1.0, in_batch=True)
        assert tariff is not None
        run, _ = send(scene, model, max_cost=3.5 * max(tariff.worst(plan.request(row)) for row in plan.rows))
    assert sizes == [3, 2]
    assert (run.counts["truncated"], run.counts["answered"]) == (1, 5)
