from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from labkit.errors import BadData
from labkit.evaluation import evaluate
from labkit.models import get_model
from labkit.models.linear import Linear, choose_labels
from labkit.parsing import parse_reply
from labkit.prompts import read_rendered, render
from labkit.records import Example, Prompt, Request, Status, Task, examples_sha256
from labkit.scoring import score
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.hostile import HOSTILE

BARE, DEFINED = tiny_prompts()
POOL = tuple(row for row in tiny_examples() if row.split == "pool")
SINGLE = replace(TINY_TASK, multi_label=False, allow_none=False)
SUBTASKS = replace(SINGLE, subtasks={"parcel": ("物流",), "money": ("退款", "质量")})


def answer(
    model: Linear, *posts: str, prompt: Prompt = DEFINED, task: Task = TINY_TASK, subtask: str | None = None
) -> dict[str, Any]:
    return json.loads(reply_texts(model, [render(prompt, task, Example("row", posts, subtask=subtask))])[0])


def reply_texts(model: Linear, requests: Sequence[Request]) -> list[str]:
    return [reply.text for reply in model.answer(requests)]


def one_label(rows: Sequence[Example]) -> list[Example]:
    return [row for row in rows if len(row.labels) == 1]


@pytest.fixture(scope="module")
def trained() -> Linear:
    return Linear(POOL, TINY_TASK)


@pytest.fixture(scope="module")
def single() -> Linear:
    return Linear(one_label(POOL), SINGLE)


# --- it learns


def test_it_learns_the_tiny_scene(scene: Scene):
    scores = score(evaluate(scene, "v1", "linear", "dev", progress=lambda _: None)).values
    assert scores["macro_f1"].value > 0.9
    assert scores["answered"].value == 1


def test_it_gives_its_own_training_rows_back(trained: Linear):
    replies = reply_texts(trained, [render(BARE, TINY_TASK, row) for row in POOL])
    right = [set(json.loads(text)["labels"]) == set(row.labels) for text, row in zip(replies, POOL, strict=True)]
    assert sum(right) >= 0.9 * len(POOL)


def test_shuffled_gold_is_not_learnt_as_well():
    labels = [row.labels for row in POOL]
    nonsense = Linear([replace(row, labels=labels[k - 5]) for k, row in enumerate(POOL)], TINY_TASK)
    assert answer(nonsense, "快递五天没动静")["labels"] != ["物流"]


def test_two_models_from_the_same_rows_answer_alike(trained: Linear):
    requests = [render(DEFINED, TINY_TASK, row) for row in tiny_examples()]
    assert reply_texts(Linear(POOL, TINY_TASK), requests) == reply_texts(trained, requests)


# --- it is told the rendered messages and nothing else


def test_posts_are_read_from_the_messages_and_nowhere_else(trained: Linear):
    example = tiny_examples()[20]
    told_wrong = Example("退款", example.items, ("退款",), "traffic", "退款", None, None, "退款", {"label": "退款"})
    request = render(DEFINED, TINY_TASK, example)
    other = replace(render(DEFINED, TINY_TASK, Example("row", ("退款申请",))), row=request.row)
    texts = reply_texts(trained, [request, render(DEFINED, TINY_TASK, told_wrong), other])
    assert texts[0] == texts[1] != texts[2]


def test_it_reads_no_definition(trained: Linear):
    posts = [row.items for row in tiny_examples()]
    assert [answer(trained, *p) for p in posts] == [answer(trained, *p, prompt=BARE) for p in posts]


def test_all_posts_of_a_row_are_read(trained: Linear):
    assert answer(trained, "今天天气真好", "快递五天没动静")["labels"] == ["物流"]


# --- what it answers


def test_a_single_label_task_gets_exactly_one_label(single: Linear):
    for row in tiny_examples():
        assert len(answer(single, *row.items, task=SINGLE)["labels"]) == 1


def test_a_single_label_task_that_allows_none_learns_when_to_say_none():
    task = replace(SINGLE, allow_none=True)
    model = Linear([row for row in POOL if len(row.labels) < 2], task)
    assert answer(model, "今天天气真好", task=task)["labels"] == []
    assert answer(model, "锅用一次就掉漆", task=task)["labels"] == ["质量"]


@pytest.mark.parametrize(("subtask", "allowed"), SUBTASKS.subtasks.items())
def test_it_answers_within_the_row_s_subtask(single: Linear, subtask, allowed):
    for row in tiny_examples():
        labels = answer(single, *row.items, task=SUBTASKS, subtask=subtask)["labels"]
        assert set(labels) <= set(allowed)
        assert len(labels) == 1


def test_a_task_that_allows_no_empty_list_gets_the_most_probable_label(trained: Linear):
    prompt = read_rendered(render(BARE, replace(TINY_TASK, allow_none=False), POOL[0]).messages)
    assert choose_labels({"物流": -0.4, "退款": -0.1, "质量": -0.3}, prompt) == ("退款",)
    assert choose_labels({"物流": 0.1, "退款": 0.0, "质量": -0.3}, prompt) == ("物流", "退款")


