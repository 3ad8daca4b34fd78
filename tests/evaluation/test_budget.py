from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.costs import Price
from labkit.errors import BadInput, BudgetSpent, ModelBusy, ModelError
from labkit.evaluation import evaluate
from labkit.evaluation.budget import Budget, Tariff, purse_for, tariff_for
from labkit.evaluation.plan import plan_split
from labkit.models import get_model
from labkit.records import Message, Reply, Request, Usage
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.evaluation.test_forecast import priced
from tests.models.loopback import Loopback

REPLY_COST = 7.0 * (36 * 10 + 64 * 1 + 7 * 20) / 1e6  # of one of the loopback server's replies, in the bar's currency
WORST = 7.0 * (494 * 10 + 300 * 20) / 1e6  # of 494 bytes with their frame, and an answer of 300 tokens


def spent(scene: Scene, run: str) -> float:
    return len(scene.store.paid(run).usages) * REPLY_COST


def test_a_limit_is_never_exceeded_and_what_is_open_stays_pending(scene: Scene):
    with Loopback("delay", delay_s=0.02) as server:
        model = served(priced(scene), server, max_tokens=300)
        limit = WORST + 5 * REPLY_COST
        run, notes = ask(scene, model, max_cost=limit)
        answered = run.counts["answered"]
        assert 0 < answered < 16
        assert run.counts["pending"] == 16 - answered
        assert server.hits == answered
        assert limit - 1.2 * WORST < spent(scene, run.id) <= limit
        assert f"{16 - answered} rows stay open; the same with a higher limit goes on" in notes[-1].note


def test_a_higher_limit_goes_on_and_pays_for_nothing_twice(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server, max_tokens=300)
        first, _ = ask(scene, model, max_cost=WORST + 5 * REPLY_COST)
        again, _ = ask(scene, model, max_cost=WORST + 5 * REPLY_COST)
        assert again.counts == first.counts
        whole, _ = ask(scene, model, max_cost=10.0)
        assert (whole.id, whole.counts["answered"], server.hits) == (first.id, 16, 16)


def test_a_limit_too_low_for_one_request_sends_none(scene: Scene):
    with Loopback() as server:
        run, notes = ask(scene, served(priced(scene), server), max_cost=0.01)
        assert (run.counts["pending"], server.hits) == (16, 0)
    assert "0 of 0.01 CNY are spent, and the next request could cost up to" in notes[-1].note


def test_what_is_on_its_way_is_counted_so_fewer_go_at_once(scene: Scene):
    (scene.path / "prices.toml").write_text('["scripted"]\ninput = 0\noutput = 1000\ncurrency = "CNY"\n')
    flying, most, lock = 0, 0, threading.Lock()

    def act(row: str, seen: int) -> Reply:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        threading.Event().wait(0.02)
        with lock:
            flying -= 1
        return replace(GOOD, usage=Usage(50, 0, 1))

    run, _ = ask(scene, Scripted(act, concurrency=8), max_cost=2.5)  # at worst 1.024 each, really 0.001
    assert run.counts["answered"] == 16
    assert most == 2


def test_a_refusal_costs_nothing_but_an_answer_that_never_came_may(scene: Scene):
    with Loopback(lambda body, seen: "retry_after" if seen == 0 and len(server.asked) < 3 else "ok") as server:
        model = served(priced(scene), server, max_tokens=300)
        run, _ = ask(scene, model, max_cost=WORST * 1.3 + 16 * REPLY_COST)
        assert run.counts["answered"] == 16
        assert scene.store.paid(run.id).unanswered == 0
    with Loopback("reset") as server:
        model = served(scene, server, max_tokens=300)
        run, _ = ask(scene, model, max_cost=2.5 * WORST)
        assert (server.hits, run.counts["pending"]) == (2, 16)
        assert scene.store.paid(run.id).unanswered == 2
        ask(scene, model, max_cost=2.5 * WORST)
        assert server.hits == 2


