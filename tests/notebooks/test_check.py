"""The exercises' checks, the person who answers as a model and the loopback server, away from the lessons."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

import labkit
from labkit.decision import Gate
from labkit.evaluation import evaluate
from labkit.models.definition_reader import DefinitionReader
from labkit.records import Example, RunRow
from tests.made_runs import made_row, made_run
from tests.notebooks.lessons import NOTEBOOKS, load

check = load("check")


def run_of(*answers: str, name: str = "run", seconds: float = 1.0):
    """A run over rows that all carry refund."""
    rows = [made_row(f"r{k}", ["refund"], [answer]) for k, answer in enumerate(answers)]
    timed = [RunRow(row.example, row.prediction, latency_s=seconds) for row in rows]
    return made_run(timed, name, model=name, split="test")


RIGHT, WRONG = run_of(*["refund"] * 40, name="right"), run_of(*["quality"] * 40, name="wrong")
SLOW = run_of(*["refund"] * 40, name="slow", seconds=9)


def printed(capsys) -> str:
    return capsys.readouterr().out


@pytest.mark.parametrize(("version", "mark"), [("v2", "✓"), ("v1", "✗")])
def test_a_definition_is_judged_by_four_sets(version, mark, capsys):
    scene = labkit.open_scene("weibo_service")
    lost = scene.prompt("v1").definition_of("表扬")
    start = labkit.evaluate(scene, check.with_definition(scene.prompt("v2"), lost), "definition-reader")
    shown = check.prompt(scene, start, scene.prompt(version).definition_of("表扬"))
    assert printed(capsys).splitlines()[-1].startswith(mark)
    assert [words.split(":")[0] for words in shown.data["rows"]] == [
        "rows it is about",
        "right before, for both labels",
        "pinned",
        "held out",
    ]
    assert set(shown.data["lets it through"]) <= {"yes", "no"}


@pytest.mark.parametrize(
    ("margin", "choice", "said"),
    [
        (None, RIGHT, "✗ Write the margin down first"),
        (0.2, RIGHT, "✗ Write the margin down first"),
        (0.05, WRONG, "✗ Against the best"),
        (0.05, SLOW, "✗ It stays inside the margin, but v1 · right does too"),
        (0.05, RIGHT, "✓ Inside the margin of 5.0"),
    ],
)
def test_the_cheapest_inside_the_margin_is_wanted(margin, choice, said, capsys):
    check.compare([RIGHT, WRONG, SLOW], margin, choice)
    assert printed(capsys).startswith(said)


def test_a_prediction_must_be_written_and_narrow(capsys):
    for bounds in ((None, None), (0, 40), (40, 30)):
        check.train(RIGHT, WRONG, *bounds)
        assert printed(capsys).startswith("✗ Write down two whole numbers")
    check.train(RIGHT, WRONG, 0, 10)
    assert printed(capsys).startswith("✗ They differ on 40 of 40")
    check.train(RIGHT, WRONG, 30, 50)
    assert printed(capsys).startswith("✓")


def test_a_gate_must_stop_the_candidate_and_not_the_champion(capsys):
    for gate, said in (
        (Gate(valid_answers=0.5), "✗ The gate lets the candidate pass"),
        (Gate(minimum={"accuracy": 0.5}, latency_p95_s=0.1), "✗ The gate refuses the champion too"),
        (Gate(recall={"refund": 0.9}), "✓ The gate refuses the candidate and lets the champion pass. It says: recall"),
    ):
        check.iterate(gate, WRONG, RIGHT)
        assert printed(capsys).startswith(said)


def test_chosen_rows_must_be_few_and_from_the_pool(scene, capsys):
    pool, dev = scene.examples("pool"), scene.examples("dev")
    choices = {"random": pool[:4], "hardest": pool[:4]}
    for mine in (pool[:5], [pool[0], pool[0]], [*pool[:3], dev[0]]):
        check.dataset(scene, mine, choices)
        assert printed(capsys).startswith("✗ Take at most 4 different rows")


def test_a_person_answers_what_is_pressed(scene):
    posts = scene.examples("dev", limit=3)
    you = check.Person(scene.task, scene.prompt("v2"), posts)
    untouched = dict(you.parameters["pressed"])
    row = you.sheet.children[1]
    row.children[1].children[0].value = True
    assert you.parameters["pressed"] != untouched
    answered = evaluate(scene, "v2", you, limit=3)
    assert answered.rows[0].prediction.labels == (scene.task.labels[0],)
    assert answered.counts["blank"] == 2


def test_a_post_is_shown_as_text(scene):
    post = Example("x", ("<img src=x onerror=alert(1)>\u202e",))
    you = check.Person(scene.task, scene.prompt("v1"), [post])
    assert "<img" not in you.sheet.children[1].children[0].value
    table = check.table([post], "items").to_html()
    assert "<img" not in table
    assert "\u202e" not in table


def test_a_table_leaves_empty_what_is_missing():
    rows = [Example("x", ("a", "b"), ("refund",), note="hard"), Example("y", ("c",), ())]
    table = check.table(rows, "items", "labels", "note").data
    assert table.to_dict("split")["data"] == [["a · b", "refund", "hard"], ["c", "", ""]]


def test_a_served_model_answers_as_it_does_in_process(scene):
    with check.served(DefinitionReader(), scene) as name:
        remote = evaluate(scene, "v2", name)
    local = evaluate(scene, "v2", "definition-reader")
    assert [row.prediction.labels for row in remote.rows] == [row.prediction.labels for row in local.rows]
    assert remote.counts["answered"] == len(remote.rows)


@pytest.mark.parametrize("how", ["json", "labels"])
def test_the_study_model_answers_where_it_can(how, capsys):
    name = check.study(how)
    assert name == f"local/study@full@{how}"
    labkit.get_model(name).check()
    assert not printed(capsys)


def test_without_its_packages_the_floor_answers_and_says_so(monkeypatch, capsys):
    monkeypatch.setattr("labkit.models.local.model.find_spec", lambda package: None)
    assert check.study("json") == "definition-reader"
    missing, floor = printed(capsys).splitlines()
    assert "local/study@full@json" in missing
    assert "labkit[train]" in missing
    assert floor.startswith("Until then `definition-reader` answers here")


def test_only_one_definition_changes(scene):
    bare, full = scene.prompt("v1"), scene.prompt("v2")
    label = scene.task.labels[1]
    changed = check.with_definition(full, bare.definition_of(label))
    assert changed.definition_of(label) == bare.definition_of(label)
    assert replace(changed, name="v2", definitions=full.definitions) == full
    assert changed.name != full.name


@pytest.mark.parametrize(("folder", "words"), [("", "✗ Write the margin"), ("zh", "✗ 先把界值")])
def test_check_speaks_the_language_of_its_folder(folder, words, monkeypatch):
    monkeypatch.delenv("LABKIT_LANG")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code = "import check; check.compare([], None, None)"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=NOTEBOOKS / folder, capture_output=True, text=True, check=True).stdout
    assert printed.startswith(words)
