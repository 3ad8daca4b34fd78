"""Builds `study`: a small causal language model that reads the classification prompt it is given.

    python data/models/build_study.py train --work DIR     # minutes on a GPU; writes DIR/model and DIR/log.jsonl
    python data/models/build_study.py judge --work DIR     # held-out tasks, both scenes; on a CPU; DIR/proofs_HOW.json
    python data/models/build_study.py tune --work DIR      # QLoRA on both scenes, on a CPU; DIR/proofs_tuned.json
    python data/models/build_study.py install --work DIR   # DIR/model and the proofs go to data/models/study

Everything it reads lies in `study_source/`; of the bundled scenes it sees nothing until it is judged. The data and the
first weights follow from the seeds; how a GPU rounds does not.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from study_source.feeding import SEED, feed
from study_source.judging import kept_batches, kept_scores
from study_source.network import new_model
from study_source.tokens import train_tokenizer
from study_source.training import Log, Plan, Trainer, train
from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM

SOURCE = Path(__file__).parent / "study_source"
KEPT_SHAPE = (2, 4096)  # of held-out batches on a CPU


def build(work: Path, plan: Plan, device: str) -> None:
    """Train a model from the beginning and save it, with held-out scores at every quarter of the run."""
    work.mkdir(parents=True, exist_ok=True)
    torch.set_float32_matmul_precision("high")
    tokenizer = train_tokenizer()
    tokenizer.save_pretrained(work / "model")
    shape = (plan.sequences, plan.length)
    batches = feed(str(work / "model"), range(plan.steps), plan.level, shape)
    trainer, log = Trainer(new_model(tokenizer, SEED).to(device), plan), Log(work / "log.jsonl")
    kept = {name: batch.to(device) for name, batch in kept_batches(tokenizer, *shape).items()}
    quarter = max(1, plan.steps // 4)
    for part in range(0, plan.steps, quarter):
        train(trainer, (next(batches) for _ in range(min(quarter, plan.steps - part))), log)
        save(trainer, tokenizer, work / "model")
        log.write(step=trainer.step, kept=kept_scores(trainer.model, kept))


def save(trainer: Trainer, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Write the averaged weights in bf16, with the tokenizer and `build.json`."""
    model = new_model(tokenizer, SEED)
    with torch.no_grad():
        for parameter, average in zip(model.parameters(), trainer.averaged, strict=True):
            parameter.copy_(average)
    model.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    shutil.copy2(SOURCE / "recipe.yaml", out)
    record = {
        "seed": SEED,
        "step": trainer.step,
        "tokens": trainer.tokens,
        **asdict(trainer.plan),
        "parameters": model.num_parameters(),
    }
    (out / "build.json").write_text(json.dumps(record) + "\n", encoding="utf-8")


def judge(work: Path, limit: int | None, how: str) -> None:
    """All proofs of a saved model but that of tuning, printed and written down."""
    from study_source.held_out_proofs import held_out_scores
    from study_source.scene_proofs import scene_scores

    tokenizer = PreTrainedTokenizerFast.from_pretrained(work / "model")
    model = Qwen3ForCausalLM.from_pretrained(work / "model", dtype=torch.float32).eval()
    scenes = scene_scores(work / "model", limit=limit, how=how)
    kept = kept_scores(model, kept_batches(tokenizer, *KEPT_SHAPE))
    held_out = held_out_scores(work / "model", how)
    found = {"how": how, "limit": limit, "kept": kept, "held out": held_out, **scenes}
    write_proofs(work / f"proofs_{how}.json", found)


def tune(work: Path) -> None:
    """What QLoRA makes of a saved model, printed and written down."""
    from study_source.tuning_proof import tuned_scores

    write_proofs(work / "proofs_tuned.json", tuned_scores(work / "model"))


def write_proofs(path: Path, found: dict[str, Any]) -> None:
    """Write what was measured, and print it."""
    text = json.dumps(found, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    print(text)


def install(work: Path, target: Path) -> None:
    """Copy a built model and what was measured of it; the card that is there stays, and a test holds it to that."""
    shutil.copytree(work / "model", target, dirs_exist_ok=True)
    for proofs in work.glob("proofs_*.json"):
        shutil.copy2(proofs, target)


def main() -> None:
    """Read the command line and do one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "judge", "tune", "install"))
    parser.add_argument("--work", type=Path, required=True, help="folder of model, log and proofs")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--limit", type=int, help="judge only the first so many rows of a scene")
    parser.add_argument("--how", choices=("json", "labels"), default="json")
    for field in fields(Plan):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = parser.parse_args()
    if given.what == "train":
        build(given.work, Plan(**{field.name: getattr(given, field.name) for field in fields(Plan)}), given.device)
    elif given.what == "judge":
        judge(given.work, given.limit, given.how)
    elif given.what == "tune":
        tune(given.work)
    else:
        install(given.work, Path(__file__).parent / "study")


if __name__ == "__main__":
    main()
