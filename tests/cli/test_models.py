from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.evaluation.scripted import served
from tests.faults.replies import error
from tests.models.loopback import Loopback


def test_one_request_tells_on_the_command_line_whether_a_model_would_do(labkit: Command, scene: Scene):
    with Loopback() as server:
        model = served(scene, server)
        code, out, _ = labkit("models", scene.path, "--check", model, "--json")
        value = json.loads(out)
        assert (code, value["ok"], value["prompt"], value["findings"], server.hits) == (0, True, "v2", [], 1)
        assert value["usage"]["prompt_tokens"] == 100
        code, out, _ = labkit("models", scene.path, "--check", model, "--prompt", "v1")
        assert (code, out.startswith("loopback/m answers prompt v1"), server.hits) == (0, True, 2)


def test_a_model_that_would_fail_exits_with_one_and_the_fix(labkit: Command, scene: Scene):
    with Loopback(error(400, "invalid temperature: only 1 is allowed")) as server:
        model = served(scene, server)
        code, out, err = labkit("models", scene.path, "--check", model)
        assert (code, 'temperature = "default"' in out, "Traceback" in err) == (1, True, False)
        code, out, _ = labkit("models", scene.path, "--check", model, "--json")
        (finding,) = json.loads(out)["findings"]
        assert (code, finding["kind"], finding["fails"]) == (1, "temperature", True)


def test_useless_words_are_one_line(labkit: Command, scene: Scene):
    for words in (
        ("models", "--check", "linear"),
        ("models", scene.path, "--prompt", "v1"),
        ("models", scene.path, "--check", "opnai/gpt"),
        ("models", scene.path, "--check", "linear", "--prompt", "v9"),
    ):
        code, out, err = labkit(*words)
        assert (code, out, "Traceback" in err, err.count("\n") <= 2) == (2, "", False, True), words
