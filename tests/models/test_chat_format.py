"""Chat templates as they are met: without a system role, with thoughts of their own, broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labkit.errors import ModelRefused
from labkit.models.chat_format import chat_messages, render_chat
from labkit.models.local import LocalModel
from labkit.models.local.loading import load_tokenizer
from labkit.parsing import parse_reply
from labkit.records import Example, Message, Status
from tests.conftest import TINY_TASK
from tests.models.test_local import base, request  # noqa: F401 - fixtures
from tests.tiny_model import TEMPLATE

MESSAGES = (Message("system", "规则：只选一个。"), Message("user", "微博 1: 退款"))
REFUSING = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
DROPPING = TEMPLATE.replace("{% for m in messages %}", "{% for m in messages if m['role'] != 'system' %}")
NAMING_NOBODY = "{% for m in messages %}{{ m['rolle']['x'] }}{% endfor %}"
THINKING = TEMPLATE.replace("<|im_start|>assistant\n", "<|im_start|>assistant\n<think>\n")
NOT_THINKING = "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
ASKED_TO_THINK = TEMPLATE.replace("<|im_start|>assistant\n", f"<|im_start|>assistant\n{NOT_THINKING}")


def rendered(folder: Path, template: str) -> str:
    tokenizer = load_tokenizer(folder, "left")
    tokenizer.chat_template = template
    return render_chat(chat_messages(MESSAGES, tokenizer), tokenizer)


def test_a_template_with_a_system_role_gets_the_system_message(base: Path):  # noqa: F811
    assert rendered(base, TEMPLATE).startswith("<|im_start|>system\n规则：只选一个。<|im_end|>")


@pytest.mark.parametrize("template", [REFUSING + TEMPLATE, DROPPING], ids=["refusing", "dropping"])
def test_without_a_system_role_the_rules_open_the_first_user_message(base: Path, template: str):  # noqa: F811
    expected = "<|im_start|>user\n规则：只选一个。\n\n微博 1: 退款<|im_end|>\n<|im_start|>assistant\n"
    assert rendered(base, template) == expected


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (NAMING_NOBODY, "fails"),
        ("{% for m in %}", "fails"),
        ("{{ raise_exception('not today') }}", r"fails \(not today\)"),
        ("<|im_start|>assistant\n", "leaves messages out"),
    ],
)
def test_a_template_that_takes_no_messages_is_refused_in_one_line(base: Path, template: str, said: str):  # noqa: F811
    with pytest.raises(ModelRefused, match=said) as caught:
        rendered(base, template)
    assert "\n" not in str(caught.value)


def test_a_thought_that_the_template_opens_is_closed(base: Path):  # noqa: F811
    assert rendered(base, THINKING).endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert rendered(base, ASKED_TO_THINK) == rendered(base, THINKING)


def test_words_about_thinking_in_a_post_change_nothing(base: Path):  # noqa: F811
    tokenizer = load_tokenizer(base, "left")
    text = render_chat(chat_messages([Message("user", "什么是 <think>")], tokenizer), tokenizer)
    assert text.endswith("什么是 <think><|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.training
@pytest.mark.parametrize("template", [REFUSING + TEMPLATE, THINKING], ids=["no system role", "thinking"])
def test_such_a_model_answers_under_its_contract(base: Path, tmp_path: Path, template: str):  # noqa: F811
    folder = Path(shutil.copytree(base, tmp_path / "base"))
    (folder / "chat_template.jinja").write_text(template, "utf-8")
    for words in ("@json", "@labels"):
        reply = LocalModel(f"{folder}{words}").answer([request("快递五天没动静")])[0]
        assert parse_reply(reply, TINY_TASK, Example("x", ("x",))).status is Status.ANSWERED


@pytest.mark.training
@pytest.mark.parametrize("words", ["", "@plain", "@labels", "@json"])
def test_a_row_too_long_for_the_model_is_cut_off_and_the_others_are_answered(base: Path, tmp_path: Path, words: str):  # noqa: F811
    folder = Path(shutil.copytree(base, tmp_path / "base"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 700}))
    short, long = request("快递五天没动静"), request("长" * 600)
    replies = LocalModel(f"{folder}{words}").answer([short, long, short])
    assert replies[0].text == replies[2].text != ""
    assert (replies[1].text, replies[1].finish_reason) == ("", "length")
    assert parse_reply(replies[1], TINY_TASK, Example("x", ("x",))).status is Status.TRUNCATED
    assert LocalModel(f"{folder}{words}").answer([long])[0].finish_reason == "length"
