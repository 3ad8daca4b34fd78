"""Runs started from PromptEditor: one at a time, in a thread of its own, so that the kernel stays free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import LabkitError, NeedsConsent, NothingEdited
from labkit.evaluation import Progress
from labkit.evaluation.trial import Trial, TrialForecast, TrialWish
from labkit.records import Prompt
from labkit.texts import say
from labkit.views.trial_result import answers_shown, trial_shown
from labkit.widgets.background import Background
from labkit.widgets.base import described

_TOLD_EVERY_S = 0.25  # oftener would flood the connection to the page
Show = Callable[[str, dict[str, Any]], None]  # trait, value


@dataclass(frozen=True, slots=True)
class Trials:
    """What PromptEditor needs to try a prompt.

    Args:
        models: names to choose from; at least one.
        currency: of the limit of what a run may cost.
        forecast: before, edited and wish -> what it will take.
        run: before, edited, wish and observer -> what came of it; the observer raises KeyboardInterrupt to stop it.
    """

    models: tuple[str, ...]
    currency: str
    forecast: Callable[[Prompt, Prompt, TrialWish], TrialForecast]
    run: Callable[[Prompt, Prompt, TrialWish, Callable[[Progress], None]], Trial]


class TrialDesk:
    """Forecasts and runs, told through two traits: "forecast" and "trial".

    Args:
        trials: what to run with.
        show: sets a trait; may be called from any thread.
        finished: is called in the run's thread when one has ended, before `trial` says so: what follows from its
            answers is there by then.
    """

    def __init__(self, trials: Trials, show: Show, finished: Callable[[], None]) -> None:
        self._trials, self._show, self._finished = trials, show, finished
        self._lock = threading.Lock()
        self._running = False
        self._last: Trial | None = None
        self._stop = threading.Event()
        self._forecasting: Background[tuple[int, Prompt, Prompt, TrialWish]] = Background(self._forecast)

    def forecast(self, revision: int, before: Prompt, edited: Prompt, wish: TrialWish) -> None:
        """Have a forecast worked out; `revision` comes back with it."""
        self._forecasting.soon((revision, before, edited, wish))

    def start(self, revision: int, before: Prompt, edited: Prompt, wish: TrialWish) -> bool:
        """Start a run, unless one is on its way; whether it was started."""
        with self._lock:
            if self._running:
                return False
            self._running = True
        self._stop.clear()
        self._show("trial", {"state": "running", "revision": revision, "done": 0, "total": 0, "note": ""})
        arguments = (revision, before, edited, wish)
        threading.Thread(target=self._run, args=arguments, daemon=True, name="labkit-trial").start()
        return True

    def stop(self) -> None:
        """Have the run stopped; answers on their way are waited for and kept."""
        self._stop.set()

    def answers(self, row: str) -> list[dict[str, Any]]:
        """What was answered about a row in the last trial, before the edit and by it."""
        return answers_shown(self._last, row) if self._last else []

    def _forecast(self, asked: tuple[int, Prompt, Prompt, TrialWish]) -> None:
        revision, before, edited, wish = asked
        try:
            found = self._trials.forecast(before, edited, wish)
        except Exception as error:  # raised in a thread, nobody would see it
            self._show("forecast", {"revision": revision, "problem": _one_line(error)})
            return
        said = {name: getattr(found, name) for name in TrialForecast.__dataclass_fields__}
        self._show("forecast", {"revision": revision, "problem": "", "rows_wished": wish.rows, **said})

    def _run(self, revision: int, before: Prompt, edited: Prompt, wish: TrialWish) -> None:
        ended = {"revision": revision, "rows_wished": wish.rows}
        try:
            trial = self._trials.run(before, edited, wish, _Observer(self._show, revision, self._stop))
            self._last = trial
            state = {"state": "done" if trial.run.complete else "open", "result": trial_shown(trial)}
        except KeyboardInterrupt:
            state = {"state": "stopped"}
        except NeedsConsent as error:
            state = {"state": "consent", "problem": error.problem}
        except Exception as error:  # raised in a thread, nobody would see it
            state = {"state": "refused", **_refusal(error)}
        try:
            self._finished()
        finally:
            self._show("trial", {**ended, **state})
            with self._lock:
                self._running = False


class _Observer:
    """Tells how far a run is, a few times a second, and stops it once it is asked to."""

    def __init__(self, show: Show, revision: int, stop: threading.Event) -> None:
        self._show, self._revision, self._stop = show, revision, stop
        self._thread, self._told, self._stopped = threading.get_ident(), 0.0, False
        self._note = ""

    def __call__(self, progress: Progress) -> None:
        self._note = progress.note or self._note
        if progress.note or time.monotonic() - self._told > _TOLD_EVERY_S:
            self._told = time.monotonic()
            self._show("trial", self._state(progress))
        ours = threading.get_ident() == self._thread  # a timer may tell something too; it cannot be stopped
        if self._stop.is_set() and ours and not self._stopped:
            self._stopped = True  # once: what is on its way is still waited for
            raise KeyboardInterrupt

    def _state(self, progress: Progress) -> dict[str, Any]:
        state = "stopping" if self._stop.is_set() else "running"
        far = {"done": progress.done, "total": progress.total, "note": self._note, "eta_s": progress.eta_s}
        return {"state": state, "revision": self._revision, **far}


def wish_of(message: Mapping[str, Any]) -> TrialWish:
    """The wish in a message of the front end.

    Raises:
        BadInput: no such rows, an empty sample, or a limit that is no number.
    """
    limit = message.get("max_cost")
    return TrialWish(
        model=str(message["model"]),
        rows=message["rows"],
        sample=int(message.get("sample") or 0),
        max_cost=None if limit is None else float(limit),
        personal_data=message.get("personal_data"),
    )


def _one_line(error: Exception) -> str:
    if isinstance(error, NothingEdited):  # how every sitting begins: a state of the editor, not a mistake
        return say("trial.nothing_edited")
    return str(error) if isinstance(error, LabkitError) else described(error)["error"]


def _refusal(error: Exception) -> dict[str, str]:
    details = "" if isinstance(error, LabkitError) else described(error)["details"]
    return {"problem": _one_line(error), "details": details}
