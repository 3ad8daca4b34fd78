"""What keeping a scene's tuned models ready costs a month, from the records in hosted/ and prices.toml, to the memo."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import labkit
from labkit.decision import HOURS_A_MONTH
from labkit.scoring import Interval
from labkit.views.memo import memo
from labkit.workspace import Scene
from labkit.workspace.hosting import hosting_a_month
from tests.models.loopback_tuning import LoopbackTuning
from tests.training.conftest import trainable_scene

BASE, TUNED = "loopback/small", "loopback/ft:small:us::abc"
PRICE = 'input = 1.0\noutput = 2.0\ncurrency = "CNY"\n'


@pytest.fixture
def tuned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene whose task asks for 1,000 posts a month in CNY, with a tuning that has ended and base and tuned asked."""
    monkeypatch.setenv("OUR_KEY", "sk-CANARY-0123456789")
    scene = trainable_scene(tmp_path / "scene")
    with LoopbackTuning() as server:
        url = f"{server.root}/v1"
        values = {"base_url": url, "tuning_url": url, "tuning_form": "openai", "key": "env:OUR_KEY"}
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        (scene.path / "models.toml").write_text("\n".join(["[loopback]", *lines]), encoding="utf-8")
        priced(scene, f'["{BASE}"]\n{PRICE}hosting_hour = 0.5\n["{TUNED}"]\n{PRICE}')
        found = labkit.tune_hosted(scene, "some", BASE, poll_s=0.01)
        for model in (BASE, TUNED):
            labkit.evaluate(scene, found.prompt, model)
    return scene


def priced(scene: Scene, text: str) -> None:
    (scene.path / "prices.toml").write_text(text, encoding="utf-8")


def hosting(scene: Scene) -> dict[str, Interval | None]:
    return hosting_a_month(labkit.open_scene(scene.path))


def exactly(amount: float) -> Interval:
    return Interval(amount, amount, amount)


def test_only_the_tuned_model_is_kept_ready_never_its_base(tuned: Scene):
    assert hosting(tuned) == {TUNED: exactly(0.5 * HOURS_A_MONTH)}
    found = {c.model: c for c in memo(tuned, monthly_volume=1000).memo.candidates}
    assert found[BASE].month.amount.value == pytest.approx(found[BASE].per_1000.amount.value)
    assert found[TUNED].month.amount.value == pytest.approx(found[TUNED].per_1000.amount.value + 365)


def test_prices_toml_of_today_stands_above_what_was_written_down_then(tuned: Scene):
    priced(tuned, f'["{BASE}"]\n{PRICE}hosting_hour = 2.0\n["{TUNED}"]\n{PRICE}')
    assert hosting(tuned) == {TUNED: exactly(2.0 * HOURS_A_MONTH)}
    priced(tuned, f'["{BASE}"]\n{PRICE}hosting_hour = 2.0\n["{TUNED}"]\n{PRICE}hosting_hour = 0.0')
    assert hosting(tuned) == {TUNED: exactly(0.0)}  # a row of its own stands above its base's
    priced(tuned, f'["{BASE}"]\n{PRICE}["{TUNED}"]\n{PRICE}')
    assert hosting(tuned) == {TUNED: exactly(0.5 * HOURS_A_MONTH)}  # as it was written down with the tuning


def test_another_currency_needs_its_rate(tuned: Scene):
    in_yen = PRICE.replace("CNY", "JPY")
    priced(tuned, f'["{TUNED}"]\n{in_yen}hosting_hour = 10.0')
    assert hosting(tuned) == {TUNED: None}
    priced(tuned, f'["{TUNED}"]\n{in_yen}hosting_hour = 10.0\n[rates]\nJPY_CNY = 0.05')
    assert hosting(tuned) == {TUNED: exactly(0.5 * HOURS_A_MONTH)}


def test_an_hour_without_a_price_is_asked_for(tuned: Scene):
    record = next((tuned.path / "hosted").glob("*/tuning.json"))
    kept = json.loads(record.read_text(encoding="utf-8")) | {"hosting_hour": None}
    record.write_text(json.dumps(kept), encoding="utf-8")
    priced(tuned, f'["{BASE}"]\n{PRICE}["{TUNED}"]\n{PRICE}')
    found = memo(labkit.open_scene(tuned.path), monthly_volume=1000)
    assert next(c.month for c in found.memo.candidates if c.model == TUNED) is None
    assert any("hosting_hour" in said and TUNED in said for said in found.sheet("en").missing)


def test_a_tuning_without_a_tuned_model_yet_keeps_nothing_ready(tuned: Scene):
    record = next((tuned.path / "hosted").glob("*/tuning.json"))
    kept = json.loads(record.read_text(encoding="utf-8")) | {"tuned": "", "state": "running"}
    record.write_text(json.dumps(kept), encoding="utf-8")
    assert hosting(tuned) == {}


def compared(scene: Scene, *words: str) -> str:
    """What `python -m labkit compare` prints of all runs of a scene."""
    runs = [listed.run for listed in scene.store.runs()]
    command = [sys.executable, "-m", "labkit", "compare", str(scene.path), *runs, *words]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_a_comparison_says_what_keeping_a_model_ready_costs_beside_its_tokens(tuned: Scene):
    said = {entry["model"]: entry["hosting"] for entry in json.loads(compared(tuned, "--json"))["ranking"]}
    assert said == {BASE: None, TUNED: {"currency": "CNY", "per_month": 365.0}}
    assert f"{TUNED}: its vendor asks 365.00 CNY a month on top" in compared(tuned)
    scene = labkit.open_scene(tuned.path)
    runs = [scene.store.load_run(listed.run) for listed in scene.store.runs()]
    shown = labkit.ModelComparison(runs, scene.prices(), hosting=scene.terms().hosting)
    assert "365.00 CNY a month on top" in shown.children[3].value


def test_a_comparison_names_hours_whose_price_nobody_knows(tuned: Scene):
    priced(tuned, f'["{TUNED}"]\n{PRICE.replace("CNY", "JPY")}hosting_hour = 10.0')
    assert f"{TUNED}: what keeping it ready costs is not known" in compared(tuned)