def test_requests_lost_in_a_crash_count_at_their_worst(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server, max_tokens=300)
        plan = plan_split(scene, "v1", get_model(model, scene), "dev")
        scene.store.create_run(plan.header, plan.task, plan.examples)
        with scene.store.recording(plan.header.run) as record:
            for row in list(plan.rows)[:3]:
                record.request(plan.request(row), 1)
        run, _ = ask(scene, model, max_cost=3.5 * WORST)
        assert (run.id, server.hits) == (plan.header.run, 0)
        assert ask(scene, model, max_cost=10.0)[0].counts["answered"] == 16


def test_requests_of_unknown_cost_count_at_what_they_hold_and_not_as_the_first_row(scene: Scene):
    with Loopback() as server:
        model = get_model(served(priced(scene), server, max_tokens=300), scene)
        plan = plan_split(scene, "v1", model, "dev", repeats=2)
        rows = sorted(plan.rows, key=lambda row: len(row.example.text))
        assert len(rows[-1].example.text) > len(next(plan.rows).example.text)
        scene.store.create_run(plan.header, plan.task, plan.examples)
        with scene.store.recording(plan.header.run) as record:
            record.request(plan.request(rows[-1]), 1)  # cut off
            record.reply(record.request(plan.request(rows[-2]), 1), replace(GOOD, usage=Usage(None, None, 3)))
            record.failure(record.request(plan.request(rows[-3]), 1), "no answer in time", final=False)
            record.failure(record.request(plan.request(rows[-4]), 1), "refused", final=False, maybe_billed=False)
        tariff = tariff_for(scene, plan, model, 99.0)
        assert tariff is not None
        purse = purse_for(scene.store, plan, plan.header.run, 99.0, tariff)
        assert isinstance(purse, Budget)
        assert purse.spent == pytest.approx(sum(tariff.worst(plan.request(row)) for row in rows[-3:]))


@pytest.mark.parametrize(
    ("settings", "longest"),
    [
        ({"extra_body.max_completion_tokens": 900}, 900),
        ({"max_tokens_name": "max_completion_tokens", "extra_body.max_tokens": 50}, 300),
        ({"extra_body.max_tokens": 50}, 50),
        ({"extra_body.n": 3}, 900),
        ({"extra_body.n": 2, "extra_body.max_completion_tokens": 400}, 800),
        ({"extra_body.thinking_budget": 1000}, 1300),
    ],
)
def test_what_extra_parameters_allow_is_reckoned_as_the_worst(scene: Scene, settings: dict[str, object], longest: int):
    with Loopback() as server:
        model = get_model(served(priced(scene), server, max_tokens=300, **settings), scene)
        plan = plan_split(scene, "v1", model, "dev")
        tariff = tariff_for(scene, plan, model, 1.0)
        assert tariff is not None
        assert tariff.longest_answer == longest
        run, _ = ask(scene, model, max_cost=0.999 * tariff.worst(plan.request(next(plan.rows))))
        assert (run.counts["pending"], server.hits) == (16, 0)


@pytest.mark.parametrize("name", ["n", "max_tokens", "max_completion_tokens", "thinking_budget"])
@pytest.mark.parametrize("value", ["many", True, -1, 0.5])
def test_a_limit_is_not_held_by_what_is_no_number(scene: Scene, name: str, value: object):
    with Loopback() as server:
        model = served(priced(scene), server, **{f"extra_body.{name}": value})
        with pytest.raises(BadInput, match=f"No limit can be held: {name} is .* in extra_body of loopback"):
            evaluate(scene, "v1", model, max_cost=1.0)
        assert (server.hits, (scene.path / "runs.db").exists()) == (0, False)


def test_replies_without_token_counts_count_at_their_worst(scene: Scene):
    (scene.path / "prices.toml").write_text('["scripted"]\ninput = 0\noutput = 1000\ncurrency = "CNY"\n')
    model = Scripted(always(GOOD))  # at worst 1.024 each
    assert ask(scene, model, max_cost=5.0)[0].counts["answered"] == 4
    assert ask(scene, model, max_cost=6.0)[0].counts["answered"] == 5


