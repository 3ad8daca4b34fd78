"""A trial of an edited prompt: on affected rows, a sample or all dev rows, against the version before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.errors import BadData, BadInput, NeedsConsent, UnknownName
from labkit.evaluation import Progress, evaluate
from labkit.evaluation.trial import TrialWish, forecast_trial, run_trial
from labkit.records import Prompt
from labkit.views.trial_result import trial_shown
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import served
from tests.models.loopback import Loopback

V1, V2 = tiny_prompts()
READER = "definition-reader"


def edited(text: str = "要钱、要退货，或者在等退款到账。") -> Prompt:
    """v2 with another definition of one label."""
    changed = replace(V2.definition_of("退款"), text=text)
    definitions = tuple(changed if d.label == "退款" else d for d in V2.definitions)
    return replace(V2, name="v2-edited", definitions=definitions)


def test_a_trial_on_all_dev_rows_is_the_run_that_evaluate_makes(scene: Scene):
    trial = run_trial(scene, V1, V2, TrialWish(READER, "dev"))
    assert trial.run.id == evaluate(scene, "v2", READER).id
    assert trial.before.id == evaluate(scene, "v1", READER).id
    shown = trial_shown(trial)
    assert (shown["whole"], shown["estimated"], shown["saved"], shown["verdict"]) == (True, False, 0, "better")
    assert shown["fixed_count"] == len(trial.pair.fixed) > 0
    assert shown["after"]["low"] <= shown["after"]["value"] <= shown["after"]["high"]


def test_rows_that_are_wrong_in_another_way_are_named(scene: Scene):
    trial = run_trial(scene, V1, V2, TrialWish(READER, "dev"))
    shown = trial_shown(trial)
    then = {row.example.id: row for row in trial.before.rows}
    pairs = [(then[row.example.id], row) for row in trial.run.rows]
    wrong = [(a, b) for a, b in pairs if not a.correct and not b.correct]
    moved = [b.example.id for a, b in wrong if set(a.prediction.labels) != set(b.prediction.labels)]
    assert shown["still_wrong"] == moved != []
    assert shown["still_wrong_count"] == len(moved)


def test_only_affected_rows_are_asked_and_the_rest_is_estimated(scene: Scene):
    rows = [replace(r, id=f"{r.id}-{k}", group=None, items=(f"{k}{r.text}",)) for k in range(9) for r in scene.rows]
    large = create_scene(scene.path.parent / "large", TINY_TASK, rows, (V1, V2))
    wish = TrialWish(READER)
    forecast = forecast_trial(large, V2, edited(), wish)
    assert (forecast.of, forecast.before_calls, forecast.free, forecast.money) == (144, 144, True, 0)
    evaluate(large, "v2", READER)
    forecast = forecast_trial(large, V2, edited(), wish)
    trial = run_trial(large, V2, edited(), wish)
    shown = trial_shown(trial)
    assert forecast.before_calls == 0
    assert forecast.rows == forecast.calls == shown["asked"] < 144
    assert shown["saved"] == 144 - shown["asked"]
    assert (shown["estimated"], shown["whole"], shown["before_name"]) == (True, False, "v2")
    full = run_trial(large, V2, edited(), TrialWish(READER, "dev"))
    assert sum(row.taken_from is not None for row in full.run.rows) == shown["asked"]
    assert shown["after"]["low"] <= trial_shown(full)["after"]["value"] <= shown["after"]["high"]
    assert forecast_trial(large, V2, edited(), TrialWish(READER, "dev")).calls == 0


def test_a_sample_is_the_same_for_every_version_and_compared_on_its_rows(scene: Scene):
    wish = TrialWish(READER, "sample", 5)
    trial = run_trial(scene, V1, V2, wish)
    again = run_trial(scene, V2, edited(), wish)
    ids = [row.example.id for row in trial.run.rows]
    assert len(ids) == 5
    assert ids == sorted(ids) == [row.example.id for row in again.run.rows]
    assert again.before.id == trial.run.id
    assert (trial.pair.rows, trial_shown(trial)["whole"]) == (5, False)
    assert run_trial(scene, V1, V2, TrialWish(READER, "sample", 500)).run.header.split == "dev"


def test_an_unchanged_prompt_has_nothing_to_be_compared_with(scene: Scene):
    trial = run_trial(scene, V2, V2, TrialWish(READER, "dev"))
    shown = trial_shown(trial)
    assert (trial.before, trial.pair, shown["verdict"], shown["delta"]) == (None, None, "", None)
    with pytest.raises(BadInput):
        run_trial(scene, V2, V2, TrialWish(READER, "affected"))
    with pytest.raises(BadInput):
        forecast_trial(scene, V2, V2, TrialWish(READER, "affected"))


def test_a_trial_that_is_stopped_goes_on_from_there(scene: Scene):
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if progress.done and not any(p.done for p in seen[:-1]):
            raise KeyboardInterrupt

    with Loopback() as server:
        model = served(scene, server, concurrency=1)
        with pytest.raises(KeyboardInterrupt):
            run_trial(scene, V2, V2, TrialWish(model, "dev"), stop)
        asked = len(server.bodies)
        assert 0 < asked < 16
        trial = run_trial(scene, V2, V2, TrialWish(model, "dev"), seen.append)
        assert len(server.bodies) == 16
    assert trial.run.complete


def test_rows_without_gold_have_no_score(tmp_path):
    rows = [replace(row, labels=None) for row in tiny_examples()]
    bare = create_scene(tmp_path / "bare", TINY_TASK, rows, (V1, V2))
    shown = trial_shown(run_trial(bare, V1, V2, TrialWish(READER, "dev")))
    assert (shown["after"], shown["verdict"], shown["fixed"]) == (None, "", [])


@pytest.mark.parametrize("wrong", [{"rows": "test"}, {"sample": 0}])
def test_wishes_that_make_no_sense_are_refused(wrong: dict[str, object]):
    with pytest.raises((UnknownName, BadInput)):
        TrialWish(READER, **wrong)


def test_a_scene_without_dev_rows_says_so(tmp_path):
    pool = [row for row in tiny_examples() if row.split == "pool"]
    bare = create_scene(tmp_path / "bare", TINY_TASK, pool, (V1, V2))
    with pytest.raises(BadData, match="no dev rows"):
        run_trial(bare, V1, V2, TrialWish(READER, "dev"))


def test_consent_is_needed_as_everywhere(tmp_path, monkeypatch: pytest.MonkeyPatch):
    from tests.evaluation.outside import outside

    rows = [replace(row, items=(f"打13812345678 {row.text}",)) for row in tiny_examples()]
    telling = create_scene(tmp_path / "telling", TINY_TASK, rows, (V1, V2))
    with outside(telling, tmp_path, monkeypatch), pytest.raises(NeedsConsent):
        run_trial(telling, V1, V2, TrialWish("outside/m", "dev"))
