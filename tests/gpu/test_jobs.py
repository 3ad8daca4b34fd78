"""QLoRA jobs on a GPU, each a process of its own: told what it takes, killed and gone on, out of memory and gone on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from safetensors.torch import load_file

from labkit.doctor.accelerators import gpu_users, visible_gpus
from labkit.models import get_model
from labkit.models.local import BaseOf, LocalModel
from labkit.prompts import render
from labkit.records import Request
from labkit.training import TrainingJob, start
from labkit.training.corrections import seconds_per_step
from labkit.training.devices import give_back_memory
from labkit.training.exporting import Form, export_model
from labkit.training.job_folder import JobFolder
from labkit.training.memory import Layout, read_layout
from labkit.workspace import Scene
from tests.gpu.conftest import RECIPE
from tests.training.test_job import steps_of, until

Note = Callable[[str, object], None]
_FULL_ONCE = """
import sys, torch
from labkit.training import qlora, worker
compute, held = qlora.ResumableTrainer.compute_loss, []

def fill():
    '''From here on nothing is left; without a cap the test would take the GPU from all others.'''
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
    for size in (1 << 20, 1 << 14, 512):
        try:
            while True:
                held.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
        except torch.OutOfMemoryError:
            pass

def too_much(self, model, inputs, *rest, **named):
    if self.state.global_step >= 12 and self.args.per_device_train_batch_size == 4 and not held:
        fill()
    return compute(self, model, inputs, *rest, **named)

