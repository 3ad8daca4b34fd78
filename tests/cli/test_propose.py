"""`labkit propose`: what to label next, and the table to label it in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.tables import read_table
from labkit.workspace import Scene, create_scene, open_scene
from tests.cli.conftest import Command
from tests.conftest import TINY_TASK, tiny_prompts


@pytest.fixture
def waiting(apart: Scene, tmp_path: Path) -> Scene:
    """A scene whose pool has no labels yet."""
    rows = [replace(row, labels=None) if row.split == "pool" else row for row in apart.rows]
    return create_scene(tmp_path / "waiting", TINY_TASK, rows, tiny_prompts())


def test_rows_go_out_with_their_reasons_and_come_back_labelled(labkit: Command, waiting: Scene, tmp_path: Path):
    target = tmp_path / "label.csv"
    code, out, err = labkit("propose", waiting.path, "--count", 10, "--output", target, "--json")
    assert code == 0, err
    said = json.loads(out)
    assert {row["kind"] for row in said["rows"]} == {"random", "coverage"}
    table = read_table(target)
    head = list(table.columns)
    assert [row[head[0]] for row in table.rows] == [row["id"] for row in said["rows"]]
    assert "drawn at random" in str(table.rows[0])
    filled = tmp_path / "filled.csv"
    gold = next(name for name in head if "label" in name.lower())
    lines = [",".join((head[0], head[1], gold))]
    lines += [",".join((str(row[head[0]]), str(row[head[1]]), "物流")) for row in table.rows]
    filled.write_text("\n".join(lines), encoding="utf-8")
    assert labkit("add", waiting.path, "--examples", filled)[0] == 0
    assert sum(row.labels == ("物流",) for row in open_scene(waiting.path).examples("pool")) == 10


def test_people_are_told_what_is_missing(labkit: Command, waiting: Scene):
    code, out, err = labkit("propose", waiting.path, "--count", 5)
    assert code == 0
    assert "coverage: stand for many others" in out
    assert "No two models have answered these rows" in err


def test_a_pool_that_is_labelled_is_one_line(labkit: Command, apart: Scene):
    code, out, err = labkit("propose", apart.path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "No row of the pool waits for labels" in err
