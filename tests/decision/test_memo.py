"""The memo: every advice, what flips it, what it says is missing, and that floors always stand in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.costs import Price, PriceList
from labkit.decision import PEOPLE, Memo, ModelFacts, Terms, Tuning, memo
from labkit.diagnosis import names_only, swapped_definitions
from labkit.prompts import format_prompt, parse_prompt, prompt_sha256
from labkit.records import Definition, Prompt, Run, RunRow, Status
from labkit.scoring import Interval
from tests.decision.field import (
    BAR,
    FLOORS,
    GPT,
    KIMI,
    LABELS,
    LINEAR,
    LLAMA,
    PRICES,
    QWEN,
    READER,
    TASK,
    TODAY,
    TUNED,
    decided,
    exactly,
    measured,
    rules,
)

MACHINE = Terms(PRICES, {QWEN: ModelFacts(monthly=exactly(100.0))})
OWN = Tuning(once=exactly(12_000.0), monthly=exactly(1_000.0))  # 2,000 CNY a month over a year


@pytest.mark.parametrize(
    ("runs", "advice", "choice"),
    [
        ([measured(GPT, 0.9)], "call the API", GPT),
        ([measured(GPT, 0.9), measured(KIMI, 0.85)], "call the API", KIMI),  # the cheaper of two that pass
        ([measured(GPT, 0.9), measured(QWEN, 0.82)], "prompt an open model", QWEN),
        ([measured(GPT, 0.9), measured(QWEN, 0.82), measured(TUNED, 0.81)], "keep", TUNED),
        ([measured(GPT, 0.9), measured(LINEAR, 0.81)], "keep", LINEAR),
        ([measured(GPT, 0.7), measured(QWEN, 0.6)], "fine-tune", None),
        ([], "measure", None),
    ],
)
def test_the_cheapest_kind_that_passes_is_chosen(runs: list[Run], advice: str, choice: str | None):
    found = decided(runs)
    assert (found.advice, found.choice and found.choice.model) == (advice, choice)


def test_nothing_measured_is_said():
    found = memo(TASK, [], today=TODAY)
    assert (found.advice, found.candidates, rules(found)) == ("measure", (), ["reason.measure", "missing.run"])


def test_floors_alone_are_no_reason_to_tune():
    assert rules(decided([]))[0] == "reason.only_floors"
    assert "missing.llm" in rules(decided([]))


# What flips it


@pytest.mark.parametrize(("bar", "advice"), [(0.45, "keep"), (0.7, "prompt an open model"), (0.8, "call the API")])
def test_another_bar_flips_it(bar: float, advice: str):
    assert decided([measured(GPT, 0.85), measured(QWEN, 0.75)], value=bar).advice == advice


def test_another_volume_flips_it():
    runs, terms = [measured(GPT, 0.9)], Terms(PRICES, tuning=OWN)
    few, many = (decided(runs, terms, monthly_volume=volume) for volume in (50_000, 150_000))
    assert few.break_even.amount.value == pytest.approx(1000 * 2000 / 28, rel=1e-3)  # 71,429 posts a month
    assert (few.advice, many.advice) == ("call the API", "fine-tune")
    assert (rules(many)[0], many.choice.model) == ("reason.volume", GPT)  # until the tuned one has passed the gate


def test_inside_the_interval_of_the_break_even_the_api_stays():
    unsure = replace(OWN, once=Interval(12_000.0, 6_000.0, 60_000.0))  # 1,500 to 6,000 CNY a month
    found = decided([measured(GPT, 0.9)], Terms(PRICES, tuning=unsure), monthly_volume=100_000)
    assert found.break_even.amount.low < 100_000 < found.break_even.amount.high
    assert found.advice == "call the API"


def test_another_price_flips_it():
    runs, terms = [measured(GPT, 0.9)], Terms(PRICES, tuning=OWN)
    cheaper = PriceList({GPT: Price(2.0, 8.0, "CNY", date=TODAY)})
    assert decided(runs, terms, monthly_volume=150_000).advice == "fine-tune"
    assert decided(runs, replace(terms, prices=cheaper), monthly_volume=150_000).advice == "call the API"


def test_another_budget_flips_it():
    found = decided([measured(GPT, 0.9)], monthly_budget=1000.0)
    assert (found.advice, found.choice, rules(found)[0]) == ("fine-tune", None, "reason.dear")


def test_waiting_too_long_flips_it():
    found = decided([measured(GPT, 0.9, seconds=3.0)])
    assert (found.advice, rules(found)[0]) == ("fine-tune", "reason.slow")


def test_a_label_that_is_missed_flips_it():
    def without_a(run: Run) -> Run:
        rows = [
            replace(row, prediction=replace(row.prediction, labels=("b",))) if row.example.labels == ("a",) else row
            for row in run.rows
        ]
        return replace(run, rows=tuple(rows))

    found = decided([without_a(measured(GPT, 1.0))], value=0.7, minimum_recall={"a": 0.5})
    assert (found.advice, rules(found)[0]) == ("fine-tune", "reason.recall")
    assert found.reasons[0].values["labels"] == ("a",)


def test_test_rows_decide_where_they_were_read():
    runs = [measured(GPT, 0.9), measured(GPT, 0.6, split="test")]
    found = decided(runs)
    assert (found.advice, found.candidates[0].judged.run.header.split) == ("fine-tune", "test")
    assert "missing.test" not in rules(found)


# Cascades


def sure(run: Run) -> Run:
    """With probabilities that know how sure the model may be."""
    rows = [
        replace(row, probabilities={row.prediction.labels[0]: (0.5 if row.correct else 0.0) + 0.4 * (k * 7 % 10) / 10})
        for k, row in enumerate(run.rows)
    ]
    return replace(run, rows=tuple(rows))


def test_a_cascade_is_advised_where_nobody_fits_alone():
    runs = [measured(GPT, 0.95), sure(measured(QWEN, 0.7))]
    assert decided(runs, MACHINE).advice == "call the API"
    found = decided(runs, MACHINE, monthly_budget=2500.0)  # 2,800 CNY for the API alone
    assert (found.advice, found.cascade.first, found.cascade.second) == ("cascade", QWEN, GPT)
    assert found.cascade.standing.reached
    assert {"risk.drift", "unsure.probabilities"} <= set(rules(found))
    assert decided(runs, MACHINE, monthly_budget=100.0).advice == "fine-tune"


def test_a_cascade_that_needs_a_second_opinion_names_whose():
    other = measured(LLAMA, 0.69)  # wrong where QWEN is, with another label
    rows = [row if row.correct else _wrong_otherwise(row, k) for k, row in enumerate(other.rows)]
    found = decided([measured(GPT, 0.95), measured(QWEN, 0.7), replace(other, rows=tuple(rows))], monthly_budget=2500.0)
    assert (found.advice, found.cascade.other) == ("cascade", LLAMA)
    assert "unsure.agreement" in rules(found)
    assert LLAMA in " ".join(str(said.values) for said in found.reasons)


def _wrong_otherwise(row: RunRow, k: int) -> RunRow:
    return replace(row, prediction=replace(row.prediction, labels=(LABELS[(k + 2) % 4],)))


def test_a_cascade_whose_answers_alone_are_over_the_budget_is_not_advised():
    """What the machine costs is not known; that does not make room for the rest."""
    runs = [measured(GPT, 0.95), sure(measured(QWEN, 0.7))]
    assert decided(runs, monthly_budget=2500.0).advice == "cascade"
    assert decided(runs, monthly_budget=10.0).advice == "fine-tune"
    assert decided([*runs, measured(LLAMA, 0.6)], monthly_budget=10.0).advice == "fine-tune", "whom nobody asks"


def test_people_answer_only_when_it_is_known_what_they_ask_for():
    runs = [sure(measured(QWEN, 0.7))]
    assert decided(runs).cascade is None
    paid = replace(MACHINE, people_per_1000=exactly(100.0))
    found = decided(runs, paid, latency_p95_s=None)
    assert (found.advice, found.cascade.second) == ("cascade", PEOPLE)
    assert "risk.people" in rules(found)
    assert decided(runs, paid).advice == "fine-tune"  # people do not answer within two seconds
    dear = replace(paid, people_per_1000=exactly(1000.0))
    assert decided(runs, dear, latency_p95_s=None).advice == "fine-tune"


def test_a_cascade_has_to_be_in_time():
    runs = [measured(GPT, 0.95, seconds=1.9), sure(measured(QWEN, 0.7))]
    assert decided(runs, monthly_budget=2500.0).advice == "fine-tune"  # 0.5 s and then 1.9 s
    assert decided(runs, monthly_budget=2500.0, latency_p95_s=2.5).advice == "cascade"


def test_the_machine_of_the_first_is_part_of_what_a_cascade_costs():
    runs = [measured(GPT, 0.95), sure(measured(QWEN, 0.7))]
    month = {
        price: decided(runs, Terms(PRICES, {QWEN: ModelFacts(monthly=exactly(price))})).cascade_month.amount.value
        for price in (500.0, 2000.0)
    }
    assert month[2000.0] - month[500.0] == pytest.approx(1500.0)
    assert decided(runs).cascade_month is None  # what nobody has said is not free


def test_a_cascade_that_is_cheaper_than_the_choice_is_mentioned():
    found = decided([measured(GPT, 0.95), sure(measured(QWEN, 0.7))], MACHINE, monthly_budget=5000.0)
    assert found.advice == "call the API"
    assert "cheaper_cascade" in rules(found)


# Bases


def test_at_most_two_bases_the_better_first():
    runs = [measured(model, skill) for model, skill in (("local/weak", 0.51), (QWEN, 0.7), (LLAMA, 0.6))]
    found = decided(runs)
    assert [base.model for base in found.bases] == [QWEN, LLAMA]


@pytest.mark.parametrize(
    ("qwen", "llama"),
    [
        (ModelFacts(), ModelFacts(licence="Apache-2.0")),
        (ModelFacts(memory_gb=60.0), ModelFacts(memory_gb=8.0)),
    ],
)
def test_of_equal_bases_licence_and_memory_decide(qwen: ModelFacts, llama: ModelFacts):
    found = decided([measured(QWEN, 0.7), measured(LLAMA, 0.7)], Terms(PRICES, {QWEN: qwen, LLAMA: llama}))
    assert [base.model for base in found.bases] == [LLAMA, QWEN]


def test_of_equal_bases_the_faster_goes_first():
    found = decided([measured(QWEN, 0.7, seconds=1.0), measured(LLAMA, 0.7, seconds=0.4)])
    assert [base.model for base in found.bases] == [LLAMA, QWEN]


def test_of_equal_bases_the_one_that_reads_goes_first():
    runs = [*probed(QWEN, follows=False), *probed(LLAMA, follows=True)]
    found = decided(runs)
    assert [base.model for base in found.bases] == [LLAMA, QWEN]
    assert [base.reliance.verdict for base in found.bases] == ["reads", "does not read"]


def probed(model: str, follows: bool) -> list[Run]:
    """The three runs of `reliance`: with swapped definitions a reader takes each label for the one before."""
    prompt = Prompt("v1", "s", "{{posts}}", "i", tuple(Definition(label, f"about {label}") for label in LABELS))
    written = measured(model, 0.7)
    return [_asked(written, bent, follows) for bent in (prompt, names_only(prompt), swapped_definitions(prompt, TASK))]


def _asked(run: Run, prompt: Prompt, follows: bool) -> Run:
    if follows and prompt.name.endswith("swapped"):
        rows = [
            replace(r, prediction=replace(r.prediction, labels=(_before(r.prediction.labels[0]),))) for r in run.rows
        ]
        run = replace(run, rows=tuple(rows))
    text = format_prompt(prompt)
    sha256 = prompt_sha256(parse_prompt(text, prompt.name))
    header = replace(run.header, prompt_name=prompt.name, prompt_text=text, prompt_sha256=sha256)
    return replace(run, header=replace(header, run=f"{run.id}-{prompt.name}"))


def _before(label: str) -> str:
    return LABELS[LABELS.index(label) - 1]


def test_probes_are_no_candidates():
    found = decided(probed(QWEN, follows=True))
    assert [candidate.model for candidate in found.candidates] == [QWEN, LINEAR, READER]
    assert {candidate.prompt for candidate in found.candidates} == {"v1"}


def test_the_vendor_may_tune_where_no_open_base_does_better():
    terms = Terms(PRICES, {GPT: ModelFacts(hosted_tuning=True)})
    assert decided([measured(GPT, 0.75), measured(QWEN, 0.6)], terms).hosted.model == GPT
    assert decided([measured(GPT, 0.55), measured(QWEN, 0.6)], terms).hosted is None
    assert decided([measured(GPT, 0.75), measured(QWEN, 0.6)]).hosted is None


# Floors


def test_floors_always_stand_in_it():
    found = decided([measured(GPT, 0.9)])
    assert {candidate.model for candidate in found.candidates if candidate.kind == "floor"} == {READER, LINEAR}
    assert (found.candidates[0].floor.verdict, found.candidates[0].floor.pair.a) == ("better", FLOORS[1].id)


@pytest.mark.parametrize(("skill", "rule"), [(0.505, "floor.same"), (0.3, "floor.worse")])
def test_a_model_that_does_not_beat_the_floor_is_named(skill: float, rule: str):
    found = decided([measured(GPT, skill)])
    assert rule in rules(found)
    assert next(said for said in found.reasons if said.key == f"memo.{rule}").values == {"model": GPT, "floor": LINEAR}


def test_a_floor_that_was_not_measured_is_missing():
    found = memo(TASK, [measured(GPT, 0.9)], Terms(PRICES), today=TODAY)
    said = [s.values["floor"] for s in found.missing if s.key == "memo.missing.floor"]
    assert said == [READER, LINEAR]


# What is missing, and stays unknown


def test_an_unknown_price_is_neither_free_nor_within_the_budget():
    found = decided([measured(GPT, 0.9)], Terms())
    assert (found.choice.per_1000, found.choice.month, rules(found)[0]) == (None, None, "reason.unpriced")
    assert {"missing.price", "missing.tuning"} <= set(rules(found))


def test_of_two_that_pass_the_known_price_goes_first():
    found = decided([measured(GPT, 0.95), measured(KIMI, 0.85)], Terms(PriceList({KIMI: PRICES.prices[KIMI]})))
    assert found.choice.model == KIMI


def test_an_api_of_unknown_price_is_not_held_against_the_break_even_of_another():
    runs, terms = [measured(GPT, 0.9), measured("unpriced/model", 0.85)], Terms(PRICES, tuning=OWN)
    found = decided(runs, terms, monthly_volume=1_000_000)  # 28,000 for the one whose price is known
    assert (found.advice, found.choice.model, rules(found)[0]) == ("call the API", "unpriced/model", "reason.unpriced")


@pytest.mark.parametrize(("age", "old"), [(30, False), (120, True)])
def test_an_old_price_is_said(age: int, old: bool):
    price = replace(PRICES.prices[GPT], date=TODAY - timedelta(days=age))
    assert ("missing.price_date" in rules(decided([measured(GPT, 0.9)], Terms(PriceList({GPT: price}))))) is old


def test_a_machine_of_ones_own_costs_what_its_owner_says():
    runs = [measured(QWEN, 0.9)]
    found = decided(runs, Terms(PRICES, {QWEN: ModelFacts(monthly=Interval(900.0, 800.0, 1000.0))}))
    assert found.choice.month.amount == Interval(900.0, 800.0, 1000.0)
    assert "missing.machine" in rules(decided(runs))
    assert decided(runs).choice.month is None


def test_an_api_that_is_cheaper_than_the_machine_of_an_open_model_is_called():
    runs = [measured(GPT, 0.9), measured(QWEN, 0.82)]
    paid = {price: Terms(PRICES, {QWEN: ModelFacts(monthly=exactly(price))}) for price in (2000.0, 4000.0)}
    assert decided(runs, paid[2000.0]).choice.model == QWEN  # the API costs 2,800 a month
    found = decided(runs, paid[4000.0])
    assert (found.advice, found.choice.model, rules(found)[0]) == ("call the API", GPT, "reason.cheaper")


def test_an_open_model_behind_a_server_is_open_and_its_tokens_are_free_unless_priced():
    facts = {GPT: ModelFacts(is_open=True, monthly=exactly(900.0))}
    found = decided([measured(GPT, 0.9)], Terms(PriceList(), facts))
    assert (found.advice, found.choice.month.amount) == ("prompt an open model", exactly(900.0))
    bought = decided([measured(GPT, 0.9)], Terms(PRICES, {GPT: ModelFacts(is_open=True)}))
    assert bought.choice.month.amount.value == pytest.approx(2800.0)


def test_a_pilot_stands_beside_nobody_and_is_not_silent():
    found = decided([measured(GPT, 1.0, rows=50), measured(KIMI, 0.85)])
    assert GPT not in {candidate.model for candidate in found.candidates}
    said = next(s for s in found.missing if s.key == "memo.missing.whole")
    assert said.values == {"model": GPT, "done": 50, "rows": 300}


def test_an_interrupted_run_is_not_silent_either():
    run = measured(GPT, 0.9)
    broken = replace(run.rows[0], prediction=replace(run.rows[0].prediction, status=Status.PENDING))
    found = decided([replace(run, rows=(broken, *run.rows[1:]))])
    assert next(s for s in found.missing if s.key == "memo.missing.whole").values["done"] == 299


def test_posts_without_a_usable_answer_are_told_beside_the_score():
    run = measured(GPT, 0.9)
    blank = [replace(row, prediction=replace(row.prediction, status=Status.BLANK, labels=())) for row in run.rows[:40]]
    found = decided([replace(run, rows=(*blank, *run.rows[40:]))])
    said = next(s for s in found.missing if s.key == "memo.missing.answers")
    assert said.values == {"model": GPT, "prompt": "v1", "lost": 40, "rows": 300}
    assert "missing.answers" not in rules(decided([run]))


def test_an_interval_across_the_bar_says_how_many_rows_would_tell():
    found = decided([measured(GPT, 0.83)])
    said = next(s for s in found.missing if s.key == "memo.missing.bar")
    assert 300 < said.values["needed"] < 10_000
    assert "missing.on_the_bar" in rules(decided([measured(GPT, 0.8)]))


@pytest.mark.parametrize(("kimi", "gpt", "said"), [(0.81, 0.9, True), (0.9, 0.95, False), (0.81, 0.82, False)])
def test_beside_a_choice_that_may_fall_short_stands_the_cheapest_that_surely_does_not(
    kimi: float, gpt: float, said: bool
):
    found = decided([measured(GPT, gpt), measured(KIMI, kimi)])
    surer = [reason.values["model"] for reason in found.reasons if reason.key == "memo.surer"]
    assert (found.choice.model, surer) == (KIMI, [GPT] if said else [])
    dear = decided([measured(GPT, 0.9), measured(KIMI, 0.81)], monthly_budget=1000.0)
    assert "surer" not in rules(dear)  # it would cost 2,800


@pytest.mark.parametrize("rows", [8, 12, 20, 40])
@pytest.mark.parametrize("skill", [0.9, 0.97])
def test_rows_that_leave_the_bar_open_are_never_said_to_be_enough(rows: int, skill: float):
    found = decided([measured(GPT, skill, rows=rows)])
    said = [s.values for s in found.missing if s.key == "memo.missing.bar"]
    assert all(values["needed"] > values["rows"] for values in said)


def test_a_rare_label_that_must_not_be_missed_is_said():
    rare = measured(GPT, 1.0, rows=32)
    found = memo(replace(TASK, bar=replace(BAR, minimum_recall={"a": 0.5})), [rare], Terms(PRICES), today=TODAY)
    assert next(s for s in found.missing if s.key == "memo.missing.label").values == {"label": "a", "rows": 8}


def test_before_a_model_is_blamed_prompts_are_tried():
    assert "missing.prompts" in rules(decided([measured(GPT, 0.7)]))
    assert "missing.prompts" not in rules(decided([measured(GPT, 0.7), measured(GPT, 0.6, prompt="v2")]))


def test_what_a_bar_does_not_say_is_missing():
    found = decided([measured(GPT, 0.9)], monthly_volume=None, monthly_budget=None)
    assert {"missing.volume", "missing.budget"} <= set(rules(found))
    assert found.choice.month is None


def test_latency_that_nobody_timed_is_missing():
    run = measured(GPT, 0.9)
    untimed = replace(run, rows=tuple(replace(row, latency_s=None) for row in run.rows))
    assert "missing.latency" in rules(decided([untimed]))


def test_a_budget_within_the_interval_is_a_risk():
    wild = measured(GPT, 0.9)
    rows = [replace(r, usage=replace(r.usage, prompt_tokens=100 if k % 2 else 1900)) for k, r in enumerate(wild.rows)]
    found = decided([replace(wild, rows=tuple(rows))], monthly_budget=2850.0)
    assert (found.advice, "risk.budget" in rules(found)) == ("call the API", True)


@pytest.mark.parametrize(
    ("address", "leaves"), [("https://api.openai.com/v1", True), ("http://127.0.0.1:8000/v1", False), (None, True)]
)
def test_posts_are_said_to_leave_the_house_unless_the_server_is_this_machine(address: str | None, leaves: bool):
    run = measured(GPT, 0.9)
    parameters = {"base_url": address} if address else {}
    found = decided([replace(run, header=replace(run.header, parameters=parameters))])
    assert found.advice == "call the API"
    assert [rule for rule in rules(found) if rule in ("risk.privacy", "risk.vendor")] == (
        ["risk.privacy", "risk.vendor"] if leaves else []
    )


def test_luck_counts_every_try():
    runs = [measured(GPT, 0.9), *(measured(KIMI, 0.5, prompt=f"v{k}") for k in range(5))]
    said = next(s for s in decided(runs).risks if s.key == "memo.risk.luck")
    assert said.values == {"tried": 8}


def test_of_a_metric_of_which_less_is_better_the_smaller_leads():
    found = decided([measured(GPT, 0.9), measured(KIMI, 0.7)], metric="hamming_loss", value=0.1)
    assert [candidate.model for candidate in found.candidates] == [GPT, KIMI, LINEAR, READER]
    assert (found.advice, found.choice and found.choice.model) == ("call the API", GPT)


def test_the_better_prompt_of_a_model_stands_for_it_and_of_equals_the_newer():
    runs = [measured(GPT, 0.8, prompt="v3"), measured(GPT, 0.8, prompt="v2"), measured(GPT, 0.7, prompt="v1")]
    assert decided(runs).candidates[0].prompt == "v3"


def test_repeats_are_one_row():
    run = measured(GPT, 0.9)
    again = replace(run, rows=tuple(replace(row, repeat=k) for row in run.rows for k in range(2)))
    found = decided([again])
    assert (found.advice, found.rows) == ("call the API", 300)


def test_the_same_arguments_make_the_same_memo():
    runs = [measured(GPT, 0.75), sure(measured(QWEN, 0.7))]
    assert decided(runs) == decided(runs)


@settings(max_examples=12)
@given(
    bar=st.floats(0.0, 1.0),
    volume=st.none() | st.integers(0, 10**9),
    budget=st.none() | st.floats(0.0, 1e9),
    skills=st.lists(st.sampled_from([0.0, 0.3, 0.7, 1.0]), min_size=5, max_size=5),
)
def test_there_is_always_one_advice_with_a_reason(
    bar: float, volume: int | None, budget: float | None, skills: list[float]
):
    runs = [measured(m, s, rows=40) for m, s in zip((GPT, KIMI, QWEN, TUNED, LINEAR), skills, strict=True)]
    task = replace(TASK, bar=replace(BAR, value=bar, monthly_volume=volume, monthly_budget=budget))
    found: Memo = memo(task, runs, Terms(PRICES, tuning=OWN), today=date(2026, 11, 26))
    assert found.reasons[0].key.startswith("memo.reason.")
    assert len(found.bases) <= 2
    if found.choice and found.advice in ("keep", "prompt an open model", "call the API"):
        assert found.choice.where.reached
        assert budget is None or found.choice.month is None or found.choice.month.amount.value <= budget
