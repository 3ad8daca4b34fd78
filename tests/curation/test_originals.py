"""Which rows repeat an original: by the pair itself, exactly up to 200,000 texts and nearly so above."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation import originals
from labkit.curation.near_duplicates import character_trigrams, jaccard, near_duplicate_groups, similarity
from labkit.curation.originals import find_originals
from labkit.records import Example

POST = "快递停在中转站五天没有动静，客服只会说再等等，谁来管管我的包裹"
bodies = st.lists(st.text("ab", max_size=9) | st.text("快递慢退", min_size=1, max_size=25), max_size=14)


def rows_of(texts: list[str]) -> list[Example]:
    return [Example(f"row-{k}", (text,)) for k, text in enumerate(texts)]


def in_turn(rows: list[Example], threshold: float) -> dict[str, str]:
    """The definition: each row against every original before it."""
    found: dict[str, str] = {}
    kept: list[Example] = []
    for row in rows:
        grams = character_trigrams(row.text)
        alike = [o.id for o in kept if jaccard(character_trigrams(o.text), grams) >= threshold - 1e-9]
        found[row.id] = alike[0] if alike else row.id
        kept += [] if alike else [row]
    return found


@settings(max_examples=250, deadline=None)
@given(bodies, st.sampled_from((0.1, 0.3, 0.5, 0.7, 0.9, 1.0)))
def test_every_row_follows_the_first_original_that_it_repeats(texts: list[str], threshold: float):
    rows = rows_of(texts)
    assert find_originals(rows, threshold) == in_turn(rows, threshold)


def test_work_done_in_small_blocks_gives_the_same(monkeypatch: pytest.MonkeyPatch):
    generator = random.Random(5)
    rows = rows_of(["".join(generator.choices("快递慢退款", k=12)) for _ in range(200)])
    expected = in_turn(rows, 0.3)
    assert any(row != original for row, original in expected.items())
    monkeypatch.setattr(originals, "_MEETINGS", 50)
    monkeypatch.setattr(originals, "_STRETCH", 7)
    assert find_originals(rows, 0.3) == expected


def test_the_ends_of_a_chain_are_both_originals():
    a, b, c = POST, POST[6:] + "另外我还要投诉", POST[12:] + "另外我还要投诉你们的仓库"
    rows = rows_of([a, b, c])
    assert set(near_duplicate_groups(rows).values()) == {"row-0"}
    assert find_originals(rows) == {"row-0": "row-0", "row-1": "row-0", "row-2": "row-2"}


def test_ten_thousand_changed_copies_are_compared_a_few_times_each(monkeypatch: pytest.MonkeyPatch):
    compared: list[int] = []
    monkeypatch.setattr(originals, "similarity", lambda *a: compared.append(len(a[1])) or similarity(*a))
    found = find_originals(rows_of([f"{POST}{k}" for k in range(10_000)]))
    assert set(found.values()) == {"row-0"}
    assert sum(compared) < 300_000, "of 50 million pairs"


def test_a_template_that_thousands_share_does_not_make_them_meet(monkeypatch: pytest.MonkeyPatch):
    blocks: list[int] = []
    block = originals._Meetings.block
    monkeypatch.setattr(originals._Meetings, "block", lambda *a: blocks.append(1) or block(*a))
    generator = random.Random(1)
    letters = [chr(0x4E00 + k) for k in range(3_000)]
    rows = rows_of(["转发微博抽奖送手机" + "".join(generator.choices(letters, k=20)) for _ in range(3_000)])
    assert set(find_originals(rows).values()) == {row.id for row in rows}
    assert len(blocks) <= 2, "4 million shared grams fill one; by the template alone these rows share 63 million"


def test_hashing_tells_copies_of_originals_and_misses_few(monkeypatch: pytest.MonkeyPatch):
    generator = random.Random(3)
    posts = ["".join(generator.choices("快递慢退款坏客服物流少件", k=24)) for _ in range(500)]
    rows = rows_of([*posts, *(post[: k % 4] + "的" + post[k % 4 + 1 :] for k, post in enumerate(posts))])
    exact = find_originals(rows)
    monkeypatch.setattr(originals, "EXACT_ROWS", 0)
    hashed, text = find_originals(rows), {row.id: character_trigrams(row.text) for row in rows}
    assert all(hashed[original] == original for original in hashed.values())
    assert all(jaccard(text[row], text[original]) >= 0.5 for row, original in hashed.items())
    missed = [row for row, original in exact.items() if original != row and hashed[row] == row]
    assert len(missed) <= 0.02 * len(posts)
    assert set(find_originals(rows_of([f"{POST}{k}" for k in range(2_000)])).values()) == {"row-0"}


def test_no_rows_have_no_originals():
    assert find_originals([]) == {}
