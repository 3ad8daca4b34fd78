from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadPrompt
from labkit.prompts import format_prompt, parse_prompt, prompt_sha256
from labkit.records import Definition, Prompt

V1 = """---
message: bare names
rationale: after
---
# System message
You sort posts.
# Definitions
## refund
Money back.
It is wanted.
Includes:
- waiting
- asking
不包括:
- the price -> price
## price
# Input
{{posts}}
# Instruction
Answer.
"""
words = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="#-*:"), min_size=1, max_size=12)
definitions = st.builds(
    Definition,
    label=words,
    text=words,
    includes=st.lists(words, max_size=3).map(tuple),
    excludes=st.lists(words, max_size=3).map(tuple),
    examples=st.lists(words, max_size=3).map(tuple),
)
prompts = st.builds(
    Prompt,
    name=st.just("p"),
    system=words,
    input=words,
    instruction=words,
    definitions=st.lists(definitions, max_size=4, unique_by=lambda d: d.label).map(tuple),
    examples=words,
    rationale=st.sampled_from(["before", "after", "none"]),
    message=words,
)


def test_file_becomes_a_prompt():
    prompt = parse_prompt(V1, "v1")
    assert (prompt.rationale, prompt.message, prompt.input) == ("after", "bare names", "{{posts}}")
    refund, price = prompt.definitions
    assert refund == Definition("refund", "Money back. It is wanted.", ("waiting", "asking"), ("the price -> price",))
    assert price == Definition("price")


@given(prompts)
def test_writing_and_reading_gives_the_same_prompt(prompt: Prompt):
    assert parse_prompt(format_prompt(prompt), "p") == prompt


@given(st.text(max_size=300))
def test_any_text_is_a_prompt_or_a_bad_prompt(text: str):
    fault = None
    try:
        parse_prompt(text, "p")
    except BadPrompt as error:
        fault = str(error)
    assert fault is None or "'p'" in fault


@pytest.mark.parametrize("head", ["# System message", "# Definitions", "# Input", "# Instruction"])
def test_a_missing_section_is_named(head: str):
    with pytest.raises(BadPrompt, match=head):
        parse_prompt(V1.replace(head + "\n", ""), "v1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("# Input", "# Inputs"), "unknown section '# Inputs'"),
        (("# Input", "# Instruction"), "stands twice"),
        (("## price", "## refund"), "more than once"),
        (("rationale: after", "rationale: maybe"), "rationale is 'maybe'"),
        (("rationale: after", "rational: after"), "only message and rationale"),
        (("message: bare", "message: [bare"), "not YAML"),
        (("## refund\n", "text\n## refund\n"), "before the first label|and the first label"),
    ],
)
def test_faults_are_named(change: tuple[str, str], message: str):
    with pytest.raises(BadPrompt, match=message):
        parse_prompt(V1.replace(*change), "v1")


def test_windows_line_ends_and_bom_do_not_change_the_prompt():
    assert parse_prompt("\ufeff" + V1.replace("\n", "\r\n"), "v1") == parse_prompt(V1, "v1")


def test_hash_follows_what_the_model_is_told_only():
    base = parse_prompt(V1, "v1")
    assert prompt_sha256(base) == prompt_sha256(parse_prompt(V1.replace("bare names", "other"), "v9"))
    assert prompt_sha256(base) != prompt_sha256(parse_prompt(V1.replace("Money", "Cash"), "v1"))
