from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation import near_duplicates
from labkit.curation.near_duplicates import (
    DisjointSets,
    character_trigrams,
    jaccard,
    near_duplicate_groups,
    similarity,
)
from labkit.curation.trigram_sets import TrigramSets, told, trigram_sets
from labkit.errors import BadInput
from labkit.records import Example

POST = "快递停在中转站五天没有动静，客服只会说再等等，谁来管管我的包裹"
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def examples_of(texts: list[str]) -> list[Example]:
    return [Example(f"row-{k}", (text,)) for k, text in enumerate(texts)]


def sets_of(groups: dict[str, str]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for example, name in groups.items():
        members[name].add(example)
    return {frozenset(found) for found in members.values()}


def by_brute_force(examples: list[Example], threshold: float) -> set[frozenset[str]]:
    """Connected components over every pair, with nothing of the join but the definition of similarity."""
    group = {example.id: {example.id} for example in examples}
    for a, b in combinations(examples, 2):
        if jaccard(character_trigrams(a.text), character_trigrams(b.text)) >= threshold - 1e-9:
            group[a.id] |= group[b.id]
            for member in group[a.id]:
                group[member] = group[a.id]
    return {frozenset(members) for members in group.values()}


@settings(max_examples=250, deadline=None)
@given(st.lists(st.text("ab", max_size=9), max_size=14), st.sampled_from(THRESHOLDS))
def test_two_letters_give_what_brute_force_gives(texts, threshold):
    examples = examples_of(texts)
    assert sets_of(near_duplicate_groups(examples, threshold)) == by_brute_force(examples, threshold)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.text("快递慢退", min_size=1, max_size=25), max_size=14), st.sampled_from(THRESHOLDS))
def test_four_characters_give_what_brute_force_gives(texts, threshold):
    examples = examples_of(texts)
    assert sets_of(near_duplicate_groups(examples, threshold)) == by_brute_force(examples, threshold)


@st.composite
def edited_copies(draw):
    """Copies of one post with a few characters cut out or put in: similarities lie close to the thresholds."""
    texts = []
    for _ in range(draw(st.integers(2, 10))):
        start, end = sorted(draw(st.tuples(st.integers(0, len(POST)), st.integers(0, len(POST)))))
        texts.append(POST[:start] + draw(st.text("甲乙", max_size=6)) + POST[end:])
    return texts


@settings(max_examples=250, deadline=None)
@given(edited_copies(), st.sampled_from(THRESHOLDS))
def test_edited_copies_give_what_brute_force_gives(texts, threshold):
    examples = examples_of(texts)
    assert sets_of(near_duplicate_groups(examples, threshold)) == by_brute_force(examples, threshold)


