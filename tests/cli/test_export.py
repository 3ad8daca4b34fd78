"""`labkit dataset export`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.datasets import select
from labkit.workspace import Scene
from tests.cli.conftest import TOPICS, Command, post
from tests.conftest import Impatient


def test_a_dataset_goes_out_and_says_what_carries_loss(labkit: Command, apart: Scene, tmp_path: Path):
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


def test_three_rows_show_which_tokens_carry_loss_before_anything_is_written(labkit: Command, apart: Scene):
    pytest.importorskip("transformers")
    apart.save_version(replace(apart.prompt("v2"), rationale="none"))
    made = select(apart, 12, "round1", prompt="v3")
    code, out, err = labkit("dataset", "preview", apart.path, "round1", "--base", "local/study", "--json")
    assert code == 0, err
    told = json.loads(out)["rows"]
    answers = {row["id"]: row["target"]["labels"] for row in made.dataset.rows}
    assert told[0]["id"] == made.dataset.rows[0]["id"]
    for row in told:
        answer = "".join(row["learnt"]).removesuffix("\n").removesuffix("<|im_end|>")
        assert json.loads(answer) == {"labels": answers[row["id"]]}
        assert (row["answer_tokens"], row["tokens"] > 100) == (len(row["learnt"]), True)
    code, out, _ = labkit("dataset", "preview", apart.path, "round1")
    assert (code, out.count("learnt:"), out.count("carry loss")) == (0, len(told), len(told))
    assert '{"labels": ["│' in out
    assert labkit("dataset", "preview", apart.path, "round1", "--base", "local/lost")[0] == 2


def test_a_card_is_printed_or_written(labkit: Command, apart: Scene, tmp_path: Path):
    select(apart, 12, "round1")
    code, out, err = labkit("dataset", "card", apart.path, "round1")
    assert code == 0, err
    assert "# round1" in out
    code, out, _ = labkit("dataset", "card", apart.path, "round1", "--to", tmp_path / "card.md", "--json")
    assert json.loads(out)["card"] == (tmp_path / "card.md").read_text(encoding="utf-8")
    assert labkit("dataset", "card", apart.path, "lost")[0] == 2


def test_a_scene_made_by_new_exports_and_plans_its_training_at_once(labkit: Command, tmp_path: Path):
    rows = [{"text": post(k), "label": tuple(TOPICS)[k % 3]} for k in range(60)]
    table = tmp_path / "posts.jsonl"
    table.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    code, _, err = labkit("new", tmp_path / "scene", "--examples", table, "--yes")
    assert code == 0, err
    assert labkit("select", tmp_path / "scene", "--budget", 9, "--name", "first")[0] == 0
    to = tmp_path / "first.jsonl"
    words = ("--format", "messages", "--to", to)
    code, out, err = labkit("dataset", "export", tmp_path / "scene", "first", *words, "--json")
    assert (code, json.loads(out)["prompt"]) == (0, "short"), err
    assert "rationale" not in to.read_text("utf-8")


def test_a_scene_without_a_prompt_for_labels_only_says_how_to_make_one(labkit: Command, apart: Scene, tmp_path: Path):
    for name in apart.prompt_names():
        if apart.prompt(name).rationale == "none":
            (apart.path / "prompts" / f"{name}.md").unlink()
    labkit("select", apart.path, "--budget", 9, "--name", "first")
    words = ("--format", "messages", "--to", tmp_path / "out.jsonl")
    code, out, err = labkit("dataset", "export", apart.path, "first", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "'rationale: none' between its lines of ---" in err


def test_a_long_export_says_which_check_it_has_come_to(
    labkit: Command, apart: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    apart.save_version(replace(apart.prompt("v2"), rationale="none"))
    select(apart, 12, "round1", prompt="v3")
    words = ("dataset", "export", apart.path, "round1", "--format", "sharegpt", "--to")
    monkeypatch.setattr("labkit.cli.output.PATIENCE_S", 600)
    monkeypatch.setattr("labkit.evaluation.steps._PATIENCE_S", 600)
    assert "Checking" not in labkit(*words, tmp_path / "short.jsonl")[2]
    monkeypatch.setattr("labkit.cli.output.Timer", Impatient)
    monkeypatch.setattr("labkit.evaluation.steps.Timer", Impatient)
    _, _, err = labkit(*words, tmp_path / "long.jsonl")
    assert "Auditing and writing" in err
    assert "Checking Leakage" in err
