"""Planted wrong labels rise to the top of the suspects, far above chance; a label that nobody doubts is not listed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.diagnosis import doubtful_misses, suspect_gold
from labkit.errors import BadInput
from labkit.models.base import Model
from labkit.models.definition_reader import DefinitionReader
from labkit.models.linear import Linear
from labkit.parsing import parse_reply
from labkit.prompts import render
from labkit.records import Example, Prompt, Run, RunRow, Status, Task
from tests.made_runs import made_row, made_run, questions

ONE = Task("one", ("delivery", "refund", "quality"))


def asked(task: Task, prompt: Prompt, rows: list[Example], model: Model, run_id: str) -> Run:
    replies = model.answer([render(prompt, task, example) for example in rows])
    read = [RunRow(e, parse_reply(reply, task, e)) for e, reply in zip(rows, replies, strict=True)]
    return made_run(read, run_id, task)


def average_precision(ranked: list[str], planted: set[str]) -> float:
    places = [k for k, row_id in enumerate(ranked, 1) if row_id in planted]
    return sum(n / place for n, place in enumerate(places, 1)) / len(planted)


@pytest.mark.parametrize(("name", "least"), [("weibo_service", 0.4), ("support_intents", 0.5)])
def test_planted_labels_are_found_far_above_chance(name: str, least: float):
    """A tenth of the dev rows get a wrong label; three weak models reach an average precision of .37 to .78."""
    scene = labkit.open_scene(name)
    dev, linear = scene.examples("dev"), Linear(scene.examples("pool"), scene.task)
    found = []
    for seed in range(2):
        draw = random.Random(seed)
        planted = set(draw.sample([e.id for e in dev if e.labels], len(dev) // 10))
        rows = [_spoilt(e, scene.task, draw) if e.id in planted else e for e in dev]
        models = (("v1", DefinitionReader()), ("v2", DefinitionReader()), ("v2", linear))
        runs = [asked(scene.task, scene.prompt(p), rows, model, f"r{k}") for k, (p, model) in enumerate(models)]
        found.append(average_precision([one.row for one in suspect_gold(runs)], planted))
    assert sum(found) / len(found) > least, found


def _spoilt(example: Example, task: Task, draw: random.Random) -> Example:
    """The example with its first label replaced by a wrong one."""
    labels = example.labels or ()
    others = [label for label in task.labels_of(example.subtask) if label not in labels]
    return replace(example, labels=(draw.choice(others), *labels[1:]))


def test_what_all_runs_answer_is_suggested_and_what_one_answers_comes_later():
    gold = [("refund",), ("refund",), ("delivery",), ("quality",)] * 5
    first = [("refund",), ("delivery",), ("delivery",), ("quality",), *gold[4:]]
    second = [("quality",), ("delivery",), ("delivery",), ("quality",), *gold[4:]]
    runs = [
        made_run([made_row(f"r{k:02d}", gold[k], answer[k]) for k in range(20)], run_id, ONE)
        for run_id, answer in (("a", first), ("b", second))
    ]
    found = suspect_gold(runs)
    assert [one.row for one in found] == ["r01", "r00"]
    assert (found[0].suggested, found[0].against, found[0].for_suggested) == (("delivery",), 2, 2)
    assert (found[1].against, found[0].confidence) == (1, None)
    assert found[0].score > found[1].score


def test_a_run_that_did_not_answer_says_nothing_against_a_label():
    rows = [made_row(f"r{k}", ("refund",), (), Status.FAILED) for k in range(5)]
    assert suspect_gold([made_run(rows, task=ONE)]) == ()


def test_no_run_is_an_error():
    with pytest.raises(BadInput, match="no run"):
        suspect_gold([])


@given(st.data())
def test_any_runs_are_ranked_and_every_suggestion_differs_from_gold(data: st.DataObject):
    from tests.made_runs import answers

    rows = [*data.draw(questions()), made_row("labelled", ("refund",))]
    runs = [data.draw(answers(rows, name)) for name in ("a", "b")]
    runs = [replace(run, rows=(*run.rows[:-1], made_row("labelled", ("refund",), ("delivery",)))) for run in runs]
    found = suspect_gold(runs)
    assert "labelled" in {one.row for one in found}
    assert all(set(one.suggested) != set(one.gold) for one in found)
    assert all(1 <= one.against <= one.runs <= 2 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


GOLD = [("refund",), ("delivery",), ("quality",)] * 20


def _answered(model: str, wrong: dict[int, tuple[str, ...]]) -> Run:
    rows = [made_row(f"r{k:02d}", gold, wrong.get(k, gold)) for k, gold in enumerate(GOLD)]
    return made_run(rows, f"run-{model}", ONE, model=model)


def test_a_miss_is_doubtful_where_a_second_model_gave_the_very_same_other_answer():
    run = _answered("a", {0: ("delivery",), 1: ("refund",), 2: ("refund",)})
    other = _answered("b", {0: ("delivery",), 1: ("quality",), 5: ("refund",)})
    (found,) = doubtful_misses(run, [other])
    assert (found.row, found.gold, found.suggested, found.for_suggested) == ("r00", ("refund",), ("delivery",), 2)


def test_models_that_err_often_raise_no_doubt_by_agreeing_now_and_then():
    swapped = {k: GOLD[(k + 1) % 3] for k in range(0, 60, 2)}
    assert doubtful_misses(_answered("a", swapped), [_answered("b", swapped)]) == ()


def test_two_runs_of_one_model_are_one_voice():
    run = _answered("a", {0: ("delivery",)})
    for others in ([], [run]):
        with pytest.raises(BadInput, match="One model alone"):
            doubtful_misses(run, others)


@pytest.mark.parametrize(("name", "least"), [("weibo_service", 0.9), ("support_intents", 0.9)])
def test_most_doubtful_misses_of_good_models_are_planted_labels(name: str, least: float):
    """A tenth of the dev rows get a wrong label; two models that err in one row of ten find them, and little else."""
    scene = labkit.open_scene(name)
    dev = [example for example in scene.examples("dev") if example.labels]
    flagged = true = 0
    for seed in range(3):
        draw = random.Random(seed)
        planted = set(draw.sample([e.id for e in dev], len(dev) // 10))
        asked_rows = [_spoilt(e, scene.task, draw) if e.id in planted else e for e in dev]
        runs = []
        for model in "ab":
            told = [_spoilt(e, scene.task, draw) if draw.random() < 0.1 else e for e in dev]
            rows = [made_row(row.id, row.labels, one.labels or ()) for row, one in zip(asked_rows, told, strict=True)]
            runs.append(made_run(rows, model, scene.task, model=model))
        found = {one.row for one in doubtful_misses(runs[0], runs[1:])}
        flagged, true = flagged + len(found), true + len(found & planted)
    assert flagged
    assert true / flagged > least, (true, flagged)
