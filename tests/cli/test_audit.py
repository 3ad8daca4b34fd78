"""`labkit audit`: what a CI reads, and what people read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.conftest import Impatient


def write_rows(folder: Path) -> Path:
    path = folder / "rows.csv"
    lines = [f"第{k}条,快递停在{'甲乙丙丁戊己庚辛壬癸'[k % 10]}地{k}天,物流" for k in range(30)]
    lines += [f"第{k}条,退款{k}元一直不到账啊{'东南西北中'[k % 5]}方客服,退款" for k in range(30, 60)]
    path.write_text("\n".join(["id,text,label", *lines]), encoding="utf-8")
    return path


def test_a_leak_makes_a_pipeline_stop(labkit: Command, tmp_path: Path):
    rows = write_rows(tmp_path)
    test = tmp_path / "test.csv"
    test.write_text("id,text,label\nt,快递停在甲地0天,物流\nu,说的是完全别的事情,物流\n", encoding="utf-8")
    code, out, _ = labkit("audit", rows, "--test", test, "--json")
    said = json.loads(out)
    assert code == 1
    assert said["rows"] == 62
    leak = next(f for f in said["findings"] if f["check"] == "D04")
    assert (leak["severity"], leak["exact"], leak["rows"][0]) == ("block", 1, "第0条")
    assert leak["reason"]
    assert leak["fix"]


def test_people_see_every_check_and_every_principle(labkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.evaluation.steps.Timer", Impatient)
    code, out, err = labkit("audit", write_rows(tmp_path))
    assert code in (0, 1)
    assert "D02 Duplicates" in out
    assert "Labels and tasks balanced" in out
    assert "Checking Leakage" in err


def test_a_scene_needs_no_columns(labkit: Command, scene: Scene):
    code, out, err = labkit("audit", scene.path, "--json")
    assert json.loads(out)["rows"] == 48
    code, _, err = labkit("audit", scene.path, "--text", "x")
    assert code == 2
    assert "is a scene" in err


def test_a_file_has_no_datasets(labkit: Command, tmp_path: Path):
    code, _, err = labkit("audit", write_rows(tmp_path), "--dataset", "x")
    assert code == 2
    assert "Name the scene's folder" in err


def test_a_file_that_is_not_there_is_said_in_one_line(labkit: Command, tmp_path: Path):
    code, _, err = labkit("audit", tmp_path / "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in err
    assert "scene" not in err
    assert len(err.strip().splitlines()) == 1


def test_rows_that_are_left_out_and_ids_that_repeat_are_counted(labkit: Command, tmp_path: Path):
    path = tmp_path / "chat.jsonl"
    turns = [{"role": "user", "content": "退款什么时候到"}, {"role": "assistant", "content": "三个工作日内"}]
    rows = [{"id": "same", "messages": turns}] * 3 + [{"messages": []}, {"messages": turns[:1]}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="gb18030")
    _, _, err = labkit("audit", path)
    assert "3 rows read; 2 without text or unreadable" in err
    _, out, _ = labkit("audit", path, "--json")
    size = next(f for f in json.loads(out)["findings"] if f["check"] == "D01")
    assert (size["value"], size["left_out"], size["repeated_ids"]) == (3, 2, 2)
    assert "2 further rows have no text" in size["reason"]
    assert "2 rows repeat an id" in size["reason"]


def test_how_rows_are_written_can_be_named(labkit: Command, tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    rows = [{"instruction": f"第{k}个问题", "output": "好的", "label": "物流"} for k in range(3)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    _, out, _ = labkit("audit", path, "--format", "labels", "--text", "instruction", "--json")
    assert json.loads(out)["findings"][0]["labels"] == {"物流": 3}
    code, _, err = labkit("audit", path, "--format", "chat")
    assert (code, "no row in the form 'chat'" in err) == (2, True)


def test_a_scene_has_one_form(labkit: Command, scene: Scene):
    code, _, err = labkit("audit", scene.path, "--format", "chat")
    assert (code, "Leave out --test" in err) == (2, True)
