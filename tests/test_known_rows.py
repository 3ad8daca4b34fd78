"""What a base model knows of rows: rated by four few-shot prompts, asked of a real tiny model, said by the audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.curation.known_rows import KNOWN, rate_known, sampled_right
from labkit.datasets.known_rows import Asking, probe_known
from labkit.errors import BadData, BadInput
from labkit.records import Example, Prediction, Request, RunRow, Status
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import Answering
from tests.made_runs import made_run
from tests.tiny_model import build_tiny_model

ROW = Example("r", ("快递慢",), ("物流",))
CHOICE = replace(TINY_TASK, multi_label=False, allow_none=False)


def answered(right: bool, **probabilities: float) -> RunRow:
    labels = ("物流",) if right else ("退款",)
    return RunRow(ROW, Prediction(Status.ANSWERED, labels), probabilities=probabilities or None)


def rated(*rows: RunRow) -> str:
    runs = [replace(made_run([row]), task=CHOICE) for row in rows]
    return rate_known(runs).ratings["r"]


def test_a_row_is_known_by_how_many_prompts_get_it_right():
    assert rated(answered(True), answered(True)) == "HighlyKnown"
    assert rated(answered(True), answered(False)) == "MaybeKnown"
    assert rated(answered(False), answered(False)) == "Unknown"
    assert rated(answered(False, 物流=0.3, 退款=0.6, 质量=0.1), answered(False)) == "WeaklyKnown"
    assert rated(answered(False, 物流=0.01, 退款=0.98, 质量=0.01), answered(False)) == "Unknown"
    assert rated(RunRow(ROW, Prediction(Status.UNPARSED)), answered(True)) == "MaybeKnown"


def test_what_was_not_answered_says_nothing_of_what_is_known():
    other = Example("s", ("退款",), ("退款",))
    failed, withheld = (
        RunRow(row, Prediction(status)) for row, status in ((ROW, Status.FAILED), (other, Status.FILTERED))
    )
    runs = [replace(made_run(rows), task=CHOICE) for rows in ([failed, withheld], [answered(True), withheld])]
    found = rate_known(runs)
    assert found.ratings == {"r": "HighlyKnown"}
    assert found.unanswered == ("s",)


def test_a_sample_at_half_the_temperature_is_worked_out_from_the_probabilities():
    one = answered(False, 物流=0.3, 退款=0.6, 质量=0.1)
    assert sampled_right(one, several=False) == pytest.approx(0.09 / (0.09 + 0.36 + 0.01))
    each = answered(False, 物流=0.3, 退款=0.6, 质量=0.1)
    wanted = 0.09 / (0.09 + 0.49) * 0.16 / (0.16 + 0.36) * 0.81 / (0.81 + 0.01)
    assert sampled_right(each, several=True) == pytest.approx(wanted)
    assert sampled_right(answered(False), several=True) == 0.0
    assert sampled_right(replace(one, example=replace(ROW, labels=())), several=False) == pytest.approx(0.0)


class Parrot(Answering):
    """A model of this process that always says one label."""

    name, batch_size = "parrot", 8

    def text(self, request: Request) -> str:
        return '{"labels": ["物流"]}'


@pytest.fixture
def pool(tmp_path: Path) -> Scene:
    """Thirty labelled pool rows, twenty of which are chosen."""
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],)) for k in range(30)]
    scene = create_scene(tmp_path / "pool", replace(TINY_TASK, multi_label=False), rows, tiny_prompts())
    scene.save_version(replace(scene.prompt("v2"), rationale="none"))
    labkit.select(scene, 20, "first", prompt="v3")
    return scene


def test_one_unknown_row_of_a_label_is_no_share_to_warn_of():
    from labkit.auditing.knowledge import check_knowledge
    from labkit.auditing.samples import Material, sample_of
    from labkit.curation.known_rows import KnownRows

    rows = [Example(f"k{k}", (post(k),), ("物流" if k else "退款",)) for k in range(40)]
    for missed, severity in ((["k0"], "note"), (["k0", "k1", "k2"], "warn")):
        ratings = {row.id: "Unknown" if row.id in missed else "HighlyKnown" for row in rows}
        known = KnownRows("m", ratings, 4, True, ())
        found = check_knowledge(Material(tuple(map(sample_of, rows)), CHOICE, known=known))
        assert (found.severity, found.counts["unknown_labels"]) == (severity, [])


def test_the_audit_says_what_a_model_does_not_know_and_which_labels_are_new(pool: Scene):
    bare = labkit.audit(pool, "first").finding("D13")
    assert "no base model was asked" in bare.reason
    assert "local/study@labels" in bare.reason, "what can be asked without a download"
    found = labkit.audit(pool, "first", base=Parrot()).finding("D13")
    others = tuple(row["id"] for row in pool.dataset("first").rows if row["labels"] != ["物流"])
    assert (found.severity, set(found.rows)) == ("warn", set(others))
    assert set(found.counts["unknown_labels"]) == {"退款", "质量"}
    assert found.counts["known"]["HighlyKnown"] == 20 - len(others)
    assert "gives no probabilities" in found.reason
    assert labkit.audit(pool, "first", base=Parrot()).light("knowledge") == "warn"


def test_a_real_tiny_model_is_asked_with_four_prompts_and_weighed(pool: Scene, tmp_path: Path):
    base = build_tiny_model(tmp_path / "tiny")
    found = probe_known(pool, f"local/{base}@full@labels", pool.prompt("v2"), pool.examples("pool")[:6])
    assert (found.prompts, found.weighed, len(found.ratings)) == (4, True, 6)
    assert set(found.ratings.values()) <= set(KNOWN)
    runs = [pool.store.load_run(run) for run in found.runs]
    assert len({run.header.prompt_text for run in runs}) == 4
    assert all(run.header.split == "file" for run in runs)  # no scores, and no votes on difficulty
    asked = set(found.ratings)
    shown = [
        example
        for example in pool.examples("pool")
        if example.id in asked and example.text in runs[0].header.prompt_text
    ]
    assert shown == []
    assert probe_known(pool, f"local/{base}@full@labels", pool.prompt("v2"), pool.examples("pool")[:6]) == found


def test_where_all_rows_would_be_asked_the_last_ones_are_the_examples(pool: Scene):
    found = probe_known(pool, Parrot(), pool.prompt("v2"), pool.examples("pool"), Asking())
    assert len(found.ratings) == len(pool.examples("pool")) - 6
    assert len({pool.store.load_run(run).header.prompt_text for run in found.runs}) == found.prompts == 4


@pytest.mark.parametrize("rows", [5, 12, 60, 203])
def test_no_two_prompts_are_the_same_however_few_rows_there_are(tmp_path: Path, rows: int):
    labelled = [Example(f"r{k}", (post(k),), ("物流",)) for k in range(rows)]
    scene = create_scene(tmp_path / "few", CHOICE, labelled, tiny_prompts())
    found = probe_known(scene, Parrot(), scene.prompt("v2"), scene.examples("pool"), Asking())
    assert len({scene.store.load_run(run).header.prompt_text for run in found.runs}) == 4


def test_a_subtask_of_too_few_rows_is_left_out_and_its_rows_are_not_halved(tmp_path: Path):
    task = replace(CHOICE, subtasks={"many": ("物流",), "few": ("退款", "质量")})
    many = [Example(f"m{k}", (post(k),), ("物流",), subtask="many") for k in range(20)]
    few = [Example(f"f{k}", (post(100 + k),), ("退款",), subtask="few") for k in range(3)]
    scene = create_scene(tmp_path / "two", task, [*many, *few], tiny_prompts())
    found = probe_known(scene, Parrot(), scene.prompt("v2"), scene.examples("pool"), Asking())
    assert len(found.ratings) == 16
    assert all(row.startswith("m") for row in found.ratings)


def test_what_cannot_be_asked_is_said(pool: Scene, tmp_path: Path):
    few = create_scene(tmp_path / "few", pool.task, pool.rows[:4], tiny_prompts())
    with pytest.raises(BadData, match="too few"):
        probe_known(few, Parrot(), few.prompt("v2"), few.examples("pool"))
    with pytest.raises(BadData, match="no labelled rows"):
        probe_known(pool, Parrot(), pool.prompt("v2"), [])
    with pytest.raises(BadInput, match="rows of a scene"):
        labkit.audit(tmp_path / "rows.csv", base=Parrot())
