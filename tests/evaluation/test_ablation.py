"""A model over real HTTP that hangs on one sentence of a definition, and on no other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labkit.errors import BadData, NeedsReason
from labkit.evaluation import ablate_definition, forecast_ablation
from labkit.views.ablation import ShownAblation
from labkit.workspace import Scene
from tests.evaluation.scripted import QUICK, served
from tests.models.loopback import Action, Loopback, completion

WISHES: dict[str, Any] = {"retry": QUICK, "progress": lambda moment: None}


def hangs_on(words: str) -> Any:
    def act(body: dict[str, Any], seen: int) -> Action:
        read = words in body["messages"][0]["content"]
        return 200, {}, completion(json.dumps({"labels": ["退款" if read else "质量"]}, ensure_ascii=False))

    return act


def test_the_sentence_that_matters_is_found_its_bill_comes_first_and_nothing_is_asked_twice(scene: Scene):
    with Loopback(hangs_on("退给我")) as server:
        model = served(scene, server)
        before = forecast_ablation(scene, "v2", "退款", model, rows=8)
        found = ablate_definition(scene, "v2", "退款", model, rows=8, **WISHES)
        assert server.hits == before.calls.count == 8 * 3
        assert ablate_definition(scene, "v2", "退款", model, rows=8, **WISHES) == found
        assert server.hits == 8 * 3
    assert [(effect.sentence, len(effect.moved_rows)) for effect in found.effects][-1] == ("退给我", 8)
    assert [effect.part for effect in found.idle] == ["text"]
    assert (found.rows, found.carrying) == (8, 4)
    assert {"~" in header.prompt_name for header in scene.store.runs()} == {True}


def test_a_notebook_shows_hostile_sentences_as_text(scene: Scene):
    prompt = scene.prompt("v2")
    hostile = prompt.definition_of("退款")
    assert hostile
    object.__setattr__(hostile, "includes", ("<img src=x onerror=alert(1)>",))
    shown = ShownAblation(ablate_definition(scene, prompt, "退款", "definition-reader", rows=4, **WISHES))
    assert "<img" not in shown._repr_html_()
    assert "&lt;img" in shown._repr_html_()
    assert len(shown.table("zh")[0]) == 7


def test_test_rows_need_a_reason_and_a_useless_number_of_rows_is_said(scene: Scene):
    with pytest.raises(NeedsReason):
        ablate_definition(scene, "v2", "退款", "definition-reader", "test", **WISHES)
    with pytest.raises(BadData, match="0 rows"):
        ablate_definition(scene, "v2", "退款", "definition-reader", rows=0, **WISHES)
