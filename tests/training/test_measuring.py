from __future__ import annotations

from pathlib import Path

from labkit.training.dev_rows import choose_dev_rows, dev_row_from_json, dev_row_to_json
from labkit.training.job_folder import JobFolder
from labkit.training.measuring import DevMeasure
from labkit.training.recipe import Recipe, Schedule
from labkit.workspace import Scene
from tests.conftest import TINY_TASK


def measure_with(folder: Path, scores: list[tuple[int, float]], patience: int = 2) -> DevMeasure:
    found = DevMeasure(JobFolder(folder), TINY_TASK, (), Recipe(patience=patience), Schedule(100, 10), None)
    found.restore({"scores": scores})
    return found


def test_it_gives_up_when_as_many_in_a_row_brought_nothing_better(tmp_path: Path):
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4)]).given_up()
    assert measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.5)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.6)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (20, 0.4), (30, 0.5)], patience=0).given_up()


def test_it_does_not_give_up_before_any_answer_was_right(tmp_path: Path):
    assert not measure_with(tmp_path, [(10, 0.0), (20, 0.0), (30, 0.0), (40, 0.0)]).given_up()


def test_neither_the_base_nor_what_was_asked_for_between_counts(tmp_path: Path):
    assert not measure_with(tmp_path, [(0, 0.9), (10, 0.5), (20, 0.4)]).given_up()
    assert not measure_with(tmp_path, [(10, 0.5), (13, 0.4), (17, 0.4), (20, 0.4)]).given_up()


def test_a_checkpoint_keeps_every_score_and_its_own(tmp_path: Path):
    before = measure_with(tmp_path, [(0, 0.1), (10, 0.5), (20, 0.4)])
    state = before.state(20)
    after = measure_with(tmp_path, [])
    after.restore(state)
    assert state["score"] == 0.4
    assert after.state(20) == state
    assert after.state(30)["score"] is None


def test_without_rows_nothing_is_measured(tmp_path: Path):
    assert measure_with(tmp_path, []).measure(None, 10) is None
    assert JobFolder(tmp_path).answers() == {}


def test_the_same_dev_rows_every_time_and_only_labelled_ones(trainable: Scene):
    prompt = trainable.prompt("short")
    rows = choose_dev_rows(trainable, prompt, 3)
    assert rows == choose_dev_rows(trainable, prompt, 3)
    assert choose_dev_rows(trainable, prompt, 2) == rows[:2]
    assert {row.example.split for row in rows} == {"dev"}
    assert choose_dev_rows(trainable, prompt, 0) == ()
    assert [dev_row_from_json(dev_row_to_json(row)) for row in rows] == list(rows)
