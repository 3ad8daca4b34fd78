"""Datasets: written whole, never again, and what was changed since is noticed."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData, UnknownName
from labkit.workspace import Scene

ROW = {"id": "a", "items": ["快递"], "target": {"labels": ["物流"]}, "why": {"cell": "物流 / easy"}}
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)
RECORDS = st.lists(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=RECORDS, parameters=st.dictionaries(st.text(max_size=8), VALUES, max_size=3))
def test_a_dataset_reads_back_as_it_was_written(scene: Scene, rows: list[dict], parameters: dict):
    name = f"set{len(scene.dataset_names())}"
    scene.save_dataset(name, rows, {"parent": None, "parameters": parameters})
    found = scene.dataset(name)
    assert (found.id, found.rows) == (name, tuple(rows))
    assert (found.manifest["parent"], found.manifest["parameters"]) == (None, parameters)


def test_a_dataset_is_never_overwritten(scene: Scene):
    scene.save_dataset("round1", [ROW], {})
    with pytest.raises(BadData, match=r"'round1' exists already. Choose another name"):
        scene.save_dataset("round1", [{"id": "b"}], {})
    assert scene.dataset("round1").rows == (ROW,)
    assert scene.dataset_names() == ("round1",)


def test_a_dataset_without_rows_is_not_made(scene: Scene):
    with pytest.raises(BadData, match="would hold no row"):
        scene.save_dataset("empty", [], {})
    assert not (scene.path / "datasets").exists()


def test_rows_that_cannot_be_written_leave_no_folder(scene: Scene):
    with pytest.raises(TypeError):
        scene.save_dataset("half", [ROW, {"id": object()}], {})
    assert scene.dataset_names() == ()
    assert list((scene.path / "datasets").iterdir()) == []


def test_changed_rows_are_noticed(scene: Scene):
    folder = scene.save_dataset("round1", [ROW], {})
    text = (folder / "rows.jsonl").read_text(encoding="utf-8")
    (folder / "rows.jsonl").write_text(text.replace("物流", "退款"), encoding="utf-8")
    with pytest.raises(BadData, match=r"is not the file its manifest names. Undo the change"):
        scene.dataset("round1")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"], manifest["content_id"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert scene.dataset("round1").rows[0]["target"] == {"labels": ["退款"]}


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"files": "x"}'])
def test_a_manifest_that_cannot_be_used_is_named(scene: Scene, content: bytes):
    folder = scene.save_dataset("round1", [ROW], {})
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(BadData, match=r"manifest.json"):
        scene.dataset("round1")


def test_missing_rows_are_named(scene: Scene):
    folder = scene.save_dataset("round1", [ROW], {})
    (folder / "rows.jsonl").unlink()
    with pytest.raises(BadData, match=r"rows.jsonl"):
        scene.dataset("round1")


def test_an_unknown_dataset_is_named_with_the_nearest(scene: Scene):
    with pytest.raises(UnknownName, match="Make one with: python -m labkit select"):
        scene.dataset("round1")
    scene.save_dataset("round1", [ROW], {})
    with pytest.raises(UnknownName, match="Did you mean 'round1'"):
        scene.dataset("ruond1")
