"""`local/<path>@json`: a model that learnt nothing still gives answers under the contract, whatever the prompt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import ModelRefused
from labkit.models.local import LocalModel
from labkit.models.local.constrained import Contracts, is_looping
from labkit.models.local.contract_grammar import most_tokens
from labkit.models.local.loading import load_tokenizer
from labkit.parsing import parse_reply
from labkit.prompts import read_rendered, render
from labkit.records import Definition, Example, Message, Prompt, Rationale, Reply, Request, Status, Task
from tests.conftest import TINY_TASK
from tests.models.test_local import base  # noqa: F401 - a fixture
from tests.models.test_shared_prefix import one_thread  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from torch import Tensor

pytestmark = pytest.mark.training
SINGLE = replace(TINY_TASK, multi_label=False, allow_none=False)
POSTS = ("快递五天没动静", "退款", "锅用一次就掉漆" * 5)


def asked(task: Task, rationale: Rationale, examples: Sequence[Example]) -> list[Request]:
    names = tuple(Definition(label) for label in task.labels)
    prompt = Prompt("p", "分类。", "{{posts}}", "回答。", names, rationale=rationale)
    return [render(prompt, task, example) for example in examples]


@pytest.mark.parametrize("way", ["", "@plain"])
@pytest.mark.parametrize("rationale", ["none", "before", "after"])
def test_no_answer_of_a_random_model_is_unparsed_off_list_or_cut_off(base: Path, way: str, rationale: Rationale):  # noqa: F811
    model = LocalModel(f"{base}{way}@json")
    examples = [Example(f"r{k}", (post,)) for k, post in enumerate(POSTS)]
    for task in (TINY_TASK, SINGLE):
        replies = model.answer(asked(task, rationale, examples))
        for example, reply in zip(examples, replies, strict=True):
            assert parse_reply(reply, task, example).status is Status.ANSWERED, reply.text
            assert reply.text.startswith('{"rationale": "' if rationale == "before" else '{"labels": [')
    assert model.parameters["decoding"] == "json"


def test_both_ways_give_the_same_answers_and_the_free_ones_are_no_answers(base: Path):  # noqa: F811
    requests = asked(TINY_TASK, "before", [Example(f"r{k}", (post,)) for k, post in enumerate(POSTS)])
    shared, plain = (LocalModel(f"{base}@full{way}@json").answer(requests) for way in ("", "@plain"))
    assert [reply.text for reply in shared] == [reply.text for reply in plain]
    assert [reply.usage for reply in shared] == [reply.usage for reply in plain]
    free = LocalModel(f"{base}@full").answer(requests)
    read = [parse_reply(reply, TINY_TASK, Example("x", ("x",))).status for reply in free]
    assert Status.ANSWERED not in read


def test_an_answer_that_is_free_to_be_right_is_left_as_it_is(base: Path):  # noqa: F811
    """The guide only forbids: where the likeliest token is allowed, it is taken."""
    tokenizer = load_tokenizer(base, "left")
    answer = '{"labels": ["物流", "质量"]}'
    guide = Contracts(tokenizer, 512, [tokenizer.eos_token_id]).guide(
        [read_rendered(asked(TINY_TASK, "none", [Example("x", ("x",))])[0].messages)]
    )
    wanted = [*tokenizer(answer)["input_ids"], tokenizer.eos_token_id]
    assert [guide([0], one_hot(token))[0] for token in wanted] == wanted


def test_tokens_that_reach_over_the_end_of_what_is_forced_are_allowed():
    """`", "labels": ["` is one token of the study model: in smaller ones it never learnt to name a label."""
    folder = Path(__file__).parents[2] / "data/models/study"
    tokenizer = load_tokenizer(folder, "left")
    answer = (
        '{"rationale": "“断了”合“断了”，属质量", "evidence": [{"post": 1, "quote": "断了"}], '
        '"definition": "质量", "labels": ["质量"]}'
    )
    prompt = read_rendered(asked(TINY_TASK, "before", [Example("x", ("锅断了",))])[0].messages)
    guide = Contracts(tokenizer, 8192, [tokenizer.eos_token_id]).guide([prompt])
    wanted = [*tokenizer(answer, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
    assert tokenizer.convert_tokens_to_ids('",Ġ"labels":Ġ["') in wanted
    assert [guide([0], one_hot(token, 8192))[0] for token in wanted] == wanted


def test_a_prompt_without_labels_is_refused_with_the_way_out(base: Path):  # noqa: F811
    with pytest.raises(ModelRefused, match="names no labels"):
        LocalModel(f"{base}@json").answer([Request("x", (Message("user", "hello"),))])


def test_a_tokenizer_that_allows_no_contract_is_refused_with_the_way_out(base: Path):  # noqa: F811
    for tokenizer, ends in ((object(), [2]), (load_tokenizer(base, "left"), [])):
        with pytest.raises(ModelRefused, match=r"cannot be held to a contract .*Leave @json out"):
            Contracts(tokenizer, 512, ends)


LABELS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8).map(
        str.strip
    ),
    min_size=1,
    max_size=5,
    unique=True,
).filter(all)


POST = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40)
@given(LABELS, st.booleans(), st.booleans(), st.sampled_from(["none", "before", "after"]), POST, st.integers(0, 10**6))
def test_whatever_tokens_a_model_prefers_the_answer_is_valid_and_quotes_what_stands_in_the_posts(
    base: Path,  # noqa: F811
    labels: list[str],
    several: bool,
    none: bool,
    rationale: Rationale,
    post: str,
    seed: int,
):
    import torch

    tokenizer, dice = load_tokenizer(base, "left"), torch.Generator().manual_seed(seed)
    task = Task("t", tuple(labels), language="zh", item="微博", multi_label=several, allow_none=none)
    example = Example("x", (post, "退款"))
    given = {"posts": example.items, **_as_given(task, rationale)}
    prompt = replace(read_rendered(asked(task, rationale, [example])[0].messages), **given)
    guide, ids = Contracts(tokenizer, 512, [tokenizer.eos_token_id]).guide([prompt]), [-1]
    while ids[-1] != tokenizer.eos_token_id:
        ids += guide([0], torch.rand(1, 512, generator=dice))
        assert len(ids) <= most_tokens(prompt)
    text = tokenizer.decode(ids[1:], skip_special_tokens=True)
    read = parse_reply(Reply(text, text.encode()), task, example)
    assert read.status is Status.ANSWERED
    quoted = [(quote["post"], quote["quote"]) for quote in json.loads(text).get("evidence", [])]
    assert all(quote and quote in example.items[number - 1] for number, quote in quoted)
    assert not [quote for quote in read.evidence if not quote.verbatim]


@pytest.mark.parametrize("post", ["长" * 200_000, '"\\' * 3000, "ab" * 5000])
def test_a_huge_post_can_be_quoted(base: Path, post: str):  # noqa: F811
    tokenizer = load_tokenizer(base, "left")
    prompt = replace(read_rendered(asked(TINY_TASK, "after", [Example("x", ("x",))])[0].messages), posts=(post,))
    guide = Contracts(tokenizer, 512, [tokenizer.eos_token_id]).guide([prompt])
    quoted = json.dumps(post[:20], ensure_ascii=False)
    answer = (
        f'{{"labels": ["物流"], "definition": "", "evidence": [{{"post": 1, "quote": {quoted}}}], "rationale": ""}}'
    )
    wanted = [*tokenizer(answer)["input_ids"], tokenizer.eos_token_id]
    assert [guide([0], one_hot(token))[0] for token in wanted] == wanted


def one_hot(token: int, vocabulary: int = 512) -> Tensor:
    import torch

    return torch.nn.functional.one_hot(torch.tensor([token]), vocabulary).float()


def _as_given(task: Task, rationale: Rationale) -> dict[str, Any]:
    """What the prompt says, were its labels not so strange that a line of a prompt cannot hold them."""
    definitions = dict.fromkeys(task.labels, ("", ""))
    return {"definitions": definitions, "several": task.multi_label, "none": task.allow_none, "rationale": rationale}


def test_a_rationale_that_goes_round_in_circles_is_ended_there(base: Path):  # noqa: F811
    """A model that only wants to say 退 says it as often as shows the loop, then goes on to what comes next."""
    tokenizer = load_tokenizer(base, "left")
    prompt = read_rendered(asked(TINY_TASK, "before", [Example("x", ("退款",))])[0].messages)
    guide, ids = Contracts(tokenizer, 512, [tokenizer.eos_token_id]).guide([prompt]), [-1]
    (favourite,) = tokenizer("退", add_special_tokens=False)["input_ids"][:1]
    while ids[-1] != tokenizer.eos_token_id:
        ids += guide([0], one_hot(favourite))
    text = tokenizer.decode(ids[1:], skip_special_tokens=True)
    rationale = json.loads(text)["rationale"]
    assert 0 < len(rationale) <= 24
    assert parse_reply(Reply(text, text.encode()), TINY_TASK, Example("x", ("退款",))).status is Status.ANSWERED


@pytest.mark.parametrize(
    ("tokens", "looping"),
    [([7] * 24, True), ([7] * 23, False), ([1, *[7] * 24], True), ([*[7] * 24, 1], False)]
    + [([*range(turn)] * 2, turn in range(12, 21)) for turn in (8, 11, 12, 20, 21)]
    + [([*range(8)] * 3, True), ([*range(40)], False)],
)
def test_a_loop_is_a_stretch_said_twice_in_a_row_that_is_no_word(tokens: list[int], looping: bool):
    assert is_looping(tokens) is looping
