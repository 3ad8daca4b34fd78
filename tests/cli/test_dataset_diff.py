"""`labkit dataset diff`."""

from __future__ import annotations

import json
from dataclasses import replace

from labkit.datasets import select
from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_people_and_machines_read_what_changed(labkit: Command, apart: Scene):
    apart.save_version(replace(apart.prompt("v2"), rationale="none"))
    select(apart, 6, "one", prompt="v3")
    rows = [dict(row) for row in select(apart, 9, "two").dataset.rows]
    rows[0]["target"] = {"labels": ["退款", "质量"]}
    apart.save_dataset("three", rows, {})
    code, out, err = labkit("dataset", "diff", apart.path, "one", "three", "--json")
    said = json.loads(out)
    assert (code, len(said["added"]), said["removed"]) == (0, 3, []), err
    assert said["relabelled"] == {rows[0]["id"]: [rows[0]["labels"], ["质量", "退款"]]}
    assert (said["new_prompt"], said["after"]) == (True, apart.dataset("three").content_id)
    code, out, _ = labkit("dataset", "diff", apart.path, "one", "three")
    assert code == 0
    assert f"{rows[0]['id']}: {rows[0]['labels'][0]} → 质量, 退款" in out
    assert "They are made for different prompts." in out


def test_an_unknown_dataset_is_one_line(labkit: Command, apart: Scene):
    select(apart, 6, "one")
    code, out, err = labkit("dataset", "diff", apart.path, "one", "tow")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "There is no dataset 'tow'" in err
