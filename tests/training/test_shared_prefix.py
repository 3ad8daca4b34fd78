"""A prefix that is computed once: the gradients, losses and figures of TRL's plain trainer, or the plain path."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.models.local.attention import SHARING
from labkit.models.local.loading import load_base, load_tokenizer
from labkit.training import preflight
from labkit.training.micro_batches import MicroBatches
from labkit.training.prefix_groups import PrefixSampler, group_rows
from tests.models.test_shared_prefix import one_thread, random_model  # noqa: F401 - a fixture

pytestmark = pytest.mark.training
PREFIX = 60
EXPERTS = {"mixtral", "qwen2_moe", "qwen3_moe"}
FIGURES = ("loss", "grad_norm", "num_tokens", "entropy", "mean_token_accuracy")


def made_rows(rows: int, subtasks: int = 1, seed: int = 0, prefix: int = PREFIX) -> list[dict[str, list[int]]]:
    """Rows of the subtasks in turn: a prefix, posts of unequal length, and three tokens to learn."""
    dice = random.Random(seed)
    prefixes = [[dice.randrange(40, 300) for _ in range(prefix)] for _ in range(subtasks)]
    posts = [[dice.randrange(40, 300) for _ in range(dice.randrange(5, 25))] for _ in range(rows)]
    return [as_row(prefixes[k % subtasks] + post) for k, post in enumerate(posts)]


def as_row(ids: list[int], learnt: int = 3) -> dict[str, list[int]]:
    return {"input_ids": ids, "labels": [-100] * (len(ids) - learnt) + ids[-learnt:]}


def made_trainer(
    model: Any,
    base: Path,
    rows: Sequence[dict[str, Any]],
    *,
    plain: bool = False,
    dropout: float = 0.0,
    grouped: int | None = None,
    **changed: Any,
) -> tuple[Any, list[dict[str, Any]]]:
    """A trainer of a random adapter over a model, and the events it will tell."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    from labkit.training.qlora import keep_adapter_in_fp32
    from labkit.training.shared_prefix import SharedPrefixTrainer

    told: list[dict[str, Any]] = []
    wanted = {"per_device_train_batch_size": 4, "gradient_checkpointing": False, "max_steps": 4, "optim": "sgd"}
    wanted |= {"bf16": False, "use_cpu": True}
    torch.manual_seed(1)
    trainer = (SFTTrainer if plain else SharedPrefixTrainer)(
        model=model,
        processing_class=load_tokenizer(base, side="right"),
        train_dataset=Dataset.from_list(list(rows)),
        peft_config=LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, lora_dropout=dropout),
        args=SFTConfig(
            output_dir=str(base.parent / "out"),
            **{**wanted, **changed},
            learning_rate=0.1,
            max_length=None,
            save_strategy="no",
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
        ),
        **({} if plain else {"grouped": grouped, "tell": lambda kind, **facts: told.append({"kind": kind, **facts})}),
    )
    keep_adapter_in_fp32(trainer.model)
    return trainer, told


def batches_of(trainer: Any) -> list[Any]:
    return [{**batch} for batch in trainer.get_train_dataloader()]


def gradients(trainer: Any, batches: Sequence[Any], *, shared: bool) -> Any:
    """Those of one optimizer step that accumulates over the micro-batches, in a row."""
    import torch

    device = trainer.args.device
    trainer.refusal = "" if shared else "for comparison"
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = len(batches)
    items = trainer._get_num_items_in_batch(list(batches), device)
    for batch in batches:
        trainer.training_step(trainer.model, dict(batch), items)
    return torch.cat([p.grad.flatten() for p in trainer.model.parameters() if p.requires_grad])


def differ(one: Any, other: Any) -> float:
    return float((one - other).norm() / other.norm())


def figures(trainer: Any) -> list[float]:
    trainer.train()
    return [entry[name] for entry in trainer.state.log_history if "loss" in entry for name in FIGURES]


@pytest.mark.parametrize("kind", sorted(SHARING - EXPERTS))
def test_every_architecture_that_shares_has_the_gradients_of_the_plain_step(kind: str, tiny_base: Path):
    still = {"attention_dropout": 0.0, "residual_dropout": 0.0}
    trainer, told = made_trainer(random_model(kind, **still), tiny_base, made_rows(4))
    batches = batches_of(trainer)
    shared, plain = (gradients(trainer, batches, shared=way) for way in (True, False))
    assert told[0]["on"]
    assert told[0]["groups"] == [{"rows": 4, "prefix": PREFIX}]
    assert plain.norm() > 0
    assert differ(shared, plain) <= 1e-5


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("precision", ["nf4", "full"])
def test_the_gradients_of_an_accumulated_step_over_two_subtasks_are_those_of_the_plain_step(
    precision: str, checkpointing: bool, tiny_base: Path
):
    import torch

    model = load_base(tiny_base, precision).to(torch.float32) if precision == "full" else load_base(tiny_base, "nf4")
    trainer, told = made_trainer(model, tiny_base, made_rows(22, subtasks=2), gradient_checkpointing=checkpointing)
    if checkpointing:  # as the trainer does once it trains
        trainer.model.activation_checkpointing_enable(trainer.args.gradient_checkpointing_kwargs)
    batches = batches_of(trainer)
    shared, plain = (gradients(trainer, batches, shared=way) for way in (True, False))
    assert told[0]["groups"] == [{"rows": 11, "prefix": PREFIX}] * 2
    assert differ(shared, plain) <= 1e-5


