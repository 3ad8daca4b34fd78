from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.evaluation.scripted import served
from tests.evaluation.test_forecast import priced
from tests.models.loopback import Loopback


def test_dry_run_on_the_command_line_asks_nobody(labkit: Command, scene: Scene):
    with Loopback() as server:
        words = ("evaluate", scene.path, "--prompt", "v1", "--model", served(priced(scene), server), "--dry-run")
        code, out, _ = labkit(*words, "--split", "test", "--json")
        value = json.loads(out)
        assert (code, value["calls"]["count"], value["pool"]["count"], server.hits) == (0, 16, 16, 0)
        assert value["calls"]["cost"] == value["calls"]["money"]["list"]
        code, out, _ = labkit(*words)
        assert (code, out.startswith("16 calls for 16 rows")) == (0, True)
    assert not (scene.path / "runs.db").exists()
    assert not (scene.path / "decisions.jsonl").exists()
