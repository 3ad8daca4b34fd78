"""`labkit robustness`: do answers stay when what should not matter changes?"""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command

ASK = ("--prompt", "v2", "--model", "definition-reader", "--rows", 6)


def test_what_it_takes_comes_first_and_a_dry_run_writes_nothing(labkit: Command, scene: Scene):
    code, out, _ = labkit("robustness", scene.path, *ASK, "--dry-run", "--json")
    assert (code, json.loads(out)["calls"]["count"]) == (0, 6 * 13)
    assert scene.store.runs() == ()
    _, _, err = labkit("robustness", scene.path, *ASK)
    assert "78 of them are still to be sent" in err


def test_the_table_and_its_json_say_the_same(labkit: Command, scene: Scene):
    code, out, _ = labkit("robustness", scene.path, *ASK)
    assert code == 0
    assert "attack: all of these together" in out
    assert "counts words and obeys nobody" in out
    assert "No row has several posts" in out
    code, out, _ = labkit("robustness", scene.path, *ASK, "--json")
    found = json.loads(out)
    assert (code, found["rows"], len(found["outcomes"])) == (0, 6, 12)
    assert {outcome["kind"] for outcome in found["outcomes"]} == {"attack", "labels", "format", "paragraph"}


def test_an_unknown_kind_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("robustness", scene.path, *ASK, "--kind", "weather")
    assert (code, out) == (2, "")
    assert "weather" in err.splitlines()[-1]
