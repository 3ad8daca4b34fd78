"""`unclear`: said of a row, listed for step 1."""

from __future__ import annotations

import json

from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_a_row_is_flagged_listed_and_taken_back(labkit: Command, apart: Scene):
    assert "Nobody has called" in labkit("unclear", apart.path)[1]
    code, out, err = labkit(
        "unclear", apart.path, "r00", "物流", "--reason", "late \x1b[31mor lost?", "--annotator", "ann"
    )
    assert code == 0, err
    assert "物流" in out
    assert "\x1b" not in out
    assert "v2.md" in err
    assert "## 物流" in err
    (found,) = json.loads(labkit("unclear", apart.path, "--json")[1])
    assert (found["label"], found["rows"], found["flags"][0]["who"]) == ("物流", ["r00"], "ann")
    assert json.loads(labkit("unclear", apart.path, "r00", "--remove", "--annotator", "ann", "--json")[1]) == []


def test_bad_input_is_one_line(labkit: Command, apart: Scene):
    for words in (("r00",), ("nobody", "物流"), ("r00", "物料"), ("--remove",)):
        code, out, err = labkit("unclear", apart.path, *words)
        assert (code, out, err.count("\n")) == (2, "", 1), err
