"""`labkit.audit`: files, scenes and datasets, with the known answers of real data."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import labkit
from labkit.auditing.exportable import check_export
from labkit.audits import scene_material
from labkit.datasets import select
from labkit.prompts import prompt_sha256
from labkit.workspace import Scene


def test_banking77_has_twelve_duplicates_and_seven_leaks(test_data: Path):
    said: list[str] = []
    files = test_data / "banking77"
    found = labkit.audit(files / "train.csv", test=files / "test.csv", progress=said.append)
    assert found.rows == 10_003 + 3_080
    assert found.finding("D02").counts["exact"] == 12
    assert found.finding("D04").counts["exact"] == 7
    assert found.blocked
    assert said[:2] == ["D01", "D02"]


def test_tnews_is_nearly_clean(test_data: Path):
    files = test_data / "tnews"
    found = labkit.audit(files / "train_few_all.json", test=files / "test_public.json")
    assert found.finding("D02").counts["exact"] == found.finding("D04").counts["exact"] == 0
    assert 1 <= found.finding("D04").counts["near"] <= 10
    assert found.finding("D11").severity == "not examined"


def test_the_columns_and_the_form_of_a_file_can_be_named(tmp_path: Path):
    path = tmp_path / "posts.csv"
    path.write_text("a,b,c\n快递慢,退款,物流;退款\n好用,退款,表扬\n", encoding="gbk")
    size = labkit.audit(path, text="a", labels=["c"], separator=";", form="labels").finding("D01")
    assert size.counts["labels"] == {"物流": 1, "退款": 1, "表扬": 1}


@pytest.mark.parametrize("form", ["alpaca", "chat"])
def test_a_prompt_before_each_post_makes_no_copies_and_hides_none(form: str, tmp_path: Path):
    draw = random.Random(0)
    posts = [
        "".join(draw.choices("快递退款手机屏幕发货物流降价优惠券电池充电包装售后电话投诉", k=12)) for _ in range(60)
    ]
    rows = [_taught(form, post, "物流") for post in [*posts, posts[3] + "！", posts[4]]] + [
        _taught(form, posts[5], "退款")
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    found = labkit.audit(path)
    duplicates = found.finding("D02").counts
    assert [duplicates[kind] for kind in ("exact", "near", "alike")] == [2, 1, 0]
    assert found.finding("D03").value == 1


def _taught(form: str, post: str, label: str) -> dict[str, Any]:
    before, behind = (
        "你是客服质检员。请判断下面这条微博属于哪一类，只回答类别名称：物流、退款、产品。",
        "答案写成一行，不要解释，也不要加标点。",
    )
    if form == "alpaca":
        return {"instruction": before, "input": post, "output": label}
    asked = {"role": "user", "content": f"{before}\n{post}\n{behind}"}
    return {"messages": [asked, {"role": "assistant", "content": label}]}


def test_one_input_under_two_instructions_stays_two_questions(tmp_path: Path):
    rows = [
        {"instruction": ask, "input": f"第{k}条：{k * 7919}号包裹今天到了吗", "output": ask[:2]}
        for k in range(30)
        for ask in ("翻译成英文，语气要自然，不要逐字翻译。", "概括成一句话，不超过二十个字，保留要点。")
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert labkit.audit(path).finding("D03").value == 0


def test_a_scene_is_audited_with_its_splits_and_its_newest_prompt(scene: Scene):
    found = labkit.audit(scene)
    assert found.rows == 48
    assert found.finding("D05").severity == "warn"
    assert found.finding("D07").severity == "not examined"


def test_a_dataset_is_audited_beside_dev_and_test(scene: Scene):
    scene.save_dataset("bad", [_row("快递五天没动静呀", "物流"), _row("唉,钱什么时候退给我", "退款")], {})
    found = labkit.audit(scene, "bad")
    assert found.finding("D04").severity == "block"
    assert "id-唉,钱什么时候退给我" in found.finding("D04").rows
    assert found.finding("D08").severity != "not examined"
    assert found.finding("D10").severity == "ok"


def test_what_select_chooses_keeps_the_contract():
    scene = labkit.open_scene("weibo_service")
    select(scene, 60, "round1", prompt="short")
    found = labkit.audit(scene, "round1")
    assert found.finding("D09").severity == "ok"
    assert found.finding("D04").counts["exact"] == 0


def test_a_dataset_that_can_go_out_says_so_and_one_that_cannot_is_blocked(scene: Scene):
    name = scene.save_version(replace(scene.prompt("v2"), rationale="none")).stem
    _saved(scene, "fine", name)
    found = labkit.audit(scene, "fine").finding("D20")
    assert (found.severity, found.value) == ("ok", 0)
    assert "2 rows, rendered as serving sends them, come back from 5 forms" in found.reason
    (scene.path / "prompts" / f"{name}.md").unlink()
    gone = labkit.audit(scene, "fine").finding("D20")
    assert (gone.severity, gone.counts["prompt_gone"]) == ("block", True)
    assert labkit.audit(scene).finding("D20").severity == "not examined"


def test_rows_without_the_reasons_that_the_prompt_asks_for_cannot_go_out(scene: Scene):
    _saved(scene, "bare", "v2")
    found = labkit.audit(scene, "bare").finding("D20")
    assert (found.severity, len(found.rows)) == ("block", 2)
    assert found.counts["faults"] == {"no rationale, which the prompt asks for": 2}


def test_a_character_that_no_file_can_hold_is_found_before_the_export(scene: Scene):
    name = scene.save_version(replace(scene.prompt("v2"), rationale="none")).stem
    scene.save_dataset(
        "plain", [_row("快递五天没动静呀", "物流")], {"prompt_sha256": prompt_sha256(scene.prompt(name))}
    )
    material = scene_material(scene, "plain")
    broken = replace(material.samples[0], answer='{"labels": ["\udc80"]}')
    found = check_export(replace(material, samples=(broken,)))
    assert found.severity == "block"
    assert next(iter(found.counts["faults"])).startswith("does not come back from messages")


def _saved(scene: Scene, name: str, prompt: str) -> None:
    rows = [_row("快递五天没动静呀", "物流"), _row("退款一周了", "退款")]
    scene.save_dataset(name, rows, {"prompt_sha256": prompt_sha256(scene.prompt(prompt))})


def _row(text: str, label: str) -> dict[str, object]:
    return {"id": f"id-{text}", "items": [text], "labels": [label], "target": {"labels": [label]}}


def test_a_label_corrected_while_reading_errors_is_settled_like_one_decided_on_the_board(scene: Scene):
    row = scene.examples("pool")[0]
    other = next(label for label in scene.task.labels if label not in (row.labels or ()))
    assert row.id not in scene_material(scene).settled
    scene.fix_gold(row.id, (other,), "read twice")
    assert row.id in scene_material(scene).settled
