"""Files that lines are added to are read once: what was added, whatever was edited, nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.workspace import Scene, open_scene
from labkit.workspace.added_lines import AddedLines, read_lines


def write(folder: Path, *kinds: str, end: str = "\n") -> Path:
    path = folder / "decisions.jsonl"
    path.write_text("".join(json.dumps({"kind": kind}, ensure_ascii=False) + end for kind in kinds), encoding="utf-8")
    return path


def test_the_same_file_is_the_same_tuple_and_an_added_line_is_read(tmp_path: Path):
    file = AddedLines(tmp_path, "decisions")
    assert file.read() == ()
    path = write(tmp_path, "gold", "tag")
    before = file.read()
    assert [line["kind"] for line in before] == ["gold", "tag"]
    assert file.read() is before
    with path.open("a", encoding="utf-8") as added:
        added.write('{"kind": "pin"}\n')
    after = file.read()
    assert [line["kind"] for line in after] == ["gold", "tag", "pin"]
    assert after[0] is before[0]


def test_an_edited_a_shortened_and_a_removed_file_are_read_anew(tmp_path: Path):
    file = AddedLines(tmp_path, "decisions")
    write(tmp_path, "gold", "tag")
    file.read()
    write(tmp_path, "gold", "pin")
    assert [line["kind"] for line in file.read()] == ["gold", "pin"]
    path = write(tmp_path, "gold")
    assert [line["kind"] for line in file.read()] == ["gold"]
    path.unlink()
    assert file.read() == ()


def test_a_bad_line_is_named_by_its_number_in_the_file_and_stays_bad(tmp_path: Path):
    file = AddedLines(tmp_path, "decisions")
    path = write(tmp_path, "gold", "tag")
    file.read()
    with path.open("a", encoding="utf-8") as added:
        added.write('\n{"who": "a"}\n')
    for _ in range(2):
        with pytest.raises(BadData, match=r"decisions\.jsonl line 4 lacks 'kind'"):
            file.read()
    write(tmp_path, "gold", "tag", "pin")
    assert len(file.read()) == 3


@given(st.lists(st.sampled_from(["gold", "tag", "下一行\u2028", "x\u0085"]), max_size=6), st.integers(0, 200))
def test_whatever_stands_at_the_end_it_is_what_reading_the_whole_file_gives(kinds: list[str], cut: int):
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = AddedLines(folder, "decisions")
        path = write(folder, *kinds)
        raw = path.read_bytes()
        for piece in (raw[:cut], raw):
            path.write_bytes(piece)
            try:
                whole = read_lines(folder, "decisions")
            except BadData:
                with pytest.raises(BadData):
                    file.read()
            else:
                assert file.read() == whole


def test_what_another_process_decides_is_seen_at_once(scene: Scene):
    other = open_scene(scene.path)
    assert scene.gold_fixes() == {}
    other.fix_gold("pool-00", ["退款"], "it is")
    assert scene.examples("pool")[0].labels == ("退款",)
    assert scene.gold_fixes() is scene.gold_fixes()
