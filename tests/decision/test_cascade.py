"""Two models in a row, worked out from runs made of plain values: who answers what, and what that is worth."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from statistics import fmean

import pytest
from hypothesis import given

from labkit.costs import Price, PriceList, Rates
from labkit.decision import PEOPLE, Cascade, Money, cascade
from labkit.errors import BadData, BadInput
from labkit.records import Bar, Run, RunRow, Status, Task, Usage
from labkit.scoring import Interval, score
from tests.made_runs import made_row, made_run, run_pairs

LABELS = ("a", "b", "c", "d")
TASK = Task("made", LABELS, bar=Bar(metric="accuracy", value=0.9))


def sure_run(
    rows: int, seed: int = 0, run_id: str = "cheap", *, skill: float = 0.7, informed: float = 1.0, group_of: int = 0
) -> Run:
    """A model that is right as often as `skill` says; its probability knows of it as far as it is informed."""
    draw = random.Random(f"{run_id} {seed}")
    return made_run([_sure_row(k, draw, skill, informed, group_of) for k in range(rows)], run_id, TASK, model=run_id)


def _sure_row(k: int, draw: random.Random, skill: float, informed: float, group_of: int) -> RunRow:
    gold = LABELS[k % 4]
    right = draw.random() < skill
    answer = gold if right else LABELS[(k + 1) % 4]
    told = draw.random() * (1.0 if right else 0.5)
    sure = informed * told + (1 - informed) * draw.random()
    row = made_row(f"{k:05d}", [gold], [answer], group=f"author-{k // group_of}" if group_of else None)
    return replace(row, probabilities={answer: sure})


def steady_run(rows: int, skill: float = 0.95, run_id: str = "dear", seed: int = 1) -> Run:
    run = sure_run(rows, seed, run_id, skill=skill)
    return replace(run, rows=tuple(replace(row, probabilities=None) for row in run.rows))


def test_unsure_rows_go_to_the_second_model_and_the_score_rises():
    found = cascade(sure_run(400), steady_run(400))
    assert (found.first, found.second, found.signal, found.rows) == ("cheap", "dear", "probabilities", 400)
    assert found.other is None
    shares = [point.escalated for point in found.points]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert found.points[0].score == score(sure_run(400)).values["accuracy"]
    assert found.points[-1].score == score(steady_run(400)).values["accuracy"]
    assert found.standing.reached
    assert 0.3 < found.escalated.value < 0.9  # cheaper than the second alone


def test_the_threshold_says_who_answers_which_row():
    cheap, dear = sure_run(400), steady_run(400)
    found = cascade(cheap, dear)
    chosen = next(point for point in found.points if point.threshold == found.threshold)
    mixed = [
        b if a.probabilities[a.prediction.labels[0]] <= found.threshold else a
        for a, b in zip(cheap.rows, dear.rows, strict=True)
    ]
    assert chosen.score.value == pytest.approx(score(replace(cheap, rows=tuple(mixed))).values["accuracy"].value)
    assert chosen.escalated == sum(row.probabilities is None for row in mixed) / 400


def test_what_is_reported_holds_on_new_rows_and_the_best_of_the_curve_does_not():
    """Where the sureness knows nothing, the best threshold of 120 rows is luck, the cross-fitted score is not."""
    promised, claimed = [], []
    for seed in range(10):
        cheap, dear = sure_run(120, seed, informed=0.0), steady_run(120, 0.7, seed=seed)
        found = cascade(cheap, dear, target=1.0)  # out of reach: the best is chosen
        promised.append(found.standing.value.value)
        claimed.append(max(point.score.value for point in found.points))
    assert fmean(promised) == pytest.approx(0.7, abs=0.02)  # what any mix of the two is worth
    assert fmean(claimed) > 0.72


def test_a_bar_that_is_said_to_be_reached_mostly_is_on_new_rows():
    kept = 0
    for seed in range(10):
        found = cascade(sure_run(300, seed), steady_run(300, seed=seed), target=0.85)
        fresh = sure_run(1000, seed + 1000), steady_run(1000, seed=seed + 1000)
        mixed = [b if a.probabilities[a.prediction.labels[0]] <= found.threshold else a for a, b in _pairs(*fresh)]
        kept += sum(bool(row.correct) for row in mixed) / 1000 >= 0.85
    assert kept >= 8  # without the standard error to spare it is about half of them


def _pairs(a: Run, b: Run) -> list[tuple[RunRow, RunRow]]:
    return list(zip(a.rows, b.rows, strict=True))


def test_rows_of_one_author_choose_no_threshold_for_each_other():
    found = cascade(sure_run(200, group_of=200), _grouped(steady_run(200)))
    assert found.threshold is not None  # all rows choose one
    assert found.escalated.value == 0.0  # but no other author chose one for these


def _grouped(run: Run) -> Run:
    rows = (replace(row, example=replace(row.example, group="author-0")) for row in run.rows)
    return replace(run, rows=tuple(rows))


def test_without_probabilities_a_second_opinion_tells():
    cheap, opinion = steady_run(300, 0.7, "cheap", 5), steady_run(300, 0.7, "opinion", 6)
    found = cascade(cheap, steady_run(300, 1.0), other=opinion)
    assert (found.signal, found.other) == ("agreement", "opinion")
    assert len(found.points) == 3  # they agree or they do not
    disagree = sum(a.prediction.labels != b.prediction.labels for a, b in _pairs(cheap, opinion)) / 300
    assert found.points[1].escalated == pytest.approx(disagree)
    assert found.points[1].score.value > 0.85


@pytest.mark.parametrize(("opinion", "waited"), [(0.2, 0.5), (2.0, 2.0), (None, None)])
def test_the_second_opinion_is_waited_for_too(opinion: float | None, waited: float | None):
    """Both cheap models are asked at once, so the slower counts; a target that neither needs nobody else for."""

    def timed(run: Run, seconds: float | None) -> Run:
        return replace(run, rows=tuple(replace(row, latency_s=seconds) for row in run.rows))

    first, other, dear = (steady_run(60, run_id=name, seed=k) for k, name in enumerate(("a", "b", "dear")))
    found = cascade(timed(first, 0.5), timed(dear, 9.0), other=timed(other, opinion), target=0.2)
    assert (found.signal, found.escalated.value) == ("agreement", 0)
    assert found.latency_p95_s == waited


def test_without_both_only_silence_tells():
    rows = [made_row(f"r{k}", ["a"], ["a"] if k % 3 else []) for k in range(30)]
    found = cascade(made_run(rows, task=TASK))
    assert (found.second, found.signal, found.points[1].escalated) == (PEOPLE, "empty answers", pytest.approx(1 / 3))


def test_rows_that_failed_are_passed_on_first():
    run = sure_run(100)
    failed = [replace(row, prediction=replace(row.prediction, status=Status.FAILED)) for row in run.rows[:10]]
    found = cascade(replace(run, rows=(*failed, *run.rows[10:])))
    first = next(point for point in found.points if point.threshold is not None)
    assert first.threshold >= 0.0
    assert found.points[-1].score.value == 1.0  # people answer what gold says


def test_labels_that_must_not_be_missed_count():
    bar = Bar(metric="accuracy", value=0.75, minimum_recall={"a": 1.0})
    cheap = sure_run(400)
    strict, loose = (
        cascade(replace(cheap, task=replace(TASK, bar=one)), steady_run(400, 1.0))
        for one in (bar, replace(bar, minimum_recall={}))
    )
    assert strict.escalated.value > loose.escalated.value
    assert loose.standing.reached


def test_money_is_that_of_everybody_who_answers():
    usage = Usage(1000, 0, 100)
    runs = steady_run(200, 0.7, "cheap", 5), steady_run(200, 0.7, "other", 6), steady_run(200)
    cheap, other, dear = (_using(run, usage) for run in runs)
    prices = {name: Price(price, 0.0, "USD", date=date(2026, 11, 1)) for name, price in _PRICES.items()}
    rates = Rates({("USD", "CNY"): 7.0})
    found = cascade(cheap, dear, other=other, prices=PriceList(prices, rates))
    assert found.points[0].per_1000.amount.value == pytest.approx(7 * (1 + 2))
    assert found.points[-1].per_1000.amount.value == pytest.approx(7 * (1 + 2 + 40))
    assert found.per_1000.amount.value == pytest.approx(7 * (3 + 40 * found.escalated.value))
    assert found.per_1000.currency == "CNY"
    sure = cascade(_using(sure_run(200), usage), dear, other=other, prices=PriceList(prices, rates))
    assert (sure.signal, sure.other) == ("probabilities", None)
    assert sure.points[0].per_1000.amount.value == pytest.approx(7 * 1), "nobody asks the other then"


_PRICES = {"cheap": 1.0, "other": 2.0, "dear": 40.0}


def _using(run: Run, usage: Usage) -> Run:
    return replace(run, rows=tuple(replace(row, usage=usage, attempts=1) for row in run.rows))


@pytest.mark.parametrize("missing", ["cheap", "dear", "rate"])
def test_money_that_nobody_knows_is_not_free(missing: str):
    cheap, dear = _using(sure_run(40), Usage(1000, 0, 100)), _using(steady_run(40), Usage(1000, 0, 100))
    prices = {name: Price(1.0, 0.0, "USD") for name in ("cheap", "dear") if name != missing}
    rates = Rates({} if missing == "rate" else {("USD", "CNY"): 7.0})
    assert cascade(cheap, dear, prices=PriceList(prices, rates)).points[-1].per_1000 is None


def test_people_ask_for_money_too():
    asked = Money(Interval(300.0, 200.0, 400.0), "CNY")
    free = replace(sure_run(100), header=replace(sure_run(100).header, model="linear"))
    assert cascade(free, people_per_1000=asked).points[-1].per_1000 == asked
    assert cascade(free).points[-1].per_1000 is None


def test_of_repeats_the_first_asking_counts():
    cheap = sure_run(60)
    again = [replace(row, repeat=k) for row in cheap.rows for k in range(3)]
    assert cascade(replace(cheap, rows=tuple(again)), steady_run(60)) == cascade(cheap, steady_run(60))


def test_the_order_of_the_rows_does_not_matter():
    cheap, dear = sure_run(150), steady_run(150)
    assert cascade(replace(cheap, rows=cheap.rows[::-1]), dear) == cascade(cheap, dear)


@pytest.mark.parametrize("target", [0.0, -1.0, 1.5, float("nan")])
def test_a_target_that_is_no_score_is_refused(target: float):
    with pytest.raises(BadInput, match="is no score"):
        cascade(sure_run(10), target=target)


def test_a_loss_has_no_cascade_and_strangers_have_no_rows():
    loss = replace(TASK, bar=Bar(metric="hamming_loss", value=0.1))
    with pytest.raises(BadInput, match="hamming_loss"):
        cascade(replace(sure_run(10), task=loss))
    other = made_run([made_row("elsewhere", ["a"], ["a"])], task=TASK)
    with pytest.raises(BadData, match="no labelled row in common"):
        cascade(sure_run(10), other)


@given(run_pairs())
def test_any_two_runs_have_a_cascade_whose_ends_are_the_two(pair: tuple[Run, Run]):
    found: Cascade = cascade(*pair)
    assert 0 <= found.escalated.low <= found.escalated.value <= found.escalated.high <= 1
    assert found.points[0].escalated == 0.0
    assert found.points[-1].escalated == 1.0
