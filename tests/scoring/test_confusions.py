from __future__ import annotations

from hypothesis import given

from labkit.records import Run, Status
from labkit.scoring import Confusion, commonest_confusions, confusions
from tests.made_runs import made_row, made_run, runs


def test_confusions_name_missed_spurious_and_swapped_labels():
    rows = [
        made_row("swap", ["refund"], ["quality"]),
        made_row("swap2", ["refund"], ["quality"]),
        made_row("missed", ["refund", "delivery"], ["refund"]),
        made_row("spurious", ["refund"], ["refund", "quality"]),
        made_row("right", ["refund"], ["refund"]),
        made_row("failed", ["refund"], [], Status.FAILED),
        made_row("unlabelled", None, ["refund"]),
    ]
    assert confusions(made_run(rows)) == (
        Confusion("refund", "quality", ("swap", "swap2")),
        Confusion(None, "quality", ("spurious",)),
        Confusion("delivery", None, ("missed",)),
    )


@given(runs())
def test_every_wrong_answer_is_in_a_confusion_and_no_right_one_is(run: Run):
    confused = {row for confusion in confusions(run) for row in confusion.rows}
    wrong = {r.example.id for r in run.rows if r.correct is False and r.prediction.status is Status.ANSWERED}
    assert confused == wrong
    assert all(c.gold or c.predicted for c in confusions(run))


def test_the_commonest_confusions_are_as_few_as_hold_half_of_what_went_wrong():
    rows = [
        *(made_row(f"a{k}", ["refund"], ["quality"]) for k in range(4)),
        *(made_row(f"b{k}", ["quality"], ["delivery"]) for k in range(3)),
        *(made_row(f"c{k}", ["delivery"], ["refund"]) for k in range(2)),
        made_row("unanswered", ["refund"], status=Status.FAILED),
        made_row("right", ["refund"], ["refund"]),
    ]
    run = made_run(rows)
    found = commonest_confusions(run, confusions(run)[:5])
    assert [(one.gold, one.predicted) for one in found.confusions] == [("refund", "quality"), ("quality", "delivery")]
    assert (len(found.rows), found.misread, found.unanswered) == (7, 10, 1)
    assert len(commonest_confusions(run, confusions(run)[:1]).rows) == 4


def test_a_row_in_two_confusions_counts_once():
    rows = [made_row(f"r{k}", ["refund", "delivery"], ["quality"]) for k in range(3)]
    run = made_run(rows)
    found = commonest_confusions(run, confusions(run)[:5])
    assert (len(found.confusions), found.rows, found.misread) == (1, ("r0", "r1", "r2"), 3)


@given(runs())
def test_no_more_is_held_than_went_wrong_and_it_adds_up(run: Run):
    found = commonest_confusions(run, confusions(run)[:5])
    wrong = {row.example.id for row in run.rows if row.correct is False}
    assert set(found.rows) <= wrong
    assert found.misread == len(wrong)
    assert found.unanswered <= found.misread - len(found.rows)
