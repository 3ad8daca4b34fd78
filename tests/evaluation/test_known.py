from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.costs import Price, run_cost, running_cost
from labkit.errors import ModelError, NeedsReason
from labkit.evaluation import evaluate, forecast
from labkit.records import Reply, Usage
from labkit.store import Store, run_from_jsonl, run_to_jsonl
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.models.loopback import Loopback

PRICE = Price(input=1.0, output=2.0, currency="USD")
BILLED = replace(GOOD, usage=Usage(1000, 0, 10), latency_s=0.25)


def test_after_a_pilot_only_the_rest_is_asked(scene: Scene):
    model = Scripted(always(GOOD))
    pilot, _ = ask(scene, model, limit=5)
    whole, notes = ask(scene, model)
    assert set(model.asked.values()) == {1}
    assert [row.taken_from for row in whole.rows] == [pilot.id] * 5 + [None] * 11
    assert [row.attempts for row in whole.rows] == [0] * 5 + [1] * 11
    assert f"5 of 16 answers are taken over from run {pilot.id}" in notes[0].note
    assert "Going on" not in notes[0].note
    assert (notes[0].done, notes[-1].done) == (5, 16)


def test_rows_added_and_shuffled_are_found_by_content_and_never_by_position(tmp_path: Path):
    echo = lambda row, seen: Reply(json.dumps({"labels": ["物流"], "rationale": row}), b"")  # noqa: E731
    rows = [example for example in tiny_examples() if example.split == "dev"]
    first = create_scene(tmp_path / "first", TINY_TASK, rows[:10], tiny_prompts())
    ask(first, Scripted(echo))
    grown = create_scene(tmp_path / "grown", TINY_TASK, rows[::-1], tiny_prompts())
    grown.__dict__["store"] = Store(first.path / "runs.db")
    model = Scripted(echo)
    run, _ = ask(grown, model)
    assert sorted(model.asked) == [row.id for row in rows[10:]]
    assert {row.prediction.rationale == row.example.id for row in run.rows} == {True}


def test_a_row_that_was_changed_is_asked_and_one_that_was_renamed_is_not(tmp_path: Path):
    rows = [example for example in tiny_examples() if example.split == "dev"]
    before = create_scene(tmp_path / "before", TINY_TASK, rows, tiny_prompts())
    ask(before, Scripted(always(GOOD)))
    changed = [replace(rows[0], items=("快递六天没动静",)), replace(rows[1], id="renamed"), *rows[2:]]
    after = create_scene(tmp_path / "after", TINY_TASK, changed, tiny_prompts())
    after.__dict__["store"] = Store(before.path / "runs.db")
    model = Scripted(always(GOOD))
    run, _ = ask(after, model)
    assert list(model.asked) == ["dev-00"]
    assert run.counts["answered"] == 16


@pytest.mark.parametrize(
    "other",
    [
        lambda model: setattr(model, "name", "another"),
        lambda model: setattr(model, "parameters", {"temperature": 0, "base_url": "https://elsewhere.example/v1"}),
        lambda model: setattr(model, "parameters", {"temperature": 1}),
    ],
    ids=["name", "address", "temperature"],
)
def test_another_model_or_another_setting_of_it_takes_nothing_over(scene: Scene, other):
    ask(scene, Scripted(always(GOOD)), limit=5)
    model = Scripted(always(GOOD))
    other(model)
    ask(scene, model)
    assert sum(model.asked.values()) == 16


def test_another_prompt_takes_nothing_over_and_a_renamed_one_all(scene: Scene):
    ask(scene, Scripted(always(GOOD)), limit=5)
    model = Scripted(always(GOOD))
    evaluate(scene, "v2", model)
    assert sum(model.asked.values()) == 16
    model.asked.clear()
    evaluate(scene, replace(scene.prompt("v1"), name="copy", message="other words for people"), model)
    assert sum(model.asked.values()) == 11


def test_each_asking_of_a_row_takes_over_its_own_answer(scene: Scene):
    counted = lambda row, seen: Reply(json.dumps({"labels": ["物流"], "rationale": f"{seen}"}), b"")  # noqa: E731
    model = Scripted(counted, concurrency=1)
    ask(scene, model, repeats=2)
    more, _ = ask(scene, model, repeats=3)
    assert sum(model.asked.values()) == 48
    assert [row.prediction.rationale for row in more.rows[:6]] == ["0", "1", "2"] * 2
    assert [row.taken_from is None for row in more.rows[:3]] == [False, False, True]


