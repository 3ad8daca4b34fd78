"""A training in a notebook: how it goes, what it answers by now, and buttons to steer it; the kernel stays free."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets as widgets

from labkit.records import Example
from labkit.store.loading import task_from_record
from labkit.texts import say
from labkit.training.history import History
from labkit.training.job import ENDED, JobStatus, TrainingJob
from labkit.views.dev_answers import answered_rows, answers_html
from labkit.views.markup import render_template

_POLL_S = 0.5
_REDRAW = 20  # looks between two drawings of the chart while only steps have come


class TrainingMonitor(widgets.VBox):
    """Follows a training job by its files, from a thread of its own; several monitors may follow one job.

    Args:
        job: a running or ended job, from `labkit.train` or `labkit.jobs_of`.
        poll_s: seconds between two looks.

    Shows the state, a bar of steps, the last figures, a chart of the whole history with macro-F1 and each label's F1 on
    dev rows, what it warns of, and the dev rows with the answers of base and adapter side by side. "Save" and
    "Evaluate" ask for a checkpoint after the step it is in; "Stop" too, and the same `labkit.train` goes on from there.
    A new monitor, after a restart of the kernel say, shows the same.
    """

    def __init__(self, job: TrainingJob, poll_s: float = _POLL_S) -> None:
        self._job, self._poll_s = job, poll_s
        self._closed = threading.Event()
        self._drawn: tuple[int, int, int] | None = None
        self._task, self._examples = _dev_examples(job)
        self.state, self.figures = widgets.Label(), widgets.Label()
        self.bar = widgets.IntProgress(min=0, max=1, layout=widgets.Layout(width="60%"))
        self.chart, self.alarms, self.answers = widgets.Output(), widgets.HTML(), widgets.HTML()
        self.stop_button = self._button("stop", "STOP", "stop")
        self.save_button = self._button("save", "SAVE", "save")
        self.evaluate_button = self._button("evaluate", "EVALUATE", "check")
        title = widgets.Label(say("monitor.title", name=job.name))
        buttons = widgets.HBox([self.save_button, self.evaluate_button, self.stop_button])
        style = widgets.HTML(render_template("style.html"))
        head = [style, widgets.HBox([title, self.state]), self.bar, self.figures, buttons]
        super().__init__([*head, self.alarms, self.chart, self.answers])
        self.add_class("lk-training-monitor")
        self._thread = threading.Thread(target=self._follow, name=f"monitor-{job.name}", daemon=True)
        self._show(*job.look())
        self._thread.start()

    def close(self) -> None:
        """Stop following; the training goes on."""
        self._closed.set()
        super().close()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the job has ended and its last status is shown."""
        self._thread.join(timeout_s)

    def _button(self, name: str, what: str, icon: str) -> widgets.Button:
        button = widgets.Button(description=say(f"monitor.{name}"), icon=icon)

        def ask(_: Any) -> None:
            button.disabled = True
            self._job.folder.ask(what)

        button.on_click(ask)
        return button

    def _follow(self) -> None:
        """Look again and again until the job has ended; nothing here can raise into the kernel."""
        while not self._closed.wait(self._poll_s):
            try:
                status, history = self._job.look()
                self._show(status, history)
            except Exception as error:  # a deleted folder, say: tell it where the user looks
                self.state.value = f"{type(error).__name__}: {error}"[:200]
                return
            if status.state in ENDED:
                return

    def _show(self, status: JobStatus, history: History) -> None:
        """Put a status on the screen; plain text only, so nothing from a log or a name becomes HTML."""
        self.state.value = " ".join((say(f"job.{status.state}"), status.problem)).strip()
        self.bar.max = max(1, status.steps)
        self.bar.value = status.step
        self.bar.bar_style = _style(status.state)
        self.figures.value = _figures(status, history)
        ended = status.state in ENDED
        for button, what in (
            (self.stop_button, "STOP"),
            (self.save_button, "SAVE"),
            (self.evaluate_button, "EVALUATE"),
        ):
            button.disabled = ended or self._job.folder.is_asked(what)
        self._show_history(history, ended)

    def _show_history(self, history: History, ended: bool) -> None:
        """Draw anew when an evaluation or an alarm came, at the end, and else now and then."""
        now = (len(history.evaluations), len(history.alarms), len(history.steps))
        if self._drawn and now[:2] == self._drawn[:2] and now[2] - self._drawn[2] < (1 if ended else _REDRAW):
            return
        from labkit import charts, training_charts  # plotly, once there is something to draw

        self._drawn = now
        lines = [say("train.alarm", problem=problem) for problem in history.alarms]
        self.alarms.value = render_template("piece.html", piece="words.html", say=say, lines=lines)
        bundle = charts.mime_bundle(training_charts.training_chart(history))
        self.chart.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
        self.answers.value = self._answers_html()

    def _answers_html(self) -> str:
        answers = self._job.folder.answers()
        if not answers:
            return ""
        step = max(answers)
        return answers_html(answered_rows(self._task, self._examples, answers.get(0, {}), answers[step]), step)


def _dev_examples(job: TrainingJob) -> tuple[Any, list[Example]]:
    record = job.folder.spec().get("task")
    return (task_from_record(record) if record else None), [row.example for row in job.folder.dev_rows()]


def _style(state: str) -> str:
    """The colour of the bar: ipywidgets' word for how it went."""
    return {"finished": "success", "failed": "danger", "interrupted": "warning", "stopped": "warning"}.get(
        state, "info"
    )


def _figures(status: JobStatus, history: History) -> str:
    """Steps, loss, dev score, pace, memory and time left, as far as they are known."""
    if status.loss is None:
        return say("monitor.loading") if status.state not in ENDED else ""
    parts = [say("monitor.step", step=status.step, steps=status.steps), say("monitor.loss", loss=f"{status.loss:.4f}")]
    if history.best:
        score, step = f"{100 * history.best['macro_f1']:.1f}", history.best["step"]
        parts.append(say("monitor.best", score=score, step=step))
    if status.tokens_per_second and status.state not in ENDED:
        parts.append(say("monitor.pace", pace=round(status.tokens_per_second), eta=round(status.eta_s or 0)))
    memory = history.steps[-1].get("memory_mb") if history.steps else None
    return " · ".join([*parts, *([say("monitor.memory", memory=memory)] if memory else [])])
