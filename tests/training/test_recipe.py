from __future__ import annotations

import contextlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadRecipe
from labkit.training import Recipe, recipe_from_yaml
from labkit.training.recipe import recipe_from_mapping


def test_left_out_knobs_keep_their_defaults():
    assert recipe_from_yaml("r: 8\n", "recipe.yaml") == Recipe(r=8)
    assert recipe_from_yaml("", "recipe.yaml") == Recipe()


def test_base_and_dataset_may_stand_there_for_the_reader():
    assert recipe_from_yaml("base: local/study\ndataset: tour\nepochs: 2\n", "r.yaml") == Recipe(epochs=2)


@pytest.mark.parametrize("written", ["2e-4", "0.0002", "2.0e-4"])
def test_learning_rate_as_people_write_it(written: str):
    assert recipe_from_yaml(f"learning_rate: {written}", "r.yaml").learning_rate == 2e-4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learning_rte: 1e-4", "Did you mean 'learning_rate'"),
        ("epochs: 0", "epochs is 0"),
        ("epochs: true", "epochs is True"),
        ("batch: many", "batch is 'many'"),
        ("learning_rate: fast", "learning_rate is 'fast'"),
        ("learning_rate: 7", "learning_rate is 7.0"),
        ("learning_rate: .nan", "learning_rate is nan"),
        ("quantization: int8", "nf4, none"),
        ("- r", "holds no knobs"),
        ("r: [", "is not YAML"),
        ("seed: -1", "seed is -1"),
        ("device: tpu", "auto, gpu, cpu"),
        ("rslora: 1", "rslora is 1"),
        ("auto_micro_batch: maybe", "auto_micro_batch is 'maybe'"),
        ("batch: 8\nmicro_batch: 3", "Write a number that divides batch (8)"),
        ("dropout: 1", "dropout is 1.0"),
        ("dropout: much", "Write a number such as 0.05"),
        ("dev_rows: -1", "dev_rows is -1"),
        ("patiense: 2", "Did you mean 'patience'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(text: str, said: str):
    with pytest.raises(BadRecipe, match=r"r\.yaml") as caught:
        recipe_from_yaml(text, "r.yaml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


_BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]\n" for k in range(1, 12)
)


@pytest.mark.parametrize(
    "value", ["0x" + "f" * 5000, "9" * 4000, "[" * 50 + "1" + "]" * 50, "{b: 1}", '"\\u202e\\n" ', "x" * 100_000]
)
@pytest.mark.parametrize("knob", ["r", "learning_rate", "quantization", "device", "rslora", "dropout", "max_steps"])
def test_hostile_values_are_refused_in_one_short_line(knob: str, value: str):
    with pytest.raises(BadRecipe) as caught:
        recipe_from_yaml(f"{knob}: {value}\n", "r.yaml")
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("knob", ["r", "learning_rate", "quantization", "rslora", "base", "dataset"])
def test_a_few_lines_that_unfold_to_billions_are_refused_at_once(knob: str):
    text = f"{_BOMB}{knob}: *a11\n"
    with pytest.raises(BadRecipe):
        recipe_from_yaml(text, "r.yaml")
    with pytest.raises(BadRecipe, match=knob):
        recipe_from_mapping({knob: yaml.safe_load(text)[knob]}, "r.yaml")


@given(st.text(max_size=200))
def test_any_text_is_a_recipe_or_a_bad_one(text: str):
    with contextlib.suppress(BadRecipe):
        assert isinstance(recipe_from_yaml(text, "r.yaml"), Recipe)


@given(
    st.builds(
        Recipe,
        r=st.integers(1, 512),
        learning_rate=st.floats(1e-7, 1.0),
        epochs=st.integers(1, 100),
        max_steps=st.none() | st.integers(1, 10**7),
        quantization=st.sampled_from(["nf4", "none"]),
    )
)
def test_a_recipe_survives_its_file(recipe: Recipe):
    assert recipe_from_yaml(yaml.safe_dump(recipe.to_json()), "r.yaml") == recipe


def test_checkpoints_are_due_evenly_and_at_the_end():
    schedule = Recipe(epochs=1, batch=16, evaluations=5).schedule(379)
    assert [step for step in range(1, 25) if schedule.is_due(step)] == [5, 10, 15, 20, 24]
    assert [step for step in (1, 2) if Recipe(epochs=1).schedule(20).is_due(step)] == [1, 2]


def test_steps_cover_every_row_and_respect_the_limit():
    assert Recipe(epochs=1, batch=16).steps(379) == 24
    assert Recipe(epochs=3, batch=16, max_steps=25).steps(379) == 25
    assert Recipe(epochs=3, batch=16, max_steps=25).steps(16) == 3
