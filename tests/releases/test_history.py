"""releases.jsonl is replayed line by line; whatever stands in it, the answer is a history or a BadData."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.releases.history import read_history

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=6,
)


def release_line(number: int) -> dict[str, Any]:
    texts = ("run", "model", "prompt_name", "prompt_sha256", "prompt_text", "test_sha256", "approved_by", "who", "at")
    rule = {
        "rule": {"key": "gate.rule.recall", "values": {"label": "退款"}},
        "wanted": {"key": "gate.cell.at_least", "values": {"value": 0.3}},
        "measured": {"key": "gate.cell.interval_rows", "values": {"value": 0.4, "low": 0.3, "high": 0.5, "rows": 9}},
        "passed": True,
    }
    return {
        **{name: f"{name} {number}" for name in texts},
        **{"kind": "release", "release": f"r{number}", "parameters": {}, "dataset": None, "champion": None},
        "gate": [rule],
    }


def rollback_line(number: int) -> dict[str, Any]:
    return {"kind": "rollback", "release": f"r{number}"}


def test_an_empty_file_has_no_current_release():
    history = read_history([])
    assert (history.current, history.previous, history.next_id) == (None, None, "r1")


def test_each_rollback_goes_one_step_further_back_and_ids_are_never_used_again():
    lines = [release_line(1), release_line(2), release_line(3), rollback_line(2), rollback_line(1)]
    history = read_history(lines)
    assert history.current is not None
    assert (history.current.id, history.previous, history.next_id) == ("r1", None, "r4")
    after = read_history([*lines, release_line(4), rollback_line(1)])
    assert after.current == history.current
    assert [found.id for found in after.releases] == ["r1", "r2", "r3", "r4"]


def test_the_turns_say_what_was_live_and_which_release_was_taken_back():
    back = {**rollback_line(1), "reason": "slow", "approved_by": "Lin", "at": "at 3", "from": "r9"}
    history = read_history([release_line(1), release_line(2), back])
    assert [(turn.live, turn.left, turn.taken_back) for turn in history.turns] == [
        ("r1", None, None),
        ("r2", "r1", None),
        ("r1", "r2", "slow"),
    ]
    assert history.live_since == "at 3"
    assert read_history([]).live_since is None


@pytest.mark.parametrize(
    ("lang", "wanted", "measured"),
    [("en", "at least 0.300", "0.400 (0.300 to 0.500), 9 rows"), ("zh", "至少 0.300", "0.400（0.300 至 0.500），9 条")],
)
def test_a_gate_of_any_day_is_told_in_the_readers_language(lang: str, wanted: str, measured: str):
    told = read_history([release_line(1)]).releases[0].gate[0].told(lang)
    assert (told.wanted, told.measured, told.passed) == (wanted, measured, True)


def test_a_gate_recorded_in_sentences_is_told_as_it_was_recorded():
    old = {"rule": "recall of 退款", "wanted": "at least 0.300", "measured": "0.400", "passed": True}
    (line,) = read_history([{**release_line(1), "gate": [old]}]).releases[0].gate
    assert asdict(line.told("zh")) == old


@pytest.mark.parametrize(
    "wanted",
    [
        {"key": "gate.cell.of another day", "values": {}},
        {"key": "gate.cell.at_least", "values": {}},
        {"key": "gate.cell.at_least", "values": {"value": "much"}},
        {"key": "gate.cell.at_least", "values": {"value": 10**400}},
        {"key": "gate.cell.at_least"},
        0.3,
    ],
)
def test_a_gate_that_nobody_could_be_told_is_bad_data(wanted: object):
    line = release_line(1)
    line["gate"][0]["wanted"] = wanted
    with pytest.raises(BadData, match="is no whole release"):
        read_history([line])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([release_line(2)], "entry 1, is release 'r2' where 'r1' follows"),
        ([release_line(1), rollback_line(1)], "rolls back to 'r1', which was not before"),
        ([release_line(1), release_line(2), rollback_line(2)], "rolls back to 'r2'"),
        ([{"kind": "party", "release": "r1"}], "is of kind 'party'"),
        ([{**release_line(1), "gate": "all of it"}], "is no whole release"),
        ([{key: value for key, value in release_line(1).items() if key != "model"}], "KeyError('model')"),
    ],
)
def test_a_line_that_does_not_follow_is_named(lines: list[dict[str, Any]], problem: str):
    with pytest.raises(BadData) as error:
        read_history(lines, "somewhere/releases.jsonl")
    assert problem in str(error.value)
    assert str(error.value).startswith("somewhere/releases.jsonl, entry ")


@given(st.dictionaries(st.sampled_from(sorted(release_line(1))), JSON), st.booleans())
def test_any_line_is_a_release_or_bad_data(changes: dict[str, Any], as_second: bool):
    lines = [release_line(1)] if as_second else []
    line = json.loads(json.dumps({**release_line(len(lines) + 1), **changes}))
    try:
        history = read_history([*lines, line])
    except BadData:
        return
    assert history.current is not None
    assert history.current.model == str(line["model"])
