"""A real training, watched in a real JupyterLab: it outlives its kernel, and a monitor in the next one shows it all."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import expect

from labkit.training import TrainingJob, attach
from tests.browser.visit import Visit
from tests.tiny_model import build_tiny_model
from tests.training.conftest import trainable_scene

pytestmark = [pytest.mark.browser, pytest.mark.training]

PATIENCE_MS = 240_000  # the process loads torch and transformers, on a machine that may be busy
START = """
import labkit
scene = labkit.open_scene({scene!r})
recipe = labkit.Recipe(r=4, alpha=8, batch=1, epochs=100, evaluations=100, patience=0, dev_rows=4)
job = labkit.train(scene, "some", {base!r}, recipe, name="watched")
monitor = labkit.TrainingMonitor(job)
monitor
"""
AGAIN = """
import labkit
(job,) = labkit.jobs_of(labkit.open_scene({scene!r}))
monitor = labkit.TrainingMonitor(job)
monitor
"""
RESTART = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    scene, base = trainable_scene(folder / "scene"), build_tiny_model(folder / "tiny_base")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for name, code in (("start", START), ("again", AGAIN)):
        cell = nbformat.v4.new_code_cell(code.format(scene=str(scene.path), base=str(base)))
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), folder / f"{name}.ipynb")
    return folder


def process_of(job: TrainingJob) -> int:
    record = job.folder.read("process.json")
    assert record
    return int(record["pid"])


@contextmanager
def ended_at_last(job: TrainingJob) -> Iterator[int]:
    """The number of a job's process, which is over behind this block whatever happens in it."""
    pid = process_of(job)
    try:
        yield pid
    finally:
        if psutil.pid_exists(pid) and job.status().state in ("starting", "running"):
            os.kill(pid, signal.SIGKILL)


def test_a_training_outlives_its_kernel_and_is_watched_again(jupyter_lab, folder: Path, visit: Visit):
    lab = jupyter_lab(folder)
    visit.page.set_default_timeout(PATIENCE_MS)
    visit.page.set_viewport_size({"width": 1400, "height": 2000})
    visit.run_notebook(lab, "start.ipynb")
    job = attach(folder / "scene" / "jobs" / "watched")
    with ended_at_last(job) as pid:
        monitor = visit.page.locator(".lk-training-monitor")
        expect(monitor).to_contain_text("running", timeout=PATIENCE_MS)
        expect(monitor).to_contain_text("best dev macro-F1", timeout=PATIENCE_MS)
        visit.page.evaluate(RESTART)
        assert (psutil.pid_exists(pid), job.status().state) == (True, "running")

        visit.run_notebook(lab, "again.ipynb")
        monitor = visit.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .lk-training-monitor")
        expect(monitor).to_contain_text("best dev macro-F1", timeout=PATIENCE_MS)
        expect(monitor.locator(".js-plotly-plot")).to_have_count(1, timeout=PATIENCE_MS)
        expect(monitor.get_by_role("columnheader", name="With the adapter")).to_be_visible(timeout=PATIENCE_MS)
        assert process_of(job) == pid
        monitor.get_by_role("button", name="Stop and keep").click()
        expect(monitor).to_contain_text("stopped", timeout=PATIENCE_MS)
        expect(monitor.get_by_role("button", name="Stop and keep")).to_be_disabled()
        assert job.adapter.is_dir()
        for theme in ("Light", "Dark"):
            visit.theme(theme)
            visit.screenshot(f"training_monitor_{theme.lower()}", monitor)
        assert visit.accessibility_faults(".jp-NotebookPanel:not(.lm-mod-hidden) .lk-training-monitor") == []
        visit.assert_clean()
