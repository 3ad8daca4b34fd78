from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from labkit.comparison import paired
from labkit.records import Bar, Run, RunRow, Task
from labkit.scoring import score
from tests.made_runs import TASK, made_row, made_run, noisy_run, run_pairs

MIRROR = {"better": "worse", "worse": "better", "cannot tell": "cannot tell"}


def accuracy_runs(fixed: int, regressed: int, both: int) -> tuple[Run, Run]:
    """Two single-label runs with so many rows fixed, regressed and right in both."""
    task = Task("one", ("yes", "no"), bar=Bar(metric="accuracy"))
    rights = [(False, True)] * fixed + [(True, False)] * regressed + [(True, True)] * both
    made = []
    for side, name in enumerate("ab"):
        rows = [made_row(str(k), ["yes"], ["yes" if pair[side] else "no"]) for k, pair in enumerate(rights)]
        made.append(made_run(rows, name, task))
    return made[0], made[1]


def test_fixed_and_regressed_rows_are_named_and_tested_exactly():
    pair = paired(*accuracy_runs(fixed=18, regressed=5, both=77))
    assert pair.fixed == tuple(sorted(map(str, range(18))))
    assert len(pair.regressed) == 5
    assert pair.p_value == pytest.approx(mcnemar([[77, 5], [18, 0]], exact=True).pvalue)
    assert pair.delta["accuracy"].value == pytest.approx(0.13)
    assert pair.verdict == "better"
    assert pair.discordant == pytest.approx(0.23)


def test_a_small_difference_cannot_be_told_and_the_rows_needed_are_named():
    pair = paired(*accuracy_runs(fixed=8, regressed=5, both=87))
    assert pair.verdict == "cannot tell"
    assert pair.rows_needed is not None
    assert pair.rows_needed > 500  # 3 points at 13 % discordant rows


def test_four_lucky_rows_of_twenty_are_no_proof():
    """A percentile bootstrap alone would call this better: its interval leaves out 0."""
    pair = paired(*accuracy_runs(fixed=4, regressed=0, both=16))
    assert pair.delta["accuracy"].low > 0
    assert pair.verdict == "cannot tell"
    assert pair.held_back == "too few"
    assert pair.rows_needed >= 30  # six changed rows where four of twenty changed


