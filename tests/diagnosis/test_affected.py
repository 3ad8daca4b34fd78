"""Which rows an edit can affect: all that had to do with an edited label, a random sample of the others, none twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.diagnosis import affected_rows
from labkit.errors import BadInput
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Definition, Example, Prediction, Prompt, Run, RunRow, Status, Task
from tests.made_runs import made_run

TASK = Task("shop", ("物流", "退款", "质量"), language="zh", item="微博", multi_label=True, allow_none=True)
BEFORE = Prompt(
    "v1",
    "分类。",
    "{{posts}}",
    "回答。",
    (Definition("物流", "快递。"), Definition("退款", "退钱。"), Definition("质量")),
)
AFTER = replace(
    BEFORE, name="v2", definitions=(BEFORE.definitions[0], Definition("退款", "要求退钱。"), Definition("质量"))
)


def row(row_id: str, gold: tuple[str, ...] | None, answer: Prediction) -> RunRow:
    return RunRow(Example(row_id, (f"帖子{row_id}",), gold, "dev"), answer)


def said(*labels: str, rationale: str = "", definition: str | None = None) -> Prediction:
    return Prediction(Status.ANSWERED, labels, rationale, definition=definition)


ROWS = (
    row("gold", ("退款",), said("物流")),
    row("predicted", ("物流",), said("退款")),
    row("cited", ("物流",), said("物流", definition="退款")),
    row("mentioned", ("物流",), said("物流", rationale="虽然提到退款，但说的是快递")),
    row("failed", ("物流",), Prediction(Status.FAILED)),
    *(row(f"other-{k}", ("物流",), said("物流")) for k in range(5)),
    row("unlabelled", None, said("质量")),
)


def run(rows: tuple[RunRow, ...] = ROWS, prompt: Prompt = BEFORE) -> Run:
    made = made_run(rows, task=TASK)
    header = replace(made.header, prompt_sha256=prompt_sha256(prompt), prompt_text=format_prompt(prompt))
    return replace(made, header=header)


EXAMPLES = tuple(found.example for found in ROWS)


def test_a_row_is_affected_when_gold_answer_citation_or_rationale_has_to_do_with_the_edited_label():
    found = affected_rows(BEFORE, AFTER, TASK, EXAMPLES, [run()], control=2)
    assert found.why == {
        "gold": ("gold",),
        "predicted": ("predicted",),
        "cited": ("cited",),
        "mentioned": ("mentioned",),
        "failed": ("unanswered",),
    }
    assert found.reasons["shared"] == 0


def test_every_row_stands_in_exactly_one_place_and_the_sample_is_drawn_by_the_seed():
    found, again, other = (affected_rows(BEFORE, AFTER, TASK, EXAMPLES, [run()], control=2, seed=s) for s in (0, 0, 1))
    places = (*found.affected, *found.control, *found.rest, *found.untouched)
    assert sorted(places) == sorted(example.id for example in EXAMPLES)
    assert (len(found.control), len(found.rest)) == (2, 4)
    assert found == again
    drawn = {affected_rows(BEFORE, AFTER, TASK, EXAMPLES, [run()], control=2, seed=s).control for s in range(20)}
    assert len(drawn) > 5
    assert set(other.control) <= {"unlabelled", *(f"other-{k}" for k in range(5))}


def test_an_earlier_run_of_another_prompt_says_nothing():
    found = affected_rows(BEFORE, AFTER, TASK, EXAMPLES, [run(prompt=AFTER)], control=1)
    assert found.affected == ("gold",)


@pytest.mark.parametrize("part", ["system", "instruction", "examples"])
def test_text_that_every_row_is_told_affects_all_of_them(part: str):
    found = affected_rows(BEFORE, replace(AFTER, **{part: "别的"}), TASK, EXAMPLES, [run()])
    assert len(found.affected) == len(EXAMPLES)
    assert found.diff.shared
    assert set(found.why.values()) == {("shared",)}


def test_other_fetched_examples_affect_all_rows():
    found = affected_rows(BEFORE, replace(BEFORE, name="v2", retrieved=3), TASK, EXAMPLES, [run()])
    assert (len(found.affected), found.diff.shared) == (len(EXAMPLES), ("retrieved",))


def test_rows_of_another_subtask_are_told_the_same_and_stay_untouched():
    task = replace(TASK, subtasks={"交付": ("物流",), "售后": ("退款", "质量")})
    examples = [replace(e, subtask="交付" if e.id.startswith("other") else "售后") for e in EXAMPLES]
    found = affected_rows(BEFORE, AFTER, task, examples, [run()])
    assert found.untouched == tuple(f"other-{k}" for k in range(5))
    assert not set(found.asked) & set(found.untouched)


def test_prompts_that_say_the_same_and_an_empty_sample_are_refused():
    with pytest.raises(BadInput, match="tell a model the same"):
        affected_rows(BEFORE, replace(BEFORE, name="v2", message="new name"), TASK, EXAMPLES, [run()])
    with pytest.raises(BadInput, match="control sample has 0 rows"):
        affected_rows(BEFORE, AFTER, TASK, EXAMPLES, [run()], control=0)
