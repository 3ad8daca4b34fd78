"""Two different runs that share rows and are asked at the same moment pay for none of them twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from labkit.evaluation import Progress, preflight
from labkit.records import Reply, Run
from labkit.store import Store
from labkit.workspace import Scene, open_scene
from tests.evaluation.scripted import GOOD, Scripted, always, ask


class Beside:
    """An evaluation in a thread of its own.

    Args:
        scene: a scene, opened anew for it.
        model: whom it asks.
        options: of `ask`.
    """

    def __init__(self, scene: Scene, model: Scripted, **options: object) -> None:
        self.notes: list[str] = []
        self.waits = threading.Event()
        self._run: list[Run] = []
        self._options = {"progress": self._hear, **options}
        self._thread = threading.Thread(target=self._work, args=(open_scene(scene.path), model))
        self._thread.start()

    @property
    def run(self) -> Run:
        """Its run, once it is over."""
        self._thread.join(60)
        return self._run[0]

    def _work(self, scene: Scene, model: Scripted) -> None:
        self._run.append(ask(scene, model, **self._options)[0])

    def _hear(self, progress: Progress) -> None:
        self.notes.append(progress.note)
        if "some of the very same" in progress.note:
            self.waits.set()


class Gated(Scripted):
    """A model that answers when the gate is open, and says when it was first asked."""

    def __init__(self) -> None:
        self.entered, self.gate = threading.Event(), threading.Event()
        super().__init__(self._wait)

    def _wait(self, row: str, seen: int) -> Reply:
        self.entered.set()
        assert self.gate.wait(60)
        return GOOD


def test_a_run_waits_for_the_rows_that_another_is_asking_and_asks_the_rest(scene: Scene):
    first_model, second_model = Gated(), Scripted(always(GOOD))
    first = Beside(scene, first_model, limit=10)
    assert first_model.entered.wait(60)
    second = Beside(scene, second_model)  # all sixteen rows: another run
    assert second.waits.wait(60)
    assert not second_model.asked
    first_model.gate.set()
    assert second.run.counts["answered"] == first.run.counts["answered"] + 6 == 16
    assert sum(row.taken_from == first.run.id for row in second.run.rows) == 10
    assert sum(first_model.asked.values()) == 10
    assert sum(second_model.asked.values()) == 6


def test_runs_that_share_no_row_or_no_prompt_go_side_by_side(scene: Scene):
    model = Gated()
    first = Beside(scene, model)
    assert model.entered.wait(60)
    other = Scripted(always(GOOD))
    assert ask(open_scene(scene.path), other, split="pool")[0].counts["answered"] == 16
    warmer = Scripted(always(GOOD))
    warmer.parameters = {"temperature": 1}
    assert ask(open_scene(scene.path), warmer)[0].counts["answered"] == 16
    assert ask(open_scene(scene.path), Scripted(always(GOOD)), fresh=True, repeats=2)[0].counts["answered"] == 32
    model.gate.set()
    assert first.run.counts["answered"] == 16


def test_a_run_that_asks_anew_waits_for_none_and_is_waited_for(scene: Scene):
    ask(scene, Scripted(always(GOOD)), limit=3)
    anew_model, later_model = Gated(), Scripted(always(GOOD))
    anew = Beside(scene, anew_model, limit=5, fresh=True)
    assert anew_model.entered.wait(60)
    later = Beside(scene, later_model, limit=4)  # three are answered already, the fourth is on its way
    assert later.waits.wait(60)
    anew_model.gate.set()
    assert (anew.run.counts["answered"], later.run.counts["answered"]) == (5, 4)
    assert (sum(anew_model.asked.values()), sum(later_model.asked.values())) == (5, 0)
    assert later.run.rows[3].taken_from == anew.run.id


def test_a_single_request_such_as_a_preflight_waits_for_nobody(scene: Scene):
    model = Gated()
    first = Beside(scene, model)
    assert model.entered.wait(60)
    assert preflight(open_scene(scene.path), "v1", Scripted(always(GOOD))).ok
    model.gate.set()
    assert first.run.counts["answered"] == 16


def test_who_only_looks_whether_a_run_is_being_asked_is_not_taken_for_one_that_asks_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(RuntimeError):
        ask(scene, Scripted(always(RuntimeError("the program is at fault"))), limit=1)
    (header,) = scene.store.runs()
    name, tried, lock = f"asking-{header.run}", threading.Event(), Store.lock

    @contextmanager
    def told(store: Store, wanted: str) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(lock(store, wanted))
            finally:
                if wanted == name and threading.current_thread() is not threading.main_thread():
                    tried.set()
            yield

    monkeypatch.setattr(Store, "lock", told)
    with scene.store.lock(name):
        asked = Beside(scene, Scripted(always(GOOD)), limit=1)
        assert tried.wait(60)
    assert asked.run.counts["answered"] == 1


def test_many_runs_that_grow_into_each_other_at_once_ask_each_row_once(scene: Scene):
    def act(row: str, seen: int) -> Reply:
        threading.Event().wait(0.02)
        return GOOD

    model = Scripted(act)
    runs = [Beside(scene, model, limit=limit) for limit in (4, 8, 12, 16)]
    assert [len(beside.run.rows) for beside in runs] == [4, 8, 12, 16]
    assert all(beside.run.complete for beside in runs)
    assert set(model.asked.values()) == {1}


def test_when_the_run_that_is_waited_for_stops_the_other_asks_what_it_left(scene: Scene):
    first_model, second_model = Gated(), Scripted(always(GOOD))
    stop = threading.Event()

    def refuse(row: str, seen: int) -> Reply:
        first_model.entered.set()
        assert stop.wait(60)
        raise RuntimeError("the program is at fault")

    first_model.act = refuse
    failed = threading.Thread(target=_quietly, args=(scene, first_model))
    failed.start()
    assert first_model.entered.wait(60)
    second = Beside(scene, second_model)
    assert second.waits.wait(60)
    stop.set()
    failed.join(60)
    assert second.run.counts["answered"] == 16
    assert sum(second_model.asked.values()) == 16


def _quietly(scene: Scene, model: Scripted) -> None:
    with pytest.raises(RuntimeError):
        ask(open_scene(scene.path), model, limit=10)
