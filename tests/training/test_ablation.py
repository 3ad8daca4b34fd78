"""One thing changed, trained twice on a real tiny model, compared row by row."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.cli import main
from labkit.errors import BadData, BadInput, UnknownName
from labkit.parsing import parse_reply
from labkit.prompts import prompt_sha256
from labkit.records import Reply, Status
from labkit.training import Recipe
from labkit.training.ablation import _as_long, _changed, _Planned, ablate
from labkit.training.rows import training_rows
from labkit.workspace import Dataset, Scene
from tests.cli.conftest import apart  # noqa: F401  (a fixture)
from tests.training.conftest import SHORT, as_row


def planned(scene: Scene, dataset: str = "some", prompt: str = "short") -> tuple[Dataset, _Planned]:
    return scene.dataset(dataset), _Planned(dataset, scene.prompt(prompt), SHORT)


@pytest.mark.training
def test_two_trainings_are_compared_on_the_same_rows(
    scene_of_jobs: Scene,
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    brief = Recipe(r=8, alpha=16, learning_rate=1e-2, batch=4, epochs=1, dev_rows=0)
    found = ablate(scene_of_jobs, "some", str(tiny_base), "size", brief, rows=8)
    assert (found.asis.rows, found.changed.rows) == (16, 8)
    assert found.asis.steps == found.changed.steps == 4
    assert found.pair.rows == found.comparison.rows == 16
    assert found.changed.dataset == "some-size-8"

    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("r: 8\nalpha: 16\nlearning_rate: 1e-2\nbatch: 4\nepochs: 1\ndev_rows: 0\n")
    options = ["--base", str(tiny_base), "--change", "size", "--rows", "8", "--recipe", str(recipe)]
    command = ["labkit", "ablate", str(scene_of_jobs.path), "some", *options]
    for json_ in (True, False):
        monkeypatch.setattr(sys, "argv", [*command, "--json"] if json_ else command)
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
        said = capsys.readouterr().out
        if json_:
            told = json.loads(said)
            assert told["changed"]["job"] == found.changed.job  # trained once
            assert told["pair"]["fixed"] == list(found.pair.fixed)
        else:
            assert "16 rows against 8: what is it worth here?" in said
            assert "4 steps" in said


def test_mixed_styles_say_the_same_and_each_can_be_read(trainable: Scene):
    dataset, asis = planned(trainable)
    changed = _changed(trainable, dataset, asis, "style", 0)
    mixed = trainable.dataset(changed.dataset)
    plain, styled = (training_rows(trainable, found, asis.prompt) for found in (dataset, mixed))
    assert [(row.id, row.messages) for row in plain] == [(row.id, row.messages) for row in styled]
    assert len({row.answer.replace(same.answer, "") for row, same in zip(styled, plain, strict=True)}) >= 3
    gold = {example.id: example for example in trainable.examples("pool")}
    for row in styled:
        read = parse_reply(Reply(row.answer, row.answer.encode()), trainable.task, gold[row.id])
        assert (read.status, set(read.labels)) == (Status.ANSWERED, set(gold[row.id].labels or ()))
    assert mixed.manifest["parent"] == dataset.id
    assert changed.recipe == asis.recipe
    assert _changed(trainable, dataset, asis, "style", 0) == changed  # written once


def test_rows_drawn_by_chance_are_as_many_and_from_the_same_pool(apart: Scene):  # noqa: F811
    """Balanced, the dataset held two rows of each label; chance draws from the sifted pool whatever the labels."""
    pool = apart.examples("pool")
    short = replace(apart.prompt("v1"), name="short", rationale="none")
    apart.save_prompt(short)
    apart.save_dataset("few", [as_row(example) for example in pool[:6]], {"prompt_sha256": prompt_sha256(short)})
    changed = _changed(apart, *planned(apart, "few"), "shares", 0)
    drawn = [row["id"] for row in apart.dataset(changed.dataset).rows]
    assert len(set(drawn)) == 6
    assert set(drawn) <= {example.id for example in pool}
    assert drawn != [example.id for example in pool[:6]]
    assert all(row["target"] == {"labels": row["labels"]} for row in apart.dataset(changed.dataset).rows)


def test_without_rationales_the_same_rows_are_taught_under_a_prompt_that_asks_for_none(trainable: Scene):
    rows = [
        {**as_row(e), "target": {"rationale": "因为", "labels": list(e.labels or ())}}
        for e in trainable.examples("pool")
    ]
    trainable.save_dataset(
        "told", rows, {"prompt_sha256": prompt_sha256(trainable.prompt("v2")), "targets": "rationale"}
    )
    dataset, asis = planned(trainable, "told", "v2")
    changed = _changed(trainable, dataset, asis, "rationale", 0)
    assert (changed.dataset, changed.prompt.rationale) == ("told", "none")
    answers = [training_rows(trainable, dataset, plan.prompt)[0].answer for plan in (asis, changed)]
    assert "rationale" in answers[0]
    assert json.loads(answers[1]) == {"labels": ["物流"]}


def test_fewer_rows_take_as_many_steps():
    recipe = Recipe(batch=16, epochs=3)
    assert _as_long(recipe, 400, 100).steps(100) == recipe.steps(400) == 75
    assert _as_long(recipe, 400, 400) == recipe
    limited = replace(recipe, max_steps=10)
    assert _as_long(limited, 400, 100).steps(100) == 10


def test_what_cannot_be_changed_is_said(trainable: Scene):
    dataset, asis = planned(trainable)
    with pytest.raises(BadInput, match="without rationales already"):
        _changed(trainable, dataset, asis, "rationale", 0)
    for rows in (0, 16):
        with pytest.raises(BadInput, match="would be left"):
            _changed(trainable, dataset, asis, "size", rows)
    with pytest.raises(BadInput, match="rows to draw from"):
        _changed(trainable, dataset, asis, "shares", 0)
    with pytest.raises(BadInput, match="no rationale to teach"):
        _changed(trainable, dataset, replace(asis, prompt=trainable.prompt("v2")), "shares", 0)
    with pytest.raises(UnknownName, match="Did you mean 'style'"):
        ablate(trainable, "some", "study", "styel")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="reads no test rows"):
        ablate(trainable, "some", "study", "style", split="test")  # type: ignore[arg-type]
    trainable.save_dataset("some-style", [as_row(trainable.examples("pool")[0])], {})
    with pytest.raises(BadInput, match="another one than this ablation makes"):
        _changed(trainable, dataset, asis, "style", 0)
    rows = [{**as_row(trainable.examples("pool")[0]), "target": {"labels": ["物流"], "text": 3}}]
    trainable.save_dataset("odd", rows, {})
    with pytest.raises(BadData, match="whose text is no text"):
        training_rows(trainable, trainable.dataset("odd"), asis.prompt)
