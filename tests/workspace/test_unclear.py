"""Definitions that people could not decide by: flagged, taken back, gathered label by label."""

from __future__ import annotations

import pytest

import labkit
from labkit.errors import BadData, BadInput, UnknownName
from labkit.evaluation import evaluate
from labkit.workspace import Scene, open_scene


def told(scene: Scene) -> dict[str, tuple[str, ...]]:
    return {one.label: one.rows for one in labkit.unclear_definitions(scene)}


def test_flags_of_several_people_are_gathered_by_label_the_most_rows_first(scene: Scene):
    labkit.flag_unclear(scene, ["pool-12"], ["物流", "质量"], "slow and broken?", who="ann")
    labkit.flag_unclear(scene, ["pool-13"], ["质量"], who="ben")
    labkit.flag_unclear(scene, ["pool-13"], ["质量", "退款"], "refund of a broken one", who="cid")
    assert told(open_scene(scene.path)) == {
        "质量": ("pool-12", "pool-13"),
        "物流": ("pool-12",),
        "退款": ("pool-13",),
    }
    first = labkit.unclear_definitions(scene)[0]
    assert [(flag.who, flag.reason) for flag in first.flags] == [
        ("ann", "slow and broken?"),
        ("ben", ""),
        ("cid", "refund of a broken one"),
    ]


def test_the_last_word_of_a_person_counts_and_is_taken_back_by_them_alone(scene: Scene):
    labkit.flag_unclear(scene, ["pool-12"], ["物流"], who="ann")
    labkit.flag_unclear(scene, ["pool-12"], ["质量"], who="ann")
    assert told(scene) == {"质量": ("pool-12",)}
    assert not labkit.flag_unclear(scene, ["pool-12"], ["质量"], who="ann"), "the same again is no line"
    assert not labkit.flag_unclear(scene, ["pool-12"], (), who="ben", remove=True)
    assert labkit.flag_unclear(scene, ["pool-12"], (), who="ann", remove=True)
    assert told(scene) == {}
    assert len(scene.decisions()) == 3


def test_an_error_tagged_so_counts_for_the_labels_that_gold_and_answer_differ_in(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader", "dev", progress=lambda _: None)
    row = next(row for row in run.rows if row.correct is False)
    differing = set(row.example.labels or ()) ^ set(row.prediction.labels)
    scene.tag_row(run.id, row.example.id, "definition_unclear")
    assert set(told(scene)) == differing
    scene.tag_row(run.id, row.example.id, "gold_wrong")
    assert told(scene) == {}


def test_what_cannot_be_flagged_is_named_and_writes_nothing(scene: Scene):
    for rows, labels, error in (
        (["nobody"], ["质量"], UnknownName),
        (["pool-00"], ["质地"], UnknownName),
        (["pool-00"], [], BadInput),
        ([], ["质量"], BadInput),
        (["test-00"], ["质量"], BadInput),
    ):
        with pytest.raises(error):
            labkit.flag_unclear(scene, rows, labels)
    assert scene.decisions() == ()


@pytest.mark.parametrize(
    "bad", [{"ids": [], "labels": []}, {"ids": "pool-00"}, {"ids": ["pool-00"], "labels": ["质地"]}]
)
def test_a_line_that_somebody_edited_into_none_is_named(scene: Scene, bad: dict):
    scene.record_decision("unclear", **bad)
    with pytest.raises(BadData, match="names no rows, or labels"):
        labkit.unclear_definitions(scene)