@pytest.mark.parametrize(("precision", "accumulated"), [("nf4", 3), ("full", 1)])
def test_the_losses_and_figures_of_a_training_are_those_of_trl(precision: str, accumulated: int, tiny_base: Path):
    rows = made_rows(20)
    plainly, shared = (
        figures(
            made_trainer(
                load_base(tiny_base, precision), tiny_base, rows, plain=plain, gradient_accumulation_steps=accumulated
            )[0]
        )
        for plain in (True, False)
    )
    assert len(plainly) == 4 * len(FIGURES)
    assert shared == pytest.approx(plainly, rel=1e-4)


def test_the_prefix_of_one_row_and_the_rests_pass_through_the_layers_at_once_and_without_padding(tiny_base: Path):
    rows = made_rows(4)
    trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, rows)
    seen: list[int] = []
    layer = trainer.model.get_base_model().model.layers[0]
    layer.register_forward_pre_hook(lambda _, given: seen.append(given[0].shape[0] * given[0].shape[1]))
    gradients(trainer, batches_of(trainer), shared=True)
    assert seen == [PREFIX + sum(len(row["input_ids"]) - PREFIX for row in rows)]


def test_logits_are_computed_only_where_there_is_loss(tiny_base: Path, monkeypatch: pytest.MonkeyPatch):
    from trl.trainer import utils

    trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, made_rows(4))
    scored: list[int] = []
    compute = utils._ChunkedLogProbFunction.apply
    monkeypatch.setattr(
        utils._ChunkedLogProbFunction,
        "apply",
        lambda hidden, *rest: scored.append(len(hidden)) or compute(hidden, *rest),
    )
    gradients(trainer, batches_of(trainer), shared=True)
    assert scored == [4 * 3]


def test_adapter_gradients_over_4_bits_are_those_over_the_same_weights_in_fp32_also_after_an_evaluation(
    tiny_base: Path,
):
    import torch
    from bitsandbytes.nn import Linear4bit

    rows = made_rows(8)
    quantised, _ = made_trainer(load_base(tiny_base, "nf4"), tiny_base, rows)
    reference, _ = made_trainer(load_base(tiny_base, "nf4").dequantize().float(), tiny_base, rows, plain=True)
    reference.model.load_state_dict(
        {name: p for name, p in quantised.model.state_dict().items() if "lora_" in name}, strict=False
    )
    batches = batches_of(quantised)
    truth = gradients(reference, batches, shared=False)
    before = gradients(quantised, batches, shared=True)
    quantised.evaluate(quantised.train_dataset)
    with torch.no_grad():
        quantised.model.eval().generate(input_ids=batches[0]["input_ids"][:, :PREFIX], max_new_tokens=3)
    after = gradients(quantised, batches, shared=True)
    for found in (before, after):
        assert torch.cosine_similarity(found, truth, dim=0) >= 0.999
    assert {p.dtype for p in quantised.model.parameters() if p.requires_grad} == {torch.float32}
    layers = [module for module in quantised.model.modules() if isinstance(module, Linear4bit)]
    assert layers
    assert not any(getattr(layer.weight.quant_state, "packing_format_for_cpu", False) for layer in layers)


def test_an_evaluation_loss_is_that_of_trl(tiny_base: Path):
    rows = made_rows(8)
    plainly, shared = (
        made_trainer(load_base(tiny_base, "full"), tiny_base, rows, plain=plain)[0] for plain in (True, False)
    )
    one, other = (trainer.evaluate(trainer.train_dataset)["eval_loss"] for trainer in (plainly, shared))
    assert other == pytest.approx(one, rel=1e-4)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"dropout": 0.1}, "dropout"),
        ({"per_device_train_batch_size": 1}, "single row"),
        ({"padding_free": True}, "joined the rows"),
        ({"label_smoothing_factor": 0.1}, "not TRL's own"),
    ],
)
def test_where_sharing_would_not_be_exact_the_plain_path_runs_and_says_so(
    changed: dict[str, Any], reason: str, tiny_base: Path
):
    import torch

    rows, changed = made_rows(8), {**changed, "max_steps": 2}
    trainer, told = made_trainer(load_base(tiny_base, "full"), tiny_base, rows, **changed)
    plain, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, rows, plain=True, **changed)
    found = []
    for each in (plain, trainer):
        torch.manual_seed(2)
        found.append(figures(each))
    assert found[0] == found[1]
    assert [(event["kind"], event["on"]) for event in told] == [("shared_prefix", False)]
    assert reason in told[0]["reason"]


