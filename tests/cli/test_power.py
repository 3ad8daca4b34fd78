"""`power`: the share of rows on which two real runs part, beside what any number of rows could show."""

from __future__ import annotations

import json

import pytest

from labkit.errors import ModelRefused
from labkit.evaluation import evaluate, reliance
from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.evaluation.scripted import Scripted, always, quiet


def measured_pair(labkit: Command, scene: Scene) -> set[str] | None:
    code, out, _ = labkit("power", scene.path, "--json")
    assert code == 0
    pair = json.loads(out)["measured"]
    return pair and {pair["a"], pair["b"]}


def test_without_two_runs_nothing_is_said_to_be_measured(labkit: Command, scene: Scene):
    assert measured_pair(labkit, scene) is None
    evaluate(scene, "v1", "linear", progress=quiet)
    assert measured_pair(labkit, scene) is None


def test_what_is_measured_are_runs_with_answers_and_never_probes(labkit: Command, scene: Scene):
    asked = {evaluate(scene, prompt, "definition-reader", progress=quiet).id for prompt in ("v1", "v2")}
    assert measured_pair(labkit, scene) == asked
    reliance(scene, "v2", "definition-reader", progress=quiet)
    broke = Scripted(always(ModelRefused("no money", "Top up")))
    with pytest.raises(ModelRefused):
        evaluate(scene, "v1", broke, progress=quiet)
    assert measured_pair(labkit, scene) == asked
