"""RecipeForm: every knob a field, checked as it is turned, written as the YAML that `train` reads."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from labkit.errors import BadRecipe
from labkit.texts import say
from labkit.training import Recipe, asked_in_yaml, recipe_from_yaml
from labkit.widgets import RecipeForm
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    made = create_scene(tmp_path / "scene", TINY_TASK, tiny_examples(), tiny_prompts())
    for name in ("first", "second"):
        made.save_dataset(name, [{"id": "p", "items": ["a"], "labels": ["退款"]}], {})
    return made


def test_every_knob_has_a_field_with_its_default_and_a_reason_in_both_languages(scene: Scene):
    form = RecipeForm(scene)
    assert form.recipe == Recipe()
    assert list(form.knobs) == [field.name for field in fields(Recipe)]
    for name in form.knobs:
        assert say(f"recipe.why.{name}", "en") != say(f"recipe.why.{name}", "zh")
    assert not form.path.exists()  # nothing is written before the click


def test_what_is_written_is_what_train_reads_and_a_new_form_shows_it_again(scene: Scene):
    form = RecipeForm(scene, base="local/study")
    form.dataset.value = "second"
    for name, value in (("learning_rate", "1e-4"), ("micro_batch", "4"), ("epochs", " 2 "), ("max_steps", "")):
        form.knobs[name].value = value
    form.knobs["rslora"].value = True
    form.knobs["device"].value = "cpu"
    form.write_button.click()
    text = form.path.read_text(encoding="utf-8")
    written = recipe_from_yaml(text, "recipe.yaml")
    assert written == form.recipe
    assert (written.learning_rate, written.micro_batch, written.epochs, written.max_steps) == (1e-4, 4, 2, None)
    assert (written.rslora, written.device) == (True, "cpu")
    assert asked_in_yaml(text) == {"base": "local/study", "dataset": "second"}
    again = RecipeForm(scene)
    assert (again.recipe, again.base.value, again.dataset.value) == (written, "local/study", "second")


def test_without_a_file_the_recipe_that_the_base_ships_is_shown(scene: Scene):
    from labkit.training.planning import recipe_for

    assert RecipeForm(scene, base="local/study").recipe == recipe_for("study") != Recipe()


@pytest.mark.parametrize(
    ("knob", "value", "said"),
    [
        ("r", "0", "r is 0"),
        ("r", "", "r is None"),
        ("batch", "many", "batch is &#39;many&#39;"),
        ("micro_batch", "5", "micro_batch is 5"),
        ("learning_rate", "<img src=x>", "learning_rate is &#39;&lt;img src=x&gt;&#39;"),
    ],
)
def test_what_cannot_be_is_said_as_it_is_typed_and_is_not_written(scene: Scene, knob: str, value: str, said: str):
    form = RecipeForm(scene)
    form.knobs[knob].value = value
    assert form.write_button.disabled
    assert said in form.said.value
    with pytest.raises(BadRecipe):
        _ = form.recipe
    form.write()
    assert not form.path.exists()
    form.knobs[knob].value = str(getattr(Recipe(), knob) or "")
    assert not form.write_button.disabled


def test_a_file_that_is_no_recipe_or_a_folder_that_is_gone_is_said(scene: Scene):
    (scene.path / "recipe.yaml").write_text("rank: 8\n")
    with pytest.raises(BadRecipe, match="unknown knob 'rank'"):
        RecipeForm(scene)
    (scene.path / "recipe.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecipe, match="Cannot read"):
        RecipeForm(scene)
    form = RecipeForm(scene, "gone/recipe.yaml")
    form.write()
    assert "gone" in form.said.value
