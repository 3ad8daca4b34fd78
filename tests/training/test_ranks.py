"""Two real processes against one: the same losses, whoever begins them, and whoever goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labkit.errors import BadRecipe
from labkit.training import Recipe, TrainingJob, job_of, start
from labkit.training.ranks import ALONE, Ranks, ranks_of
from labkit.workspace import Scene
from tests.training.conftest import UNEVEN, uneven
from tests.training.test_job import steps_of, until

_ACCELERATE = "accelerate.commands.launch --multi_gpu --num_processes=2 --num_machines=1 --dynamo_backend=no"


def assert_same_training(job: TrainingJob, other: TrainingJob) -> None:
    found, expected = job.history(), other.history()
    assert [step["step"] for step in found.steps] == [step["step"] for step in expected.steps] == list(range(1, 17))
    for key in ("loss", "grad_norm", "learning_rate"):
        assert [step[key] for step in found.steps] == pytest.approx([step[key] for step in expected.steps], abs=1e-3)
    assert [e["step"] for e in found.evaluations] == [e["step"] for e in expected.evaluations]
    assert {e["rows"] for e in found.evaluations} == {len(job.folder.dev_rows())}


@pytest.mark.training
@pytest.mark.parametrize(
    "launcher",
    ["torch.distributed.run --standalone --nproc-per-node=2", f"{_ACCELERATE} --main_process_port=0"],
    ids=["torchrun", "accelerate"],
)
def test_under_a_launcher_the_same_command_trains_as_one_process_does(
    launcher: str, by_one: TrainingJob, scene_of_jobs: Scene, tiny_base: Path, tmp_path: Path
):
    name = launcher.split(".")[0]
    knobs = "".join(f"{key}: {value}\n" for key, value in UNEVEN.to_json().items() if value is not None)
    (tmp_path / "recipe.yaml").write_text(f"base: {tiny_base}\ndataset: uneven\n{knobs}")
    command = [sys.executable, "-m", *launcher.split(), "-m", "labkit", "train", str(scene_of_jobs.path)]
    command += ["--recipe", str(tmp_path / "recipe.yaml"), "--name", f"by-{name}"]
    for _ in range(2):  # the second finds it done
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]

    job = job_of(scene_of_jobs, f"by-{name}")
    assert job.status().state == "finished"
    assert [e["processes"] for e in job.events() if e["kind"] == "start"] == [2]
    assert len(steps_of(job)) == 16  # told by one of them
    assert_same_training(job, by_one)
    assert job.folder.answers().keys() == by_one.folder.answers().keys()
    assert job.folder.answers()[16].keys() == by_one.folder.answers()[16].keys()
    assert weights_of(job).keys() == weights_of(by_one).keys()
    for name, tensor in weights_of(job).items():
        assert (tensor - weights_of(by_one)[name]).abs().max() < 1e-3


@pytest.mark.training
def test_two_processes_are_killed_and_go_on_as_two_and_as_one(
    by_one: TrainingJob, scene_of_jobs: Scene, tiny_base: Path
):
    job, started = killed_twice(scene_of_jobs, tiny_base, "by-both")
    assert [event["processes"] for event in started] == [2, 2, 1]
    assert_same_training(job, by_one)


@pytest.mark.training
def test_two_processes_save_measure_and_stop_when_asked(scene_of_jobs: Scene, tiny_base: Path):
    recipe = Recipe(r=4, alpha=8, learning_rate=1e-3, batch=4, epochs=100, device="cpu")  # only ever stopped
    job = start(uneven(scene_of_jobs), "uneven", str(tiny_base), recipe, name="asked", processes=2)
    until(lambda: job.status().step >= 2)
    job.save()
    until(lambda: any(event["kind"] == "save" and event["step"] % 50 for event in job.events()))  # 50, … by themselves
    job.evaluate()
    until(lambda: any(event["step"] % 50 for event in job.history().evaluations))
    job.stop()
    assert job.wait().state == "stopped"
    assert job.report()["steps"] < 400
    assert weights_of(job)


def killed_twice(scene: Scene, base: Path, name: str) -> tuple[TrainingJob, list[dict[str, Any]]]:
    """A job of two processes, killed after step 3, again after step 9 and ended by one; and how each began."""

    def begin(processes: int) -> TrainingJob:
        return start(scene, "uneven", str(base), UNEVEN, name=name, processes=processes)

    job = begin(2)
    kill_after(3, job)
    begin(2)
    kill_after(9, job)
    begin(1)
    assert job.wait().state == "finished"
    started = [event for event in job.events() if event["kind"] == "start"]
    assert all(event["resumed_from"] for event in started[1:])
    return job, started


def kill_after(step: int, job: TrainingJob) -> None:
    until(lambda: job.status().step >= step and any(event["kind"] == "save" for event in job.events()))
    os.kill(job.folder.read("process.json")["pid"], signal.SIGKILL)
    until(lambda: job.status().state == "interrupted")


def weights_of(job: TrainingJob) -> dict[str, Any]:
    from safetensors.torch import load_file

    return dict(load_file(job.adapter / "adapter_model.safetensors"))


def test_a_launcher_says_who_is_who():
    said = {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}
    assert ranks_of(said) == Ranks(5, 8, 1, 4)
    assert not ranks_of(said).first
    assert ranks_of({}) == ranks_of({"RANK": "0", "WORLD_SIZE": "1"}) == ALONE


def test_fsdp_means_a_base_in_shards_on_the_gpus_and_deepspeed_is_refused():
    said = {"ACCELERATE_USE_FSDP": "true", "RANK": "1", "WORLD_SIZE": "2"}
    assert ranks_of(said).sharded
    assert ranks_of({**said, "RANK": "0", "WORLD_SIZE": "1"}) == ALONE
    assert not ranks_of({**said, "ACCELERATE_USE_FSDP": "false"}).sharded
    with pytest.raises(BadRecipe, match="FSDP_OFFLOAD_PARAMS"):
        ranks_of({**said, "FSDP_OFFLOAD_PARAMS": "true"})
    with pytest.raises(BadRecipe, match="does not train with DeepSpeed"):
        ranks_of({"ACCELERATE_USE_DEEPSPEED": "true", "RANK": "0", "WORLD_SIZE": "2"})


def test_a_step_that_cannot_be_shared_evenly_is_refused_before_anything_is_written(trainable: Scene, tiny_base: Path):
    with pytest.raises(BadRecipe, match=r"16 rows cannot be shared evenly by 3 processes\. Set batch to 15 or 18"):
        start(trainable, "some", str(tiny_base), Recipe(), processes=3)
    with pytest.raises(BadRecipe, match="0 processes cannot train"):
        start(trainable, "some", str(tiny_base), Recipe(), processes=0)
    assert not (trainable.path / "jobs").exists()


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_shares_make_up_the_whole(processes: int):
    shares = [Ranks(rank, processes).own(range(7)) for rank in range(processes)]
    assert sorted(k for share in shares for k in share) == list(range(7))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