def test_rows_of_one_author_are_no_six_pieces_of_evidence():
    """All rows of three authors get better, the other five stay: p cannot fall below 2 / 2³, whatever the rows."""
    a, b = accuracy_runs(fixed=12, regressed=0, both=20)
    a, b = (
        replace(
            run,
            rows=tuple(replace(row, example=replace(row.example, group=str(k // 4))) for k, row in enumerate(run.rows)),
        )
        for run in (a, b)
    )
    pair = paired(a, b)
    assert (pair.clusters, pair.changed, pair.verdict) == (8, 3, "cannot tell")
    assert pair.p_swap["accuracy"] == pytest.approx(0.25, abs=0.05)
    assert pair.rows_needed == 64  # of twice as many authors


@settings(max_examples=40, deadline=None)
@given(run_pairs())
def test_rows_that_cannot_tell_are_never_said_to_be_enough(runs: tuple[Run, Run]):
    pair = paired(*runs)
    assert pair.verdict != "cannot tell" or pair.rows_needed is None or pair.rows_needed > pair.rows
    assert not pair.held_back or pair.verdict == "cannot tell"


def test_for_a_loss_lower_is_better():
    a, b = accuracy_runs(fixed=30, regressed=2, both=68)
    task = replace(a.task, bar=Bar(metric="hamming_loss"))
    pair = paired(replace(a, task=task), replace(b, task=task))
    assert pair.delta["hamming_loss"].value < 0
    assert pair.verdict == "better"


def test_label_changes_point_at_the_rows():
    a = made_run([made_row("x", ["refund"], ["quality"]), made_row("y", ["refund"], ["refund"])], "a")
    b = made_run([made_row("x", ["refund"], ["refund"]), made_row("y", ["refund"], ["refund", "delivery"])], "b")
    changes = {entry.label: entry for entry in paired(a, b).per_label}
    assert changes["refund"].fixed == changes["quality"].fixed == ("x",)
    assert changes["delivery"].regressed == ("y",)
    assert changes["delivery"].delta is None  # no gold row carries it
    assert changes["refund"].delta.value == pytest.approx(1 - 2 / 3)


def test_each_label_has_its_exact_mcnemar_test_and_the_adjustment_is_named():
    a, b = noisy_run(300, 0.2, 1, "a"), noisy_run(300, 0.05, 2, "b")
    pair = paired(a, b)
    p_values = [
        mcnemar([[0, len(entry.regressed)], [len(entry.fixed), 0]], exact=True).pvalue for entry in pair.per_label
    ]
    assert [entry.p_mcnemar for entry in pair.per_label] == pytest.approx(p_values)
    adjusted = multipletests(p_values, method="holm")[1]
    assert [entry.p_mcnemar_adjusted for entry in pair.per_label] == pytest.approx(adjusted)
    assert pair.adjustment == "holm"
    many = [noisy_run(60, 0.1, seed, name, labels=25) for seed, name in enumerate("ab")]
    assert paired(*many).adjustment == "benjamini-hochberg"


def test_the_standard_error_of_accuracy_is_that_of_the_paired_differences():
    pair = paired(*accuracy_runs(fixed=18, regressed=5, both=77))
    differences = np.array([1] * 18 + [-1] * 5 + [0] * 77)
    assert pair.standard_error["accuracy"] == pytest.approx(differences.std() / 10, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(run_pairs())
def test_a_run_against_itself_shows_nothing(runs: tuple[Run, Run]):
    pair = paired(runs[0], runs[0])
    assert (pair.fixed, pair.regressed, pair.p_value, pair.verdict) == ((), (), 1.0, "cannot tell")
    assert all((d.value, d.low, d.high) == (0, 0, 0) for d in pair.delta.values())
    assert set(pair.p_swap.values()) <= {1.0}
    assert pair.rows_needed is None


@settings(max_examples=40, deadline=None)
@given(run_pairs())
def test_changing_places_mirrors_the_result(runs: tuple[Run, Run]):
    forth, back = paired(*runs), paired(*reversed(runs))
    assert (forth.fixed, forth.regressed) == (back.regressed, back.fixed)
    assert forth.p_value == back.p_value
    assert forth.p_swap == pytest.approx(back.p_swap)
    assert forth.verdict == MIRROR[back.verdict]
    for name, delta in forth.delta.items():
        mirrored = back.delta[name]
        assert (delta.value, delta.low, delta.high) == pytest.approx((-mirrored.value, -mirrored.high, -mirrored.low))


@settings(max_examples=40, deadline=None)
@given(run_pairs())
def test_intervals_hold_their_differences_and_these_are_those_of_the_scores(runs: tuple[Run, Run]):
    pair = paired(*runs)
    for delta in pair.delta.values():
        assert -1 <= delta.low <= delta.value <= delta.high <= 1
    if not pair.left_out:
        a, b = (score(run).values for run in runs)
        assert {n: d.value for n, d in pair.delta.items()} == pytest.approx(
            {n: b[n].value - a[n].value for n in pair.delta}
        )


def test_equally_good_runs_are_rarely_told_apart():
    """Type-I error: of 100 pairs of equally noisy runs about 5 may be called different, and here are at most 9."""
    found = [paired(*equal_runs(seed)) for seed in range(100)]
    outside = sum(not pair.delta["macro_f1"].low <= 0 <= pair.delta["macro_f1"].high for pair in found)
    assert outside <= 9
    assert sum(pair.verdict != "cannot tell" for pair in found) <= outside


def equal_runs(seed: int) -> tuple[Run, Run]:
    """Two runs of 120 rows with fresh gold, each decision wrong in 1 of 10."""
    draw = random.Random(seed)
    golds = [[label for label in TASK.labels if draw.random() < 0.3] for _ in range(120)]

    def rows() -> list[RunRow]:
        noisy = [[label for label in TASK.labels if (label in gold) != (draw.random() < 0.1)] for gold in golds]
        return [made_row(str(k), gold, answer) for k, (gold, answer) in enumerate(zip(golds, noisy, strict=True))]

    return made_run(rows(), "a"), made_run(rows(), "b")


def test_a_clear_gain_is_found():
    pair = paired(
        noisy_run(rows=300, error=0.10, seed=1, run_id="a"), noisy_run(rows=300, error=0.05, seed=2, run_id="b")
    )
    assert pair.verdict == "better"
    assert pair.p_swap["macro_f1"] < 0.01
    assert pair.delta["macro_f1"].low > 0


def test_rows_of_one_author_count_as_one_piece_of_evidence():
    """Ten rows fixed by one author's habit are one observation, not ten."""

    def run(name: str, answer: str) -> Run:
        odd = [made_row(f"odd{k}", ["refund"], [answer], group="ann") for k in range(10)]
        return made_run([*odd, *(made_row(str(k), ["refund"], ["refund"]) for k in range(30))], name, task)

    task = replace(TASK, bar=Bar(metric="accuracy"))
    pair = paired(run("a", "quality"), run("b", "refund"))
    assert pair.p_value < 0.01  # McNemar takes the rows for independent
    assert pair.verdict == "cannot tell"
