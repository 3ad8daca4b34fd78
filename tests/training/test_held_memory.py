"""Memory as the kernel counts it: of this process, of its container."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from labkit.training.held_memory import room_in_groups

_MB = 1 << 20
_BIG_PARENT = """
import os, sys
held = b"x" * (700 << 20)  # every page written
from_now_on = "from labkit.training.held_memory import peak_memory_mb; print(peak_memory_mb())"
os.execv(sys.executable, [sys.executable, "-c", from_now_on])
"""


@pytest.mark.training
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hand the count on")
def test_the_peak_of_a_training_is_not_that_of_the_program_before_it():
    """A kernel that held a model starts a training; a training that ran out of memory begins anew in its own place."""
    done = subprocess.run([sys.executable, "-c", _BIG_PARENT], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 600


def made(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def test_a_container_leaves_less_than_the_machine_has(tmp_path: Path):
    groups = tmp_path / "groups"
    made(tmp_path, cgroup="0::/\n")
    stat = f"anon 5\ninactive_file {10 * _MB}\n"
    made(groups, memory__max=f"{100 * _MB}\n", memory__current=f"{70 * _MB}\n", memory__stat=stat)
    assert list(room_in_groups(tmp_path, groups)) == [40 * _MB]


def test_each_group_around_the_process_counts_and_no_limit_is_none(tmp_path: Path):
    groups = tmp_path / "groups"
    made(tmp_path, cgroup="0::/jobs/7\n")
    made(groups / "jobs" / "7", memory__max="max\n", memory__current="5\n")
    made(groups / "jobs", memory__max="100\n", memory__current="130\n", memory__stat="inactive_file none\n")
    assert list(room_in_groups(tmp_path, groups)) == [0]


def test_the_older_groups_are_read_too(tmp_path: Path):
    groups = tmp_path / "groups"
    made(tmp_path, cgroup="5:cpu:/\n4:cpuacct,memory:/docker/abc\n")
    made(groups / "memory", memory__limit_in_bytes="900\n", memory__usage_in_bytes="400\n")
    assert list(room_in_groups(tmp_path, groups)) == [500]


def test_without_groups_nothing_is_said(tmp_path: Path):
    assert list(room_in_groups(tmp_path, tmp_path)) == []
