"""A training in a notebook: progress, loss, pace, and a button that stops it; the kernel stays free."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets as widgets

from labkit.texts import say
from labkit.training.job import ENDED, JobStatus, TrainingJob

_POLL_S = 0.5


class TrainingMonitor(widgets.VBox):
    """Follows a training job by its files, from a thread of its own; several monitors may follow one job.

    Args:
        job: a running or ended job, from `labkit.train` or `labkit.training.attach`.
        poll_s: seconds between two looks.

    Shows the state, a bar of steps, the last loss and the time left. "Stop" asks the job to stop after its step; it
    then keeps a checkpoint and an adapter, and the same `labkit.train` goes on from there.
    """

    def __init__(self, job: TrainingJob, poll_s: float = _POLL_S) -> None:
        self._job, self._poll_s = job, poll_s
        self._closed = threading.Event()
        self.state = widgets.Label()
        self.bar = widgets.IntProgress(min=0, max=1, layout=widgets.Layout(width="60%"))
        self.figures = widgets.Label()
        self.stop_button = widgets.Button(description=say("monitor.stop"), icon="stop")
        self.stop_button.on_click(self._stop)
        title = widgets.Label(say("monitor.title", name=job.name))
        super().__init__([widgets.HBox([title, self.state]), self.bar, widgets.HBox([self.figures, self.stop_button])])
        self._thread = threading.Thread(target=self._follow, name=f"monitor-{job.name}", daemon=True)
        self._show(job.status())
        self._thread.start()

    def close(self) -> None:
        """Stop following; the training goes on."""
        self._closed.set()
        super().close()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the job has ended and its last status is shown."""
        self._thread.join(timeout_s)

    def _follow(self) -> None:
        """Look again and again until the job has ended; nothing here can raise into the kernel."""
        while not self._closed.wait(self._poll_s):
            try:
                status = self._job.status()
                self._show(status)
            except Exception as error:  # a deleted folder, say: tell it where the user looks
                self.state.value = f"{type(error).__name__}: {error}"[:200]
                return
            if status.state in ENDED:
                return

    def _show(self, status: JobStatus) -> None:
        """Put a status on the screen; plain text only, so nothing from a log or a name becomes HTML."""
        ended = status.state in ENDED
        self.state.value = " ".join((say(f"job.{status.state}"), status.problem)).strip()
        self.bar.max = max(1, status.steps)
        self.bar.value = status.step
        self.bar.bar_style = _style(status.state)
        self.figures.value = _figures(status)
        self.stop_button.disabled = ended or self._job.folder.stop_file.exists()

    def _stop(self, _: Any) -> None:
        self.stop_button.disabled = True
        self._job.stop()


def _style(state: str) -> str:
    """The colour of the bar: ipywidgets' word for how it went."""
    return {"finished": "success", "failed": "danger", "interrupted": "warning", "stopped": "warning"}.get(
        state, "info"
    )


def _figures(status: JobStatus) -> str:
    """Steps, loss, pace and time left, as far as they are known."""
    if status.loss is None:
        return say("monitor.loading") if status.state not in ENDED else ""
    parts = [say("monitor.step", step=status.step, steps=status.steps), say("monitor.loss", loss=f"{status.loss:.4f}")]
    if status.tokens_per_second and status.state not in ENDED:
        parts.append(say("monitor.pace", pace=round(status.tokens_per_second), eta=round(status.eta_s or 0)))
    return " · ".join(parts)
