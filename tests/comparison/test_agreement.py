from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from labkit.comparison import common_rows, compare, krippendorff_alpha
from labkit.comparison.agreement import agreements
from labkit.records import Run, RunRow, Status, Task
from tests.made_runs import made_row, made_run

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), C: four observers, twelve units, gaps
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
BINARY = ((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0))  # the same paper, section A


def test_alpha_is_that_of_its_author_s_example_with_missing_values():
    assert krippendorff_alpha(list(zip(*OBSERVERS, strict=True))) == pytest.approx(0.743, abs=0.0005)


def test_alpha_is_that_of_its_author_s_example_of_two_observers():
    assert krippendorff_alpha(list(zip(*BINARY, strict=True))) == pytest.approx(0.095, abs=0.0005)


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=3, max_size=3), min_size=2, max_size=30))
def test_alpha_of_complete_data_follows_from_fleiss_kappa(units: list[list[str]]):
    """Without gaps alpha = 1 - (1 - kappa) (N - 1) / N, N the number of values (Krippendorff 2004, p. 250)."""
    if len({value for unit in units for value in unit}) < 2:
        assert krippendorff_alpha(units) is None
        return
    kappa = fleiss_kappa(aggregate_raters(units)[0])
    values = 3 * len(units)
    assert krippendorff_alpha(units) == pytest.approx(1 - (1 - kappa) * (values - 1) / values)


def test_alpha_of_values_without_a_partner_is_undefined():
    assert krippendorff_alpha([["a", None], [None, "b"]]) is None
    assert krippendorff_alpha([]) is None


def run_answering(answers: str, name: str) -> Run:
    """A run whose rows answer one label a character; "-" is a failed row."""
    task = Task("letters", ("a", "b", "c"))
    rows: list[RunRow] = []
    for k, answer in enumerate(answers):
        failed = answer == "-"
        rows.append(
            made_row(f"{k:03d}", ["a"], [] if failed else [answer], Status.FAILED if failed else Status.ANSWERED)
        )
    return made_run(rows, name, task)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30))
def test_kappa_agrees_with_statsmodels(answers: list[tuple[str, str]]):
    runs = [run_answering("".join(column), name) for name, column in zip("xy", zip(*answers, strict=True), strict=True)]
    (found,) = agreements(runs, common_rows(runs))
    names = sorted({letter for pair in answers for letter in pair})
    table = np.array([[sum(pair == (x, y) for pair in answers) for y in names] for x in names])
    if len(names) < 2:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx(cohens_kappa(table, return_results=False))
    assert found.same is not None
    assert found.same.value == pytest.approx(np.trace(table) / len(answers))


def test_rows_that_one_did_not_answer_are_no_disagreement():
    runs = [run_answering("ab-c", "x"), run_answering("aabc", "y"), run_answering("----", "z")]
    found = {(pair.a, pair.b): pair for pair in agreements(runs, common_rows(runs))}
    assert (found["x", "y"].rows, found["x", "y"].same.value) == (3, pytest.approx(2 / 3))
    assert (found["x", "z"].rows, found["x", "z"].same, found["x", "z"].kappa) == (0, None, None)


def test_a_comparison_says_how_far_its_runs_agree():
    runs = [run_answering("aabbcc", "x"), run_answering("aabbca", "y"), run_answering("aabbbb", "z")]
    found = compare(runs)
    assert [(pair.a, pair.b) for pair in found.agreement] == [("x", "y"), ("x", "z"), ("y", "z")]
    assert found.alpha == pytest.approx(krippendorff_alpha(list(zip("aabbcc", "aabbca", "aabbbb", strict=True))))
