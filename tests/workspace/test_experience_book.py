"""experience.jsonl: entries survive, scenes replace their own, a line that is none is named."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.evaluation import evaluate
from labkit.imports import import_run
from labkit.views.experience import experience
from labkit.views.memo import memo
from labkit.workspace import Scene, create_scene
from labkit.workspace.experience_book import book_beside, enter, read_book
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.decision.test_experience import entry
from tests.hostile import HOSTILE

OLD, NEW, OTHER = (entry(*words) for words in (("a", "m", "api", 0.5), ("a", "n", "open", 0.6), ("b", "m", "api", 0.7)))


def test_a_scene_replaces_its_own_entries_and_keeps_the_others(tmp_path: Path):
    book = tmp_path / "experience.jsonl"
    enter(book, ["a", "b"], [OLD, OTHER])
    assert enter(book, ["a"], [NEW]) == read_book(book) == (NEW, OTHER)
    assert enter(book, ["a"], []) == (OTHER,)


def test_there_is_no_book_before_the_first_entry(tmp_path: Path):
    assert read_book(tmp_path / "experience.jsonl") == ()


def test_another_place_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_EXPERIENCE", str(tmp_path / "team.jsonl"))
    assert book_beside(tmp_path / "scenes") == tmp_path / "team.jsonl"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "human"},
        {"labels": 0},
        {"rows": "many"},
        {"value": {"value": "x", "low": 0, "high": 1}},
        {"value": None},
        {"per_1000": 3},
        {"per_1000": {}},
        {"gap": True},
        {"multi_label": 1},
    ],
)
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, change: dict):
    book = tmp_path / "experience.jsonl"
    book.write_text(json.dumps({**asdict(OLD), **change}) + "\n", encoding="utf-8")
    with pytest.raises(BadData, match="line 1: this is no entry"):
        read_book(book)


@given(st.dictionaries(st.sampled_from([*asdict(OLD), "x"]), st.none() | st.integers() | st.text(max_size=3)))
def test_any_line_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, change: dict):
    book = tmp_path_factory.mktemp("book") / "experience.jsonl"
    book.write_text(json.dumps({**asdict(OLD), **change}) + "\n", encoding="utf-8")
    try:
        (found,) = read_book(book)
    except BadData:
        return
    assert found.labels > 0


@pytest.fixture
def twin(scene: Scene) -> Scene:
    """A scene beside `scene`, of its kind, in which an API and a floor were measured."""
    made = create_scene(scene.path.parent / "twin", replace(TINY_TASK, name="twin"), tiny_examples(), tiny_prompts())
    evaluate(made, "v2", "definition-reader")
    answers = made.path / "answers.csv"
    answers.write_text("id,predicted\n" + "".join(f"{e.id},物流\n" for e in made.examples("dev")), encoding="utf-8")
    import_run(made, answers, "table", model="moonshot/kimi")
    return made


def test_the_book_of_a_folder_is_quoted_by_the_memo_of_another_scene(scene: Scene, twin: Scene):
    assert "no language model of another scene of this kind" in memo(scene).sheet("en").experience[0]
    book = experience(scene.path)
    assert [(found.scene, found.model) for found in book.entries] == [
        ("twin", "definition-reader"),
        ("twin", "moonshot/kimi"),
    ]
    (said,) = memo(scene).sheet("en").experience
    assert said.startswith("twin (3 labels, 16 dev posts, 20")
    assert "moonshot/kimi, the best API there, reached" in said
    assert "twin" not in " ".join(memo(twin).sheet("en").experience)


def test_a_scene_that_cannot_be_read_is_said_and_keeps_its_entries(scene: Scene, twin: Scene):
    before = experience(scene.path.parent).entries
    (twin.path / "prices.toml").write_text("broken = ", encoding="utf-8")
    book = experience(scene.path.parent)
    assert (book.entries, len(book.problems)) == (before, 1)
    assert "prices.toml" in book.problems[0]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_in_the_book_stay_text(hostile: str, tmp_path: Path):
    book = tmp_path / "experience.jsonl"
    enter(book, [hostile], [entry(hostile, hostile, "api", 0.5)])
    page = experience(tmp_path)._repr_html_()
    assert not any(mark in page for mark in ("<script>window", "<img", "<svg onload", "<math", "<template", "\u202e"))
