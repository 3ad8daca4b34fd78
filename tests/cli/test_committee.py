"""`dataset committee`: the cost first, then a sample, then what could be chosen."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_the_command_shows_the_cost_first_and_goes_on_when_it_is_run_again(apart: Scene, labkit: Command):
    words = ("dataset", "committee", apart.path, "--prompt", "v2", "--model", "definition-reader", "--sample", 30)
    labkit("evaluate", apart.path, "--prompt", "v1", "--model", "definition-reader", "--split", "pool")
    code, out, err = labkit(*words, "--dry-run")
    assert (code, "First: a sample of 30" in out, "Instead of all 36" in out) == (0, True, True), err
    code, out, err = labkit(*words)
    assert code == 0, err
    assert err.index("First: a sample of 30") < err.index("The models are right on")
    told = json.loads(labkit(*words, "--json")[1])
    assert told["ended"] in ("asked", "weak")
    assert told["models"]["definition-reader"]["counts"]["pending"] == 0
