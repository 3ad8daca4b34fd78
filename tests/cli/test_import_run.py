"""`labkit import-run`: scores as `evaluate` prints them, and every answer that found no row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command
from tests.conftest import TINY_TASK, tiny_prompts


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_json_is_that_of_evaluate_with_what_did_not_match(labkit: Command, scene: Scene, tmp_path: Path):
    file = written(tmp_path / "out.csv", "row,answer", "dev-00,物流", "dev-04,退款", "gone,质量")
    options = ["--format", "table", "--id", "row", "--predicted", "answer", "--model", "gpt-x"]
    code, out, err = labkit("import-run", scene.path, file, *options, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert (found["rows"], found["counts"]["answered"], found["scores"]["accuracy"]["value"]) == (2, 2, 1.0)
    assert (found["joined_by"], found["unmatched"], found["known"]) == ("id", ["out.csv line 4: id 'gone'"], False)
    assert len(found["unanswered"]) == 14
    assert scene.store.load_run(found["run"]).header.model == "gpt-x"


def test_a_person_reads_what_was_left_out_before_the_scores(labkit: Command, scene: Scene, tmp_path: Path):
    file = written(tmp_path / "out.tsv", "text\tpredicted", "唉,快递五天没动静\t物流", "没有这条\t退款")
    code, out, err = labkit("import-run", scene.path, file, "--format", "table")
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "The file has no ids: rows were found by their exact text."
    assert lines[1:3] == [
        "1 answer belongs to no row of the scene and was left out:",
        "  out.tsv line 3: text '没有这条'",
    ]
    assert lines[3].startswith("15 rows of the same split have no answer in the file: dev-01")
    assert "accuracy" in out
    code, _, err = labkit("import-run", scene.path, file, "--format", "table")
    assert (code, "are here already" in err) == (0, True)


def test_empty_cells_are_told_apart_from_no_label_where_a_row_may_have_none(
    labkit: Command, scene: Scene, tmp_path: Path
):
    file = written(tmp_path / "out.csv", "id,predicted", "dev-00,物流", "dev-04,", "dev-05,[]")
    _, _, err = labkit("import-run", scene.path, file, "--format", "table")
    assert "1 empty cell is taken for no answer; where it means no label, write []" in err
    labelled = [row for row in scene.rows if row.labels]
    never = create_scene(tmp_path / "never", replace(TINY_TASK, allow_none=False), labelled, tiny_prompts())
    code, _, err = labkit("import-run", never.path, file, "--format", "table")
    assert (code, "empty cell" in err) == (0, False)


def test_one_row_without_an_answer_is_one(labkit: Command, scene: Scene, tmp_path: Path):
    file = written(tmp_path / "out.csv", "id,predicted", *(f"dev-{k:02d},物流" for k in range(15)))
    _, out, _ = labkit("import-run", scene.path, file, "--format", "table")
    assert "1 row of the same split has no answer in the file: dev-15" in out


def test_a_list_of_errors_is_said_to_be_one(labkit: Command, scene: Scene, tmp_path: Path):
    labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader")
    (run,) = scene.store.runs()
    wrong = sum(row.correct is False for row in scene.store.load_run(run.run).rows)
    assert labkit("share", scene.path, run.run, "--errors", "--to", tmp_path / "errors.csv")[0] == 0
    words = ("import-run", scene.path, tmp_path / "errors.csv", "--format", "table")
    code, _, err = labkit(*words)
    assert code == 0
    assert f"not one of the {wrong} answers is right, and {16 - wrong} rows of the same splits have none" in err
    assert json.loads(labkit(*words, "--json")[1])["only_errors"]


def test_a_table_handed_over_in_chinese_comes_back_without_naming_its_columns(
    labkit: Command, scene: Scene, tmp_path: Path, monkeypatch
):
    labkit("evaluate", scene.path, "--prompt", "v2", "--model", "definition-reader")
    monkeypatch.setenv("LABKIT_LANG", "zh")
    (run,) = scene.store.runs()
    assert labkit("share", scene.path, run.run, "--to", tmp_path / "out.xlsx")[0] == 0
    code, out, err = labkit("import-run", scene.path, tmp_path / "out.xlsx", "--format", "table", "--json")
    assert code == 0, err
    back = scene.store.load_run(json.loads(out)["run"])
    before = {row.example.id: row.prediction for row in scene.store.load_run(run.run).rows}
    assert {row.example.id: row.prediction.labels for row in back.rows} == {k: p.labels for k, p in before.items()}
    answered = [row for row in back.rows if row.prediction.labels]
    assert all(row.prediction.rationale == before[row.example.id].rationale for row in answered)
    assert len(answered) > 8


def test_what_cannot_be_read_is_one_line_and_leaves_no_run(labkit: Command, scene: Scene, tmp_path: Path):
    file = written(tmp_path / "out.csv", "id,predicted", "dev-00,物流", "dev-00,退款")
    for words in (
        (file, "--format", "table"),
        (file, "--format", "promptfoo"),
        (tmp_path / "none", "--format", "table"),
    ):
        code, out, err = labkit("import-run", scene.path, *words)
        assert (code, out, err.count("\n")) == (2, "", 1), err
    assert scene.store.runs() == ()
