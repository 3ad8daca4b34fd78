"""This week, Data, Training and releases: the sentence each page lets its viewer say, and what must not stand on it."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import ipywidgets as ui
import pytest

from labkit.audits import audit
from labkit.dashboards import DataPage, dashboard
from labkit.diagnosis.reliance import names_only
from labkit.evaluation import evaluate
from labkit.records import Bar, Run
from labkit.releases import release, rollback
from labkit.store import Store
from labkit.traffic import sample_week
from labkit.traffic.weeks import week_of
from labkit.views.release_page import job_lines
from labkit.views.shown_rows import ROWS_SHOWN, rows_behind
from labkit.views.week_page import Week
from labkit.workspace import Scene, create_scene, open_scene
from tests.hostile import HOSTILE
from tests.traffic.test_log import MONDAY, log_of
from tests.traffic.test_sampling import WEEK, judge, live

LENIENT = "minimum: {macro_f1: 0.05}\n"


@pytest.fixture
def released(scene: Scene) -> Scene:
    """v1 went live, then v2, was taken back, and waits again."""
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    v1, v2 = (evaluate(scene, name, "definition-reader", "test", reason="a test of pages") for name in ("v1", "v2"))
    release(scene, v1.id, "Lin")
    release(scene, v2.id, "Wang")
    rollback(scene, "Lin", "the new one was slow")
    return scene


def shown(page: ui.Widget) -> str:
    """The words of a page, its stylesheet left out; a day or an interval kept on one line stays within its sentence."""
    html = re.sub(r'<span class="lk-figure">([^<]*)</span>', r"\1", "".join(part.value for part in page.children[1:]))
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def examined(scene: Scene) -> str:
    page = DataPage(scene)
    page.examining.join(120)
    return shown(page.widget)


def with_an_open_row(scene: Scene, run: Run) -> Scene:
    """The scene as if the answer to the run's first row had not come yet."""
    asked = "select id from requests where run = ? and row = ?"
    place = [run.id, run.rows[0].example.id]
    with closing(connect(scene.path / "runs.db")) as database, database:
        assert database.execute(f"delete from replies where request in ({asked})", place).rowcount == 1
        database.execute("delete from requests where run = ? and row = ?", place)
    return open_scene(scene.path)


def test_this_week_says_what_waits_where_we_stand_what_changed_and_what_it_cost(released: Scene):
    text = shown(dashboard("week", released))
    for said in ("What waits for a decision", "Where we stand", "What changed", "What it cost"):
        assert said in text
    assert "Taken back: r2, by Lin. the new one was slow" in text
    assert "Released: r2, v2 · definition-reader, approved by Wang" in text
    assert re.search(r"r1 is live since \d{4}-\d\d-\d\d; Lin answers for it", text)
    assert "Readings of the test rows: 2." in text


def test_this_week_says_first_how_good_is_what_is_live(released: Scene):
    """r2 was better and was taken back; whoever reads its score for that of r1 is misled."""
    values = Week(released, datetime.now(UTC)).values
    live, best = values["live_standing"], values["leader"]
    assert "v1" in live["run_name"]
    assert "v2" in best["run_name"]
    text = shown(dashboard("week", released)).split("Where we stand")[1]
    places = [text.index(said) for said in ("r1 is live since", live["run_name"], "not what is live", best["run_name"])]
    assert places == sorted(places)


