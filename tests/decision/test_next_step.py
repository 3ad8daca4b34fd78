from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from labkit.decision import Live, NextStep, ScoredRun, Situation, next_step
from labkit.records import Bar, Example, Status
from labkit.scoring import score
from tests.made_runs import TASK, made_row, made_run

BAR = replace(TASK, bar=Bar(metric="accuracy", value=0.75))
EXAMPLES = tuple(
    Example(f"{split}-{k}", (f"post {k}",), ("refund",), split) for split in ("pool", "dev", "test") for k in range(4)
)


def measured(prompt: str, model: str, right: int, split: str = "dev", wrong: str = "quality") -> ScoredRun:
    rows = [made_row(f"{split}-{k}", ["refund"], ["refund" if k < right else wrong], split=split) for k in range(4)]
    run = made_run(rows, f"{prompt}-{model}-{split}", BAR, prompt=prompt, model=model, split=split)
    return ScoredRun(run, score(run))


READER = measured("v1", "definition-reader", 1)
FLOOR = measured("v1", "linear", 2)
READER_2 = measured("v2", "definition-reader", 2)
READER_3 = measured("v3", "definition-reader", 2)
TUNED = measured("v3", "local/study+round1", 2)
GOOD = measured("v2", "definition-reader", 3)


def step(*runs: ScoredRun, prompts: tuple[str, ...] = ("v1",), **known: object) -> NextStep:
    return next_step(Situation("my scene", BAR, EXAMPLES, prompts, runs, **known))


@pytest.mark.parametrize(
    ("runs", "known", "command", "reason"),
    [
        ((), {"prompts": ()}, "lab", "no prompt"),
        ((), {}, "evaluate 'my scene' --prompt v1 --model definition-reader", "Nothing has been measured"),
        ((READER,), {}, "evaluate 'my scene' --prompt v1 --model linear", "floor"),
        ((READER, FLOOR), {}, "lab", "v1 is the only prompt"),
        ((READER, FLOOR), {"prompts": ("v1", "v2")}, "evaluate 'my scene' --prompt v2 --model definition-reader", "v2"),
        (
            (READER_2, READER, FLOOR),
            {"prompts": ("v1", "v2")},
            "lab",
            "2 of 2 errors of run v2-definition-reader-dev are refund answered as quality",
        ),
        (
            (READER_3, READER_2, READER, FLOOR),
            {"prompts": ("v1", "v2", "v3")},
            "select 'my scene' --budget 1000 --name round1",
            "accuracy 0.50",
        ),
        (
            (READER_3, READER_2, READER, FLOOR),
            {"prompts": ("v1", "v2", "v3"), "datasets": ("round1",), "base": "local/study"},
            "train 'my scene' --base local/study --dataset round1",
            "round1",
        ),
        (
            (TUNED, READER_3, READER_2, READER, FLOOR),
            {"prompts": ("v1", "v2", "v3"), "datasets": ("round1",)},
            "lab",
            "2 of 2 errors",
        ),
    ],
)
def test_below_the_bar_the_workflow_goes_on_step_by_step(
    runs: tuple[ScoredRun, ...], known: dict[str, object], command: str, reason: str
):
    found = step(*runs, **known)
    assert found.command == f"python -m labkit {command}"
    assert reason in found.reason


def test_a_scene_with_notebooks_of_its_own_is_opened_on_them():
    assert step(READER, FLOOR, own_notebooks=True).command == "python -m labkit lab 'my scene'"


def test_a_reached_dev_bar_asks_for_one_reading_of_the_test_rows():
    found = step(GOOD, READER, FLOOR, prompts=("v1", "v2"), test_readings=1)
    words = shlex.split(found.command)
    assert words[:5] == ["python", "-m", "labkit", "evaluate", "my scene"]
    assert words[words.index("--split") + 1] == "test"
    assert words[words.index("--reason") + 1] == "v2 with definition-reader has reached the bar on the dev rows"
    assert "read 1 time so far" in found.reason


def test_prompts_from_elsewhere_are_not_held_up_by_the_one_that_the_scene_was_made_with():
    brought = measured("gepa", "openai/x", 3)
    found = step(brought, FLOOR, prompts=("gepa", "short", "v1"))
    assert "--prompt gepa --model openai/x --split test" in found.command
    newer = step(brought, FLOOR, prompts=("gepa", "short", "v1", "v2"))
    assert "--prompt v2 --model openai/x" in newer.command


def test_where_no_test_rows_are_a_reached_bar_asks_for_some_and_for_no_reading():
    untested = tuple(example for example in EXAMPLES if example.split != "test")
    found = next_step(Situation("d", BAR, untested, ("v1", "v2"), (GOOD, READER, FLOOR)))
    assert found.command == "python -m labkit add d --examples FILE"
    assert "no test rows with labels" in found.reason


