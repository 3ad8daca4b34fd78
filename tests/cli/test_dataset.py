"""`labkit select`: rows to train on, each with its target and the reason it was chosen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.prompts import prompt_sha256
from labkit.workspace import Scene, create_scene, open_scene
from tests.cli.conftest import Command, files_of
from tests.conftest import TINY_TASK, tiny_prompts


def test_select_writes_rows_with_target_and_reason(labkit: Command, apart: Scene):
    apart.save_version(replace(apart.prompt("v2"), rationale="none"))
    code, out, err = labkit("select", apart.path, "--budget", 12, "--name", "round1", "--prompt", "v3", "--json")
    assert code == 0, err
    said, dataset = json.loads(out), open_scene(apart.path).dataset("round1")
    assert (said["dataset"], said["rows"], said["path"]) == ("round1", 12, str(apart.path / "datasets/round1"))
    assert said["labels"] == {label: {"unrated": 4} for label in apart.task.labels}
    assert said["prompt_sha256"] == dataset.manifest["prompt_sha256"] == prompt_sha256(apart.prompt("v3"))
    by_id = {example.id: example for example in apart.rows}
    for row in dataset.rows:
        assert row["target"] == {"labels": list(by_id[row["id"]].labels)}
        assert row["why"]["cell"].startswith(row["labels"][0])
        assert row["why"]["reason"]
        assert row["why"]["gain"] >= 0
    assert len({row["id"] for row in dataset.rows}) == 12


def test_people_see_labels_and_what_was_left_out(labkit: Command, apart: Scene):
    code, out, err = labkit("select", apart.path, "--budget", 6, "--name", "一期")
    assert code == 0
    assert [line.split()[-1] for line in out.splitlines() if line.startswith(("物流", "退款", "质量"))] == ["2"] * 3
    assert "Difficulty is not rated" in err
    assert "Wrote 6 rows to" in err


def test_dev_and_test_rows_and_their_copies_are_never_chosen(labkit: Command, apart: Scene, tmp_path: Path):
    held_out = [row for row in apart.rows if row.split != "pool"]
    copies = [replace(row, id=f"copy-{row.id}", items=(row.text + "!",), split="pool") for row in held_out]
    scene = create_scene(tmp_path / "leaky", TINY_TASK, [*copies, *apart.rows], tiny_prompts())
    code, _, err = labkit("select", scene.path, "--budget", 500, "--name", "all")
    assert code == 0
    chosen = {row["id"] for row in scene.dataset("all").rows}
    assert chosen == {row.id for row in apart.examples("pool")}
    assert f"{len(copies)} labelled pool rows nearly repeat dev or test rows and were refused" in err


def test_two_models_that_read_the_pool_rate_its_difficulty(labkit: Command, apart: Scene):
    for prompt in ("v1", "v2"):
        words = ("--prompt", prompt, "--model", "definition-reader", "--split", "pool")
        assert labkit("evaluate", apart.path, *words)[0] == 0
    code, out, _ = labkit("select", apart.path, "--budget", 12, "--name", "rated", "--json")
    parameters = json.loads(out)["parameters"]
    assert (code, len(parameters["committee"]["runs"])) == (0, 2)
    rated = {cell for of_label in json.loads(out)["labels"].values() for cell in of_label}
    assert (rated == {"unrated"}) != parameters["committee"]["used"]


def test_the_same_seed_gives_the_same_rows(labkit: Command, apart: Scene):
    for name in ("a", "b"):
        labkit("select", apart.path, "--budget", 9, "--name", name, "--seed", 3)
    assert apart.dataset("a").rows == apart.dataset("b").rows


def test_without_a_word_the_next_free_name_holds_the_whole_budget(labkit: Command, apart: Scene):
    made = [json.loads(labkit("select", apart.path, "--json")[1]) for _ in range(2)]
    assert [found["dataset"] for found in made] == ["dataset-1", "dataset-2"]
    assert {found["parameters"]["budget"] for found in made} == {1000}
    assert apart.dataset_names() == ("dataset-1", "dataset-2")


def test_a_pool_without_labels_is_named(labkit: Command, apart: Scene, tmp_path: Path):
    rows = [replace(row, labels=None) if row.split == "pool" else row for row in apart.rows]
    scene = create_scene(tmp_path / "bare", TINY_TASK, rows, tiny_prompts())
    code, out, err = labkit("select", scene.path, "--budget", 9, "--name", "a")
    assert (code, out, err.count("\n"), scene.dataset_names()) == (2, "", 1, ())
    assert "no row with gold labels" in err


def test_rows_are_pinned_and_banned_by_id_with_a_reason(labkit: Command, apart: Scene):
    words = ("--budget", 3, "--name", "a", "--pin", "r05=asked for by the team", "--ban", "r00", "--json")
    code, out, err = labkit("select", apart.path, *words)
    assert code == 0, err
    assert json.loads(out)["parameters"]["pins"] == {"r05": "asked for by the team"}
    rows = {row["id"]: row["why"] for row in apart.dataset("a").rows}
    assert rows["r05"]["reason"].startswith("pinned (asked for by the team)")
    assert "r00" not in rows


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--budget", 0, "--name", "a"), "The budget is 0"),
        (("--budget", -5, "--name", "a"), "The budget is -5"),
        (("--budget", 9, "--name", "taken"), "'taken' exists already"),
        (("--budget", 9, "--name", "../out"), "cannot be the name of a dataset"),
        (("--budget", 9, "--name", "CON"), "cannot be the name of a dataset"),
        (("--budget", 9, "--name", "x" * 300), "cannot be the name of a dataset"),
        (("--budget", 9, "--name", "a", "--prompt", "v2"), "save it under another name with 'rationale: none'"),
        (("--budget", 9, "--name", "a", "--prompt", "v22"), "Did you mean 'v2'"),
        (("--budget", 9, "--name", "a", "--pin", "r99"), "no pool row 'r99'"),
        (("--budget", 1, "--name", "a", "--pin", "r01", "--pin", "r02"), "2 rows are pinned, and the budget is 1"),
        *(
            (("--budget", 9, "--name", "a", "--quota", f"物流/easy={rows}"), "is no quota")
            for rows in ("9" * 5000, "-1", "２", "", "1.5")
        ),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(labkit: Command, apart: Scene, words: tuple[object, ...], hint: str):
    assert labkit("select", apart.path, "--budget", 3, "--name", "taken")[0] == 0
    before = files_of(apart.path.parent)
    code, out, err = labkit("select", apart.path, *words)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert hint in err
    assert files_of(apart.path.parent) == before


def test_a_teacher_is_named_with_its_terms_and_what_was_refused(labkit: Command, apart: Scene):
    words = ("--prompt", "v2", "--model", "definition-reader", "--split", "pool", "--json")
    run = json.loads(labkit("evaluate", apart.path, *words)[1])["run"]
    code, out, err = labkit("select", apart.path, "--budget", 9, "--name", "a", "--prompt", "v2", "--teacher", run)
    assert code == 0, err
    assert "Rationales by definition-reader; training on its answers: allowed" in err
    assert apart.dataset("a").manifest["targets"] == "rationale"
    code, out, err = labkit("select", apart.path, "--budget", 9, "--name", "b", "--teacher", "none-such")
    assert (code, out, err.count("\n")) == (2, "", 1)