def test_only_whole_answers_are_taken_over_right_or_wrong_readable_or_not(scene: Scene):
    endings = [GOOD, replace(GOOD, text='{"labels": ["天气"]}'), replace(GOOD, text="no"), replace(GOOD, text=" ")]
    endings += [replace(GOOD, finish_reason="length"), replace(GOOD, finish_reason="content_filter"), ModelError("no")]
    ask(scene, Scripted(lambda row, seen: endings[int(row[-2:])]), limit=7)
    model = Scripted(always(GOOD))
    run, _ = ask(scene, model)
    assert sorted(model.asked) == [f"dev-{k:02d}" for k in range(3, 16)]
    assert [row.prediction.status.value for row in run.rows[:4]] == ["answered", "off-list", "unparsed", "answered"]


def test_fresh_takes_nothing_over_and_goes_on_so_when_it_was_stopped(scene: Scene):
    ask(scene, Scripted(always(GOOD)))
    model = Scripted(lambda row, seen: ModelError("no") if row == "dev-03" and not seen else GOOD)
    ask(scene, model, fresh=True)
    again, _ = ask(scene, model)
    assert sum(model.asked.values()) == 17
    assert not any(row.taken_from for row in again.rows)


def test_a_run_that_goes_on_takes_over_what_another_was_answered_meanwhile(scene: Scene):
    stopped = Scripted(lambda row, seen: RuntimeError("at fault") if row == "dev-04" else GOOD, concurrency=1)
    with pytest.raises(RuntimeError):
        ask(scene, stopped, limit=10)
    whole, _ = ask(scene, Scripted(always(GOOD)))
    assert forecast(scene, "v1", stopped, limit=10).calls.count == 0
    nobody = Scripted(always(RuntimeError("asked again")))
    run, notes = ask(scene, nobody, limit=10)
    assert not nobody.asked
    assert [row.taken_from for row in run.rows] == [None] * 4 + [whole.id] * 6
    assert f"6 of 10 answers are taken over from run {whole.id}" in notes[0].note


def test_a_row_that_failed_takes_over_what_another_that_says_the_same_was_answered(tmp_path: Path):
    rows = [replace(tiny_examples()[16], id=name) for name in ("one", "other")]
    twins = create_scene(tmp_path / "twins", TINY_TASK, rows, tiny_prompts())
    model = Scripted(lambda row, seen: ModelError("no") if row == "one" and not seen else GOOD)
    ask(twins, model)
    run, _ = ask(twins, model)
    assert model.asked == {"one": 1, "other": 1}
    assert [row.taken_from for row in run.rows] == [run.id, None]


def test_a_run_to_be_asked_anew_that_was_stopped_goes_on_so_and_its_forecast_says_it(scene: Scene):
    ask(scene, Scripted(always(GOOD)))
    stopped = Scripted(lambda row, seen: RuntimeError("at fault") if row == "dev-04" else GOOD, concurrency=1)
    with pytest.raises(RuntimeError):
        ask(scene, stopped, fresh=True)
    assert forecast(scene, "v1", stopped).calls.count == 12
    rest = Scripted(always(GOOD))
    run, _ = ask(scene, rest)
    assert (sum(rest.asked.values()), run.counts["answered"]) == (12, 16)


def test_the_newest_answer_is_the_one_that_is_taken_over(scene: Scene):
    ask(scene, Scripted(always(GOOD)), limit=5)
    ask(scene, Scripted(always(replace(GOOD, text='{"labels": ["退款"]}'))), limit=5, fresh=True)
    run, _ = ask(scene, Scripted(always(GOOD)))
    assert {row.prediction.labels for row in run.rows[:5]} == {("退款",)}


def test_a_smaller_part_of_what_is_known_needs_no_model_at_all(scene: Scene):
    with Loopback() as server:
        whole, _ = ask(scene, served(scene, server))
    part, _ = ask(scene, "loopback/m", limit=4)
    assert part.counts["answered"] == 4
    assert {row.taken_from for row in part.rows} == {whole.id}


def test_a_server_at_another_address_is_asked_and_no_request_is_seen_twice(scene: Scene):
    with Loopback() as one, Loopback() as two:
        ask(scene, served(scene, one), limit=6)
        ask(scene, served(scene, one))
        ask(scene, served(scene, two))
        assert set(one.asked.values()) == set(two.asked.values()) == {1}
        assert len(one.asked) == len(two.asked) == 16


