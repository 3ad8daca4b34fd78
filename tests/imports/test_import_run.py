"""`import_run`: answers given elsewhere are a run like any other, and whatever did not match is said."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from labkit.comparison import compare
from labkit.errors import BadData, BadInput, NeedsReason, UnknownName
from labkit.evaluation import evaluate
from labkit.imports import import_run
from labkit.imports.known_labels import labels_only
from labkit.prompts import prompt_sha256
from labkit.records import Run, Status
from labkit.scoring import score
from labkit.workspace import Scene, open_scene
from tests.imports import foreign
from tests.imports.foreign import reply, write_json, write_lines


def table(path: Path, head: Sequence[str], *rows: Sequence[object]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def answers(run: Run) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {row.example.id: (row.prediction.status.value, row.prediction.labels) for row in run.rows}


def test_a_table_with_ids_is_a_run_with_rationales(asked: Scene, tmp_path: Path):
    file = table(
        tmp_path / "out.csv", ("id", "predicted", "rationale"),
        ("d2", "质量", "坏了"), ("d0", "物流；退款", "快递和钱"), ("d1", "退款", ""), ("d5", "发票", "?"),
        ("d4", "", "不知道"),
    )  # fmt: skip
    found = import_run(asked, file, "table", model="gpt-x", prompt="v2")
    assert answers(found.run) == {
        "d0": ("answered", ("物流", "退款")),
        "d1": ("answered", ("退款",)),
        "d2": ("answered", ("质量",)),
        "d4": ("blank", ()),
        "d5": ("off-list", ()),
    }
    assert (found.joined_by, found.unmatched, found.unanswered) == ("id", (), ("d3",))
    rows = {row.example.id: row for row in found.run.rows}
    assert rows["d2"].prediction.rationale == "坏了"
    assert json.loads(rows["d0"].reply)["written"] == "物流；退款"
    assert rows["d4"].reasoning == "不知道"
    assert rows["d5"].prediction.reason == "not a label of this task: 发票"
    assert {row.latency_s for row in found.run.rows} == {None}  # unknown, and not no time at all
    assert score(found.run).values["accuracy"].value == pytest.approx(2 / 5)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5", "utf-16-le"])
def test_a_table_in_any_encoding_is_read_when_it_is_named(asked: Scene, tmp_path: Path, encoding: str):
    file = tmp_path / "out.csv"
    file.write_bytes("id,predicted,rationale\nd0,退款,帖子要求退款\n".encode(encoding))
    found = import_run(asked, file, "table", encoding=encoding)
    assert (found.run.rows[0].prediction.labels, found.run.rows[0].prediction.rationale) == (("退款",), "帖子要求退款")


def test_gbk_is_found_out_and_a_wrong_encoding_is_refused_with_its_line(asked: Scene, tmp_path: Path):
    file = tmp_path / "out.csv"
    file.write_bytes("id,predicted,rationale\nd0,退款,帖子要求退款\n".encode("gbk"))
    assert import_run(asked, file, "table").run.rows[0].prediction.labels == ("退款",)
    with pytest.raises(BadData, match=r"out.csv line 2: "):
        import_run(asked, file, "table", encoding="utf-8")
    with pytest.raises(BadData, match="no text encoding 'klingon'"):
        import_run(asked, file, "table", encoding="klingon")
    with pytest.raises(BadInput, match="A file of promptfoo is always UTF-8"):
        import_run(asked, file, "promptfoo", encoding="gbk")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('{"rationale": "要求退款，说明', "the JSON breaks off before its end"),
        ('```json\n{"labels": ["退款"], "rationale": "要', "the JSON breaks off before its end"),
        ('{"labels": ["退款"]} {"labels": ["物流"]}', "several different answers in one reply"),
        ('{"labels": ["退款"], "labels": ["物流"]}', "several different answers in one reply"),
        ("｛“labels”：［“退款”］｝", "no JSON object with 'labels'"),
        ("<think>退款还是物流？", "no JSON object with 'labels'"),
    ],
)
def test_a_whole_reply_that_cannot_be_read_is_no_label(asked: Scene, tmp_path: Path, cell: str, said: str):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("d0", cell), ("d1", "退款"))
    (row, other) = import_run(asked, file, "table").run.rows
    assert (row.prediction.status, row.prediction.reason, row.reply) == (Status.UNPARSED, said, cell)
    assert other.prediction.labels == ("退款",)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("【退款】", ("退款",)),
        ("（物流、退款）", ("物流", "退款")),
        ("「物流」；“退款”", ("物流", "退款")),
        ("[物流, 退款]", ("物流", "退款")),
        ("『退款", None),
        ("【发票】", None),
        ("（）", None),
        ("(", None),
        ("('物流', '退款')", ("物流", "退款")),
        ("('退款',)", ("退款",)),
        ("{'退款', '物流'}", ("物流", "退款")),
        ("()", None),
        ("物流\n退款", ("物流", "退款")),
        ("物流 退款", ("物流", "退款")),
        ("物流 退回", None),
        ("【" * 5000 + "退款" + "】" * 5000, None),
    ],
)
def test_marks_around_known_labels_are_passed_over(cell: str, labels: tuple[str, ...] | None):
    assert labels_only(cell, ("物流", "退款")) == labels
    assert labels_only("【退款】", ("退款", "【退款】")) == ("【退款】",)


def test_a_list_of_errors_is_known_for_one_by_what_it_leaves_out(asked: Scene, tmp_path: Path):
    wrong = [("d0", "退款"), ("d1", "质量")]
    assert import_run(asked, table(tmp_path / "errors.csv", ("id", "predicted"), *wrong), "table").only_errors
    some = [*wrong, ("d2", "质量")]
    assert not import_run(asked, table(tmp_path / "some.csv", ("id", "predicted"), *some), "table").only_errors
    all_wrong = [(f"d{k}", "物流" if k % 3 else "退款") for k in range(6)]
    assert not import_run(asked, table(tmp_path / "all.csv", ("id", "predicted"), *all_wrong), "table").only_errors


def test_the_run_says_where_it_comes_from(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("d0", "物流"))
    header = import_run(asked, file, "table", model="gpt-x", prompt="v2").run.header
    assert header.parameters == {
        "source_format": "table",
        "source_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    assert (header.model, header.prompt_name, header.split) == ("gpt-x", "v2", "dev")
    assert header.prompt_sha256 == prompt_sha256(asked.prompt("v2"))
    unnamed = import_run(asked, file, "table").run.header
    assert (unnamed.model, unnamed.prompt_name, unnamed.prompt_text) == ("table", "table", "")


def test_the_same_file_again_is_the_same_run(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("d0", "物流"))
    first, again = import_run(asked, file, "table"), import_run(asked, file, "table")
    assert (first.known, again.known, again.run.id) == (False, True, first.run.id)
    table(file, ("id", "predicted"), ("d0", "退款"))
    assert import_run(asked, file, "table").run.id != first.run.id
    assert len(asked.store.runs()) == 2


def test_without_ids_the_text_joins_and_it_is_said(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("text", "predicted"), ("第3条微博", "物流"), ("没见过的微博", "退款"))
    found = import_run(asked, file, "table")
    assert (found.joined_by, answers(found.run)) == ("text", {"d3": ("answered", ("物流",))})
    assert tuple(map(str, found.unmatched)) == ("out.csv line 3: text '没见过的微博'",)


def test_cells_may_hold_lists_whole_replies_or_prose(asked: Scene, tmp_path: Path):
    file = table(
        tmp_path / "out.csv", ("编号", "答案"),
        ("d0", '["物流", "退款"]'), ("d1", "[]"), ("d2", reply("质量", rationale="r")),
        ("d3", "我想了很久。\n还是不知道。"),
    )  # fmt: skip
    found = import_run(asked, file, "table", id="编号", predicted="答案").run
    assert answers(found) == {
        "d0": ("answered", ("物流", "退款")),
        "d1": ("answered", ()),
        "d2": ("answered", ("质量",)),
        "d3": ("unparsed", ()),
    }
    assert found.rows[2].reply == reply("质量", rationale="r")
    assert found.rows[3].reply == "我想了很久。\n还是不知道。"


def test_a_label_that_holds_a_separator_stays_whole(asked: Scene, tmp_path: Path):
    task_file = asked.path / "task.yaml"
    task_file.write_text(task_file.read_text(encoding="utf-8").replace("质量", "质量/做工"), encoding="utf-8")
    examples = asked.path / "examples.jsonl"
    examples.write_text(examples.read_text(encoding="utf-8").replace("质量", "质量/做工"), encoding="utf-8")
    file = table(
        tmp_path / "out.csv", ("id", "predicted"), ("d0", "物流/退款"), ("d2", "质量/做工"), ("d1", "退款/物流")
    )
    found = import_run(open_scene(asked.path), file, "table").run
    assert answers(found)["d2"] == ("answered", ("质量/做工",))
    assert answers(found)["d0"] == answers(found)["d1"] == ("answered", ("物流", "退款"))


SAID = (("d1", reply("退款")), ("d0", "物流"))
MAKERS = {
    "promptfoo": lambda p: foreign.promptfoo_file(p, [foreign.promptfoo_result(said, id=row) for row, said in SAID]),
    "openai-batch": lambda p: write_lines(p, [foreign.batch_line(*said) for said in SAID]),
    "inspect": lambda p: foreign.eval_file(p, [foreign.inspect_sample(*said) for said in SAID]),
    "lm-eval": lambda p: write_lines(p, [foreign.lm_eval_sample({"id": row}, said) for row, said in SAID]),
}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("promptfoo", "r.json"),
        ("promptfoo", "r.jsonl"),
        ("openai-batch", "b.jsonl"),
        ("inspect", "i.eval"),
        ("lm-eval", "s.jsonl"),
    ],
)
def test_every_format_becomes_the_same_answers(asked: Scene, tmp_path: Path, form: str, name: str):
    found = import_run(asked, MAKERS[form](tmp_path / name), form)
    assert answers(found.run) == {"d0": ("answered", ("物流",)), "d1": ("answered", ("退款",))}
    assert found.run.rows[1].prediction.rationale == "because"
    assert found.unanswered == ("d2", "d3", "d4", "d5")


def test_the_answer_that_another_tool_has_read_is_taken_where_ours_reads_none(asked: Scene, tmp_path: Path):
    sample = foreign.inspect_sample(
        "d1", "The answer is: refund, so 退款!", scores={"pattern": {"value": "C", "answer": "退款"}}
    )
    row = import_run(asked, write_json(tmp_path / "i.json", foreign.inspect_log([sample])), "inspect").run.rows[0]
    assert (row.prediction.status, row.prediction.labels) == (Status.ANSWERED, ("退款",))
    assert json.loads(row.reply)["written"] == "The answer is: refund, so 退款!"


def test_repeats_stand_side_by_side_and_a_missing_one_has_failed(asked: Scene, tmp_path: Path):
    samples = [
        foreign.inspect_sample("d0", "物流"),
        foreign.inspect_sample("d0", "退款", epoch=2),
        foreign.inspect_sample("d1", "退款", epoch=2),
    ]
    run = import_run(asked, foreign.eval_file(tmp_path / "i.eval", samples), "inspect").run
    assert run.header.repeats == 2
    assert [(row.example.id, row.repeat, row.prediction.status.value) for row in run.rows] == [
        ("d0", 0, "answered"),
        ("d0", 1, "answered"),
        ("d1", 0, "failed"),
        ("d1", 1, "answered"),
    ]
    assert run.complete


def test_a_wild_number_of_an_asking_makes_no_million_rows(asked: Scene, tmp_path: Path):
    file = write_lines(tmp_path / "b.jsonl", [foreign.batch_line("d0/repeat-999999", "物流")])
    with pytest.raises(BadData, match="number 1000000 of its row"):
        import_run(asked, file, "openai-batch")


def test_failures_and_their_reasons_are_kept(asked: Scene, tmp_path: Path):
    line = {"custom_id": "d0", "response": None, "error": {"message": "expired\n" + "x" * 900}}
    run = import_run(
        asked, write_lines(tmp_path / "b.jsonl", [line, foreign.batch_line("d1", "退款")]), "openai-batch"
    ).run
    assert run.counts["failed"] == 1
    assert run.rows[0].error.startswith("expired xxx")
    assert len(run.rows[0].error) == 500


def test_answers_to_test_rows_need_a_reason_and_are_a_reading(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("t0", "退款"))
    with pytest.raises(NeedsReason, match="1 test rows"):
        import_run(asked, file, "table")
    assert asked.store.runs() == ()
    run = import_run(asked, file, "table", reason="choice of the vendor").run
    (reading,) = asked.test_readings()
    assert (reading["run"], reading["reason"], reading["rows"], run.header.split) == (
        run.id,
        "choice of the vendor",
        1,
        "test",
    )
    assert import_run(asked, file, "table").known  # to open it again is no new reading


def test_an_imported_run_is_compared_with_one_of_ours(asked: Scene, tmp_path: Path):
    ours = evaluate(asked, "v2", "definition-reader")
    file = table(tmp_path / "out.csv", ("id", "predicted"), *[(row.id, row.labels[0]) for row in asked.examples("dev")])
    found = compare([ours, import_run(asked, file, "table").run])
    assert (found.rows, found.cautions) == (6, ())
    assert found.ranking[0].scores.values["accuracy"].value == 1.0


def test_an_imported_run_travels_with_the_scene(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("id", "predicted", "rationale"), ("d0", "物流;退款", "r"), ("d1", "", ""))
    run = import_run(asked, file, "table").run
    asked.share(run.id)
    for kept in asked.path.glob("runs.db*"):  # what a clone does not bring
        kept.unlink()
    assert answers(open_scene(asked.path).store.load_run(run.id)) == answers(run)


@pytest.mark.parametrize(
    ("words", "error", "match"),
    [
        ({"format": "csv"}, UnknownName, "format 'csv'"),
        ({"predicted": "prediction"}, UnknownName, "Did you mean 'predicted'"),
        ({"id": "row"}, UnknownName, "column of out.csv 'row'"),
        ({"predicted": "标注"}, UnknownName, "It has id, predicted: name the right one with --predicted"),
        ({"rationale": "why"}, UnknownName, "'why'"),
        ({"file": "missing.csv"}, BadData, "no file"),
    ],
)
def test_what_is_not_there_is_named(
    asked: Scene, tmp_path: Path, words: dict[str, str], error: type[Exception], match: str
):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("d0", "物流"))
    told = {"file": file, "format": "table", **words}
    with pytest.raises(error, match=match):
        import_run(asked, **told)
    assert asked.store.runs() == ()


def test_duplicates_are_refused_with_their_lines_and_nothing_is_kept(asked: Scene, tmp_path: Path):
    file = table(tmp_path / "out.csv", ("id", "predicted"), ("d0", "物流"), ("d1", "退款"), ("d0", "退款"))
    with pytest.raises(BadData, match=r"out\.csv line 2 and out\.csv line 4 both answer row 'd0'"):
        import_run(asked, file, "table")
    assert asked.store.runs() == ()
