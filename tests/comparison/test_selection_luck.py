from __future__ import annotations

import random
from dataclasses import replace
from statistics import mean

import pytest

from labkit.comparison import selection_luck
from labkit.errors import BadData
from labkit.records import Bar, Run
from tests.made_runs import TASK, made_row, made_run

ACCURACY = replace(TASK, bar=Bar(metric="accuracy"))


def alike(runs: int, rows: int, seed: int, right: float = 0.8, discordant: float = 0.1) -> list[Run]:
    """Runs of equal merit whose answers agree but for a share of rows that two of them decide differently."""
    draw = random.Random(seed)
    common = [draw.random() < right for _ in range(rows)]
    # a run redraws a share m of rows; two runs then part in 2 r (1 - r) (1 - (1 - m)²) of them
    share = 1 - (1 - discordant / (2 * right * (1 - right))) ** 0.5
    made = []
    for k in range(runs):
        hits = [draw.random() < right if draw.random() < share else hit for hit in common]
        answers = [made_row(f"{n:04d}", ["refund"], ["refund" if hit else "quality"]) for n, hit in enumerate(hits)]
        made.append(made_run(answers, f"r{k}", ACCURACY, prompt=f"v{k}"))
    return made


def test_the_best_of_equals_is_known_to_be_lucky_by_as_much_as_it_is():
    """The truth is 0.8 for every run, so what the best shows beyond the average of all is luck."""
    found, true = [], []
    for seed in range(8):
        runs = alike(10, 300, seed)
        hits = [sum(row.correct or False for row in run.rows) / 300 for run in runs]
        true.append(max(hits) - mean(hits))
        found.append(selection_luck(runs))
    assert mean(luck.if_equal for luck in found) == pytest.approx(mean(true), abs=0.005)
    assert mean(true) > 0.012
    assert all(0 < luck.optimism < luck.if_equal for luck in found)


def test_a_run_far_ahead_owes_little_to_luck():
    runs = [*alike(5, 300, 1, right=0.6), alike(1, 300, 2, right=0.9)[0]]
    runs[-1] = replace(runs[-1], header=replace(runs[-1].header, run="ahead"))
    luck = selection_luck(runs)
    assert luck.runs[0] == "ahead"
    assert luck.lead > 0.2
    assert luck.optimism < 0.002 < luck.if_equal


def test_more_tries_hold_more_luck_and_more_rows_less():
    few, many, long = (selection_luck(alike(k, rows, 3)) for k, rows in ((3, 200), (12, 200), (12, 2000)))
    assert few.if_equal < many.if_equal
    assert long.if_equal < many.if_equal / 2


def test_the_same_run_twice_is_no_second_draw():
    run = alike(1, 100, 4)[0]
    luck = selection_luck([run, replace(run, header=replace(run.header, run="again"))])
    assert luck.lead == 0
    assert luck.if_equal == pytest.approx(0, abs=1e-9)
    assert luck.optimism == pytest.approx(0, abs=1e-9)


def test_fewer_errors_are_better_where_less_is():
    task = replace(TASK, bar=Bar(metric="hamming_loss"))
    runs = [replace(run, task=task) for run in (*alike(1, 100, 5, right=0.9), *alike(1, 100, 6, right=0.5))]
    runs[1] = replace(runs[1], header=replace(runs[1].header, run="worse"))
    luck = selection_luck(runs)
    assert luck.runs == ("r0", "worse")
    assert luck.lead > 0 < luck.value


def test_one_run_and_rows_without_gold_are_refused():
    run = alike(1, 10, 7)[0]
    with pytest.raises(BadData, match="at least two"):
        selection_luck([run])
    blank = made_run([made_row("a", None, ["refund"])], "blank")
    with pytest.raises(BadData, match="no labelled row in common"):
        selection_luck([blank, blank])
    nothing = made_run([made_row("a", [], []), made_row("b", [], [])], "nothing")
    with pytest.raises(BadData, match="not defined"):
        selection_luck([nothing, nothing])