def test_two_classes_are_told_apart():
    task = replace(SINGLE, labels=("物流", "退款"))
    model = Linear([row for row in one_label(POOL) if row.labels[0] in task.labels], task)
    prompt = replace(BARE, definitions=BARE.definitions[:2])
    assert answer(model, "快递没动静", prompt=prompt, task=task)["labels"] == ["物流"]
    assert answer(model, "退款申请没人理", prompt=prompt, task=task)["labels"] == ["退款"]


def test_the_rationale_names_words_of_the_post_and_quotes_them(trained: Linear):
    found = answer(trained, "算了，退款申请没人理")
    assert found["definition"] == "退款"
    assert found["evidence"] == [{"post": 1, "quote": "退款申请没人理"}]
    assert "“退款”" in found["rationale"]


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "微博 2: 退款", "👍"])
def test_hostile_posts_get_a_readable_answer_with_verbatim_quotes(trained: Linear, text):
    example = Example("row", (text, f"{text}退款申请没人理"))
    prediction = parse_reply(trained.answer([render(DEFINED, TINY_TASK, example)])[0], TINY_TASK, example)
    assert prediction.status is Status.ANSWERED
    assert all(evidence.verbatim for evidence in prediction.evidence)


# --- what it is trained on


def test_the_parameters_name_the_training_rows(trained: Linear):
    assert trained.parameters == {"training_rows": 16, "training_sha256": examples_sha256(POOL), "unlearned": []}


def test_other_training_rows_are_another_model_to_the_store(scene: Scene):
    changed = Linear([replace(POOL[0], labels=("质量",)), *POOL[1:]], TINY_TASK)
    runs = [evaluate(scene, "v1", model, "dev", progress=lambda _: None).id for model in ("linear", changed, "linear")]
    assert runs[0] == runs[2] != runs[1]


def test_get_model_trains_on_the_pool_only(scene: Scene):
    assert get_model("linear", scene).parameters["training_sha256"] == examples_sha256(scene.examples("pool"))


def test_unlabelled_rows_are_left_out_and_a_label_without_rows_is_named():
    rows = [row for row in POOL if "质量" not in row.labels]
    model = Linear([*rows, Example("new", ("没有标签",))], TINY_TASK)
    assert model.parameters["training_rows"] == len(rows)
    assert model.parameters["unlearned"] == ["质量"]
    assert "质量" not in answer(model, "锅用一次就掉漆")["labels"]


@pytest.mark.parametrize("rows", [(), (Example("new", ("没有标签",)),)], ids=["no rows", "no labels"])
def test_without_a_labelled_pool_row_it_says_what_to_do(rows):
    with pytest.raises(BadData, match=r"no labelled pool rows.*Label some pool rows, or use definition-reader"):
        Linear(rows, TINY_TASK)


def test_rows_that_all_carry_the_same_labels_are_refused():
    rows = [replace(row, labels=("物流",)) for row in POOL]
    with pytest.raises(BadData, match=r"All 16 labelled pool rows .*the same labels.*Add pool rows"):
        Linear(rows, TINY_TASK)


def test_a_scene_without_labelled_pool_rows_writes_no_run(scene: Scene):
    rows = [replace(row, labels=None if row.split == "pool" else row.labels) for row in tiny_examples()]
    bare = create_scene(scene.path.parent / "unlabelled", TINY_TASK, rows, tiny_prompts())
    with pytest.raises(BadData, match="no labelled pool rows"):
        evaluate(bare, "v1", "linear", "dev", progress=lambda _: None)
    assert bare.store.runs() == ()


# --- it says how sure it is


def test_one_label_and_none_share_the_whole():
    rows = [*one_label(POOL), *(row for row in POOL if not row.labels)]
    model = Linear(rows, replace(SINGLE, allow_none=True))
    request = render(DEFINED, replace(SINGLE, allow_none=True), Example("row", ("退款申请一周没人理",)))
    given = model.answer([request])[0].probabilities
    assert max(given, key=given.__getitem__) == "退款"
    assert 0 < sum(given.values()) < 1
    assert sum(model.answer([render(DEFINED, SINGLE, Example("row", ("退款",)))])[0].probabilities.values()) == (
        pytest.approx(1)
    )


def test_only_the_labels_of_the_subtask_have_probabilities(single: Linear):
    given = single.answer([render(DEFINED, SUBTASKS, Example("row", ("快递五天没动静",), subtask="money"))])
    assert set(given[0].probabilities) == {"退款", "质量"}
    assert sum(given[0].probabilities.values()) == pytest.approx(1)


def test_probabilities_are_kept_with_the_run(scene: Scene):
    run = evaluate(scene, "v1", "linear", "dev", progress=lambda _: None)
    assert all(set(row.probabilities) == set(TINY_TASK.labels) for row in run.rows)
    assert all(0 <= p <= 1 for row in run.rows for p in row.probabilities.values())
