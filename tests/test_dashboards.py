from __future__ import annotations

import json
import re
from base64 import b64decode
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import ipywidgets as ui
import pytest
from openpyxl import load_workbook

from labkit.dashboards import PAGES, ChoicePage, QualityPage, dashboard
from labkit.dashboards.choice_page import NO_VOLUME
from labkit.dashboards.page import FIRST_PAINT
from labkit.dashboards.page import render as piece_of
from labkit.dashboards.quality_page import PAGE
from labkit.errors import ModelRefused, UnknownName
from labkit.evaluation import evaluate
from labkit.prompts import render
from labkit.records import (
    Bar,
    Definition,
    Example,
    Prediction,
    Prompt,
    Reply,
    RunRow,
    Status,
    Task,
    examples_sha256,
    sha256_of,
)
from labkit.report import render_report
from labkit.scoring import score
from labkit.scoring.effort import slow_interval
from labkit.store import Store
from labkit.texts import say
from labkit.views.error_cards import error_cards, filter_cards
from labkit.views.memo import memo
from labkit.views.memo_words import seconds_words
from labkit.views.run_table import score_runs
from labkit.views.standing import standing_values
from labkit.views.week_page import Week
from labkit.voila.server import PAGES as SERVED
from labkit.workspace import Scene, create_scene, import_comments
from tests.conftest import TINY_TASK
from tests.evaluation.scripted import Scripted
from tests.hostile import HOSTILE
from tests.made_runs import made_row, made_run
from tests.skilled import Skilled

ROOT = Path(__file__).parents[1]
ANCHOR = "row-[0-9a-f]{10}|label-[0-9]+|confusion-[0-9]-[0-9a-f]{10}"


@pytest.fixture
def measured(scene: Scene) -> Scene:
    """Two prompts measured on dev, one of them on test."""
    for name in ("v1", "v2"):
        evaluate(scene, name, "definition-reader")
    evaluate(scene, "v2", "definition-reader", "test", reason="the dashboard's test")
    return scene


def words(widget: ui.HTML) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", widget.value).split())


def test_page_opens_on_test_rows_with_plain_words_first(measured: Scene):
    page = QualityPage(measured)
    assert "test rows" in page.run.label
    text = words(page.standing)
    assert text.index("get exactly the right labels") < text.index("The business asks for 80 of 100")
    assert "readings of them so far: 1" in text
    assert "Of 100 “退款” posts we find" in words(page.labels)


def test_a_page_leads_with_one_plain_number_and_says_beside_it_why_the_bars_differs(measured: Scene):
    standing = QualityPage(measured).standing
    lead = re.search(r'lk-headline">(.*?)</p>', standing.value, re.S)
    assert lead
    assert re.fullmatch(
        r"Of 100 posts, \d+.\(\d+–\d+\) get exactly the right labels\.", re.sub(r"<[^>]*>", "", lead[1])
    )
    assert "The two numbers differ because" in words(standing)


def test_every_picture_has_its_legend(measured: Scene):
    page = QualityPage(measured)
    for part in (page.standing, page.labels):
        found = re.search(r'<p class="lk-soft lk-marks">(.*?)</p>', part.value, re.S)
        assert found
        for mark in ("value", "range", "goal"):
            assert say(f"legend.{mark}") in found[1]


def test_labels_stand_worst_found_first_and_links_to_them_keep_their_meaning(measured: Scene):
    values = standing_values(score_runs([measured.store.load_run(measured.store.runs()[0].run)], TINY_TASK.bar)[0], 0)
    found = [line.found.value for line in values["labels"] if line.found]
    assert found == sorted(found)
    assert {line.anchor: line.label for line in values["labels"]} == {
        f"label-{place}": label for place, label in enumerate(TINY_TASK.labels, start=1)
    }


def test_page_opens_on_the_run_that_stands_for_the_scene_on_the_other_pages(scene: Scene):
    best = evaluate(scene, "v2", "definition-reader", "test", reason="the dashboard's test")
    evaluate(scene, "v1", "definition-reader", "test", reason="the dashboard's test")
    page, week = QualityPage(scene), Week(scene, datetime.now(UTC)).values
    assert page.run.value == best.id
    page.all_runs.selected_index = 0
    assert page.runs.value.count(' lk-lead"') == 1
    assert week["leader"]["verdict"].headline in words(page.standing)


