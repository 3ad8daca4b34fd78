"""A scene that begins without labels: rows go out to be labelled, come back, and can be measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labkit.errors import BadData
from labkit.records import Example, Split, examples_sha256
from labkit.tables import read_table, write_table
from labkit.tables.importing import Choices, import_tables
from labkit.workspace import Scene, add_rows, create_scene, open_scene, write_queue
from tests.conftest import TINY_TASK, tiny_prompts

TOPICS = ("物流", "退款", "质量")
WAITING = tuple(Example(f"1000000000000000{k:03d}", (f"=第{k}条 {TOPICS[k % 3]}", "另一条")) for k in range(60))


@pytest.fixture
def bare(tmp_path: Path) -> Scene:
    return create_scene(tmp_path / "bare", TINY_TASK, WAITING, tiny_prompts())


def filled(scene: Scene, path: Path, rows: int) -> tuple[Example, ...]:
    """The queue as a colleague sends it back, the first rows labelled."""
    write_queue(scene, path)
    table = read_table(path)
    cells = [
        [*(row[name] for name in table.columns[:3]), TOPICS[k % 3] if k < rows else "", ""]
        for k, row in enumerate(table.rows)
    ]
    write_table(path, table.columns, cells)
    choices = Choices(labels=TINY_TASK.labels, empty_labels="unlabelled")
    columns = replace(choices.columns, text=table.columns[1], further_text=(table.columns[2],))
    return import_tables([read_table(path)], replace(choices, columns=columns)).examples


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_come_back_to_their_rows(
    bare: Scene, tmp_path: Path, suffix: str, language: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_LANG", language)
    done = add_rows(bare, filled(bare, tmp_path / f"queue{suffix}", 30))
    assert (done.added, done.labelled, done.unchanged, done.parted) == (0, 30, 30, True)
    again = open_scene(bare.path)
    assert [(row.id, row.items) for row in again.rows] == [(row.id, row.items) for row in WAITING]
    assert {row.id: row.labels for row in again.rows} == {
        row.id: (TOPICS[k % 3],) if k < 30 else None for k, row in enumerate(WAITING)
    }
    assert {row.split for row in again.rows if row.labels is not None} == {"pool", "dev", "test"}
    assert again.task.test_sha256 == examples_sha256(again.examples("test"))


def test_a_few_labels_draw_no_splits_yet(bare: Scene, tmp_path: Path):
    done = add_rows(bare, filled(bare, tmp_path / "queue.csv", 10))
    assert (done.labelled, done.parted) == (10, False)
    assert done.scene.task.test_sha256 is None


def test_new_rows_go_to_the_pool_and_the_measured_rows_stay(scene: Scene):
    before = scene.examples("dev"), scene.examples("test")
    splits: tuple[Split, ...] = ("test", "dev", "pool")
    new = [Example(f"n{k}", (f"新帖子 {k}",), ("物流",), split) for k, split in enumerate(splits)]
    done = add_rows(scene, [*new, *scene.rows[:2], Example("t1", ("线上",), split="traffic")])
    assert (done.added, done.labelled, done.unchanged, done.parted) == (4, 0, 2, False)
    assert (done.scene.examples("dev"), done.scene.examples("test")) == before
    assert {row.id for row in done.scene.examples("pool")} >= {"n0", "n1", "n2"}
    assert [row.id for row in done.scene.examples("traffic")] == ["t1"]


def test_frozen_test_rows_that_get_labels_are_frozen_anew(tmp_path: Path):
    rows = [Example(f"t{k}", (f"帖子{k}",), None, "test") for k in range(3)]
    task = replace(TINY_TASK, test_sha256=examples_sha256(rows))
    scene = create_scene(tmp_path / "frozen", task, rows, tiny_prompts())
    done = add_rows(scene, [replace(row, labels=("物流",)) for row in rows])
    assert done.labelled == 3
    assert done.scene.task.test_sha256 == examples_sha256(done.scene.rows) != task.test_sha256


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Example("pool-00", ("别的帖子",), ("物流",)), "other posts"),
        (Example("pool-00", ("快递五天没动静",), ("质量",)), "other labels already"),
        (Example("n1", ("新帖子",), ("天气",)), "'天气' is not a label"),
        (Example("n1", ("新帖子",), None, subtask="无"), "unknown subtask"),
    ],
)
def test_what_contradicts_the_scene_is_named_and_nothing_is_written(scene: Scene, row: Example, says: str):
    before = (scene.path / "examples.jsonl").read_bytes()
    with pytest.raises(BadData, match=says):
        add_rows(scene, [Example("fine", ("没问题",)), row])
    assert (scene.path / "examples.jsonl").read_bytes() == before


def test_a_scene_where_nothing_waits_says_so(scene: Scene, tmp_path: Path):
    with pytest.raises(BadData, match="waits for labels"):
        write_queue(scene, tmp_path / "queue.xlsx")
    with pytest.raises(BadData, match="limit is 0"):
        write_queue(scene, tmp_path / "queue.xlsx", 0)
    assert not (tmp_path / "queue.xlsx").exists()
