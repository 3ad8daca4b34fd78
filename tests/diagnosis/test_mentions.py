"""Labels are found where a text names them, in either language, and not inside other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.diagnosis.mentions import find_mentions


@pytest.mark.parametrize(
    ("text", "labels", "found"),
    [
        ("作者要求退款，不是物流的问题", ("物流", "退款"), ["退款", "物流"]),
        ("It is a refund request.", ("refund_request", "refund"), ["refund_request"]),
        ("It is about prerefund and refunds", ("refund_request", "refund"), []),
        ("Refund-Request, refund", ("refund_request", "refund"), ["refund_request", "refund"]),
        ("退款慢不是退款", ("退款", "退款慢"), ["退款慢", "退款"]),
        ("答案：B", ("A", "B"), ["B"]),
        ("ABBA", ("A", "B"), []),
        ("c++ or c", ("c++", "c"), ["c++", "c"]),
        ("物流", (), []),
        ("物流", ("_", "物流"), ["物流"]),
    ],
)
def test_names_are_found_as_whole_words(text: str, labels: tuple[str, ...], found: list[str]):
    assert [mention.label for mention in find_mentions(text, labels)] == found


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=6), max_size=5))
def test_every_mention_stands_where_it_is_said_to(text: str, labels: list[str]):
    for mention in find_mentions(text, labels):
        assert mention.label in labels
        assert 0 <= mention.start < mention.end <= len(text)
