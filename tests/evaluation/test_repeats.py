from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from labkit.errors import BadData, LabkitError, ModelError
from labkit.evaluation.engine import Engine
from labkit.evaluation.tally import Tally
from labkit.evaluation.twins import Twins
from labkit.prompts import render
from labkit.records import Reply, Request, Status
from labkit.store import run_to_jsonl
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, QUICK, Scripted, always, ask


def test_each_row_is_asked_as_often_as_wanted_and_the_counts_add_up(scene: Scene):
    model = Scripted(always(GOOD))
    run, notes = ask(scene, model, repeats=3)
    assert (run.header.repeats, len(run.rows), run.counts["answered"]) == (3, 48, 48)
    assert set(model.asked.values()) == {3}
    assert [(row.example.id, row.repeat) for row in run.rows[:4]] == [
        ("dev-00", 0),
        ("dev-00", 1),
        ("dev-00", 2),
        ("dev-01", 0),
    ]
    assert (notes[-1].done, notes[-1].total) == (48, 48)


def test_every_row_is_asked_once_before_any_is_asked_again(scene: Scene):
    order: list[str] = []

    def act(row: str, seen: int) -> Reply:
        order.append(row)
        return GOOD

    ask(scene, Scripted(act, concurrency=1), repeats=2)
    assert len(set(order[:16])) == 16


def test_a_repeat_that_failed_is_asked_again_and_only_it(scene: Scene):
    model = Scripted(lambda row, seen: ModelError("no") if row == "dev-03" and seen == 1 else GOOD, concurrency=1)
    first, _ = ask(scene, model, repeats=2)
    assert (first.counts["answered"], first.counts["failed"]) == (31, 1)
    assert [(row.repeat, row.prediction.status) for row in first.rows if row.example.id == "dev-03"] == [
        (0, Status.ANSWERED),
        (1, Status.FAILED),
    ]
    second, _ = ask(scene, model, repeats=2)
    assert second.counts["answered"] == 32
    assert sum(model.asked.values()) == 33


def test_another_number_of_repeats_is_another_run_and_the_export_names_them(scene: Scene):
    one, two = (ask(scene, Scripted(always(GOOD)), repeats=k)[0] for k in (1, 2))
    assert one.id != two.id
    head, *rows = run_to_jsonl(two)
    assert head["repeats"] == 2
    assert Counter(row["repeat"] for row in rows) == {0: 16, 1: 16}


@pytest.mark.parametrize("repeats", [0, -1])
def test_a_useless_number_of_repeats_writes_nothing(scene: Scene, repeats: int):
    with pytest.raises(BadData, match="asked"):
        ask(scene, Scripted(always(GOOD)), repeats=repeats)
    assert not (scene.path / "runs.db").exists()


class TightPurse:
    """Lets so many requests go."""

    def __init__(self, requests: int) -> None:
        self.left, self.settled = requests, Counter[bool]()

    def reserve(self, requests: Sequence[Request]) -> bool:
        if self.left == 0:
            raise LabkitError("The budget is spent")
        self.left -= len(requests)
        return True

    def settle(self, request: Request, outcome: Reply | Exception) -> None:
        self.settled[isinstance(outcome, Reply)] += 1


def test_a_purse_is_asked_before_each_request_and_stops_the_sending(scene: Scene):
    run, _ = ask(scene, Scripted(always(ModelError("no"))), retry=QUICK)
    model = Scripted(lambda row, seen: ModelError("no") if row == "dev-01" else GOOD)
    purse = TightPurse(5)
    engine = Engine(scene.store, run.id, model, QUICK, Tally(run, lambda progress: None), purse)
    with pytest.raises(LabkitError, match="budget"):
        engine.ask(Twins(scene.store.pending(run.id)), lambda row: render(scene.prompt("v1"), scene.task, row.example))
    assert sum(model.asked.values()) == 5
    assert purse.settled == {True: 4, False: 1}
    assert scene.store.load_run(run.id).counts["answered"] == 4
