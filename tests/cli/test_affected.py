"""`labkit evaluate --affected-by`: an estimate from few rows, never called a score."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command


@pytest.fixture
def edited(labkit: Command, scene: Scene) -> Scene:
    v2 = scene.prompt("v2")
    scene.save_prompt(
        replace(v2, name="v3", definitions=(replace(v2.definitions[0], text="快递。"), *v2.definitions[1:]))
    )
    labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader")
    return scene


def test_the_estimate_is_called_one_and_the_rows_are_counted(labkit: Command, edited: Scene):
    asked = ("evaluate", edited.path, "--prompt", "v3", "--model", "definition-reader", "--affected-by", "v2")
    code, out, _ = labkit(*asked, "--control", 3)
    assert code == 0
    assert "definitions changed: 物流" in out
    assert "calls saved" in out
    assert "An estimate for these 16 rows, not a score" in out
    code, out, _ = labkit(*asked, "--control", 3, "--json")
    found = json.loads(out)
    assert (code, len(found["control"]), found["shared"]) == (0, 3, [])
    assert len(found["affected"]) + 3 + found["rest"] + found["untouched"] == 16
    assert found["calls_saved"] == found["rest"] + found["untouched"] > 0
    value = found["estimate"]["values"]["macro_f1"]
    assert value["low"] < value["value"] < value["high"]


def test_such_rows_stand_in_no_score_of_the_split(labkit: Command, edited: Scene):
    _, before, _ = labkit("status", edited.path, "--json")
    labkit(
        "evaluate", edited.path, "--prompt", "v3", "--model", "definition-reader", "--affected-by", "v2", "--control", 2
    )
    _, after, _ = labkit("status", edited.path, "--json")
    assert json.loads(after)["best"] == json.loads(before)["best"]


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        (("--affected-by", "v1"), "No run has asked v1"),
        (("--affected-by", "nothing"), "nothing"),
        (("--affected-by", "v2", "--limit", "3"), "rows of its own choice"),
        (("--affected-by", "v2", "--control", "0"), "control sample has 0 rows"),
    ],
)
def test_what_cannot_be_estimated_is_one_line(labkit: Command, edited: Scene, more: tuple[str, ...], hint: str):
    code, out, err = labkit("evaluate", edited.path, "--prompt", "v3", "--model", "definition-reader", *more)
    assert (code, out) == (2, "")
    assert hint in err.splitlines()[-1]
