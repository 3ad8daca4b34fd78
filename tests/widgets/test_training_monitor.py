"""TrainingMonitor over a job's real files; nobody trains here, the files are written as the worker writes them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from labkit.records import Example
from labkit.training import TrainingJob, attach
from labkit.training.dev_rows import DevRow
from labkit.training.job_folder import JobFolder
from labkit.widgets import TrainingMonitor
from tests.conftest import TINY_TASK

EXAMPLES = (
    Example("a", ("要求退款",), labels=("退款",), split="dev"),
    Example("b", ("快递太慢",), labels=(), split="dev"),
)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def job(tmp_path: Path) -> TrainingJob:
    """A job whose process is this one, two of eight steps done."""
    folder = JobFolder(tmp_path)
    folder.write("job.json", {"base": "study", "identity": "x", "task": asdict(TINY_TASK)})
    folder.write_dev_rows(tuple(DevRow(example, ()) for example in EXAMPLES))
    folder.write("process.json", {"pid": os.getpid(), "created": psutil.Process().create_time()})
    folder.tell("start", steps=8)
    step(folder, 2, 3.5)
    return attach(tmp_path)


@pytest.fixture
def monitor(job: TrainingJob) -> Iterator[TrainingMonitor]:
    shown = TrainingMonitor(job, poll_s=0.02)
    yield shown
    shown.close()
    shown.join(30)


def step(folder: JobFolder, number: int, loss: float) -> None:
    pace = {"tokens_per_second": 900.0, "eta_s": 12.0, "memory_mb": 512}
    folder.tell("step", step=number, loss=loss, grad_norm=1.0, learning_rate=1e-4, **pace)


def evaluation(folder: JobFolder, number: int, macro: float, answers: dict[str, str]) -> None:
    folder.write(f"answers/step-{number}.json", answers)
    folder.tell("evaluation", step=number, macro_f1=macro, per_label={"退款": macro}, answered=2, rows=2, seconds=1.0)


def until(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_shows_where_the_job_stands(monitor: TrainingMonitor):
    assert (monitor.bar.value, monitor.bar.max) == (2, 8)
    assert monitor.state.value == "running"
    assert monitor.figures.value == "step 2 of 8 · loss 3.5000 · 900 tokens/s, 12 s left · 512 MB at most"


def test_follows_from_its_own_thread_until_the_end(monitor: TrainingMonitor, job: TrainingJob):
    step(job.folder, 8, 0.5)
    until(lambda: monitor.bar.value == 8)
    job.folder.write("report.json", {"state": "finished"})
    monitor.join(30)
    assert monitor.state.value == "finished"
    assert monitor.bar.bar_style == "success"
    assert monitor.stop_button.disabled


def test_shows_scores_and_the_answers_of_base_and_adapter_as_training_goes_on(
    monitor: TrainingMonitor, job: TrainingJob
):
    right = '{"labels": ["退款"]}'
    evaluation(job.folder, 0, 0.0, {"a": "no", "b": HOSTILE})
    evaluation(job.folder, 2, 0.75, {"a": right, "b": HOSTILE})
    until(lambda: "best dev macro-F1 75.0 at step 2" in monitor.figures.value)
    until(lambda: "1 of 2 fixed, 0 broken" in monitor.answers.value)
    assert "<img" not in monitor.answers.value
    assert "&lt;img" in monitor.answers.value
    (shown,) = monitor.chart.outputs
    names = [trace.get("name") for trace in shown["data"]["application/vnd.plotly.v1+json"]["data"]]
    assert names[-2:] == ["退款", "macro-F1"]


def test_tells_alarms_as_text(monitor: TrainingMonitor, job: TrainingJob):
    job.folder.tell("alarm", about="training", problem=f"step 3: {HOSTILE}")
    until(lambda: "step 3" in monitor.alarms.value)
    assert "<img" not in monitor.alarms.value


@pytest.mark.parametrize("what", ["save", "evaluate"])
def test_buttons_ask_for_a_checkpoint_or_a_measurement(monitor: TrainingMonitor, job: TrainingJob, what: str):
    button = getattr(monitor, f"{what}_button")
    button.click()
    assert job.folder.is_asked(what.upper())
    job.folder.forget(what.upper())  # as the process does when it has done so
    until(lambda: not button.disabled)


def test_a_new_monitor_shows_the_whole_history(monitor: TrainingMonitor, job: TrainingJob):
    evaluation(job.folder, 2, 0.75, {"a": "", "b": ""})
    again = TrainingMonitor(job, poll_s=0.02)
    assert again.figures.value.startswith("step 2 of 8 · loss 3.5000 · best dev macro-F1 75.0")
    again.close()
    again.join(30)


def test_stop_button_asks_the_job_and_says_so(monitor: TrainingMonitor, job: TrainingJob):
    monitor.stop_button.click()
    assert job.folder.is_asked("STOP")
    assert monitor.stop_button.disabled


def test_a_failure_is_shown_in_words(monitor: TrainingMonitor, job: TrainingJob):
    job.folder.write("report.json", {"state": "failed", "problem": "<b>no memory</b>"})
    until(lambda: "no memory" in monitor.state.value)
    assert monitor.state.value == "failed <b>no memory</b>"  # a Label shows text, never HTML
    assert monitor.bar.bar_style == "danger"


def test_a_deleted_folder_ends_the_following_without_an_exception(monitor: TrainingMonitor, job: TrainingJob):
    shutil.rmtree(job.folder.path)
    until(lambda: monitor.state.value != "running")
    monitor.join(30)
    assert monitor.state.value not in ("", "running", "finished")


def test_closing_the_monitor_leaves_the_job_alone(job: TrainingJob):
    shown = TrainingMonitor(job, poll_s=0.02)
    shown.close()
    shown.join(30)
    assert not job.folder.is_asked("STOP")
