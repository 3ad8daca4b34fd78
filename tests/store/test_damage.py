"""Damaged and write-protected run databases: refused or read, never written; what can be read is saved elsewhere."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import StoreError
from labkit.records import Run, RunRow, Usage
from labkit.store import Store
from labkit.store.schema import _ADDED
from labkit.workspace import Scene, create_scene, open_scene
from tests.cli.conftest import Command, labkit  # noqa: F401
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.disks import small_disk, write_protect
from tests.evaluation.scripted import GOOD, Scripted, always, ask

PAGE = 4096
LONG = replace(GOOD, raw=GOOD.raw + b" " * 2000, usage=Usage(10, 0, 3))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene with four runs, the log written back into the file."""
    scene = create_scene(tmp_path_factory.mktemp("whole") / "tiny", TINY_TASK, tiny_examples(), tiny_prompts())
    for split in ("dev", "pool"):
        for again in (False, True):
            ask(scene, Scripted(always(LONG)), split=split, fresh=again)
    scene.store.reopen()
    return scene


@pytest.fixture
def broken(whole: Scene, tmp_path: Path) -> Scene:
    """A copy to be broken."""
    return open_scene(shutil.copytree(whole.path, tmp_path / "broken"))


def runs_of(store: Store) -> dict[str, Run]:
    return {header.run: store.load_run(header.run) for header in store.runs()}


def asked(row: RunRow) -> tuple[object, ...]:
    """What of a row its run's hash covers: notes and metadata do not count."""
    return row.example.id, row.example.items, row.example.labels, row.example.subtask, row.repeat


