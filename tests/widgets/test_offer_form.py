"""OfferForm: a person accepts a changed definition, once, and is told where another version has come since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.evaluation import evaluate
from labkit.views.suggestion import ShownSuggestion
from labkit.widgets import OfferForm
from labkit.workspace import Scene
from tests.improvement.made_scene import made_scene


@pytest.fixture
def gap(tmp_path: Path) -> Scene:
    return made_scene(tmp_path / "gap")


@pytest.fixture
def shown(gap: Scene) -> ShownSuggestion:
    run = evaluate(gap, "v1", "definition-reader", progress=lambda _: None)
    return labkit.suggest(gap, run, ("退款", "物流"), progress=lambda _: None)


def test_a_click_saves_the_definition_with_the_persons_words_and_no_click_saves_it_twice(
    gap: Scene, shown: ShownSuggestion
):
    form = OfferForm(shown.suggestion)
    assert "suggested by pool words" in form.message.value
    assert gap.prompt_names() == ("v1",)
    form.message.value = " freight insurance is a refund "
    form.accept_button.click()
    assert gap.prompt("v2").message == "freight insurance is a refund"
    assert gap.prompt("v2").definition_of("退款") == shown.suggestion.after.definition_of("退款")
    assert "Saved as v2" in form.said.value
    assert "suggested by pool words" in gap.decisions()[-1]["reason"]
    form.accept_button.click()
    assert gap.prompt_names() == ("v1", "v2")
    assert "Saved as v2" in form.said.value


def test_an_empty_message_says_where_the_definition_came_from(gap: Scene, shown: ShownSuggestion):
    form = OfferForm(shown.suggestion)
    form.message.value = ""
    form.accept_button.click()
    assert "suggested by pool words" in gap.prompt("v2").message


def test_where_a_definition_came_from_is_said_in_the_readers_language(
    shown: ShownSuggestion, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert OfferForm(shown.suggestion).message.value.startswith("v1：针对运行 ")


def test_a_version_that_came_since_is_named_before_it_is_left_out(gap: Scene, shown: ShownSuggestion):
    form = OfferForm(shown.suggestion)
    gap.save_version(replace(gap.prompt("v1"), instruction="请只回答标签。"))
    form.accept_button.click()
    assert gap.prompt_names() == ("v1", "v2")
    assert "v2 is newer than v1" in form.said.value
    gap.save_version(replace(gap.prompt("v1"), instruction="请回答标签。"))
    form.accept_button.click()
    assert "v3 is newer than v1" in form.said.value  # what was said of v2 says nothing of v3
    form.accept_button.click()
    assert gap.prompt_names() == ("v1", "v2", "v3", "v4")
    assert gap.prompt("v4").instruction == "请回答。"


def test_a_file_that_was_edited_since_is_named(gap: Scene, shown: ShownSuggestion):
    gap.save_prompt(replace(gap.prompt("v1"), instruction="请只回答标签。"), overwrite=True)
    form = OfferForm(shown.suggestion)
    form.accept_button.click()
    assert "The file of v1 has been edited since" in form.said.value
    assert gap.prompt_names() == ("v1",)
    gap.save_prompt(replace(gap.prompt("v1"), instruction="请回答。", message="said otherwise"), overwrite=True)
    form.accept_button.click()  # a message alone asks nothing else of a model
    assert gap.prompt_names() == ("v1", "v2")


def test_gold_that_was_corrected_since_may_take_the_offer_back(gap: Scene, shown: ShownSuggestion):
    form = OfferForm(shown.suggestion)
    for row in shown.suggestion.trial.of("failing").fixed:
        gap.fix_gold(row, ["物流"], "freight is delivery after all")
    form.accept_button.click()
    assert "did not pass its trial" in form.said.value
    assert gap.prompt_names() == ("v1",)


def test_one_change_shown_twice_is_saved_once(gap: Scene, shown: ShownSuggestion):
    first, second = OfferForm(shown.suggestion), OfferForm(shown.suggestion)
    for form in (first, second):
        form.accept_button.click()
        assert "Saved as v2" in form.said.value
    assert gap.prompt_names() == ("v1", "v2")
    assert len(gap.decisions()) == 1


def test_a_change_of_a_prompt_without_a_number_is_overtaken_by_a_numbered_one(gap: Scene, shown: ShownSuggestion):
    found = replace(shown.suggestion, before=replace(shown.suggestion.before, name="base"))
    assert found.overtaken == "v1"


def test_a_file_that_cannot_be_read_is_told_at_the_button(gap: Scene, shown: ShownSuggestion):
    form = OfferForm(shown.suggestion)
    (gap.path / "prompts" / "v1.md").write_text("---\nrationale: [\n---\n", encoding="utf-8")
    form.accept_button.click()
    assert "v1" in form.said.value
    assert gap.prompt_names() == ("v1",)
