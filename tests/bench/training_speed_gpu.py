"""The same comparison on a GPU, with random weights of real configurations: Qwen3 of 0.6 and of 8 billion parameters.

One process measures all, one way after the other, each with a model made anew on the GPU. Peak memory is what PyTorch
had allocated at most; what labkit's formula expects is for the plain step.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from tempfile import TemporaryDirectory
from typing import Any

from labkit.doctor.accelerators import visible_gpus
from tests.bench.training_speed import LEARNT, REST, ROWS, step_clock, training_rows
from tests.tiny_model import build_tiny_model

STEPS, UNCOUNTED, PREFIX = 6, 2, 800  # a GPU loads its kernels in the first steps
SMALL = {"hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16}
LARGE = {"hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32}
MODELS: Mapping[str, dict[str, Any]] = {  # as its config.json has it
    "0.6B": {**SMALL, "tie_word_embeddings": True},
    "8B": {**LARGE, "tie_word_embeddings": False},
}
BOTH = {"num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151_936, "max_position_embeddings": 40_960}
GB = 1e9


@dataclass(frozen=True)
class Way:
    """How a step is computed."""

    name: str
    shares: bool = False
    packs: bool = False
    checkpoints: bool = False


WAYS = (
    Way("shared prefix", shares=True),
    Way("TRL, no checkpointing"),
    Way("TRL, packing, no checkpointing", packs=True),
    Way("TRL, its defaults (checkpointing)", checkpoints=True),
    Way("shared prefix, checkpointing", shares=True, checkpoints=True),
    Way("TRL, its defaults, packing", checkpoints=True, packs=True),
)


@dataclass(frozen=True)
class Case:
    """What is trained: a model's size and precision, and rows of a step, all at once."""

    size: str
    precision: str
    rows: int = ROWS
    prefix: int = PREFIX
    uneven: int = 0  # own tokens by which rows differ, so that each step has another shape

    def __str__(self) -> str:
        own = f"{REST - self.uneven} to {REST}" if self.uneven else str(REST)
        return f"Qwen3 {self.size}, {self.precision}, {self.rows} rows of {self.prefix} + {own}"


CASES = (
    Case("0.6B", "bf16"),
    Case("8B", "nf4"),
    Case("8B", "nf4", rows=16),
    Case("0.6B", "bf16", rows=32),
    Case("0.6B", "bf16", rows=16, prefix=1800),
    Case("0.6B", "bf16", uneven=50),
)


def main() -> None:
    """Print row tokens a second and peak memory of each way; a line that says why where there is no GPU."""
    if not visible_gpus():
        print("no GPU here: nothing measured")
        return
    import torch
    from transformers.utils import logging

    logging.set_verbosity_error()
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, LoRA r 16 over all linear layers, bf16;")
    print(f"rows of a step share a prefix; of {REST} tokens of their own {LEARNT} are learnt", flush=True)
    with TemporaryDirectory() as place:
        tokenizer = build_tiny_model(Path(place) / "tokenizer")
        for case in CASES:
            _measure_case(case, tokenizer)
        print("\na step behind a shared prefix, profiled")
        for case in CASES[:2]:
            print(f"  {case!s:38}{profiled(case, WAYS[0], tokenizer)}", flush=True)


def _measure_case(case: Case, tokenizer: Path) -> None:
    print(f"\n{case!s:40}{'tokens/s':>10}{'ms/step':>9}{'slower':>8}{'peak GB':>9}{'for training':>14}   first loss")
    first = None
    for way in WAYS:
        found = measure(case, way, tokenizer)
        first = first or (found["seconds"] if found else None)
        print(f"  {way.name:38}{_line(case, found, first) if found else 'out of memory'}", flush=True)


def _line(case: Case, found: Mapping[str, float], first: float | None) -> str:
    tokens, seconds = case.rows * (case.prefix + REST) / found["seconds"], found["seconds"]
    slower = f"{seconds / first:7.2f}x" if first else " " * 8
    memory = f"{found['peak'] / GB:9.1f}{(found['peak'] - found['model']) / GB:14.1f}"
    return f"{tokens:10.0f}{1000 * seconds:9.0f}{slower}{memory}   {found['loss']:.4f}{_forecast(found)}"


def _forecast(found: Mapping[str, float]) -> str:
    return f" (labkit's formula: {found['formula'] / GB:.1f} GB)" if "formula" in found else ""


