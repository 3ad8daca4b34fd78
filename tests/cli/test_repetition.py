"""What rows repeat is counted once: in one scene, audit, select, propose, new and split agree."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

SAID = [
    "快递停在中转站五天没有动静，客服只会说再等等",
    "退款申请提交了两个星期，至今没有到账也没人回复我",
    "新买的耳机左边没有声音，换了手机还是一样",
    "会员自动续费没有提醒，直接扣了我三个月的钱",
    "客服电话打了十几次都是忙音，在线客服也排不到",
    "包装盒被压扁了，里面的杯子碎成好几块",
    "优惠券明明没过期，结账的时候却说不能使用",
    "尺码比描述小了两号，穿不进去只能退货",
    "APP 更新之后一直闪退，重装了三遍也没用",
    "门店说可以上门安装，约好的时间没有人来",
]


def rows_of_a_file() -> list[tuple[str, str, str]]:
    """Text, label and split: copies in the pool with labels and without, and of dev and test rows."""
    rows = [(text, ("物流", "退款")[k % 2], "pool") for k, text in enumerate(SAID[:6])]
    rows += [(SAID[6], "退款", "dev"), (SAID[7], "物流", "test"), (SAID[8], "退款", "test")]
    rows += [(SAID[0] + "！", "物流", "pool"), (SAID[0] + "呀", "", "pool"), (SAID[9], "", "pool")]
    rows += [(SAID[9] + "。", "", "pool"), (SAID[6] + "呢", "退款", "pool"), (SAID[7] + "了", "", "pool")]
    quoted = "刚刚看到一条：" + SAID[8] + "，还有人说他的电脑也是这样，不知道什么时候能修好，等到花儿都谢了"
    return [*rows, (quoted, "退款", "pool"), (SAID[8] + "！", "物流", "test")]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("微博内容", "标签", "split"), *rows_of_a_file()])
    return path


def said_by(labkit: Command, *words: object) -> dict:
    code, out, err = labkit(*words, "--json")
    assert code in (0, 1), err
    return json.loads(out)


def finding(check: str, audit: dict) -> dict:
    return next(found for found in (*audit["findings"], *audit["passed"]) if found["check"] == check)


def test_all_commands_tell_one_story(labkit: Command, table: Path, tmp_path: Path):
    scene = tmp_path / "scene"
    new = said_by(labkit, "new", scene, table, "--empty-labels", "unlabelled", "--yes")["near_duplicates"]
    counted = {name: new[name] for name in ("rows", "groups", "repeats", "pool", "leaking", "copies", "distinct")}
    assert counted == {"rows": 17, "groups": 5, "repeats": 6, "pool": 13, "leaking": 3, "copies": 3, "distinct": 7}

    duplicates = finding("D02", said_by(labkit, "audit", scene))
    assert duplicates["repetition"] == counted
    assert duplicates["exact"] + duplicates["near"] + duplicates["alike"] == counted["repeats"]

    proposed = said_by(labkit, "propose", scene)
    chosen = said_by(labkit, "select", scene)["parameters"]["candidates"]
    assert chosen["leaking"] + len(proposed["leaking"]) == counted["leaking"]
    assert chosen["duplicates"] + len(proposed["copies"]) == counted["copies"]
    assert chosen["rows"] + len(proposed["rows"]) == counted["distinct"]
    assert chosen["rows"] + chosen["leaking"] + chosen["duplicates"] + chosen["unlabelled"] == counted["pool"]


def test_what_was_chosen_leaks_nothing(labkit: Command, table: Path, tmp_path: Path):
    scene = tmp_path / "scene"
    said_by(labkit, "new", scene, table, "--empty-labels", "unlabelled", "--yes")
    said_by(labkit, "select", scene)
    leakage = finding("D04", said_by(labkit, "audit", scene, "--dataset", "dataset-1"))
    assert (leakage["severity"], leakage["exact"], leakage["near"], leakage["dev"]) == ("ok", 0, 0, 0)


def test_split_counts_as_the_audit_does(labkit: Command, table: Path, tmp_path: Path):
    scene = tmp_path / "scene"
    said_by(labkit, "new", scene, table, "--empty-labels", "unlabelled", "--yes")
    parted = said_by(labkit, "split", scene, "--reason", "to see")["near_duplicates"]
    duplicates = finding("D02", said_by(labkit, "audit", scene))
    assert parted == duplicates["repetition"]
    assert (parted["groups"], parted["repeats"]) == (5, 6), "parting anew moves rows and changes no text"