def test_where_the_best_is_live_it_is_told_once(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    release(scene, evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages").id, "Lin")
    assert Week(scene, datetime.now(UTC)).values["live_standing"] is None
    assert "not what is live" not in shown(dashboard("week", scene))


def assert_what_is_live_stands_alone(scene: Scene) -> None:
    """v2 is live, and This week names no other as the best."""
    values = Week(scene, datetime.now(UTC)).values
    assert values["live_standing"] is None
    assert "v2" in values["leader"]["run_name"]
    assert "not what is live" not in shown(dashboard("week", scene))


def test_what_is_live_asked_again_is_not_told_as_another(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    first, _ = (
        evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages", fresh=fresh)
        for fresh in (False, True)
    )
    release(scene, first.id, "Lin")
    assert_what_is_live_stands_alone(scene)


def test_another_version_that_is_just_as_good_does_not_stand_above_what_is_live(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    live = evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages")
    other = replace(scene.prompt("v2"), name="v3", instruction="Answer with care.")
    evaluate(scene, other, "definition-reader", "test", reason="a test of pages")
    release(scene, live.id, "Lin")
    assert_what_is_live_stands_alone(scene)


def test_nothing_on_this_week_is_without_a_date(released: Scene):
    week = Week(released, datetime.now(UTC))
    assert week.changes
    for entry in (*week.changes, *week.waiting):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.date)


def test_what_is_older_than_seven_days_is_not_this_week(released: Scene):
    later = Week(released, datetime.now(UTC) + timedelta(days=8))
    assert later.changes == ()
    assert later.values["cost_rows"] == 0


def test_a_better_prompt_is_held_against_the_best_before_the_week(scene: Scene):
    before = evaluate(scene, "v1", "definition-reader")
    with closing(connect(scene.path / "runs.db")) as database, database:
        assert database.execute("update runs set created = '2020-01-01T00:00:00+00:00'").rowcount == 1
    evaluate(scene, "v2", "definition-reader")
    again = open_scene(scene.path)
    (step,) = [change for change in Week(again, datetime.now(UTC)).changes if change.anchor == "step"]
    assert "v2 · definition-reader" in step.words
    assert "v1 · definition-reader" in step.words
    assert step.rows is not None
    assert step.rows.total > 0
    assert len(before.rows) == 16


def test_an_unreleased_run_that_passes_the_gate_waits_for_a_yes(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages")
    assert (
        "Candidate v2 · definition-reader passed all 2 checks before a release (the gate) and waits for a yes"
        in shown(dashboard("week", scene))
    )
    assert "waits for a yes" in shown(dashboard("releases", scene))


def test_what_is_not_whole_has_no_score_and_waits_for_nobody(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    run = evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages")
    again = with_an_open_row(scene, run)
    rows = len(again.examples("test"))
    text = shown(dashboard("week", again))
    assert f"Begun: v2 · definition-reader, {rows - 1} of {rows} test rows answered so far" in text
    assert "Measured:" not in text
    for page in ("week", "releases"):
        assert "Candidate" not in shown(dashboard(page, again))


def test_a_candidate_that_is_being_asked_again_waits_still(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    whole, begun = (
        evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages", fresh=True) for _ in range(2)
    )
    again = with_an_open_row(scene, begun)
    assert not again.store.load_run(begun.id).complete
    assert "Candidate v2 · definition-reader passed" in shown(dashboard("releases", again))
    assert whole.id != begun.id


def test_what_was_measured_before_the_live_release_waits_for_nobody(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    v1, v2 = (evaluate(scene, name, "definition-reader", "test", reason="a test of pages") for name in ("v1", "v2"))
    with closing(connect(scene.path / "runs.db")) as database, database:
        database.execute("update runs set created = '2020-01-01T00:00:00+00:00' where run = ?", [v1.id])
    again = open_scene(scene.path)
    release(again, v2.id, "Lin")
    assert "Candidate" not in shown(dashboard("releases", again))


def test_a_candidate_that_the_gate_refuses_says_which_rule(scene: Scene):
    (scene.path / "gate.yaml").write_text("minimum: {macro_f1: 1.0}\n", encoding="utf-8")
    evaluate(scene, "v1", "definition-reader", "test", reason="a test of pages")
    text = shown(dashboard("releases", scene))
    assert "passed 1 of 2 checks before a release (the gate), so it cannot go live" in text
    assert re.search(
        r"average over the labels \(macro_f1\): wanted at least 100 of 100, measured \d+.\(\d+–\d+\)", text
    )


def test_releases_tell_what_is_live_what_it_brought_and_the_way_back(released: Scene):
    release(released, released.store.runs()[0].run, "Wang")
    text = shown(dashboard("releases", released))
    assert re.search(r"r3, live since \d{4}-\d\d-\d\d", text)
    assert re.search(r"Against the release before, average over the labels: \+\d+\.\d .* points", text)
    assert "Against the one before, in points (average over the labels)" in text
    assert "Going back to r1 takes an engineer one command." in text
    assert "For the engineer python -m labkit rollback" in text
    assert "Online quality was not measured yet" in text
    assert str(released.path) not in text


def test_what_is_live_below_the_bar_is_not_shown_as_met(released: Scene):
    html = "".join(part.value for part in dashboard("releases", released).children[1:])
    assert re.search(r'lk-standing lk-(\w+)"', html)[1] != "met"
    lenient = replace(released.task, bar=Bar("macro_f1", 0.01))
    page = dashboard("releases", replace(released, task=lenient))
    html = "".join(part.value for part in page.children[1:])
    assert re.search(r'lk-standing lk-(\w+)"', html)[1] == "met"
    assert re.search(r"The bar is met ?\.", shown(page))


def test_a_gain_says_of_what_it_is_in_chinese_too(released: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    release(released, released.store.runs()[0].run, "Wang")
    text = shown(dashboard("releases", released))
    assert re.search(r"与上一个发布相比，各标签的平均水平：\+\d+\.\d .* 分。", text)
    assert "与上一个相比，分（各标签的平均水平）" in text
    assert re.search("v2 · definition-reader ?。 ?由 Wang 负责。", text)


def test_a_release_asked_under_another_bar_is_told_by_the_metric_that_the_page_names(released: Scene):
    path = released.path / "task.yaml"
    path.write_text(path.read_text("utf-8").replace("macro_f1", "accuracy"), "utf-8")
    (released.path / "gate.yaml").write_text("minimum: {accuracy: 0.05}\n", encoding="utf-8")
    again = open_scene(released.path)
    assert again.task.bar.metric == "accuracy"
    release(again, again.store.runs()[0].run, "Wang")
    text = shown(dashboard("releases", again))
    assert re.search(r"Against the release before, all labels of a post right: \+\d+\.\d", text)


def test_live_since_is_the_day_of_the_rollback_not_of_the_first_release(released: Scene):
    path = released.path / "releases.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line, day in zip(lines, ("2026-03-02", "2026-03-09", "2026-03-11"), strict=True):
        line["at"] = f"{day}T08:00:00+00:00"
    lines[-1]["approved_by"] = "Zhao"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    text = shown(dashboard("releases", released))
    assert "r1, live since 2026-03-11" in text
    assert "r1 is live since 2026-03-11; Zhao answers for it" in shown(dashboard("week", released))
    assert "2026-03-02 r1 (current)" in text  # the history keeps the day of the release


def test_the_live_release_is_told_by_what_people_judged_blind(released: Scene):
    log_of(released.path, *(live(k) for k in range(10)))
    drawn = sample_week(released, WEEK, 6).drawn
    judge(released, {one.row: ("物流",) if k < 3 else ("退款",) for k, one in enumerate(drawn)})
    text = shown(dashboard("releases", open_scene(released.path)))
    assert re.search(
        r"Online: of 100 live posts drawn at random, 50.\(19–81\) got exactly the right labels \(6 judged", text
    )
    assert "Online quality was not measured" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_week_is_told_as_one_and_two_as_a_span(released: Scene, monkeypatch: pytest.MonkeyPatch, language: str):
    monkeypatch.setenv("LABKIT_LANG", language)
    sooner = MONDAY - timedelta(days=7)
    before = [replace(live(k), at=(sooner + timedelta(minutes=k)).isoformat()) for k in range(10, 20)]
    log_of(released.path, *before, *(live(k) for k in range(10)))
    told = []
    for week in (WEEK, week_of(sooner)):
        drawn = sample_week(open_scene(released.path), week, 4).drawn
        judge(released, {one.row: ("物流",) for one in drawn})
        told.append(shown(dashboard("releases", open_scene(released.path))))
    assert told[0].count(WEEK) == 1
    assert f"– {WEEK}" not in told[0]
    assert f"{week_of(sooner)} – {WEEK}" in told[1]


@pytest.mark.parametrize("page", ["week", "releases", "models", "data"])
def test_chinese_sentences_have_chinese_punctuation(released: Scene, monkeypatch: pytest.MonkeyPatch, page: str):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    evaluate(released, "v2", "definition-reader")
    shown_page = DataPage(released) if page == "data" else dashboard(page, released)
    if isinstance(shown_page, DataPage):
        shown_page.examining.join(120)
        shown_page = shown_page.widget
    html = "".join(part.value for part in shown_page.children[1:] if isinstance(part, ui.HTML))
    text = re.sub(r"<[^>]*>", "", re.sub(r"<details.*?</details>", "", html, flags=re.S))  # posts are as they are
    assert re.findall("[一-鿿] ?[,;:(][^,;:(]{0,12}", text) == []


@pytest.mark.parametrize("page", ["week", "releases", "models", "quality"])
def test_commands_stand_folded_away_for_engineers(scene: Scene, page: str):
    html = "".join(part.value for part in dashboard(page, scene).children if isinstance(part, ui.HTML))
    told = re.sub(r'<details class="lk-behind lk-engineer">.*?</details>', "", html, flags=re.S)
    assert "python -m" not in told
    assert page == "releases" or "python -m labkit evaluate" in html


def test_pages_offer_nothing_that_acts(released: Scene):
    for page in (dashboard("week", released), dashboard("releases", released), dashboard("data", released)):
        markup = "".join(part.value for part in page.children)
        assert not re.search(r"<(button|form|input|script)\b", markup)
        assert set(re.findall(r'href="([^"]{,1})', markup)) <= {"#"}


def test_data_shows_six_lights_and_grey_where_nothing_was_measured(scene: Scene):
    text = examined(scene)
    assert re.search(r"\d of 6 lights are green", text)
    assert "Nothing the base model has not met" in text
    assert "grey: not examined" in text
    assert "No training set was selected yet; looked at is the pool of 16 rows" in text


def test_data_says_first_that_nobody_should_train_yet(scene: Scene):
    copied = next(row for row in scene.rows if row.split == "test")
    rows = [replace(row, items=copied.items) if row.id == scene.examples("pool")[0].id else row for row in scene.rows]
    leaking = create_scene(scene.path.parent / "leaking", scene.task, rows, [scene.prompt("v2")])
    red = [finding for finding in audit(leaking).findings if finding.severity == "block"]
    text = examined(leaking)
    assert red
    assert f"Do not train on it yet: {len(red)} check" in text.split("lights are green")[0]


def test_data_page_looks_at_the_newest_training_set(scene: Scene):
    rows = [
        {"id": row.id, "items": list(row.items), "labels": list(row.labels or ())} for row in scene.examples("pool")
    ]
    scene.save_dataset("first", rows[:6], {})
    assert "We train on 6 rows: first" in examined(scene)


def test_the_rows_behind_a_light_are_shown_with_personal_data_masked(scene: Scene):
    twice = [replace(row, items=("我的电话是13812345678,快退款",)) for row in scene.examples("pool")[:2]]
    rows = [*twice, *(row for row in scene.rows if row.id not in {one.id for one in twice})]
    text = examined(create_scene(scene.path.parent / "twin", scene.task, rows, [scene.prompt("v2")]))
    assert "[手机号1]" in text
    assert "13812345678" not in text


def test_only_so_many_rows_stand_behind_a_number_and_the_rest_is_counted(scene: Scene):
    ids = [row.id for row in scene.rows]
    found = rows_behind(scene.rows, [*ids, "gone"], "zh")
    assert (len(found.rows), found.total) == (ROWS_SHOWN, len(ids) + 1)


def test_trainings_say_how_they_stand(scene: Scene):
    folder = scene.path / "jobs" / "first"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps({"created": "2026-11-20T10:00:00+00:00"}), encoding="utf-8")
    events = [
        {"kind": "start", "steps": 40},
        {"kind": "evaluation", "step": 0, "macro_f1": 0.25, "per_label": {}},
        {"kind": "step", "step": 20, "loss": 1.0},
        {"kind": "evaluation", "step": 20, "macro_f1": 0.5, "per_label": {}},
    ]
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    (line,) = job_lines(scene)
    assert (line.date, line.living) == ("2026-11-20", False)
    assert line.state == "interrupted at step 20 of 40; it can go on."
    assert "25 of 100 before, 50 since" in line.dev


def test_an_empty_scene_is_grey_everywhere_and_nothing_is_written(scene: Scene):
    before = sorted(path.name for path in scene.path.iterdir())
    assert "Nothing was recorded in the seven days" in shown(dashboard("week", scene))
    text = shown(dashboard("releases", scene))
    assert "Nothing has been released yet." in text
    assert "Nothing was trained in this scene." in text
    examined(scene)
    assert sorted(path.name for path in scene.path.iterdir() if path.name != "runs.db") == before


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str, scene: Scene):
    text = hostile.replace("\x00", "") or "-"
    rows = [replace(row, items=(text,), note=text) for row in scene.rows]
    wild = create_scene(scene.path.parent / "wild", scene.task, rows, [scene.prompt("v2")])
    (wild.path / "gate.yaml").write_text("minimum: {macro_f1: 0.0}\n", encoding="utf-8")
    run = evaluate(wild, "v2", "definition-reader", "test", reason="a test of pages")
    release(wild, run.id, f"Lin {text}")
    for page in (dashboard("week", wild), dashboard("releases", wild)):
        for part in page.children[1:]:
            assert not re.search(r"<(script|img|svg\s+onload|math|template|style|iframe)\b", part.value)
            assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', part.value))
            assert set(re.findall(r'href="([^"]{,1})', part.value)) <= {"#"}
            assert "\u202e" not in part.value


def test_a_candidate_is_not_compared_with_a_champion_whose_run_is_gone(scene: Scene):
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    champion = evaluate(scene, "v1", "definition-reader", "test", reason="a test of pages")
    release(scene, champion.id, "Lin")
    evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages")
    (scene.path / "gate.yaml").write_text(LENIENT + "no_label_worse_by: 0.5\n", encoding="utf-8")
    with closing(connect(scene.path / "runs.db")) as database, database:
        for table in ("rows", "requests", "runs"):
            database.execute(f"delete from {table} where run = ?", [champion.id])
    again = open_scene(scene.path)
    assert "r1 is live since" in shown(dashboard("week", again))
    assert "no champion to compare with" in shown(dashboard("releases", again))


def test_pages_open_when_no_row_has_labels(scene: Scene):
    bare = [replace(row, labels=None) for row in scene.rows]
    wild = create_scene(scene.path.parent / "bare", scene.task, bare, [scene.prompt("v1"), scene.prompt("v2")])
    evaluate(wild, "v1", "definition-reader")
    evaluate(wild, "v1", "definition-reader", "test", reason="a test of pages")
    with closing(connect(wild.path / "runs.db")) as database, database:
        database.execute("update runs set created = '2020-01-01T00:00:00+00:00'")
    for split in ("dev", "test"):
        evaluate(open_scene(wild.path), "v2", "definition-reader", split, reason="a test of pages")
    again = open_scene(wild.path)
    assert "v2 · definition-reader" in shown(dashboard("week", again))
    assert "v2 · definition-reader" in shown(dashboard("releases", again))


def test_the_cost_counts_probes_and_runs_beyond_those_shown(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    evaluate(scene, names_only(scene.prompt("v2")), "definition-reader")
    evaluate(scene, "v2", "definition-reader", "test", reason="a test of pages")
    evaluate(scene, "v2", "definition-reader")
    monkeypatch.setattr("labkit.views.week_page.RUNS_READ", 1)
    week = Week(scene, datetime.now(UTC))
    assert week.values["cost_rows"] == 3 * 16
    assert sum(change.anchor.startswith("run-") for change in week.changes) == 1


def test_an_audit_that_breaks_does_not_leave_the_data_page_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    def broken(*given: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("labkit.dashboards.data_page.audit", broken)
    assert "The rows could not be examined: ZeroDivisionError" in examined(scene)


@pytest.mark.parametrize("page", ["week", "releases"])
def test_a_page_parses_each_run_once_and_sees_what_came_since_when_it_opens_again(
    released: Scene, page: str, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    real = Store._read_run
    monkeypatch.setattr(Store, "_read_run", lambda store, run, *how: read.append(run) or real(store, run, *how))
    dashboard(page, released)
    assert read
    assert len(read) == len(set(read))
    dashboard(page, released)
    assert len(read) == 2 * len(set(read))
