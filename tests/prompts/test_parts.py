from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadPrompt
from labkit.prompts import Part, render, rendered_parts
from labkit.records import Prompt
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

EXAMPLE = tiny_examples()[0]
SECTION = st.lists(
    st.sampled_from(
        ["\n", "\n\n\n", " ", "话", "{{posts}}", "{{definitions}}", "{{ answer }}", "{{examples}}", "\r", "x"]
    ),
    max_size=9,
).map("".join)


def parts_of(prompt: Prompt) -> tuple[Part, ...]:
    return rendered_parts(prompt, TINY_TASK, EXAMPLE)


def test_each_stretch_names_the_section_that_wrote_it():
    found = parts_of(replace(tiny_prompts()[1], examples="例子"))
    assert [(part.role, part.section) for part in found] == [
        ("system", "system"),
        ("system", "definitions"),
        ("system", "system"),
        ("system", "examples"),
        ("system", "system"),
        ("system", "answer"),
        ("user", "posts"),
        ("user", "instruction"),
    ]


def test_what_is_fetched_for_a_row_stands_before_its_posts_and_is_not_shared():
    shots = tiny_examples()[:2]
    found = rendered_parts(tiny_prompts()[1], TINY_TASK, EXAMPLE, shots)
    assert [part.section for part in found if not part.shared] == ["retrieved", "posts", "instruction"]
    user = render(tiny_prompts()[1], TINY_TASK, EXAMPLE, shots).messages[1].content
    assert "".join(part.text for part in found if part.role == "user") == user


def test_what_stands_before_the_posts_is_shared_and_nothing_behind_them():
    assert [part.section for part in parts_of(tiny_prompts()[1]) if not part.shared] == ["posts", "instruction"]
    early = replace(tiny_prompts()[1], system="先看:\n{{posts}}\n{{definitions}}{{answer}}", input="请看上面。")
    assert [part.section for part in parts_of(early) if part.shared] == ["system"]


@given(system=SECTION, posts=SECTION, instruction=SECTION)
def test_the_parts_joined_are_what_is_sent(system: str, posts: str, instruction: str):
    prompt = replace(
        tiny_prompts()[1], system=system, input=posts, instruction=instruction, examples="\n\n例\n\n\n\n子 "
    )
    try:
        sent = render(prompt, TINY_TASK, EXAMPLE).messages
    except BadPrompt:
        return
    joined = {role: "".join(p.text for p in parts) for role, parts in groupby(parts_of(prompt), lambda p: p.role)}
    assert {m.role: m.content for m in sent if m.content} == joined
