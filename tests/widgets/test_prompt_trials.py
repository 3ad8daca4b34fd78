"""Runs started from PromptEditor: the kernel stays free, one at a time, stopped, refused and finished in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import labkit
from labkit.errors import NeedsConsent
from labkit.evaluation import Progress
from labkit.evaluation.trial import Trial, TrialForecast, TrialWish
from labkit.records import Prompt
from labkit.widgets import PromptEditor
from labkit.widgets.trial_desk import Trials
from labkit.workspace import Scene
from tests.evaluation.scripted import served
from tests.models.loopback import Loopback

WISH = {"model": "definition-reader", "rows": "dev", "sample": 50, "max_cost": None}


def send(editor: PromptEditor, command: str, **message: Any) -> dict[str, Any]:
    return getattr(editor, command)(message, [])[0]


def edit(editor: PromptEditor, **changes: Any) -> None:
    editor.set_state({"draft": editor.draft | {"revision": editor.draft["revision"] + 1} | changes})


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def ended(editor: PromptEditor) -> dict[str, Any]:
    wait_for(lambda: editor.trial.get("state") not in (None, "running", "stopping"))
    return editor.trial


@pytest.fixture
def editor(scene: Scene) -> PromptEditor:
    return labkit.workbench(scene, "v1")


def test_a_forecast_is_worked_out_beside_the_kernel(editor: PromptEditor):
    edit(editor, instruction="现在回答。")
    assert send(editor, "expect", draft=editor.draft, **WISH) == {"ok": True}
    wait_for(lambda: bool(editor.forecast))
    found = editor.forecast
    assert (found["calls"], found["before_calls"], found["free"], found["problem"]) == (16, 16, True, "")
    assert found["revision"] == editor.draft["revision"]
    send(editor, "expect", draft=editor.draft, **(WISH | {"model": "nobody/x"}))
    wait_for(lambda: "nobody/x" in editor.forecast["problem"])


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing is edited yet"), ("zh", "还没有改动")])
def test_a_prompt_that_is_not_edited_yet_is_a_state_in_the_readers_language(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, words: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    editor = labkit.workbench(scene, "v1")
    asked = {"draft": editor.draft, **(WISH | {"rows": "affected"})}
    send(editor, "expect", **asked)
    wait_for(lambda: bool(editor.forecast))
    assert words in editor.forecast["problem"]
    send(editor, "start", **asked)
    assert words in ended(editor)["problem"]


def test_a_run_ends_with_score_fixed_rows_and_the_versions_list_knows_it(scene: Scene, editor: PromptEditor):
    send(editor, "restore", name="v2", draft=editor.draft)
    assert send(editor, "start", draft=editor.draft, **WISH) == {"ok": True, "started": True}
    trial = ended(editor)
    assert (trial["state"], trial["revision"]) == ("done", editor.draft["revision"])
    assert trial["result"]["verdict"] == "better"
    assert trial["result"]["prompt"] == editor.preview["sha256"]
    assert set(trial["result"]["fixed"]) <= {example.id for example in scene.examples("dev")}
    wait_for(lambda: all(version["scores"] for version in editor.versions))


def test_the_preview_says_what_was_answered_about_its_row_before_the_edit_and_by_it(editor: PromptEditor):
    send(editor, "restore", name="v2", draft=editor.draft)
    send(editor, "start", draft=editor.draft, **WISH)
    fixed = ended(editor)["result"]["fixed"][0]
    editor.position = send(editor, "find_example", id=fixed)["position"]
    before, after = editor.preview["answers"]
    assert (before["version"], before["correct"]) == ("v1", False)
    assert (after["version"], after["prompt"], after["correct"]) == ("", editor.preview["sha256"], True)
    assert sorted(after["labels"]) == sorted(editor.preview["gold"])
    assert after["said"]


def test_what_follows_from_a_run_is_shown_by_the_time_it_says_that_it_has_ended(editor: PromptEditor):
    send(editor, "restore", name="v2", draft=editor.draft)
    shown: list[tuple[str, list[str]]] = []

    def note(change: dict[str, Any]) -> None:
        shown.append((change["new"]["state"], [answer["version"] for answer in editor.preview["answers"]]))

    editor.observe(note, ["trial"])
    send(editor, "start", draft=editor.draft, **WISH)
    ended(editor)
    assert shown[0] == ("running", [])
    assert shown[-1] == ("done", ["v1", ""])


@pytest.fixture
def slow(scene: Scene) -> Iterator[tuple[PromptEditor, Loopback]]:
    """An editor whose model is a server that takes its time."""
    with Loopback(delay_s=0.2) as server:
        yield labkit.workbench(scene, "v1", models=(served(scene, server, concurrency=1),)), server


def test_the_kernel_stays_free_and_a_run_can_be_stopped_and_goes_on(slow: tuple[PromptEditor, Loopback]):
    editor, server = slow
    wish = WISH | {"model": editor.models[0]}
    send(editor, "start", draft=editor.draft, **wish)
    assert send(editor, "start", draft=editor.draft, **wish)["started"] is False
    wait_for(lambda: editor.trial.get("done", 0) > 0)
    edit(editor, instruction="现在回答。")
    assert editor.preview["revision"] == editor.draft["revision"]
    send(editor, "stop")
    assert ended(editor)["state"] == "stopped"
    asked = len(server.bodies)
    assert asked < 16
    edit(editor, instruction="请回答。")
    send(editor, "start", draft=editor.draft, **wish)
    assert ended(editor)["state"] == "done"
    assert len(server.bodies) == 16


def test_a_refusal_is_told_in_words(scene: Scene):
    editor = labkit.workbench(scene, models=("moonshot/kimi-k2",))
    send(editor, "start", draft=editor.draft, **(WISH | {"model": "moonshot/kimi-k2"}))
    trial = ended(editor)
    assert (trial["state"], trial["details"]) == ("refused", "")
    assert "MOONSHOT_API_KEY" in trial["problem"]


def made_up(run: Callable[..., Trial]) -> Trials:
    return Trials(("m",), "CNY", lambda *a: TrialForecast(1, 1, 1, 0, 0.0, "CNY", True), run)


def test_personal_data_and_surprises_have_states_of_their_own(scene: Scene):
    def ask_first(before: Prompt, edited: Prompt, wish: TrialWish, progress: Callable[[Progress], None]) -> Trial:
        if wish.personal_data is None:
            raise NeedsConsent("1 of 16 rows hold phone 1", "say")
        raise ZeroDivisionError("a surprise")

    editor = PromptEditor(scene.prompt("v2"), scene.task, trials=made_up(ask_first))
    send(editor, "start", draft=editor.draft, **(WISH | {"model": "m"}))
    trial = ended(editor)
    assert (trial["state"], trial["problem"]) == ("consent", "1 of 16 rows hold phone 1")
    send(editor, "start", draft=editor.draft, **(WISH | {"model": "m", "personal_data": "mask"}))
    wait_for(lambda: editor.trial["state"] == "refused")
    assert editor.trial["problem"] == "ZeroDivisionError: a surprise"
    assert "Traceback" in editor.trial["details"]


def test_the_end_of_a_trial_takes_away_no_error_that_was_not_about_it(scene: Scene):
    def refuse(*_arguments: object) -> Any:
        raise OSError("no dictionary")

    editor = PromptEditor(scene.prompt("v2"), scene.task, lint=refuse, trials=made_up(refuse))
    wait_for(lambda: bool(editor.problem))
    send(editor, "start", draft=editor.draft, **(WISH | {"model": "m"}))
    assert ended(editor)["state"] == "refused"
    for thread in threading.enumerate():
        if thread.name == "labkit-trial":
            thread.join(30)
    assert editor.problem["error"] == "OSError: no dictionary"


def test_a_stop_is_heard_once_and_only_in_the_runs_own_thread(scene: Scene):
    heard: list[str] = []
    waiting, stopped = threading.Event(), threading.Event()

    def run(before: Prompt, edited: Prompt, wish: TrialWish, progress: Callable[[Progress], None]) -> Trial:
        waiting.set()
        stopped.wait(30)
        beside = threading.Thread(target=lambda: progress(Progress("r", 1, 2, {}, note="beside")))
        beside.start()
        beside.join()
        try:
            progress(Progress("r", 1, 2, {}))
        except KeyboardInterrupt as interrupt:
            heard.append("stop")
            progress(Progress("r", 2, 2, {}))
            raise interrupt
        raise AssertionError("not stopped")

    editor = PromptEditor(scene.prompt("v2"), scene.task, trials=made_up(run))
    send(editor, "start", draft=editor.draft, **(WISH | {"model": "m"}))
    waiting.wait(30)
    send(editor, "stop")
    stopped.set()
    assert ended(editor)["state"] == "stopped"
    assert heard == ["stop"]


@pytest.mark.parametrize("wrong", [{"rows": "test"}, {"rows": "sample", "sample": 0}, {"max_cost": "much"}])
def test_wishes_that_make_no_sense_are_refused(editor: PromptEditor, wrong: dict[str, Any]):
    assert send(editor, "start", draft=editor.draft, **(WISH | wrong))["ok"] is False


def test_without_models_nothing_can_be_tried(scene: Scene):
    editor = PromptEditor(scene.prompt("v2"), scene.task)
    assert editor.models == []
    assert "no model" in send(editor, "start", draft=editor.draft, **WISH)["error"]
