"""A model that learnt the scene and forgot the rest is kept out by its gate, whatever it scores on the scene."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.errors import BadData, BadInput, GateRefused
from labkit.evaluation import evaluate
from labkit.models import get_model
from labkit.records import Run
from labkit.releases import ask_canaries, read_gate_for, release
from labkit.workspace import Scene, open_scene
from labkit.workspace.canaries import OPTIONS, canary_scene
from tests.models.loopback import Loopback

QUESTIONS = [
    {"id": "sum", "question": "2 + 3 = ?", "options": dict(zip(OPTIONS, "4567", strict=True)), "answer": "B"},
    {"id": "首都", "question": "法国的首都？", "options": dict(zip(OPTIONS, "柏罗巴伦", strict=True)), "answer": "C"},
]


def write_questions(scene: Scene, lines: list[object]) -> None:
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    (scene.path / "canaries.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def server(scene: Scene):
    """A server that knows the sum alone of the canaries, and one label of the scene."""

    def answer(user: str) -> str:
        label = "B" if "2 + 3" in user else "A" if "Option" in user or "首都" in user else "物流"
        return json.dumps({"rationale": "…", "labels": [label]}, ensure_ascii=False)

    with Loopback(answer=answer) as found:
        (scene.path / "models.toml").write_text(f'[loopback]\nbase_url = "{found.url}"\n', encoding="utf-8")
        yield found


@pytest.fixture
def candidate(scene: Scene, server: Loopback) -> Run:
    write_questions(scene, QUESTIONS)
    return evaluate(scene, "v2", "loopback/m", "test", reason="canaries")


def canary_line(scene: Scene, run: Run) -> tuple[str, bool]:
    line = read_gate_for(scene, run.id).result.lines[-1].told("en")
    assert line.rule == "canaries"
    return line.measured, line.passed


def test_a_gate_waits_until_the_canaries_were_asked_and_then_reads_what_was_answered(scene: Scene, candidate: Run):
    (scene.path / "gate.yaml").write_text("canaries: 0.5\n", encoding="utf-8")
    assert canary_line(scene, candidate) == ("not asked yet: run labkit canaries", False)
    with pytest.raises(GateRefused, match="not asked yet"):
        release(scene, candidate.id, "Lin")
    asked = ask_canaries(scene, candidate.id[:-1])
    assert [row.correct for row in asked.rows] == [True, False]
    assert canary_line(scene, candidate) == ("0.500 (0.095 to 0.905), 2 rows", True)
    assert release(scene, candidate.id, "Lin").gate[-1].passed
    (scene.path / "gate.yaml").write_text("canaries: 0.9\n", encoding="utf-8")
    assert not canary_line(scene, candidate)[1]


def test_the_scene_does_not_see_the_canaries_and_nobody_pays_twice(scene: Scene, server: Loopback, candidate: Run):
    before, hits = [header.run for header in scene.store.runs()], server.hits
    asked = ask_canaries(scene, candidate.id)
    assert (ask_canaries(scene, candidate.id).id, server.hits) == (asked.id, hits + len(QUESTIONS))
    assert [header.run for header in scene.store.runs()] == before
    assert len(scene.examples("all")) == len(scene.rows)
    assert asked.header.scene != candidate.header.scene, "one database may hold many scenes"


def test_other_questions_or_another_model_are_asked_anew(scene: Scene, candidate: Run):
    (scene.path / "gate.yaml").write_text("canaries: 0\n", encoding="utf-8")
    ask_canaries(scene, candidate.id)
    other = evaluate(scene, "v2", "definition-reader", "test", reason="canaries")
    assert not canary_line(scene, other)[1]
    assert canary_line(scene, candidate)[1]
    write_questions(scene, QUESTIONS[:1])
    assert not canary_line(scene, candidate)[1]


def test_a_model_that_was_changed_since_its_run_is_not_asked(scene: Scene, server: Loopback, candidate: Run):
    text = f'[loopback]\nbase_url = "{server.url}"\n[loopback.models."m"]\nmax_tokens = 77\n'
    (scene.path / "models.toml").write_text(text, encoding="utf-8")
    assert get_model("loopback/m", scene).parameters["max_tokens"] == 77
    with pytest.raises(BadInput, match="has changed since run"):
        ask_canaries(scene, candidate.id)


def test_they_cost_what_the_scene_pays_and_a_limit_holds(scene: Scene, candidate: Run):
    with pytest.raises(BadInput, match="price"):
        ask_canaries(scene, candidate.id, max_cost=1.0)
    prices = '["loopback/m"]\ninput = 10\noutput = 20\ncurrency = "CNY"\n'
    (scene.path / "prices.toml").write_text(prices, encoding="utf-8")
    scene = open_scene(scene.path)
    assert ask_canaries(scene, candidate.id, max_cost=1e-9).counts["pending"] > 0
    assert ask_canaries(scene, candidate.id, max_cost=1.0).complete


def test_a_model_of_the_scene_alone_knows_nothing_else(scene: Scene):
    run = evaluate(scene, "v2", "linear", "test", reason="canaries")
    asked = ask_canaries(scene, run.id)
    assert not any(row.correct for row in asked.rows)


def test_those_that_ship_have_one_right_option_each_evenly_spread_in_two_languages(scene: Scene):
    asked = canary_scene(scene)
    assert asked.path.name == "canaries"
    assert not asked.path.exists(), "looking writes nothing"
    answers = [row.labels for row in asked.rows]
    assert {answers.count((letter,)) for letter in OPTIONS} == {len(answers) // len(OPTIONS)}
    assert len({row.items for row in asked.rows}) == len(asked.rows)
    for row in asked.rows:
        options = row.items[0].splitlines()[1:]
        assert len({option[3:] for option in options}) == len(OPTIONS), row.id
    assert {row.id[:2] for row in asked.rows} == {"en", "zh"}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "holds no question"),
        ([QUESTIONS[0], QUESTIONS[0]], "line 2 is the second with the id 'sum'"),
        (["[1]\n"], "line 1: list instead of a JSON object"),
        (["not json\n"], "line 1: not valid JSON"),
        ([{**QUESTIONS[0], "answer": "E"}], "line 1 is no question with four options"),
        ([{**QUESTIONS[0], "options": {"A": "1"}}], "is no question with four options"),
        ([{**QUESTIONS[0], "options": dict.fromkeys(OPTIONS, " ")}], "is no question with four options"),
        ([{**QUESTIONS[0], "id": 7}], "is no question with four options"),
        ([{**QUESTIONS[0], "question": ""}], "is no question with four options"),
    ],
)
def test_a_file_that_holds_no_questions_is_named_with_its_line(scene: Scene, lines: list[object], problem: str):
    write_questions(scene, lines)
    with pytest.raises(BadData) as error:
        canary_scene(scene)
    assert problem in str(error.value)


def test_a_file_in_another_encoding_is_named(scene: Scene):
    Path(scene.path / "canaries.jsonl").write_bytes("首都".encode("gbk"))
    with pytest.raises(BadData, match="Save it as UTF-8"):
        canary_scene(scene)
