"""`labkit new` as a conversation: what is shown, the yes, and the three ways a scene arrives."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from labkit.workspace import open_scene
from tests.cli.conftest import TOPICS, Command, post


class Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch):
    """Sets what is typed at the terminal."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def posts(folder: Path, head: str = "id,text,label", *, labels: tuple[str, ...] = tuple(TOPICS)) -> Path:
    rows = [f"{k},{post(k)},{labels[k % len(labels)]}" for k in range(36)]
    return write(folder / "posts.csv", "\n".join([head, *rows]) + "\n")


def test_nothing_is_written_without_a_terminal_and_without_yes(labkit: Command, tmp_path: Path):
    words = ("new", tmp_path / "s", "--examples", posts(tmp_path))
    code, out, err = labkit(*words)
    assert (code, "36 rows" in out, (tmp_path / "s").exists()) == (2, True, False)
    assert "Nobody is there to say yes" in err
    assert "Add --yes" in err
    code, out, err = labkit(*words, "--json")
    assert (code, out, (tmp_path / "s").exists()) == (2, "", False)


@pytest.mark.parametrize(("answer", "exists"), [("y", True), ("", True), ("n", False)])
def test_a_person_is_asked_and_no_is_no(labkit: Command, tmp_path: Path, answering, answer: str, exists: bool):
    answering(answer)
    code, out, err = labkit("new", tmp_path / "s", "--examples", posts(tmp_path))
    assert (code, (tmp_path / "s").exists()) == (0 if exists else 1, exists), err
    assert "Write this scene to" in out
    assert ("Nothing was written." in out) is not exists


def test_a_person_is_asked_for_columns_that_are_unclear(labkit: Command, tmp_path: Path, answering):
    rows = [f"{post(k)},{'ab'[k % 2]},{'xyz'[k % 3]}" for k in range(36)]
    path = write(tmp_path / "posts.csv", "\n".join(["c1,c2,c3", *rows]) + "\n")
    answering("3", "y")
    code, out, err = labkit("new", tmp_path / "s", "--examples", path)
    assert (code, set(open_scene(tmp_path / "s").task.labels)) == (0, {"x", "y", "z"}), err
    assert "3  'c3'" in out


@pytest.mark.parametrize(("answer", "labels"), [("y", 2), ("n", 3)])
def test_a_person_decides_on_labels_that_look_alike(
    labkit: Command, tmp_path: Path, answering, answer: str, labels: int
):
    answering(answer, "y")
    path = posts(tmp_path, labels=("Refund", "refund", "late"))
    code, out, err = labkit("new", tmp_path / "s", "--examples", path)
    assert (code, len(open_scene(tmp_path / "s").task.labels)) == (0, labels), err
    assert "'Refund' / 'refund'" in out


def test_without_a_person_labels_that_look_alike_need_a_word(labkit: Command, tmp_path: Path):
    path = posts(tmp_path, labels=("Refund", "refund", "late"))
    code, _, err = labkit("new", tmp_path / "s", "--examples", path, "--yes")
    assert (code, (tmp_path / "s").exists()) == (2, False)
    assert "Add --merge-labels to make them one, or --keep-labels" in err
    code, out, _ = labkit("new", tmp_path / "s", "--examples", path, "--merge-labels", "--yes", "--json")
    assert (code, json.loads(out)["merged_labels"]) == (0, {"refund": "Refund"})


def test_what_was_understood_is_said_in_both_languages(labkit: Command, tmp_path: Path, monkeypatch):
    rows = [f"{k},u{k % 90},{post(k)},{'物流 ' if k == 3 else tuple(TOPICS)[k % 3]}" for k in range(360)]
    path = write(tmp_path / "p.csv", "\n".join(["id,用户,text,label", *rows, f"x,u1,{post(0)},退款"]) + "\n")
    code, out, err = labkit("new", tmp_path / "a", "--examples", path, "--yes")
    assert code == 0, err
    for said in (
        "p.csv: 361 rows, utf-8",
        "author = 用户",
        "3 labels, one a row, language zh",
        "'物流 ' lost its outer spaces in 1 row",
        "90 authors",
        "% power",
        "300 rows show 5.8 points, 1,000 show 3.1",
        "The test rows are frozen",
        "The bar is assumed: accuracy 0.80",
    ):
        assert said in out
    monkeypatch.setenv("LABKIT_LANG", "zh")
    code, out, _ = labkit("new", tmp_path / "b", "--examples", path, "--yes")
    for said in ("作者 = 用户", "3 个标签", "90 位作者", "测试样本已冻结", "300 条能看出 5.8 个百分点"):
        assert said in out


