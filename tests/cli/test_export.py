"""`labkit dataset export`."""

from __future__ import annotations

import json
from pathlib import Path

from labkit.datasets import select
from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_a_dataset_goes_out_and_says_what_carries_loss(labkit: Command, apart: Scene, tmp_path: Path):
    from dataclasses import replace

    apart.save_version(replace(apart.prompt("v2"), rationale="none"))
    select(apart, 12, "round1", prompt="v3")
    code, out, err = labkit(
        "dataset", "export", apart.path, "round1", "--format", "sharegpt", "--to", tmp_path / "s.jsonl"
    )
    assert code == 0, err
    assert 'learnt: {"labels": ["' in out
    assert "Wrote 12 rows" in out
    code, out, _ = labkit(
        *("dataset", "export", apart.path, "round1", "--format", "qianfan", "--to", tmp_path / "q.jsonl", "--json")
    )
    assert json.loads(out)["rows"] == 12
    assert isinstance(json.loads((tmp_path / "q.jsonl").read_text(encoding="utf-8").splitlines()[0]), list)


def test_a_card_is_printed_or_written(labkit: Command, apart: Scene, tmp_path: Path):
    select(apart, 12, "round1")
    code, out, err = labkit("dataset", "card", apart.path, "round1")
    assert code == 0, err
    assert "# round1" in out
    code, out, _ = labkit("dataset", "card", apart.path, "round1", "--to", tmp_path / "card.md", "--json")
    assert json.loads(out)["card"] == (tmp_path / "card.md").read_text(encoding="utf-8")
    assert labkit("dataset", "card", apart.path, "lost")[0] == 2
