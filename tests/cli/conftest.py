"""The command line, run in this process."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from labkit.cli import main
from labkit.records import Example, Split
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_prompts

Command = Callable[..., tuple[int, str, str]]
TOPICS = {"物流": "快递没到", "退款": "要求退款", "质量": "做工很差"}
_WORDS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"


def post(k: int) -> str:
    """A post about one topic after the other, in words that no other post has."""
    return tuple(TOPICS.values())[k % 3] + "".join(random.Random(k).choices(_WORDS, k=12))


@pytest.fixture
def apart(tmp_path: Path) -> Scene:
    """A scene without near duplicates: thirty-six pool rows, twelve of dev and test each, prompts v1 and v2."""
    splits: tuple[Split, ...] = ("pool", "pool", "pool", "dev", "test")
    rows = [Example(f"r{k:02d}", (post(k),), (tuple(TOPICS)[k % 3],), splits[k // 12]) for k in range(60)]
    return create_scene(tmp_path / "apart", TINY_TASK, rows, tiny_prompts())


@pytest.fixture
def labkit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in this process: exit code, stdout, stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["labkit", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return run


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept_files(folder: Path) -> dict[str, bytes]:
    """The files of a scene that git would keep; SQLite tidies up runs.db when it is read."""
    return {name: content for name, content in files_of(folder).items() if not name.startswith("runs.db")}
