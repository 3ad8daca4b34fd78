"""A rule of the gate in plain words: all of it in counts of a hundred."""

from __future__ import annotations

import pytest

from labkit.decision import Gate, gate
from labkit.records import Run, Status
from labkit.views.gate_words import failed_words
from tests.made_runs import TASK, made_row, made_run


def missing_two_of_20() -> Run:
    rows = [made_row(f"t{k}", ["refund"], ["refund"], Status.FAILED if k < 2 else Status.ANSWERED) for k in range(20)]
    return made_run(rows, split="test")


def said(rules: Gate, lang: str) -> str:
    (line,) = (line for line in gate(rules, TASK, missing_two_of_20()).lines if not line.passed)
    return failed_words(line, lang).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [("en", "wanted at most 1.5 of 100, measured 10 ("), ("zh", "要求至多 1.5（每 100），实测 10 (")],
)
def test_what_must_not_be_more_is_a_count_of_a_hundred(lang: str, wanted: str):
    assert wanted in said(Gate(minimum={"hamming_loss": 0.015}), lang)


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("en", "valid answers: wanted at least 95.5 of 100, measured 90 (18 of 20 rows)"),
        ("zh", "要求至少 95.5（每 100），实测 90（20 条中 18 条）"),
    ],
)
def test_answers_are_a_count_of_a_hundred_too(lang: str, wanted: str):
    assert wanted in said(Gate(valid_answers=0.955), lang)
