"""Builds `study`: a small causal language model that reads the classification prompt it is given.

    python data/models/build_study.py train --work DIR --hours 12   # goes on where DIR's checkpoint ends
    python data/models/build_study.py cool --work DIR               # lets the learning rates fall, the last hour
    python data/models/build_study.py judge --work DIR              # held-out tasks and both scenes
    python data/models/build_study.py save --work DIR --out data/models/study

Everything it reads lies in `study_source/`; of the bundled scenes it sees nothing until it is judged. One seed, one
thread, no network, no GPU. A run that is killed goes on from its last checkpoint as if nothing had happened.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from study_source.judging import kept_packs, kept_scores, scene_scores
from study_source.network import new_model
from study_source.tokens import train_tokenizer
from study_source.training import SEED, Plan, Trainer, log
from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM

SAVE_EVERY_S = 300.0
LOG_EVERY = 20  # steps
SCORE_EVERY = 200
KEPT_EACH = 3  # held-out packs of each family and level while training goes on


def open_work(work: Path, plan: Plan) -> Trainer:
    """The trainer of a work folder, at its last checkpoint."""
    torch.set_num_threads(1)  # the same sums in the same order everywhere, and no waiting for a busy core
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "tokenizer").exists():
        train_tokenizer().save_pretrained(work / "tokenizer")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(work / "tokenizer")
    trainer = Trainer(new_model(tokenizer, SEED), tokenizer, plan)
    if (work / "checkpoint.pt").exists():
        trainer.load(work / "checkpoint.pt")
    return trainer


def train(work: Path, plan: Plan, goes_on: Callable[[Trainer], bool]) -> Trainer:
    """Take steps while `goes_on` says so; a checkpoint every few minutes, held-out scores every few hundred steps."""
    trainer = open_work(work, plan)
    kept = kept_packs(trainer.tokenizer, KEPT_EACH)
    saved, losses = time.monotonic(), []
    while goes_on(trainer):
        losses.append(trainer.take_step())
        if trainer.step % LOG_EVERY == 0:
            report(work, trainer, losses[-LOG_EVERY:])
        if trainer.step % SCORE_EVERY == 0:
            scores = kept_scores(averaged(trainer), kept)
            log(work / "log.jsonl", step=trainer.step, kept=scores)
        if time.monotonic() - saved > SAVE_EVERY_S:
            trainer.save(work / "checkpoint.pt")
            saved = time.monotonic()
    trainer.save(work / "checkpoint.pt")
    return trainer


def report(work: Path, trainer: Trainer, losses: list[float]) -> None:
    """One line of the log."""
    shown = {"loss": sum(losses) / len(losses), "exact": trainer.exact, "level": trainer.level}
    counted = {"step": trainer.step, "tokens": trainer.tokens, "cpu_s": round(time.process_time())}
    log(work / "log.jsonl", **counted, **{name: round(value, 4) for name, value in shown.items()})


def averaged(trainer: Trainer) -> Qwen3ForCausalLM:
    """A model of the averaged weights: better than those of the last step while the learning rate is high."""
    model = new_model(trainer.tokenizer, SEED)
    with torch.no_grad():
        for parameter, average in zip(model.parameters(), trainer.averaged, strict=True):
            parameter.copy_(average)
    return model.eval()


def save(work: Path, out: Path) -> None:
    """Write the averaged weights in bf16, with the tokenizer and `build.json`."""
    trainer = open_work(work, Plan())
    averaged(trainer).to(torch.bfloat16).save_pretrained(out)
    trainer.tokenizer.save_pretrained(out)
    record = {
        "seed": SEED,
        "steps": trainer.step,
        "tokens": trainer.tokens,
        "parameters": trainer.model.num_parameters(),
    }
    (out / "build.json").write_text(json.dumps(record) + "\n", encoding="utf-8")


def judge(work: Path, limit: int | None, how: str) -> dict[str, Any]:
    """Both kinds of proof of the last checkpoint, printed and logged."""
    save(work, work / "model")
    trainer = open_work(work, Plan())
    kept = kept_scores(averaged(trainer), kept_packs(trainer.tokenizer, 2 * KEPT_EACH))
    found = {"kept": kept, "scenes": scene_scores(work / "model", limit=limit, how=how)}
    log(work / "log.jsonl", step=trainer.step, how=how, limit=limit, **found)
    return found


def main() -> None:
    """Read the command line and do one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "cool", "judge", "save"))
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint, tokenizer and log")
    parser.add_argument("--hours", type=float, default=12.0, help="wall-clock limit of this call")
    parser.add_argument("--limit", type=int, help="judge only the first so many rows of a scene")
    parser.add_argument("--how", choices=("json", "labels"), default="json")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "study")
    given = parser.parse_args()
    end = time.monotonic() + 3600 * given.hours
    if given.what == "train":
        train(given.work, Plan(), lambda _: time.monotonic() < end)
    elif given.what == "cool":
        plan = cooling(given.work)
        train(given.work, plan, lambda trainer: trainer.step < plan.ends and time.monotonic() < end)
    elif given.what == "judge":
        judge(given.work, given.limit, given.how)
    else:
        save(given.work, given.out)


def cooling(work: Path) -> Plan:
    """A plan whose rates fall from the step at which cooling was first asked for."""
    note = work / "cool_from.json"
    if not note.exists():
        note.write_text(json.dumps(open_work(work, Plan()).step), encoding="utf-8")
    return replace(Plan(), cool_from=json.loads(note.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