@settings(deadline=None)
@given(edited_copies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_who_is_together(texts, generator):
    examples = examples_of(texts)
    shuffled = generator.sample(examples, len(examples))
    assert sets_of(near_duplicate_groups(examples)) == sets_of(near_duplicate_groups(shuffled))


@settings(deadline=None)
@given(edited_copies())
def test_a_group_is_named_after_its_first_row(texts):
    examples = examples_of(texts)
    groups = near_duplicate_groups(examples)
    position = {example.id: k for k, example in enumerate(examples)}
    for members in sets_of(groups):
        assert {groups[member] for member in members} == {min(members, key=position.__getitem__)}


def test_the_name_follows_the_order_of_rows():
    a, b = Example("a", (POST,)), Example("b", (POST + "！",))
    assert near_duplicate_groups([a, b]) == {"a": "a", "b": "a"}
    assert near_duplicate_groups([b, a]) == {"b": "b", "a": "b"}


def test_the_result_lists_every_row_in_its_order():
    examples = examples_of(["甲乙丙丁", "子丑寅卯", "甲乙丙丁"])
    assert list(near_duplicate_groups(examples).items()) == [("row-0", "row-0"), ("row-1", "row-1"), ("row-2", "row-0")]


def test_a_pair_exactly_at_the_threshold_is_together_and_just_above_it_is_not():
    half = [Example("a", ("abcd",)), Example("b", ("abc",))]  # {abc, bcd} and {abc}: 1 of 2
    assert near_duplicate_groups(half, 0.5) == {"a": "a", "b": "a"}
    assert near_duplicate_groups(half, 0.51) == {"a": "a", "b": "b"}


@pytest.mark.parametrize("shared", range(1, 11))
def test_every_tenth_is_met_without_rounding(shared: int):
    """7 of 10 is as much as .7, though .7 * 10 is a little more than 7 in binary."""
    long = "".join(chr(0x4E00 + k) for k in range(12))  # ten 3-grams
    examples = [Example("long", (long,)), Example("short", (long[: shared + 2],))]
    assert near_duplicate_groups(examples, shared / 10) == {"long": "long", "short": "long"}


def test_neighbours_of_neighbours_are_together():
    a, b, c = POST, POST[6:] + "另外我还要投诉", POST[12:] + "另外我还要投诉你们的仓库"
    grams = [character_trigrams(text) for text in (a, b, c)]
    assert jaccard(grams[0], grams[2]) < 0.5 <= min(jaccard(grams[0], grams[1]), jaccard(grams[1], grams[2]))
    assert len(sets_of(near_duplicate_groups(examples_of([a, b, c])))) == 1


def test_width_case_and_spaces_do_not_matter():
    same = examples_of(["ABC 快递１２３", "abc快递123", "ａｂｃ\t快递\n123"])
    assert set(near_duplicate_groups(same, 1.0).values()) == {"row-0"}


def test_several_posts_count_as_one_text():
    one, two = Example("one", (POST,)), Example("two", (POST[:10], POST[10:]))
    assert near_duplicate_groups([one, two], 1.0) == {"one": "one", "two": "one"}


def test_texts_shorter_than_a_gram_are_alike_only_when_equal():
    groups = near_duplicate_groups(examples_of(["好", "好", "好的", "", "  ", "👍"]))
    assert sets_of(groups) == {
        frozenset(found) for found in (("row-0", "row-1"), ("row-2",), ("row-3", "row-4"), ("row-5",))
    }


def test_no_rows_make_no_groups():
    assert near_duplicate_groups([]) == {}


@pytest.mark.parametrize("threshold", [0, -0.5, 1.01, 50, float("nan")])
def test_a_threshold_outside_0_to_1_is_refused(threshold: float):
    with pytest.raises(BadInput, match="above 0 and at most 1"):
        near_duplicate_groups(examples_of([POST]), threshold)


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs are compared, time after time: work is counted, since seconds depend on the machine."""
    made: list[int] = []

    def counted(sets: TrigramSets, left: Any, right: Any) -> Any:
        made.append(len(left))
        return similarity(sets, left, right)

    monkeypatch.setattr(near_duplicates, "similarity", counted)
    return made


def test_one_post_copied_ten_thousand_times_is_one_group_without_a_comparison(comparisons):
    groups = near_duplicate_groups(examples_of([POST] * 10_000))
    assert set(groups.values()) == {"row-0"}
    assert len(groups) == 10_000
    assert sum(comparisons) == 0


def test_three_thousand_variants_of_one_post_are_compared_once_each(comparisons):
    generator = random.Random(7)
    variants = list(dict.fromkeys(with_one_change(generator) for _ in range(3_000)))
    assert set(near_duplicate_groups(examples_of(variants)).values()) == {"row-0"}
    assert sum(comparisons) == len(variants) - 1  # of 4.5 million pairs


@given(st.lists(st.text(max_size=8), max_size=9))
def test_the_matrix_holds_the_very_sets_of_the_definition(texts):
    sets = trigram_sets([told(text) for text in texts])
    assert sets.sizes.tolist() == [len(character_trigrams(text)) for text in texts]
    for a, b in combinations(range(len(texts)), 2):
        found = similarity(sets, np.array([a]), np.array([b]))[0]
        assert found == pytest.approx(jaccard(character_trigrams(texts[a]), character_trigrams(texts[b])))


def test_hashing_finds_what_the_exact_join_finds_but_for_a_few_pairs_at_the_threshold(monkeypatch):
    generator = random.Random(3)
    posts = ["".join(generator.choices("快递慢退款坏客服物流少件", k=24)) for _ in range(500)]
    copies = [with_changes(post, generator, k % 4) for k, post in enumerate(posts)]
    examples = examples_of([*posts, *copies])
    exact = near_duplicate_groups(examples)
    monkeypatch.setattr(near_duplicates, "EXACT_ROWS", 0)
    hashed = near_duplicate_groups(examples)
    assert all(exact[row] == exact[name] for row, name in hashed.items())  # whatever is joined was compared
    apart = [row for row, name in exact.items() if hashed[row] != name]
    assert len(apart) <= 0.02 * len(posts)


def test_a_post_copied_many_times_is_hashed_into_one_group(monkeypatch):
    monkeypatch.setattr(near_duplicates, "EXACT_ROWS", 0)
    generator = random.Random(7)
    variants = [with_one_change(generator) for _ in range(2_000)]
    assert set(near_duplicate_groups(examples_of(variants)).values()) == {"row-0"}


@pytest.mark.parametrize("threshold", [1e-300, 1e-9, 1e-3, *THRESHOLDS])
def test_hashed_copies_are_found_at_any_threshold(threshold, monkeypatch):
    monkeypatch.setattr(near_duplicates, "EXACT_ROWS", 0)
    examples = examples_of(["好", "", POST, POST.upper(), "ab", "好", POST[:-1]])
    groups = near_duplicate_groups(examples, threshold)
    assert groups["row-3"] == "row-2"
    assert groups["row-5"] == "row-0"


def with_changes(text: str, generator: random.Random, changes: int) -> str:
    for _ in range(changes):
        at = generator.randrange(len(text))
        text = text[:at] + "的" + text[at + 1 :]
    return text


def with_one_change(generator: random.Random) -> str:
    at = generator.randrange(len(POST))
    return POST[:at] + chr(0x4E00 + generator.randrange(5_000)) + POST[at + 1 :]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_disjoint_sets_are_named_by_their_smallest_member(pairs):
    sets, naive = DisjointSets(12), {member: {member} for member in range(12)}
    for a, b in pairs:
        sets.union(a, b)
        together = naive[a] | naive[b]
        naive.update(dict.fromkeys(together, together))
    assert [sets.find(member) for member in range(12)] == [min(naive[member]) for member in range(12)]
    assert all((sets.label[a] == sets.label[b]) == (naive[a] == naive[b]) for a in range(12) for b in range(12))
