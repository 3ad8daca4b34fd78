"""Gradients on a GPU: over 4 bits those of the same weights in fp32, behind a shared prefix those of the plain step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labkit.models.local import loading
from labkit.models.local.attention import SHARING
from labkit.models.local.loading import load_base
from tests.models.test_shared_prefix import random_model
from tests.training.test_shared_prefix import (
    EXPERTS,
    PREFIX,
    batches_of,
    differ,
    gradients,
    made_rows,
    made_trainer,
)

Note = Callable[[str, object], None]


@pytest.fixture(params=["float32", "bfloat16"])
def dtype(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is computed in; a training on a GPU takes bf16."""
    import torch

    found = getattr(torch, request.param)
    monkeypatch.setattr(loading, "device_and_dtype", lambda: ("cuda", found))
    return found


def trainer_of(model: Any, base: Path, dtype: Any, *, plain: bool = False, rows: int = 8) -> tuple[Any, list[dict]]:
    on_gpu = {"use_cpu": False, "bf16": str(dtype) == "torch.bfloat16"}
    trainer, told = made_trainer(model, base, made_rows(rows), plain=plain, **on_gpu)
    trainer.accelerator.prepare_model(trainer.model)  # as once it trains: bf16 is entered there
    return trainer, told


def reference(base: Path, adapted: Any, precision: str = "nf4") -> Any:
    """TRL's own trainer over the same weights in fp32, 4-bit ones dequantised, with the same adapter."""
    import torch

    model = load_base(base, precision)
    model = (model.dequantize() if precision == "nf4" else model).float()
    trainer, _ = trainer_of(model, base, torch.float32, plain=True)
    adapter = {name: weights for name, weights in adapted.model.state_dict().items() if "lora_" in name}
    trainer.model.load_state_dict(adapter, strict=False)
    return trainer


def test_adapter_gradients_over_4_bits_are_those_over_the_same_weights_in_fp32_also_after_an_evaluation(
    wide_base: Path, dtype: Any, record_property: Note
):
    import torch

    quantised, told = trainer_of(load_base(wide_base, "nf4"), wide_base, dtype)
    batches = batches_of(quantised)
    assert batches[0]["input_ids"].is_cuda
    truth = gradients(reference(wide_base, quantised), batches, shared=False)
    before = gradients(quantised, batches, shared=True)
    plain = gradients(quantised, batches, shared=False)
    quantised.evaluate(quantised.train_dataset)
    with torch.no_grad():
        quantised.model.eval().generate(input_ids=batches[0]["input_ids"][:, :PREFIX], max_new_tokens=3)
    after = gradients(quantised, batches, shared=True)
    assert told[0]["on"]
    for name, found in (("before", before), ("plain", plain), ("after", after)):
        cosine = float(torch.cosine_similarity(found, truth, dim=0))
        record_property(f"cosine {name}", f"{cosine:.7f}")
        assert cosine >= 0.999
    record_property("after against before", f"{differ(after, before):.2e}")
    assert differ(after, before) <= 1e-3
    assert {p.dtype for p in quantised.model.parameters() if p.requires_grad} == {torch.float32}


@pytest.mark.parametrize("precision", ["nf4", "full"])
def test_a_shared_prefix_is_as_exact_as_the_plain_step(
    precision: str, wide_base: Path, dtype: Any, record_property: Note
):
    """In fp32 they are the same; in bf16 neither is nearer to fp32 than the other."""
    import torch

    found, _ = trainer_of(load_base(wide_base, precision), wide_base, dtype)
    batches = batches_of(found)
    shared, plain = (gradients(found, batches, shared=way) for way in (True, False))
    record_property("shared against plain", f"{differ(shared, plain):.2e}")
    if dtype == torch.float32:
        assert differ(shared, plain) <= 1e-4
        return
    truth = gradients(reference(wide_base, found, precision), batches, shared=False)
    record_property("shared against fp32", f"{differ(shared, truth):.2e}")
    record_property("plain against fp32", f"{differ(plain, truth):.2e}")
    assert differ(shared, truth) <= 1.5 * differ(plain, truth)
    assert differ(shared, plain) <= 0.05


@pytest.mark.parametrize("kind", sorted(SHARING - EXPERTS))
def test_every_architecture_that_shares_has_the_gradients_of_the_plain_step(kind: str, tiny_base: Path):
    import torch

    model = random_model(kind, attention_dropout=0.0, residual_dropout=0.0).to("cuda")
    trainer, told = trainer_of(model, tiny_base, torch.float32, rows=4)
    batches = batches_of(trainer)
    shared, plain = (gradients(trainer, batches, shared=way) for way in (True, False))
    assert told[0]["on"]
    assert plain.norm() > 0
    assert differ(shared, plain) <= 1e-4
