"""A small scene whose rows were asked elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.records import Example, Task
from labkit.workspace import Scene, create_scene
from tests.conftest import tiny_prompts

LABELS = ("物流", "退款", "质量")


@pytest.fixture
def asked(tmp_path: Path) -> Scene:
    """Six dev rows of one label each, three pool rows, one test row; labels may be several or none."""
    task = Task("asked", LABELS, "zh", "微博", multi_label=True, allow_none=True)
    rows = [Example(f"d{k}", (f"第{k}条微博",), (LABELS[k % 3],), "dev") for k in range(6)]
    rows += [Example(f"p{k}", (f"练习{k}", "再说一句"), (LABELS[k],), "pool") for k in range(3)]
    return create_scene(tmp_path / "asked", task, [*rows, Example("t0", ("考试",), ("退款",), "test")], tiny_prompts())
