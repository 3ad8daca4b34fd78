"""`labkit suspects`: gold labels to look at first."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_a_corrected_label_is_suspect_no_longer(labkit: Command, scene: Scene):
    scene.fix_gold("dev-04", ("物流",), "planted for this test")
    for prompt, model in (("v2", "definition-reader"), ("v2", "linear")):
        labkit("evaluate", scene.path, "--prompt", prompt, "--model", model)
    code, out, _ = labkit("suspects", scene.path)
    assert code == 0
    assert "Look at a row before its gold is corrected" in out
    found = json.loads(labkit("suspects", scene.path, "--json")[1])
    assert len(found["runs"]) == 2
    planted = next(one for one in found["suspects"] if one["row"] == "dev-04")
    assert (planted["gold"], planted["suggested"]) == (["物流"], ["退款"])
    scene.fix_gold("dev-04", ("退款",), "put right")
    again = json.loads(labkit("suspects", scene.path, "--json")[1])
    assert "dev-04" not in [one["row"] for one in again["suspects"][:1]]


def test_without_runs_it_says_what_to_do(labkit: Command, scene: Scene):
    code, out, err = labkit("suspects", scene.path)
    assert (code, out) == (2, "")
    assert "No finished run has asked dev rows" in err.splitlines()[-1]


def test_runs_over_all_rows_are_found_by_that_name(labkit: Command, scene: Scene):
    for prompt in ("v1", "v2"):
        words = ("--prompt", prompt, "--model", "definition-reader", "--split", "all", "--reason", "look at gold")
        assert labkit("evaluate", scene.path, *words)[0] == 0
    code, out, _ = labkit("suspects", scene.path, "--split", "all", "--json")
    assert (code, len(json.loads(out)["runs"])) == (0, 2)
