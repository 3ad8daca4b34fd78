"""Tangled rows are asked again with each change alone, only they, and a crash or a second look pays for nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import labkit
from labkit.diagnosis import is_probe
from labkit.evaluation import evaluate, plan_reruns
from labkit.records import Request
from labkit.workspace import Scene
from tests.evaluation.scripted import Answering, quiet


class Obedient(Answering):
    """A model of this process that answers the labels of the definitions which hold a word of the post."""

    name, batch_size = "obedient", 8

    def text(self, request: Request) -> str:
        system, user = (message.content for message in request.messages)
        lines = [line for line in system.splitlines() if line.startswith("- ")]
        labels = [label for line in lines for label in [line[2:].split(":")[0]] if _speaks_of(line, user)]
        return json.dumps({"labels": labels}, ensure_ascii=False)


def _speaks_of(line: str, post: str) -> bool:
    return any(word in line and word in post for word in ("坏", "退款", "快递", "到账", "漏"))


def test_a_rerun_asks_only_the_tangled_rows_and_says_which_change_moved_them(scene: Scene):
    v1 = scene.prompt("v1")
    words = {"物流": "快递。", "退款": "退款，到账。", "质量": "坏了，漏了。"}
    defined = tuple(replace(d, text=words[d.label]) for d in v1.definitions)
    scene.save_prompt(replace(v1, name="v3", definitions=defined))
    model = Obedient()
    first, second = (evaluate(scene, name, model, progress=quiet) for name in ("v1", "v3"))
    found = labkit.blame(first, second)
    both = {row.example.id for row in second.rows if len({*(row.example.labels or ()), *row.prediction.labels}) > 1}
    assert set(found.tangled) == both
    plan = plan_reruns(found)
    assert {row for rerun in plan for row in rerun.rows} == both
    before = len(model.asked)
    told = labkit.untangle(scene, found, model, progress=quiet)
    assert len(model.asked) - before <= sum(len(rerun.rows) for rerun in plan)
    assert {request.row for request in model.asked[before:]} <= both
    again = len(model.asked)
    assert labkit.untangle(scene, found, model, progress=quiet).pieces == told.pieces
    assert len(model.asked) == again
    assert not set(told.tangled) & {row for entry in (*told.pieces, *told.either) for row in entry.rows}
    assert len(told.tangled) < len(found.tangled)


def test_nothing_tangled_asks_nobody(scene: Scene):
    v2 = scene.prompt("v2")
    shorter = replace(v2.definitions[0], text="快递。")
    scene.save_prompt(replace(v2, name="v3", definitions=(shorter, *v2.definitions[1:])))
    first, second = (evaluate(scene, name, "definition-reader", progress=quiet) for name in ("v2", "v3"))
    found = labkit.blame(first, second)
    assert plan_reruns(found) == ()
    runs = len(scene.store.runs())
    assert labkit.untangle(scene, found, progress=quiet) is found
    assert len(scene.store.runs()) == runs


def test_variants_stand_in_no_ranking(scene: Scene):
    v2 = scene.prompt("v2")
    scene.save_prompt(
        replace(v2, name="v3", definitions=tuple(replace(d, text="问题。", includes=()) for d in v2.definitions))
    )
    first, second = (evaluate(scene, name, "definition-reader", progress=quiet) for name in ("v2", "v3"))
    labkit.untangle(scene, labkit.blame(first, second), progress=quiet)
    added = [header for header in scene.store.runs() if header.run not in (first.id, second.id)]
    assert added
    assert all(is_probe(header) and header.split == "affected" for header in added)
