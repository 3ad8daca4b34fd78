"""Runs that lost a page of their rows: what was paid for is kept, and what is left out is counted for what it is."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.store import Store
from labkit.store.salvage import _Sent
from labkit.workspace import Scene, create_scene, open_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import Scripted, always, ask
from tests.store.test_damage import LONG, PAGE, damage, leaves, pages_of, runs_of


@pytest.fixture
def interrupted(tmp_path: Path) -> Scene:
    """A scene whose one run has 16 rows on several pages, of which the first six were asked."""
    posts = [replace(row, items=(*row.items, f"{row.id} " * 300)) for row in tiny_examples()]
    scene = create_scene(tmp_path / "interrupted", TINY_TASK, posts, tiny_prompts())
    ask(scene, Scripted(always(LONG)))
    scene.store.reopen()
    with closing(sqlite3.connect(scene.path / "runs.db")) as connection, connection:
        later = "(SELECT row FROM rows WHERE position >= 6)"
        connection.execute(f"DELETE FROM replies WHERE request IN (SELECT id FROM requests WHERE row IN {later})")
        connection.execute(f"DELETE FROM requests WHERE row IN {later}")
    return open_scene(scene.path)


def zero(file: Path, page: int) -> None:
    content = bytearray(file.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    file.write_bytes(content)


@pytest.mark.parametrize("indexed", [True, False], ids=["rows counted", "count unreadable"])
def test_an_interrupted_run_keeps_its_replies_when_its_last_rows_are_gone(interrupted: Scene, tmp_path, indexed: bool):
    file = interrupted.path / "runs.db"
    before = runs_of(interrupted.store)
    interrupted.store.reopen()
    zero(file, leaves(file, "rows")[-1])
    if not indexed:
        damage(file, pages_of(file, "rows_by_id"))
    (saved,) = interrupted.salvage_runs(tmp_path / "saved.db").runs
    assert (saved.rows, saved.replies) == (6, 6)
    assert saved.unasked > 0
    if indexed:
        assert saved.rows + saved.missing + saved.unasked == 16
    (after,) = runs_of(Store(tmp_path / "saved.db")).values()
    assert after.rows == before[saved.run].rows[:6]


def test_rows_that_can_be_read_are_not_called_unreadable(interrupted: Scene, tmp_path: Path):
    file = interrupted.path / "runs.db"
    page = leaves(file, "rows")[0]
    zero(file, page)
    (saved,) = interrupted.salvage_runs(tmp_path / "saved.db").runs
    assert 0 < saved.replies == saved.rows < 6
    assert (saved.missing, saved.unasked) == (6 - saved.rows, 10)


def test_a_changed_post_costs_its_row_and_not_the_run(interrupted: Scene, tmp_path: Path):
    """Its words are not those that were sent: that is the row that is not as it was."""
    with closing(sqlite3.connect(interrupted.path / "runs.db")) as connection, connection:
        connection.execute("UPDATE rows SET example = replace(example, row || ' ', row || '.') WHERE position = 2")
    (saved,) = interrupted.salvage_runs(tmp_path / "saved.db").runs
    assert (saved.rows, saved.replies, saved.missing, saved.unasked) == (5, 5, 1, 10)


def test_posts_are_looked_for_in_the_words_of_the_user_only():
    """A short post stands in many a prompt: that says nothing of its row."""
    sent = _Sent(
        [{"run": "r", "row": "a", "messages": [["system", "1"], ["user", "2"]]}],
        [{"sha256": "1", "text": "all of 好"}, {"sha256": "2", "text": "Post 1: 坏"}],
    )
    assert sent.of("r") == {"a": "Post 1: 坏"}


def test_a_prompt_that_thousands_of_requests_share_lies_in_memory_once():
    texts = [{"sha256": "prompt", "text": "p" * 6000}, {"sha256": "post", "text": "Post 1: x" * 700}]
    asked = [{"run": "r", "row": str(k), "messages": [["system", "prompt"], ["user", "post"]]} for k in range(2000)]
    tracemalloc.start()
    sent = _Sent(asked, texts).of("r")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sent) == 2000
    assert peak < 1_000_000  # bytes; joined for each of them it were 24 MB


def test_the_row_before_a_page_that_cannot_be_read_is_saved(interrupted: Scene, tmp_path: Path):
    file = interrupted.path / "runs.db"
    assert len(leaves(file, "rows")) == 16  # one row on each
    zero(file, leaves(file, "rows")[3])
    (saved,) = interrupted.salvage_runs(tmp_path / "saved.db").runs
    assert (saved.rows, saved.replies, saved.missing, saved.unasked) == (5, 5, 1, 10)
