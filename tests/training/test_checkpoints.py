"""Checkpoints that were cut short, changed or never finished are noticed, and good ones stay whatever happens."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import TrainingFailed
from labkit.training.checkpoints import Checkpoints, find_damage


def write(folder: Path, step: int, score: float | None = None) -> Path:
    with Checkpoints(folder).saving(step, {"score": score}) as place:
        (place / "adapter_model.safetensors").write_bytes(b"weights" * step)
        (place / "optimizer.pt").write_bytes(b"moments" * step)
    return folder / f"checkpoint-{step}"


def damage(path: Path) -> str:
    found = find_damage(path)
    return found.told("en") if found else ""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def flip_bit(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)


def test_the_newest_is_so_by_its_number_not_by_name_or_clock(tmp_path: Path):
    older = write(tmp_path, 9, score=0.9)
    newer = write(tmp_path, 10)
    os.utime(older, (2e9, 2e9))
    os.utime(newer, (0, 0))
    newest, broken = Checkpoints(tmp_path).newest()
    assert newest
    assert (newest.path, newest.step, broken) == (newer, 10, {})


def test_only_the_best_and_the_newest_stay_whatever_the_clock_says(tmp_path: Path):
    for step, score in ((2, 0.5), (4, 0.8), (6, 0.7), (8, 0.8), (10, 0.1)):
        os.utime(write(tmp_path, step, score), (1e9 - step, 1e9 - step))
    assert names(tmp_path) == {"checkpoint-8", "checkpoint-10"}
    best = Checkpoints(tmp_path).best()
    assert best
    assert (best.step, best.score) == (8, 0.8)


def test_without_any_score_the_best_is_the_newest(tmp_path: Path):
    assert Checkpoints(tmp_path).best() is None
    write(tmp_path, 2)
    write(tmp_path, 4)
    best = Checkpoints(tmp_path).best()
    assert best
    assert (best.step, best.score) == (4, None)


def test_a_truncated_file_is_noticed_and_the_one_before_is_taken(tmp_path: Path):
    write(tmp_path, 2, score=1.0)
    (write(tmp_path, 4) / "optimizer.pt").write_bytes(b"mom")
    newest, broken = Checkpoints(tmp_path).newest()
    assert newest
    assert newest.step == 2
    said = {name: problem.told("en") for name, problem in broken.items()}
    assert said == {"checkpoint-4": "optimizer.pt has 3 bytes, not 28"}


@given(data=st.data())
def test_any_flipped_bit_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    path = write(tmp_path_factory.mktemp("checkpoints"), 3, score=0.25)
    assert damage(path) == ""
    victim = data.draw(st.sampled_from(sorted(path.iterdir())))
    before = victim.read_bytes()
    flip_bit(victim, data.draw(st.integers(0, 8 * len(before) - 1)))
    assert damage(path) or _only_spacing_differs(before, victim.read_bytes())


def _only_spacing_differs(before: bytes, after: bytes) -> bool:
    """A bit of a manifest's indentation may turn one blank into another, which changes nothing that it says."""
    return before.split() == after.split()


def test_a_missing_file_or_manifest_is_noticed(tmp_path: Path):
    path = write(tmp_path, 2)
    (path / "optimizer.pt").unlink()
    assert damage(path) == "optimizer.pt is missing"
    (path / "manifest.json").unlink()
    assert damage(path) == "manifest.json is missing or cannot be read"


def test_another_checkpoint_under_its_name_is_noticed(tmp_path: Path):
    shutil.copytree(write(tmp_path, 2), tmp_path / "checkpoint-8")
    assert damage(tmp_path / "checkpoint-8") == "manifest.json was changed"


def test_a_good_one_is_not_dropped_for_one_that_does_not_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path, 2)
    monkeypatch.setattr("labkit.training.checkpoints.find_damage", lambda path: "bad" if path.name[-1] == "4" else "")
    write(tmp_path, 4)
    assert names(tmp_path) == {"checkpoint-2", "checkpoint-4"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_leaves_the_last_good_one(tmp_path: Path):
    write(tmp_path, 2)
    refused = pytest.raises(TrainingFailed, match=r"is full.*step 4 could not be written\. Free some space")
    with refused, Checkpoints(tmp_path).saving(4, {}) as place:
        (place / "adapter_model.safetensors").write_bytes(b"w")
        Path("/dev/full").write_bytes(b"moments")
    assert names(tmp_path) == {"checkpoint-2"}
    assert damage(tmp_path / "checkpoint-2") == ""


def test_any_other_fault_of_the_disk_is_told_as_it_is(tmp_path: Path):
    with pytest.raises(PermissionError), Checkpoints(tmp_path).saving(4, {}):
        raise PermissionError(errno.EACCES, "no")
    assert names(tmp_path) == set()


def test_what_a_kill_left_half_written_does_not_count_and_is_swept(tmp_path: Path):
    (tmp_path / ".checkpoint-4-abc").mkdir()
    (tmp_path / "checkpoint-x").mkdir()
    assert Checkpoints(tmp_path).newest() == (None, {})
    Checkpoints(tmp_path).sweep()
    assert names(tmp_path) == {"checkpoint-x"}


def test_a_broken_one_is_replaced_when_training_comes_by_again(tmp_path: Path):
    path = write(tmp_path, 4)
    flip_bit(path / "optimizer.pt", 9)
    write(tmp_path, 4)
    assert damage(path) == ""
