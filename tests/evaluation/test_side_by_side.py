from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from labkit.errors import BadInput, ModelRefused, NeedsReason
from labkit.evaluation import Progress, evaluate_models
from labkit.workspace import Scene
from tests.evaluation.scripted import ask
from tests.models.loopback import Loopback


def serve_both(scene: Scene, one: Loopback, other: Loopback) -> None:
    tables = [
        f"[{name}]\nbase_url = {json.dumps(server.url)}\nconcurrency = 2\n"
        for name, server in (("one", one), ("other", other))
    ]
    (scene.path / "models.toml").write_text("".join(tables), encoding="utf-8")


@pytest.mark.parametrize("mode", ["quota", "arrears", "no_balance"])
def test_a_model_without_money_stops_at_once_and_the_other_goes_on(scene: Scene, mode: str):
    with Loopback(mode) as poor, Loopback("delay", delay_s=0.05) as rich, ThreadPoolExecutor(2) as threads:
        serve_both(scene, poor, rich)
        refused, answered = (threads.submit(ask, scene, f"{name}/m") for name in ("one", "other"))
        with pytest.raises(ModelRefused):
            refused.result()
        assert answered.result()[0].counts["answered"] == 16
        assert (poor.hits, rich.hits) == (1, 16)


def test_a_pause_that_one_host_asks_for_is_not_the_other_s(scene: Scene):
    busy = (429, {"Retry-After": "2"}, b'{"error": {"message": "slow down", "code": "rate_limit"}}')
    with Loopback(lambda body, seen: busy if slow.hits == 1 else "ok") as slow, Loopback() as quick:
        serve_both(scene, slow, quick)
        with ThreadPoolExecutor(2) as threads:
            started = time.monotonic()
            waits, goes_on = (
                threads.submit(lambda name: (ask(scene, name), time.monotonic()), f"{name}/m")
                for name in ("one", "other")
            )
            (first, ended), (second, ended_earlier) = waits.result(), goes_on.result()
        assert first[0].counts["answered"] == second[0].counts["answered"] == 16
        assert ended - started >= 2
        assert ended_earlier < ended


def test_several_models_in_one_call_and_one_without_money_holds_up_nobody(scene: Scene):
    notes: list[str] = []
    with Loopback("quota") as poor, Loopback("delay", delay_s=0.02) as rich:
        serve_both(scene, poor, rich)
        models = ["one/m", "definition-reader", "other/m", "other/n"]
        found = evaluate_models(scene, "v1", models, progress=lambda progress: notes.append(progress.note))
        assert [run.header.model for run in found.runs] == models[1:]
        assert all(run.counts["answered"] == 16 for run in found.runs)
        assert list(found.stopped) == ["one/m"]
        assert isinstance(found.stopped["one/m"], ModelRefused)
        assert (poor.hits, rich.hits) == (1, 32)
        assert any(note.startswith("one/m is asked no further") for note in notes[:-1])
        again = evaluate_models(scene, "v1", models, progress=lambda _: None)
    assert [run.id for run in again.runs] == [run.id for run in found.runs]
    assert rich.hits == 32


def test_what_is_wrong_with_one_of_several_models_is_said_before_any_is_asked(scene: Scene):
    with Loopback() as one, Loopback() as other:
        serve_both(scene, one, other)
        for models in ([], ["one/m", "one/m"], ["one/m", "nobody/m"]):
            with pytest.raises(BadInput):
                evaluate_models(scene, "v1", models)
        with pytest.raises(NeedsReason):
            evaluate_models(scene, "v1", ["one/m", "other/m"], "test")
        assert (one.hits, other.hits) == (0, 0)
    assert scene.store.runs() == ()


def test_a_limit_that_cannot_be_held_for_one_model_is_said_before_another_has_paid(scene: Scene):
    with Loopback() as one, Loopback() as other:
        serve_both(scene, one, other)
        price = 'input = 10.0\noutput = 20.0\ncurrency = "CNY"\ndate = "2026-01-01"\nsource = "test"\n'
        (scene.path / "prices.toml").write_text(f'["one/m"]\n{price}', encoding="utf-8")
        with pytest.raises(BadInput, match="other/m has no price"):
            evaluate_models(scene, "v1", ["one/m", "other/m"], max_cost=5.0)
        assert (one.hits, other.hits) == (0, 0)
    assert scene.store.runs() == ()


def test_an_interrupt_stops_all_models_and_keeps_what_they_answered(scene: Scene):
    """Pressed while both are at it: the engine of each waits for what is on its way."""
    done: dict[str, int] = {}
    pressed: list[int] = []

    def press(progress: Progress) -> None:
        done[progress.run] = progress.done
        if len(done) == 2 and min(done.values()) >= 3 and not pressed:
            pressed.append(1)
            os.kill(os.getpid(), signal.SIGINT)

    words: dict[str, Any] = {"models": ["one/m", "other/m"], "repeats": 9}
    with Loopback("delay", delay_s=0.05) as one, Loopback("delay", delay_s=0.05) as other:
        serve_both(scene, one, other)
        with pytest.raises(KeyboardInterrupt):
            evaluate_models(scene, "v1", **words, progress=press)
        stopped = [scene.store.load_run(header.run) for header in scene.store.runs()]
        counts = {run.header.model: run.counts["answered"] for run in stopped}
        assert counts == {"one/m": one.hits, "other/m": other.hits}
        assert all(3 <= count < 144 for count in counts.values()), counts
        found = evaluate_models(scene, "v1", **words, progress=lambda _: None)
        assert (one.hits, other.hits) == (144, 144)
    assert [run.counts["answered"] for run in found.runs] == [144, 144]
