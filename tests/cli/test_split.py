"""`labkit split`."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_rows_are_parted_and_counted(labkit: Command, apart: Scene):
    code, _, err = labkit("split", apart.path)
    assert code == 2
    assert "--reason" in err
    code, out, err = labkit("split", apart.path, "--test", 0.3, "--reason", "more test rows", "--json")
    assert code == 0, err
    said = json.loads(out)
    assert sum(said["rows"].values()) == 60
    assert 15 <= said["rows"]["test"] <= 21
    assert sum(said["labels"]["物流"].values()) == 20


def test_shares_that_leave_no_pool_are_refused(labkit: Command, apart: Scene):
    code, _, err = labkit("split", apart.path, "--test", 0.9, "--dev", 0.2, "--reason", "x")
    assert code == 2
    assert "The splits (pool -0.1, dev 0.2, test 0.9) are not positive shares of 1" in err