def measure(case: Case, way: Way, tokenizer: Path) -> dict[str, float] | None:
    """Median seconds of a step, bytes of the model and at the peak, the first loss; None where memory runs out."""
    import torch

    gc.collect()
    torch.cuda.empty_cache()
    torch.backends.cuda.enable_cudnn_sdp(True)  # as it comes, where TRL trains
    try:
        trainer = made_trainer(made_model(case.size, case.precision), case, way, tokenizer)
        found = {"model": torch.cuda.memory_allocated()}
        if not (way.shares or way.packs or way.checkpoints):
            found["formula"] = _formula(trainer.model, case)
        torch.cuda.reset_peak_memory_stats()
        clock = step_clock(_when_all_is_done)
        trainer.add_callback(clock)
        trainer.train()
    except torch.OutOfMemoryError:
        return None
    peak = torch.cuda.max_memory_allocated()
    loss = trainer.state.log_history[0]["loss"]
    return {**found, "seconds": median_low(clock.seconds[UNCOUNTED:]), "peak": peak, "loss": loss}


def profiled(case: Case, way: Way, tokenizer: Path) -> str:
    """How many kernels the last step starts, for how long the GPU computes, and how long the step takes, in words."""
    import torch
    from torch._C._autograd import DeviceType
    from torch.profiler import ProfilerActivity, profile
    from transformers import TrainerCallback

    profiler = profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA])
    clock = step_clock(_when_all_is_done)

    class LastStep(TrainerCallback):
        def on_step_begin(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
            if state.global_step == STEPS - 1:
                profiler.start()

        def on_step_end(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
            if state.global_step == STEPS:
                profiler.stop()

    gc.collect()
    torch.cuda.empty_cache()
    trainer = made_trainer(made_model(case.size, case.precision), case, way, tokenizer)
    trainer.add_callback(clock)
    trainer.add_callback(LastStep())  # behind the clock, whose end of the step is then not that of the profile
    trainer.train()
    found = profiler.key_averages()
    launches = sum(event.count for event in found if "LaunchKernel" in event.key)
    on_gpu = (event for event in found if event.device_type == DeviceType.CUDA)
    busy = sum(event.self_device_time_total for event in on_gpu if not event.is_user_annotation)
    return f"{launches:7} kernels started, busy for {busy / 1000:.0f} of {1000 * clock.seconds[-1]:.0f} ms"


def made_model(size: str, precision: str, device: str = "cuda") -> Any:
    """A random model of a real configuration, made on the device; its linear layers in NF4 where asked for."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    config = Qwen3Config(**{**BOTH, **MODELS[size]})
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            model = Qwen3ForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    if precision == "nf4":
        _quantise(model, device)
    return model


def _quantise(model: Any, device: str) -> None:
    """What loading in 4 bits makes of a model, without a folder of weights to load from."""
    import torch
    from bitsandbytes.nn import Linear4bit, Params4bit

    how = {"compress_statistics": True, "quant_type": "nf4"}
    for name, layer in list(model.model.named_modules()):
        if not isinstance(layer, torch.nn.Linear):
            continue
        packed = Linear4bit(layer.in_features, layer.out_features, False, torch.bfloat16, device="meta", **how)
        packed.weight = Params4bit(layer.weight.data, requires_grad=False, **how).to(device)
        parent, _, own = name.rpartition(".")
        setattr(model.model.get_submodule(parent), own, packed)
    model.is_loaded_in_4bit = True


def made_trainer(model: Any, case: Case, way: Way, tokenizer: Path) -> Any:
    """TRL's trainer, or ours, of some steps over such rows."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import PrinterCallback
    from trl import SFTConfig, SFTTrainer

    from labkit.models.local.loading import load_tokenizer
    from labkit.training.qlora import keep_adapter_in_fp32
    from labkit.training.shared_prefix import SharedPrefixTrainer

    packed = {"packing": True, "max_length": 2 * (case.prefix + REST)}
    trainer = (SharedPrefixTrainer if way.shares else SFTTrainer)(
        model=model,
        processing_class=load_tokenizer(tokenizer, side="right"),
        train_dataset=Dataset.from_list(training_rows(case.prefix, REST, case.rows * STEPS, case.uneven)),
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
        args=SFTConfig(
            output_dir=str(tokenizer.parent / "out"),
            max_steps=STEPS,
            per_device_train_batch_size=case.rows // 2 if way.packs else case.rows,
            gradient_checkpointing=way.checkpoints,
            optim="adamw_torch",
            bf16=True,
            use_cpu=model.device.type == "cpu",
            save_strategy="no",
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            **(packed if way.packs else {"max_length": None}),
        ),
    )
    trainer.remove_callback(PrinterCallback)
    if way.shares:
        keep_adapter_in_fp32(trainer.model)
    return trainer


def _formula(model: Any, case: Case) -> int:
    """Bytes that labkit expects of a plain step before it has learnt from any training."""
    from labkit.training.memory import Load, need_of

    base = model.get_base_model()
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    need = need_of(base, trained, "adamw_torch", 2)
    return need.total(Load(case.rows * (case.prefix + REST)), checkpointing=False)


def _when_all_is_done() -> float:
    """The time once the GPU has done all that it was given."""
    import torch

    torch.cuda.synchronize()
    return time.perf_counter()