def damage(file: Path, pages: list[int]) -> bytes:
    """Overwrite pages, counted from 0, with rubbish; the file as it is then."""
    content = bytearray(file.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    file.write_bytes(content)
    return bytes(content)


def pages_of(file: Path, table: str) -> list[int]:
    with sqlite3.connect(file) as connection:
        found = connection.execute("select pageno from dbstat where name = ? order by pageno", [table]).fetchall()
    return [page - 1 for (page,) in found]


def leaves(file: Path, table: str) -> list[int]:
    """The pages of a table that hold rows."""
    query = "select pageno from dbstat where name = ? and pagetype = 'leaf' order by path"
    with sqlite3.connect(file) as connection:
        return [page - 1 for (page,) in connection.execute(query, [table])]


@pytest.mark.parametrize("table", ["replies", "requests", "texts", "rows_by_id"])
def test_a_damaged_database_is_refused_untouched_and_the_fix_is_named(broken: Scene, table: str):
    file = broken.path / "runs.db"
    content = damage(file, pages_of(file, table)[-1:])
    with pytest.raises(StoreError, match=r"runs\.db is damaged .*left as it is.*runs --salvage") as caught:
        ask(broken, Scripted(always(GOOD)))
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == content


@pytest.mark.parametrize("table", ["replies", "requests", "texts", "rows_by_id", "requests_by_content", "failures"])
def test_what_can_be_read_is_saved_and_goes_on(whole: Scene, broken: Scene, tmp_path: Path, table: str):
    """One page of a table is rubbish: every run is there, few replies are lost, and those rows are asked again."""
    file = broken.path / "runs.db"
    content = damage(file, pages_of(file, table)[-1:])
    saved = broken.salvage_runs(tmp_path / "saved.db")
    assert saved.lost == ()
    before, after = runs_of(whole.store), runs_of(Store(tmp_path / "saved.db"))
    assert list(after) == list(before)
    assert {run.run: (run.rows, run.replies) for run in saved.runs} == {
        run: (16, found.counts["answered"]) for run, found in after.items()
    }
    kept = [(run, k) for run in before for k in range(16) if after[run].rows[k].reply]
    assert all(after[run].rows[k] == before[run].rows[k] for run, k in kept)
    assert len(kept) >= 64 - 30
    assert file.read_bytes() == content
    broken.__dict__["_store_and_problems"] = (Store(tmp_path / "saved.db"), ())
    model = Scripted(always(LONG))
    newest = ask(broken, model, split="pool")[0]
    assert newest.counts["answered"] == 16
    assert sum(model.asked.values()) == 16 - sum(bool(row.reply) for row in after[newest.id].rows)


def with_a_zeroed_page_of_rows(tmp_path: Path, times: int) -> tuple[Scene, dict[str, Run]]:
    """A scene of which one run lacks some rows; and its runs as they were."""
    posts = [replace(row, items=(*row.items, f"{row.id} " * 300)) for row in tiny_examples()]
    scene = create_scene(tmp_path / "zeroed", TINY_TASK, posts, tiny_prompts())
    for again in range(times):
        ask(scene, Scripted(always(LONG)), fresh=bool(again))
    before = runs_of(scene.store)
    scene.store.reopen()
    file = scene.path / "runs.db"
    content = bytearray(file.read_bytes())
    page = leaves(file, "rows")[1]
    content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    file.write_bytes(content)
    return open_scene(scene.path), before


def test_rows_that_cannot_be_read_are_taken_from_another_run_that_asked_them(tmp_path: Path):
    zeroed, before = with_a_zeroed_page_of_rows(tmp_path, times=2)
    saved = zeroed.salvage_runs(tmp_path / "saved.db")
    assert ([run.missing for run in saved.runs], saved.lost) == ([0, 0], ())
    assert runs_of(Store(tmp_path / "saved.db")) == before


def test_a_run_keeps_the_rows_around_a_zeroed_page_and_says_how_many_are_missing(
    labkit: Command,  # noqa: F811
    tmp_path: Path,
):
    zeroed, before = with_a_zeroed_page_of_rows(tmp_path, times=1)
    code, out, _ = labkit("runs", zeroed.path, "--salvage", tmp_path / "saved.db", "--json")
    ((name, run),) = before.items()
    (saved,) = json.loads(out)["runs"]
    assert (code, saved["run"], saved["rows"] + saved["missing"], saved["replies"]) == (0, name, 16, saved["rows"])
    assert 0 < saved["missing"] < 8
    after = Store(tmp_path / "saved.db").load_run(name)
    true = {row.example.id: row for row in run.rows}
    assert list(after.rows) == [true[row.example.id] for row in after.rows]
    assert after.header.examples_sha256 != run.header.examples_sha256


def test_rows_of_other_content_than_a_run_began_with_are_no_run(broken: Scene, tmp_path: Path):
    """A flipped letter passes every check of the file's form; the hash of the rows finds it."""
    file = broken.path / "runs.db"
    content = file.read_bytes()
    swapped = content.replace(b"dev-07", b"dev-77")
    assert swapped != content
    file.write_bytes(swapped)
    saved = broken.salvage_runs(tmp_path / "saved.db")
    assert (len(saved.runs), len(saved.lost)) == (2, 2)


def test_a_file_that_was_cut_short_is_saved_up_to_there(whole: Scene, broken: Scene, tmp_path: Path):
    file = broken.path / "runs.db"
    file.write_bytes(file.read_bytes()[:-PAGE])
    with pytest.raises(StoreError, match="is damaged"):
        runs_of(broken.store)
    found = broken.salvage_runs(tmp_path / "saved.db")
    assert [run.run for run in found.runs] == [header.run for header in reversed(whole.store.runs())]
    saved = runs_of(Store(tmp_path / "saved.db"))
    for name, run in runs_of(whole.store).items():
        assert [asked(row) for row in saved[name].rows] == [asked(row) for row in run.rows]


def test_the_log_of_a_killed_process_is_saved_too(broken: Scene, tmp_path: Path):
    ask(broken, Scripted(always(LONG)), fresh=True)
    copy = shutil.copytree(broken.path, tmp_path / "copy")  # the log is not yet written back
    assert (copy / "runs.db-wal").stat().st_size
    saved = open_scene(copy).salvage_runs(tmp_path / "saved.db")
    assert [run.replies for run in saved.runs] == [16] * 5


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_damaged_nothing_wrong_is_saved(whole: Scene, tmp_path_factory: pytest.TempPathFactory, data):
    """Rubbish anywhere, cut anywhere: saved runs are equal to the true ones wherever they have an answer."""
    place = tmp_path_factory.mktemp("damage")
    content = bytearray((whole.path / "runs.db").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(16, len(content) - 1))
        rubbish = data.draw(st.binary(min_size=1, max_size=3 * PAGE))
        content[start : start + len(rubbish)] = rubbish
    (place / "runs.db").write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) * 2 // 3]))])
    with suppress(StoreError):  # it is found to be damaged, or not
        runs_of(Store(place / "runs.db"))
    with suppress(StoreError):  # nothing at all can be read
        Store(place / "runs.db").salvage(place / "saved.db")
    before = runs_of(whole.store)
    for run, found in runs_of(Store(place / "saved.db")).items():
        true = {row.example.id: asked(row) for row in before[run].rows}
        assert [asked(row) for row in found.rows] == [true[row.example.id] for row in found.rows]


