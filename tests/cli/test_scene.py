"""`labkit new` on the files that people have: what is understood, what is kept, what is refused."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labkit.records import Example
from labkit.tables import read_table, write_table
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import TOPICS, Command, post

RECORDS = [{"id": f"{k:05d}", "text": post(k), "label": tuple(TOPICS)[k % 3]} for k in range(24)]


def as_csv(records: list[dict[str, Any]], delimiter: str = ",") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(records[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return file.getvalue()


def write_csv(path: Path, records: list[dict[str, Any]] = RECORDS, encoding: str = "utf-8") -> Path:
    path.write_text(as_csv(records), encoding=encoding)
    return path


def write_workbook(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(list(RECORDS[0]))
    for record in RECORDS:
        sheet.append(list(record.values()))
    book.save(path)


def write_parquet(path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    parquet.write_table(arrow.Table.from_pylist(RECORDS), path)


def text_writer(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text.encode(encoding))


LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
FILES: dict[str, Callable[[Path], object]] = {
    "posts.csv": text_writer(as_csv(RECORDS)),
    "posts.tsv": text_writer(as_csv(RECORDS, "\t")),
    "array.json": text_writer(json.dumps(RECORDS, ensure_ascii=False, indent=1)),
    "lines.json": text_writer(LINES),
    "posts.jsonl": text_writer(LINES),
    "posts.xlsx": write_workbook,
    "posts.parquet": write_parquet,
    "gbk.csv": text_writer(as_csv(RECORDS), "gbk"),
    "bom.csv": text_writer(as_csv(RECORDS), "utf-8-sig"),
    "utf16.csv": text_writer(as_csv(RECORDS), "utf-16"),
    "semicolons.csv": text_writer(as_csv(RECORDS, ";")),
    "中文 文件.CSV": text_writer(as_csv(RECORDS)),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_rows(labkit: Command, tmp_path: Path, name: str):
    FILES[name](tmp_path / name)
    code, out, err = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / name)
    assert (code, err.count("Scene written to")) == (0, 1), err
    assert "24 rows" in out
    scene = open_scene(tmp_path / "scene")
    found = [(example.id, example.text, example.labels) for example in scene.rows]
    assert found == [(record["id"], record["text"], (record["label"],)) for record in RECORDS]
    assert (scene.task.language, scene.task.item, scene.task.multi_label) == ("zh", "微博", False)
    assert {label.label for label in scene.prompt("v1").definitions} == set(TOPICS)
    assert {example.split for example in scene.rows} == {"pool", "dev", "test"}


def made(labkit: Command, folder: Path, text: str, *words: object, name: str = "posts.csv") -> dict[str, Any]:
    """What `new --json` says of a file of this text."""
    (folder / name).write_text(text, encoding="utf-8")
    code, out, err = labkit("new", "--yes", folder / "scene", "--examples", folder / name, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def rows_of(folder: Path) -> tuple[Example, ...]:
    return open_scene(folder / "scene").rows


def labelled(*labels: str, head: str = "text,label") -> str:
    return "\n".join([head, *(f"{post(k)},{label}" for k, label in enumerate(labels))]) + "\n"


def test_json_says_everything_that_was_understood(labkit: Command, tmp_path: Path):
    found = made(labkit, tmp_path, as_csv(RECORDS))
    assert found["scene"] == str(tmp_path / "scene")
    assert (found["rows"], sum(found["splits"].values()), found["splits_from"]) == (24, 24, "assigned")
    assert found["columns"] == {"text": "text", "labels": ["label"], "id": "id"}
    assert found["labels"] == {"物流": 8, "退款": 8, "质量": 8}
    assert found["files"][0]["encoding"] == "utf-8"


def test_several_files_after_one_option_are_one_table(labkit: Command, tmp_path: Path):
    files = [write_csv(tmp_path / f"{k}.csv", RECORDS[6 * k : 6 * k + 6]) for k in range(4)]
    code, out, _ = labkit("new", "--yes", tmp_path / "scene", "--examples", *files, "--json")
    assert (code, [file["rows"] for file in json.loads(out)["files"]]) == (0, [6, 6, 6, 6])
    assert [example.id for example in rows_of(tmp_path)] == [record["id"] for record in RECORDS]


def test_a_test_file_becomes_the_test_split(labkit: Command, tmp_path: Path):
    first, second = write_csv(tmp_path / "a.csv", RECORDS[:18]), write_csv(tmp_path / "b.csv", RECORDS[18:])
    code, out, _ = labkit("new", "--yes", tmp_path / "scene", "--examples", first, "--test", second, "--json")
    assert (code, json.loads(out)["splits_from"]) == (0, "test file")
    scene = open_scene(tmp_path / "scene")
    assert [example.id for example in scene.examples("test")] == [record["id"] for record in RECORDS[18:]]
    assert scene.examples("dev")


def test_a_separator_parts_labels_only_where_it_is_said(labkit: Command, tmp_path: Path):
    found = made(labkit, tmp_path, labelled(*["a+b", "a", "b;c"] * 4), "--separator", "+")
    assert (found["labels"], found["multi_label"]) == ({"a": 8, "b": 4, "b;c": 4}, True)


def test_yes_and_no_columns_become_labels(labkit: Command, tmp_path: Path):
    rows = [f"{post(k)},{k % 2},{int(k % 3 == 0)}" for k in range(12)]
    found = made(labkit, tmp_path, "\n".join(["text,物流,退款", *rows]))
    assert found["labels"] == {"物流": 6, "退款": 4}
    assert rows_of(tmp_path)[3].labels == ("物流", "退款")
    assert rows_of(tmp_path)[2].labels == ()


def test_yes_and_no_columns_can_be_named(labkit: Command, tmp_path: Path):
    rows = [f"{post(k)},{k % 2},{int(k % 3 == 0)},1" for k in range(12)]
    words = ("--labels", "物流", "--labels", "退款", "--text", "c")
    found = made(labkit, tmp_path, "\n".join(["c,物流,退款,已审核", *rows]), *words)
    assert list(found["labels"]) == ["物流", "退款"]
    assert rows_of(tmp_path)[0].meta == {"已审核": "1"}


def test_lists_of_labels_in_cells(labkit: Command, tmp_path: Path):
    cells = ['"[""退款"", ""物流""]"', '"[""物流""]"', "[]"] * 4
    found = made(labkit, tmp_path, labelled(*cells))
    assert (found["labels"], found["allow_none"]) == ({"退款": 4, "物流": 8}, True)
    assert [example.labels for example in rows_of(tmp_path)][:3] == [("退款", "物流"), ("物流",), ()]


def test_labels_called_none_stay_labels(labkit: Command, tmp_path: Path):
    labels = ["None", "NA", "null", "nan", "NULL", "N/A"] * 2
    found = made(labkit, tmp_path, labelled(*labels), "--keep-labels")
    assert found["labels"] == dict.fromkeys(labels, 2)
    assert [example.labels for example in rows_of(tmp_path)] == [(label,) for label in labels]
    assert [d.label for d in open_scene(tmp_path / "scene").prompt("v1").definitions] == labels[:6]


@pytest.mark.parametrize("name", ["posts.csv", "posts.jsonl", "posts.xlsx"])
def test_ids_stay_text(labkit: Command, tmp_path: Path, name: str):
    from labkit.tables import write_table

    ids = ["00123", "123", "4900000000000000001", "4900000000000000002", "1e5", "True", "2026-01-02", "-1", "+86"]
    write_table(tmp_path / name, ["id", "text", "label"], [(id_, post(k), "ab"[k % 2]) for k, id_ in enumerate(ids)])
    code, _, err = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / name)
    assert code == 0, err
    assert [example.id for example in rows_of(tmp_path)] == ids


def test_numbers_in_json_keep_every_digit(labkit: Command, tmp_path: Path):
    lines = [f'{{"id": 490000000000000000{k}, "text": "{post(k)}", "label": {k % 2}}}' for k in range(8)]
    made(labkit, tmp_path, "\n".join(lines), name="a.jsonl")
    assert [example.id for example in rows_of(tmp_path)] == [f"490000000000000000{k}" for k in range(8)]


@pytest.mark.parametrize(("meaning", "gold"), [("none", ()), ("unlabelled", None)])
def test_empty_labels_mean_what_the_user_says(labkit: Command, tmp_path: Path, meaning: str, gold: tuple[()] | None):
    labels = ["a", "b", ""] * 4
    found = made(labkit, tmp_path, labelled(*labels), "--empty-labels", meaning)
    assert found["empty_labels"] == {"rows": 4, "read_as": meaning}
    assert [example.labels for example in rows_of(tmp_path)] == [(x,) if x else gold for x in labels]
    assert open_scene(tmp_path / "scene").task.allow_none == (meaning == "none")


def test_rows_without_labels_are_kept_and_said_aloud(labkit: Command, tmp_path: Path):
    (tmp_path / "a.csv").write_text(labelled(*["a", "b", ""] * 4), encoding="utf-8")
    code, out, _ = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / "a.csv")
    assert (code, len(rows_of(tmp_path))) == (0, 12)
    assert "4 empty label cells read as: not labelled yet, kept in the pool" in out


def test_a_split_column_decides(labkit: Command, tmp_path: Path):
    words = ["train", "验证集", "TEST", "train"] * 3
    rows = [f"{post(k)},{'ab'[k % 2]},{word}" for k, word in enumerate(words)]
    found = made(labkit, tmp_path, "\n".join(["text,label,split", *rows]))
    assert (found["splits"], found["splits_from"]) == ({"pool": 6, "dev": 3, "test": 3}, "column")
    assert [example.split for example in rows_of(tmp_path)][:3] == ["pool", "dev", "test"]


def test_hostile_cells_reach_the_terminal_without_their_controls(labkit: Command, tmp_path: Path):
    text = labelled(*["=1+1", "<b>"] * 6, head="text,label")
    (tmp_path / "a.csv").write_text(text.replace(post(0), "\x1b]0;own\x07\u202epost"), encoding="utf-8")
    code, out, err = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / "a.csv")
    assert not {"\x1b", "\x07", "\u202e"} & set(out + err)
    assert (code, "own" in out) == (0, True)


# --- bad input ----------------------------------------------------------------------------------------------------


def nothing(folder: Path) -> None:
    return


def file(text: str | bytes, name: str = "posts.csv") -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


GOOD = as_csv(RECORDS)
TWICE = GOOD.replace("00003", "00001")
SPLITS = "\n".join(["text,label,split", *(f"{post(k)},a,{'train' if k else 'trian'}" for k in range(8))])
SUBTASKS = "\n".join(["text,label,subtask", *(f"{post(k)},a,{'xy'[k % 2]}" for k in range(8))])
POSTS = ("--examples", "{folder}/posts.csv")
BAD: dict[str, tuple[Callable[[Path], object], tuple[str, ...], tuple[str, ...]]] = {
    "missing file": (nothing, POSTS, ("There is no file", "posts.csv", "Check the path")),
    "missing test file": (file(GOOD), (*POSTS, "--test", "{folder}/t.csv"), ("There is no file", "t.csv")),
    "empty file": (file(""), POSTS, ("posts.csv is empty", "Export it again")),
    "blank file": (file("\n \n"), POSTS, ("posts.csv",)),
    "only a header": (file("id,text,label\n"), POSTS, ("posts.csv has a header and no row",)),
    "unknown text column": (file(GOOD), (*POSTS, "--text", "txt"), ("'txt'", "Did you mean 'text'")),
    "unknown label column": (file(GOOD), (*POSTS, "--labels", "lable"), ("'lable'", "Did you mean 'label'")),
    "unknown id column": (file(GOOD), (*POSTS, "--id", "idd"), ("'idd'", "Did you mean 'id'")),
    "duplicate ids": (file(TWICE), POSTS, ("'00001'", "line 3", "line 5", "--id")),
    "blank post": (file(GOOD.replace(post(3), "  ")), POSTS, ("no text", "line 5", "--text")),
    "no labels": (file("text,c\n" + "".join(f"{post(k)},{k}\n" for k in range(9))), POSTS, ("--labels COLUMN",)),
    "empty labels": (file(labelled(*[""] * 9)), POSTS, ("No row has a label", "--labels")),
    "control in a label": (file(labelled(*["\x1b[2Jx", "b"] * 6)), POSTS, ("line 2", "too long for a label, or has")),
    "unknown split": (file(SPLITS), POSTS, ("'trian'", "line 2", "pool (or train), dev, test or traffic")),
    "label in two subtasks": (file(SUBTASKS), POSTS, ("'a'", "'x'", "'y'")),
    "ragged row": (file(GOOD + "1,2\n"), POSTS, ("line 26", "2 cells", "3 columns")),
    "column twice": (file("id,text,text\n1,a,b\n"), POSTS, ("posts.csv", "'text'")),
    "not text": (file(b"id,text\n\xff\xff\xfe,\x81\n"), POSTS, ("line 2", "Save the file as UTF-8")),
    "NUL": (file(GOOD.replace("00003", "0\x003")), POSTS, ("line 5", "NUL")),
    "broken JSON": (
        file('[{"text": "a"}, {"text": ]', "a.json"),
        ("--examples", "{folder}/a.json"),
        ("a.json line 1", "not valid JSON"),
    ),
    "cut JSON": (file('[{"text": "a"}', "a.json"), ("--examples", "{folder}/a.json"), ("a.json", "Complete the file")),
    "no workbook": (file("PK", "a.xlsx"), ("--examples", "{folder}/a.xlsx"), ("a.xlsx",)),
    "no parquet": (file("PAR1", "a.parquet"), ("--examples", "{folder}/a.parquet"), ("a.parquet",)),
    "unknown suffix": (file("x", "a.pdf"), ("--examples", "{folder}/a.pdf"), ("a.pdf", ".csv")),
    "a folder": (nothing, ("--examples", "{folder}"), ("holds no dataset",)),
    "too few rows": (file("text,label\nabc,x\nxyz,y\n"), POSTS, ("cannot fill",)),
    "hostile name": (file(GOOD), (*POSTS, "--name", "../x"), ("'../x' cannot be the name of a scene",)),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_writes_nothing(
    labkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
):
    prepare, words, hints = BAD[case]
    prepare(tmp_path)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("labkit.cli.output.PATIENCE_S", 60)  # on a busy machine two seconds pass
    code, out, err = labkit(
        "new", "--yes", tmp_path / "scene", *(word.replace("{folder}", str(tmp_path)) for word in words)
    )
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("labkit: ")
    assert all(hint in err for hint in hints), err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("words", [(), ("--empty-labels", "maybe"), ("--no-such-option",)])
def test_a_wrong_command_line_is_exit_code_2_and_writes_nothing(labkit: Command, tmp_path: Path, words: tuple[str]):
    write_csv(tmp_path / "posts.csv")
    examples = ("--examples", tmp_path / "posts.csv") if words else ()
    assert labkit("new", "--yes", tmp_path / "scene", *examples, *words)[0] == 2
    assert not (tmp_path / "scene").exists()


def test_a_taken_folder_is_left_alone(labkit: Command, tmp_path: Path):
    write_csv(tmp_path / "posts.csv")
    (tmp_path / "scene").mkdir()
    (tmp_path / "scene/mine.txt").write_text("mine")
    code, _, err = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / "posts.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert "exists already and is not empty" in err
    assert [path.name for path in (tmp_path / "scene").iterdir()] == ["mine.txt"]


# --- as users meet it ---------------------------------------------------------------------------------------------


def test_the_command_as_it_is_typed(tmp_path: Path):
    write_csv(tmp_path / "posts.csv")
    words = [sys.executable, "-m", "labkit", "new", "评论", "--yes", "--examples", "posts.csv"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    assert (done.returncode, open_scene(tmp_path / "评论").task.name) == (0, "评论"), done.stderr
    assert "python -m labkit evaluate 评论 --prompt v1 --model definition-reader" in done.stderr
    again = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (2, "", 1)


def test_long_work_says_what_it_is_busy_with(labkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.cli.output.PATIENCE_S", 0)
    write_csv(tmp_path / "posts.csv")
    code, out, err = labkit("new", "--yes", tmp_path / "scene", "--examples", tmp_path / "posts.csv", "--json")
    assert (code, json.loads(out)["rows"]) == (0, 24)
    assert "Finding near duplicates and splits among 24 rows" in err


def test_banking77(labkit: Command, tmp_path: Path, test_data: Path):
    source = test_data / "banking77"
    words = ("--examples", source / "train.csv", "--test", source / "test.csv", "--json")
    code, out, err = labkit("new", "--yes", tmp_path / "scene", *words)
    found = json.loads(out)
    assert (code, found["rows"], len(found["labels"]), found["splits"]["test"]) == (0, 13_083, 77, 3_080), err
    assert (found["columns"]["labels"], found["language"]) == (["category"], "en")
    assert (found["repetitions"]["duplicates"], found["repetitions"]["leaked"]) == (12, 7)
    evaluated = ("evaluate", tmp_path / "scene", "--prompt", "v1", "--model", "linear", "--limit", 40, "--json")
    code, out, err = labkit(*evaluated)
    assert (code, json.loads(out)["counts"]["answered"]) == (0, 40), err
    assert json.loads(out)["scores"]["accuracy"]["value"] > 0.6


@pytest.mark.parametrize(
    ("domain", "rows", "labels", "without"), [("banking", 2_071, 48, 88), ("hotels", 1_009, 40, None)]
)
def test_nlupp(
    labkit: Command, tmp_path: Path, test_data: Path, domain: str, rows: int, labels: int, without: int | None
):
    folds = sorted((test_data / "nlupp" / domain).glob("fold*.json"))
    code, out, err = labkit("new", "--yes", tmp_path / "scene", "--examples", *folds, "--json")
    found = json.loads(out)
    assert (code, found["rows"], len(found["labels"]), found["multi_label"]) == (0, rows, labels, True), err
    gold = [example.labels for example in rows_of(tmp_path)]
    assert None not in gold
    if without is not None:
        assert gold.count(()) == without
        assert round(sum(map(len, gold)) / rows, 2) == 2.25


def test_tnews(labkit: Command, tmp_path: Path, test_data: Path):
    source = test_data / "tnews"
    files = (source / "train_few_all.json", source / "dev_few_all.json", "--test", source / "test_public.json")
    code, out, err = labkit("new", "--yes", tmp_path / "scene", "--examples", *files, "--json")
    found = json.loads(out)
    assert (code, found["rows"], len(found["labels"])) == (0, 1_185 + 1_098 + 2_010, 15), err
    assert (found["language"], found["columns"]["labels"], found["columns"]["text"]) == (
        "zh",
        ["label_desc"],
        "sentence",
    )
    assert Counter(example.split for example in rows_of(tmp_path))["test"] == 2_010


def test_label_names_alone_make_a_scene_that_grows(labkit: Command, tmp_path: Path):
    """Only names, then posts, then labels: at every moment status says the one next step."""
    scene, sheet = tmp_path / "bare", tmp_path / "queue.xlsx"
    code, _, err = labkit("new", scene, "--label", "物流", "--label", "退款", "--yes", "--json")
    assert (code, err) == (0, "")
    assert "labkit add" in json.loads(labkit("status", scene, "--json")[1])["next"]["command"]
    posts = "".join(f"{k},{'快递没到' if k % 2 else '要求退款'}第{k}单\n" for k in range(40))
    (tmp_path / "posts.csv").write_text(f"id,text\n{posts}", "utf-8")
    code, out, _ = labkit("add", scene, "--examples", tmp_path / "posts.csv", "--json")
    assert (code, json.loads(out)["added"]) == (0, 40)
    assert "labkit queue" in json.loads(labkit("status", scene, "--json")[1])["next"]["command"]
    assert json.loads(labkit("queue", scene, "--output", sheet, "--json")[1])["rows"] == 40
    table = read_table(sheet)
    rows = [(row["id"], row["text"], "物流" if int(row["id"]) % 2 else "退款", "") for row in table.rows]
    write_table(sheet, table.columns, rows)
    done = json.loads(labkit("add", scene, "--examples", sheet, "--json")[1])
    assert (done["added"], done["labelled"], done["parted"]) == (0, 40, True)
    code, out, _ = labkit("evaluate", scene, "--prompt", "v1", "--model", "linear", "--json")
    assert (code, json.loads(out)["counts"]["pending"]) == (0, 0)


def test_add_names_what_contradicts_the_scene(labkit: Command, apart: Scene, tmp_path: Path):
    (tmp_path / "posts.csv").write_text("id,text,labels\nr00,别的帖子,物流\n", "utf-8")
    code, _, err = labkit("add", apart.path, "--examples", tmp_path / "posts.csv")
    assert (code, "other posts" in err) == (2, True)
