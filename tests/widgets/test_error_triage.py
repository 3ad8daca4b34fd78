"""Deciding in ErrorBrowser, without a browser: tags, gold, undo, definitions handed to an editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.curation import neighbours
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.datasets import more_like
from labkit.evaluation import evaluate
from labkit.prompt_workbench import workbench
from labkit.records import Example, Prompt, Run, Task
from labkit.widgets import ErrorBrowser, PromptEditor
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.made_runs import made_row, made_run
from tests.widgets.test_error_browser import JUNK, ask, ids

LABELS = tuple(TOPICS)


def command(browser: ErrorBrowser, name: str, **message: Any) -> dict[str, Any]:
    """Ask as the front end does: the whole way of a command, without a kernel."""
    replies: list[dict[str, Any]] = []
    browser.send = lambda content, buffers=None: replies.append(content)
    browser._handle_custom_msg({"kind": "anywidget-command", "name": name, "id": "1", "msg": message}, [])
    return replies[0]["response"]


def told(browser: ErrorBrowser, answers: int = 1) -> str:
    """What the browser says of that which takes its time, once so many answers have come; a look tells twice."""
    for _ in range(12_000):
        if browser.told["turn"] >= 2 * answers:
            return str(browser.told["said"])
        sleep(0.01)
    raise AssertionError(f"Nothing was told in two minutes after {browser.told}")


@pytest.fixture
def run(scene: Scene) -> Run:
    """Bare names: some rows are wrong."""
    return evaluate(scene, "v1", "definition-reader")


@pytest.fixture
def browser(scene: Scene, run: Run) -> ErrorBrowser:
    return ErrorBrowser(run, scene=scene)


def test_a_tag_is_kept_shown_and_counted(browser: ErrorBrowser, scene: Scene, run: Run):
    untagged = browser.triage["untagged"]
    row = browser.opened["row"]
    reply = command(browser, "tag", row=row, tag="definition_unclear")
    assert reply["ok"]
    assert [(place, line["tag"]) for place, line in reply["lines"]] == [(0, "definition unclear")]
    assert browser.opened["tag"] == "definition_unclear"
    assert (browser.triage["untagged"], browser.triage["remedies"]["prompt"]) == (untagged - 1, 1)
    said = scene.decisions()[-1]
    assert (said["kind"], said["run"], said["id"], said["to"]) == (
        *("tag", run.id),
        browser.opened["id"],
        "definition_unclear",
    )
    assert ErrorBrowser(run, scene=scene).opened["tag"] == "definition_unclear", "it is there when opened anew"


def test_a_row_and_the_pool_rows_like_it_are_sent_to_the_queue(tmp_path: Path):
    rows = [Example(f"r{k}", (post(k),), (LABELS[k % 3],), "pool" if k < 24 else "dev") for k in range(30)]
    scene = create_scene(tmp_path / "apart", TINY_TASK, rows, tiny_prompts())
    run = evaluate(scene, "v1", "definition-reader")
    browser = ErrorBrowser(run, scene=scene, outcome="any")
    row, name = browser.opened["row"], browser.opened["id"]
    assert command(browser, "enqueue", row=row)["said"].startswith("1 row sent to the queue, 0 were sent before")
    assert command(browser, "enqueue", row=row)["said"].startswith("0 rows sent to the queue, 1 were sent before")
    assert command(browser, "more_like", row=row)["later"]
    assert told(browser).startswith(f"Pool rows like {name}: ")
    sent = [line for line in scene.decisions() if line["kind"] == "queue"]
    assert sent[0]["id"] == name
    assert run.id in sent[0]["reason"]
    found = {one.example.id for one in more_like(scene, name)}
    assert {line["id"] for line in sent[1:]} == found
    assert found <= {example.id for example in scene.examples("pool")}
    for name in ("enqueue", "more_like"):
        assert not command(ErrorBrowser(run), name, row=row)["ok"], "nowhere to keep it"


def test_rows_are_compared_with_each_other_once_and_the_browser_answers_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    rows = [Example(f"r{k}", (post(k),), (LABELS[k % 3],), "pool" if k < 24 else "dev") for k in range(30)]
    scene = create_scene(tmp_path / "apart", TINY_TASK, rows, tiny_prompts())
    browser = ErrorBrowser(evaluate(scene, "v1", "definition-reader"), scene=scene, outcome="any")
    go, compared = Event(), []

    def waiting(examples: Sequence[Example]) -> dict[str, str]:
        compared.append(len(examples))
        assert go.wait(120)
        return near_duplicate_groups(examples)

    monkeypatch.setattr(neighbours, "near_duplicate_groups", waiting)
    assert command(browser, "more_like", row=0)["later"]
    assert browser.told["said"].startswith("Looking for pool rows like r24")
    assert command(browser, "more_like", row=1)["later"]
    ask(browser, query="r29")
    assert ids(browser) == ["r29"], "the kernel is free"
    go.set()
    told(browser, answers=2)
    reasons = [line["reason"] for line in scene.decisions() if line["kind"] == "queue"]
    assert set(reasons) == {"It resembles row r24.", "It resembles row r25."}
    assert compared == [30]


def test_what_goes_wrong_while_rows_are_compared_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows = [Example(f"r{k}", (post(k),), (LABELS[k % 3],), "pool" if k < 24 else "dev") for k in range(30)]
    scene = create_scene(tmp_path / "apart", TINY_TASK, rows, tiny_prompts())
    browser = ErrorBrowser(evaluate(scene, "v1", "definition-reader"), scene=scene, outcome="any")
    monkeypatch.setattr(neighbours, "near_duplicate_groups", lambda _examples: 1 // 0)
    assert command(browser, "more_like", row=0)["later"]
    assert told(browser) == ""
    assert "ZeroDivisionError" in browser.problem["error"]


def test_going_through_untagged_errors_the_next_one_takes_the_place(browser: ErrorBrowser):
    ask(browser, tag="untagged")
    wrong = ids(browser)
    assert len(wrong) > 2
    reply = command(browser, "tag", row=browser.opened["row"], tag="model_limit")
    assert reply["lines"] == []
    assert (ids(browser), browser.opened["id"], browser.view["found"]) == (wrong[1:], wrong[1], len(wrong) - 1)
    ask(browser, tag="model_limit", outcome="any")
    assert ids(browser) == wrong[:1]


def test_corrected_gold_rescores_what_is_shown_and_undo_takes_it_back(browser: ErrorBrowser, scene: Scene, run: Run):
    before, wrong = browser.confusions, ids(browser)
    answer = browser.found[0].prediction.labels
    place = [browser.labels.index(label) for label in answer]
    reply = command(browser, "fix_gold", row=browser.opened["row"], labels=place, reason="the answer is right")
    assert reply["ok"]
    assert ids(browser) == wrong[1:]
    assert browser.confusions != before
    assert scene.store.load_run(run.id).rows[browser._reading.table.places[wrong[0]][0]].correct
    assert browser.triage["undo"].startswith(wrong[0])
    assert command(browser, "undo")["said"].startswith(f"Taken back: {wrong[0]}")
    assert (ids(browser), browser.confusions, browser.triage["undo"]) == (wrong, before, "")
    assert scene.store.load_run(run.id).rows == run.rows
    assert len(browser.opened["history"]) == 2, "who did it, and that it was taken back, stays readable"


def test_undo_goes_back_step_by_step_and_then_says_so(browser: ErrorBrowser, scene: Scene):
    row, before = browser.opened["row"], browser.triage
    for tag in ("injection", "model_limit", ""):
        command(browser, "tag", row=row, tag=tag)
    for tag in ("model_limit", "injection", ""):
        command(browser, "undo")
        assert browser.opened["tag"] == tag
    assert browser.triage == before
    assert "Nothing was decided" in command(browser, "undo")["error"]
    assert len(scene.decisions()) == 6, "what was taken back stays on record"


def test_a_run_loaded_before_a_fix_is_shown_by_gold_of_now(scene: Scene, run: Run):
    row = next(row for row in run.rows if row.correct is False)
    scene.fix_gold(row.example.id, list(row.prediction.labels), "reread")
    assert row.example.id in ids(ErrorBrowser(run))
    assert row.example.id not in ids(ErrorBrowser(run, scene=scene))


def test_every_asking_of_a_row_gets_its_tag(scene: Scene):
    run = evaluate(scene, "v1", "definition-reader", repeats=2)
    browser = ErrorBrowser(run, scene=scene)
    reply = command(browser, "tag", row=browser.opened["row"], tag="injection")
    tags = Counter(line["tag"] for line in browser.view["rows"])
    assert [line["tag"] for _, line in reply["lines"]] == ["injection"]
    command(browser, "tag", row=browser.opened["row"], tag="model_limit")
    assert browser.triage["tags"]["model_limit"] == 2
    assert tags[""] == len(browser.view["rows"])


def test_definitions_go_to_the_editor_or_are_named(scene: Scene, run: Run):
    handed: list[tuple[str, ...]] = []
    browser = ErrorBrowser(run, scene=scene, edit=handed.append)
    missed = [told["label"] for told in browser.opened["answers"][0]["definitions"]]
    assert command(browser, "edit", row=browser.opened["row"])["said"] == f"Opened in the editor: {', '.join(missed)}"
    assert handed == [tuple(missed)]
    named = command(ErrorBrowser(run), "edit", row=browser.opened["row"])["said"]
    assert named == "Edit prompts/v1.md, under " + ", ".join(f"## {label}" for label in missed)


def test_a_connected_editor_gets_the_labels_and_one_that_lacks_them_says_so(scene: Scene, run: Run):
    bench = workbench(scene, "v1")
    browser = ErrorBrowser(run, scene=scene, edit=bench)
    assert browser.editor == f"anywidget:{bench.model_id}"
    assert command(browser, "edit", row=browser.opened["row"])["ok"]
    labels = [told["label"] for told in browser.opened["answers"][0]["definitions"]]
    assert bench.asked == {"turn": 1, "labels": labels, "row": True}
    assert bench.preview["title"].startswith(browser.opened["id"]), "the row that went wrong is previewed"
    bench.edit(labels, "no such row")
    assert bench.asked == {"turn": 2, "labels": labels, "row": False}
    other = PromptEditor(Prompt("other", "", "{{posts}}", "", ()), Task("other", ("别的", "其他")), ())
    refused = command(ErrorBrowser(run, scene=scene, edit=other), "edit", row=browser.opened["row"])
    assert not refused["ok"]
    assert "This editor holds prompt other" in refused["error"]
    assert other.asked == {}


def test_without_a_scene_nothing_is_decided(run: Run):
    browser = ErrorBrowser(run)
    assert browser.triage["can"] is False
    assert "scene=" in command(browser, "tag", row=browser.opened["row"], tag="injection")["error"]


def test_a_row_that_the_scene_does_not_have_is_refused(scene: Scene):
    browser = ErrorBrowser(made_run([made_row("elsewhere", ["refund"], [])]), scene=scene)
    reply = command(browser, "tag", row=0, tag="injection")
    assert "no row 'elsewhere'" in reply["error"]
    assert scene.decisions() == ()


@settings(max_examples=60)
@given(st.sampled_from(["tag", "fix_gold", "edit"]), JUNK, JUNK, JUNK)
def test_whatever_a_page_sends_is_done_or_refused_aloud(name: str, row: Any, tag: Any, labels: Any):
    browser = ErrorBrowser(made_run([made_row("a", ["refund"], [])]))
    reply = command(browser, name, row=row, tag=tag, labels=labels, reason=tag)
    assert reply["ok"] or reply["error"]