qlora.ResumableTrainer.compute_loss = too_much
sys.exit(worker.main())
"""


def losses(job: TrainingJob) -> dict[int, float]:
    """Of each step, as it was done last."""
    return {event["step"]: event["loss"] for event in steps_of(job)}


def requests_of(job: TrainingJob) -> list[Request]:
    return [Request(row.example.id, row.messages) for row in job.folder.dev_rows()]


def test_it_trains_on_the_gpu_and_what_it_takes_is_forecast(finished: TrainingJob, gpu: str, record_property: Note):
    report = finished.report()
    told = report["forecast"]
    took, expected = report["seconds_per_step"], told["formula_seconds_per_step"]
    each = [seconds_per_step(pair) for pair in pairwise(steps_of(finished))]  # some with more in between
    for name in ("formula_memory_mb", "measured_memory_mb"):
        record_property(name, told[name])
    record_property("peak_memory_mb", report["peak_memory_mb"])
    record_property("seconds per step, forecast and measured", f"{expected} {took}")
    record_property(
        "seconds of each step, least, median and most", f"{min(each):.4f} {median(each):.4f} {max(each):.4f}"
    )
    assert told["device"] == gpu
    assert (told["rows_at_once"], told["checkpointing"]) == (RECIPE.batch, False)
    assert 0 < told["measured_memory_mb"] <= report["peak_memory_mb"]
    assert expected / 5 < took < expected * 5
    all_losses = [event["loss"] for event in steps_of(finished)]
    assert len(all_losses) == 60
    assert all_losses[-1] < all_losses[0] - 0.5
    weights = load_file(finished.adapter / "adapter_model.safetensors")
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.float32"}


def test_who_holds_memory_of_the_gpu_is_named(finished: TrainingJob, held_here: int):
    """This process holds some, so that the driver shows it."""
    (gpu, *_) = visible_gpus()
    if not any(line.startswith(f"{os.getpid()} ") for line in gpu_users(gpu)):
        pytest.skip(f"the driver does not say who uses the GPU ({gpu.used} MiB are in use)")
    alarms = [event["problem"] for event in finished.events() if event["kind"] == "alarm"]
    assert any(f"{os.getpid()} " in problem and "MiB free; others hold" in problem for problem in alarms)


def test_killed_it_goes_on_from_its_checkpoint_with_the_same_losses(
    finished: TrainingJob, scene_of_jobs: Scene, wide_base: Path, record_property: Note
):
    job = start(scene_of_jobs, "some", str(wide_base), RECIPE, name="killed")
    until(lambda: job.status().step >= 12)
    os.kill(job.folder.read("process.json")["pid"], signal.SIGKILL)
    until(lambda: job.status().state == "interrupted")
    assert start(scene_of_jobs, "some", str(wide_base), RECIPE, name="killed").wait().state == "finished"
    first, second = [event["resumed_from"] for event in job.events() if event["kind"] == "start"]
    assert first is None
    assert second is not None
    apart = max(abs(losses(job)[step] - loss) for step, loss in losses(finished).items())
    record_property("largest difference of a loss", apart)
    assert apart <= 0.05  # attention's backward pass adds up in another order each time


def test_out_of_memory_it_goes_on_with_fewer_rows_at_once_and_gives_all_memory_back_before(
    finished: TrainingJob,
    scene_of_jobs: Scene,
    wide_base: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Note,
):
    command = [sys.executable, "-c", _FULL_ONCE]
    monkeypatch.setattr(JobFolder, "command", property(lambda folder: [*command, str(folder.path.resolve())]))
    job = start(scene_of_jobs, "some", str(wide_base), RECIPE, name="full")
    assert job.wait().state == "finished"
    assert read_layout(job.folder) == Layout(2, began_with=4)
    alarms = [event["problem"] for event in job.events() if event["kind"] == "alarm"]
    said = "Out of memory; it goes on with 2 rows at once, activations kept, 4 behind a step as before"
    assert said in alarms
    sessions = [event["resumed_from"] for event in job.events() if event["kind"] == "start"]
    assert sessions == [None, "checkpoint-10"]
    apart = max(abs(losses(job)[step] - loss) for step, loss in losses(finished).items())
    record_property("largest difference of a loss", apart)
    assert apart <= 0.05


def test_the_tuned_model_answers_as_it_did_in_training(
    finished: TrainingJob, scene_of_jobs: Scene, record_property: Note
):
    tuned = get_model(finished.model_name, scene_of_jobs)
    assert isinstance(tuned, LocalModel)
    said = [reply.text for reply in tuned.answer(requests_of(finished))]
    in_training = finished.folder.answers()[finished.report()["best_step"]]
    same = sum(in_training[row.example.id] == text for row, text in zip(finished.folder.dev_rows(), said, strict=True))
    record_property("same answers as in training", f"{same} of {len(said)}")
    assert same >= 0.8 * len(said)
    assert [reply.text for reply in BaseOf(tuned).answer(requests_of(finished))] != said
    decided = get_model(finished.model_name.replace("+", "@labels+"), scene_of_jobs).answer(requests_of(finished))
    assert all(reply.probabilities for reply in decided)


@pytest.mark.parametrize("form", ["adapter", "merged"])
def test_it_can_be_exported(finished: TrainingJob, tmp_path: Path, form: Form, record_property: Note):
    """Merged weights are rounded to bf16; where two answers are as likely, the other may come."""
    made = export_model(finished, tmp_path / "out", form)
    record_property("rows, same and torn", f"{made.rows} {made.same} {made.torn}")
    assert made.rows == made.same + made.torn == len(finished.folder.dev_rows())
    assert made.same >= 0.75 * made.rows


def test_a_model_that_a_notebook_still_holds_gives_the_gpu_back(finished: TrainingJob, scene_of_jobs: Scene):
    import torch

    model = get_model(finished.base_name + "@full", scene_of_jobs)
    question = render(scene_of_jobs.prompt("short"), scene_of_jobs.task, scene_of_jobs.examples("dev")[0])
    text = model.answer([question])[0].text  # PyTorch keeps what its libraries work in, so that once is not counted
    give_back_memory()
    before = torch.cuda.memory_allocated()
    model.answer([question])
    assert torch.cuda.memory_allocated() > before + (8 << 20)
    give_back_memory()
    assert torch.cuda.memory_allocated() == before
    assert torch.cuda.memory_reserved() < before + (64 << 20)
    assert model.answer([question])[0].text == text
