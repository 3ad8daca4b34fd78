"""Hugging Face dataset folders: saved by the library, or cloned from a hub; class numbers become their names."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from labkit.errors import BadData
from labkit.tables.hub_folder import read_dataset_folder
from labkit.tables.samples_file import read_samples

NAMES = ["物流", "退款"]
ROWS = {"text": ["快递慢", "要求退款", "快递丢了"], "label": [0, 1, 0]}


def test_a_dataset_dict_as_the_library_saves_it(tmp_path: Path):
    from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

    features = Features({"text": Value("string"), "label": ClassLabel(names=NAMES)})
    whole = Dataset.from_dict(ROWS, features=features)
    DatasetDict({"train": whole, "test": whole.select([1])}).save_to_disk(tmp_path / "saved", num_proc=None)
    tables = read_dataset_folder(tmp_path / "saved")
    rows = [row for table in tables for row in table.rows]
    assert [(r["split"], r["label"]) for r in rows] == [
        ("train", "物流"),
        ("train", "退款"),
        ("train", "物流"),
        ("test", "退款"),
    ]


def hub(folder: Path, card: str = "", infos: object = None) -> Path:
    (folder / "data").mkdir(parents=True)
    for split in ("train", "test"):
        parquet.write_table(pa.table(ROWS), folder / "data" / f"{split}-00000-of-00001.parquet")
    if card:
        (folder / "README.md").write_text(card, "utf-8")
    if infos:
        (folder / "dataset_infos.json").write_text(json.dumps(infos), "utf-8")
    return folder


CARD = """---
dataset_info:
  features:
  - name: label
    dtype:
      class_label:
        names:
          '0': 物流
          '1': 退款