def test_one_of_an_older_labkit_is_saved_as_one_of_today(whole: Scene, broken: Scene, tmp_path: Path):
    with sqlite3.connect(broken.path / "runs.db") as connection:
        connection.execute("drop index requests_by_content")
        for column in (column for columns in _ADDED.values() for column in columns):
            connection.execute(f"alter table {column.table.name} drop column {column.name}")
    assert [run.replies for run in broken.salvage_runs(tmp_path / "saved.db").runs] == [16] * 4
    assert runs_of(Store(tmp_path / "saved.db")) == runs_of(whole.store)


def test_nothing_is_overwritten(broken: Scene, tmp_path: Path):
    target = tmp_path / "saved.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match="exists"):
        broken.salvage_runs(target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_where_nothing_can_be_read_it_is_said(broken: Scene, tmp_path: Path, content: bytes):
    (broken.path / "runs.db").write_bytes(content)
    with pytest.raises(StoreError, match="can be read"):
        broken.salvage_runs(tmp_path / "saved.db")
    assert not (tmp_path / "saved.db").exists()
    (broken.path / "runs.db").unlink()
    with pytest.raises(StoreError, match="no run database"):
        broken.salvage_runs(tmp_path / "saved.db")


def test_runs_salvage_in_the_terminal_and_as_json(labkit: Command, broken: Scene, tmp_path: Path):  # noqa: F811
    file = broken.path / "runs.db"
    damage(file, pages_of(file, "replies")[-1:])
    code, out, err = labkit("runs", broken.path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    code, out, err = labkit("runs", broken.path, "--salvage", tmp_path / "saved.db", "--json")
    value = json.loads(out)
    assert (code, value["file"], len(value["runs"]), value["lost"]) == (0, str(tmp_path / "saved.db"), 4, [])
    code, out, err = labkit("runs", broken.path, "--salvage", tmp_path / "other.db")
    assert code == 0
    assert value["runs"][0]["run"] in out
    assert "rename" in err
    assert labkit("runs", broken.path, "--salvage", tmp_path / "other.db")[0] == 2


@pytest.mark.parametrize("version", ["2", "1"])
def test_an_older_database_on_a_read_only_disk_is_read_where_it_can_be(whole: Scene, tmp_path: Path, version: str):
    with small_disk(tmp_path / "disk", megabytes=40) as disk:
        scene = open_scene(shutil.copytree(whole.path, disk / "scene"))
        with sqlite3.connect(scene.path / "runs.db") as connection:
            connection.execute("DROP TABLE batches")
            connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (version,))
        connection.close()
        write_protect(disk)
        if version == "2":
            assert {run.counts["answered"] for run in runs_of(scene.store).values()} == {16}
        else:
            with pytest.raises(StoreError, match=r"older labkit \(schema 1\) and cannot be written. Copy the scene"):
                scene.store.runs()


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "killed"])
def test_a_read_only_disk_is_read_and_never_written(whole: Scene, tmp_path: Path, killed: bool):
    with small_disk(tmp_path / "disk", megabytes=40) as disk:
        scene = open_scene(shutil.copytree(whole.path, disk / "scene"))
        if killed:  # the files as a process leaves them that did not end by itself
            ask(scene, Scripted(always(LONG)), limit=3)
            shutil.copytree(scene.path, disk / "killed")
            scene.store.reopen()
            scene = open_scene(disk / "killed")
        write_protect(disk)
        before = {file.name: file.read_bytes() for file in scene.path.iterdir() if file.is_file()}
        found = runs_of(scene.store)
        assert len(found) == (5 if killed else 4)
        assert {run.counts["answered"] for run in found.values()} >= {16}
        with pytest.raises(StoreError, match="cannot be written"):
            ask(scene, Scripted(always(GOOD)), limit=7)
        assert {file.name: file.read_bytes() for file in scene.path.iterdir() if file.is_file()} == before
        scene.store.reopen()
