"""`labkit dataset coverage` and `dataset plan`: what is covered, what is bare, and what other quotas would choose."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command, files_of
from tests.conftest import TINY_TASK, tiny_prompts


def test_a_plan_shows_cells_and_coverage_and_writes_nothing(labkit: Command, apart: Scene):
    before = files_of(apart.path)
    code, out, err = labkit("dataset", "plan", apart.path, "--budget", 9, "--quota", "退款/unrated=5", "--json")
    assert code == 0, err
    plan = json.loads(out)
    (part,) = plan["subtasks"]
    chosen = {cell["label"]: cell["chosen"] for cell in part["cells"]}
    assert (plan["rows"], chosen) == (9, {"物流": 2, "退款": 5, "质量": 2})
    assert {row["id"] for row in part["map"]} >= set(plan["ids"])
    assert part["bare_regions"] == [region["number"] for region in part["regions"] if not region["chosen"]]
    assert files_of(apart.path) == before
    code, out, err = labkit("dataset", "plan", apart.path, "--budget", 9)
    assert code == 0
    assert "Coverage 0." in out
    assert "Nothing was written" in err


def test_regions_beyond_those_shown_are_counted(labkit: Command, apart: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.cli.coverage._SHOWN", 1)
    regions = json.loads(labkit("dataset", "plan", apart.path, "--budget", 9, "--json")[1])["subtasks"][0]["regions"]
    assert len(regions) > 2
    assert f"{len(regions) - 1} more regions" in labkit("dataset", "plan", apart.path, "--budget", 9)[2]


def test_a_datasets_coverage_is_that_of_its_plan(labkit: Command, apart: Scene):
    words = ("--budget", 9, "--mix", "1/0/0", "--pin", "r05", "--ban", "r00")
    (planned,) = json.loads(labkit("dataset", "plan", apart.path, *words, "--json")[1])["subtasks"]
    assert labkit("select", apart.path, *words, "--name", "made")[0] == 0
    found = json.loads(labkit("dataset", "coverage", apart.path, "made", "--json")[1])
    assert {key: found[key] for key in ("coverage", "regions", "map")} == {
        key: planned[key] for key in ("coverage", "regions", "map")
    }
    assert apart.dataset("made").manifest["parameters"]["mix"]["easy"] == 1
    code, out, _ = labkit("dataset", "coverage", apart.path, "made")
    assert (code, "Typical post" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("plan", "--budget", 0), "The budget is 0"),
        (("plan", "--budget", 9, "--mix", "0.5/0.5"), "is no mix"),
        (("plan", "--budget", 9, "--mix", "a/b/c"), "is no mix"),
        (("plan", "--budget", 9, "--mix", "nan/0/1"), "add up to 1"),
        (("plan", "--budget", 9, "--mix", "0.5/0.5/0.5"), "add up to 1"),
        (("plan", "--budget", 9, "--quota", "退款/often=3"), "is no quota"),
        (("plan", "--budget", 2, "--quota", "退款/unrated=3"), "ask for 3 rows"),
        (("coverage", "lost"), "lost"),
        (("coverage", "made", "--subtask", "上"), "subtask"),
    ],
)
def test_bad_input_is_one_line(labkit: Command, apart: Scene, words: tuple[object, ...], hint: str):
    labkit("select", apart.path, "--budget", 3, "--name", "made")
    code, out, err = labkit("dataset", words[0], apart.path, *words[1:])
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert hint in err


def test_a_hostile_post_stays_text(labkit: Command, apart: Scene, tmp_path: Path):
    rows = [replace(row, items=(f"\x1b[31m{row.text}\u202e",)) for row in apart.rows]
    scene = create_scene(tmp_path / "hostile", TINY_TASK, rows, tiny_prompts())
    code, out, _ = labkit("dataset", "plan", scene.path, "--budget", 3)
    assert code == 0
    assert "\x1b" not in out
    assert "\u202e" not in out