def test_a_guessed_encoding_shows_rows_to_look_at(labkit: Command, tmp_path: Path):
    path = posts(tmp_path)
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    code, out, _ = labkit("new", tmp_path / "s", "--examples", path, "--yes")
    assert (code, out.count("  快递没到"), "The encoding was guessed" in out) == (0, 2, True)
    code, out, _ = labkit("new", tmp_path / "t", "--examples", path, "--encoding", "gbk", "--yes")
    assert (code, "gbk" in out) == (0, True)


def test_title_and_text_are_one_post_and_numbered_columns_are_several(labkit: Command, tmp_path: Path):
    rows = [f"标题{k},{post(k)},{tuple(TOPICS)[k % 3]}" for k in range(36)]
    path = write(tmp_path / "a.csv", "\n".join(["标题,正文,标签", *rows]))
    code, _, err = labkit("new", tmp_path / "a", "--examples", path, "--text", "标题", "--text", "正文", "--yes")
    assert (code, open_scene(tmp_path / "a").rows[0].items) == (0, (f"标题: 标题0 正文: {post(0)}",)), err
    rows = [f"{post(k)},{post(k + 50) if k % 2 else ''},{tuple(TOPICS)[k % 3]}" for k in range(36)]
    path = write(tmp_path / "b.csv", "\n".join(["微博1,微博2,标签", *rows]))
    code, out, err = labkit("new", tmp_path / "b", "--examples", path, "--yes")
    assert (code, [len(row.items) for row in open_scene(tmp_path / "b").rows[:2]]) == (0, [1, 2]), err
    assert "each holds one post of the row" in out


def test_rows_of_one_user_become_one_example(labkit: Command, tmp_path: Path):
    rows = [f"{k},u{k % 12},{post(k)},2026-05-{28 - k // 12:02d},{tuple(TOPICS)[k % 3]}" for k in range(36)]
    path = write(tmp_path / "a.csv", "\n".join(["id,user_id,text,time,label", *rows]))
    words = ("new", tmp_path / "s", "--examples", path, "--items-by", "user_id", "--yes")
    code, out, err = labkit(*words)
    assert code == 0, err
    first = open_scene(tmp_path / "s").rows[0]
    assert (first.id, first.items) == ("u0", (post(24), post(12), post(0)))
    assert "36 rows became 12 examples by user_id" in out


def of_users(folder: Path, head: str, last: str, *, labels: tuple[str, ...] = tuple(TOPICS)) -> Path:
    """36 posts of 12 users, three each, all of one label; `last` is the fourth cell, made from the row's number."""
    rows = [f"u{k % 12},{post(k)},{labels[k % 12 % len(labels)]},{last.format(30 - k // 12)}" for k in range(36)]
    return write(folder / "posts.csv", "\n".join([head, *rows]) + "\n")


def test_a_column_of_times_under_another_name_orders_the_posts(labkit: Command, tmp_path: Path, monkeypatch):
    path = of_users(tmp_path, "user_id,text,label,发帖时间", "2026/4/{} 10:00")
    words = ("--examples", path, "--items-by", "user_id", "--yes")
    code, out, err = labkit("new", tmp_path / "s", *words)
    assert (code, open_scene(tmp_path / "s").rows[0].items) == (0, (post(24), post(12), post(0))), err
    assert "time = 发帖时间" in out
    assert "Their posts stand in time order\n" in out
    assert "--time COLUMN" not in out
    monkeypatch.setenv("LABKIT_LANG", "zh")
    path.write_text(path.read_text("utf-8").replace("2026/4/29 10:00", "昨天", 1), "utf-8")
    out = labkit("new", tmp_path / "t", *words)[1]
    assert "按时间排列；其中 1 个样本有时间缺失或无法识别" in out


def test_without_a_column_of_times_no_order_of_time_is_claimed(labkit: Command, tmp_path: Path, monkeypatch):
    path = of_users(tmp_path, "user_id,text,label,channel", "app{}")
    words = ("--examples", path, "--items-by", "user_id", "--yes")
    out = labkit("new", tmp_path / "s", *words)[1]
    assert "No column of times was found, so their posts keep the file's order (name one with --time COLUMN)" in out
    assert "time order" not in out
    monkeypatch.setenv("LABKIT_LANG", "zh")
    out = labkit("new", tmp_path / "t", *words)[1]
    assert "没有找到时间列，样本内的帖子保持文件中的顺序" in out
    assert "按时间排列" not in out


