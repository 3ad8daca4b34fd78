from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from labkit.errors import BadRecipe, TrainingFailed
from labkit.training.faults import explain, failure_report
from labkit.training.job import TrainingJob
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe

NO_MEMORY = RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: 9 bytes")


@pytest.mark.parametrize(
    ("recipe", "fix"),
    [
        (Recipe(batch=16), "Set micro_batch to 8 (a step still learns from 16 rows)"),
        (Recipe(batch=9, micro_batch=3), "Set micro_batch to 1 (a step still learns from 9 rows)"),
        (Recipe(micro_batch=1, quantization="none"), "Set quantization to nf4"),
        (Recipe(micro_batch=1), "take a smaller base; micro_batch is 1 already"),
    ],
)
def test_out_of_memory_says_what_to_change(recipe: Recipe, fix: str):
    for error in (NO_MEMORY, MemoryError()):
        problem = str(explain(error, recipe))
        assert problem.startswith("Out of memory")
        assert fix in problem


def test_a_library_of_the_gpu_that_finds_no_memory_is_recognised():
    error = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")
    assert str(explain(error, Recipe())).startswith("Out of memory")


def test_a_real_allocation_that_fails_is_recognised():
    torch = pytest.importorskip("torch")
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert str(explain(caught.value, Recipe())).startswith("Out of memory")


def test_a_full_disk_and_our_own_errors_keep_their_fix():
    full = OSError(errno.ENOSPC, "No space left on device")
    assert str(explain(full, Recipe())).startswith("The disk is full. Free some")
    assert str(explain(BadRecipe("r is 0", "Write 1"), Recipe())) == "r is 0. Write 1."


def test_anything_else_is_told_in_one_line():
    assert str(explain(ValueError("a\n\nb"), Recipe())) == "ValueError: a b."
    assert len(str(explain(ValueError("x" * 9000), Recipe()))) < 500


def test_what_ended_a_training_is_told_in_the_language_of_who_reads_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    job = TrainingJob(JobFolder(tmp_path))
    monkeypatch.setenv("LABKIT_LANG", "en")
    report = failure_report(explain(NO_MEMORY, Recipe(batch=16)))
    job.folder.write("report.json", report)
    assert job.status().problem == report["problem"]
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert job.status().problem == (
        f"内存不足（{NO_MEMORY}）。请把 micro_batch 设为 8（每一步仍从 16 行学习），并换一个名字训练。"
    )
    job.folder.write("report.json", {"state": "failed", "problem": "as an older labkit said"})
    assert job.status().problem == "as an older labkit said"


def test_a_process_that_found_no_room_for_its_report_is_not_said_to_have_been_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder = JobFolder(tmp_path)
    folder.write("job.json", {})
    job = TrainingJob(folder)
    assert (job.status().state, job.status().problem) == ("interrupted", "")
    with pytest.raises(TrainingFailed, match="its process was killed"):
        job.wait()
    room = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: room)
    with pytest.raises(TrainingFailed, match="The disk is full"):
        job.wait()
    folder.write("report.json", {"state": "failed", "problem": "something else"})
    assert job.status().problem == "something else"
