"""Quoted words marked in a post: nothing of the text is lost, whatever was quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts.hidden import visible
from labkit.views.excerpts import excerpt, stretches

TEXT = "快递五天没动静,急! 客服说在查"


def test_quotes_are_marked_where_they_stand():
    assert stretches(TEXT, ["五天没动静"]) == (("快递", False), ("五天没动静", True), (",急! 客服说在查", False))


@pytest.mark.parametrize(
    ("quotes", "marked"),
    [
        (["快递五天", "五天没动静"], ["快递五天没动静"]),  # overlapping ones are joined
        (["急!   客服"], ["急! 客服"]),  # one space is as good as several, as in `parsing`
        (["在查", "快递"], ["快递", "在查"]),  # in the order of the text
        (["不在这里", "", "  "], []),
        ([TEXT], [TEXT]),
    ],
)
def test_which_words_are_marked(quotes: list[str], marked: list[str]):
    assert [text for text, quoted in stretches(TEXT, quotes) if quoted] == marked


def test_a_quote_is_words_not_a_pattern():
    assert stretches("a.c abc", ["a.c"]) == (("a.c", True), (" abc", False))


def test_hidden_characters_are_shown():
    assert stretches("a\u202eb", ["a"]) == (("a", True), ("⟨U+202E⟩b", False))


def test_an_excerpt_is_cut_where_the_first_quote_can_still_be_read():
    far = "开头。" * 60 + "关键的话" + "结尾。" * 60
    parts = excerpt(far, ["关键的话"], 60)
    assert ("关键的话", True) in parts
    assert (parts[0], parts[-1]) == (("…", False), ("…", False))
    assert sum(len(text) for text, _ in parts) <= 62


def test_an_excerpt_stays_on_one_line_and_whole_where_it_fits():
    assert excerpt("a\n b\u3000c", [], 60) == (("a b c", False),)
    assert excerpt("", [], 60) == (("", False),)


@given(st.text(max_size=80), st.lists(st.text(max_size=8), max_size=4))
def test_the_stretches_joined_are_the_text(text: str, quotes: list[str]):
    assert "".join(part for part, _ in stretches(text, quotes)) == visible(text)


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=4), st.integers(1, 60))
def test_an_excerpt_is_part_of_the_line(text: str, quotes: list[str], limit: int):
    parts = [part for part, _ in excerpt(text, quotes, limit)]
    line = visible(" ".join(text.split()))
    assert "".join(parts).strip("…") in line or "…" in line
