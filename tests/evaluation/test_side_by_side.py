from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from labkit.errors import ModelRefused
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
