from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.evaluation import evaluate
from labkit.prompts.hidden import visible
from labkit.records import Bar, Definition, Evidence, Example, Prediction, Run, RunRow, Status, Task
from labkit.report import MAX_ERRORS, render_report, write_report
from labkit.views.markup import render_template
from labkit.workspace import Scene
from tests.hostile import HOSTILE
from tests.made_runs import made_row, made_run

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Skeleton(HTMLParser):
    """The elements of a page, with the attributes that could do anything, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        harmless = ("title", "aria-label")
        kept = tuple((name, None if name in harmless else _without_ids(value)) for name, value in attrs)
        if kept != (("class", "lk-cut"),):  # says how much was cut, which depends on the length
            self.elements.append((tag, kept))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def _without_ids(value: str | None) -> str | None:
    """Anchors of rows hold a hash of their id, which is one of the words."""
    return value and re.sub("row-[0-9a-f]{10}", "row", value)


def scene_of(words: list[str], tmp_path: Path) -> tuple[Scene, list[Run]]:
    """A scene and two runs in which every text a user or a model can write is one of the words."""
    name, label, other, post, reason, quote, meaning, note, model, problem = words
    task = Task(name, (label, other), "en", name, True, True, bar=Bar("macro_f1", 0.8, {label: 0.9}))
    example = Example("row-0", (post, reason), (label,), "test", note=note)
    prompt = (
        f"# System message\n\nx\n\n# Input\n\ny\n\n# Instruction\n\nz\n\n# Definitions\n\n## {label}\n\n{meaning}\n"
    )
    wrong = Prediction(Status.ANSWERED, (other,), reason, (Evidence(1, quote, False),), label)
    rows = (
        RunRow(example, wrong),
        RunRow(replace(example, id=post), Prediction(Status.FAILED), error=problem),
        RunRow(replace(example, id="row-2"), replace(wrong, labels=(label,))),
    )
    runs = [made_run(rows, run_id, task, prompt=name, model=model, split="test") for run_id in "ab"]
    runs = [replace(run, header=replace(run.header, prompt_text=prompt)) for run in runs]
    return Scene(tmp_path, task, (example,)), runs


TAME = [f"word {k}" for k in range(10)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_comes_from_data(hostile: str, lang: str, tmp_path: Path):
    words = [f"{hostile}{k}" for k in range(10)]
    tame, wild = (Skeleton(render_report(*scene_of(texts, tmp_path), lang)) for texts in (TAME, words))
    assert wild.elements == tame.elements
    assert wild.open == []
    squeezed = " ".join(wild.text.split())
    for word in (words[3], words[4], words[5], words[7]):  # post, reason, quote, note: read as they were written
        assert " ".join(visible(word).split()) in squeezed


@given(st.text(max_size=60))
def test_any_text_comes_out_as_itself_with_hidden_characters_shown(text: str):
    page = Skeleton(render_template("nothing.html", words=visible(text)))
    assert [tag for tag, _ in page.elements] == ["p"]
    assert page.text.replace("\r", "\n").rstrip("\n") == visible(text).rstrip("\n")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", page.text)


def test_page_loads_nothing_and_runs_nothing(scene: Scene):
    page = render_report(scene, [_run(3)])
    assert "default-src 'none'" in page
    loading = r"<(script|link|iframe|object|embed|img|form)\b|\bon\w+=|url\(|@import|https?://"
    assert not re.search(loading, page)
    assert set(re.findall(r'<a\b[^>]*href="(.)', page)) == {"#"}


def test_a_long_post_is_cut_and_says_so(tmp_path: Path):
    words = [*TAME[:3], "x" * 50_000, *TAME[4:]]
    page = render_report(*scene_of(words, tmp_path), "en")
    assert "(48800 more characters cut)" in page
    assert len(page) < 60_000


def test_ten_thousand_errors_stay_a_small_page(scene: Scene):
    page = render_report(scene, [_run(10_000)], "en")
    assert f"{MAX_ERRORS} of 10000 misread rows" in page
    assert page.count("<article") == MAX_ERRORS
    assert len(page) < 200_000


def test_standing_is_that_of_the_best_run_on_test_rows(scene: Scene):
    right = [made_row(f"r{k}", ["退款"], ["退款"], split="test") for k in range(40)]
    wrong = [made_row(f"r{k}", ["退款"], ["质量"], split="test") for k in range(40)]
    dev = [made_row(f"d{k}", ["退款"], ["退款"]) for k in range(40)]
    runs = [
        made_run(dev, "dev", scene.task, prompt="v9"),
        made_run(wrong, "bad", scene.task, prompt="v1", split="test"),
        made_run(right, "good", scene.task, prompt="v2", split="test"),
    ]
    text = " ".join(Skeleton(render_report(scene, runs, "en")).text.split())
    assert "The bar is met" in text
    assert "Of 100 “退款” posts we find 100 (91–100); 40 posts were measured; the bar is 90" in text
    assert "v2 · definition-reader is better than v1 · definition-reader. Of 40 test rows it mends 40" in text
    assert "mends 40 and breaks 0; average over the labels: +" in text
    assert text.index("40 test rows") < text.index("40 dev rows")


def test_a_good_score_is_not_enough_while_a_must_not_miss_label_falls_short(scene: Scene):
    rows = [made_row(f"a{k}", ["物流"], ["物流"]) for k in range(60)]
    rows += [made_row(f"b{k}", ["退款"], ["退款"] if k % 5 else []) for k in range(60)]
    rows += [made_row(f"c{k}", ["质量"], ["质量"]) for k in range(60)]
    text = " ".join(Skeleton(render_report(scene, [made_run(rows, task=scene.task)], "en")).text.split())
    assert "The bar is not met: labels that must not be missed fall short (退款)" in text
    assert "Of 100 “退款” posts we find 80" in text


def test_an_unfinished_run_does_not_stand_for_the_scene(scene: Scene):
    right = [made_row(f"r{k}", ["退款"], ["退款"]) for k in range(40)]
    unfinished = made_run([*right, made_row("x", ["退款"], status=Status.PENDING)], "new", scene.task, prompt="v9")
    whole = made_run([made_row(f"r{k}", ["退款"], ["质量"]) for k in range(40)], "old", scene.task, prompt="v1")
    text = " ".join(Skeleton(render_report(scene, [whole, unfinished], "en")).text.split())
    assert "40 of 40 misread rows of" not in text
    assert "25 of 40 misread rows of v1" in text
    assert "40 answered · 1 not asked yet" in text


def test_counts_of_every_run_add_up(scene: Scene):
    rows = [made_row("a", ["退款"], ["退款"]), made_row("b", ["退款"], status=Status.UNPARSED)]
    text = " ".join(Skeleton(render_report(scene, [made_run(rows, task=scene.task)], "en")).text.split())
    assert "2 dev rows" in text
    assert "1 answered · 1 unreadable" in text


def test_tuned_model_is_held_against_its_base(scene: Scene):
    wrong, right = ([made_row(f"r{k}", ["退款"], [answer]) for k in range(30)] for answer in ("质量", "退款"))
    base = made_run(wrong, "base", scene.task, model="local/tiny")
    tuned = made_run(right, "tuned", scene.task, model="local/tiny+a")
    text = Skeleton(render_report(scene, [base, tuned], "en")).text
    training = text[text.index("Before and after training") : text.index("The errors")]
    assert "v1 · local/tiny+a is better than v1 · local/tiny." in training


def test_without_runs_the_page_says_how_to_make_one(scene: Scene):
    page = render_report(scene, lang="en")
    newest = scene.prompt_names()[-1]
    told = f"python -m labkit evaluate {scene.path.name} --prompt {newest} --model definition-reader"
    assert page.count(told) == 4, (
        "once for the report itself and Model choice, twice for This week: what waits, where we stand"
    )
    assert "{scene}" not in page


def test_rows_without_gold_are_not_measured_rather_than_wrong(scene: Scene):
    run = made_run([made_row(f"r{k}", None, ["退款"]) for k in range(3)], task=scene.task)
    text = Skeleton(render_report(scene, [run], "en")).text
    assert "Not measured" in text
    assert "The bar is not met" not in text


def test_the_bar_is_that_of_today_not_of_the_run(scene: Scene):
    old = replace(scene.task, bar=Bar("macro_f1", 0.1))
    run = made_run([made_row(f"r{k}", ["退款"], ["质量"]) for k in range(30)], task=old)
    assert "The business asks for 80 of 100" in render_report(scene, [run], "en")


def test_report_of_a_store_takes_the_newest_run_of_each_question(scene: Scene, tmp_path: Path):
    from labkit.evaluation import evaluate

    for name in ("v1", "v2"):
        evaluate(scene, name, "definition-reader")
    evaluate(scene, "v2", "definition-reader", fresh=True)
    path = write_report(scene, tmp_path / "deep" / "report.html", lang="zh")
    text = " ".join(Skeleton(path.read_text(encoding="utf-8")).text.split())
    assert "v2 · definition-reader 优于 v1 · definition-reader" in text
    assert "另有 1 次较早的运行未列出" in text
    assert "东西坏了、漏水、掉漆、做工差" not in text  # a definition: no prompt stands before stakeholders


def _run(rows: int) -> Run:
    task = Task("many", ("a", "b"), multi_label=True)
    definitions = (Definition("a", "means a"),)
    made = made_run([made_row(f"r{k}", ["a"], ["b"]) for k in range(rows)], task=task)
    return replace(made, header=replace(made.header, prompt_text=str(definitions)))


def test_the_file_holds_what_the_dashboards_show_and_still_loads_and_runs_nothing(scene: Scene):
    evaluate(scene, "v2", "definition-reader", "test", reason="a test of the report")
    for lang, names in (
        ("en", ("This week", "Model choice", "Data", "Training and releases")),
        ("zh", ("本周", "数据")),
    ):
        page = render_report(scene, lang=lang)
        assert all(name in Skeleton(page).text for name in names)
        loading = r"<(script|link|iframe|object|embed|img|form|input)\b|\bon\w+=|url\(|@import|https?://"
        assert not re.search(loading, page)
        targets = set(re.findall(r' id="([^"]+)"', page))
        links = re.findall(r'<a [^>]*href="([^"]*)"', page)
        assert len(links) > 10
        assert {link[:1] for link in links} == {"#"}
        assert {link[1:] for link in links} <= targets
