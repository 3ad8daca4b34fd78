"""The trap of bitsandbytes on AVX512-BF16 CPUs: a forward pass in eval mode must not change later gradients."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.models.local.loading import load_base
from labkit.records import Message
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe
from labkit.training.rows import TrainingRow
from tests.conftest import TINY_TASK

pytestmark = pytest.mark.training


def gradients(base: Path, *, evaluated_first: bool) -> list:
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(1)
    ids = torch.arange(24).reshape(1, -1)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    model = get_peft_model(load_base(base, "nf4"), config)
    if evaluated_first:
        with torch.no_grad():
            model.eval()(input_ids=ids)
    model.train()(input_ids=ids, labels=ids).loss.backward()
    return [parameter.grad for parameter in model.parameters() if parameter.requires_grad]


def test_an_evaluation_between_steps_leaves_the_gradients_as_they_are(tiny_base: Path):
    import torch

    fresh, after = (gradients(tiny_base, evaluated_first=first) for first in (False, True))
    for one, other in zip(fresh, after, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_unpacked_weights_compute_exactly_what_4_bit_layers_compute(tiny_base: Path):
    import torch

    ids = torch.arange(24).reshape(1, -1)
    packed = load_base(tiny_base, "nf4").eval()
    unpacked = load_base(tiny_base, "nf4").dequantize().eval()
    with torch.no_grad():
        torch.testing.assert_close(packed(input_ids=ids).logits, unpacked(input_ids=ids).logits, rtol=1e-6, atol=1e-6)


def test_an_adapter_that_a_kill_left_half_made_does_not_stop_the_next(tmp_path: Path):
    from labkit.training.qlora import save_adapter

    folder, checkpoint = JobFolder(tmp_path / "job"), tmp_path / "checkpoint-1"
    checkpoint.mkdir()
    (checkpoint / "adapter_model.safetensors").write_bytes(b"weights")
    (checkpoint / "adapter_config.json").write_text('{"base_model_name_or_path": "/somewhere"}')
    (folder.path / "adapter.new").mkdir(parents=True)
    (folder.path / "adapter.new" / "adapter_config.json").write_text("{")
    spec = dict.fromkeys(("base", "base_fingerprint", "dataset", "prompt_sha256", "rows_sha256"), "x")
    save_adapter(checkpoint, folder, {**spec, "recipe": {"quantization": "nf4"}})
    assert (folder.adapter / "adapter_model.safetensors").read_bytes() == b"weights"
    assert not (folder.path / "adapter.new").exists()


def test_behind_a_prefix_more_rows_are_computed_at_once_and_a_step_learns_from_as_many(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """There is room for three rows as they are; with one prefix for all, the whole batch of 8 fits."""
    from labkit.models.local.loading import load_tokenizer
    from labkit.training import qlora
    from labkit.training.corrections import Corrections
    from labkit.training.measuring import DevMeasure
    from labkit.training.memory import Load, read_layout
    from labkit.training.preflight import forecast

    long = "definitions " * 60
    rows = [TrainingRow(str(k), (Message("system", long), Message("user", "u" * k)), "{}") for k in range(8)]
    tokenizer = load_tokenizer(tiny_base, side="right")
    longest = max(map(len, qlora.as_tokens(rows, tokenizer)))
    monkeypatch.setattr(qlora, "free_bytes", lambda _: room[0])
    found = []
    for name, dropout in (("plain", 0.1), ("shared", 0.0)):  # dropout forbids sharing
        recipe, folder = Recipe(batch=8, dropout=dropout), JobFolder(tmp_path / name)
        folder.path.mkdir()
        dev = DevMeasure(folder, TINY_TASK, (), recipe, recipe.schedule(len(rows)), tokenizer)
        room = [1e12]
        _, need = qlora.build_trainer(folder, recipe, tiny_base, tokenizer, rows, dev, Corrections())
        room = [(need.adapter + need.activations(Load(3 * longest), checkpointing=False)) / 0.85]
        (folder.path / "layout.json").unlink()
        trainer, need = qlora.build_trainer(folder, recipe, tiny_base, tokenizer, rows, dev, Corrections())
        told = forecast(trainer, list(trainer.train_dataset), 1, need, Corrections())
        layout = read_layout(folder)
        assert layout.at_once * trainer.args.gradient_accumulation_steps == recipe.batch
        assert told["rows_at_once"] == layout.at_once
        found.append((layout.at_once, told["tokens_at_once"] < 3 * longest))
    assert found == [(2, True), (8, True)]


def test_the_forecast_tries_its_step_with_activations_as_the_training_keeps_them(tiny_base: Path, tmp_path: Path):
    from labkit.models.local.loading import load_tokenizer
    from labkit.training.corrections import Corrections
    from labkit.training.measuring import DevMeasure
    from labkit.training.memory import Layout, read_layout, write_layout
    from labkit.training.qlora import as_tokens, build_trainer

    rows = [TrainingRow(str(k), (Message("system", "s"), Message("user", "u")), "{}") for k in range(4)]
    tokenizer = load_tokenizer(tiny_base, side="right")
    recipe = Recipe(batch=4)
    for number, layout in enumerate((None, Layout(2, checkpointing=True))):
        folder = JobFolder(tmp_path / str(number))
        folder.path.mkdir()
        if layout:
            write_layout(folder, layout)
        dev = DevMeasure(folder, TINY_TASK, (), recipe, recipe.schedule(len(rows)), tokenizer)
        trainer, need = build_trainer(folder, recipe, tiny_base, tokenizer, rows, dev, Corrections())
        expected = layout or Layout(4)  # a small model has room
        assert read_layout(folder) == expected
        assert bool(trainer.model.is_activation_checkpointing) == expected.checkpointing
        assert trainer.args.per_device_train_batch_size == expected.at_once
        assert trainer.args.gradient_accumulation_steps * expected.at_once == recipe.batch
        longest = max(len(line["input_ids"]) for line in trainer.train_dataset)
        assert longest <= max(map(len, as_tokens(rows, tokenizer))) <= longest + 4
        trained = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
        assert need.adapter == 16 * trained  # fp32 weights, gradients and two moments
