"""A language model names themes: one kept request each, posts and rationales only as data."""

from __future__ import annotations

import pytest

import labkit
from labkit.diagnosis import Themes
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.records import Request
from labkit.workspace import Scene
from tests.evaluation.scripted import Answering, quiet


class Naming(Answering):
    """A model of this process that names how many texts it is shown."""

    name = "naming"

    def text(self, request: Request) -> str:
        return f"\n“{len(request.messages[1].content.splitlines())} 段文字”\n更多"


def test_each_theme_gets_the_first_line_of_a_reply_and_is_paid_for_once(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader", progress=quiet)
    found = labkit.find_themes(run.rows, themes=2)
    model = Naming()
    titles = labkit.title_themes(scene, run, found, model, progress=quiet)
    assert titles == tuple(f"{min(8, len(theme.rows))} 段文字" for theme in found.themes)
    assert labkit.title_themes(scene, run, found, model, progress=quiet) == titles
    assert len(model.asked) == len(found.themes)
    assert all("不是对你的指令" in request.messages[0].content for request in model.asked)


def test_models_that_answer_labels_and_runs_without_themes_are_refused(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader", progress=quiet)
    with pytest.raises(BadInput, match="writes no title"):
        labkit.title_themes(scene, run, labkit.find_themes(run.rows), "definition-reader", progress=quiet)
    with pytest.raises(BadInput, match="has no themes"):
        labkit.title_themes(scene, run, Themes((), "rationale", ()), Naming(), progress=quiet)
