"""Training behind a shared prefix: TRL as it comes, TRL with packing, and the prefix computed once, in one run."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.local_speed import build_model
from tests.tiny_model import build_tiny_model

ROWS, STEPS, ROUNDS = 8, 3, 1  # rows of a step; steps of a training, the first of which is not counted
REST, LEARNT = 100, 10  # tokens that are a row's own, and those of them with loss
WAYS = ("TRL", "TRL, packing", "shared prefix")
CASES: Mapping[str, dict[str, Any]] = {
    "prefix of 800, no checkpointing": {"prefix": 800, "checkpointing": False},
    "prefix of 800, TRL checkpoints (its default)": {"prefix": 800, "checkpointing": True},
    "prefix of 400, no checkpointing": {"prefix": 400, "checkpointing": False},
    "nothing shared, rows of 300": {"prefix": 0, "own": 300, "checkpointing": False},
}


def main() -> None:
    """Print rows a second of processor time and peak memory for each way, each in a process of its own."""
    print(f"a random Qwen3 of 9 million parameters, LoRA, fp32 on one thread; {ROWS} rows a step")
    with TemporaryDirectory() as place:
        model, tokenizer = Path(place) / "model", Path(place) / "tokenizer"
        build_model(model)
        build_tiny_model(tokenizer)
        for name, case in CASES.items():
            _print_case(name, [_best_of_rounds(way, case, Path(place)) for way in WAYS])


def _print_case(name: str, found: list[dict[str, Any]]) -> None:
    print(f"\n{name:46}{'rows/s':>8}{'slower':>9}{'peak MB':>10}{'for training':>14}   loss")
    shared = found[-1]["seconds"]
    for way, one in zip(WAYS, found, strict=True):
        print(
            f"  {way:44}{ROWS / one['seconds']:8.2f}{one['seconds'] / shared:8.2f}x{one['peak_mb']:10.0f}"
            f"{one['peak_mb'] - one['before_mb']:14.0f}   {one['loss']:.5f}"
        )


def _best_of_rounds(way: str, case: Mapping[str, Any], place: Path) -> dict[str, Any]:
    asked = json.dumps({"way": way, "place": str(place), **case})
    code = "import sys; from tests.bench.training_speed import measure; measure(sys.argv[1])"
    found = []
    for _ in range(ROUNDS):
        told = subprocess.run([sys.executable, "-c", code, asked], capture_output=True, text=True, check=True).stdout
        found.append(json.loads(told.splitlines()[-1]))
    return min(found, key=lambda one: one["seconds"])


def measure(asked: str) -> None:
    """Train a few steps in this process and print seconds of a step, memory before and at most, and the first loss."""
    import resource

    import torch

    case = json.loads(asked)
    torch.set_num_threads(1)
    trainer = _trainer(case)
    clock = step_clock(time.process_time)  # of this process's processor
    trainer.add_callback(clock)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    trainer.train()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss = trainer.state.log_history[0]["loss"]
    seconds = min(clock.seconds[1:])
    print(json.dumps({"seconds": seconds, "before_mb": before / 1024, "peak_mb": peak / 1024, "loss": loss}))


def _trainer(case: Mapping[str, Any]) -> Any:
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    from labkit.models.local.loading import load_base, load_tokenizer
    from labkit.training.shared_prefix import SharedPrefixTrainer

    place, shares = Path(case["place"]), case["way"] == "shared prefix"
    packed = {"packing": True, "max_length": 2 * (case["prefix"] + case.get("own", REST))}
    torch.manual_seed(0)
    return (SharedPrefixTrainer if shares else SFTTrainer)(
        model=load_base(place / "model", "full"),
        processing_class=load_tokenizer(place / "tokenizer", side="right"),
        train_dataset=Dataset.from_list(training_rows(case["prefix"], case.get("own", REST), ROWS * STEPS)),
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear"),
        args=SFTConfig(
            output_dir=str(place / "out"),
            max_steps=STEPS,
            per_device_train_batch_size=ROWS // 2 if "packing" in case["way"] else ROWS,
            gradient_checkpointing=case["checkpointing"] and not shares,
            bf16=False,
            use_cpu=True,
            save_strategy="no",
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            **(packed if "packing" in case["way"] else {"max_length": None}),
        ),
    )


def training_rows(prefix: int, own: int, rows: int, uneven: int = 0) -> list[dict[str, list[int]]]:
    """Rows of random tokens that begin alike, and have as many of their own or up to so many less."""
    dice = random.Random(0)
    shared = [dice.randrange(3, 8000) for _ in range(prefix)]
    lengths = [own - (dice.randrange(uneven + 1) if uneven else 0) for _ in range(rows)]
    made = [shared + [dice.randrange(3, 8000) for _ in range(length)] for length in lengths]
    return [{"input_ids": ids, "labels": [-100] * (len(ids) - LEARNT) + ids[-LEARNT:]} for ids in made]


def step_clock(now: Callable[[], float]) -> Any:
    """A callback of transformers' trainer with the seconds of each step.

    Args:
        now: tells the time.
    """
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        def __init__(self) -> None:
            self.seconds: list[float] = []
            self._began = 0.0

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self._began = now()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            self.seconds.append(now() - self._began)

    return Clock()
