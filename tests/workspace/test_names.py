"""Names of files: whatever anybody types, nothing is written outside the folder it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.workspace.names import check_name, safe_name

PIECES = ("..", "/", "\\", "CON", "nul", "\0", "~", "%2e", ":", "\u202e", "\n", " ", ".", "长", "é", "😀", "x" * 90)
NAMES = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=6).map("".join))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
def test_a_name_that_is_accepted_makes_one_file_in_its_folder(tmp_path: Path, name: str):
    try:
        accepted = check_name("prompt", name)
    except BadData:
        return
    place = tmp_path / f"{accepted}.md"
    place.write_text("x", "utf-8")
    assert place.resolve().parent == tmp_path.resolve()
    assert [path.name for path in tmp_path.iterdir()] == [f"{accepted}.md"]
    place.unlink()


@given(text=NAMES)
@example(text="0" * 99 + ":0")  # cut just behind what stands for the colon
def test_any_text_becomes_a_name_that_is_accepted_and_stays_as_it_is(text: str):
    name = safe_name(text)
    assert check_name("scene", name) == name == safe_name(name)


@pytest.mark.parametrize(
    "name", ["CON", "con.md", "NUL ", "COM1", "lpt9.x", "", ".", "..", "a/b", "a\\b", "长" * 34, "a."]
)
def test_names_that_mean_something_else_somewhere_are_refused(name: str):
    with pytest.raises(BadData, match="cannot be the name of a scene"):
        check_name("scene", name)
