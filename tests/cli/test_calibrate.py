"""`labkit calibrate`: how sure a model must be to answer alone, or that no confidence is enough."""

from __future__ import annotations

import json

import pytest

from labkit.evaluation import evaluate
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command


@pytest.fixture
def asked() -> tuple[Scene, str]:
    scene = open_scene("support_intents")
    return scene, evaluate(scene, "short", "linear", progress=lambda _: None).id


def test_a_threshold_for_a_target_and_the_curve_behind_it(labkit: Command, asked: tuple[Scene, str]):
    scene, run = asked
    code, out, err = labkit("calibrate", scene.path, run, "--target", "0.9", "--json")
    assert code == 0, err
    found = json.loads(out)
    observed, guaranteed = found["abstain"]
    assert observed["accuracy"]["value"] >= 0.9
    assert 0 <= guaranteed["coverage"]["value"] <= observed["coverage"]["value"] < 1
    assert found["rows"] + found["left_out"] == len(scene.examples("dev"))
    assert found["curve"][-1]["coverage"] == found["rows"] / len(scene.examples("dev"))
    code, out, _ = labkit("calibrate", scene.path, run)
    assert (code, "reached on these rows" in out) == (0, True)


def test_a_target_out_of_reach_exits_1(labkit: Command, asked: tuple[Scene, str]):
    scene, run = asked
    code, out, _ = labkit("calibrate", scene.path, run, "--target", "0.9999", "--json")
    thresholds = [entry["threshold"] for entry in json.loads(out)["abstain"]]
    assert code == (1 if thresholds[0] is None else 0)
    assert thresholds[1] is None


def test_bad_input_is_one_line(labkit: Command, scene: Scene):
    run = evaluate(scene, "v1", "definition-reader", progress=lambda _: None).id
    for words in ((run,), (run, "--target", "2"), ("nothing",)):
        code, out, err = labkit("calibrate", scene.path, *words)
        assert (code, out, err.count("\n")) == (2, "", 1), err
