"""What the training says to whoever watches, and what they can ask of it: files of the job's folder, both ways."""

from __future__ import annotations

import time
from collections.abc import Iterable
from math import isfinite
from typing import Any

from transformers import TrainerCallback

from labkit.errors import TrainingFailed
from labkit.texts import Phrase
from labkit.training.alarms import Alarms
from labkit.training.held_memory import peak_memory_mb
from labkit.training.job_folder import JobFolder
from labkit.training.ranks import ALONE, Ranks
from labkit.training.recipe import Schedule


class Channel(TrainerCallback):
    """Events of each step, checkpoints and measurements on schedule or when asked for, alarms, and the request to stop.

    Args:
        folder: the job's.
        schedule: when checkpoints are due, each measured on the dev rows.
        ranks: who trains along; all do what the first was asked.
    """

    def __init__(self, folder: JobFolder, schedule: Schedule, ranks: Ranks = ALONE) -> None:
        self._folder, self._schedule, self._ranks = folder, schedule, ranks
        self._alarms = Alarms()
        self._began = 0.0
        self._first = 0
        self._answering: list[str] = []  # requests that the next checkpoint answers; later ones wait for their own
        self._tokens: float | None = None  # the count goes on over a resume; the pace is of this session

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Remember where this session began."""
        self._began, self._first = time.monotonic(), state.global_step

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Save and measure when it is time, or when a file asks for it."""
        scheduled = self._schedule.is_due(state.global_step)
        asked = self._ranks.agree([what for what in ("STOP", "SAVE", "EVALUATE") if self._folder.is_asked(what)])
        stop = "STOP" in asked
        self._answering = [what for what in asked if what != "STOP"]
        control.should_evaluate = scheduled or "EVALUATE" in self._answering
        control.should_save = scheduled or bool(self._answering) or stop
        control.should_training_stop = control.should_training_stop or stop

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Tell a step; a loss or norm that is no number ends the training before such weights are saved."""
        if not logs or "loss" not in logs:
            return
        loss, norm = float(logs["loss"]), float(logs.get("grad_norm", 0.0))
        self._folder.tell(
            "step",
            step=state.global_step,
            steps=state.max_steps,
            loss=loss if isfinite(loss) else None,
            grad_norm=norm if isfinite(norm) else None,
            learning_rate=float(logs.get("learning_rate", 0.0)),
            **self._pace(state, float(logs.get("num_tokens", 0))),
        )
        self._tell_alarms(self._alarms.step(state.global_step, loss, norm))
        if not isfinite(loss) or not (isfinite(norm) or args.fp16):  # fp16's scaler passes over such steps itself
            raise TrainingFailed.told("error.training.loss", step=state.global_step, loss=str(loss), norm=str(norm))

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, Any] | None = None, **_: Any) -> None:
        """Hold a new score against those before."""
        if metrics and metrics.get("eval_macro_f1") is not None:
            self._tell_alarms(self._alarms.measured(state.global_step, float(metrics["eval_macro_f1"])))

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Tell a checkpoint, and take back the requests that it answers."""
        self._folder.tell("save", step=state.global_step, checkpoint=f"checkpoint-{state.global_step}")
        for what in self._answering:
            self._folder.forget(what)

    def _pace(self, state: Any, tokens: float) -> dict[str, Any]:
        seconds = max(1e-9, time.monotonic() - self._began)
        done = max(1, state.global_step - self._first)
        if self._tokens is None:
            self._tokens = tokens - tokens / state.global_step
        left = seconds / done * (state.max_steps - state.global_step)
        memory = {"memory_mb": peak_memory_mb()}
        rate = round((tokens - self._tokens) / seconds, 1)
        return {"tokens": int(tokens), "tokens_per_second": rate, "eta_s": round(left, 1), **memory}

    def _tell_alarms(self, problems: Iterable[Phrase]) -> None:
        for problem in problems:
            self._folder.alarm("training", problem)