@pytest.mark.parametrize(
    ("kind", "changed", "reason"),
    [
        ("mistral", {"sliding_window": 16}, "sees a window only"),
        ("gemma2", {}, "was not tried"),
        ("seed_oss", {"residual_dropout": 0.1, "attention_dropout": 0.0}, "dropout"),
        ("qwen3_moe", {"output_router_logits": True}, "experts are balanced"),
    ],
)
def test_a_model_whose_result_would_differ_refuses(kind: str, changed: dict[str, Any], reason: str, tiny_base: Path):
    trainer, told = made_trainer(random_model(kind, **changed), tiny_base, made_rows(4))
    batches_of(trainer)
    assert reason in told[0]["reason"]


def test_rows_that_begin_differently_are_told_and_lose_nothing(tiny_base: Path):
    rows = made_rows(16, prefix=0)
    trainer, told = made_trainer(load_base(tiny_base, "full"), tiny_base, rows)
    plain, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, rows, plain=True)
    assert figures(trainer) == pytest.approx(figures(plain), rel=1e-4)
    assert [(event["on"], event["groups"]) for event in told] == [(False, [])]
    assert "begin differently" in told[0]["reason"]


def test_rows_of_subtasks_are_told_apart_though_all_open_alike():
    dice = random.Random(0)
    opening = [dice.randrange(300) for _ in range(40)]
    longs = [[*opening, *(dice.randrange(300) for _ in range(60 + 30 * k))] for k in range(3)]
    rows = [longs[k % 3] + [dice.randrange(300) for _ in range(dice.randrange(5, 30))] for k in range(60)]
    groups = group_rows(rows, 8)
    assert sorted(groups.prefixes) == [100, 130, 160]
    assert {frozenset(k % 3 for k in group) for group in groups.rows} == {frozenset({k}) for k in range(3)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), max_size=6), max_size=30), st.integers(1, 9), st.integers(0, 3))
def test_an_order_holds_each_row_once_whatever_the_rows(rows: list[list[int]], batch: int, epoch: int):
    groups = group_rows(rows, batch)
    sampler = PrefixSampler(groups, batch, seed=5)
    sampler.set_epoch(epoch)
    order = list(sampler)
    assert sorted(order) == list(range(len(rows)))
    assert order == list(sampler)
    assert 0 <= groups.saved <= 1


def test_full_micro_batches_hold_rows_of_one_group_in_an_order_of_each_epoch():
    rows = [row["input_ids"] for row in made_rows(46, subtasks=2)]
    sampler = PrefixSampler(group_rows(rows, 4), 4, seed=5)
    first = list(sampler)
    batches = [first[k : k + 4] for k in range(0, 44, 4)]
    assert sum(len({row % 2 for row in batch}) == 1 for batch in batches) >= 10
    sampler.set_epoch(1)
    assert list(sampler) != first


@pytest.mark.parametrize(
    "later", [{"per_device_train_batch_size": 2}, {"per_device_train_batch_size": 1}, {"gradient_checkpointing": True}]
)
def test_a_training_that_goes_on_with_less_memory_sees_its_rows_in_the_order_it_began_with(
    later: dict[str, Any], tiny_base: Path
):
    """After out of memory: else rows of the epoch would be seen twice and others never."""
    rows = made_rows(22, subtasks=2)
    orders = []
    for changed in ({}, {**later, "grouped": 4}):
        trainer, _ = made_trainer(load_base(tiny_base, "full"), tiny_base, rows, **changed)
        orders.append(list(trainer._get_train_sampler()))
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == list(range(22))


@pytest.mark.parametrize(("plain", "on"), [(1.0, False), (1.95, True), (3.0, True), (None, True)])
def test_where_a_plain_pass_over_the_longest_rows_is_faster_it_is_taken_and_said(
    plain: float | None, on: bool, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    """Seconds are made up, for a GPU takes others; a shared pass takes 2."""
    import torch

    def seconds(trainer: Any, _: Any) -> float:
        if trainer.refusal and plain is None:
            raise torch.OutOfMemoryError
        return plain or 0.0 if trainer.refusal else 2.0

    monkeypatch.setattr(preflight, "_pass", seconds)
    trainer, told = made_trainer(load_base(tiny_base, "full"), tiny_base, made_rows(10, subtasks=2))
    batches = MicroBatches(trainer.train_dataset["input_ids"], trainer.grouped)
    assert not batches.load(4).keys  # of the rows that are left over from both subtasks
    assert preflight._by_faster_way(trainer, batches, 4).shares == on
    assert preflight.take_faster_way(trainer, batches_of(trainer)[0]) == (2.0 if on else plain)
    trainer.train()
    assert told[-1]["on"] == on
    assert on or told[-1]["reason"] == "a plain pass is faster here: 1.000 against 2.000 s over the longest rows"
