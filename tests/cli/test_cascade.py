"""`labkit cascade`: two recorded runs in a row, without a call."""

from __future__ import annotations

import json

import pytest

from labkit.evaluation import evaluate
from labkit.workspace import Scene
from tests.cli.conftest import Command


@pytest.fixture
def runs(scene: Scene) -> tuple[str, str]:
    return evaluate(scene, "v2", "linear").id, evaluate(scene, "v2", "definition-reader").id


def test_people_for_the_unsure_rows(labkit: Command, scene: Scene, runs: tuple[str, str]):
    code, out, _ = labkit("cascade", scene.path, runs[0], "--people", "300")
    assert "people, taken to be right" in out
    assert "CNY for 1,000 rows" in out
    assert (code == 0) == ("That reaches the bar" in out)


def test_json_holds_the_curve_and_the_honest_point(labkit: Command, scene: Scene, runs: tuple[str, str]):
    code, out, _ = labkit("cascade", scene.path, *runs, "--target", "0.3", "--json")
    found = json.loads(out)
    assert (found["first"], found["second"], found["signal"]) == ("linear", "definition-reader", "probabilities")
    assert found["standing"]["bar"] == 0.3
    assert found["points"][0]["escalated"] == 0.0
    assert found["reached"] is (code == 0)


def test_the_bar_is_that_of_today(labkit: Command, scene: Scene, runs: tuple[str, str]):
    task = scene.path / "task.yaml"
    task.write_text(task.read_text(encoding="utf-8").replace("value: 0.8", "value: 0.123"), encoding="utf-8")
    _, out, _ = labkit("cascade", scene.path, *runs, "--json")
    assert json.loads(out)["standing"]["bar"] == 0.123


@pytest.mark.parametrize(("words", "hint"), [(("--target", "2"), "no score"), (("nothing",), "no run 'nothing'")])
def test_what_cannot_be_worked_out_is_one_line(
    labkit: Command, scene: Scene, runs: tuple[str, str], words: tuple[str, ...], hint: str
):
    code, out, err = labkit("cascade", scene.path, runs[0], *words)
    assert (code, out) == (2, "")
    assert hint in err.splitlines()[-1]
