"""Ctrl-C: who waits for a server leaves soon, whose turn has not come never begins, and nothing kept is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from types import FrameType

import pytest

from labkit.errors import ModelBusy
from labkit.evaluation import evaluate_models
from labkit.models.stopping import require_wanted
from labkit.records import Reply
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, Scripted, always, ask, served
from tests.models.loopback import Loopback

PATIENCE_S = 60.0
STEPS = ("_wait", "_turn", "_take_turn", "_take_in", "_count")


def computing(press: Callable[[], None]) -> Callable[[str, int], Reply | Exception]:
    """An answer that is computed for ever, unless nobody wants it any more; the first one presses Ctrl-C."""
    pressed: list[int] = []

    def act(row: str, seen: int) -> Reply | Exception:
        if row == "dev-00":
            return GOOD
        if not pressed:
            pressed.append(1)
            press()
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            try:
                require_wanted()
            except ModelBusy as stopped:
                return stopped
            time.sleep(0.01)
        return ZeroDivisionError("nobody told it that the answer is not wanted any more")

    return act


def test_an_interrupt_ends_a_model_of_this_machine_between_two_steps_and_those_in_the_queue_never_begin(scene: Scene):
    ctrl_c = lambda: os.kill(os.getpid(), signal.SIGINT)  # noqa: E731
    first, second = Scripted(computing(ctrl_c), concurrency=1), Scripted(always(GOOD), concurrency=1)
    first.name, second.name = "first", "second"
    with pytest.raises(KeyboardInterrupt):
        evaluate_models(scene, "v1", [first, second], progress=lambda _: None)
    assert second.asked.total() == 0
    (stopped,) = (scene.store.load_run(header.run) for header in scene.store.runs())
    assert (stopped.counts["answered"], stopped.counts["pending"], stopped.in_flight) == (1, 15, ())
    first.act = always(GOOD)
    found = evaluate_models(scene, "v1", [first, second], progress=lambda _: None)
    assert [run.counts["answered"] for run in found.runs] == [16, 16]
    assert first.asked["dev-00"] == 1


def interrupt_twice(process: subprocess.Popen[str], server: Loopback) -> list[str]:
    """Press Ctrl-C while the fourth request hangs, and again when told that this ends it; what it has said."""
    assert process.stderr is not None
    while server.hits < 4 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = [process.stderr.readline()]
    while said[-1] and "Interrupt again" not in said[-1]:
        said.append(process.stderr.readline())
    process.send_signal(signal.SIGINT)
    return [*said, process.communicate(timeout=PATIENCE_S)[1]]


def test_a_request_that_hangs_does_not_hold_up_who_interrupts_twice(scene: Scene):
    """The answer does not come before the process has gone; the rows that were answered are there."""
    gone = threading.Event()

    def answer(body: object, seen: int) -> str:
        if server.hits > 3:
            gone.wait(10 * PATIENCE_S)
        return "ok"

    with Loopback(answer) as server:
        model = served(scene, server, concurrency=1, timeout_s=900.0)
        words = [sys.executable, "-m", "labkit", "evaluate", str(scene.path), "--prompt", "v1", "--model", model]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            said = interrupt_twice(process, server)
        finally:
            process.kill()
            gone.set()
        assert process.returncode == 130, said
        assert "3 of 16 rows are answered and kept" in said[-1]
        stopped = scene.store.load_run(scene.store.runs()[0].run)
        assert (stopped.counts["answered"], stopped.counts["pending"], len(stopped.in_flight)) == (3, 13, 1)
        server.mode = "ok"
        assert ask(scene, model)[0].counts["answered"] == 16
        assert server.hits == 4 + 13


def test_answers_on_their_way_are_waited_for_only_so_long(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.evaluation.engine._LAST_WORDS_S", 0.3)
    gone = threading.Event()

    def answer(body: object, seen: int) -> str:
        if server.hits == 4:
            os.kill(os.getpid(), signal.SIGINT)
        if server.hits > 3:
            gone.wait(10 * PATIENCE_S)
        return "ok"

    with Loopback(answer) as server:
        try:
            with pytest.raises(KeyboardInterrupt):
                ask(scene, served(scene, server, concurrency=1, timeout_s=900.0))
            assert not gone.is_set()
        finally:
            gone.set()
    assert scene.store.load_run(scene.store.runs()[0].run).counts["answered"] == 3


def interrupting(moment: int) -> Callable[[FrameType, str, object], object]:
    """A trace function that presses Ctrl-C before the n-th step of the engine's own thread."""
    steps = count()

    def trace(frame: FrameType, event: str, _argument: object) -> object:
        if frame.f_code.co_name not in STEPS or "evaluation/engine" not in frame.f_code.co_filename:
            return trace if event == "call" else None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(steps) == moment:
            sys.settrace(None)
            signal.raise_signal(signal.SIGINT)
        return trace

    return trace


@pytest.mark.parametrize("moment", range(0, 700, 13))
def test_whenever_the_interrupt_comes_no_answer_is_lost_and_none_is_awaited_that_was_not_asked_for(
    scene: Scene, moment: int
):
    model = Scripted(always(GOOD), concurrency=3)
    before = sys.gettrace()
    sys.settrace(interrupting(moment))
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(scene, model)
    finally:
        sys.settrace(before)
    stopped = scene.store.load_run(scene.store.runs()[0].run)
    assert stopped.in_flight == ()
    assert stopped.counts["answered"] == model.asked.total()
    ask(scene, model)
    assert set(model.asked.values()) == {1}