def test_no_page_weighs_with_intervals_what_only_has_to_be_ranked(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """Intervals take most of the time of a score: of twenty runs of 5,000 rows a page needs those of one."""
    asked = {"split": "test", "reason": "the dashboard's test"}
    for name in ("v1", "v2"):
        for _ in range(2):
            evaluate(scene, name, "definition-reader", fresh=True, **asked)
    weighed: list[str] = []
    monkeypatch.setattr("labkit.views.run_table.score", lambda run: weighed.append(run.id) or score(run))
    page = QualityPage(scene)
    assert weighed == [page.run.value]


def test_a_run_of_open_rows_does_not_stand_for_the_scene(scene: Scene):
    whole = evaluate(scene, "v1", "definition-reader")
    away = Scripted(lambda row, seen: ModelRefused("the key is refused"), batch_size=16)
    with pytest.raises(ModelRefused):
        evaluate(scene, "v2", away, "test", reason="the dashboard's test")
    assert QualityPage(scene).run.value == whole.id


def test_dev_scores_say_that_they_are_dev_scores(measured: Scene):
    page = QualityPage(measured)
    page.run.value = next(run for name, run in page.run.options if "v1" in name and "dev rows" in name)
    assert "Dev rows guided the work" in words(page.standing)


def test_errors_show_post_reason_and_quote(measured: Scene):
    text = words(QualityPage(measured).errors)
    for shown in ("说一下,屏幕有一条亮线", "没有一条定义与原文足够接近", "Quoted 快递慢"):
        assert shown in text


def test_the_prompts_text_stands_on_no_page_that_stakeholders_open(measured: Scene):
    """Who opens a dashboard sees no prompt: its definitions are the engineers', and `errors` shows them there."""
    prompt = measured.prompt("v2")
    told = [line for one in prompt.definitions for line in one.text.splitlines() if line.strip()]
    assert "东西坏了、漏水、掉漆、做工差" in "".join(told)
    pages = [dashboard(name, measured) for name in PAGES]
    everything = render_report(measured) + "".join(
        part.value for page in pages for part in page.children if isinstance(part, ui.HTML)
    )
    for line in (*told, *prompt.system.splitlines(), *prompt.instruction.splitlines()):
        assert len(line) < 8 or line not in everything, line  # shorter ones are words that a post may hold


@pytest.mark.parametrize(
    ("language", "shares", "doubt"),
    [
        (
            "en",
            "The commonest confusion holds 20 of the 24 misread posts (83 of 100).",
            "4 of the 24 wrong answers look like",
        ),
        ("zh", "判错的 24 条里，最常见的一种混淆占了 20 条", "24 条错误里，有 4 条更像是标注本身有误"),
    ],
)
def test_quality_says_what_makes_most_misses_and_which_look_like_wrong_labels(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, shares: str, doubt: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    gold = [("退款",) if k % 2 else ("物流",) for k in range(200)]
    own = [("质量",) if k < 40 and k % 2 else ("物流", "退款") if k >= 192 and k % 2 else gold[k] for k in range(200)]
    other = [own[k] if k >= 192 else gold[k] for k in range(200)]
    for run_id, model, answers in (("r00000002", "other", other), ("r00000001", "made", own)):
        rows = [made_row(f"dev-{k:03d}", gold[k], answers[k]) for k in range(200)]
        _record(scene, rows, model, run_id)
    page = QualityPage(scene, {"run": "r00000001"})
    text = words(page.misses)
    assert shares in text
    assert doubt in text
    assert page.misses.value.count('<details class="lk-behind"') == 3  # of both confusions, and of the doubtful rows
    assert "dev-193" in text
    report = render_report(scene, [scene.store.load_run("r00000001")])
    assert shares in report
    assert doubt in report


def test_each_run_is_read_once_when_quality_opens(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    rows = [made_row(f"dev-{k}", ["退款"], ["质量"] if k % 2 else ["退款"]) for k in range(8)]
    for number in range(3):
        _record(scene, rows, f"model-{number}", f"r0000000{number}")
    read: list[str] = []
    real = Store.load_run
    monkeypatch.setattr(Store, "load_run", lambda store, run: read.append(run) or real(store, run))
    QualityPage(scene)
    assert sorted(read) == ["r00000000", "r00000001", "r00000002"]


@pytest.mark.parametrize(("language", "said"), [("en", "Not measured: whether some"), ("zh", "未测量：其中是否有标注")])
def test_one_model_alone_leaves_open_whether_labels_are_wrong(
    measured: Scene, monkeypatch: pytest.MonkeyPatch, language: str, said: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    page = QualityPage(measured)
    assert said in words(page.misses)
    assert "lk-unmeasured" in page.misses.value


def test_filters_narrow_the_errors_and_a_new_run_keeps_them(measured: Scene):
    page = QualityPage(measured)
    everything = page.errors.value.count("<article")
    page.label.value = "质量"
    assert 0 < page.errors.value.count("<article") < everything
    page.query.value = "亮线"
    assert page.errors.value.count("<article") == 1
    page.status.value = Status.FAILED.value
    assert "None fits" in page.count.value
    page.run.value = page.run.options[-1][1]
    assert "None fits" in page.count.value


def test_personal_data_is_masked_in_posts_reasons_and_quotes(scene: Scene):
    text = "我的电话是13812345678"
    row = replace(made_row("dev-00", ["退款"], ["质量"]), prediction=Prediction(Status.ANSWERED, ("质量",), text))
    _record(scene, [replace(row, example=replace(row.example, items=(text,)))])
    page = QualityPage(scene)
    assert words(page.errors).count("[手机号1]") == 2
    assert "13812345678" not in page.errors.value
    assert "13812345678" not in render_report(scene)


def test_pages_turn_and_stop_at_both_ends(scene: Scene):
    rows = [made_row(f"dev-{k:02d}", ["退款"], ["质量"]) for k in range(2 * PAGE + 1)]
    _record(scene, rows)
    page = QualityPage(scene)
    assert page.previous.disabled
    assert page.count.value.startswith(f"Rows 1–{PAGE} of {2 * PAGE + 1}")
    page.next.click()
    page.next.click()
    assert page.next.disabled
    page.next.click()  # a forged click on a disabled button
    assert page.errors.value.count("<article") == 1


def test_the_table_of_runs_waits_until_it_is_opened(measured: Scene):
    page = QualityPage(measured)
    assert page.runs.value == ""
    page.all_runs.selected_index = 0
    assert words(page.runs).count("definition-reader") == 3


def test_forged_messages_read_nothing_and_break_nothing(measured: Scene):
    page = QualityPage(measured)
    before = sorted((path.name, path.stat().st_size) for path in measured.path.iterdir() if path.is_file())
    for part, state in (
        (page.run, {"index": 99}),
        (page.run, {"_options_labels": ["../../etc/passwd"], "index": 0}),
        (page.label, {"index": -5}),
        (page.query, {"value": "x" * 1_000_000}),
        (page.query, {"value": {"not": "text"}}),
        (page.errors, {"value": "<img src=x onerror=alert(1)>"}),
    ):
        with suppress(Exception):  # ipywidgets refuses in several ways; the page must go on after any
            part.set_state(state)
    page.query.value = ""
    page.label.value = ""
    page.run.value = page.run.options[0][1]
    assert "onerror" not in page.errors.value
    assert sorted((path.name, path.stat().st_size) for path in measured.path.iterdir() if path.is_file()) == before


def test_a_scene_without_runs_says_how_to_make_one(scene: Scene):
    shown = [child.value for child in dashboard("quality", scene).children if isinstance(child, ui.HTML)]
    assert any("python -m labkit evaluate" in html for html in shown)
    assert not (scene.path / "runs.db").exists()


def test_every_page_has_its_notebook_and_a_wrong_name_is_told_the_right_one(measured: Scene):
    assert tuple(PAGES) == SERVED
    assert {path.stem for path in (ROOT / "notebooks" / "dashboards").glob("*.ipynb")} == set(PAGES)
    with pytest.raises(UnknownName, match="Did you mean 'quality'"):
        dashboard("qualty", measured)


def test_an_answered_label_that_was_expected_does_not_look_wrong(measured: Scene):
    card = error_cards(evaluate(measured, "v1", "definition-reader"))[0]
    card = replace(card, gold=("物流",), predicted=("物流", "质量"), status=Status.ANSWERED)
    html = piece_of("errors.html", cards=[card], item="Post", reason_title="", address="")
    badges = re.findall(r'lk-badge lk-(\w+)"><bdi title="([^"]+)"', html)
    assert badges == [("expected", "物流"), ("expected", "物流"), ("answered", "质量")]


def test_scene_comes_from_the_environment(measured: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_DASH_SCENE", str(measured.path))
    assert "Quality: tiny" in dashboard("quality").children[1].value


@pytest.mark.parametrize("page", PAGES)
def test_a_page_under_dash_says_its_words_beside_its_widgets_and_in_a_notebook_it_does_not(
    measured: Scene, monkeypatch: pytest.MonkeyPatch, page: str
):
    monkeypatch.delenv("LABKIT_DASH_SCENE", raising=False)
    in_a_notebook = dashboard(page, measured)._repr_mimebundle_()
    assert set(in_a_notebook) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    monkeypatch.setenv("LABKIT_DASH_SCENE", str(measured.path))
    shown = dashboard(page)
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {*in_a_notebook, FIRST_PAINT}
    said = [part.value for part in shown.children if isinstance(part, ui.HTML)]
    assert all(words in bundle[FIRST_PAINT] for words in said)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str, tmp_path: Path):
    """Menus and fields show their words as text; everything else goes through the templates."""
    label, other = f"{hostile}1".replace("\x1b", "").replace("\x07", "").replace("\x00", ""), "other"
    task = Task("hostile", (label, other), multi_label=True, bar=Bar(minimum_recall={label: 0.5}))
    example = Example("row", (hostile.replace("\x00", ""),), (label,), "dev", note=hostile.replace("\x00", ""))
    sections = {"system": "s", "input": "{{posts}}", "instruction": "i"}
    prompt = Prompt("v1", definitions=(Definition(other, "other things"),), **sections)
    scene = create_scene(tmp_path / "hostile", task, [example], [prompt])
    _record(scene, [RunRow(example, Prediction(Status.ANSWERED, (other,), hostile))], model=hostile)
    page = QualityPage(scene)
    page.all_runs.selected_index = 0
    for widget in (page.standing, page.labels, page.misses, page.errors, page.runs):
        assert not re.search(r"<(script|img|svg\s+onload|math|template|style)\b", widget.value)
        assert not re.search(rf'<a\b(?! class="lk-link" href="#({ANCHOR})")', widget.value)
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', widget.value))
        assert "\u202e" not in widget.value


def test_filter_reads_only_the_start_of_a_search():
    run = made_run([made_row("a", ["refund"], ["quality"])])
    assert filter_cards(error_cards(run), query="post a" + " " * 300 + "nowhere") == error_cards(run)


def test_of_thousands_of_rows_the_page_shows_what_fits_and_finds_one(scene: Scene):
    rows = [made_row(f"r{k}", ["退款"], ["质量"] if k % 2 else ["退款"]) for k in range(2_000)]
    _record(scene, rows)
    page = QualityPage(scene)
    assert len(page.errors.value) < 200_000
    page.query.value = "post r1999"
    assert page.errors.value.count("<article") == 1
    assert len(page.errors.value) < 50_000


def shown(widget: ui.Widget) -> str:
    """The words of a whole page."""
    text = " ".join(words(part) for part in widget.children if isinstance(part, ui.HTML))
    return re.sub(r" ([,.;])", r"\1", text)  # a day is kept on one line by an element of its own


def test_the_model_choice_page_says_what_to_do_how_good_how_dear_and_how_long(measured: Scene):
    task = replace(measured.task, bar=Bar("macro_f1", 0.1, {}, 1000, 5.0, "CNY", 2.0))
    scene = create_scene(measured.path.parent / "twin", task, measured.rows, [measured.prompt("v2")])
    kimi = Skilled("moonshot/kimi", 0.95, scene.task, scene.examples("all"))
    evaluate(scene, "v2", "definition-reader")
    evaluate(scene, "v2", kimi)
    prices = '["moonshot/kimi"]\ninput = 4\noutput = 16\ncurrency = "CNY"\ndate = "2026-11-20"\nsource = "the list"\n'
    (scene.path / "prices.toml").write_text(prices, encoding="utf-8")
    (scene.path / "terms.toml").write_text("[tuning]\nonce = 10\nmonthly = 1\n", encoding="utf-8")
    text = shown(dashboard("models", scene))
    for said in (
        "Keep it: what you have already clears the bar",
        "A month, at 1,000 posts",
        "budget 5 CNY · holds",
        "95 of 100 answers come within",
        "limit 2 s · holds",
        "What more posts would cost",
        "moonshot/kimi: prices of 2026-11-20, the list",
        f"dev rows, {scene.store.runs()[0].created[:10]}",
    ):
        assert said in text


def test_the_rows_behind_each_models_score_are_there(measured: Scene):
    judged = next(header.run for header in measured.store.runs() if header.split == "test")
    wrong = [row for row in measured.store.load_run(judged).rows if not row.correct]
    html = "".join(child.value for child in dashboard("models", measured).children if isinstance(child, ui.HTML))
    assert html.count('<details class="lk-behind"') == 1
    assert f"the {len(wrong)} misread rows" in html
    assert 'id="model-1-' in html


@pytest.mark.parametrize(
    ("language", "head", "time"),
    [("en", "Of 100, average over the labels (95 %)", "< 0.01 s"), ("zh", "得分：各标签的平均水平", "< 0.01 秒")],
)
def test_a_score_says_of_what_it_is_and_no_time_is_no_figure(
    measured: Scene, monkeypatch: pytest.MonkeyPatch, language: str, head: str, time: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    fast = made_run([made_row(f"t{k}", ["退款"], ["退款"]) for k in range(9)])
    rows = [replace(row, latency_s=0.0004) for row in fast.rows]
    assert seconds_words(slow_interval(rows)) == time
    assert head in shown(dashboard("models", measured))


def test_a_page_without_runs_says_how_to_make_one_and_writes_nothing(scene: Scene):
    assert "python -m labkit evaluate" in shown(dashboard("models", scene))
    assert not (scene.path / "runs.db").exists()


def test_a_decision_stands_on_the_model_choice_page(measured: Scene):
    memo(measured).decide("the business waits", instead="fine-tune")
    text = shown(dashboard("models", measured))
    assert "fine-tune. the business waits" in text
    assert "The memo had advised otherwise" in text


def _record(scene: Scene, rows: list[RunRow], model: str = "made", run_id: str = "r00000001") -> None:
    """Put a run into the scene's store, answers written as a model writes them."""
    examples = [row.example for row in rows]
    made = made_run(rows, run_id, scene.task, model=model).header
    header = replace(made, examples_sha256=examples_sha256(examples))
    scene.store.create_run(header, scene.task, examples)
    prompt = scene.prompt("v1")
    with scene.store.recording(header.run) as recorder:
        for row in rows:
            answer = {"rationale": row.prediction.rationale, "labels": list(row.prediction.labels)}
            text = json.dumps(answer, ensure_ascii=False)
            number = recorder.request(render(prompt, scene.task, row.example), 1)
            recorder.reply(number, Reply(text, text.encode()))


def test_sliders_of_volume_and_bar_ask_what_if_and_change_nothing(measured: Scene):
    before = {path.name: path.read_bytes() for path in measured.path.iterdir() if path.suffix in (".yaml", ".jsonl")}
    page = ChoicePage(measured)
    assert "What if:" not in words(page.memo)
    page.bar.value = 10
    assert "What if: not known posts a month, a bar of 10 of 100" in words(page.memo)
    assert "asked for: 10" in words(page.memo)
    page.volume.value = 2_000_000
    assert "2,000,000 posts a month" in words(page.memo)
    page.bar.value, page.volume.value = 80, NO_VOLUME
    assert page.memo.value == ChoicePage(measured).memo.value
    assert {path.name: path.read_bytes() for path in measured.path.iterdir() if path.name in before} == before


def test_the_planned_volume_is_on_the_slider(measured: Scene):
    scene = replace(measured, task=replace(measured.task, bar=replace(measured.task.bar, monthly_volume=123_456)))
    page = ChoicePage(scene)
    assert page.volume.value == 123_456
    assert "What if:" not in words(page.memo)


def test_forged_sliders_leave_the_memo_as_it_is(measured: Scene):
    page = ChoicePage(measured)
    before = page.memo.value
    for part, state in (
        (page.bar, {"max": 10**6, "value": 10**6}),
        (page.bar, {"min": -(10**6), "value": -5}),
        (page.bar, {"value": "many"}),
        (page.volume, {"index": 10**6}),
        (page.volume, {"_options_labels": ["x"], "index": 0}),
    ):
        with suppress(Exception):  # ipywidgets refuses in several ways; the page must go on after any
            part.set_state(state)
    assert page.memo.value == before


def test_an_address_shows_the_same_rows_again(scene: Scene):
    rows = [made_row(f"dev-{k:02d}", ["退款"], ["质量" if k % 2 else "物流"]) for k in range(4 * PAGE)]
    _record(scene, rows)
    page = QualityPage(scene)
    page.label.value = "质量"
    page.query.value = "dev & 0?"
    page.query.value = "dev-"
    page.next.click()
    again = QualityPage(scene, {name: found[0] for name, found in parse_qs(page.address).items()})
    assert again.errors.value == page.errors.value
    assert again.count.value == page.count.value
    assert again.address == page.address
    assert f'id="row-{sha256_of("dev-17")[:10]}"' in again.errors.value


@pytest.mark.parametrize(
    "asked",
    [
        {"run": "r00000000", "label": "nobody", "status": "x", "page": "0"},
        {"page": "-1"},
        {"page": "99999999999"},
        {"page": "999999"},
        {"query": "<script>"},
        {"run": "../../etc/passwd", "page": "１"},
    ],
)
def test_an_address_that_asks_for_what_is_not_there_is_passed_over(measured: Scene, asked: dict[str, str]):
    page = QualityPage(measured, asked)
    assert page.run.value == QualityPage(measured).run.value
    assert "<script" not in page.errors.value
    assert page.count.value
    assert bool(page.not_there.value) == bool({"run", "label", "status"} & asked.keys())


@pytest.mark.parametrize(
    ("language", "said"), [("en", "not in the run database any more"), ("zh", "已不在运行数据库里")]
)
def test_a_link_to_a_run_that_is_gone_says_so_until_somebody_chooses(
    measured: Scene, monkeypatch: pytest.MonkeyPatch, language: str, said: str
):
    monkeypatch.setenv("LABKIT_LANG", language)
    page = QualityPage(measured, {"run": "<i>gone</i>"})
    assert said in words(page.not_there)
    assert "<i>" not in page.not_there.value
    page.label.value = TINY_TASK.labels[0]
    assert page.not_there.value == ""


def test_a_link_to_an_old_run_still_opens_it(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    oldest = evaluate(scene, "v1", "definition-reader")
    for name in ("v2", "v1"):
        evaluate(scene, name, "linear")
    monkeypatch.setattr("labkit.dashboards.quality_page.MAX_RUNS", 2)
    assert oldest.id not in {value for _, value in QualityPage(scene).run.options}
    page = QualityPage(scene, {"run": oldest.id})
    assert (page.run.value, page.not_there.value) == (oldest.id, "")


def saved(page: QualityPage, folder: Path) -> Path:
    """What a browser would save after a click on the button."""
    page.excel.click()
    found = re.search(r'href="data:application/vnd[^;]*;base64,([^"]*)" download="(errors-[^"]*)"', page.file.value)
    assert found is not None, page.file.value
    path = folder / found[2]
    path.write_bytes(b64decode(found[1]))
    return path


def test_what_somebody_wrote_into_the_excel_comes_to_the_queue(measured: Scene, tmp_path: Path):
    path = saved(QualityPage(measured), tmp_path)
    workbook = load_workbook(path)
    (sheet,) = workbook.worksheets
    head = [cell.value for cell in sheet[1]]
    sheet.cell(2, head.index(say("handover.comment")) + 1, "标准答案不对")
    workbook.save(path)
    found = import_comments(measured, path, "王")
    assert (found.taken, found.empty, found.unknown) == (1, sheet.max_row - 2, ())


def test_the_excel_holds_the_shown_errors_masked_and_nothing_runs(scene: Scene, tmp_path: Path):
    hostile = '=HYPERLINK("http://evil.example","打13812345678")'
    example = Example("dev-0", (hostile, "+cmd|calc"), ("退款",), "dev", note="电话13812345678")
    said = Prediction(Status.ANSWERED, ("质量",), "因为13812345678", reason="")
    others = [made_row(f"dev-{k}", ["物流"], ["质量"]) for k in range(1, 12)]
    _record(scene, [RunRow(example, said), *others])
    page = QualityPage(scene)
    page.label.value = "退款"
    path = saved(page, tmp_path)
    (sheet,) = load_workbook(path).worksheets
    assert [cell.data_type for cell in sheet[2] if cell.value] == ["s"] * sum(1 for cell in sheet[2] if cell.value)
    text = "\n".join(str(cell.value) for row in sheet.rows for cell in row)
    assert "13812345678" not in text
    assert "[手机号1]" in text
    assert sheet.max_row == 2  # the one that fits the filter
    page.label.value = ""
    assert page.file.value == ""  # it was of other rows
    assert load_workbook(saved(page, tmp_path)).worksheets[0].max_row == 13  # all pages, not the first alone
    page.query.value = "nowhere"
    page.excel.click()
    assert "href" not in page.file.value


def test_an_excel_of_very_many_errors_is_cut_and_says_so(measured: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.views.errors_file.MOST_ROWS", 2)
    page = QualityPage(measured, {"run": next(h.run for h in measured.store.runs() if h.prompt_name == "v1")})
    page.excel.click()
    assert say("quality.excel.cut", rows=2, found=5)[:15] in words(page.file)