---
# Posts
"""
INFOS = {"default": {"features": {"label": {"names": NAMES, "_type": "ClassLabel"}}}}


@pytest.mark.parametrize(("card", "infos"), [(CARD, None), ("", INFOS)], ids=["card", "infos"])
def test_a_clone_names_its_classes_and_splits(tmp_path: Path, card: str, infos: object):
    tables = read_dataset_folder(hub(tmp_path / "hub", card, infos))
    assert [(table.rows[0]["split"], table.rows[0]["label"]) for table in tables] == [
        ("test", "物流"),
        ("train", "物流"),
    ]


def test_classes_in_the_file_itself(tmp_path: Path):
    described = {"info": {"features": {"label": {"names": NAMES, "_type": "ClassLabel"}}}}
    table = pa.table(ROWS).replace_schema_metadata({"huggingface": json.dumps(described)})
    parquet.write_table(table, tmp_path / "a.parquet")
    (found,) = read_dataset_folder(tmp_path)
    assert [row["label"] for row in found.rows] == ["物流", "退款", "物流"]
    assert "split" not in found.columns


def test_hidden_classes_are_empty_and_unknown_ones_refused(tmp_path: Path):
    folder = hub(tmp_path / "hub", CARD)
    shard = folder / "data" / "test-00000-of-00001.parquet"
    parquet.write_table(pa.table(ROWS | {"label": [-1, -1, -1]}), shard)
    assert [row["label"] for row in read_dataset_folder(folder)[0].rows] == ["", "", ""]
    parquet.write_table(pa.table(ROWS | {"label": [0, 7, 0]}), shard)
    with pytest.raises(BadData, match=r"test-00000-of-00001.parquet line 2: class 7 of 2 named ones"):
        read_dataset_folder(folder)


def test_lines_and_commas_in_a_clone(tmp_path: Path):
    (tmp_path / "train.jsonl").write_text('{"text": "快递", "label": "a"}\n', "utf-8")
    (tmp_path / "validation.csv").write_text("text,label\n退款,b\n", "utf-8")
    assert {table.rows[0]["split"] for table in read_dataset_folder(tmp_path)} == {"train", "validation"}


def test_labkits_own_manifests_are_no_data_and_a_manifest_of_rows_is(tmp_path: Path):
    own = {"id": "v1", "content_id": "1f", "files": {"rows.jsonl": "2e"}, "made": {"at": "2026-05-01"}}
    for name in ("manifest.json", "posts.manifest.json"):
        (tmp_path / name).write_text(json.dumps(own, indent=2), "utf-8")
    rows = [{"audio_filepath": f"{k}.wav", "text": "快递慢"} for k in range(2)]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [table.path.name for table in read_dataset_folder(tmp_path)] == ["posts.jsonl"]
    (tmp_path / "manifest.json").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [table.path.name for table in read_dataset_folder(tmp_path)] == ["manifest.json", "posts.jsonl"]


def test_a_link_out_of_the_folder_and_an_empty_one_are_refused(tmp_path: Path):
    outside = tmp_path / "outside.csv"
    outside.write_text("text,label\nx,y\n", "utf-8")
    folder = tmp_path / "hub"
    folder.mkdir()
    with pytest.raises(BadData, match="holds no dataset"):
        read_dataset_folder(folder)
    (folder / "train.csv").symlink_to(outside)
    with pytest.raises(BadData, match=r"'train.csv' lies outside the folder"):
        read_dataset_folder(folder)


def test_a_saved_folder_that_names_files_elsewhere_is_refused(tmp_path: Path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "state.json").write_text('{"_data_files": [{"filename": "../../etc/passwd"}]}', "utf-8")
    with pytest.raises(BadData, match="lies outside the folder"):
        read_dataset_folder(tmp_path / "x")


def listing(folder: Path, name: str, rows: object, **entry: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "rows.json").write_text(json.dumps(rows), "utf-8")
    info = {name: {"file_name": "rows.json", **entry}, "away": {"hf_hub_url": "a/b"}, "gone": {"file_name": "no.json"}}
    (folder / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    return folder


TAGS = {"role_tag": "who", "content_tag": "says", "user_tag": "U", "assistant_tag": "A"}
TURNS = [{"who": "U", "says": "q"}, {"who": "A", "says": "a"}]
PARTS = {"prompt": "ask", "query": "post", "response": "reply", "system": "rule"}


@pytest.mark.parametrize(
    ("rows", "entry"),
    [
        ([{"rule": "s", "ask": "q", "post": "", "reply": "a"}], {"columns": PARTS}),
        ([{"system": "s", "instruction": "q", "output": "a"}], {}),
        (
            [{"rule": "s", "talk": TURNS}],
            {"formatting": "sharegpt", "columns": {"messages": "talk", "system": "rule"}, "tags": TAGS},
        ),
        (
            [{"system": "s", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}],
            {"formatting": "sharegpt"},
        ),
    ],
)
def test_a_folder_that_lists_its_files_says_what_their_columns_mean(tmp_path: Path, rows: object, entry: dict):
    (sample,) = read_samples(listing(tmp_path / "data", "mine", rows, **entry)).samples
    assert (sample.context, sample.question, sample.answer) == ("s", "q", "a")


def test_a_file_that_is_listed_twice_is_read_once_as_its_first_entry_says(tmp_path: Path):
    folder = listing(tmp_path / "data", "mine", [{"ask": "q", "reply": "a"}], columns=PARTS)
    info = json.loads((folder / "dataset_info.json").read_text("utf-8"))
    again = {"few": {"file_name": "./rows.json", "num_samples": 1}, "ranked": {**info["mine"], "ranking": True}}
    (folder / "dataset_info.json").write_text(json.dumps(info | again), "utf-8")
    (sample,) = read_samples(folder).samples
    assert (sample.question, sample.answer) == ("q", "a")


def test_a_listed_file_outside_the_folder_is_refused(tmp_path: Path):
    (tmp_path / "outside.json").write_text('[{"text": "x"}]', "utf-8")
    folder = listing(tmp_path / "data", "mine", [])
    (folder / "dataset_info.json").write_text('{"mine": {"file_name": "../outside.json"}}', "utf-8")
    with pytest.raises(BadData, match="lies outside the folder"):
        read_dataset_folder(folder)


def test_conversations_saved_by_the_library_are_training_data(tmp_path: Path):
    from datasets import Dataset

    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    Dataset.from_list([{"messages": turns}] * 2).save_to_disk(tmp_path / "saved")
    assert [(s.form, s.question, s.answer) for s in read_samples(tmp_path / "saved").samples] == [
        ("chat", "q", "a")
    ] * 2
