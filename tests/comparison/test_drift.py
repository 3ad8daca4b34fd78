"""Drift: what changed is found, what did not is left alone, and many tests do not make chance look like change."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.comparison.drift import LEAST, Answer, measure_drift
from tests.conftest import TINY_TASK

WORDS = "快递包裹物流退款退货质量掉漆漏水客服电话一周今天"


def rows(seed: int, count: int, shares: tuple[float, ...] = (0.4, 0.3, 0.3), words: str = WORDS) -> list[Answer]:
    draw = random.Random(seed)
    labels = draw.choices(TINY_TASK.labels, shares, k=count)
    return [
        Answer("".join(draw.choices(words, k=draw.randint(8, 20))), (label,), draw.uniform(0.4, 1)) for label in labels
    ]


KNOWN = [answer.text for answer in rows(99, 400)]


def drifted(now: list[Answer]) -> set[tuple[str, str | None]]:
    found = measure_drift(TINY_TASK, rows(1, 300), now, KNOWN)
    return {(line.what, line.label) for line in found.lines if line.drifted}


def test_rows_from_the_same_source_seldom_drift():
    alarms = sum(bool(drifted(rows(seed, 300))) for seed in range(2, 42))
    assert alarms <= 6  # 5 of 100 may; 7 or more of 40 happen less than once in 50 times


def test_each_change_is_found_and_named():
    assert drifted(rows(2, 300, (0.1, 0.6, 0.3))) == {("label", "物流"), ("label", "退款")}
    unsure = [Answer(row.text, row.labels, (row.confidence or 0) * 0.5) for row in rows(2, 300)]
    assert drifted(unsure) == {("confidence", None)}
    longer = [Answer(row.text * 2, row.labels, row.confidence) for row in rows(2, 300)]
    assert ("length", None) in drifted(longer)
    silent = [Answer(row.text, None if k % 4 else row.labels, row.confidence) for k, row in enumerate(rows(2, 300))]
    assert drifted(silent) == {("unanswered", None)}  # the labels of what is answered are as they were
    assert drifted(rows(2, 300, words=WORDS[:-8] + "直播间优惠券")) == {("wording", None)}


def test_new_wording_is_listed_the_most_frequent_first():
    now = [Answer("直播间没货", ("物流",)), Answer("直播间退款", ("退款",)), Answer("包裹", ("物流",))]
    found = measure_drift(TINY_TASK, rows(1, 50), now, KNOWN)
    assert found.new_grams[0] == ("直播间", 2)


def test_a_change_too_small_to_matter_is_no_drift_however_sure():
    before = [Answer("x", ("物流",))] * 10_000 + [Answer("x", ("退款",))] * 10_000
    now = [Answer("x", ("物流",))] * 10_400 + [Answer("x", ("退款",))] * 9_600
    line = measure_drift(TINY_TASK, before, now, ()).lines[0]
    assert line.p < 0.001
    assert line.effect < LEAST["label"]
    assert not line.drifted


def test_what_one_side_lacks_is_not_measured():
    now = [Answer("快递", ("物流",)), Answer("", ())]
    found = measure_drift(TINY_TASK, rows(1, 30), now, ())
    assert {line.what for line in found.lines} == {"label", "unanswered", "length"}
    assert found.new_grams == ()


@pytest.mark.parametrize("known", [(), ("一", "")])
@given(st.lists(st.tuples(st.text(max_size=12), st.none() | st.just(()) | st.just(("退款",))), min_size=1, max_size=8))
def test_any_rows_can_be_compared(known: tuple[str, ...], given_rows: list[tuple[str, tuple[str, ...] | None]]):
    now = [Answer(text, labels) for text, labels in given_rows]
    found = measure_drift(TINY_TASK, now[::-1], now, known)
    assert all(0 <= line.p <= 1 and 0 <= line.effect <= 1 for line in found.lines)
    assert not found.drifted  # the same rows
