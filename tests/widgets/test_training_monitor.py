"""TrainingMonitor over a job's real files; nobody trains here, the files are written as the worker writes them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from labkit.training import TrainingJob, attach
from labkit.training.job_folder import JobFolder
from labkit.widgets import TrainingMonitor


@pytest.fixture
def job(tmp_path: Path) -> TrainingJob:
    """A job whose process is this one, two of eight steps done."""
    folder = JobFolder(tmp_path)
    folder.write("job.json", {"base": "tour_base", "identity": "x"})
    folder.write("process.json", {"pid": os.getpid(), "created": psutil.Process().create_time()})
    folder.tell("start", steps=8)
    step(folder, 2, 3.5)
    return attach(tmp_path)


@pytest.fixture
def monitor(job: TrainingJob) -> Iterator[TrainingMonitor]:
    shown = TrainingMonitor(job, poll_s=0.02)
    yield shown
    shown.close()
    shown.join(5)


def step(folder: JobFolder, number: int, loss: float) -> None:
    folder.tell("step", step=number, loss=loss, tokens_per_second=900.0, eta_s=12.0)


def until(condition) -> None:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_shows_where_the_job_stands(monitor: TrainingMonitor):
    assert (monitor.bar.value, monitor.bar.max) == (2, 8)
    assert monitor.state.value == "running"
    assert monitor.figures.value == "step 2 of 8 · loss 3.5000 · 900 tokens/s, 12 s left"


def test_follows_from_its_own_thread_until_the_end(monitor: TrainingMonitor, job: TrainingJob):
    step(job.folder, 8, 0.5)
    until(lambda: monitor.bar.value == 8)
    job.folder.write("report.json", {"state": "finished"})
    monitor.join(5)
    assert monitor.state.value == "finished"
    assert monitor.bar.bar_style == "success"
    assert monitor.stop_button.disabled


def test_stop_button_asks_the_job_and_says_so(monitor: TrainingMonitor, job: TrainingJob):
    monitor.stop_button.click()
    assert job.folder.stop_file.exists()
    assert monitor.stop_button.disabled


def test_a_failure_is_shown_in_words(monitor: TrainingMonitor, job: TrainingJob):
    job.folder.write("report.json", {"state": "failed", "problem": "<b>no memory</b>"})
    until(lambda: "no memory" in monitor.state.value)
    assert monitor.state.value == "failed <b>no memory</b>"  # a Label shows text, never HTML
    assert monitor.bar.bar_style == "danger"


def test_a_deleted_folder_ends_the_following_without_an_exception(monitor: TrainingMonitor, job: TrainingJob):
    for path in job.folder.path.iterdir():
        path.unlink()
    job.folder.path.rmdir()
    until(lambda: monitor.state.value != "running")
    monitor.join(5)
    assert monitor.state.value not in ("", "running", "finished")


def test_closing_the_monitor_leaves_the_job_alone(job: TrainingJob):
    shown = TrainingMonitor(job, poll_s=0.02)
    shown.close()
    shown.join(5)
    assert not job.folder.stop_file.exists()
