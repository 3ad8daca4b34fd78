"""Which texts give away others: by every pair on small bodies, and in time where one post fills most of them."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation import leaks
from labkit.curation.leaks import KINDS, Leak, find_leaks
from labkit.curation.near_duplicates import folded

POST = "这家店的客服态度太差了，退款等了三个月还没到账，大家千万别买！"


def test_words_are_the_unit_of_english_leaks():
    learnt = ["How do I deactivate a stolen card?", "i wasn't able to do a transfer to an account today"]
    held = ["How do I deal with a stolen card?", "I am not able to do a transfer to an account today", "Hello"]
    assert find_leaks(learnt, held).pairs == (Leak(1, 1, "near"),)


def test_nothing_leaks_from_or_into_nothing():
    assert find_leaks([], [POST]).pairs == find_leaks([POST], []).pairs == ()


def tokens(text: str) -> list[str]:
    return re.findall("[\u2e80-\u9fff\uf900-\ufaff]|[^\\W\u2e80-\u9fff\uf900-\ufaff]+", text) or list(text) or [""]


def grams(words: list[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[k : k + length]) for k in range(max(1, len(words) - length + 1))]


def cover(text: list[str], held: list[str], length: int) -> float:
    """The definition, token by token."""
    if len(held) < length or len(text) < length:
        return float(text == held)
    shared = [gram in grams(text, length) for gram in grams(held, length)]
    return sum(any(shared[max(0, k - length + 1) : k + 1]) for k in range(len(held))) / len(held)


def kind_of(learnt: str, held: str) -> str | None:
    a, b = tokens(folded(learnt)), tokens(folded(held))
    one, other = set(grams(a, 3)), set(grams(b, 3))
    if folded(learnt) == folded(held):
        return "exact"
    if len(one & other) >= 0.5 * len(one | other) - 1e-9 or cover(a, b, 8) >= 0.5:
        return "near"
    return "review" if cover(a, b, 5) >= 0.5 else None


def gravest(pairs: list[tuple[int, str]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, kind in pairs:
        found[place] = max(found.get(place, kind), kind, key=KINDS.index)
    return found


bodies = st.lists(st.text("快递慢a b!", max_size=14) | st.text("快递", min_size=6, max_size=24), max_size=6)


@settings(max_examples=150, deadline=None)
@given(bodies, bodies)
def test_every_text_is_told_by_its_gravest_leak(learnt: list[str], held: list[str]):
    expected = {(i, j, k) for i, a in enumerate(learnt) for j, b in enumerate(held) if (k := kind_of(a, b))}
    found = {(leak.learnt, leak.held, leak.kind) for leak in find_leaks(learnt, held).pairs}
    assert found <= expected
    assert gravest([(i, k) for i, _, k in found]) == gravest([(i, k) for i, _, k in expected])
    assert gravest([(j, k) for _, j, k in found]) == gravest([(j, k) for _, j, k in expected])


@pytest.mark.parametrize("changed", [False, True])
def test_one_post_copied_ten_thousand_times_costs_little(changed: bool, monkeypatch: pytest.MonkeyPatch):
    compared = []
    leak = leaks.TokenGrams.leak
    monkeypatch.setattr(leaks.TokenGrams, "leak", lambda *a: compared.append(len(a[1])) or leak(*a))
    copies = [POST + (str(k) if changed else "") for k in range(10_000)]
    begun = time.process_time()
    found = find_leaks([*copies[:5_000], "完全不同的一句话，说的是别的事情"], copies[5_000:])
    assert found.complete
    assert found.learnt("near" if changed else "exact") == found.held("near" if changed else "exact") == {*range(5_000)}
    assert sum(compared) < 300_000, "pairs grow with the rows, not with their square"
    assert time.process_time() - begun < 60


def test_a_gram_that_comes_again_covers_every_place_it_stands_at():
    assert find_leaks(["快b快b快"], ["a快a快快b快b快b快"]).pairs == (Leak(0, 0, "review"),)


def test_a_search_that_was_cut_short_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leaks, "MOST_MEETINGS", 0)
    found = find_leaks(
        [POST, "别的" + POST[4:], "三个月还没到账的人很多，可是大家都在等一个结果"], [POST + "！！", POST[2:] + "真的"]
    )
    assert not found.complete
    assert {"near"} == {leak.kind for leak in found.pairs}


def test_a_template_that_all_rows_share_costs_no_comparisons(monkeypatch: pytest.MonkeyPatch):
    compared = []
    leak = leaks.TokenGrams.leak
    monkeypatch.setattr(leaks.TokenGrams, "leak", lambda *a: compared.append(len(a[1])) or leak(*a))
    generator = random.Random(1)
    letters = [chr(0x4E00 + k) for k in range(3_000)]
    rows = ["转发微博抽奖送手机" + "".join(generator.choices(letters, k=20)) for _ in range(2_000)]
    assert find_leaks(rows[:1_000], rows[1_000:]).pairs == ()
    assert sum(compared) < 50_000, "a third of a post is no leak, and every pair shares it"
