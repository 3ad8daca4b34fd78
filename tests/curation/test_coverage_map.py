"""A pool's map: what a choice covers, which regions it leaves bare; degenerate pools keep a map too."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation import coverage_map
from labkit.curation.coverage import vectors
from labkit.curation.coverage_map import CoverageMap
from labkit.errors import BadData
from labkit.records import Example
from tests.cli.conftest import post

FAR = [Example(f"far{k}", (f"{'zyxwvuts'[k]}{'qponmlkj'[k]} completely different words {k}",)) for k in range(8)]
NEAR = [Example(f"r{k}", (post(k),)) for k in range(40)]


def test_the_value_is_the_mean_similarity_to_the_nearest_chosen_row():
    rows, chosen = NEAR, ["r0", "r7"]
    matrix = vectors([row.text for row in rows])
    expected = np.asarray((matrix @ matrix[[0, 7]].T).max(axis=1).todense()).mean()
    found = CoverageMap(rows).of(chosen)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert {row.id for row in found.rows if row.covered == 1} == set(chosen)
    assert sum(region.chosen for region in found.regions) == 2


def test_a_region_without_a_chosen_row_is_bare_and_its_furthest_row_comes_first():
    found = CoverageMap([*NEAR, *FAR]).of([row.id for row in NEAR])
    lost = {id for region in found.bare for id in region.rows}
    assert lost
    assert lost <= {row.id for row in FAR}, "all of the others are chosen"
    covered = {row.id: row.covered for row in found.rows}
    for region in found.regions:
        values = [covered[id] for id in region.rows]
        assert values == sorted(values)
        assert region.covered == pytest.approx(sum(values) / len(values))
        assert region.typical in region.rows


def test_nothing_chosen_covers_nothing_and_all_of_it_covers_all():
    drawn = CoverageMap(NEAR)
    assert drawn.of(()).value == 0
    assert len(drawn.of(()).bare) == len(drawn.of(()).regions)
    assert drawn.of([row.id for row in NEAR]).value == 1
    assert drawn.of(["of another pool"]) == drawn.of(())


def test_places_and_regions_stay_when_the_choice_changes():
    drawn = CoverageMap(NEAR)
    one, other = (drawn.of(chosen) for chosen in (["r1"], ["r2", "r3"]))
    assert [(r.id, r.x, r.y, r.region) for r in one.rows] == [(r.id, r.x, r.y, r.region) for r in other.rows]
    assert CoverageMap(NEAR).of(["r1"]) == one


def test_of_a_large_pool_a_sample_is_drawn_and_chosen_rows_beside_it_are_placed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(coverage_map, "DRAWN_ROWS", 20)
    drawn = CoverageMap(NEAR)
    inside = {row.id for row in drawn.drawn}
    beside = next(row.id for row in NEAR if row.id not in inside)
    found = drawn.of([beside])
    assert (len(found.rows), found.pool_rows, sum(len(region.rows) for region in found.regions)) == (21, 40, 20)
    assert sum(region.chosen for region in found.regions) == 1
    assert found.value > 0
    assert all(0 <= row.x <= 1 and 0 <= row.y <= 1 for row in found.rows)


def test_a_pool_without_rows_is_named():
    with pytest.raises(BadData, match="no rows to map"):
        CoverageMap([])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["", " ", "a", "你", "退款", "abc def", "\u202e", "退款退款"]), min_size=1, max_size=14)
)
def test_blank_and_identical_rows_keep_a_map(texts: list[str]):
    rows = [Example(str(k), (text,)) for k, text in enumerate(texts)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = CoverageMap(rows).of(["0"])
    assert sorted(row.id for row in found.rows) == sorted(row.id for row in rows)
    assert all(np.isfinite([row.x, row.y, row.covered]).all() for row in found.rows)
    assert 0 <= found.value <= 1
    places = {row.text: set() for row in rows}
    for row, mapped in zip(rows, found.rows, strict=True):
        places[row.text].add((mapped.x, mapped.y, mapped.region))
    assert all(len(found) == 1 for found in places.values()), "rows that say the same share a place"


def test_short_posts_about_many_things_are_no_single_heap_with_pairs_beside_it():
    draw = random.Random(0)
    alphabet = [chr(0x4E00 + k) for k in range(400)]
    posts = ["".join(draw.choices(alphabet, k=18)) for _ in range(600)]
    twins = [post + "吗" for post in posts[:20]]
    rows = [Example(f"r{k}", (post,), None, "pool") for k, post in enumerate([*posts, *twins])]
    sizes = sorted(len(region.rows) for region in CoverageMap(rows).of([]).regions)
    assert len(sizes) == 24
    assert sizes[-1] < len(rows) / 4
