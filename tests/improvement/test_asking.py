"""What a suggester is asked does not depend on who reads: the same request in both languages of the interface."""

from __future__ import annotations

import pytest

from labkit.evaluation import evaluate
from labkit.improvement.asking import plan_suggestion
from labkit.improvement.sets import find_trouble
from labkit.records import Reply, Request
from labkit.scoring import confusions
from labkit.workspace import Scene
from tests.evaluation.scripted import Scripted

OFF_LIST, WRONG = '{"rationale": "r", "labels": ["zzz"]}', '{"rationale": "r", "labels": ["质量"]}'


def test_the_request_is_the_same_whatever_the_language_of_the_interface(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    def act(row: str, _seen: int) -> Reply:
        text = OFF_LIST if row < "dev-08" else WRONG
        return Reply(text, text.encode())

    model = Scripted(act)
    run = evaluate(scene, "v1", model).id

    def asked(language: str) -> list[Request]:
        monkeypatch.setenv("LABKIT_LANG", language)
        read, found = scene.store.load_run(run), []
        for confusion in confusions(read):
            trouble = find_trouble(read, confusion.gold, confusion.predicted)
            plan = plan_suggestion(scene, scene.prompt("v1"), model, trouble)
            found += map(plan.request, plan.rows)
        return found

    english = asked("en")
    assert len(english) > 1
    assert english == asked("zh")
