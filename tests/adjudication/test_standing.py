"""What stands after decisions of several people: agreement, disagreement, undo, and gold that comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labkit.adjudication.residual import residual_noise
from labkit.adjudication.ruling import Labels, Ruling
from labkit.adjudication.standing import (
    NOTHING,
    adjudicated,
    after,
    confirmed_rows,
    dropped_rows,
    same,
    standings,
    votes_of,
    with_changes,
)
from labkit.records import Example
from tests.made_runs import label_sets

ROWS = ("r1", "r2")
GOLD: dict[str, Labels] = {"r1": ("refund",), "r2": ("quality",)}


def ruling(who: str, action: Any, *labels: str, **more: Any) -> Ruling:
    found = tuple(GOLD[row] for row in more.get("rows", ROWS))
    return Ruling(
        **{"item": "i", "about": "conflict", "rows": ROWS, "found": found, **more},
        who=who,
        action=action,
        labels=labels,
    )


def decided(*made: Ruling) -> dict[str, Any]:
    return standings([replace(one, order=k) for k, one in enumerate(made)])


def test_one_word_counts_where_one_is_enough():
    found = decided(ruling("ann", "relabel", "refund"))["i"]
    assert found.verdict is not None
    assert (found.verdict.labels, found.disputed) == (("refund",), False)


def test_where_two_are_needed_the_second_makes_it_count():
    first = ruling("ann", "drop", needed=2)
    assert decided(first)["i"].verdict is None
    assert dropped_rows(decided(first)) == frozenset()
    assert decided(first, replace(first, reason="again"))["i"].verdict is None, "one person is no two"
    assert dropped_rows(decided(first, ruling("bob", "drop", needed=2))) == {"r1", "r2"}


def test_people_who_differ_settle_nothing_until_somebody_does():
    differ = [ruling("ann", "keep"), ruling("bob", "relabel", "refund")]
    found = decided(*differ)["i"]
    assert (found.disputed, found.verdict) == (True, None)
    settled = decided(*differ, ruling("cho", "drop", settles=True, reason="an advertisement"))["i"]
    assert settled.disputed is False
    assert settled.verdict is not None
    assert settled.verdict.action == "drop"


def test_a_skip_is_no_word_and_an_undo_brings_back_what_was_said_before():
    said = [ruling("ann", "keep"), ruling("ann", "relabel", "refund"), ruling("ann", "undo"), ruling("bob", "skip")]
    found = decided(*said)["i"]
    assert [one.action for one in found.rulings] == ["keep", "skip"]
    assert found.verdict is not None
    assert found.verdict.action == "keep"
    assert found.skipped_by("bob")
    assert decided(ruling("bob", "undo"))["i"].rulings == (), "an undo of nothing takes nothing"


def test_undo_takes_back_only_ones_own_word():
    found = decided(ruling("ann", "keep"), ruling("bob", "keep"), ruling("ann", "undo"))["i"]
    assert [one.who for one in found.rulings] == ["bob"]


def test_dropped_rows_leave_the_pool_and_no_other_split():
    rows = [
        Example("r1", ("a",), split="pool"),
        Example("r2", ("b",), split="test"),
        Example("r3", ("c",), split="pool"),
    ]
    assert [row.id for row in adjudicated(rows, decided(ruling("ann", "drop")))] == ["r2", "r3"]


def test_a_row_that_another_item_drops_is_not_confirmed():
    alone = ruling("ann", "keep", item="j", rows=("r1",))
    assert confirmed_rows(decided(alone)) == {"r1"}
    assert confirmed_rows(decided(alone, ruling("ann", "drop"))) == frozenset()


def test_votes_are_what_each_said_alone_and_not_what_settled_it():
    settling = ruling("cho", "relabel", "delivery", settles=True)
    found = votes_of(decided(ruling("ann", "keep"), ruling("bob", "relabel", "refund"), settling))
    assert {(vote.row, vote.annotator, *vote.labels) for vote in found} == {
        ("r1", "ann", "refund"),
        ("r2", "ann", "quality"),
        ("r1", "bob", "refund"),
        ("r2", "bob", "refund"),
    }


def test_residual_noise_counts_what_the_random_check_changed():
    spot = [ruling("ann", "keep", item=f"spot-{k}", about="spot", rows=("r1",)) for k in range(48)]
    spot += [ruling("ann", "drop", item="spot-x", about="spot"), ruling("ann", "skip", item="spot-y", about="spot")]
    noise = residual_noise(decided(*spot, ruling("ann", "relabel", "refund")))
    assert (noise.judged, noise.wrong, noise.skipped, noise.clean) == (49, 1, 1, False)
    assert noise.share is not None
    assert (round(noise.share.low, 4), round(noise.share.high, 4)) == (0.0036, 0.1069)  # Wilson (1927), by hand
    assert residual_noise({}).share is residual_noise({}).clean is None


actions = st.sampled_from(["relabel", "keep", "drop", "skip", "undo"])
moves = st.lists(st.tuples(st.sampled_from("abc"), actions, label_sets, st.integers(1, 2), st.booleans()), max_size=12)


@given(moves)
def test_gold_is_what_stands_and_comes_back_when_everything_is_taken_back(made: list[Any]):
    gold, standing = dict(GOLD), NOTHING
    undone = [(who, "undo", [], 1, False) for who in "abc" for _ in made]
    for k, (who, action, labels, needed, settles) in enumerate([*made, *undone]):
        named = tuple(labels) if action == "relabel" else ()
        said = ruling(who, action, *named, needed=needed, settles=settles and action not in ("skip", "undo"), order=k)
        said = with_changes(standing, said, gold)
        for row, (before, now) in said.changed.items():
            assert same(gold[row], before), "a fix holds only where gold is what was found"
            gold[row] = now
        standing = after(standing, said)
        verdict = standing.verdict
        wanted = dict.fromkeys(ROWS, verdict.labels) if verdict and verdict.action == "relabel" else GOLD
        assert all(same(gold[row], wanted[row]) for row in ROWS)
    assert standing.rulings == ()


def test_keeping_labels_that_changed_in_between_is_not_the_same_word():
    kept, later = (ruling(who, "keep", needed=2, rows=("r1",)) for who in ("ann", "bob"))
    agreed = standings([kept, later])["i"]
    assert (agreed.disputed, agreed.verdict) == (False, later)
    later = replace(later, found=(("quality",),))
    parted = standings([kept, later])["i"]
    assert (parted.disputed, parted.verdict) == (True, None)
    assert not confirmed_rows({"i": parted})


def test_naming_the_labels_and_keeping_the_same_ones_is_the_same_word():
    named = ruling("ann", "relabel", "refund", needed=2, rows=("r1",))
    kept = ruling("bob", "keep", needed=2, rows=("r1",))
    assert not standings([named, kept])["i"].disputed
