"""The trap of bitsandbytes on AVX512-BF16 CPUs: a forward pass in eval mode must not change later gradients."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.models.local.loading import load_base

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
