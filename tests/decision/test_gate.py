from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.costs import Cost
from labkit.decision import Gate, GateWords, gate
from labkit.errors import BadInput
from labkit.records import Bar, Run, RunRow, Status, examples_sha256
from labkit.scoring import LOWER_IS_BETTER
from tests.made_runs import TASK, made_row, made_run


def candidate(wrong: int = 1, rows: int = 20, failed: int = 0, split: str = "test", answer: str = "quality") -> Run:
    """One row in two is a refund, the others are deliveries; the first ones are wrong, the last ones failed."""
    made = []
    for k in range(rows):
        gold = ["refund"] if k % 2 else ["delivery"]
        given = [answer] if k < wrong else gold
        status = Status.FAILED if k >= rows - failed else Status.ANSWERED
        row = made_row(f"t{k}", gold, given, status)
        made.append(RunRow(row.example, row.prediction, latency_s=None if failed and k >= rows - failed else k / 10))
    return made_run(made, "candidate", split=split)


def table(rules: Gate, run: Run, **known: object) -> dict[str, GateWords]:
    told = [line.told("en") for line in gate(rules, TASK, run, **known).lines]
    return {line.rule: line for line in told}


def lines(rules: Gate, run: Run, **known: object) -> dict[str, bool]:
    return {rule: line.passed for rule, line in table(rules, run, **known).items()}


def test_each_rule_is_measured():
    rules = Gate(
        minimum={"accuracy": 0.9, "micro_f1": 0.99},
        recall={"refund": 0.9, "quality": 0.1},
        valid_answers=0.99,
        latency_p95_s=1.8,
        must_not_break=("t5", "t0", "elsewhere"),
    )
    result = gate(rules, TASK, candidate())
    assert not result.passed
    found = table(rules, candidate())
    assert found["accuracy"].passed
    assert found["accuracy"].measured.startswith("0.950 (0.764 to 0.991")
    assert not found["micro_f1"].passed
    assert found["recall of refund"].passed
    assert found["recall of quality"].measured == "no gold row carries it"
    assert not found["recall of quality"].passed
    assert found["valid answers"].passed
    assert found["latency"].measured == "1.8 s"
    assert found["latency"].passed
    assert found["must not break"].measured == "1 right; wrong: t0; not measured: elsewhere"


def test_a_gate_passes_when_every_line_does():
    assert gate(Gate(minimum={"accuracy": 0.9}), TASK, candidate()).passed


def test_only_a_whole_run_over_the_frozen_test_rows_counts():
    rules = Gate(minimum={"accuracy": 0.1})
    run = candidate()
    frozen = replace(TASK, test_sha256=examples_sha256([row.example for row in run.rows]))
    assert gate(rules, frozen, run).passed
    assert not gate(rules, frozen, replace(run, rows=run.rows[:-1])).passed
    assert not gate(rules, TASK, candidate(split="dev")).passed
    pending = replace(run, rows=(*run.rows[:-1], made_row("t19", ["refund"], [], Status.PENDING)))
    assert not gate(rules, TASK, pending).passed


def test_failed_rows_count_against_answers_and_latency():
    rules = Gate(valid_answers=0.99, latency_p95_s=60)
    assert lines(rules, candidate(failed=1)) == {"test rows": True, "valid answers": False, "latency": True}
    assert not lines(rules, candidate(failed=2))["latency"]  # 2 of 20 were never answered at all


def test_without_latencies_the_rule_cannot_pass():
    run = made_run([made_row("t", ["refund"], ["refund"])], split="test")
    assert not lines(Gate(latency_p95_s=60), run)["latency"]


def test_a_label_worse_than_the_champions_stops_it():
    rules, task = Gate(no_label_worse_by=0.03), replace(TASK, labels=("delivery", "refund"))
    better, worse = (replace(candidate(wrong, answer="refund"), task=task) for wrong in (0, 3))
    assert not lines(rules, worse, champion=better)["no label worse"]
    assert lines(rules, better, champion=worse)["no label worse"]
    assert lines(rules, better, champion=better)["no label worse"]


def test_what_cannot_be_compared_does_not_pass():
    rules, run = Gate(no_label_worse_by=0.5), candidate()
    assert not lines(rules, run)["no label worse"]
    assert not lines(rules, run, champion=run)["no label worse"]  # no gold row carries "quality"
    other = made_run([made_row("elsewhere", ["refund"])], "champion")
    assert not lines(rules, run, champion=other)["no label worse"]


@pytest.mark.parametrize(
    ("cost", "passed"),
    [
        (Cost({"CNY": 0.09}), True),  # 4.5 for 1,000 rows
        (Cost({"CNY": 0.11}), False),
        (Cost({}), True),  # a model of this machine
        (Cost({"USD": 0.01}), False),  # no rate
        (Cost({"CNY": 0.01}, unknown=1), False),
        (None, False),
    ],
)
def test_cost_passes_only_when_it_is_known(cost: Cost | None, passed: bool):
    assert lines(Gate(cost_per_1000=5), candidate(), cost=cost)["cost of 1,000 rows"] is passed


