"""Agreement of annotators against published tables and independent libraries."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.curation.annotator_agreement import (
    Vote,
    annotator_agreement,
    fleiss_kappa,
    masi_alpha,
    masi_distance,
)
from labkit.errors import BadData
from labkit.workspace import Scene

A, B, NONE = frozenset("a"), frozenset("b"), frozenset[str]()
FLEISS_1971 = (  # rater counts per category; the published kappa is .430
    *((0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0), (2, 0, 4, 0, 0)),
    *((0, 0, 4, 0, 2), (2, 0, 3, 1, 0), (2, 0, 0, 4, 0), (0, 0, 0, 0, 6), (1, 0, 0, 5, 0), (1, 1, 0, 4, 0)),
    *((0, 3, 3, 0, 0), (1, 0, 0, 5, 0), (0, 2, 0, 3, 1), (0, 0, 5, 0, 1), (3, 0, 0, 1, 2), (5, 1, 0, 0, 0)),
    *((0, 2, 0, 4, 0), (1, 0, 2, 0, 3), (0, 0, 0, 0, 6), (0, 1, 0, 5, 0), (0, 2, 0, 1, 3), (2, 0, 0, 4, 0)),
    *((1, 0, 0, 4, 1), (0, 5, 0, 1, 0), (4, 0, 0, 0, 2), (0, 2, 0, 4, 0), (1, 0, 5, 0, 0), (0, 0, 0, 0, 6)),
)


def votes_of(*answers: dict[str, frozenset[str]]) -> list[Vote]:
    return [Vote(f"r{k}", who, said) for k, row in enumerate(answers) for who, said in row.items()]


def test_fleiss_gives_the_published_kappa():
    units = [[category for category, n in enumerate(row) for _ in range(n)] for row in FLEISS_1971]
    assert fleiss_kappa(units) == pytest.approx(0.430, abs=5e-4)


def test_fleiss_agrees_with_statsmodels():
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater", reason="the dev extra is not installed")
    units = [[0, 0, 1], [1, 1, 1], [0, 1, 2], [2, 2, 2], [0, 0, 0]]
    table, _ = inter_rater.aggregate_raters(units)
    assert fleiss_kappa(units) == pytest.approx(inter_rater.fleiss_kappa(table))


def test_masi_weighs_nested_and_overlapping_sets():
    assert masi_distance(A, A) == masi_distance(NONE, NONE) == 0
    assert masi_distance(A, B) == 1
    assert masi_distance(A, A | B) == pytest.approx(1 - 2 / 3 * 1 / 2)
    assert masi_distance(A | B, A | frozenset("c")) == pytest.approx(1 - 1 / 3 * 1 / 3)


def test_masi_alpha_of_single_labels_is_krippendorffs_nominal_alpha():
    from labkit.comparison.agreement import krippendorff_alpha

    rows = [[A, A], [A, B], [B, B], [A, A, B], [B]]
    assert masi_alpha(rows) == pytest.approx(krippendorff_alpha(rows))


@given(st.lists(st.lists(st.sampled_from([A, B, A | B, NONE]), min_size=1, max_size=4), max_size=8))
def test_alpha_never_exceeds_one_and_is_one_when_all_agree(rows: list[list[frozenset[str]]]):
    found = masi_alpha(rows)
    assert found is None or found <= 1 + 1e-9
    agreed = masi_alpha([[row[0], row[0]] for row in rows])
    assert agreed is None or agreed == pytest.approx(1)


def test_what_annotators_differ_on_is_said_by_label_pair_and_row():
    said = votes_of(*[{"w": A, "l": A}] * 6, {"w": A, "l": B}, {"w": A, "l": A | B}, *[{"w": B, "l": B}] * 6, {"w": A})
    found = annotator_agreement(said, ("a", "b"))
    assert (found.rows, found.annotators) == (14, ("l", "w"))
    assert found.disputed == ("r6", "r7")
    assert found.confused == (("a", "b", 1),)
    assert found.pairs[0].same == pytest.approx(12 / 14)
    assert found.overall.low <= found.overall.value <= found.overall.high
    assert found.of_label["a"].value > found.of_label["b"].value


def test_the_last_word_of_an_annotator_counts():
    said = [*votes_of({"w": A, "l": B}, {"w": B, "l": B}), Vote("r0", "w", B)]
    assert annotator_agreement(said, ("a", "b")).disputed == ()


def test_a_scene_keeps_annotations_as_decisions(scene: Scene):
    with pytest.raises(BadData, match="No row was labelled by two annotators"):
        labkit.agreement(scene)
    for row, one, other in (("dev-00", "物流", "物流"), ("dev-01", "物流", "退款"), ("dev-02", "退款", "退款")):
        scene.record_decision("annotate", id=row, to=[one], who="a")
        scene.record_decision("annotate", id=row, to=[other], who="b")
    found = labkit.agreement(scene)
    assert (found.rows, found.disputed) == (3, ("dev-01",))
    assert labkit.audit(scene).finding("D12").rows == ("dev-01",)


def test_tables_hold_a_row_per_vote_or_a_column_per_annotator(tmp_path: Path):
    long = tmp_path / "long.csv"
    long.write_text("id,annotator,labels\n1,w,a\n1,l,a\n2,w,a;b\n2,l,b\n", encoding="utf-8")
    wide = tmp_path / "wide.csv"
    wide.write_text("id,w,l\n1,a,a\n2,a;b,b\n3,,b\n", encoding="utf-8")
    one, other = labkit.agreement(long), labkit.agreement(wide, labels=["w", "l"])
    assert one.overall == other.overall
    assert one.disputed == ("2",)
    with pytest.raises(BadData, match="no column of annotators"):
        labkit.agreement(wide)


def test_kappas_come_with_intervals_close_to_those_of_their_large_sample_theory():
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater", reason="the dev extra is not installed")
    draw = random.Random(0)
    truth = [draw.choice("abc") for _ in range(300)]
    said = {who: [t if draw.random() < 0.8 else draw.choice("abc") for t in truth] for who in ("ann", "ben", "cid")}
    votes = [Vote(f"r{k}", who, frozenset(label)) for who, told in said.items() for k, label in enumerate(told)]
    found = annotator_agreement(votes, ("a", "b", "c"))
    (pair,) = (pair for pair in found.pairs if (pair.a, pair.b) == ("ann", "ben"))
    both = list(zip(said["ann"], said["ben"], strict=True))
    table = [[both.count((x, y)) for y in "abc"] for x in "abc"]
    theirs = inter_rater.cohens_kappa(table)
    assert pair.kappa.value == pytest.approx(theirs.kappa)
    assert (pair.kappa.low, pair.kappa.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp), abs=0.02)
    assert found.fleiss.low < found.fleiss.value < found.fleiss.high
    assert found.fleiss.high - found.fleiss.low < 0.15
    assert found.fleiss.value == pytest.approx(sum(p.kappa.value for p in found.pairs) / 3, abs=0.02)


def test_kappa_of_people_who_only_ever_say_one_thing_has_neither_value_nor_interval():
    votes = [Vote(f"r{k}", who, A) for who in ("ann", "ben") for k in range(5)]
    (pair,) = annotator_agreement(votes, ("a",)).pairs
    assert (pair.same, pair.kappa.value, pair.kappa.low) == (1.0, None, None)
