"""A tuned model that its vendor keeps ready costs money by the hour, whatever is asked of it: the memo counts it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.costs import Price
from labkit.decision import HOURS_A_MONTH, ModelFacts, Terms, Tuning, break_even
from labkit.scoring import Interval
from labkit.views.cost_curve import HEIGHT, cost_curve
from labkit.views.memo import SceneMemo
from tests.decision.field import GPT, PRICES, decided, exactly, measured, rules

HOSTED = "openai/ft:gpt:us::1"
PRICED = replace(PRICES, prices={**PRICES.prices, HOSTED: Price(2.0, 8.0, "CNY", date=PRICES.prices[GPT].date)})
HOUR = 3.0 * HOURS_A_MONTH  # 2,190 CNY a month
KEPT = Terms(PRICED, hosting={HOSTED: exactly(HOUR)})  # its tokens cost 2.8 CNY for 1,000 posts
OWN = Tuning(exactly(12_000.0), exactly(2_000.0))  # 3,000 CNY a month


def month_of(terms: Terms, model: str = HOSTED) -> float | None:
    found = decided([measured(model, 0.9)], terms)
    month = next(c.month for c in found.candidates if c.model == model)
    return month and month.amount.value


def test_the_month_counts_the_hours_in_which_it_is_kept_ready():
    assert month_of(KEPT) == pytest.approx(280 + 2190)
    assert month_of(Terms(PRICED)) == pytest.approx(280)
    assert month_of(KEPT, GPT) == pytest.approx(2800)  # of any other model nothing changes


def test_what_its_owner_says_of_a_month_stands_above_the_hours():
    assert month_of(replace(KEPT, models={HOSTED: ModelFacts(monthly=exactly(500.0))})) == pytest.approx(280 + 500)


def test_hours_over_the_budget_flip_the_advice():
    runs = [measured(HOSTED, 0.9)]
    assert decided(runs, Terms(PRICED), monthly_budget=1000.0).advice == "call the API"
    dear = decided(runs, KEPT, monthly_budget=1000.0)
    assert (dear.advice, rules(dear)[0]) == ("fine-tune", "reason.dear")


def test_an_hour_that_nobody_priced_leaves_the_month_unknown_and_is_asked_for():
    unpriced = Terms(PRICED, hosting={HOSTED: None})
    assert month_of(unpriced) is None
    found = decided([measured(HOSTED, 0.9)], unpriced)
    assert "missing.hosting" in rules(found)
    assert "missing.hosting" not in rules(decided([measured(HOSTED, 0.9)], KEPT))
    assert decided([measured(HOSTED, 0.9)], replace(unpriced, tuning=OWN)).break_even is None


def test_the_break_even_is_where_both_cost_the_same_hours_included():
    found = decided([measured(HOSTED, 0.9)], replace(KEPT, tuning=OWN))
    posts = found.break_even.amount.value
    assert posts == pytest.approx(1000 * (3000 - 2190) / 2.8, rel=1e-3)
    assert 2190 + posts / 1000 * 2.8 == pytest.approx(3000, rel=1e-3)


def test_hours_dearer_than_ones_own_machine_need_no_post_to_break_even():
    dear = replace(KEPT, hosting={HOSTED: exactly(10 * HOUR)}, tuning=OWN)
    found = decided([measured(HOSTED, 0.9)], dear)
    assert found.break_even.amount == Interval(0.0, 0.0, 0.0)
    assert "break_even.always" in rules(found)


def test_the_interval_of_the_break_even_takes_the_ends_of_the_hours_too():
    found = break_even(exactly(2.0), Tuning(exactly(0.0), exactly(1000.0)), Interval(400.0, 200.0, 600.0))
    assert found == Interval(300_000.0, 200_000.0, 400_000.0)


def test_what_is_cheaper_only_below_a_volume_has_no_volume_from_which_it_pays():
    assert break_even(exactly(1.0), Tuning(exactly(0.0), exactly(10.0), exactly(2.0)), exactly(500.0)) is None


def test_the_drawing_begins_at_the_hours_and_crosses_at_the_break_even():
    curve = cost_curve(decided([measured(HOSTED, 0.9)], replace(KEPT, tuning=OWN)), "en")
    (x0, y0), (x1, y1) = (map(float, pair.split(",")) for pair in curve.lines[0].line.split())
    _, level = map(float, curve.lines[1].line.split()[0].split(","))
    assert y0 < HEIGHT  # not at 0 of the axis, which grows upwards
    assert curve.break_even[1] == pytest.approx(x0 + (x1 - x0) * (level - y0) / (y1 - y0), abs=2)
    assert cost_curve(decided([measured(HOSTED, 0.9)], Terms(PRICED, hosting={HOSTED: None})), "en") is None


@pytest.mark.parametrize(("lang", "words"), [("en", "kept ready"), ("zh", "保持在线")])
def test_the_memo_says_what_the_hours_cost(lang: str, words: str):
    shown = SceneMemo(decided([measured(HOSTED, 0.9)], KEPT))
    assert words in shown.markdown(lang)
    assert "2,190" in shown.markdown(lang)
    assert "2,470" in " ".join(cell for line in shown.sheet(lang).lines for cell in line.cells)
    unpriced = SceneMemo(decided([measured(HOSTED, 0.9)], Terms(PRICED, hosting={HOSTED: None}))).markdown(lang)
    assert "hosting\\_hour" in unpriced or "hosting_hour" in unpriced


@pytest.mark.parametrize(("lang", "words"), [("en", "of one's own pays against"), ("zh", "自有的微调模型")])
def test_a_vendors_tuned_model_is_told_from_one_of_ones_own(lang: str, words: str):
    shown = SceneMemo(decided([measured(HOSTED, 0.9)], replace(KEPT, tuning=OWN))).markdown(lang)
    assert words in shown
    assert "not known, not known" not in shown
    assert "未知，未知" not in shown
