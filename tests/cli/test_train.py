"""`labkit train`, `jobs` and `job`: what a training's files say, and what can be asked of it; none trains here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil
import pytest

from labkit.training.job_folder import JobFolder
from labkit.workspace import Scene
from tests.cli.conftest import Command


@pytest.fixture
def running(apart: Scene) -> JobFolder:
    """A job whose process is this one, two of eight steps done, measured once."""
    path = apart.path / "jobs" / "first"
    path.mkdir(parents=True)
    folder = JobFolder(path)
    folder.write("job.json", {"base": "study", "identity": "x"})
    folder.write("process.json", {"pid": os.getpid(), "created": psutil.Process().create_time()})
    folder.tell("start", steps=8)
    folder.tell("step", step=2, loss=3.5, tokens_per_second=900.0, eta_s=12.0)
    folder.tell("evaluation", step=2, macro_f1=0.25, per_label={"退款": 0.25}, answered=3, rows=4, seconds=1.0)
    folder.tell("alarm", about="training", problem="step 2: the gradient norm jumped")
    return folder


def test_jobs_lists_every_training_and_how_it_stands(labkit: Command, apart: Scene, running: JobFolder):
    code, out, _ = labkit("jobs", apart.path)
    assert code == 0
    for words in ("first", "running", "2/8", "3.5000", "25.0", "local/study+first"):
        assert words in out
    (entry,) = json.loads(labkit("jobs", apart.path, "--json")[1])
    assert entry["evaluations"] == [
        {"step": 2, "macro_f1": 0.25, "per_label": {"退款": 0.25}, "answered": 3, "rows": 4},
    ]


def test_job_shows_one_and_returns_at_once_with_its_alarms(labkit: Command, apart: Scene, running: JobFolder):
    code, out, said = labkit("job", apart.path, "first")
    assert code == 0
    assert "2/8" in out
    assert "Careful: step 2: the gradient norm jumped" in said
    assert json.loads(labkit("job", apart.path, "first", "--json")[1])["alarms"] == ["step 2: the gradient norm jumped"]


def test_job_says_why_one_failed(labkit: Command, apart: Scene, running: JobFolder):
    running.write("report.json", {"state": "failed", "problem": "Out of memory. Set micro_batch to 2."})
    code, out, said = labkit("job", apart.path, "first")
    assert code == 0
    assert "failed" in out
    assert "Out of memory. Set micro_batch to 2." in said


@pytest.mark.parametrize("what", ["save", "evaluate"])
def test_a_running_one_can_be_asked(labkit: Command, apart: Scene, running: JobFolder, what: str):
    code, _, said = labkit("job", apart.path, "first", f"--{what}")
    assert (code, running.is_asked(what.upper())) == (0, True)
    assert "Asked first" in said


def test_stop_waits_for_the_end_and_an_ended_one_is_asked_nothing(labkit: Command, apart: Scene, running: JobFolder):
    running.write("report.json", {"state": "stopped"})
    code, out, said = labkit("job", apart.path, "first", "--stop", "--follow")
    assert code == 0
    assert "stopped" in out
    assert "Asked" not in said
    assert not running.is_asked("STOP")


def test_an_unknown_training_is_refused_with_the_nearest_name(labkit: Command, apart: Scene, running: JobFolder):
    code, _, said = labkit("job", apart.path, "frist")
    assert code == 2
    assert "Did you mean 'first'" in said


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ("dataset: some", "Nobody says which base. Add --base, or a line 'base: …' to the recipe file."),
        ("base: study", "Nobody says which dataset."),
        ("rank: 8", "has an unknown knob 'rank'"),
    ],
)
def test_what_is_to_be_trained_may_stand_in_the_recipe(
    labkit: Command, apart: Scene, tmp_path: Path, recipe: str, said: str
):
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe, encoding="utf-8")
    code, _, problem = labkit("train", apart.path, "--recipe", path)
    assert code == 2
    assert said in problem
