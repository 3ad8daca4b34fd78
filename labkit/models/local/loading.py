"""Weights and tokenizers from a folder, the same way for training and for answering."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labkit.errors import ModelRefused

SMALL = 50_000_000  # parameters; below it a model is small for a laptop


@contextmanager
def few_threads(model: Any) -> Iterator[int]:
    """Compute each product of a small model on one thread, and give the threads back afterwards.

    Products of a few hundred columns gain little from more threads, and lose tenfold when other processes want the
    same cores (0.8 against 6 to 10 s a training step at load 6 on 2 cores).

    Yields:
        How many threads may compute beside each other meanwhile; see `parallel`.
    """
    import torch

    before = torch.get_num_threads()
    small = model.num_parameters() < SMALL
    if small:
        torch.set_num_threads(1)
    try:
        yield before if small and model.device.type == "cpu" else 1
    finally:
        torch.set_num_threads(before)


def is_small(folder: Path) -> bool:
    """Whether the weights of a folder, at two bytes a parameter, are those of a small model."""
    return sum(file.stat().st_size for file in folder.glob("*.safetensors")) < 2 * SMALL


def load_tokenizer(folder: Path, side: str) -> Any:
    """The tokenizer of a model folder, padding on the given side ("left" to generate, "right" to train)."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    tokenizer.padding_side = side
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(folder: Path, precision: str, *, for_shards: bool = False) -> Any:
    """Load a causal language model from safetensors, the same way for training and for answering.

    Args:
        folder: a folder that `check_base` has let pass.
        precision: "nf4" (4-bit NormalFloat, double quantisation) or "full".
        for_shards: whether it is to be dealt out to several processes, layer by layer from the machine's memory.

    Returns:
        A transformers model; its 4-bit layers never repack themselves.

    Raises:
        ModelRefused: transformers cannot load it.
    """
    from transformers import AutoModelForCausalLM

    _quiet_unless_watched()
    device, dtype = device_and_dtype()
    options: dict[str, Any] = {"dtype": dtype, "device_map": {"": "cpu" if for_shards else _numbered(device)}}
    if precision == "nf4":
        options["quantization_config"] = nf4_config(dtype, dtype if for_shards else None)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder), use_safetensors=True, trust_remote_code=False, local_files_only=True, **options
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ModelRefused.told("error.local.unloadable", folder=folder, reason=reason) from error
    keep_weights_unpacked(model)
    return model


def with_adapter(model: Any, folder: Path) -> Any:
    """A loaded base with the adapter of a folder over it."""
    from peft import PeftModel

    with warnings.catch_warnings():  # peft 0.21 asks transformers 5 by a name that it gives up
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        return PeftModel.from_pretrained(model, str(folder))


def _numbered(device: str) -> str:
    """The device by its number where several processes train together, each on a GPU of its own: accelerate asks so."""
    import torch

    several = torch.distributed.is_available() and torch.distributed.is_initialized()
    return f"cuda:{torch.cuda.current_device()}" if several and device == "cuda" else device


def _quiet_unless_watched() -> None:
    """Progress bars of loading only on a terminal: in a log or a notebook cell they drown what labkit says.

    bitsandbytes asks on AVX512-BF16 CPUs for a kernel of which nothing here makes use.
    """
    from transformers.utils import logging as of_transformers

    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    of_transformers.set_verbosity_error()
    if not sys.stderr.isatty():
        of_transformers.disable_progress_bar()


def device_and_dtype() -> tuple[str, Any]:
    """Where and in what to compute: bf16 on a GPU that has it, fp16 on an older one, fp32 on a CPU.

    On a CPU bf16 is no faster through 4-bit layers (161 against 208 ms for one 896×4864 product forward and backward)
    and less exact.
    """
    import torch

    if not torch.cuda.is_available():
        return "cpu", torch.float32
    return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def language_model(model: Any) -> Any:
    """The transformers model itself, below an adapter."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


def nf4_config(dtype: Any, held_as: Any = None) -> Any:
    """QLoRA's quantisation (Dettmers et al. 2023): NF4 with double quantisation; the library's defaults are neither.

    Args:
        dtype: to compute in.
        held_as: the type that packed weights are held as, the same numbers: FSDP shards only floating ones. Bytes when
            None.
    """
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        bnb_4bit_quant_storage=held_as,
    )


def keep_weights_unpacked(model: Any) -> None:
    """Switch off bitsandbytes' repacking of 4-bit weights on AVX512-BF16 CPUs.

    The first forward pass in eval mode would repack them in place for a kernel that has no backward: gradients of
    later training steps come out wrong (cosine 0.38), silently (bitsandbytes 0.50.2).
    """
    from bitsandbytes.nn import Linear4bit

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False
