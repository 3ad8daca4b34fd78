"""`labkit wear`: how many prompts were tried on dev rows, what luck that holds, and the ledger of test readings."""

from __future__ import annotations

import json
from dataclasses import replace

import labkit as public
from labkit.decision import WORN, candidates_read, ledger
from labkit.evaluation import evaluate, reliance
from labkit.workspace import Scene
from tests.cli.conftest import Command


def test_prompts_tried_on_dev_rows_are_counted_with_the_luck_of_the_best(labkit: Command, scene: Scene):
    assert "No prompt has been tried" in labkit("wear", scene.path)[1]
    for prompt in ("v1", "v2"):
        evaluate(scene, prompt, "definition-reader")
    evaluate(scene, "v2", "definition-reader", limit=3)
    reliance(scene, "v2", "definition-reader", "pool")
    told = json.loads(labkit("wear", scene.path, "--json")[1])
    assert (told["prompts"], told["runs"], len(told["luck"]["runs"])) == (2, 3, 2)
    assert told["luck"]["rows"] == len(scene.examples("dev"))
    assert told["luck"]["optimism"] <= told["luck"]["if_equal"]
    for words in (("wear", scene.path), ("status", scene.path)):
        assert "the best of several is also the luckiest" in labkit(*words)[1]
    assert "Prompts tried on the dev rows: 2, in 3 runs" in labkit("runs", scene.path)[2]
    assert json.loads(labkit("status", scene.path, "--json")[1])["wear"] == told


def test_the_ledger_names_who_read_the_test_rows_when_and_why(labkit: Command, scene: Scene):
    assert "have not been read" in labkit("wear", scene.path)[1]
    run = evaluate(scene, "v2", "definition-reader", "test", reason="<b>final</b> decision")
    evaluate(scene, "v2", "definition-reader", "test")  # re-opened, not read
    found = public.wear(scene)
    assert [(r.run, r.prompt, r.rows, r.reason) for r in found.readings] == [
        (run.id, "v2", len(run.rows), "<b>final</b> decision")
    ]
    out = labkit("wear", scene.path)[1]
    assert "Readings of the test rows: 1, of 1 different candidates" in out
    assert "v2 · definition-reader" in out
    assert "&lt;b&gt;final" in found._repr_html_()


def test_after_many_candidates_the_lab_asks_for_fresh_test_rows(labkit: Command, scene: Scene):
    for k in range(WORN - 1):
        asked = replace(scene.prompt("v2"), name=f"w{k}", instruction=f"第{k}次。")
        evaluate(scene, asked, "definition-reader", "test", reason="compare")
    evaluate(scene, "v2", "definition-reader", "test", reason="compare")
    evaluate(scene, "v2", "definition-reader", "test", reason="once more", fresh=True)
    found = public.wear(scene)
    assert (len(found.readings), found.candidates, found.worn) == (WORN + 1, WORN, True)
    assert "label fresh ones" in labkit("status", scene.path)[1]
    assert not replace(found, readings=found.readings[1:-2]).worn


def test_a_reading_whose_run_is_not_in_the_store_stands_in_the_ledger(scene: Scene):
    scene.record_decision("test_reading", run="gone", reason="by a colleague", rows=16)
    found = ledger(scene.decisions(), scene.store.runs())
    assert [(r.prompt, r.model, r.reason) for r in found] == [(None, None, "by a colleague")]
    assert candidates_read(found) == 1
    assert "gone" in public.wear(scene)._repr_html_()
