"""Rows that ask the very same, in batch files: over several sessions, beside other runs, and within a limit."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

import labkit
from labkit.costs import cost_of_rows, run_cost
from labkit.evaluation import Progress, evaluate, forecast
from labkit.evaluation.budget import tariff_for
from labkit.evaluation.plan import plan_split
from labkit.models import get_model
from labkit.records import Run
from labkit.store import Store
from labkit.workspace import Scene, open_scene
from tests.evaluation.scripted import QUICK, quiet
from tests.evaluation.test_batch import send, served
from tests.evaluation.test_twins import cut_off, refused_for_good, repeated  # noqa: F401
from tests.models.loopback_batches import Line, LoopbackBatches, answered, refused

LIVE = (100 * 5 + 7 * 10) / 1e6  # a reply of the server
BATCHED = LIVE / 2


@pytest.fixture
def priced(repeated: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:  # noqa: F811
    """Six dev rows of three different posts, and a price with half of it in batch files."""
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")
    price = '["loopback/m"]\ninput = 5\noutput = 10\nbatch = 0.5\ncurrency = "CNY"\n'
    (repeated.path / "prices.toml").write_text(price, encoding="utf-8")
    return open_scene(repeated.path)


class FirstSpoilt(LoopbackBatches):
    """A server that spoils the first line of the first file, and counts what it was asked."""

    def __init__(self, status: str, looks: int = 1) -> None:
        super().__init__(self._work, looks=looks)
        self.sizes: list[int] = []
        self._status = status

    @property
    def asked(self) -> list[int]:
        """How often each content was in a file."""
        return sorted(Counter(line["body"]["messages"][-1]["content"] for line in self.sent).values())

    def _work(self, lines: list[Line]) -> tuple[list[Line], list[Line]]:
        self.sizes.append(len(lines))
        fine = [answered(line) for line in lines]
        if len(self.sizes) > 1:
            return fine, []
        return (
            ([cut_off(lines[0]), *fine[1:]], []) if self._status == "cut" else (fine[1:], [refused_for_good(lines[0])])
        )


def bill(scene: Scene, run: Run) -> float:
    return run_cost(run, scene.prices().prices).amounts.get("CNY", 0.0)


def bought_at(scene: Scene, run: Run) -> float:
    return cost_of_rows(run, scene.prices().prices).amounts["CNY"]


def test_what_is_out_is_forecast_as_no_call_of_its_run_or_of_another(priced: Scene):
    with LoopbackBatches(looks=9) as server:
        model = served(priced, server)
        assert forecast(priced, "v1", model).calls.count == 3
        send(priced, model, wait=False)
        assert [forecast(priced, "v1", model, limit=rows).calls.count for rows in (None, 4)] == [0, 0]
        assert "6 rows have their answers, wait for them in a batch file" in str(forecast(priced, "v1", model))
        assert forecast(priced, "v1", model, fresh=True).calls.count == 3


def test_what_one_session_sent_gives_its_money_back_in_the_next(priced: Scene):
    with FirstSpoilt("cut", looks=2) as server:
        model = served(priced, server)
        asked = get_model(model, priced)
        plan = plan_split(priced, "v1", asked, "dev")
        tariff = tariff_for(priced, plan, asked, 1.0, in_batch=True)
        assert tariff is not None
        limit = 3.5 * max(tariff.worst(plan.request(row)) for row in plan.rows)
        said = [send(priced, model, wait=False, max_cost=limit)[1] for _ in range(3)]
        assert not any("limit is reached" in words for words in said)
        run, _ = send(priced, model, wait=False, max_cost=limit)
    assert server.sizes == [3, 2]
    assert (run.counts["truncated"], run.counts["answered"]) == (1, 5)


def test_a_row_that_failed_takes_over_what_its_like_was_answered_since(priced: Scene):
    with FirstSpoilt("refused") as server:
        model = served(priced, server)
        run, _ = send(priced, model)
        assert (run.counts["failed"], run.counts["answered"], server.asked) == (1, 5, [1, 1, 3])
        assert forecast(priced, "v1", model).calls.count == 0
        run, _ = send(priced, model)
        assert (run.counts["answered"], server.asked, server.completions) == (6, [1, 1, 3], 0)
        assert bill(priced, run) == pytest.approx(4 * BATCHED)


def test_what_another_run_answered_for_a_row_that_failed_is_on_its_bill_alone(priced: Scene):
    def work(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        return [answered(line) for line in lines[1:]], [refused(lines[0], 400, "no", "invalid_value")]

    with LoopbackBatches(work) as server:
        model = served(priced, server)
        send(priced, model, limit=2)
        other = evaluate(priced, "v1", model, progress=quiet, retry=QUICK)
        run, _ = send(priced, model, limit=2)
        assert (run.counts["answered"], server.completions) == (2, 2)
        assert bill(priced, other) == pytest.approx(2 * LIVE)
        assert bill(priced, run) == pytest.approx(BATCHED)


def test_a_copy_costs_what_its_original_did_also_in_another_run_and_on_another_machine(priced: Scene, tmp_path: Path):
    with LoopbackBatches() as server:
        model = served(priced, server)
        send(priced, model, limit=2)
        run, _ = send(priced, model)
        assert bill(priced, run) == pytest.approx(BATCHED)
        assert bought_at(priced, run) == pytest.approx(6 * BATCHED)
        live = evaluate(priced, "v1", model, limit=5, repeats=2, progress=quiet)
        assert bought_at(priced, live) == pytest.approx(5 * BATCHED + 5 * LIVE)
    elsewhere = Store(str(tmp_path / "elsewhere.db"))
    elsewhere.take_in(run)
    assert bought_at(priced, elsewhere.load_run(run.id)) == pytest.approx(6 * BATCHED)
    assert elsewhere.batched(run.id) == ()


def test_what_goes_out_in_a_second_file_waits_for_a_run_that_has_begun_to_ask_the_same(priced: Scene):
    """The other began when the first file was in, and one of its answers cut off."""
    beside: list[threading.Thread] = []
    runs: list[Run] = []
    asks, waits = threading.Event(), threading.Event()

    def ask_live() -> None:
        runs.append(evaluate(open_scene(priced.path), "v1", "loopback/m", limit=5, progress=quiet, retry=QUICK))

    def held_up() -> None:
        asks.set()
        waits.wait(5)

    def hear(progress: Progress) -> None:
        if ": completed." in progress.note and not beside:
            beside.append(threading.Thread(target=ask_live))
            beside[0].start()
            assert asks.wait(60)
        if "some of the very same" in progress.note:
            waits.set()

    with FirstSpoilt("cut") as server:
        server.before_completion = held_up
        run = labkit.evaluate_batch(priced, "v1", served(priced, server), progress=hear, poll_s=0.01)
        beside[0].join(60)
        assert (server.asked, server.completions) == ([1, 1, 1], 1)
    assert (run.counts["truncated"], run.counts["answered"], runs[0].counts["answered"]) == (1, 5, 5)
    assert bill(priced, run) + bill(priced, runs[0]) == pytest.approx(3 * BATCHED + LIVE)


def test_progress_adds_up_where_what_was_left_is_answered_elsewhere(priced: Scene):
    told: list[Progress] = []

    def hear(progress: Progress) -> None:
        told.append(progress)
        if ": completed." in progress.note:
            evaluate(open_scene(priced.path), "v1", "loopback/m", limit=5, progress=quiet, retry=QUICK)

    with FirstSpoilt("cut") as server:
        run = labkit.evaluate_batch(priced, "v1", served(priced, server), progress=hear, poll_s=0.01)
    assert {sum(progress.counts.values()) for progress in told} == {6}
    assert told[-1].counts == run.counts


class TwoCutOff(LoopbackBatches):
    """A server that cuts off two of three answers of the first file."""

    def __init__(self) -> None:
        super().__init__(self._work)
        self.sizes: list[int] = []

    def _work(self, lines: list[Line]) -> tuple[list[Line], list[Line]]:
        self.sizes.append(len(lines))
        spoilt = 2 if len(self.sizes) == 1 else 0
        return [*map(cut_off, lines[:spoilt]), *map(answered, lines[spoilt:])], []


def test_what_another_run_answered_meanwhile_goes_out_in_no_later_file(priced: Scene):
    told: list[Progress] = []

    def hear(progress: Progress) -> None:
        told.append(progress)
        if ": completed." in progress.note and len(server.sizes) == 1:
            evaluate(open_scene(priced.path), "v1", "loopback/m", limit=1, progress=quiet, retry=QUICK)

    with TwoCutOff() as server:
        run = labkit.evaluate_batch(priced, "v1", served(priced, server), progress=hear, poll_s=0.01)
        assert (server.sizes, server.completions) == ([3, 1], 1)
    assert {sum(progress.counts.values()) for progress in told} == {6}
    assert told[-1].counts == run.counts
    assert (run.counts["truncated"], run.counts["answered"]) == (2, 4)


def test_rows_that_another_run_has_out_are_left_open_and_told(priced: Scene):
    told: list[str] = []

    def hear(progress: Progress) -> None:
        told.append(progress.note)
        if ": completed." in progress.note and len(server.batches) == 1:
            server.looks = 99
            labkit.evaluate_batch(open_scene(priced.path), "v1", "loopback/m", limit=5, progress=quiet, wait=False)

    with FirstSpoilt("cut") as server:
        run = labkit.evaluate_batch(priced, "v1", served(priced, server), progress=hear, poll_s=0.01)
    assert (run.counts["truncated"], run.counts["pending"], run.counts["answered"]) == (1, 2, 3)
    (note,) = (note for note in told if "2 rows" in note)
    assert "batch file" in note


def test_one_row_alone_and_a_fresh_run_are_forecast_as_they_are_asked(priced: Scene):
    with LoopbackBatches(looks=99) as server:
        model = served(priced, server)
        evaluate(priced, "v1", model, fresh=True, max_cost=0.0, progress=quiet)
        fresh = forecast(priced, "v1", model).calls.count
        send(priced, model, wait=False, limit=5)
        assert forecast(priced, "v1", model).calls.count == fresh == 3
        assert forecast(priced, "v1", model, limit=1).calls.count == 1
        evaluate(priced, "v1", model, progress=quiet)
        assert server.completions == 3
        assert forecast(priced, "v1", model, limit=1).calls.count == 0


def test_an_attempt_that_was_lost_before_a_batch_answered_is_out_nowhere_on_another_machine(
    priced: Scene, tmp_path: Path
):
    with LoopbackBatches() as server:
        model = served(priced, server)
        plan = plan_split(priced, "v1", get_model(model, priced), "dev")
        priced.store.create_run(plan.header, plan.task, plan.examples)
        with priced.store.recording(plan.header.run) as record:
            record.request(plan.request(next(iter(plan.rows))), 1)
        send(priced, model, limit=1)
        run, _ = send(priced, model)
    assert (run.rows[0].in_flight, run.rows[0].batched, run.counts["answered"]) == (1, True, 6)
    elsewhere = Store(str(tmp_path / "elsewhere.db"))
    elsewhere.take_in(run)
    assert elsewhere.batched(run.id) == ()
    assert elsewhere.load_run(run.id).rows[0].batched
