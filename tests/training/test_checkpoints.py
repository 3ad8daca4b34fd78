from __future__ import annotations

from pathlib import Path

from labkit.training.checkpoints import mark_complete, newest_complete


def checkpoint(folder: Path, step: int, complete: bool = True) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir()
    (path / "adapter_model.safetensors").write_bytes(b"weights" * step)
    if complete:
        mark_complete(path)
    return path


def test_the_newest_by_number_not_by_name(tmp_path: Path):
    checkpoint(tmp_path, 9)
    checkpoint(tmp_path, 10)
    assert newest_complete(tmp_path) == tmp_path / "checkpoint-10"


def test_without_a_mark_it_does_not_count(tmp_path: Path):
    checkpoint(tmp_path, 2)
    checkpoint(tmp_path, 4, complete=False)
    assert newest_complete(tmp_path) == tmp_path / "checkpoint-2"


def test_a_truncated_one_is_passed_over(tmp_path: Path):
    checkpoint(tmp_path, 2)
    (checkpoint(tmp_path, 4) / "adapter_model.safetensors").write_bytes(b"wei")
    assert newest_complete(tmp_path) == tmp_path / "checkpoint-2"


def test_none_when_there_is_none(tmp_path: Path):
    assert newest_complete(tmp_path / "nowhere") is None
    (tmp_path / "checkpoint-x").mkdir()
    assert newest_complete(tmp_path) is None
