"""What people see of long work that asks no model."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

import labkit
from labkit.evaluation import steps
from labkit.workspace import Scene
from tests.conftest import Impatient


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_PATIENCE_S", 0.0)


def work(seconds: float = 0.05) -> None:
    with steps.telling(None) as tell:
        tell("leaks", 0.0)
        timer_has_begun = steps.Timer(seconds, lambda: None)
        timer_has_begun.start()
        timer_has_begun.join()
        tell("leaks", 0.5)
        tell("copies", 0.25)


def test_a_log_file_gets_a_line_for_each_step(impatient: None, capsys: pytest.CaptureFixture[str]):
    work()
    said = capsys.readouterr().err.splitlines()
    assert [line.endswith("…") for line in said] == [True, True]
    assert "give away dev or test rows" in said[0]
    assert "repeat others" in said[1]


def test_a_long_step_says_how_far_it_is(
    impatient: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(steps, "_BETWEEN_LINES_S", 0.0)
    work()
    assert capsys.readouterr().err.splitlines()[1].endswith("50%")


def test_a_terminal_or_a_notebook_gets_a_bar(
    impatient: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    work()
    drawn = capsys.readouterr().err
    assert "dev or test rows  50%|" in drawn
    assert "repeat others  25%|" in drawn


def test_what_is_done_at_once_says_nothing(capsys: pytest.CaptureFixture[str]):
    work(0.0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("work", "checks"),
    [(labkit.audit, ["Size", "Duplicates"]), (labkit.adjudicate, ["Conflicting duplicates", "Personal data"])],
)
def test_an_audit_and_a_queue_name_each_check_while_they_take_long(
    scene: Scene,
    work: Callable[[Scene], object],
    checks: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(steps, "Timer", Impatient)
    work(scene)
    assert capsys.readouterr().err.splitlines()[:2] == [f"Checking {check} …" for check in checks]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    work(scene)
    assert f"Checking {checks[1]} " in capsys.readouterr().err