def test_a_user_of_several_labels_that_makes_the_scene_multi_label_is_said(
    labkit: Command, tmp_path: Path, monkeypatch
):
    path = of_users(tmp_path, "user_id,text,label,channel", "app{}")
    lines = path.read_text("utf-8").splitlines()
    lines[13] = f"u0,{post(12)},{tuple(TOPICS)[1]},app"
    write(path, "\n".join(lines))
    words = ("--examples", path, "--items-by", "user_id", "--yes")
    out = labkit("new", tmp_path / "s", *words)[1]
    assert "1 example joined rows with different labels, first at posts.csv line 14; they carry all of them" in out
    assert "That alone makes the scene multi-label" in out
    monkeypatch.setenv("LABKIT_LANG", "zh")
    out = labkit("new", tmp_path / "t", *words)[1]
    assert "1 个样本合并了标签不同的行，首个在 posts.csv 第 14 行" in out
    assert "场景因此才变成多标签" in out


def test_repeated_ids_and_blank_posts_go_on_only_when_told(labkit: Command, tmp_path: Path):
    path = posts(tmp_path)
    write(path, path.read_text("utf-8") + f"1,{post(90)},物流\n99,  ,物流\n")
    assert labkit("new", tmp_path / "s", "--examples", path, "--yes")[0] == 2
    told = ("--duplicate-ids", "suffix", "--blank-posts", "skip")
    code, out, _ = labkit("new", tmp_path / "s", "--examples", path, *told, "--yes")
    assert (code, "1 row repeated an id" in out, "1 row without text left out: posts.csv line 39" in out) == (
        0,
        True,
        True,
    )
    assert "1-2" in [row.id for row in open_scene(tmp_path / "s").rows]


def test_a_dash_says_that_there_is_no_such_column(labkit: Command, tmp_path: Path):
    path = posts(tmp_path)
    words = ("--id", "-", "--labels", "-", "--label", "物流", "--label", "退款")
    code, _, err = labkit("new", tmp_path / "s", "--examples", path, *words, "--yes")
    scene = open_scene(tmp_path / "s")
    assert (code, scene.rows[0].id, scene.rows[0].labels) == (0, "row00001", None), err
    assert {row.split for row in scene.rows} == {"pool"}
    assert "python -m labkit queue" in err


def test_a_scene_with_labels_and_no_posts(labkit: Command, tmp_path: Path):
    code, out, err = labkit("new", tmp_path / "s", "--label", "物流", "--label", "退款", "--multi-label", "--yes")
    scene = open_scene(tmp_path / "s")
    assert (code, scene.task.multi_label, scene.prompt("v1").name) == (0, True, "v1"), err
    assert "No posts yet" in out
    assert labkit("status", tmp_path / "s")[0] == 0


def test_a_scene_with_posts_and_the_prompt_of_the_business(labkit: Command, tmp_path: Path):
    prompt = write(tmp_path / "p.txt", "标签：\n- 物流：快递的问题\n- 退款：要求退钱\n只输出标签名。\n微博：{text}\n")
    words = ("new", tmp_path / "s", "--examples", posts(tmp_path), "--prompt", prompt, "--yes")
    code, out, err = labkit(*words)
    assert code == 0, err
    assert "Your prompt of 5 lines was taken apart: 2 labels, 2 of them defined" in out
    assert "4 (answer format)  只输出标签名。" in out
    assert "Labels without a definition: 质量" in out
    words = ("evaluate", tmp_path / "s", "--prompt", "v1", "--model", "definition-reader", "--json")
    code, out, err = labkit(*words)
    assert (code, json.loads(out)["rows"] > 0) == (0, True), err


