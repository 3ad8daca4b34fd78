"""`labkit.audit`: files, scenes and datasets, with the known answers of real data."""

from __future__ import annotations

from pathlib import Path

import labkit
from labkit.datasets import select
from labkit.workspace import Scene


def test_banking77_has_twelve_duplicates_and_seven_leaks(test_data: Path):
    said: list[str] = []
    files = test_data / "banking77"
    found = labkit.audit(files / "train.csv", test=files / "test.csv", progress=said.append)
    assert found.rows == 10_003 + 3_080
    assert found.finding("D02").counts["exact"] == 12
    assert found.finding("D04").counts["exact"] == 7
    assert found.blocked
    assert said[:2] == ["D01", "D02"]


def test_tnews_is_nearly_clean(test_data: Path):
    files = test_data / "tnews"
    found = labkit.audit(files / "train_few_all.json", test=files / "test_public.json")
    assert found.finding("D02").counts["exact"] == found.finding("D04").counts["exact"] == 0
    assert 1 <= found.finding("D04").counts["near"] <= 10
    assert found.finding("D11").severity == "not examined"


def test_a_scene_is_audited_with_its_splits_and_its_newest_prompt(scene: Scene):
    found = labkit.audit(scene)
    assert found.rows == 48
    assert found.finding("D05").severity == "warn"
    assert found.finding("D07").severity == "not examined"


def test_a_dataset_is_audited_beside_dev_and_test(scene: Scene):
    scene.save_dataset("bad", [_row("快递五天没动静呀", "物流"), _row("唉,钱什么时候退给我", "退款")], {})
    found = labkit.audit(scene, "bad")
    assert found.finding("D04").severity == "block"
    assert "id-唉,钱什么时候退给我" in found.finding("D04").rows
    assert found.finding("D08").severity != "not examined"
    assert found.finding("D10").severity == "ok"


def test_what_select_chooses_keeps_the_contract():
    scene = labkit.open_scene("weibo_service")
    select(scene, 60, "round1", prompt=scene.prompt_names()[-1])
    found = labkit.audit(scene, "round1")
    assert found.finding("D09").severity == "ok"
    assert found.finding("D04").counts["exact"] == 0


def _row(text: str, label: str) -> dict[str, object]:
    return {"id": f"id-{text}", "items": [text], "labels": [label], "target": {"labels": [label]}}
