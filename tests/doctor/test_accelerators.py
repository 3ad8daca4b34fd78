from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from labkit.doctor import accelerators

CARDS = """0, GPU-aa, NVIDIA H100 80GB HBM3, 81559, 20480, 570.86.15
1, GPU-bb, NVIDIA L4, 23034, 0, 570.86.15
"""


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program on PATH that prints what a driver's tool prints on a machine with two GPUs, one of them in use."""
    tool = tmp_path / "nvidia-smi"
    users = f"GPU-aa, {os.getpid()}, 20480"
    tool.write_text(
        f"#!{sys.executable}\nimport sys\nprint({CARDS!r} if '--query-gpu' in sys.argv[1] else {users!r})\n", "utf-8"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


@pytest.mark.usefixtures("two_gpus")
def test_each_gpu_is_shown_with_its_memory_and_whoever_uses_it():
    first, second, *_ = accelerators.examine_accelerators()
    assert (first.topic, second.topic) == ("GPU 0", "GPU 1")
    assert "61079 of 81559 MiB free" in first.found
    assert f"{os.getpid()} " in first.found
    assert "20480 MiB" in first.found
    assert "nobody uses it" in second.found


@pytest.mark.usefixtures("two_gpus")
def test_a_gpu_that_this_build_of_pytorch_cannot_use_is_a_fault():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this build of PyTorch can use a GPU that is really here")
    build = next(finding for finding in accelerators.examine_accelerators() if finding.topic == "PyTorch")
    assert build.health == "fault"
    assert "CUDA" in build.fix


def test_a_build_newer_than_the_driver_names_both():
    finding = accelerators._build("2.13.0", "13.0", usable=False, has_gpu=True)
    assert finding.health == "fault"
    assert "13.0" in finding.fix
    assert accelerators._build("2.13.0", "13.0", usable=True, has_gpu=True).health == "fine"
    assert accelerators._build("2.13.0", None, usable=False, has_gpu=False).health == "fine"


@pytest.mark.parametrize("table", ["", "\n", "No devices were found", "0, GPU-aa, card", "a, b, c, [N/A], d, e"])
def test_what_is_no_table_of_gpus_shows_none(table: str):
    assert list(accelerators.read_gpus(table)) == []


def test_four_bit_weights_are_really_tried():
    assert accelerators._four_bit().health == "fine"
    device, error = accelerators._nf4_error()
    assert device in ("cpu", "cuda")
    assert 0.01 < error < 0.1
