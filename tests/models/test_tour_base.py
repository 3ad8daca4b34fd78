"""The base that ships: small, safe, made only from what it says, and made again by its script."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from labkit.models.model_files import check_base, find_base
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Status
from labkit.training import recipe_from_yaml
from labkit.workspace import Scene, bundled_scenes, open_scene

FOLDER = find_base("tour_base")
SCRIPT = FOLDER.parent / "build_tour_base.py"
TEXT = FOLDER.parent / "tour_base_text"
REPEATED = 20  # steps
TOLERANCE = 0.02  # of the loss: another CPU sums bf16 products in another order


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    spec = importlib.util.spec_from_file_location("build_tour_base", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "build_tour_base", module)
    spec.loader.exec_module(module)
    return module


def lines(name: str) -> list[str]:
    return [line for line in (TEXT / name).read_text("utf-8").split("\n") if line.strip() and not line.startswith("# ")]


def test_it_is_small_and_passes_the_checks_of_any_base():
    check_base(FOLDER)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 5_000_000
    assert {path.suffix for path in FOLDER.iterdir()} <= {".safetensors", ".json", ".jinja", ".md", ".yaml"}
    recipe = recipe_from_yaml((FOLDER / "recipe.yaml").read_text("utf-8"), "recipe.yaml")
    assert recipe.steps(1000) <= 25


@pytest.mark.parametrize(("code", "name"), [("zh", "weibo_service"), ("en", "support_intents")])
def test_it_has_read_pool_posts_only(code: str, name: str):
    scene = open_scene(name)
    pool = {line for example in scene.examples("pool") for item in example.items for line in item.split("\n")}
    kept_out = [*scene.examples("dev"), *scene.examples("test"), *scene.examples("traffic")]
    read = set(lines(f"pool_{code}.txt"))
    assert len(read) > 200
    assert read <= pool, "run build_tour_base.py --refresh and build again"
    told = {item for example in kept_out for item in example.items if len(item) > 8}  # several people say "hi"
    assert not read & told


def test_no_topic_of_the_thesaurus_is_called_like_a_label():
    labels = {label for name in bundled_scenes() for label in open_scene(name).task.labels}
    for code in ("zh", "en"):
        for line in lines(f"themes_{code}.txt"):
            names, _, words = line.partition(":")
            assert not labels & {*names.split("/"), *words.split()}


def test_the_card_says_what_it_is():
    card = (FOLDER / "README.md").read_text("utf-8")
    for said in ("2.2 million parameters", "not a large language model", "build_tour_base.py", "Qwen3"):
        assert said in card


@pytest.mark.training
def test_twenty_steps_from_scratch_give_the_recorded_losses(script: ModuleType, tmp_path: Path):
    recorded = json.loads((FOLDER / "build.json").read_text("utf-8"))
    again = script.build(tmp_path / "again", steps=REPEATED)
    assert again["text_sha256"] == recorded["text_sha256"], "its text has changed: build it again"
    assert again["parameters"] == recorded["parameters"]
    assert again["losses"] == pytest.approx(recorded["losses"][:REPEATED], abs=TOLERANCE)
    assert recorded["losses"][-1] < 0.5 * recorded["losses"][0]


@pytest.mark.training
def test_it_answers_in_the_agreed_form():
    from labkit.models.local import LocalModel

    scene: Scene = open_scene("weibo_service")
    rows = scene.examples("dev", limit=48)
    replies = LocalModel("tour_base").answer([render(scene.prompt("short"), scene.task, row) for row in rows])
    read = [parse_reply(reply, scene.task, row).status for reply, row in zip(replies, rows, strict=True)]
    assert read.count(Status.ANSWERED) >= 0.8 * len(rows)
