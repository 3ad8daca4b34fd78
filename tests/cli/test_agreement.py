"""`labkit agreement`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Command


def test_labels_that_cannot_be_trusted_exit_with_one(labkit: Command, tmp_path: Path):
    path = tmp_path / "votes.csv"
    path.write_text("id,annotator,labels\n1,w,a\n1,l,b\n2,w,b\n2,l,a\n3,w,a\n3,l,a\n", encoding="utf-8")
    code, out, _ = labkit("agreement", path)
    assert code == 1
    assert "poor: look at the definition" in out
    assert "a against b: 2 rows" in out
    code, out, _ = labkit("agreement", path, "--json")
    assert json.loads(out)["rows"] == 3


def test_annotators_who_agree_exit_with_zero(labkit: Command, tmp_path: Path):
    path = tmp_path / "votes.csv"
    path.write_text("id,annotator,labels\n1,w,a\n1,l,a\n2,w,b\n2,l,b\n", encoding="utf-8")
    assert labkit("agreement", path)[0] == 0
