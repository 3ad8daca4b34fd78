"""`local/<path>@labels`: every label with its probability, out of the pass that reads the prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.calibration import calibrate, confidence
from labkit.errors import ModelRefused
from labkit.evaluation import evaluate
from labkit.models.local import LocalModel
from labkit.models.local.forks import allowed_answers, answer_text, find_forks, one_by_one, softmax
from labkit.parsing import parse_reply
from labkit.prompts import read_rendered, render
from labkit.records import Definition, Example, Message, Prompt, Request, Status, Task
from tests.conftest import TINY_TASK
from tests.models.test_local import base  # noqa: F401 - a fixture
from tests.models.test_shared_prefix import one_thread  # noqa: F401 - a fixture

POSTS = ("快递五天没动静", "退款", "锅用一次就掉漆" * 5, "今天天气真好")
TASKS = {
    "one of several": replace(TINY_TASK, multi_label=False, allow_none=False),
    "one or none": replace(TINY_TASK, multi_label=False, allow_none=True),
    "some": replace(TINY_TASK, multi_label=True, allow_none=False),
    "any": TINY_TASK,
    "one begins another": replace(TINY_TASK, labels=("退款", "退款慢", '退"款\\', "Refund")),
    "one begins another, one is chosen": replace(
        TINY_TASK, labels=("card", "card arrival", "card payment fee"), multi_label=False, allow_none=False
    ),
    "a single one": replace(TINY_TASK, labels=("退款",), multi_label=False, allow_none=False),
}


def asked(task: Task, posts: Sequence[str] = POSTS, rationale: str = "none") -> list[Request]:
    names = tuple(Definition(label) for label in task.labels)
    prompt = Prompt("p", "分类。", "{{posts}}", "回答。", names, rationale=rationale)  # type: ignore[arg-type]
    return [render(prompt, task, Example(f"r{k}", (post,))) for k, post in enumerate(posts)]


def all_answers(task: Task) -> Iterator[tuple[str, ...]]:
    sizes = range(0 if task.allow_none else 1, (len(task.labels) if task.multi_label else 1) + 1)
    return (chosen for size in sizes for chosen in combinations(task.labels, size))


def by_hand(folder: Path, request: Request, task: Task) -> dict[tuple[str, ...], float]:
    """Each answer's probability: token by token, shared among the tokens with which an allowed answer goes on."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    messages = [{"role": message.role, "content": message.content} for message in request.messages]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    answers = {chosen: tokenizer(answer_text(chosen))["input_ids"] for chosen in all_answers(task)}
    expected: dict[tuple[int, ...], torch.Tensor] = {}

    def after(ids: tuple[int, ...]) -> torch.Tensor:
        if ids not in expected:
            with torch.no_grad():
                expected[ids] = model(torch.tensor([prompt + list(ids)])).logits[0, -1].double()
        return expected[ids]

    def probability(ids: list[int]) -> float:
        p = 1.0
        for k, token in enumerate(ids):
            ways = {other[k] for other in answers.values() if other[:k] == ids[:k]}
            shares = softmax([float(after(tuple(ids[:k]))[way]) for way in ways])
            p *= dict(zip(ways, shares, strict=True))[token]
        return p

    return {chosen: probability(ids) for chosen, ids in answers.items()}


@pytest.mark.training
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("way", ["", "@plain"])
def test_an_answer_is_as_probable_as_its_tokens_among_all_allowed_answers(base: Path, task: Task, way: str):  # noqa: F811
    requests = asked(task)
    for request, reply in zip(requests, LocalModel(f"{base}@full{way}@labels").answer(requests), strict=True):
        truth = by_hand(base, request, task)
        assert sum(truth.values()) == pytest.approx(1)
        labels, given = tuple(json.loads(reply.text)["labels"]), dict(reply.probabilities or {})
        assert list(given) == list(task.labels)
        if task.multi_label:
            of_answer = prod(given[label] if label in labels else 1 - given[label] for label in task.labels)
            assert of_answer == pytest.approx(truth[labels], rel=1e-3)
        else:
            assert {label: truth[label,] for label in task.labels} == pytest.approx(given, rel=1e-3)
            assert truth[labels] == max(truth.values())