def test_lines_that_still_speak_of_a_format_are_shown_with_the_contract_they_may_contradict(
    labkit: Command, tmp_path: Path, monkeypatch
):
    prompt = write(
        tmp_path / "p.txt", "标签：\n- 物流：快递的问题\n- 退款：要求退钱\n别忘了 JSON 的引号。\n微博：{text}\n"
    )
    words = ("--examples", posts(tmp_path), "--prompt", prompt, "--yes")
    out = labkit("new", tmp_path / "s", *words)[1]
    assert "1 line still speaks of a format. They may contradict labkit's own answer contract" in out
    assert '"labels": [...]' in out
    assert "  4  别忘了 JSON 的引号。" in out
    monkeypatch.setenv("LABKIT_LANG", "zh")
    out = labkit("new", tmp_path / "t", *words)[1]
    assert "有 1 行仍提到格式，可能与 labkit 自己的作答约定矛盾" in out
    assert "  4  别忘了 JSON 的引号。" in out
    found = json.loads(labkit("new", tmp_path / "u", *words, "--json")[1])
    assert found["prompt"]["format_lines"] == [{"line": 4, "text": "别忘了 JSON 的引号。"}]


def test_dev_rows_drawn_from_the_pool_are_said_where_the_files_name_no_dev(
    labkit: Command, tmp_path: Path, monkeypatch
):
    words = [f"{post(k)},{tuple(TOPICS)[k % 3]},{'test' if k % 3 == 1 else 'train'}" for k in range(60)]
    path = write(tmp_path / "p.csv", "\n".join(["text,label,split", *words]))
    code, out, err = labkit("new", tmp_path / "s", "--examples", path, "--yes")
    dev = sum(row.split == "dev" for row in open_scene(tmp_path / "s").rows)
    assert (code, f"No row is dev there: {dev} of the 40 pool rows were drawn to be dev" in out) == (0, True), err
    monkeypatch.setenv("LABKIT_LANG", "zh")
    out = labkit("new", tmp_path / "t", "--examples", path, "--yes")[1]
    assert f"其中没有 dev：从 40 条 pool 中抽出 {dev} 条作 dev" in out
    assert json.loads(labkit("new", tmp_path / "u", "--examples", path, "--yes", "--json")[1])["dev_drawn"] == dev
    path.write_text(path.read_text("utf-8").replace(",train", ",dev", 9), "utf-8")
    assert "作 dev" not in labkit("new", tmp_path / "v", "--examples", path, "--yes")[1]


def test_json_has_the_prompt_the_power_and_what_was_frozen(labkit: Command, tmp_path: Path):
    prompt = write(tmp_path / "p.txt", "标签：\n- 物流：快递的问题\n- 退款：要求退钱\n只输出标签名。\n微博：{text}\n")
    words = ("new", tmp_path / "s", "--examples", posts(tmp_path), "--prompt", prompt, "--yes", "--json")
    found = json.loads(labkit(*words)[1])
    assert found["prompt"]["rest"] == [{"line": 4, "text": "只输出标签名。", "why": "format"}]
    assert found["test_sha256"] == open_scene(tmp_path / "s").task.test_sha256
    assert set(found["power"]) == {"dev", "test"}
    assert found["undefined_labels"] == ["质量"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--encoding", "klingon"), "There is no text encoding 'klingon'"),
        (("--prompt", "{}/missing.txt"), "There is no file"),
        (("--definitions", "{}/missing.csv"), "There is no file"),
        (("--items-by", "nobody"), "'nobody'"),
        (("--text", "text", "--text", "no"), "'no'"),
    ],
)
def test_an_option_that_fits_nothing_is_one_line(labkit: Command, tmp_path: Path, words: tuple[str, ...], said: str):
    path = posts(tmp_path)
    told = [word.format(tmp_path) for word in words]
    code, out, err = labkit("new", tmp_path / "s", "--examples", path, *told, "--yes", "--json")
    assert (code, out, err.count("\n"), (tmp_path / "s").exists()) == (2, "", 1, False), err
    assert said in err


def test_columns_that_play_no_part_and_rows_without_a_label_are_said(labkit: Command, tmp_path: Path):
    rows = [f"{post(k)},{int(k % 3 == 0)},{int(k % 3 == 1)},{k}" for k in range(60)]
    path = write(tmp_path / "p.csv", "\n".join(["text,退款,物流,转发数", *rows]) + "\n")
    code, out, err = labkit("new", tmp_path / "s", "--examples", path, "--labels", "退款", "--labels", "物流", "--yes")
    assert code == 0, err
    assert "Other columns, kept with each row: 转发数\n" in out
    assert "20 rows are marked with no label" in out
    meta = [example.meta for example in open_scene(tmp_path / "s").examples("all")]
    assert {entry["转发数"] for entry in meta} == {str(k) for k in range(60)}
