from __future__ import annotations

from hypothesis import given

from labkit.records import Run, Status
from labkit.scoring import Confusion, confusions
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
