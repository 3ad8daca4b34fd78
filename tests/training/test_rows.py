from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labkit.errors import BadData
from labkit.prompts import render
from labkit.training.rows import answer_text, prompt_of, training_rows
from labkit.workspace import Scene
from tests.training.conftest import as_row


def save(scene: Scene, row: dict[str, object], name: str = "other", **manifest: object):
    scene.save_dataset(name, [row], manifest)
    return scene.dataset(name)


def test_messages_are_those_that_evaluate_sends(trainable: Scene):
    prompt = trainable.prompt("short")
    rows = training_rows(trainable, trainable.dataset("some"), prompt)
    for row, example in zip(rows, trainable.examples("pool"), strict=True):
        assert row.messages == render(prompt, trainable.task, example).messages
        assert json.loads(row.answer) == {"labels": list(example.labels)}


def test_the_answer_has_the_keys_of_the_contract_in_its_order():
    target = {"labels": ["退款"], "rationale": "r", "evidence": [], "definition": "退款", "other": 1}
    assert list(json.loads(answer_text(target, "before"))) == ["rationale", "evidence", "definition", "labels"]
    assert list(json.loads(answer_text(target, "after"))) == ["labels", "definition", "evidence", "rationale"]
    assert answer_text(target, "none") == '{"labels": ["退款"]}'


@pytest.mark.parametrize("split", ["dev", "test"])
def test_dev_and_test_rows_never_enter_training(trainable: Scene, split: str):
    row = as_row(trainable.examples(split)[0])
    with pytest.raises(BadData, match=f"is a {split} row"):
        training_rows(trainable, save(trainable, row), trainable.prompt("short"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": {"labels": ["快递"]}}, "has the label '快递'"),
        ({"target": {"label": "退款"}}, "no answer to learn"),
        ({"target": None}, "no answer to learn"),
        ({"items": []}, "has no posts"),
    ],
)
def test_a_row_that_cannot_be_learnt_is_named(trainable: Scene, change: dict[str, object], said: str):
    row = {**as_row(trainable.examples("pool")[0]), **change}
    with pytest.raises(BadData, match="'other' row 1") as caught:
        training_rows(trainable, save(trainable, row), trainable.prompt("short"))
    assert said in str(caught.value)


def test_a_prompt_that_wants_a_rationale_needs_rows_with_one(trainable: Scene):
    with pytest.raises(BadData, match="has no rationale, which prompt 'v2' asks for"):
        training_rows(trainable, trainable.dataset("some"), trainable.prompt("v2"))


def test_the_prompt_is_the_one_the_dataset_was_made_for(trainable: Scene):
    assert prompt_of(trainable, trainable.dataset("some")).name == "short"


def test_a_dataset_made_for_no_prompt_takes_the_only_one_that_fits(trainable: Scene):
    dataset = save(trainable, as_row(trainable.examples("pool")[0]))
    assert prompt_of(trainable, dataset).name == "short"
    trainable.save_prompt(replace(trainable.prompt("short"), name="v3"))
    with pytest.raises(BadData, match="2 of the scene's prompts ask for labels only"):
        prompt_of(trainable, dataset)


def test_a_prompt_that_was_changed_is_not_replaced_by_another(trainable: Scene):
    trainable.save_prompt(replace(trainable.prompt("short"), system="Anders."), overwrite=True)
    with pytest.raises(BadData, match="no longer in the scene"):
        prompt_of(trainable, trainable.dataset("some"))
