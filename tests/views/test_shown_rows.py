"""The rows behind a number: each post once, however often it was asked."""

from __future__ import annotations

from dataclasses import replace

from labkit.evaluation import evaluate
from labkit.views.shown_rows import misread_rows
from labkit.workspace import Scene


def test_a_row_that_was_asked_several_times_is_misread_once(scene: Scene):
    run = evaluate(scene, "v1", "definition-reader")
    once = misread_rows(run)
    assert once.total > 1
    thrice = replace(run, rows=tuple(replace(row, repeat=k) for row in run.rows for k in range(3)))
    assert misread_rows(thrice) == once
