"""What the training tells and is asked: by real files, with the state that the Trainer hands to callbacks."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path
from types import SimpleNamespace

import pytest

from labkit.errors import TrainingFailed
from labkit.training.job_folder import JobFolder
from labkit.training.recipe import Recipe

pytestmark = pytest.mark.training


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path)


def begun(folder: JobFolder):
    """A channel at step 1 of a training that saves by itself only at its end; the Trainer's state and control."""
    from transformers import TrainerControl, TrainerState

    from labkit.training.channel import Channel

    channel = Channel(folder, Recipe(epochs=100, batch=1, evaluations=1).schedule(4))
    state, control = TrainerState(global_step=1, max_steps=400), TrainerControl()
    channel.on_train_begin(None, TrainerState(), control)
    return channel, state, control


def test_a_request_that_comes_while_another_is_answered_waits_for_its_own_checkpoint(folder: JobFolder):
    channel, state, control = begun(folder)
    folder.ask("SAVE")
    channel.on_step_end(None, state, control)
    assert (control.should_save, control.should_evaluate) == (True, False)
    folder.ask("EVALUATE")
    channel.on_save(None, state, control)
    assert (folder.is_asked("SAVE"), folder.is_asked("EVALUATE")) == (False, True)
    channel.on_step_end(None, state, control)
    assert (control.should_save, control.should_evaluate) == (True, True)
    channel.on_save(None, state, control)
    assert not folder.is_asked("EVALUATE")


@pytest.mark.parametrize(("loss", "norm"), [(nan, 1.0), (inf, 1.0), (1.0, nan), (1.0, inf)])
def test_weights_that_are_no_numbers_are_never_saved(folder: JobFolder, loss: float, norm: float):
    channel, state, control = begun(folder)
    logs = {"loss": loss, "grad_norm": norm, "num_tokens": 10}
    with pytest.raises(TrainingFailed, match="The loss of step 1 is"):
        channel.on_log(SimpleNamespace(fp16=False), state, control, logs)
    (told,) = [event for event in folder.events() if event["kind"] == "step"]
    assert None in (told["loss"], told["grad_norm"])


def test_a_norm_that_overflows_in_fp16_is_the_scalers_to_handle(folder: JobFolder):
    channel, state, control = begun(folder)
    channel.on_log(SimpleNamespace(fp16=True), state, control, {"loss": 1.0, "grad_norm": inf, "num_tokens": 10})
    assert [event["grad_norm"] for event in folder.events() if event["kind"] == "step"] == [None]
