"""`labkit errors`: the rows behind a score, in the terminal, as JSON, and as a table for people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labkit.evaluation import evaluate
from labkit.records import Reply
from labkit.tables import read_table
from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.cli.test_compare import run_of
from tests.evaluation.scripted import Scripted


@pytest.fixture
def runs(labkit: Command, scene: Scene) -> tuple[str, str]:
    """Ids of the runs of bare names and of definitions."""
    return run_of(labkit, scene, "v1"), run_of(labkit, scene, "v2")


def asked(labkit: Command, scene: Scene, *words: object) -> dict[str, Any]:
    code, out, err = labkit("errors", scene.path, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_errors_are_the_rows_that_the_score_counts_as_wrong(labkit: Command, scene: Scene, runs: tuple[str, str]):
    found = asked(labkit, scene, runs[0])
    wrong = [row.example.id for row in scene.store.load_run(runs[0]).rows if row.correct is False]
    assert [row["id"] for row in found["errors"]] == wrong
    assert (found["found"], found["rows"], found["against"]) == (len(wrong), 16, None)
    first = found["errors"][0]
    assert (first["right"], set(first) >= {"items", "gold", "predicted", "rationale", "evidence"}) == (False, True)


def test_the_labels_that_wrong_rows_turn_on_stand_with_their_definitions(
    labkit: Command, scene: Scene, runs: tuple[str, str]
):
    found = asked(labkit, scene, runs[1])
    wrong = found["errors"]
    differing = {label for row in wrong for label in {*row["gold"]} ^ {*(row["predicted"] or ())}}
    assert set(found["definitions"]) == differing
    assert all(found["definitions"].values())
    assert not any(asked(labkit, scene, runs[0])["definitions"].values()), "v1 gives bare names"
    shown = labkit("errors", scene.path, runs[1])[1]
    first = next(iter(found["definitions"]))
    assert f"{first}: {' '.join(found['definitions'][first].split())}" in shown
    assert " ".join(wrong[0]["items"][0].split())[:20] in shown


def test_the_terminal_says_whose_errors_these_are(labkit: Command, scene: Scene, runs: tuple[str, str]):
    lines = labkit("errors", scene.path)[1].splitlines()
    wrong = sum(row.correct is False for row in scene.store.load_run(runs[1]).rows)
    assert lines[0] == f"Run {runs[1]}: v2 with definition-reader on dev"
    assert lines[1] == f"{wrong} of 16 rows are wrong"
    both = labkit("errors", scene.path, runs[1], "--against", runs[0])[1]
    assert "of 16 rows fit" in both.splitlines()[1]


def test_without_a_run_it_is_the_newest(labkit: Command, scene: Scene):
    told = labkit("errors", scene.path)[2]
    assert "No run is recorded yet" in told
    assert f"python -m labkit evaluate {scene.path} --prompt v2 --model definition-reader" in told
    run_of(labkit, scene, "v1")
    newest = run_of(labkit, scene, "v2")
    assert asked(labkit, scene)["run"] == newest == asked(labkit, scene, newest)["run"]


def test_a_label_and_an_answer_are_a_confusion(labkit: Command, scene: Scene, runs: tuple[str, str]):
    found = asked(labkit, scene, runs[0])
    for entry in found["confusions"]:
        if entry["gold"] and entry["predicted"]:
            same = asked(labkit, scene, runs[0], "--label", entry["gold"], "--predicted", entry["predicted"])
            assert same["found"] == entry["rows"]
    missed = asked(labkit, scene, runs[0], "--label", "质量")
    assert missed["found"] > 0
    assert all("质量" in row["gold"] or "质量" in row["predicted"] for row in missed["errors"])


def test_against_another_run_the_rows_that_differ_with_both_answers(
    labkit: Command, scene: Scene, runs: tuple[str, str]
):
    found = asked(labkit, scene, runs[1], "--against", runs[0])
    assert found["errors"]
    assert all(row["before"]["predicted"] != row["predicted"] for row in found["errors"])
    whole = found["changes"][0]
    assert (whole["label"], whole["differ"]) == ("", found["found"])
    fixed = asked(labkit, scene, runs[1], "--against", runs[0], "--change", "fixed")
    assert fixed["found"] == whole["fixed"] > 0
    assert all(row["right"] and not row["before"]["right"] for row in fixed["errors"])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_the_rows_found_are_written_with_both_answers(
    labkit: Command, scene: Scene, runs: tuple[str, str], tmp_path: Path, suffix: str
):
    target = tmp_path / f"errors{suffix}"
    code, out, err = labkit("errors", scene.path, runs[1], "--against", runs[0], "--change", "fixed", "--to", target)
    assert (code, str(target) in out) == (0, True), err
    table = read_table(target)
    fixed = asked(labkit, scene, runs[1], "--against", runs[0], "--change", "fixed")
    assert [line["id"] for line in table.rows] == [row["id"] for row in fixed["errors"]]
    columns = [name for name in table.columns if name not in ("your comment", "your name")]
    assert columns[-3:] == ["predicted before", "right before", "rationale before"]
    assert len(table.columns) - len(columns) == (0 if suffix == ".jsonl" else 2)


def test_column_heads_are_chinese_where_the_interface_is(
    labkit: Command, scene: Scene, runs: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    labkit("errors", scene.path, runs[0], "--to", tmp_path / "错误.csv")
    assert read_table(tmp_path / "错误.csv").columns[:3] == ("编号", "正文", "标注")


def test_people_read_a_table_and_the_commonest_mistakes(labkit: Command, scene: Scene, runs: tuple[str, str]):
    code, out, _ = labkit("errors", scene.path, runs[0])
    assert (code, "of 16 rows" in out) == (0, True)
    code, out, _ = labkit("errors", scene.path, runs[1], "--against", runs[0])
    assert (code, "whole rows" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--label", "退"], "退款"),
        (["--status", "broken"], "unparsed"),
        (["--change", "fixed"], "hold it against"),
        (["--against", "nothing"], "nothing"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(
    labkit: Command, scene: Scene, runs: tuple[str, str], words: list[str], named: str
):
    code, out, err = labkit("errors", scene.path, runs[0], *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err


def test_nothing_found_is_written_nowhere(labkit: Command, scene: Scene, runs: tuple[str, str], tmp_path: Path):
    words = ("errors", scene.path, runs[0], "--status", "failed")
    assert labkit(*words)[0] == 0
    code, _, err = labkit(*words, "--to", tmp_path / "none.csv")
    assert (code, "nothing to write" in err) == (2, True)
    assert not (tmp_path / "none.csv").exists()


def test_a_run_without_an_error_prints_no_empty_table(labkit: Command, scene: Scene, runs: tuple[str, str]):
    assert "rationale" in labkit("errors", scene.path, runs[0])[1]
    none = labkit("errors", scene.path, runs[0], "--status", "truncated")[1]
    assert none.splitlines()[1] == "0 of 16 rows fit"
    assert "rationale" not in none


def test_a_long_definition_is_cut_in_the_terminal_and_whole_in_json(labkit: Command, scene: Scene):
    v2 = scene.prompt("v2")
    told = tuple(replace(entry, text="甲" * 500) for entry in v2.definitions)
    scene.save_prompt(replace(v2, name="long", definitions=told))
    run = run_of(labkit, scene, "long")
    found = asked(labkit, scene, run)
    assert all("甲" * 500 in text for text in found["definitions"].values())
    out = labkit("errors", scene.path, run)[1]
    assert ("甲" * 120 in out, "甲" * 200 in out) == (True, False)


def test_half_a_character_in_a_reply_stops_no_command(labkit: Command, scene: Scene, tmp_path: Path):
    def act(row: str, _seen: int) -> Reply:
        text = ('{"rationale": "a \\ud83d", "labels": ["退款"]}', "raw \ud83d \x1b[31m")[row > "dev-05"]
        return Reply(text, text.encode("utf-8", "surrogatepass"))

    run, file = evaluate(scene, "v1", Scripted(act)).id, tmp_path / "e.csv"
    for words in (("errors", "--json"), ("errors",), ("errors", "--to", file), ("rationales",), ("share",)):
        code, out, err = labkit(words[0], scene.path, run, *words[1:])
        assert code == 0, err
        assert out.encode()
        assert "\x1b" not in out
    assert "\ufffd" in file.read_text(encoding="utf-8-sig")
