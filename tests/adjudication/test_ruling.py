"""Rulings as lines of decisions.jsonl: what is written reads back, and nothing else than a ruling is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.adjudication.item import KINDS
from labkit.adjudication.ruling import ACTIONS, Ruling, read_rulings, ruling_to_json
from labkit.errors import BadData
from tests.made_runs import LABELS, TASK, label_sets

WRITTEN = {"kind": "adjudicate", "at": "2026-11-26T10:00:00+00:00", "who": "ann"}
LINE = {**WRITTEN, "item": "4f16", "about": "label", "ids": ["r1"], "action": "keep", "from": [["refund"]], "to": None}

labels_or_none = st.none() | label_sets.map(tuple)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([*LABELS, *ACTIONS, *KINDS]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "from", "to"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def rulings(draw: st.DrawFn) -> Ruling:
    rows = draw(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3, unique=True))
    action = draw(st.sampled_from(ACTIONS))
    found = [draw(labels_or_none) if action != "undo" else None for _ in rows]
    changed = draw(st.dictionaries(st.sampled_from(rows), st.tuples(labels_or_none, labels_or_none), max_size=2))
    return Ruling(
        item=draw(st.text(min_size=1, max_size=12)),
        about=draw(st.sampled_from(KINDS)),
        rows=tuple(rows),
        action=action,
        labels=tuple(draw(label_sets)) if action == "relabel" else (),
        found=tuple(found),
        who=draw(st.text(min_size=1, max_size=8)),
        reason=draw(st.text(max_size=20)),
        needed=draw(st.integers(1, 3)) if action != "undo" else 1,
        settles=draw(st.booleans()),
        changed=changed,
    )


@given(rulings())
def test_what_is_written_reads_back(ruling: Ruling):
    line = json.loads(json.dumps({**WRITTEN, "who": ruling.who, **ruling_to_json(ruling)}))
    assert read_rulings([line], TASK) == (replace(ruling, at=WRITTEN["at"]),)


@given(st.dictionaries(st.sampled_from([*LINE, "gold", "needed", "settles"]), junk))
def test_a_line_of_another_hand_is_a_ruling_or_is_refused_by_name(changes: dict[str, object]):
    line = {**LINE, **changes, "kind": "adjudicate"}
    problem = ""
    try:
        (ruling,) = read_rulings([line], TASK)
    except BadData as error:
        problem = str(error)
    else:
        assert ruling.action in ACTIONS
        assert {label for labels in ruling.found for label in labels or ()} <= set(LABELS)
    assert problem == "" or problem.startswith("An adjudicate decision in decisions.jsonl")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"item": ""}, "names no item"),
        ({"who": None}, "names no who"),
        ({"ids": []}, "names no rows"),
        ({"action": "burn"}, "has action 'burn'"),
        ({"about": "mood"}, "has about 'mood'"),
        ({"from": []}, "which labels it found"),
        ({"from": [["warranty"]]}, "labels that the task does not have"),
        ({"action": "relabel", "to": ["warranty"]}, "labels that the task does not have"),
        ({"needed": 0}, "needs '0' people"),
        ({"needed": True}, "needs 'True' people"),
        ({"gold": [{"from": None}]}, "changes gold of no row"),
    ],
)
def test_what_a_line_lacks_is_named(changes: dict[str, object], words: str):
    with pytest.raises(BadData, match=words):
        read_rulings([{**LINE, **changes}], TASK)


def test_other_decisions_are_none_of_its_business():
    assert read_rulings([{"kind": "gold"}, {"kind": "pin", "ids": 3}], TASK) == ()
