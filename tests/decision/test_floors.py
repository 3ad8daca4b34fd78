from __future__ import annotations

from dataclasses import replace

from labkit.decision import against_floors
from tests.decision.field import FLOORS, GPT, KIMI, LINEAR, measured


def test_each_model_is_held_against_the_better_floor():
    good, weak = measured(GPT, 0.9), measured(KIMI, 0.3)
    found = against_floors([weak, *FLOORS, good])
    assert [(entry.model, entry.floor, entry.verdict) for entry in found] == [
        (KIMI, LINEAR, "worse"),
        (GPT, LINEAR, "better"),
    ]


def test_of_a_metric_of_which_less_is_better_the_smaller_floor_counts():
    runs = [measured(GPT, 0.9), *FLOORS]
    bar = replace(runs[0].task.bar, metric="hamming_loss", value=0.1)
    turned = [replace(run, task=replace(run.task, bar=bar)) for run in runs]
    (found,) = against_floors(turned)
    assert (found.floor, found.verdict) == (LINEAR, "better")


def test_several_models_make_a_verdict_harder():
    """Holm: what is clear alone may be luck among many."""
    alone = against_floors([*FLOORS, measured(GPT, 0.52)])[0]
    many = against_floors([*FLOORS, measured(GPT, 0.52), *(measured(f"x/{k}", 0.5) for k in range(7))])[0]
    assert (alone.verdict, many.verdict) == ("better", "cannot tell")


def test_without_floors_or_models_there_is_nothing_to_hold():
    assert against_floors([measured(GPT, 0.9)]) == against_floors(FLOORS) == ()
