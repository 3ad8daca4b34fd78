"""examples.jsonl: every line is checked, and what was written is read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.records import Example, Task, example_to_json
from labkit.tables import read_examples_jsonl, write_jsonl

TASK = Task("t", ("a", "b", "None"), multi_label=True, allow_none=True, subtasks={"s": ("a",)})
GOOD = {"id": "1", "items": ["x"], "labels": ["a"]}

BAD = {
    "id": ({"id": 1}, "'id' is not a text"),
    "no items": ({"items": []}, "'items' is not a list of texts"),
    "text items": ({"items": "x"}, "'items' is not a list of texts"),
    "blank post": ({"items": ["x", " "]}, "a post is blank"),
    "label": ({"labels": ["aa"]}, "'aa' is not a label of the task. Did you mean 'a'?"),
    "labels": ({"labels": "a"}, "'labels' is not a list of texts"),
    "split": ({"split": "tets"}, "unknown split 'tets'. Did you mean 'test'?"),
    "subtask": ({"subtask": "z"}, "unknown subtask 'z'"),
    "label of subtask": ({"subtask": "s", "labels": ["b"]}, "'b' is not a label of subtask 's'"),
    "field": ({"label": "a"}, "unknown field 'label'. Did you mean 'labels'?"),
    "meta": ({"meta": [1]}, "'meta' is not an object"),
    "note": ({"note": 1}, "'note' is not a text"),
}


def read(folder: Path, *records: dict[str, object], task: Task = TASK):
    path = folder / "examples.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return read_examples_jsonl(path, task)


@pytest.mark.parametrize("name", BAD)
def test_bad_line_is_named(tmp_path: Path, name: str):
    change, said = BAD[name]
    with pytest.raises(BadData) as caught:
        read(tmp_path, GOOD, {**GOOD, "id": "2", **change})
    assert said in str(caught.value)
    assert "examples.jsonl line 2" in str(caught.value)


def test_number_of_labels_must_suit_the_task(tmp_path: Path):
    single = Task("t", ("a", "b"))
    with pytest.raises(BadData, match="line 1: 2 labels"):
        read(tmp_path, {**GOOD, "labels": ["a", "b"]}, task=single)
    with pytest.raises(BadData, match="line 1: no label"):
        read(tmp_path, {**GOOD, "labels": []}, task=single)
    assert read(tmp_path, {"id": "1", "items": ["x"]}, task=single)[0].labels is None


def test_repeated_ids_and_empty_files_are_refused(tmp_path: Path):
    with pytest.raises(BadData, match="line 2: the id '1' stands in line 1 already"):
        read(tmp_path, GOOD, GOOD)
    with pytest.raises(BadData, match="holds no example"):
        read(tmp_path)
    with pytest.raises(BadData, match="Cannot read"):
        read_examples_jsonl(tmp_path / "none.jsonl", TASK)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
EXAMPLES = st.lists(
    st.builds(
        Example,
        id=TEXT,
        items=st.lists(TEXT.filter(str.strip), min_size=1, max_size=3).map(tuple),
        labels=st.none() | st.lists(st.sampled_from(TASK.labels), unique=True).map(tuple),
        split=st.sampled_from(["pool", "dev", "test", "traffic"]),
        group=st.none() | TEXT,
        note=st.none() | TEXT,
        meta=st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT), max_size=2),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda example: example.id,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(examples=EXAMPLES)
def test_what_was_written_is_read_back(tmp_path: Path, examples: list[Example]):
    path = tmp_path / "examples.jsonl"
    write_jsonl(path, (example_to_json(example) for example in examples))
    assert read_examples_jsonl(path, TASK) == tuple(examples)