def test_test_rows_that_wait_for_labels_are_queued_once_the_bar_is_reached():
    waiting = tuple(replace(example, labels=None) if example.split == "test" else example for example in EXAMPLES)
    found = next_step(Situation("d", BAR, waiting, ("v1", "v2"), (GOOD, READER, FLOOR)))
    assert found.command == "python -m labkit queue d --output queue.xlsx"
    assert f"while {sum(example.split == 'test' for example in EXAMPLES)} wait" in found.reason


def test_a_lower_bound_above_the_bar_says_that_no_training_is_needed():
    task = replace(TASK, bar=Bar(metric="accuracy", value=0.75, minimum_recall={"refund": 0.5}))
    for right, sure in ((100, True), (90, True), (78, False)):
        rows = [made_row(f"dev-{k}", ["refund"], ["refund" if k < right else "quality"]) for k in range(100)]
        run = made_run(rows, "v2-dev", task, prompt="v2")
        found = next_step(Situation("my scene", task, EXAMPLES, ("v1", "v2"), (ScoredRun(run, score(run)), FLOOR)))
        assert "--split test" in found.command
        assert ("confirm once on the test rows" in found.reason) == sure
        assert ("no training is needed" in found.reason) == sure


def test_a_reached_test_bar_asks_for_the_gate():
    test = measured("v2", "definition-reader", 4, split="test")
    found = step(test, GOOD, READER, FLOOR, prompts=("v1", "v2"), test_readings=1)
    assert found.command == "python -m labkit gate 'my scene' v2-definition-reader-test"


def test_what_is_live_is_served_then_sampled_and_another_prompt_goes_to_the_gate():
    test = measured("v2", "definition-reader", 4, split="test")
    asked = test.run.header
    live = Live("r1", asked.prompt_sha256, asked.model)
    runs = (test, GOOD, READER, FLOOR)
    assert step(*runs, prompts=("v1", "v2"), live=live).command == "python -m labkit serve 'my scene'"
    sample = step(*runs, prompts=("v1", "v2"), live=live, has_traffic=True)
    assert sample.command == "python -m labkit online sample 'my scene'"
    assert "r1" in sample.reason
    other = step(*runs, prompts=("v1", "v2"), live=replace(live, model="linear"))
    assert other.command.startswith("python -m labkit gate")


def test_a_missed_test_bar_leads_back_to_the_errors_on_dev_rows():
    test = measured("v2", "definition-reader", 1, split="test")
    found = step(test, GOOD, READER, FLOOR, prompts=("v1", "v2"), test_readings=1)
    assert found.command == "python -m labkit lab"
    assert "accuracy 0.25" in found.reason  # what the test rows said
    assert "run v2-definition-reader-dev" in found.reason  # and no look at the test rows' errors


def test_a_test_reading_of_another_prompt_does_not_count():
    test = measured("v1", "definition-reader", 4, split="test")
    found = step(test, GOOD, READER, FLOOR, prompts=("v1", "v2"), test_readings=1)
    assert "--split test" in found.command


def test_an_interrupted_run_goes_first():
    rows = [made_row("dev-0", ["refund"], ["refund"]), made_row("dev-1", ["refund"], [], Status.PENDING)]
    run = made_run(rows, "broken", BAR, prompt="v1", model="openai/x")
    found = step(ScoredRun(run, score(run)), READER, FLOOR)
    assert found.command == "python -m labkit evaluate 'my scene' --prompt v1 --model openai/x --split dev --limit 2"
    assert "1 row open" in found.reason


def test_an_interrupted_run_is_no_measurement():
    rows = [made_row("dev-0", ["refund"], ["refund"]), made_row("dev-1", ["refund"], [], Status.PENDING)]
    run = made_run(rows, "old", BAR)
    found = step(READER, ScoredRun(run, score(run)))
    assert "--model linear" in found.command


def test_rows_must_be_labelled_before_anything_can_be_measured():
    bare = tuple(replace(example, labels=None) for example in EXAMPLES)
    step = next_step(Situation("d", BAR, bare, ("v1",)))
    assert step.command == "python -m labkit queue d --output queue.xlsx"
    assert f"{len(bare)} rows wait for labels" in step.reason
    assert next_step(Situation("d", BAR, (), ("v1",))).command == "python -m labkit add d --examples FILE"
    labelled = tuple(replace(example, split="pool") for example in EXAMPLES)
    assert "No dev row has gold labels" in next_step(Situation("d", BAR, labelled, ("v1",))).reason
    task = replace(BAR, bar=Bar(minimum_recall={"delivery": 0.9}))
    assert "no dev row carries it" in next_step(Situation("d", task, EXAMPLES, ("v1",))).reason


def test_without_labelled_pool_rows_neither_floor_nor_selection_is_asked_for():
    examples = tuple(example for example in EXAMPLES if example.split != "pool")
    found = next_step(Situation("d", BAR, examples, ("v1", "v2", "v3"), (READER_3, READER_2, READER)))
    assert found.command == "python -m labkit lab"


def test_reasons_speak_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert "底线" in step(READER).reason