@pytest.mark.training
def test_rows_alone_and_in_company_are_decided_alike_and_every_answer_is_valid(base: Path):  # noqa: F811
    model, requests = LocalModel(f"{base}@labels"), [*asked(TINY_TASK), *asked(TASKS["one of several"])]
    together = model.answer(requests)
    alone = [model.answer([request])[0] for request in requests]
    for one, other in zip(together, alone, strict=True):
        assert one.text == other.text
        assert one.probabilities == pytest.approx(other.probabilities, rel=1e-3)
        assert (one.finish_reason, one.usage.completion_tokens) == ("stop", 0)
    tasks = [TINY_TASK] * len(POSTS) + [TASKS["one of several"]] * len(POSTS)
    read = [parse_reply(reply, task, Example("x", ("x",))) for reply, task in zip(together, tasks, strict=True)]
    assert {prediction.status for prediction in read} == {Status.ANSWERED}
    assert model.parameters["decoding"] == "labels"


@pytest.mark.training
def test_a_prompt_that_wants_reasons_gets_labels_without_them(base: Path):  # noqa: F811
    for reply in LocalModel(f"{base}@labels").answer(asked(TINY_TASK, rationale="before")):
        assert list(json.loads(reply.text)) == ["labels"]


@pytest.mark.training
def test_a_prompt_without_labels_is_refused_with_the_way_out(base: Path):  # noqa: F811
    with pytest.raises(ModelRefused, match="names no labels"):
        LocalModel(f"{base}@labels").answer([Request("x", (Message("user", "hello"),))])


@pytest.mark.training
def test_a_run_keeps_the_probabilities_and_can_be_calibrated(base: Path, scene):  # noqa: F811
    split = scene.examples("dev")
    run = evaluate(scene, "v2", f"local/{base}@labels", "dev", progress=lambda _: None)
    assert run.counts["answered"] == len(split)
    assert all(0 < confidence(row, run.task) <= 1 for row in run.rows)
    pool = evaluate(scene, "v2", f"local/{base}@labels", "pool", progress=lambda _: None)
    with pytest.raises(Exception, match="16 rows"):
        calibrate(pool)
    learnt = calibrate(replace(run, rows=(*run.rows, *pool.rows)))
    assert learnt.rows == 2 * len(split)
    assert learnt.curve(run)[-1].coverage == 1


LABELS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), min_size=1, max_size=6, unique=True)


@settings(max_examples=60)
@given(LABELS, st.booleans(), st.booleans(), st.data())
def test_choices_share_the_whole_whatever_the_labels_are(labels: list[str], several: bool, none: bool, data):
    prompt = replace(
        read_rendered((Message("user", "x"),)), definitions=dict.fromkeys(labels, ("", "")), several=several, none=none
    )
    answers = allowed_answers(prompt, ())
    forks = find_forks(answers, 7, lambda text: tuple(text.encode()))
    values = [[data.draw(st.floats(-30, 30)) for _ in fork.ways] for fork in forks.forks]
    found = forks.probabilities(values)
    assert set(found) == set(answers)
    assert sum(found.values()) == pytest.approx(1)
    for fork in forks.forks:
        path = bytes(forks.path(fork.place)[1:]).decode("utf-8", "ignore")
        assert any(text.startswith(path) for texts in answers.values() for text in texts)


def test_one_choice_is_as_many_decisions_whose_product_it_is():
    found = {"a": 0.4, "b": 0.35, None: 0.25}
    given = dict(one_by_one(found, ("a", "b"), "b"))
    assert (1 - given["a"]) * given["b"] == pytest.approx(0.35)
    assert dict(one_by_one(found, ("a", "b"), "a")) == {"a": 0.4}
    given = dict(one_by_one(found, ("a", "b"), None))
    assert (1 - given["a"]) * (1 - given["b"]) == pytest.approx(0.25)
