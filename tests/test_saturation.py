"""Would more rows help? `linear` on parts of a dataset."""

from __future__ import annotations

import json

import pytest

import labkit
from labkit.datasets.learning_curve import LearningPoint
from labkit.datasets.saturation import Saturation
from labkit.errors import BadData, BadInput, UnknownName
from labkit.records import Example
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Sixty pool rows and twenty dev rows, chosen whole."""
    splits = ("pool", "pool", "pool", "dev")
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), splits[k % 4]) for k in range(80)]
    scene = create_scene(tmp_path_factory.mktemp("wide") / "wide", TINY_TASK, rows, tiny_prompts())
    labkit.select(scene, 60, "all")
    labkit.select(scene, 9, "few")
    return scene


def test_a_curve_has_four_sizes_and_leaves_no_run(wide: Scene):
    told: list[tuple[int, int]] = []
    found = labkit.saturation(wide, "all", draws=2, progress=lambda done, of: told.append((done, of)))
    assert [point.rows for point in found.points] == [15, 30, 45, 60]
    assert all(0 <= point.low <= point.value <= point.high <= 1 for point in found.points)
    assert found.points[-1].value > 0.8
    assert (told[-1], found.proxy, found.metric) == ((7, 7), "linear", "macro_f1")
    assert wide.store.runs() == ()
    assert found == labkit.saturation(wide, "all", draws=2)


def test_less_than_half_a_point_is_enough():
    for last, saturated in ((0.604, True), (0.606, False), (0.5, True)):
        points = (LearningPoint(75, 0.6, 0.6, 0.6), LearningPoint(100, last, last, last))
        assert Saturation("macro_f1", "linear", points).saturated is saturated


def test_what_gives_no_curve_is_named(wide: Scene):
    with pytest.raises(BadData, match="A curve needs 40 rows"):
        labkit.saturation(wide, "few")
    with pytest.raises(BadInput, match="The number of draws is 0"):
        labkit.saturation(wide, "all", draws=0)
    with pytest.raises(UnknownName):
        labkit.saturation(wide, "lost")


def test_why_there_is_no_curve_is_told_in_chinese(wide: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    with pytest.raises(BadData, match="曲线需要 40 条数据，以及有标注的 dev 数据；现有 9 条和 20 条。请多选一些数据"):
        labkit.saturation(wide, "few")
    with pytest.raises(BadInput, match="抽样次数是 0。请至少给 1"):
        labkit.saturation(wide, "all", draws=0)
    with pytest.raises(BadInput, match="数据集 'all' 已经存在。请换一个名字"):
        labkit.select(wide, 60, "all")


def test_the_command_says_it_in_a_table_and_as_json(
    wide: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from labkit.cli import main

    for more in ((), ("--json",)):
        words = ["labkit", "dataset", "saturation", str(wide.path), "all", "--draws", "1", *more]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
    out = capsys.readouterr().out
    assert "The last quarter of the rows brought" in out
    said = json.loads(out.splitlines()[-1])
    assert [point["rows"] for point in said["points"]] == [15, 30, 45, 60]