def test_a_limit_that_cannot_be_held_is_refused_before_anything_is_written(scene: Scene):
    with Loopback() as server:
        model = served(scene, server)
        with pytest.raises(BadInput, match="no price"):
            evaluate(scene, "v1", model, max_cost=1.0)
        (scene.path / "prices.toml").write_text('["loopback/m"]\ninput = 1\noutput = 2\ncurrency = "EUR"\n')
        with pytest.raises(BadInput, match=r"\[rates\] EUR_CNY"):
            evaluate(scene, "v1", model, max_cost=1.0)
        for useless in (-1.0, float("nan"), float("inf")):
            with pytest.raises(BadInput, match="The limit is"):
                evaluate(scene, "v1", model, max_cost=useless)
        assert (server.hits, (scene.path / "runs.db").exists()) == (0, False)


def test_a_model_of_this_machine_needs_no_limit(scene: Scene):
    assert evaluate(scene, "v1", "definition-reader", max_cost=0.0).counts["pending"] == 0


@given(
    limit=st.floats(0, 5),
    outcomes=st.lists(st.tuples(st.sampled_from(["cheap", "dear", "silent", "refused", "lost"]), st.booleans())),
)
def test_whatever_comes_back_the_limit_holds(limit: float, outcomes: list[tuple[str, bool]]):
    tariff = Tariff(Price(0, 1000, "CNY"), 1.0, longest_answer=1000)  # at worst 1.0 a request
    purse, flying, billed = Budget(limit, 0.0, tariff, "CNY"), [], 0.0
    for k, (kind, wait) in enumerate(outcomes):
        request = Request(str(k), (Message("user", "post"),))
        try:
            while not purse.reserve([request]):
                billed += land(purse, *flying.pop())
        except BudgetSpent:
            break
        flying.append((request, kind))
        if not wait:
            billed += land(purse, *flying.pop(0))
        assert billed <= purse.spent + len(flying) + 1e-9
    while flying:
        billed += land(purse, *flying.pop())
    assert billed <= purse.spent + 1e-9
    assert purse.spent <= limit + 1e-9


def land(purse: Budget, request: Request, kind: str) -> float:
    """Settle a request; what the provider will bill for it."""
    refused = ModelBusy("slow down")
    refused.maybe_billed = False
    outcome, billed = {
        "cheap": (replace(GOOD, usage=Usage(9, 0, 10)), 0.01),
        "dear": (replace(GOOD, usage=Usage(9, 0, 1000)), 1.0),
        "silent": (GOOD, 0.5),
        "refused": (refused, 0.0),
        "lost": (ModelError("no answer in time"), 1.0),
    }[kind]
    purse.settle((request.row, request.repeat), outcome)
    return billed


def test_a_limit_is_enough_for_just_what_it_says():
    purse = Budget(0.3, 0.0, Tariff(Price(0, 100, "CNY"), 1.0, longest_answer=1000), "CNY")
    assert all(purse.reserve([Request(name, (Message("user", "post"),))]) for name in "abc")
    assert not purse.reserve([Request("d", (Message("user", "post"),))])


def test_a_purse_waits_only_for_what_is_on_its_way():
    tariff = Tariff(Price(0, 1000, "CNY"), 1.0, longest_answer=1000)
    purse = Budget(1.5, 0.0, tariff, "CNY")
    first, second = (Request(name, (Message("user", "post"),)) for name in "ab")
    assert purse.reserve([first])
    assert not purse.reserve([second])
    purse.settle((first.row, first.repeat), replace(GOOD, usage=Usage(9, 0, 1)))
    assert purse.reserve([second])
    purse.settle((second.row, second.repeat), ModelError("lost"))
    with pytest.raises(BudgetSpent, match=r"1\.001 of 1\.5 CNY are spent"):
        purse.reserve([first])