def test_a_gate_file_is_read_and_the_bar_stands_in_for_a_missing_one():
    content = {
        "minimum": {"macro_f1": "0.85"},
        "recall": {"refund": 0.9},
        "must_not_break": ["t1"],
        "latency_p95_s": "2",
    }
    expected = Gate(minimum={"macro_f1": 0.85}, recall={"refund": 0.9}, must_not_break=("t1",), latency_p95_s=2.0)
    assert Gate.from_mapping(content, TASK) == expected
    bar = Bar(metric="accuracy", value=0.7, minimum_recall={"refund": 0.9}, latency_p95_s=3)
    assert Gate.from_bar(bar) == Gate({"accuracy": 0.7}, {"refund": 0.9}, latency_p95_s=3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"minimun": {}}, "no rule in gate.yaml 'minimun'. Did you mean 'minimum'"),
        ({"minimum": {"macro_f": 0.8}}, "no metric in gate.yaml: minimum 'macro_f'. Did you mean"),
        ({"recall": {"refunds": 0.8}}, "no label in gate.yaml: recall 'refunds'. Did you mean 'refund'"),
        ({"minimum": {"macro_f1": "high"}}, "minimum of macro_f1 is 'high', not a number between 0 and 1"),
        ({"minimum": {"macro_f1": 85}}, "not a number between 0 and 1"),
        ({"valid_answers": "nan"}, "not a number between 0 and 1"),
        ({"valid_answers": True}, "not a number between 0 and 1"),
        ({"latency_p95_s": -1}, "not a number of 0 or more"),
        ({"minimum": 0.8}, "minimum is not a list of 'name: value' lines"),
        ({"must_not_break": "t1"}, "must_not_break is not a list of ids"),
        ({}, "gate.yaml holds no rule"),
    ],
)
def test_a_bad_gate_file_is_one_clear_line(content: dict[str, object], message: str):
    with pytest.raises(BadInput, match=message.replace("(", r"\(")) as error:
        Gate.from_mapping(content, TASK)
    assert "\n" not in str(error.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["minimum", "recall", "must_not_break", "valid_answers", "odd"]), JSON))
def test_any_content_is_a_gate_or_a_clear_error(content: dict[str, object]):
    with suppress(BadInput):
        assert isinstance(Gate.from_mapping(content, TASK), Gate)


@given(st.integers(0, 20), st.integers(0, 20))
def test_passing_is_passing_every_line(wrong: int, failed: int):
    result = gate(Gate(minimum={"accuracy": 0.5}, valid_answers=0.5), TASK, candidate(wrong, failed=failed))
    assert result.passed == all(line.passed for line in result.lines)
    assert result.passed == (min(20, wrong + failed) <= 10)


CHINESE = re.compile("[\u4e00-\u9fff]")
EVERYTHING = Gate(
    minimum={"accuracy": 0.9, "hamming_loss": 0.1},
    recall={"refund": 0.9, "quality": 0.1},
    no_label_worse_by=0.03,
    valid_answers=0.99,
    latency_p95_s=1.8,
    cost_per_1000=5,
    must_not_break=("t5", "t0", "elsewhere"),
)


@pytest.mark.parametrize(
    ("run", "champion"),
    [
        (candidate(), None),
        (candidate(wrong=0, answer="refund"), candidate(wrong=3, answer="refund")),
        (candidate(failed=3), candidate()),
        (candidate(split="dev"), None),
        (made_run([made_row("t", [], [], Status.PENDING)], split="test"), None),
    ],
)
def test_every_cell_is_told_in_both_languages_with_the_same_numbers(run: Run, champion: Run | None):
    task = replace(TASK, test_sha256="of other rows")
    for line in gate(EVERYTHING, task, run, champion).lines:
        english, chinese = line.told("en"), line.told("zh")
        assert english.rule in LOWER_IS_BETTER or english.rule == "accuracy" or CHINESE.search(chinese.rule), line
        for said in ("wanted", "measured"):
            assert CHINESE.search(getattr(chinese, said)), line
            assert not CHINESE.search(getattr(english, said)), line
            assert numbers_in(getattr(english, said)) == numbers_in(getattr(chinese, said))


def numbers_in(words: str) -> list[str]:
    return sorted(re.findall(r"[0-9]+\.[0-9]+", words))


@given(st.text(min_size=1, max_size=12), st.sampled_from(["en", "zh"]))
def test_a_label_of_any_words_is_told_as_it_is(label: str, lang: str):
    (_, line) = gate(Gate(recall={label: 0.5}), TASK, candidate()).lines
    assert label in line.told(lang).rule
    assert line.rule.values == {"label": label}


def test_of_many_rows_the_first_are_told_and_all_are_kept():
    ids = tuple(f"gone {k}" for k in range(9))
    (_, line) = gate(Gate(must_not_break=ids), TASK, candidate()).lines
    assert line.told("en").measured == "0 right; not measured: gone 0, gone 1, gone 2, gone 3, gone 4 …"
    assert line.told("zh").measured.endswith("gone 3、gone 4 …")
    assert line.measured.values["missing"] == list(ids)
