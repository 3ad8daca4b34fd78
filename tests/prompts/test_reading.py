from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import read_rendered, render
from labkit.prompts.reading import RenderedPrompt
from labkit.records import Definition, Example, Prompt, Task

TASK = Task("shop", ("delivery", "refund"), language="en", multi_label=True, allow_none=True)
PROMPT = Prompt("v1", system="Sort.", input="{{posts}}", instruction="Answer.", definitions=())


def read_back(*posts: str, prompt: Prompt = PROMPT, task: Task = TASK) -> RenderedPrompt:
    return read_rendered(render(prompt, task, Example("row", posts)).messages)


@pytest.mark.parametrize("label", ["complaint:delivery", "投诉：物流", "a - b", "C++", "退款 (慢)", "12:30"])
@pytest.mark.parametrize("text", ["", "Late: still on its way. Price: 3", "快递：慢"])
def test_a_label_with_marks_in_it_is_read_back(label, text):
    task = replace(TASK, labels=(label, "other"))
    prompt = replace(PROMPT, definitions=(Definition(label, text), Definition("other")))
    assert read_back("x", prompt=prompt, task=task).definitions == {label: (text, ""), "other": ("", "")}


@pytest.mark.parametrize("item", ["Post", "微博", "Customer message", "顾客 留言", "Ticket no."])
def test_posts_behind_any_item_word_are_read_back(item):
    assert read_back("late", "Post 3: no", task=replace(TASK, item=item)).posts == ("late", "Post 3: no")


def test_numbered_steps_of_the_instruction_are_no_posts():
    prompt = replace(PROMPT, instruction="Step 1: read.\nStep 2: decide.\nStep 3: answer.")
    assert read_back("late", prompt=prompt).posts == ("late",)
    assert read_back("late", "later", prompt=prompt).posts == ("late", "later")


@given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool), min_size=1, max_size=5))
def test_any_posts_are_read_back_as_they_were(posts):
    assert read_back(*posts).posts == tuple(posts)


@pytest.mark.parametrize("rationale", ["before", "after", "none"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_contract_is_read_back(rationale, language):
    task = replace(TASK, language=language, multi_label=False)
    found = read_back("x", prompt=replace(PROMPT, rationale=rationale), task=task)
    assert (found.rationale, found.language, found.several, found.none) == (rationale, language, False, True)