def test_the_run_that_paid_is_named_across_several_takings_over(scene: Scene):
    model = Scripted(always(GOOD))
    pilot, _ = ask(scene, model, limit=5)
    ask(scene, model, limit=10)
    whole, _ = ask(scene, model)
    assert [row.taken_from for row in whole.rows[:5]] == [pilot.id] * 5
    assert {row.taken_from for row in whole.rows[5:10]} & {pilot.id, None} == set()


def test_money_is_counted_once_and_tokens_for_the_forecast_in_every_run(scene: Scene):
    model = Scripted(always(BILLED))
    pilot, _ = ask(scene, model, limit=5)
    whole, _ = ask(scene, model)
    prices = {"scripted": PRICE}
    amounts = [run_cost(run, prices).amounts["USD"] for run in (pilot, whole)]
    assert amounts == [pytest.approx(PRICE.amount(1000, 0, 10) * n) for n in (5, 11)]
    assert running_cost(whole, PRICE).rows == 16
    assert whole.rows[0].latency_s == 0.25


def test_a_run_stays_complete_when_the_one_that_paid_is_gone(scene: Scene):
    model = Scripted(always(BILLED))
    pilot, _ = ask(scene, model, limit=5)
    whole, _ = ask(scene, model)
    with sqlite3.connect(scene.path / "runs.db") as connection:
        numbers = f"(select id from requests where run = '{pilot.id}')"
        connection.execute(f"delete from replies where request in {numbers}")
        for table in ("requests", "rows", "runs"):
            connection.execute(f"delete from {table} where run = ?", [pilot.id])
    assert Store(scene.path / "runs.db").load_run(whole.id) == whole


def test_where_an_answer_came_from_survives_the_file(scene: Scene, tmp_path: Path):
    model = Scripted(always(BILLED))
    ask(scene, model, limit=5)
    whole, _ = ask(scene, model)
    read = run_from_jsonl(json.loads(json.dumps(run_to_jsonl(whole))), scene.task, scene.rows, "file")
    assert [row.taken_from for row in read.rows] == [row.taken_from for row in whole.rows]
    other = Store(tmp_path / "other.db")
    other.take_in(read)
    assert other.load_run(whole.id).rows == whole.rows


def test_test_rows_that_are_known_still_need_a_reason(scene: Scene):
    model = Scripted(always(GOOD))
    ask(scene, model, split="test", reason="choose")
    with pytest.raises(NeedsReason):
        ask(scene, model, split="test", limit=3)


def test_many_rows_are_taken_over_in_portions(tmp_path: Path):
    rows = [replace(tiny_examples()[16], id=f"d{k}", items=(f"快递 {k}",)) for k in range(602)]
    scene = create_scene(tmp_path / "big", TINY_TASK, rows, tiny_prompts())
    ask(scene, Scripted(always(GOOD), batch_size=50))
    model = Scripted(always(GOOD))
    run, _ = ask(scene, model, limit=601)
    assert not model.asked
    assert run.counts["answered"] == 601


def test_the_dry_run_counts_only_what_is_not_known(scene: Scene):
    model = Scripted(always(GOOD))
    ask(scene, model, limit=5)
    assert forecast(scene, "v1", model).calls.count == 11
    assert forecast(scene, "v1", model, fresh=True).calls.count == 16


def test_a_higher_limit_asks_only_the_rows_that_were_cut_off(scene: Scene):
    """Row 20 of the fault list."""
    cut = {example.items[0] for example in scene.examples("dev")[:3]}

    def act(body: dict[str, object], _seen: int) -> object:
        asked = str(body["messages"][-1]["content"])
        short = body["max_tokens"] == 64 and any(post in asked for post in cut)
        return "length" if short else "ok"

    with Loopback(act) as server:
        first, notes = ask(scene, served(scene, server, max_tokens=64))
        assert first.counts["truncated"] == 3
        assert "3 answers were cut off at 64 tokens" in notes[-1].note
        _, notes = ask(scene, served(scene, server, max_tokens=64))
        assert "3 answers were cut off at 64 tokens" in notes[-1].note
        longer, _ = ask(scene, served(scene, server, max_tokens=256))
        assert longer.counts["answered"] == 16
        assert server.hits == 16 + 3
        assert [row.taken_from for row in longer.rows].count(first.id) == 13
        ask(scene, served(scene, server, max_tokens=128))  # what a higher limit brought may be longer than this one
        assert server.hits == 16 + 3 + 3


def test_another_parameter_than_the_limit_is_another_question(scene: Scene):
    with Loopback() as server:
        ask(scene, served(scene, server, max_tokens=64))
        ask(scene, served(scene, server, max_tokens=256, temperature=0.5))
    assert server.hits == 32
