from __future__ import annotations

import json

import pytest

import labkit
from labkit.errors import BadInput
from labkit.evaluation import evaluate, forecast
from labkit.workspace import Scene
from tests.evaluation.scripted import QUICK, ask, served
from tests.evaluation.test_budget import REPLY_COST, WORST
from tests.evaluation.test_forecast import priced
from tests.models.loopback import Loopback


def test_the_pilots_rows_are_not_paid_for_again_in_the_full_run(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server)
        found = labkit.pilot(scene, "v1", model, rows=6, progress=lambda _: None)
        assert (found.before.calls.count, found.rest.calls.count, server.hits) == (6, 10, 6)
        run, _ = ask(scene, model)
        assert (run.counts["answered"], server.hits) == (16, 16)
        assert sum(row.taken_from == found.run.id for row in run.rows) == 6


def test_what_the_pilot_measured_makes_the_forecast_of_the_rest_the_bill_of_the_rest(scene: Scene):
    with Loopback("delay", delay_s=0.02) as server:
        model = served(priced(scene), server)
        found = labkit.pilot(scene, "v1", model, rows=6, progress=lambda _: None)
        assert (found.before.measured_on, found.rest.measured_on) == (0, 6)
        assert found.cost == pytest.approx(6 * REPLY_COST)
        assert found.before.calls.cost != pytest.approx(found.cost, rel=0.2)  # a rule of thumb
        assert found.rest.calls.cost == pytest.approx(10 * REPLY_COST, rel=0.05)
        assert (found.rest.hit_rate, found.rest.seconds is not None) == (pytest.approx(0.64), True)
        assert found.rest.pool is not None
        assert found.rest.pool.cost == pytest.approx(16 * REPLY_COST, rel=0.05)
        assert str(found).startswith("Pilot: 6 rows, forecast ")
        assert "10 calls for 16 rows" in str(found)


def test_forecast_and_bill_stand_side_by_side_and_the_next_forecast_quotes_them(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server)
        labkit.pilot(scene, "v1", model, rows=6, progress=lambda _: None)
        ask(scene, model)
        first, second = scene.bills()
        assert (first["calls"], second["calls"]) == (6, 10)
        assert first["paid"] == pytest.approx(6 * REPLY_COST)
        assert second["paid"] == pytest.approx(10 * REPLY_COST)
        assert abs(second["forecast"] / second["paid"] - 1) < 0.05 < abs(first["forecast"] / first["paid"] - 1)
        assert {"at", "who", "run", "model", "prompt", "currency"} <= set(first)
        assert "16 calls of this model were forecast at" in str(forecast(scene, "v2", model))


def test_a_session_that_a_limit_ended_is_billed_for_what_it_answered(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server, max_tokens=300)
        run, _ = ask(scene, model, max_cost=WORST + 5 * REPLY_COST)
        (bill,) = scene.bills()
        assert bill["calls"] == run.counts["answered"] < 16
        assert bill["paid"] == pytest.approx(run.counts["answered"] * REPLY_COST)


def test_nothing_is_kept_of_what_costs_nothing_or_of_an_unknown_price(scene: Scene):
    evaluate(scene, "v1", "definition-reader")
    with Loopback() as server:
        found = labkit.pilot(scene, "v1", served(scene, server), rows=3, progress=lambda _: None, retry=QUICK)
        assert (found.cost, "bill unknown" in str(found)) == (None, True)
    assert scene.bills() == ()


def test_a_pilot_of_no_rows_is_refused(scene: Scene):
    with pytest.raises(BadInput, match="limit is 0"):
        labkit.pilot(scene, "v1", "definition-reader", rows=0)


def test_the_bill_is_one_readable_line(scene: Scene):
    with Loopback() as server:
        ask(scene, served(priced(scene), server))
    (line,) = (scene.path / "bills.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["model"] == "loopback/m"
