"""Real QLoRA on a random base: a process of its own, which stops, is killed, goes on, and leaves an adapter."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from labkit.errors import BadInput, BadRecipe, RunBusy, TrainingFailed, UnknownName
from labkit.models import get_model
from labkit.models.local.loading import load_tokenizer
from labkit.models.model_files import find_base
from labkit.prompts import render
from labkit.records import Request
from labkit.training import Recipe, TrainingJob, attach, job_of, jobs_of, start
from labkit.training.checkpoints import Checkpoints
from labkit.training.encoding import encode
from labkit.training.exporting import Form, export_model
from labkit.training.job_folder import JobFolder
from labkit.training.preflight import shown_rows
from labkit.workspace import Scene
from tests.training.conftest import SHORT

pytestmark = pytest.mark.training
LONG = Recipe(r=4, alpha=8, learning_rate=5e-3, batch=4, epochs=50)  # 200 steps: only ever stopped or killed


def steps_of(job: TrainingJob) -> list[dict]:
    return [event for event in job.events() if event["kind"] == "step"]


def until(condition: Callable[[], object], seconds: float = 300.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def test_loss_falls_and_every_step_is_told(finished: TrainingJob):
    losses = [event["loss"] for event in steps_of(finished)]
    assert [event["step"] for event in steps_of(finished)] == list(range(1, 25))
    assert losses[-1] < losses[0] - 0.5
    assert finished.report()["loss"] == losses[-1]
    assert finished.report()["tokens"] > 1000


def test_only_the_answer_is_learnt_and_its_end(finished: TrainingJob):
    answers = {row.id: row.answer for row in finished.folder.rows()}
    shown = [event for event in finished.events() if event["kind"] == "row"]
    assert 2 <= len(shown) <= 3  # the first, the shortest and the longest
    assert len({event["tokens"] for event in shown}) > 1
    for event in shown:
        assert "".join(event["learnt"]) == answers[event["id"]] + "<|im_end|>\n"
        assert event["answer_tokens"] == len(event["learnt"])
        assert event["read"].endswith("<|im_start|>assistant\n")
    told = [{key: event[key] for key in ("id", "tokens", "answer_tokens", "read", "learnt")} for event in shown]
    tokenizer = load_tokenizer(find_base(finished.folder.spec()["base"]), side="right")
    rows = finished.folder.rows()
    assert list(shown_rows(rows, [encode(row, tokenizer) for row in rows], tokenizer)) == told, "before any training"


def test_what_it_will_take_is_forecast_and_kept_beside_what_it_took(finished: TrainingJob):
    (told,) = [event for event in finished.events() if event["kind"] == "forecast"]
    report = finished.report()
    assert report["forecast"] == {key: value for key, value in told.items() if key not in ("at", "kind")}
    assert (told["rows_at_once"], told["checkpointing"]) == (SHORT.batch, False)
    assert 0 < told["formula_memory_mb"] < 2 * report["peak_memory_mb"]
    assert 0 < report["seconds_per_step"] < report["seconds"]
    assert told["measured_memory_mb"] <= report["peak_memory_mb"]
    assert told["seconds"] > 0


def test_it_is_measured_by_what_it_answers_and_the_best_becomes_the_adapter(finished: TrainingJob):
    told = [event for event in finished.events() if event["kind"] == "evaluation"]
    scores = {event["step"]: event["macro_f1"] for event in told}
    assert list(scores) == [0, *range(3, 25, 3)]  # step 0 is the base
    assert {event["rows"] for event in told} == {len(finished.folder.dev_rows())}
    answers = finished.folder.answers()
    assert list(answers) == list(scores)
    assert answers[24] != answers[0]

    trained = {step: score for step, score in scores.items() if step}
    best = max(trained, key=lambda step: (trained[step], step))
    report = finished.report()
    assert (report["best_step"], report["dev_macro_f1"]) == (best, scores[best])
    assert report["base_dev_macro_f1"] == scores[0]
    kept = {path.name for path in finished.folder.checkpoints.glob("checkpoint-*")}
    assert kept == {f"checkpoint-{best}", "checkpoint-24"}
    assert not report["stopped_early"]
    weights = "adapter_model.safetensors"
    assert (finished.adapter / weights).read_bytes() == (
        finished.folder.checkpoints / f"checkpoint-{best}" / weights
    ).read_bytes()


def test_adapter_weights_are_fp32_and_name_no_place(finished: TrainingJob):
    from safetensors.torch import load_file

    weights = load_file(finished.adapter / "adapter_model.safetensors")
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.float32"}
    assert len(weights) == 2 * 2 * 7  # A and B, two layers, seven linear maps each
    assert all(tensor.abs().sum() > 0 for tensor in weights.values())
    record = json.loads((finished.adapter / "labkit.json").read_text())
    assert record["quantization"] == "nf4"
    assert record["dataset"] == "some"


def test_the_adapter_answers_through_get_model_and_differs_from_its_base(finished: TrainingJob, scene_of_jobs: Scene):
    requests = [
        render(scene_of_jobs.prompt("short"), scene_of_jobs.task, example) for example in scene_of_jobs.examples("dev")
    ]
    tuned, base = get_model(finished.model_name, scene_of_jobs), get_model(finished.base_name, scene_of_jobs)
    assert [reply.text for reply in tuned.answer(requests)] != [reply.text for reply in base.answer(requests)]
    assert tuned.parameters["precision"] == base.parameters["precision"] == "nf4"
    assert tuned.parameters["weights"] == base.parameters["weights"]


@pytest.mark.parametrize("form", ["adapter", "merged"])
def test_an_exported_model_answers_as_the_trained_one(
    finished: TrainingJob, scene_of_jobs: Scene, tmp_path: Path, form: Form
):
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # it would stand in the middle of what `model export` says
        made = export_model(finished, tmp_path / "out", form)
    assert len({path.stat().st_mode for path in made.path.iterdir()}) == 1  # whoever may read one may read the weights
    assert (made.rows, made.same, made.torn) == (len(finished.folder.dev_rows()), made.rows, 0)
    name = f"local/{made.path}@full" if form == "merged" else f"{finished.base_name}+{made.path}"
    requests = [Request(row.example.id, row.messages) for row in finished.folder.dev_rows()]
    ours, theirs = (get_model(model, scene_of_jobs).answer(requests) for model in (finished.model_name, name))
    assert [reply.text for reply in ours] == [reply.text for reply in theirs]
    with pytest.raises(BadInput, match="is there already"):
        export_model(finished, made.path, form)


def test_a_model_that_answers_otherwise_is_not_exported(
    finished: TrainingJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("labkit.training.exporting._parity", lambda *_: (4, 2, 1))
    with pytest.raises(TrainingFailed, match="answers 1 of 4 dev rows otherwise"):
        export_model(finished, tmp_path / "out", "adapter")
    assert list(tmp_path.iterdir()) == []


def test_the_same_call_again_trains_nothing_twice(finished: TrainingJob, scene_of_jobs: Scene, tiny_base: Path):
    before = len(finished.events())
    again = start(scene_of_jobs, "some", str(tiny_base), SHORT, name="short")
    assert again.status().state == "finished"
    assert len(again.events()) == before


def test_a_name_stands_for_one_recipe(finished: TrainingJob, scene_of_jobs: Scene, tiny_base: Path):
    with pytest.raises(BadRecipe, match="exists with another recipe"):
        start(scene_of_jobs, "some", str(tiny_base), LONG, name="short")


def test_jobs_are_found_by_name_and_by_folder(finished: TrainingJob, scene_of_jobs: Scene):
    assert "short" in [job.name for job in jobs_of(scene_of_jobs)]
    assert attach(finished.folder.path).status() == job_of(scene_of_jobs, "short").status()
    with pytest.raises(UnknownName, match="Did you mean 'short'"):
        job_of(scene_of_jobs, "shrot")


def test_killed_at_any_moment_it_goes_on_with_the_same_losses(
    finished: TrainingJob, scene_of_jobs: Scene, tiny_base: Path
):
    job = start(scene_of_jobs, "some", str(tiny_base), SHORT, name="killed")
    for step in (random.randint(3, 9), random.randint(10, 20)):
        until(lambda: job.status().step >= step and any(e["kind"] == "save" for e in job.events()))  # noqa: B023
        os.kill(job.folder.read("process.json")["pid"], signal.SIGKILL)
        until(lambda: job.status().state == "interrupted")
        with pytest.raises(TrainingFailed, match="its process was killed"):
            job.wait()
        start(scene_of_jobs, "some", str(tiny_base), SHORT, name="killed")
    assert job.wait().state == "finished"

    undisturbed = {event["step"]: (event["loss"], event["grad_norm"]) for event in steps_of(finished)}
    assert [(e["loss"], e["grad_norm"]) for e in steps_of(job)] == [undisturbed[e["step"]] for e in steps_of(job)]
    assert {event["step"] for event in steps_of(job)} == set(range(1, 25))
    sessions = [event["resumed_from"] for event in job.events() if event["kind"] == "start"]
    assert sessions[0] is None
    assert sessions[1] is not None
    assert job.report()["tokens"] == finished.report()["tokens"]
    assert (job.adapter / "adapter_model.safetensors").read_bytes() == (
        finished.adapter / "adapter_model.safetensors"
    ).read_bytes()


def test_a_checkpoint_with_a_flipped_bit_is_passed_over_and_said(
    finished: TrainingJob, scene_of_jobs: Scene, tiny_base: Path
):
    job = TrainingJob(JobFolder(finished.folder.path.with_name("flipped")))
    shutil.copytree(finished.folder.path, job.folder.path)
    (job.folder.path / "report.json").unlink()
    for path in job.folder.checkpoints.glob("checkpoint-*/optimizer.pt"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    assert start(scene_of_jobs, "some", str(tiny_base), SHORT, name="flipped").wait().state == "finished"
    alarms = [event["problem"] for event in job.events() if event["kind"] == "alarm"]
    assert "checkpoint-24 is passed over: optimizer.pt has changed since it was written" in alarms
    again, once = steps_of(job)[-24:], steps_of(finished)
    assert [(event["step"], event["loss"]) for event in again] == [(event["step"], event["loss"]) for event in once]


def test_when_answers_got_no_better_for_long_it_ends_with_the_best(
    finished: TrainingJob, scene_of_jobs: Scene, tiny_base: Path
):
    """Killed after it gave up and before it wrote the adapter: it trains no further."""
    job = TrainingJob(JobFolder(finished.folder.path.with_name("early")))
    shutil.copytree(finished.folder.path, job.folder.path, ignore=shutil.ignore_patterns("report.json", "checkpoint*"))
    (source, *_) = finished.folder.checkpoints.glob("checkpoint-24")
    scores = [(0, 0.0), (3, 0.5), (6, 0.4), (9, 0.3), (12, 0.2)]
    for step, score in ((3, 0.5), (12, 0.2)):
        with Checkpoints(job.folder.checkpoints).saving(step, {"score": score, "scores": scores}) as place:
            for path in source.glob("[!m]*"):  # all but the manifest
                shutil.copy(path, place)
    assert start(scene_of_jobs, "some", str(tiny_base), SHORT, name="early").wait().state == "finished"
    report = job.report()
    assert (report["steps"], report["best_step"], report["stopped_early"]) == (12, 3, True)


def test_it_outlives_its_starter_is_started_once_and_stops_when_asked(
    trainable: Scene, tiny_base: Path, tmp_path: Path
):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("batch: 4\nepochs: 100\nlearning_rate: 1e-3\n")
    options = ["--base", str(tiny_base), "--dataset", "some", "--recipe", str(recipe), "--name", "long"]
    command = [sys.executable, "-m", "labkit", "train", str(trainable.path), *options, "--detach", "--json"]
    begun = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    job = attach(begun["path"])

    def told(kind: str) -> list[dict]:
        return [event for event in job.events() if event["kind"] == kind]

    assert begun["state"] in ("starting", "running")
    asked = Recipe(batch=4, epochs=100, learning_rate=1e-3)
    with pytest.raises(RunBusy, match="running already"):
        start(trainable, "some", str(tiny_base), asked, name="long")
    assert start(trainable, "some", str(tiny_base), asked, name="long", or_attach=True) == job
    with pytest.raises(BadRecipe, match="exists with another recipe"):
        start(trainable, "some", str(tiny_base), Recipe(batch=4), name="long", or_attach=True)
    assert len(told("start")) <= 1
    until(lambda: job.status().step >= 2)
    job.save()
    until(lambda: told("save"))
    job.evaluate()
    until(lambda: any(event["step"] % 50 for event in told("evaluation")))  # 50, 100, … come by themselves
    job.stop()
    assert job.wait().state == "stopped"
    assert (job.adapter / "adapter_model.safetensors").exists()
    assert job.report()["steps"] < 400


def test_a_recipe_that_ends_before_every_row_was_seen_says_so(trainable: Scene, tiny_base: Path):
    job = start(trainable, "some", str(tiny_base), Recipe(batch=4, max_steps=3, dev_rows=0), name="few")
    job.stop()
    job.wait()
    said = [event["problem"] for event in job.events() if event["kind"] == "alarm"]
    assert said == ["max_steps 3 leaves 4 of 16 rows unseen; an epoch takes 4 steps"]


def test_a_row_that_is_too_long_is_named_and_not_cut(trainable: Scene, tiny_base: Path):
    job = start(trainable, "some", str(tiny_base), Recipe(max_length=40), name="long")
    said = r"16 of 16 rows take more tokens than max_length allows \(40\); the longest, pool-\d\d, takes \d+"
    with pytest.raises(TrainingFailed, match=said):
        job.wait()
    assert job.status().state == "failed"
    assert not job.adapter.exists()
