"""Sentences end where a reader thinks they do, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("作者要求退款。不包括询价！", ("作者要求退款。", "不包括询价！")),
        ("作者说“快退钱！”就算。其余不算。", ("作者说“快退钱！”", "就算。", "其余不算。")),
        ("Money back, please. Not a price.", ("Money back, please.", "Not a price.")),
        ("Goods, e.g. a parcel, cost 3.5 yuan. No. 5 too.", ("Goods, e.g. a parcel, cost 3.5 yuan.", "No. 5 too.")),
        ("Rules:\n1. Read first.\n2. Then answer.", ("Rules:", "1. Read first.", "2. Then answer.")),
        ("Is it late? (It is.) Yes", ("Is it late?", "(It is.)", "Yes")),
        ("See below.退款也算。", ("See below.", "退款也算。")),
        ("等等……再说", ("等等……", "再说")),
        ("第一行\n\n第二行\r\n第三行", ("第一行", "第二行", "第三行")),
        ("This is fig.\nThat is not.", ("This is fig.", "That is not.")),
        ("  ", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, sentences: tuple[str, ...]):
    assert split_sentences(text) == sentences


@given(st.text(alphabet="ab中。！.?”) \n1Ee.g", max_size=60))
def test_nothing_but_spaces_is_lost(text: str):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(st.text(alphabet="ab中。！.?”) \n1", max_size=60))
def test_a_sentence_is_not_cut_again(text: str):
    for sentence in split_sentences(text):
        assert split_sentences(sentence) == (sentence,)


def test_a_sentence_that_never_ends_is_not_read_again_at_every_abbreviation():
    assert split_sentences("e.g. a " * 100_000) == (("e.g. a " * 100_000).strip(),)
