"""Whole Chinese words and phrases, told from torn n-grams."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.improvement.separating import suggest_terms
from labkit.improvement.whole_words import LONGEST, WholeWords
from labkit.records import Definition
from labkit.workspace import open_scene

COURIERS = [
    "快递员没打电话",
    "找不到快递员人影",
    "那位快递员说放门口",
    "问了快递员两遍",
    "快递到楼下",
    "我家快递丢了",
    "换一家快递吧",
]


@pytest.mark.parametrize(
    ("ngram", "whole"),
    [("递员", "快递员"), ("快递", "快递"), ("快递员", "快递员"), ("refund", "refund"), ("99", None), ("两遍", None)],
)
def test_an_ngram_becomes_the_word_that_it_was_torn_from(ngram: str, whole: str | None):
    assert WholeWords(COURIERS).of(ngram) == whole


def test_what_stands_beside_one_neighbour_only_is_a_part_of_the_phrase():
    texts = ["在青禾商城下单", "青禾商城客服", "打给青禾商城", "青禾卖的", "说青禾好", "跟青禾比", "青禾家"]
    assert WholeWords(texts).of("商城") == "青禾商城"
    assert WholeWords(texts).of("青禾") == "青禾"


def test_characters_that_meet_by_chance_are_no_word():
    texts = [f"{who}家说{what}" for who in "商人店大自" for what in "好坏来去"] + [
        "家里好",
        "回家来",
        "说好",
        "说去",
    ] * 9
    assert WholeWords(texts).of("家说") is None


@given(
    st.lists(st.text("快递员的了一二ab9 \n，。(*", max_size=12), max_size=6),
    st.text("快递员一9a(*", min_size=1, max_size=3),
)
def test_any_text_gives_the_ngram_a_longer_one_or_nothing(texts: list[str], ngram: str):
    whole = WholeWords(texts).of(ngram)
    assert whole is None or (ngram in whole and len(whole) <= max(LONGEST, len(ngram)))


def test_a_suggestion_holds_whole_words_of_the_pool(tmp_path: Path):
    pool = open_scene("weibo_service", tmp_path).examples("pool")
    found = suggest_terms({"退款": Definition("退款", "要求退钱。")}, "退款", "物流", pool)[0].definition
    torn = {"家说", "退一", "有没", "二天", "说不", "百块"}
    assert found.includes
    assert not torn & set(found.includes)
