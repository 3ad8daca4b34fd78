"""Whether one may train on what a model said."""

from __future__ import annotations

import pytest

from labkit.errors import BadInput
from labkit.models.output_terms import output_terms
from labkit.workspace import Scene


def test_only_what_was_looked_up_is_known(scene: Scene):
    assert output_terms("definition-reader").training == "allowed"
    assert output_terms("openai/gpt-5").training == output_terms("openai@eu/gpt-5").training == "restricted"
    assert "compete with OpenAI" in output_terms("openai/gpt-5").source
    for model in ("deepseek/deepseek-chat", "local/some-base", "nobody/x"):
        assert output_terms(model, scene).training == "unknown"


def test_a_scene_says_what_its_own_contract_allows(scene: Scene):
    row = '[deepseek]\ntraining_on_outputs = "allowed"\nterms = "our contract of May"\n'
    (scene.path / "models.toml").write_text(row, encoding="utf-8")
    found = output_terms("deepseek/deepseek-chat", scene)
    assert (found.training, found.source) == ("allowed", "our contract of May")
    (scene.path / "models.toml").write_text('[deepseek]\ntraining_on_outputs = "yes"\n', encoding="utf-8")
    with pytest.raises(BadInput, match="training_on_outputs"):
        output_terms("deepseek/deepseek-chat", scene)
