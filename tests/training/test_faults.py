from __future__ import annotations

import errno

import pytest

from labkit.errors import BadRecipe
from labkit.training.faults import explain
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
        problem = explain(error, recipe)
        assert problem.startswith("Out of memory")
        assert fix in problem


def test_a_library_of_the_gpu_that_finds_no_memory_is_recognised():
    error = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")
    assert explain(error, Recipe()).startswith("Out of memory")


def test_a_real_allocation_that_fails_is_recognised():
    torch = pytest.importorskip("torch")
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert explain(caught.value, Recipe()).startswith("Out of memory")


def test_a_full_disk_and_our_own_errors_keep_their_fix():
    assert explain(OSError(errno.ENOSPC, "No space left on device"), Recipe()).startswith("The disk is full. Free some")
    assert explain(BadRecipe("r is 0", "Write 1"), Recipe()) == "r is 0. Write 1."


def test_anything_else_is_told_in_one_line():
    assert explain(ValueError("a\n\nb"), Recipe()) == "ValueError: a b"
    assert len(explain(ValueError("x" * 9000), Recipe())) == 500
