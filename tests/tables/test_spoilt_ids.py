"""Ids that Excel has spoilt are told by what it makes of numbers."""

from __future__ import annotations

import time
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
        ("4.91234567890123E+18", "4912345678901239999"),  # cut, not rounded
        ("4912345678901230000", "4912345678901239999"),
        ("4.912345678901235E+18", LONG),  # the float that is nearest
        ("4912345678901230000", "0004912345678901239999"),
    ],
)
def test_what_excel_makes_of_an_id_is_known(said: str, known: str):
    assert spoilt_of(["other", said], ["r1", known, "77"]) == (said, known)


@pytest.mark.parametrize(
    "said", ["r9", "", "124", "4.92E+18", "1.5", "4912345678901234568", "E+5", "1E+9999", " 77", "7.7E+1"]
)
def test_other_ids_are_no_spoilt_ones(said: str):
    assert spoilt_of([said], ["r1", LONG, ZEROS, "77"]) is None


@given(st.integers(min_value=1, max_value=10**18), st.integers(min_value=1, max_value=6))
def test_lost_zeros_are_found_whatever_the_number(number: int, zeros: int):
    assert spoilt_of([str(number)], ["0" * zeros + str(number)]) == (str(number), "0" * zeros + str(number))


@given(st.integers(min_value=10**15, max_value=10**25), st.integers(min_value=0, max_value=14))
def test_rounding_is_found_whatever_the_number(number: int, places: int):
    assert spoilt_of([f"{Decimal(number):.{places}E}"], [str(number)]) is not None


@given(st.integers(min_value=10**16, max_value=10**25))
def test_cutting_and_the_nearest_float_are_found_whatever_the_number(number: int):
    one = str(number)
    cut = Decimal(one[:15]).scaleb(len(one) - 15)
    for form in (f"{cut:.14E}", f"{float(number):.16E}", repr(float(number))):
        assert spoilt_of([form], [one]) == (form, one)


IDS = st.lists(st.one_of(st.text(max_size=12), st.from_regex(r" ?0{0,3}[0-9]{1,19}(\.[0-9]E\+?18)? ?", fullmatch=True)))


@given(IDS, IDS)
def test_no_id_is_said_to_be_made_of_itself(said: list[str], known: list[str]):
    found = spoilt_of([*said, *(f" {id} " for id in known)], known)
    assert found is None or (found[0].strip() not in known and found[1] in known)


def test_ten_thousand_ids_are_asked_about_at_once():
    said, known = [str(10**18 + k) for k in range(10_000)], [str(4 * 10**18 + k) for k in range(10_000)]
    began = time.process_time()
    assert spoilt_of([*said, *(f"{k}.5E+{k % 9}" for k in range(9))], known) is None
    assert time.process_time() - began < 10  # comparing each with each took minutes


def test_of_several_known_ids_the_first_is_named():
    known = [str(4912345678901230001 + k) for k in range(50)]
    assert spoilt_of(["9", "4.91E+18", "4912345678901230000"], known) == ("4.91E+18", known[0])


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
    with pytest.raises(BadData, match=r"'1' is the id '000001' as Excel .* writes it"):
        labkit.import_run(scene, tmp_path / "a.csv", "table")


def test_votes_on_rounded_ids_are_refused_not_thrown_together(tmp_path: Path):
    lines = [f"4.91E+18,{who},{label}" for label in ("物流", "退款") for who in ("a", "b")]
    (tmp_path / "a.csv").write_text("\n".join(["id,annotator,label", *lines]), encoding="utf-8")
    with pytest.raises(BadData, match="rounded by Excel"):
        read_votes(tmp_path / "a.csv")


def votes(path: Path, ids: list[str]) -> Path:
    """A table in which two people voted on each row."""
    lines = [f"{id},{who},{label}" for id in ids for who, label in (("a", "物流"), ("b", "退款"))]
    path.write_text("\n".join(["id,annotator,label", *lines]), encoding="utf-8")
    return path


def test_votes_on_ids_cut_to_15_digits_are_refused_not_thrown_together(tmp_path: Path):
    ids = [str(4912345678901230000 + 2000 * k)[:15] + "0000" for k in range(15)]
    with pytest.raises(BadData, match=r"30 id\(s\) were rounded by Excel.*4912345678901230000"):
        read_votes(votes(tmp_path / "a.csv", ids))


@pytest.mark.parametrize(
    "ids",
    [
        ["4912345678901230"],
        [str(4912345678901230001 + 777 * k) for k in range(9)],
        ["10"],
        [str(1600000000000000 + 10 * k) for k in range(20)],  # of a clock
    ],
)
def test_votes_on_long_ids_of_the_source_are_read(tmp_path: Path, ids: list[str]):
    assert len({vote.row for vote in read_votes(votes(tmp_path / "a.csv", ids))}) == len(ids)
