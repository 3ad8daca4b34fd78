from __future__ import annotations

from pathlib import Path

import pytest

from labkit.workspace import Scene
from tests.improvement.made_scene import made_scene


@pytest.fixture
def gap(tmp_path: Path) -> Scene:
    """A scene in which 退款 is answered as 物流 wherever posts speak of freight insurance."""
    return made_scene(tmp_path / "gap")
