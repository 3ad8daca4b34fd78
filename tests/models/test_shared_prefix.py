"""Rows that attend to one copy of their prompts' prefix: the same tokens as transformers' own `generate`."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labkit.errors import ModelRefused
from labkit.models.local import LocalModel, attention
from labkit.models.local.attention import SHARING, can_share, let_rows_share
from labkit.models.local.generation import disagreement, generate, generate_plainly
from labkit.models.local.prefix import Prefixes, common_length, compute_prefix
from labkit.models.local.rows import Rows
from tests.models.test_local import adapter, base, request  # noqa: F401 - fixtures

pytestmark = pytest.mark.training
SIZES = {
    "vocab_size": 300,
    "hidden_size": 48,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 512,
    "initializer_range": 0.3,  # far from uniform, so that a wrong attention shows
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
MORE = {
    "mistral": {"sliding_window": None},
    "mixtral": {"num_local_experts": 4, "sliding_window": None},
    "qwen2_moe": {"num_experts": 4, "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32},
    "qwen3_moe": {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32},
    "glm": {"partial_rotary_factor": 0.5},
    "phi3": {"sliding_window": None},
}
ENDS = frozenset(range(2, 40))  # so many that rows end at different lengths


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Models of a few thousand parameters lose most of their time to threads that wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def random_model(kind: str, **changed: Any) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(5)
    config = AutoConfig.for_model(kind, **{**SIZES, **MORE.get(kind, {}), **changed})
    return AutoModelForCausalLM.from_config(config).eval()


def random_rows(seed: int, rows: int = 7, shared: int = 90) -> list[list[int]]:
    dice = random.Random(seed)
    prefix = [dice.randrange(40, 300) for _ in range(shared)]
    return [prefix + [dice.randrange(40, 300) for _ in range(dice.randrange(1, 25))] for _ in range(rows)]


def until_end(answers: list[list[int]]) -> list[list[int]]:
    ends = [next((k for k, token in enumerate(ids) if token in ENDS), len(ids)) for ids in answers]
    return [ids[: end + 1] for ids, end in zip(answers, ends, strict=True)]


def both_ways(model: Any, rows: list[list[int]], budget: int = 20) -> tuple[list[list[int]], list[list[int]]]:
    plain = until_end(generate_plainly(model, rows, budget, ENDS, 0))
    let_rows_share(model)
    prefix = Prefixes(model).of(rows, "x")
    ended = dict(generate(model, prefix, [row[len(prefix.ids) :] for row in rows], budget, ENDS))
    return plain, [ended[k] for k in range(len(rows))]


@pytest.mark.parametrize("kind", sorted(SHARING))
def test_every_architecture_that_shares_gives_the_tokens_of_plain_generate(kind: str):
    model = random_model(kind)
    assert can_share(json.loads(model.config.to_json_string(use_diff=False)))
    plain, shared = both_ways(model, random_rows(1))
    assert shared == plain
    assert len({len(answer) for answer in plain}) > 1


@pytest.mark.parametrize("is_tuned", [False, True])
def test_what_a_base_brings_of_its_own_settings_changes_no_answer(is_tuned: bool):
    from peft import LoraConfig, get_peft_model

    model, rows = random_model("qwen2"), random_rows(3)
    expected = until_end(generate_plainly(model, rows, 20, ENDS, 0))
    own = {"repetition_penalty": 9.0, "no_repeat_ngram_size": 1, "suppress_tokens": expected[0][:1], "num_beams": 3}
    model.generation_config.update(**own, do_sample=True, temperature=0.7, eos_token_id=2)
    asked = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear")) if is_tuned else model
    assert until_end(generate_plainly(asked, rows, 20, ENDS, 0)) == expected
    for kept in (asked.generation_config, model.generation_config):
        assert (kept.repetition_penalty, kept.eos_token_id) == (9.0, 2)


@settings(max_examples=15, deadline=None)
@example(seed=0, rows=2, shared=0)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 60))
def test_any_rows_give_the_tokens_of_plain_generate(seed: int, rows: int, shared: int):
    plain, together = both_ways(random_model("qwen3"), random_rows(seed, rows, shared), budget=6)
    assert together == plain


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "gemma2"},
        {"model_type": "unheard_of"},
        {},
        {"model_type": "mistral", "sliding_window": 4096},
        {"model_type": "qwen3", "layer_types": ["full_attention", "sliding_attention"]},
        {"model_type": "qwen2", "use_sliding_window": True, "sliding_window": 64},
        {"model_type": "llama", "rope_scaling": {"type": "dynamic", "factor": 2.0}},
        {"model_type": "phi3", "rope_parameters": {"rope_type": "longrope"}},
    ],
)
def test_other_attention_is_left_to_transformers(config: dict[str, Any]):
    assert not can_share(config)


def test_a_window_that_is_not_used_hinders_nothing():
    assert can_share({"model_type": "qwen2", "use_sliding_window": False, "sliding_window": 4096})


def test_wrong_attention_shows_at_once():
    model = random_model("qwen3")
    let_rows_share(model)
    rows = random_rows(2)
    prefix = compute_prefix(model, rows[0][:90])
    own = [row[90:] for row in rows[:2]]
    assert disagreement(model, prefix, own) < 1e-4
    reversed_ids = compute_prefix(model, rows[0][:90][::-1])
    assert disagreement(model, type(prefix)(prefix.ids, reversed_ids.states), own) > 0.1


def test_a_model_that_would_answer_differently_is_refused_with_the_way_out(base: Path, monkeypatch):  # noqa: F811
    attend = attention._attend_both
    monkeypatch.setattr(attention, "_attend_both", lambda *stretches: attend(*stretches) + 1)
    with pytest.raises(ModelRefused, match="answered differently from plain ones"):
        LocalModel(str(base)).answer([request("快递五天没动静")])
    assert LocalModel(f"{base}@plain").answer([request("快递五天没动静")])


def test_how_prompts_were_computed_stands_in_the_parameters(base: Path, tmp_path: Path):  # noqa: F811
    assert LocalModel(str(base)).parameters["prefix"] == "shared"
    assert LocalModel(f"{base}@plain").parameters["prefix"] == "plain"
    windowed = Path(shutil.copytree(base, tmp_path / "windowed"))
    config = json.loads((windowed / "config.json").read_text())
    changed = {**config, "use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1, "layer_types": None}
    (windowed / "config.json").write_text(json.dumps(changed))
    model = LocalModel(str(windowed))
    assert model.parameters["prefix"] == "plain"
    assert model.answer([request("快递五天没动静")])[0].text


def test_an_adapter_and_4_bit_weights_answer_alike_both_ways(base: Path, adapter: Path):  # noqa: F811
    requests = [request(text) for text in ("快递五天没动静", "退款", "锅用一次就掉漆" * 5)]
    for spelled in (str(base), f"{base}@full"):
        shared = LocalModel(spelled, str(adapter)).answer(requests)
        plain = LocalModel(f"{spelled}@plain", str(adapter)).answer(requests)
        assert [reply.text for reply in shared] == [reply.text for reply in plain]
        assert [reply.usage for reply in shared] == [reply.usage for reply in plain]


def test_two_models_in_one_process_do_not_disturb_each_other(base: Path, adapter: Path):  # noqa: F811
    requests = [request(text) for text in ("快递五天没动静", "退款")]
    spelled = [(str(base),), (str(base), str(adapter))]
    alone = [[reply.text for reply in LocalModel(*names).answer(requests)] for names in spelled]
    first, second = (LocalModel(*names) for names in spelled)
    turns = [[reply.text for reply in model.answer(requests)] for model in (first, second, first, second)]
    assert turns == alone * 2
    assert alone[0] != alone[1]


class Counting:
    """A model that counts the tokens it is shown."""

    def __init__(self, model: Any) -> None:
        self.model, self.device, self.tokens = model, model.device, 0

    def __call__(self, input_ids: Any, **options: Any) -> Any:
        self.tokens += input_ids.numel()
        return self.model(input_ids=input_ids, **options)


def test_a_prefix_is_computed_once_and_cut_where_later_rows_leave_it():
    counting = Counting(random_model("qwen3"))
    prefixes, rows = Prefixes(counting), random_rows(3, rows=12)
    first = prefixes.of(rows[:4], "x")
    assert counting.tokens == len(first.ids) >= 90
    again = prefixes.of(rows[4:8], "x")
    assert counting.tokens == len(first.ids)
    assert list(again.ids) == rows[0][: len(again.ids)]
    assert len(again.ids) >= 90
    other = random_rows(4, rows=2)
    assert list(prefixes.of(other, "y").ids) == other[0][: common_length(*other)]
    assert prefixes.of(rows[8:], "x").ids[:90] == first.ids[:90]
    assert counting.tokens == len(first.ids) + common_length(*other)


def test_a_prefix_is_computed_anew_when_rows_share_much_more_than_what_is_kept():
    counting = Counting(random_model("qwen3"))
    prefixes, rows = Prefixes(counting), random_rows(6, rows=4)
    prefixes.of([rows[0], rows[0][:5] + rows[1][:3]], "x")
    assert len(prefixes.of(rows, "x").ids) >= 90
    assert len(prefixes.of([[7] * 9, [7] * 12], "x").ids) == 8


def test_no_more_prefixes_are_kept_than_fit():
    prefixes = Prefixes(Counting(random_model("qwen3")))
    for k in range(20):
        prefixes.of([[7, 8, 9]], k)
    assert len(prefixes._kept) == 8


def test_in_bf16_sharing_costs_no_more_precision_than_bf16_itself():
    import torch

    exact, rows = random_model("qwen3", num_hidden_layers=6), random_rows(8, rows=2)

    def expected(model: Any) -> Any:
        return torch.cat([model(input_ids=torch.tensor([row])).logits[:, -1] for row in rows]).float()

    with torch.inference_mode():
        truth, half = expected(exact), exact.bfloat16()
        plain = expected(half)
        let_rows_share(half)
        prefix = compute_prefix(half, rows[0][:90])
        shared = Rows(half, prefix, 2).feed([row[90:] for row in rows]).float()
    assert 0 < (shared - truth).norm() < 1.5 * (plain - truth).norm()
