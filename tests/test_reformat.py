"""`reformat`: a dataset's reasons in the house style, by a rule or by a model that is asked like any other."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.cli import main
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.records import Request
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import Answering

STYLE = "一句话，先说事实，再说标签。"


class Rewriting(Answering):
    """A model of this process that rewrites reasons, and in some answers changes what it must not."""

    name = "rewriting"

    def text(self, request: Request) -> str:
        answer, number = json.loads(request.messages[1].content), len(self.asked) % 4
        if number == 0:
            return "我不能这么做"
        if number == 1:
            answer["labels"] = ["退款", "质量", "物流"]
        answer["rationale"] += "，共9条" if number == 2 else "，如上"
        return f"```json\n{json.dumps(answer, ensure_ascii=False)}\n```"


@pytest.fixture
def taught(tmp_path: Path) -> Scene:
    """A scene with a style, and a dataset whose targets hold reasons."""
    task = replace(TINY_TASK, style=STYLE)
    rows = [example for example in tiny_examples() if example.split == "pool"]  # the other splits repeat them
    scene = create_scene(tmp_path / "styled", task, rows, tiny_prompts())
    run = evaluate(scene, "v2", "definition-reader", "pool", progress=lambda _: None)
    labkit.select(scene, 100, "reasons", prompt="v2", teacher=run.id)
    return scene


def test_what_a_model_changed_beside_the_words_keeps_its_old_ones(taught: Scene):
    model, old = Rewriting(), taught.dataset("reasons")
    made = labkit.reformat(taught, "reasons", "styled", model, progress=lambda _: None)
    assert STYLE in model.asked[0].messages[0].content
    assert len(made.rewritten) + len(made.kept) == len(old.rows) == len(made.dataset.rows)
    assert set(made.kept.values()) == {"json", "labels", "numbers"}
    for before, after in zip(old.rows, made.dataset.rows, strict=True):
        wanted = before["target"]["rationale"] + ("，如上" if before["id"] in made.rewritten else "")
        assert after == {**before, "target": {**before["target"], "rationale": wanted}}
    style = made.dataset.manifest["style"]
    assert (style["sentence"], style["by"], style["kept"], style["training"]) == (
        STYLE,
        "rewriting",
        len(made.kept),
        "unknown",
    )
    assert made.dataset.manifest["parent"]["name"] == "reasons"
    assert made.dataset.manifest["changes"]["retargeted"] == len(made.rewritten)


def test_what_must_not_change_stays_also_where_ids_are_numbers(taught: Scene):
    old = taught.dataset("reasons")
    numbered = [{**row, "id": k} for k, row in enumerate(old.rows)]
    about = {key: old.manifest[key] for key in ("prompt_sha256", "targets", "teacher")}
    taught.save_dataset("numbered", numbered, about)
    made = labkit.reformat(taught, "numbered", "styled", Rewriting(), progress=lambda _: None)
    assert made.kept
    for before, after in zip(numbered, made.dataset.rows, strict=True):
        assert (before == after) == (str(before["id"]) not in made.rewritten)
    assert len(made.rewritten) + len(made.kept) == len(numbered)
    assert made.dataset.manifest["style"]["unchanged"] == 0


def test_the_same_words_ask_nobody_twice(taught: Scene):
    model = Rewriting()
    first = labkit.reformat(taught, "reasons", "one", model, progress=lambda _: None)
    asked = len(model.asked)
    again = labkit.reformat(taught, "reasons", "two", model, progress=lambda _: None)
    assert (len(model.asked), again.run, again.kept) == (asked, first.run, first.kept)


def test_audit_and_card_show_the_sentence_and_whether_it_was_followed(taught: Scene):
    finding = labkit.audit(taught, "reasons").finding("D10")
    assert STYLE in finding.reason
    assert "not written by" in finding.reason
    labkit.reformat(taught, "reasons", "styled", Rewriting(), progress=lambda _: None)
    assert "not written by" not in labkit.audit(taught, "styled").finding("D10").reason
    card = labkit.dataset_card(taught, "styled")
    assert f"House style: {STYLE}" in card
    assert "Reasons rewritten by rewriting" in card


def test_the_rule_needs_no_model_and_no_sentence(taught: Scene, monkeypatch, capsys):
    words = ["labkit", "dataset", "reformat", str(taught.path), "reasons", "--as", "ruled", "--json"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    told = json.loads(capsys.readouterr().out)
    rows = taught.dataset("ruled").rows
    assert told["rows"] == len(rows) == len(told["rewritten"]) + told["unchanged"] + len(told["kept"])
    assert all(row["target"]["rationale"].endswith(("。", "”")) for row in rows if row["id"] not in told["kept"])
    assert taught.dataset("ruled").manifest["style"]["by"] == "rule"


def test_what_cannot_be_rewritten_is_said_before_anybody_is_asked(taught: Scene):
    labkit.select(taught, 5, "bare")
    with pytest.raises(BadInput, match="without a reason"):
        labkit.reformat(taught, "bare", "x")
    with pytest.raises(BadInput, match="exists already"):
        labkit.reformat(taught, "reasons", "bare")
    with pytest.raises(BadInput, match="rewrites no text"):
        labkit.reformat(taught, "reasons", "x", "definition-reader")
    unsaid = replace(taught, task=TINY_TASK)
    with pytest.raises(BadInput, match="no style to follow"):
        labkit.reformat(unsaid, "reasons", "x", Rewriting())


def test_a_dry_run_shows_the_request_and_its_calls_and_asks_nobody(taught: Scene):
    model = Rewriting()
    found = labkit.forecast_reformat(taught, "reasons", model)
    assert (model.asked, taught.dataset_names()) == ([], ("reasons",))
    assert found.calls is not None
    assert found.rows == found.calls.count == len(taught.dataset("reasons").rows)
    labkit.reformat(taught, "reasons", "styled", model, progress=lambda _: None)
    assert model.asked[0].messages == found.request
    again = labkit.forecast_reformat(taught, "reasons", model)
    assert again.calls is not None
    assert (again.calls.count, again.request) == (0, ())


def test_a_dry_run_of_the_rule_says_what_it_would_change(taught: Scene, monkeypatch, capsys):
    found = labkit.forecast_reformat(taught, "reasons")
    monkeypatch.setattr(sys, "argv", ["labkit", "dataset", "reformat", str(taught.path), "reasons", "--dry-run"])
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    assert f"would rewrite {len(found.changes)} reason" in capsys.readouterr().out
    assert taught.dataset_names() == ("reasons",)
    made = labkit.reformat(taught, "reasons")
    assert made.dataset.id == "dataset-1"
    assert (set(made.rewritten), made.kept) == (set(found.changes), found.kept)
    now = {row["id"]: row["target"]["rationale"] for row in made.dataset.rows}
    assert all(now[row] == after for row, (_, after) in found.changes.items())
