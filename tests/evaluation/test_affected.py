"""After an edit only rows that it can affect are asked; the others keep their answers, nothing is paid twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.errors import BadInput, NeedsReason
from labkit.evaluation import evaluate
from labkit.records import Example, Reply, RunRow
from labkit.scoring import score
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import GOOD, QUICK, Scripted, always, served
from tests.models.loopback import Loopback


@pytest.fixture
def edited(scene: Scene) -> Scene:
    """The tiny scene with a v3 that differs from v2 in the definition of 退款 alone."""
    v2 = scene.prompt("v2")
    new = replace(v2.definitions[1], text="要求退款，或者问钱什么时候到账。")
    scene.save_prompt(replace(v2, name="v3", definitions=(v2.definitions[0], new, v2.definitions[2])))
    return scene


def quiet(_: object) -> None:
    return


def test_only_affected_rows_and_the_sample_are_asked_and_a_full_run_takes_them_over(edited: Scene):
    before = evaluate(edited, "v2", "definition-reader", progress=quiet)
    found = labkit.evaluate_affected(edited, "v3", before, control=4, progress=quiet)
    touched = {
        row.example.id
        for row in before.rows
        if "退款" in (*(row.example.labels or ()), *row.prediction.labels) or "退款" in row.prediction.rationale
    }
    assert set(found.rows.affected) == touched
    assert {row.example.id for row in found.asked.rows} == {*touched, *found.rows.control}
    assert (found.calls_saved, found.asked.header.split) == (16 - len(touched) - 4, "affected")
    full = evaluate(edited, "v3", "definition-reader", progress=quiet)
    assert sum(row.taken_from == found.asked.id for row in full.rows) == len(found.asked.rows)
    estimate, scores = found.estimate, score(full).values
    assert estimate is not None
    for metric in ("accuracy", "micro_f1", "macro_f1"):
        assert estimate.values[metric].low <= scores[metric].value <= estimate.values[metric].high


def test_a_paid_model_is_sent_no_more_than_was_promised(edited: Scene):
    with Loopback() as server:
        model = served(edited, server)
        before = evaluate(edited, "v2", model, progress=quiet, retry=QUICK)
        hits = server.hits
        found = labkit.evaluate_affected(edited, "v3", "v2", model, control=3, progress=quiet, retry=QUICK)
        assert server.hits - hits == len(found.asked.rows) == 16 - found.calls_saved < 16
        labkit.evaluate_affected(edited, "v3", before.id, control=3, progress=quiet, retry=QUICK)
        assert server.hits - hits == len(found.asked.rows)
        evaluate(edited, "v3", model, progress=quiet, retry=QUICK)
        assert server.hits - hits == 16


def test_the_combined_run_has_the_new_answers_where_they_were_asked_and_the_old_ones_elsewhere(edited: Scene):
    before = evaluate(edited, "v2", Scripted(always(GOOD)), progress=quiet)
    text = '{"labels": ["退款"]}'
    moved = Scripted(always(Reply(text, text.encode())))
    found = labkit.evaluate_affected(edited, "v3", before, moved, control=2, progress=quiet)
    asked = {row.example.id for row in found.asked.rows}

    def answers(rows: tuple[RunRow, ...]) -> dict[str, tuple[str, ...]]:
        return {row.example.id: row.prediction.labels for row in rows}

    assert answers(found.combined.rows) == {
        row_id: ("退款",) if row_id in asked else ("物流",) for row_id in answers(before.rows)
    }
    gold = {row.example.id: row.example.labels for row in before.rows}
    assert set(found.fixed) == {row_id for row_id in asked if gold[row_id] == ("退款",)}
    assert set(found.regressed) == {row_id for row_id in asked if gold[row_id] == ("物流",)}


def test_when_shared_text_changed_it_is_an_ordinary_full_run(edited: Scene):
    v2 = edited.prompt("v2")
    edited.save_prompt(replace(v2, name="v4", system="请给微博分类。"))
    before = evaluate(edited, "v2", "definition-reader", progress=quiet)
    found = labkit.evaluate_affected(edited, "v4", before, progress=quiet)
    assert (found.calls_saved, found.asked.header.split, found.rows.diff.shared) == (0, "dev", ("System message",))
    assert found.estimate is not None
    assert found.estimate.exact
    full = evaluate(edited, "v4", "definition-reader", progress=quiet)
    assert full.id == found.asked.id
    assert found.estimate.values == labkit.score(full).values, "nothing was estimated: a score with a score's interval"


def test_gold_that_was_corrected_since_counts_and_changes_no_request(edited: Scene):
    before = evaluate(edited, "v2", "definition-reader", progress=quiet)
    edited.fix_gold("dev-00", ("退款",), "the author asks for money")
    found = labkit.evaluate_affected(edited, "v3", before.id, control=2, progress=quiet)
    assert found.rows.why["dev-00"] == ("gold",)
    full = evaluate(edited, "v3", "definition-reader", progress=quiet)
    assert sum(row.taken_from == found.asked.id for row in full.rows) == len(found.asked.rows)


def test_runs_whose_answers_cannot_be_taken_are_refused_in_one_line(edited: Scene):
    good = Scripted(always(GOOD))
    twice = evaluate(edited, "v2", good, repeats=2, progress=quiet)
    once = evaluate(edited, "v2", good, progress=quiet)
    other = Scripted(always(GOOD))
    other.parameters = {"temperature": 1}
    with pytest.raises(BadInput, match="asked each row 2 times"):
        labkit.evaluate_affected(edited, "v3", twice, good, progress=quiet)
    with pytest.raises(BadInput, match="was answered by scripted"):
        labkit.evaluate_affected(edited, "v3", once, other, progress=quiet)
    with pytest.raises(BadInput, match="No run has asked v1 about dev rows"):
        labkit.evaluate_affected(edited, "v3", "v1", progress=quiet)
    evaluate(edited, "v2", "definition-reader", progress=quiet)
    with pytest.raises(BadInput, match="Several models answered v2"):
        labkit.evaluate_affected(edited, "v3", "v2", progress=quiet)


def test_fetched_examples_stay_the_same_or_the_run_is_refused(tmp_path: Path):
    topics = tuple(TOPICS)
    rows = [Example(f"r{k:02d}", (post(k),), (topics[k % 3],), ("pool", "dev")[k // 20]) for k in range(40)]
    apart = create_scene(tmp_path / "apart", TINY_TASK, rows, tiny_prompts())
    v2 = replace(apart.prompt("v2"), retrieved=2)
    edit, other = (
        replace(v2, name=f"v{k}", definitions=(*v2.definitions[:2], replace(v2.definitions[2], text=text)))
        for k, text in enumerate(("做工差。", "坏了。"), 3)
    )
    before = evaluate(apart, v2, "definition-reader", progress=quiet)
    assert labkit.evaluate_affected(apart, edit, before, control=2, progress=quiet).calls_saved > 0
    plain = evaluate(apart, replace(v2, retrieved=0), "definition-reader", progress=quiet)
    assert labkit.blame(plain, before).diff.shared == ("retrieved",)
    apart.fix_gold("r00", ("退款",), "the pool is another one now")
    with pytest.raises(BadInput, match="pool has changed"):
        labkit.evaluate_affected(apart, other, before, control=2, progress=quiet)


def test_test_rows_are_no_place_to_try_an_edit(edited: Scene):
    before = evaluate(edited, "v2", "definition-reader", "test", reason="a decision", progress=quiet)
    with pytest.raises(NeedsReason):
        labkit.evaluate_affected(edited, "v3", before, progress=quiet)


def test_a_limit_leaves_rows_open_and_then_there_is_no_estimate_yet(edited: Scene):
    from tests.evaluation.test_forecast import priced

    with Loopback() as server:
        model = served(priced(edited), server)
        evaluate(edited, "v2", model, progress=quiet, retry=QUICK)
        found = labkit.evaluate_affected(edited, "v3", "v2", model, max_cost=1e-9, progress=quiet, retry=QUICK)
        assert (found.asked.complete, found.estimate) == (False, None)
        assert labkit.evaluate_affected(edited, "v3", "v2", model, progress=quiet, retry=QUICK).estimate is not None
