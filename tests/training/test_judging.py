"""After a real training: tuned model, base and candidates in one comparison, in Python and on the command line."""

from __future__ import annotations

import json
import sys

import pytest

from labkit.cli import main
from labkit.decision.tuning import MARGIN
from labkit.errors import BadInput, NeedsReason
from labkit.evaluation import evaluate
from labkit.models.local import loaded
from labkit.training import TrainingJob, attach
from labkit.training.job_folder import JobFolder
from labkit.training.judging import _margin_of
from labkit.views.tuned import compare_tuned
from labkit.workspace import Scene

pytestmark = pytest.mark.training


def test_tuned_base_and_candidates_stand_in_one_comparison_from_one_load(
    finished: TrainingJob,
    scene_of_jobs: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    loads: list[object] = []
    load = loaded._load
    monkeypatch.setattr(loaded, "_load", lambda *how: loads.append(how) or load(*how))
    evaluate(scene_of_jobs, "v2", "linear")
    evaluate(scene_of_jobs, "v1", "linear")
    evaluate(scene_of_jobs, "v2", "definition-reader", limit=4)  # other rows: no candidate
    shown = compare_tuned(scene_of_jobs, finished, base_prompt="v2")
    found = shown.found
    assert len(loads) == 1
    asked = {(entry.model, entry.prompt) for entry in found.comparison.ranking}
    assert {(finished.model_name, "short"), (finished.base_name, "v2")} <= asked
    assert [model for model, _ in asked].count("linear") == 1
    assert "definition-reader" not in {model for model, _ in asked}
    assert found.comparison.rows == found.pair.rows == 16
    assert found.must_not_miss == ("退款",)

    page = shown._repr_html_()
    for words in (found.outcome, "The rule: PASS when", *(row.example.items[0] for row in found.fixed[:30])):
        assert words in page
    assert str(shown).startswith(f"{found.outcome}: ")

    command = ["labkit", "job", str(scene_of_jobs.path), "short", "--compare", "--base-prompt", "v2"]
    monkeypatch.setattr(sys, "argv", [*command, "--json"])
    with pytest.raises(SystemExit) as left:
        main()
    told = json.loads(capsys.readouterr().out)
    assert left.value.code == (0 if found.outcome == "PASS" else 1)
    assert told == json.loads(json.dumps(shown.as_json()))
    assert {row["id"] for row in told["fixed"]} == set(found.pair.fixed)
    assert all(row["items"] and {"labels", "base", "tuned"} <= set(row) for row in told["fixed"])
    assert len(loads) == 1  # all was answered already

    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().out
    assert found.outcome in said
    assert all(row.example.id in said for row in found.fixed[:30])


def test_test_rows_want_a_reason_and_a_training_without_an_adapter_is_not_compared(
    finished: TrainingJob, scene_of_jobs: Scene
):
    with pytest.raises(NeedsReason):
        compare_tuned(scene_of_jobs, finished, "test")
    begun = JobFolder(scene_of_jobs.path / "jobs" / "begun")
    begun.path.mkdir()
    begun.write("job.json", finished.folder.spec())
    with pytest.raises(BadInput, match="has no adapter yet"):
        compare_tuned(scene_of_jobs, attach(begun.path))


def test_a_gate_that_lets_no_label_fall_is_not_taken_for_one_that_says_nothing(trainable: Scene):
    assert _margin_of(trainable) == MARGIN
    (trainable.path / "gate.yaml").write_text("no_label_worse_by: 0\n", encoding="utf-8")
    assert _margin_of(trainable) == 0.0
