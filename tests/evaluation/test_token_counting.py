"""Tokens by the model's own tokenizer where it is on this machine, by recorded usage, by a rule of thumb."""

from __future__ import annotations

import pytest

from labkit.evaluation.token_counting import token_counter
from labkit.models.local.loading import load_tokenizer
from labkit.models.model_files import find_base

TEXT = "快递五天没动静, where is my refund?\n\n"


def test_a_local_model_counts_with_its_own_tokenizer(scene):
    tokenizer = load_tokenizer(find_base("study"), "left")
    counter = token_counter(scene, "local/study@labels")
    assert counter.tokenizer == "local/study@labels"
    assert counter.count(TEXT) == len(tokenizer(TEXT, add_special_tokens=False)["input_ids"])


@pytest.mark.parametrize("model", ["definition-reader", "moonshot/kimi", "local/nobody/nowhere"])
def test_other_models_are_estimated(scene, model: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_ALLOW_HUB", "1")  # not even then is anything downloaded to count
    counter = token_counter(scene, model)
    assert (counter.tokenizer, counter.measured_on) == ("", 0)
    assert counter.count("快递" * 50) == pytest.approx(60)
    assert counter.count("") == 0
