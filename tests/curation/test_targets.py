"""A teacher's answers as training targets."""

from __future__ import annotations

from dataclasses import replace

from labkit.curation.targets import explained_targets
from labkit.records import Evidence, Example, Prediction, RunRow, Status
from tests.made_runs import made_run

ROW = Example("r", ("the parcel is late", "and broken"), ("delivery", "quality"))
QUOTE = Evidence(2, "broken", verbatim=True)
GOOD = Prediction(Status.ANSWERED, ("quality", "delivery"), "late,\n and  broken", (QUOTE,), "quality")


def targets_of(*answers: Prediction, example: Example = ROW):
    return explained_targets([example], made_run([RunRow(ROW, answer) for answer in answers], split="pool"))


def test_a_good_answer_is_taught_in_one_form_with_gold_labels():
    assert targets_of(GOOD).of_row["r"] == {
        "rationale": "late, and broken",
        "evidence": [{"post": 2, "quote": "broken"}],
        "definition": "quality",
        "labels": ["delivery", "quality"],
    }
    assert "definition" not in targets_of(replace(GOOD, definition="refund")).of_row["r"]


def test_an_answer_with_any_fault_is_refused_with_its_reason():
    for answer, why in (
        (Prediction(Status.UNPARSED), "no readable answer"),
        (Prediction(Status.OFF_LIST, ("delivery", "quality"), "why"), "no readable answer"),
        (replace(GOOD, labels=("delivery",)), "other labels than gold"),
        (replace(GOOD, evidence=(QUOTE, Evidence(1, "lost", verbatim=False))), "a quote that is not in the post"),
        (replace(GOOD, unplaced=(Evidence(7, "broken", verbatim=False),)), "a quote that is not in the post"),
        (replace(GOOD, rationale="  "), "no rationale"),
    ):
        found = targets_of(answer)
        assert (found.of_row, found.refused, found.queue) == ({}, {"r": why}, ("r",))
        assert found.counts == {why: 1}


def test_rows_that_were_not_asked_or_read_otherwise_then_do_not_wait_for_a_person():
    for found in (targets_of(), targets_of(GOOD, example=replace(ROW, items=("another post",)))):
        assert (found.refused, found.queue) == ({"r": "not asked"}, ())


def test_of_several_askings_the_first_good_one_counts():
    found = targets_of(replace(GOOD, labels=()), replace(GOOD, rationale="second"), replace(GOOD, rationale="third"))
    assert found.of_row["r"]["rationale"] == "second"
