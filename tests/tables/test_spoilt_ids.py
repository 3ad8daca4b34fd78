"""Ids that Excel has spoilt are told by what it makes of numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.errors import BadData
from labkit.records import Example
from labkit.tables.spoilt_ids import spoilt_of
from labkit.tables.votes_file import read_votes
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import post
from tests.conftest import TINY_TASK, tiny_prompts

LONG, ZEROS = "4912345678901234567", "000123"


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("4.91E+18", LONG),
        ("4.91234567890123E+18", LONG),
        ("4.91235e18", LONG),
        ("4912345678901230000", LONG),
        ("123", ZEROS),
        (" 123 ", ZEROS),
        ("5E+18", LONG),
    ],
)
def test_what_excel_makes_of_an_id_is_known(said: str, known: str):
    assert spoilt_of(["other", said], ["r1", known, "77"]) == (said, known)


@pytest.mark.parametrize("said", ["r9", "", "124", "4.92E+18", "1.5", "4912345678901234568", "E+5", "1E+9999"])
def test_other_ids_are_no_spoilt_ones(said: str):
    assert spoilt_of([said], ["r1", LONG, ZEROS, "77"]) is None


@given(st.integers(min_value=1, max_value=10**18), st.integers(min_value=1, max_value=6))
def test_lost_zeros_are_found_whatever_the_number(number: int, zeros: int):
    assert spoilt_of([str(number)], ["0" * zeros + str(number)]) == (str(number), "0" * zeros + str(number))


@given(st.integers(min_value=10**15, max_value=10**25), st.integers(min_value=0, max_value=14))
def test_rounding_is_found_whatever_the_number(number: int, places: int):
    assert spoilt_of([f"{Decimal(number):.{places}E}"], [str(number)]) is not None


@given(st.lists(st.text(max_size=12)), st.lists(st.text(max_size=12)))
def test_any_ids_can_be_asked_about(said: list[str], known: list[str]):
    spoilt_of(said, known)


def numbered(path: Path) -> Scene:
    """A scene whose ids look like numbers."""
    rows = [
        Example(f"{k:06d}", (post(k),), (TINY_TASK.labels[k % 3],), "pool" if k < 12 else ("dev", "test")[k % 2])
        for k in range(20)
    ]
    return create_scene(path, TINY_TASK, rows, tiny_prompts())


def test_a_sheet_that_excel_saved_names_excel(tmp_path: Path):
    scene = numbered(tmp_path / "scene")
    scene.save_dataset("first", [{"id": "000007", "items": [post(7)], "labels": ["物流"]}], {})
    labkit.write_sheet(scene, "first", tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").replace("000007", "7")
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=r"Excel .* made '7' of the id '000007'.*\.xlsx"):
        labkit.read_sheet(scene, "first", tmp_path / "b.csv", "second")


def test_answers_that_excel_saved_name_excel(tmp_path: Path):
    scene = numbered(tmp_path / "scene")
    (tmp_path / "a.csv").write_text("id,predicted\n1,物流\n2,退款\n", encoding="utf-8")
    with pytest.raises(BadData, match=r"Excel .* made '1' of the id '000001'"):
        labkit.import_run(scene, tmp_path / "a.csv", "table")


def test_votes_on_rounded_ids_are_refused_not_thrown_together(tmp_path: Path):
    lines = [f"4.91E+18,{who},{label}" for label in ("物流", "退款") for who in ("a", "b")]
    (tmp_path / "a.csv").write_text("\n".join(["id,annotator,label", *lines]), encoding="utf-8")
    with pytest.raises(BadData, match="rounded by Excel"):
        read_votes(tmp_path / "a.csv")
