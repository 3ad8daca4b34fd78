"""What people see of an evaluation while it goes on."""

from __future__ import annotations

import sys

import pytest

from labkit.evaluation import Progress
from labkit.evaluation.progress import observing


def test_a_pause_is_counted_down_where_the_bar_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with observing(None) as bar:
        for left in (121.0, 119.6, 1.2, 0.0):
            bar(Progress("r1", 3, 16, {"answered": 3, "pending": 13}, waiting_s=left))
    drawn = capsys.readouterr().err
    assert [drawn.count(f"{seconds} s") for seconds in (121, 120, 2)] == [1, 1, 1]


def test_a_log_file_is_told_of_a_pause_in_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("labkit.evaluation.progress._BETWEEN_LINES_S", 0.0)
    with observing(None) as lines:
        lines(Progress("r1", 3, 16, {"answered": 3, "pending": 13}, waiting_s=118.4))
    assert "119 s" in capsys.readouterr().err
