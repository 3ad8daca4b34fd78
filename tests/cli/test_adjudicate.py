"""`labkit adjudicate` and `labkit decide`: the queue and its decisions without a notebook."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    rows = tiny_examples()
    copy = replace(rows[0], id="copy", labels=("质量",), items=("快递五天没动静",), group="other")
    return create_scene(tmp_path / "tiny", TINY_TASK, (*rows, copy), tiny_prompts())


def test_the_queue_is_listed_decided_and_taken_back(labkit: Command, scene: Scene):
    code, out, _ = labkit("adjudicate", scene.path, "--json")
    said = json.loads(out)
    item = said["items"][0]
    assert (code, item["kind"], item["rows"], item["state"]) == (0, "conflict", ["pool-00", "copy"], "open")
    assert set(said["not_examined"]) == {"label", "hard", "style"}
    assert said["residual_noise"] == {"judged": 0, "wrong": 0, "skipped": 0, "share": None, "clean": None}
    listed = labkit("adjudicate", scene.path)[1]
    assert f"python -m labkit decide {scene.path} {item['id']} keep|relabel|drop|skip" in listed
    code, out, _ = labkit("decide", scene.path, item["id"], "relabel", "物流", "--reason", "same", "--annotator", "ann")
    assert (code, out.strip()) == (0, f"{item['id']} (pool-00, copy): relabelled: 物流")
    assert "conflict: 0 open, 1 decided" in labkit("adjudicate", scene.path)[1]
    undone = json.loads(labkit("decide", scene.path, "undo", "--annotator", "ann", "--json")[1])
    assert (undone["action"], undone["state"]) == ("undo", "open")


def test_posts_can_be_read_whole_with_personal_data_masked(labkit: Command, scene: Scene):
    long = "杯子到手就是裂的，" * 12 + "打13812345678"
    rows = [replace(row, items=(long,)) if row.id in ("pool-00", "copy") else row for row in scene.examples("all")]
    other = create_scene(scene.path.parent / "long", TINY_TASK, rows, tiny_prompts())
    (item,) = json.loads(labkit("adjudicate", other.path, "--kind", "conflict", "--json")[1])["items"]
    whole = long.replace("13812345678", "[手机号1]")
    assert item["posts"] == {row: [whole] for row in item["rows"]}
    told = f"python -m labkit adjudicate {other.path} --item {item['id']}"
    assert told in labkit("adjudicate", other.path)[1]
    shown = labkit("adjudicate", other.path, "--item", item["id"])[1]
    assert shown.count(whole) == 2
    assert item["reasons"][0] in shown
    code, _, err = labkit("adjudicate", other.path, "--item", "nothing")
    assert (code, "There is no item 'nothing'" in err) == (2, True)


def read_and_decide(labkit: Command, *words: object) -> list[str]:
    """The commands that a list advises, which are typed as they stand."""
    told = re.findall(r"python -m labkit (\S+ .*?)(?: keep\|.*)?$", labkit("adjudicate", *words)[1], re.MULTILINE)
    read, decide = map(shlex.split, told)
    assert labkit(*read)[0] == 0, read
    assert labkit(*decide, "keep")[0] == 0, decide
    return [*read, *decide]


def test_what_the_list_advises_works_for_the_random_check_and_for_a_dataset(labkit: Command, apart: Scene):
    assert labkit("select", apart.path, "--budget", 6, "--name", "a set")[0] == 0
    assert "--dataset" not in read_and_decide(labkit, apart.path, "--spot", 2, "--kind", "spot")
    words = (apart.path, "--dataset", "a set", "--spot", 1, "--kind", "spot", "--annotator", "Mr Lin", "--overlap", "1")
    said = read_and_decide(labkit, *words)
    assert (said.count("a set"), said.count("Mr Lin"), said.count("--overlap")) == (2, 2, 2)


def test_posts_of_one_row_are_told_apart_and_reasons_masked(labkit: Command, scene: Scene):
    several = ("快递五天没动静\n打13812345678", "打13987654321问过")
    rows = [replace(row, items=several) if row.id == "pool-01" else row for row in tiny_examples()]
    other = create_scene(scene.path.parent / "several", TINY_TASK, rows, tiny_prompts())
    assert labkit("enqueue", other.path, "pool-01", "--reason", "13987654321 rang again")[0] == 0
    (item,) = json.loads(labkit("adjudicate", other.path, "--kind", "sent", "--json")[1])["items"]
    shown = labkit("adjudicate", other.path, "--item", item["id"])[1]
    assert "  Post 1:\n  快递五天没动静\n  打[手机号1]\n  Post 2:\n  打[手机号2]问过\n" in shown
    assert "[手机号2] rang again" in shown
    assert "13987654321" not in shown + json.dumps(item)


def test_taking_back_gathers_no_queue(labkit: Command, scene: Scene, monkeypatch: pytest.MonkeyPatch):
    item = json.loads(labkit("adjudicate", scene.path, "--json")[1])["items"][0]["id"]
    assert labkit("decide", scene.path, item, "drop", "--annotator", "ann")[0] == 0

    def gathered(*_: object) -> None:
        raise AssertionError("the whole pool was looked through again")

    monkeypatch.setattr("labkit.adjudications.build_queue", gathered)
    code, out, _ = labkit("decide", scene.path, "undo", "--annotator", "ann", "--json")
    assert (code, json.loads(out)["item"], json.loads(out)["action"]) == (0, item, "undo")


def test_a_second_person_is_waited_for(labkit: Command, scene: Scene):
    item = json.loads(labkit("adjudicate", scene.path, "--json")[1])["items"][0]["id"]
    out = labkit("decide", scene.path, item, "drop", "--annotator", "ann", "--overlap", "1")[1]
    assert "It counts once a second person decides alike." in out
    assert "conflict: 1 wait for a second person" in labkit("adjudicate", scene.path, "--annotator", "ann")[1]


def test_the_random_check_tells_what_is_left(labkit: Command, scene: Scene):
    listed = json.loads(labkit("adjudicate", scene.path, "--spot", "4", "--kind", "spot", "--json")[1])["items"]
    assert len(listed) == 4
    for item in listed[:3]:
        labkit("decide", scene.path, item["id"], "keep")
    labkit("decide", scene.path, listed[3]["id"], "drop")
    assert "1 of 4 labels wrong, 25.0%" in labkit("adjudicate", scene.path, "--spot", "4")[1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["adjudicate", "{dir}", "--kind", "mood"], "There is no kind of item 'mood'"),
        (["decide", "{dir}", "nothing", "keep"], "There is no item 'nothing'"),
        (["decide", "{dir}", "nothing"], "There is no action ''"),
        (["decide", "{dir}", "nothing", "keep", "物流"], "The labels do not fit 'keep'"),
        (["decide", "{dir}", "nothing", "relabel"], "The labels do not fit 'relabel'"),
        (["decide", "{dir}", "undo"], "has decided nothing"),
    ],
)
def test_bad_input_is_one_line(labkit: Command, scene: Scene, words: list[str], problem: str):
    code, out, err = labkit(*(word.format(dir=scene.path) for word in words))
    assert (code, out) == (2, "")
    assert problem in err.splitlines()[-1]
    assert scene.decisions() == ()


def test_hostile_posts_and_names_stay_text(labkit: Command, scene: Scene):
    rows = (*scene.rows, replace(scene.rows[0], id="\x1b[2Jx", labels=("退款",), items=("快递五天没动静",), group="z"))
    hostile = create_scene(scene.path.parent / "hostile", TINY_TASK, rows, tiny_prompts())
    item = json.loads(labkit("adjudicate", hostile.path, "--json")[1])["items"][0]["id"]
    for said in (labkit("adjudicate", hostile.path)[1], labkit("decide", hostile.path, item, "drop")[1]):
        assert "\x1b" not in said


def test_personal_data_is_masked_in_the_list(labkit: Command, scene: Scene, tmp_path: Path):
    rows = (*tiny_examples(), replace(tiny_examples()[0], id="phone", items=("打13812345678给我退款",), group="x"))
    held = create_scene(tmp_path / "phones", TINY_TASK, rows, tiny_prompts())
    out = labkit("adjudicate", held.path)[1]
    assert "打[手机号1]给我退款" in out
    assert "13812345678" not in out
