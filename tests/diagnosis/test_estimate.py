"""The estimate holds what a full run shows, as often as it claims; and where all was asked, it is the score."""

from __future__ import annotations

from dataclasses import replace

import pytest

import labkit
from labkit.diagnosis import affected_rows, estimate_scores
from labkit.models.definition_reader import DefinitionReader
from labkit.parsing import parse_reply
from labkit.prompts import format_prompt, prompt_sha256, render, split_sentences
from labkit.records import Example, Prompt, Run, RunRow, Task
from labkit.scoring import score
from labkit.scoring.tally import metric_values, tally
from tests.made_runs import made_run, noisy_run

METRICS = ("accuracy", "micro_f1", "macro_f1", "hamming_loss")


def covered(before: Run, after: Run, asked: int, control: int, seed: int) -> tuple[float, float]:
    """Share of metrics whose interval holds the full run's score, and the width for macro-F1."""
    import numpy as np

    order = [row.example.id for row in before.rows]
    others = np.random.default_rng(seed).permutation(order[asked:]).tolist()
    now = {row.example.id: row for row in after.rows}
    sample, rest = others[:control], others[control:]
    rows = [now[row_id] for row_id in (*order[:asked], *sample)]
    found = estimate_scores(before.rows, rows, sample, rest, before.task, before.task.labels[:1], seed=seed)
    full = metric_values(tally(after.rows, after.task).sum(axis=0))
    holds = [found.values[m].low - 1e-9 <= full[m] <= found.values[m].high + 1e-9 for m in METRICS]
    return sum(holds) / len(holds), found.values["macro_f1"].high - found.values["macro_f1"].low


@pytest.mark.parametrize("error", [0.01, 0.05])
def test_the_interval_holds_the_full_score_in_nineteen_of_twenty_draws(error: float):
    """A run held against one of the same gold with other mistakes, of which the sample knows nothing."""
    before, after = noisy_run(400, 0.03, 1, labels=6), noisy_run(400, error, 2, labels=6)
    shares = [covered(before, after, asked=100, control=50, seed=seed)[0] for seed in range(40)]
    assert sum(shares) / len(shares) >= 0.88  # 0.95 less two standard errors of 40 draws; 200 draws give 0.94 to 0.96


def test_more_rows_asked_make_the_interval_narrower():
    before, after = noisy_run(400, 0.03, 1, labels=6), noisy_run(400, 0.05, 2, labels=6)
    few, many = (covered(before, after, 100, control, seed=0)[1] for control in (30, 200))
    assert many < few


def answers(task: Task, prompt: Prompt, rows: tuple[Example, ...]) -> Run:
    """A definition-reader's run without a store."""
    replies = DefinitionReader().answer([render(prompt, task, example) for example in rows])
    read = [RunRow(e, parse_reply(reply, task, e)) for e, reply in zip(rows, replies, strict=True)]
    run = made_run(read, task=task)
    return replace(
        run, header=replace(run.header, prompt_sha256=prompt_sha256(prompt), prompt_text=format_prompt(prompt))
    )


@pytest.mark.parametrize(("name", "edited"), [("weibo_service", "退款"), ("support_intents", "refund_not_received")])
def test_on_the_bundled_scenes_the_estimate_holds_the_full_score_and_saves_calls(name: str, edited: str):
    scene = labkit.open_scene(name)
    prompt = scene.prompt("v2")
    cut = [
        replace(d, text=split_sentences(d.text)[0], includes=()) if d.label == edited else d for d in prompt.definitions
    ]
    after = replace(prompt, name="v3", definitions=tuple(cut))
    rows = scene.examples("pool")
    old, new = answers(scene.task, prompt, rows), answers(scene.task, after, rows)
    now, full, held = {row.example.id: row for row in new.rows}, score(new).values, []
    for seed in range(8):
        found = affected_rows(prompt, after, scene.task, rows, [old], seed=seed)
        asked = [now[row_id] for row_id in found.asked]
        estimate = estimate_scores(old.rows, asked, found.control, found.rest, scene.task, (edited,), seed=seed)
        held += [estimate.values[m].low - 1e-9 <= full[m].value <= estimate.values[m].high + 1e-9 for m in METRICS]
        assert len(asked) < 0.5 * len(rows)
    assert sum(held) / len(held) >= 0.9


def test_where_every_row_was_asked_the_estimate_is_the_score():
    before, after = noisy_run(60, 0.1, 1, labels=4), noisy_run(60, 0.1, 2, labels=4)
    ids = [row.example.id for row in before.rows]
    found = estimate_scores(before.rows, after.rows, ids[:20], (), before.task, before.task.labels[:1])
    full = score(after).values
    assert found.exact
    for metric in METRICS:
        value = found.values[metric]
        assert value.low == value.value == value.high == pytest.approx(full[metric].value)
    assert found.before["accuracy"] == pytest.approx(score(before).values["accuracy"].value)


def test_a_sample_in_which_nothing_moved_proves_nothing():
    run = noisy_run(200, 0.1, 1, labels=4)
    ids = [row.example.id for row in run.rows]
    rows = [row for row in run.rows if row.example.id in ids[:50]]
    found = estimate_scores(run.rows, rows, ids[20:50], ids[50:], run.task, run.task.labels[:1])
    assert (found.control_changed, found.exact) == (0, False)
    assert found.values["accuracy"].value == pytest.approx(found.before["accuracy"])
    assert found.values["accuracy"].low < found.before["accuracy"] < found.values["accuracy"].high
