from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.decision import Experience, Money, Terms, candidates, experiences
from labkit.decision.experience import quoted
from labkit.scoring import Interval
from tests.decision.field import FLOORS, GPT, KIMI, PRICES, QWEN, TASK, exactly, measured


def entry(scene: str, model: str, kind: str, value: float, labels: int = 4, gap: float | None = None) -> Experience:
    shares = Interval(value, value - 0.05, value + 0.05)
    words = {"scene": scene, "language": "zh", "metric": "accuracy", "model": model, "prompt": "v1", "run": "r1"}
    counts = {"labels": labels, "subtasks": 0, "rows": 300}
    days = {"price_date": "2026-11-01", "date": "2026-11-20"}
    return Experience(
        **words,
        **counts,
        **days,
        kind=kind,
        multi_label=True,
        value=shares,
        gap=gap,
        per_1000=Money(exactly(3.0), "CNY"),
    )


def test_each_model_is_an_entry_with_its_gap_to_the_best_api():
    runs = [measured(GPT, 0.9), measured(KIMI, 0.8), measured(QWEN, 0.7), *FLOORS]
    found = experiences(TASK, candidates(TASK, runs, Terms(PRICES)), PRICES)
    by_model = {entry.model: entry for entry in found}
    assert [by_model[model].gap for model in (GPT, KIMI, QWEN)] == pytest.approx([0.0, -0.1, -0.2])
    gpt = by_model[GPT]
    assert (gpt.scene, gpt.labels, gpt.rows, gpt.metric, gpt.price_date) == ("made", 4, 300, "accuracy", "2026-11-01")
    assert gpt.per_1000.amount.value == pytest.approx(28.0)
    assert (by_model[QWEN].price_date, len(found)) == ("", 5)


def test_without_an_api_there_is_no_gap():
    assert {entry.gap for entry in experiences(TASK, candidates(TASK, FLOORS, Terms()), PRICES)} == {None}


def test_of_each_kind_the_most_alike_scene_is_quoted_and_never_the_scene_itself():
    book = [
        entry("other", "a/far", "api", 0.9, labels=100),
        entry("near", "a/weak", "api", 0.6),
        entry("near", "a/good", "api", 0.8, gap=0.0),
        entry("near", "local/q", "open", 0.7, gap=-0.1),
        entry("near", "linear", "floor", 0.5),
        entry("ours", "a/self", "api", 0.99),
    ]
    task = replace(TASK, name="ours", language="zh", multi_label=True)
    said = quoted(task, book)
    assert [(s.key, s.values["model"]) for s in said] == [
        ("memo.experience.best", "a/good"),
        ("memo.experience.below", "local/q"),
    ]
    assert quoted(replace(task, language="en"), book) == quoted(replace(task, multi_label=False), book) == ()
