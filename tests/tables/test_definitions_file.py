"""What labels mean, from whatever file says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.errors import BadData
from labkit.records import Definition
from labkit.tables import write_table
from labkit.tables.definitions_file import read_definitions

PLAIN = (Definition("物流", "快递的问题。"), Definition("退款", "要求退钱。"))
TEXTS = {
    "list.md": "# 标签\n1. 物流：快递的问题。\n2. 退款：要求退钱。\n",
    "bullets.txt": "- 物流: 快递的问题。\n- 退款: 要求退钱。",
    "plain.csv": "标签,定义\n物流,快递的问题。\n退款,要求退钱。\n",
    "two.csv": "name,what\n物流,快递的问题。\n退款,要求退钱。\n",
    "flat.json": json.dumps({"物流": "快递的问题。", "退款": "要求退钱。"}, ensure_ascii=False),
    "deep.json": json.dumps({"labels": {"物流": {"definition": "快递的问题。"}, "退款": {"desc": "要求退钱。"}}}),
    "rows.jsonl": '{"label": "物流", "definition": "快递的问题。"}\n{"label": "退款", "definition": "要求退钱。"}\n',
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_every_form_says_the_same(tmp_path: Path, name: str, encoding: str):
    (tmp_path / name).write_bytes(TEXTS[name].encode(encoding))
    assert read_definitions(tmp_path / name) == PLAIN


def test_a_workbook_with_lists_in_cells(tmp_path: Path):
    rows = [("物流", "快递的\n问题", "丢件；延误", '["退货运费"]', "- 快递丢了")]
    write_table(tmp_path / "a.xlsx", ["类别", "说明", "包括", "不包括", "示例"], rows)
    made = Definition("物流", "快递的 问题", ("丢件", "延误"), ("退货运费",), ("快递丢了",))
    assert read_definitions(tmp_path / "a.xlsx") == (made,)


def test_a_list_of_many_labels_of_which_the_data_has_few_is_read_whole_as_a_table_is(tmp_path: Path):
    labels = [f"意图{mark}" for mark in "甲乙丙丁戊己庚辛壬癸子丑"]
    (tmp_path / "intents.txt").write_text("\n".join(f"- {label}：{label}的意思" for label in labels), "utf-8")
    (tmp_path / "table.csv").write_text("\n".join(["标签,定义", *(f"{x},{x}的意思" for x in labels)]), "utf-8")
    from_list = read_definitions(tmp_path / "intents.txt", labels[:3])
    assert [definition.label for definition in from_list] == labels
    assert from_list == read_definitions(tmp_path / "table.csv", labels[:3])


def test_a_list_that_names_no_label_of_the_data_defines_nothing_beside_one_that_does(tmp_path: Path):
    text = "步骤：\n- 首先：读帖子\n- 然后：想一想\n\n标签：\n- 物流：快递的问题。\n- 退款：要求退钱。\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    assert read_definitions(tmp_path / "a.md", ("物流", "质量")) == PLAIN


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "标签,定义\n物流,x\n物流,y\n", "defines the label '物流' twice"),
        ("a.csv", "标签,定义\n,x\n", "line 2: a definition without a label"),
        ("a.csv", "标签,来源,作者\n物流,x,y\n", "No column of a.csv is called definition or 定义"),
        ("a.md", "只是一句话", "defines no label"),
        ("a.md", "", "is empty"),
        ("a.txt", "x" * 1_000_001, "longer than 1,000,000 characters"),
    ],
)
def test_a_file_that_defines_nothing_clear_is_refused(tmp_path: Path, name: str, text: str, said: str):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadData, match=said):
        read_definitions(tmp_path / name)
