"""The Monday test is walked for real, and the README shows what it counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monday.other_tools import STEPS
from tests.monday.steps import MILESTONES, Step, count, table
from tests.monday.walk import walk

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Step, ...], dict[str, str]]:
    steps, reached = walk(tmp_path_factory.mktemp("monday"))
    return steps, dict(reached)


@pytest.mark.timeout(600)
def test_every_milestone_is_reached_without_a_file_or_a_conversion_by_hand(walked):
    steps, reached = walked
    assert set(reached) == set(MILESTONES)
    assert {step.kind for step in steps} == {"command"}
    assert "better than the floor" in reached["models"]
    assert "CNY a month" in reached["models"]
    assert "100 rows, prompt" in reached["training"]


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_readme_shows_the_table_as_it_was_counted(walked, readme: str, language: str):
    assert table(walked[0], STEPS, language) in (ROOT / readme).read_text("utf-8")


def test_every_step_of_the_other_tools_says_where_it_was_counted():
    assert all(step.source for step in STEPS)
    assert {step.towards for step in STEPS} == set(MILESTONES)


def test_counts_are_of_their_milestone_and_kind():
    steps = (Step("error", "command", "a"), Step("error", "file", "b"), Step("models", "command", "c"))
    assert count(steps, "error", "command") == 1
    assert "1 command · 1 file · 0 conversions" in table(steps, ())
