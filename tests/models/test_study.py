"""The study model that ships: small, loadable by plain transformers, made from its source, and reading its prompt."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from labkit.models.model_files import check_base, find_base
from labkit.training import recipe_from_yaml
from labkit.workspace import open_scene
from labkit.workspace.bundled import data_folder

FOLDER = find_base("study")
MOST_BYTES = 16_000_000
ROWS = 40


@pytest.fixture
def _source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(data_folder() / "models"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "study_source"]:
        monkeypatch.delitem(sys.modules, name)


def proofs(how: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"proofs_{how}.json").read_text("utf-8"))


def test_it_is_small_and_safe_to_load():
    check_base(FOLDER)
    build = json.loads((FOLDER / "build.json").read_text("utf-8"))
    assert (FOLDER / "model.safetensors").stat().st_size < MOST_BYTES
    assert 3_000_000 < build["parameters"] < 8_000_000


def test_plain_transformers_loads_it_and_it_answers_in_its_chat_format():
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(FOLDER), AutoModelForCausalLM.from_pretrained(FOLDER)
    assert model.dtype is torch.bfloat16
    system = (
        "Label the text.\n\nLabels and their definitions:\n- wim: the trumpet or the violin.\n- dop: soup, bread.\n\n"
        'Answer with one JSON object and nothing else: {"labels": [...]}\nAllowed labels: wim, dop.\n'
        "Choose exactly one label."
    )
    answered = []
    for post in ("I had soup with my aunt", "the violin again, all day"):
        turns = [
            {"role": "system", "content": system},
            {"role": "user", "content": f"{post}\n\nGive the label."},
        ]
        asked = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        with torch.no_grad():
            made = model.generate(**asked, max_new_tokens=20, do_sample=False)[0, asked["input_ids"].shape[1] :]
        answered.append(json.loads(tokenizer.decode(made, skip_special_tokens=True))["labels"])
    assert answered == [["dop"], ["wim"]]


@pytest.mark.usefixtures("_source")
def test_its_tokenizer_is_what_the_source_makes(tmp_path: Path):
    from study_source.tokens import train_tokenizer

    train_tokenizer().save_pretrained(tmp_path)
    for name in ("tokenizer.json", "chat_template.jinja"):
        assert json_or_text(tmp_path / name) == json_or_text(FOLDER / name)


def json_or_text(path: Path) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else text


@pytest.mark.training
@pytest.mark.parametrize("how", ["labels", "json"])
@pytest.mark.usefixtures("_source")
def test_better_definitions_change_its_answers_for_the_better_on_scenes_that_it_has_never_seen(how: str):
    from study_source.scene_proofs import scene_scores

    for found in scene_scores(FOLDER, limit=ROWS, how=how).values():
        assert found["valid"] == 1.0
        assert found["verbatim"] == (how == "json")
        assert found["v2 over swapped"][1] > 0
        assert found["macro_f1"]["v2"] > found["macro_f1"]["v1"]
        assert found["moved by swap"] > 0.5
        assert found["verdict"] == "reads"


@pytest.mark.parametrize("how", ["labels", "json"])
def test_its_card_says_what_was_measured(how: str):
    told = (FOLDER / "README.md").read_text("utf-8")
    for scene in ("weibo_service", "support_intents"):
        found = proofs(how)[scene]
        scores = " | ".join(f"{found['macro_f1'][name]:.3f}" for name in ("v1", "names", "v2", "swapped"))
        assert f"| {scores} |" in told
        for name in ("v2 over v1", "v2 over swapped"):
            value, low, high = (f"{number:.3f}".replace("-", "−") for number in found[name])
            assert f"{value} ({low} to {high})" in told
            assert found[name][1] > 0
        assert f"| {found['moved by swap']:.0%}".replace("%", " %") in told
        assert found["moved by swap"] > 0.5
        assert found["valid"] == 1.0
        assert found["verbatim"] == (how == "json")
    assert proofs(how)["limit"] is None
    kept = proofs(how)["kept"]
    words = [share for name in ("new words, zh", "new words, en") for share in kept[name]]
    assert f"for {100 * min(words):.0f} to {max(words):.0%}".replace("%", " %") in told
    chinese, english = (kept[f"new scenes, {code}"][1] for code in ("zh", "en"))
    assert f"{chinese:.0%} (zh) and {english:.0%} (en) with labels alone".replace("%", " %") in told


@pytest.mark.parametrize(("how", "told_apart"), [("labels", ""), ("json", ", with a rationale")])
def test_its_card_says_how_it_reads_tasks_that_training_never_shows(how: str, told_apart: str):
    told = (FOLDER / "README.md").read_text("utf-8")
    for name, found in proofs(how)["held out"].items():
        right = " | ".join(f"{found['right'][which]:.3f}" for which in ("names", "own", "exchanged"))
        over = [found[f"own over {which}"] for which in ("names", "exchanged")]
        differences = " | ".join("{:.3f} ({:.3f} to {:.3f})".format(*one).replace("-", "−") for one in over)
        assert (
            f"| {name}{told_apart} | {right} | {differences} | {found['moved by exchange']:.0%}".replace("%", " %")
            in told
        )
        assert over[1][1] > 0
        assert found["moved by exchange"] > 0.5
        assert found["valid"] == 1.0


@pytest.mark.training
@pytest.mark.usefixtures("_source")
def test_exchanged_definitions_mislead_it_on_tasks_that_training_never_shows():
    from study_source.held_out_proofs import held_out_scores

    found = held_out_scores(FOLDER, "labels", tasks=2).values()
    assert all(of["valid"] == 1.0 for of in found)
    assert sum(of["right"]["own"] for of in found) > 2 * sum(of["right"]["exchanged"] for of in found)
    assert sum(of["moved by exchange"] for of in found) > 0.5 * len(found)


def test_its_card_says_what_tuning_made_of_it():
    told = (FOLDER / "README.md").read_text("utf-8")
    for scene, found in proofs("tuned").items():
        scores = " | ".join(f"{found['macro_f1'][name]:.3f}" for name in ("base", "tuned", "linear"))
        value, low, high = (f"{number:.3f}" for number in found["tuned over base"])
        assert found["tuned over base"][1] > 0
        assert (
            f"({language(scene)}) | {found['rows']} | {found['seconds']} s | {scores} | {value} ({low} to {high}) |"
            in told
        )


def test_the_recipe_that_it_ships_is_the_one_of_its_source():
    recipe = (FOLDER / "recipe.yaml").read_text("utf-8")
    assert recipe == (FOLDER.parent / "study_source" / "recipe.yaml").read_text("utf-8")
    assert recipe_from_yaml(recipe, "recipe.yaml").max_length == 4096


def language(scene: str) -> str:
    return open_scene(scene).task.language
