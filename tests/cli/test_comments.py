"""`labkit errors --to` and `labkit import-comments`: errors go out and come back with comments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from labkit.evaluation import evaluate
from labkit.records import Run
from labkit.tables import read_table, write_table
from labkit.workspace import Scene, import_comments
from labkit.workspace.queueing import sent_rows
from tests.cli.conftest import Command
from tests.hostile import HOSTILE


def commented(run: Run, scene: Scene, labkit: Command, file: Path, says: list[tuple[str, str]]) -> list[str]:
    """The errors of a run as a file, comments and names written into it by a person; the ids."""
    code, _, err = labkit("errors", scene.path, run.id, "--to", file)
    assert code == 0, err
    book = load_workbook(file)
    lines = list(book.active.iter_rows())
    head = [str(cell.value) for cell in lines[0]]
    for line, (comment, name) in zip(lines[1:], says, strict=False):
        line[head.index("your comment")].value = comment
        line[head.index("your name")].value = name
    book.save(file)
    return [str(line[head.index("id")].value) for line in lines[1:]]


def test_comments_on_dev_rows_come_to_the_queue_with_who_said_so(labkit: Command, scene: Scene, tmp_path: Path):
    run = evaluate(scene, "v1", "definition-reader")
    ids = commented(
        run, scene, labkit, tmp_path / "errors.xlsx", [("这是退款", "王"), ("", ""), ("the gold is wrong", "")]
    )
    code, out, err = labkit("import-comments", scene.path, tmp_path / "errors.xlsx", "--by", "Li", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert (found["taken"], found["sent"], found["empty"]) == (2, [ids[0], ids[2]], len(ids) - 2)
    items = json.loads(labkit("adjudicate", scene.path, "--kind", "sent", "--json")[1])["items"]
    assert {item["rows"][0] for item in items} == {ids[0], ids[2]}
    assert "王: 这是退款" in json.dumps(items, ensure_ascii=False)
    assert "Li: the gold is wrong" in json.dumps(items)
    lines = [line for line in scene.decisions() if line["kind"] == "comment"]
    assert [(line["id"], line["by"]) for line in lines] == [(ids[0], "王"), (ids[2], "Li")]
    assert all(line["at"] and line["who"] for line in lines)


def test_the_same_table_twice_adds_nothing(labkit: Command, scene: Scene, tmp_path: Path):
    run = evaluate(scene, "v1", "definition-reader")
    commented(run, scene, labkit, tmp_path / "errors.xlsx", [("退款", "王")])
    labkit("import-comments", scene.path, tmp_path / "errors.xlsx")
    before = len(scene.decisions())
    code, out, err = labkit("import-comments", scene.path, tmp_path / "errors.xlsx")
    assert (code, len(scene.decisions())) == (0, before)
    assert "0 comments taken in" in out
    assert "1 was taken in before" in err


def test_a_later_comment_on_a_queued_row_is_read_beside_the_first(labkit: Command, scene: Scene, tmp_path: Path):
    for name, text in (("A", "unclear"), ("B", "标注有误")):
        write_table(tmp_path / f"{name}.csv", ("id", "comment", "name"), [("pool-00", text, name)])
        assert labkit("import-comments", scene.path, tmp_path / f"{name}.csv")[0] == 0
    (item,) = json.loads(labkit("adjudicate", scene.path, "--kind", "sent", "--json")[1])["items"]
    reasons = json.dumps(item["reasons"], ensure_ascii=False)
    assert reasons.count("A: unclear") == reasons.count("B: 标注有误") == 1


def test_a_later_comment_that_the_first_one_holds_is_read_all_the_same(scene: Scene, tmp_path: Path):
    for name, text in (("A", "unclear, not a refund"), ("B", "unclear"), ("A", "unclear")):
        write_table(tmp_path / "said.csv", ("id", "comment", "name"), [("pool-00", text, name)])
        import_comments(scene, tmp_path / "said.csv")
    assert sent_rows(scene)["pool-00"].endswith("A: unclear, not a refund\nB: unclear\nA: unclear")


def test_rows_whose_comments_a_crash_recorded_alone_are_sent_by_the_next_call(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_table(tmp_path / "said.csv", ("id", "comment", "name"), [("pool-00", "unclear", "A")])

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("labkit.workspace.comments.enqueue_each", crash)
        with pytest.raises(KeyboardInterrupt):
            import_comments(scene, tmp_path / "said.csv")
    found = import_comments(scene, tmp_path / "said.csv")
    assert (found.taken, found.known, found.sent) == (0, ("pool-00",), ("pool-00",))
    assert sent_rows(scene)["pool-00"].count("unclear") == 1


def test_repeats_and_rows_without_a_comment_are_counted_apart_and_told(labkit: Command, scene: Scene, tmp_path: Path):
    rows = [("pool-00", "x", "A"), ("pool-00", "x", "A"), ("pool-00", "x", "B"), ("pool-01", "", "A")]
    write_table(tmp_path / "said.csv", ("id", "comment", "name"), rows)
    found = import_comments(scene, tmp_path / "said.csv")
    assert (found.taken, found.repeated, found.empty) == (2, 1, 1)
    _, _, err = labkit("import-comments", scene.path, tmp_path / "said.csv")
    assert "1 row repeats a comment" in err
    assert "1 row has no comment" in err


def test_unknown_ids_and_test_rows_are_counted_and_listed(labkit: Command, scene: Scene, tmp_path: Path):
    file = tmp_path / "said.csv"
    write_table(
        file, ("id", "comment"), [("nobody", "x"), ("test-00", "wrong gold"), ("pool-00", "unclear"), ("", "y")]
    )
    code, out, err = labkit("import-comments", scene.path, file)
    assert code == 0
    assert "2 comments taken in; 1 row sent to the queue." in out
    assert "2 rows are not of this scene" in err
    assert "nobody" in err
    assert "1 row of test or traffic" in err
    assert "test-00" in err


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_hostile_comments_come_in_as_the_text_they_are(scene: Scene, tmp_path: Path, hostile: str, suffix: str):
    text = hostile.replace("\x00", "").strip() or "-"
    write_table(tmp_path / f"said{suffix}", ("id", "your comment", "your name"), [("pool-00", text, text)])
    (table,) = [read_table(tmp_path / f"said{suffix}")]
    found = import_comments(scene, tmp_path / f"said{suffix}")
    (line,) = [line for line in scene.decisions() if line["kind"] == "comment"]
    assert line["text"] == str(table.rows[0]["your comment"]).strip()[:2000]
    assert found.sent == ("pool-00",)


def test_a_comment_too_long_is_cut_and_told(labkit: Command, scene: Scene, tmp_path: Path):
    write_table(tmp_path / "said.csv", ("id", "comment"), [("pool-00", "长" * 2001)])
    _, _, err = labkit("import-comments", scene.path, tmp_path / "said.csv")
    assert "1 comment was longer than 2000 characters and cut: pool-00" in err


@pytest.mark.parametrize("content", [b"", b"id,text\n1,x\n", b"\xff\xfe\x00", b"comment\nx\n"])
def test_a_table_without_ids_or_comments_is_refused_in_one_line(
    labkit: Command, scene: Scene, tmp_path: Path, content: bytes
):
    (tmp_path / "said.csv").write_bytes(content)
    code, out, err = labkit("import-comments", scene.path, tmp_path / "said.csv")
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert not [line for line in scene.decisions() if line["kind"] == "comment"]


def test_in_chinese_too(labkit: Command, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    run = evaluate(scene, "v1", "definition-reader")
    labkit("errors", scene.path, run.id, "--to", tmp_path / "errors.xlsx")
    table = read_table(tmp_path / "errors.xlsx")
    assert table.columns[-2:] == ("您的意见", "您的姓名")
    rows = [[*list(row.values())[:-2], "标注有误", "王"] for row in table.rows]
    write_table(tmp_path / "back.csv", table.columns, rows)
    assert "已收下" in labkit("import-comments", scene.path, tmp_path / "back.csv")[1]
