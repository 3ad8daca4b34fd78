"""A row is put down to the one changed definition it has to do with; where that is not one, nothing is claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from labkit.diagnosis import blame, untangled
from labkit.errors import BadData, BadInput
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import Definition, Prediction, Prompt, Run, RunRow, Status
from tests.made_runs import TASK, made_row, made_run

SECTIONS = {"system": "Sort.", "input": "{{posts}}", "instruction": "Answer."}
V1 = Prompt("v1", definitions=(Definition("delivery", "Parcels."), Definition("refund", "Money.")), **SECTIONS)
REFUND = Definition("refund", "Money. Also vouchers.", excludes=("asking the price",))
V2 = replace(V1, name="v2", definitions=(V1.definitions[0], REFUND))
BOTH = replace(V1, name="v3", definitions=(Definition("delivery", "Parcels and letters."), REFUND))

Answers = dict[str, tuple[str, ...]]
GOLD: Answers = {
    "a": ("refund",),
    "b": ("refund",),
    "c": ("quality",),
    "d": ("quality",),
    "e": ("refund", "delivery"),
    "f": (),
}


def run(run_id: str, prompt: Prompt, answers: Answers, gold: Answers = GOLD) -> Run:
    made = made_run([made_row(row_id, gold[row_id], answer) for row_id, answer in answers.items()], run_id, TASK)
    header = replace(made.header, prompt_name=prompt.name, prompt_text=format_prompt(prompt))
    return replace(made, header=replace(header, prompt_sha256=prompt_sha256(prompt)))


OLD: Answers = {"a": (), "b": (), "c": ("quality",), "d": ("delivery",), "e": ("refund", "delivery"), "f": ()}
NEW: Answers = {"a": ("refund",), "b": ("refund",), "c": ("refund",), "d": (), "e": ("refund",), "f": ()}
FIRST = run("r1", V1, OLD)


def test_rows_go_to_the_one_definition_that_changed_and_has_to_do_with_them():
    found = blame(FIRST, run("r2", V2, NEW))
    (entry,) = found.pieces
    assert (entry.pieces[0].label, len(entry.pieces[0].changes)) == ("refund", 2)
    assert (entry.fixed, entry.broken, entry.moved) == (("a", "b"), ("c", "e"), ())
    assert entry.p_value == pytest.approx(binomtest(2, 4).pvalue)
    assert (found.elsewhere.fixed, found.together, found.rows) == (("d",), (), 6)
    assert [(c.label, c.fixed, c.regressed) for c in found.per_label][:2] == [("", 2, 2), ("delivery", 1, 1)]


def test_where_two_definitions_changed_a_row_that_touches_both_is_tangled():
    found = blame(FIRST, run("r3", BOTH, NEW))
    assert {entry.pieces[0].label: entry.rows for entry in found.pieces} == {
        "delivery": ("d",),
        "refund": ("a", "b", "c"),
    }
    (tangle,) = found.together
    assert ({piece.label for piece in tangle.pieces}, tangle.broken) == ({"delivery", "refund"}, ("e",))
    assert found.tangled == ("e",)


def test_sets_of_parts_that_tangle_most_rows_come_first():
    gold: Answers = {"a": ("refund",), "b": ("delivery",), "c": ("delivery",)}
    third = Definition("quality", "Broken things.")
    old = replace(V1, definitions=(*V1.definitions, third))
    new = replace(BOTH, name="v4", definitions=(*BOTH.definitions, replace(third, text="Broken and torn things.")))
    before = run("r1", old, {"a": ("quality",), "b": ("quality",), "c": ("quality",)}, gold)
    found = blame(before, run("r4", new, gold, gold))
    labels = [[piece.label for piece in entry.pieces] for entry in found.together]
    assert [(entry.rows, names) for entry, names in zip(found.together, labels, strict=True)] == [
        (("b", "c"), ["delivery", "quality"]),
        (("a",), ["refund", "quality"]),
    ]


def test_by_sentence_the_changes_of_one_definition_are_tangled_too():
    found = blame(FIRST, run("r2", V2, NEW), by="sentence")
    assert [len(entry.pieces[0].changes) for entry in found.pieces] == [1, 1]
    assert all(not entry.rows for entry in found.pieces)
    assert set(found.tangled) == {"a", "b", "c", "e"}


def test_a_single_changed_sentence_is_to_blame_without_a_rerun():
    one = replace(V1, name="v4", definitions=(V1.definitions[0], Definition("refund", "Money. Also vouchers.")))
    (entry,) = blame(FIRST, run("r2", one, NEW), by="sentence").pieces
    assert (entry.pieces[0].changes[0].after, len(entry.rows)) == ("Also vouchers.", 4)


def test_text_that_every_row_is_told_is_told_apart_from_no_definition():
    found = blame(FIRST, run("r2", replace(V2, system="Sort well."), NEW))
    assert [entry.pieces[0].label for entry in found.pieces] == ["", "refund"]
    assert found.pieces[0].fixed == ("d",)  # has to do with no changed definition
    assert set(found.tangled) == {"a", "b", "c", "e"}


def test_a_citation_and_a_rationale_bind_a_row_to_a_definition():
    cites = replace(FIRST.rows[3], prediction=Prediction(Status.ANSWERED, ("delivery",), definition="refund"))
    names = replace(FIRST.rows[3], prediction=Prediction(Status.ANSWERED, ("delivery",), "no refund was meant"))
    for row in (cites, names):
        first = replace(FIRST, rows=(*FIRST.rows[:3], row, *FIRST.rows[4:]))
        assert "d" in blame(first, run("r2", V2, NEW)).pieces[0].fixed


def test_a_row_without_an_answer_is_more_wrong_than_any_answer():
    failed = [replace(r, prediction=Prediction(Status.UNPARSED)) if r.example.id == "a" else r for r in FIRST.rows]
    found = blame(replace(FIRST, rows=tuple(failed)), run("r2", V2, {**NEW, "a": ("quality",)}))
    assert "a" in found.pieces[0].fixed


def variant(moves: Answers) -> Run:
    return run("rv", V1, {row_id: moves.get(row_id, OLD[row_id]) for row_id in ("e",)})


@pytest.mark.parametrize(
    ("delivery", "refund", "where"),
    [
        ({"e": ("refund",)}, {}, "delivery"),
        ({}, {"e": ("refund",)}, "refund"),
        ({"e": ("refund",)}, {"e": ("delivery",)}, "either"),
        ({}, {}, "together"),
    ],
)
def test_a_rerun_puts_a_tangled_row_down_to_what_alone_moves_it(delivery: Answers, refund: Answers, where: str):
    found = blame(FIRST, run("r3", BOTH, NEW))
    pieces = {piece.label: piece for piece in found.together[0].pieces}
    told = untangled(found, {pieces["delivery"]: variant(delivery), pieces["refund"]: variant(refund)})
    places = {entry.pieces[0].label: "e" in entry.broken for entry in told.pieces}
    places |= {"either": any("e" in x.rows for x in told.either), "together": "e" in told.tangled}
    assert [place for place, holds in places.items() if holds] == [where]
    assert sum(len(entry.rows) for entry in (*told.pieces, *told.together, *told.either, told.elsewhere)) == 5


def test_every_row_answered_otherwise_stands_in_exactly_one_place():
    for by in ("definition", "sentence"):
        found = blame(FIRST, run("r3", BOTH, NEW), by=by)
        rows = [row_id for entry in (*found.pieces, *found.together, found.elsewhere) for row_id in entry.rows]
        assert sorted(rows) == ["a", "b", "c", "d", "e"]


def test_runs_that_no_edit_explains_are_refused():
    second = run("r2", V2, NEW)
    with pytest.raises(BadInput, match="asked the same prompt"):
        blame(FIRST, run("r2", replace(V1, name="copy"), NEW))
    with pytest.raises(BadInput, match="answered by definition-reader and gpt"):
        blame(FIRST, replace(second, header=replace(second.header, model="gpt")))
    with pytest.raises(BadInput, match="asked each row 3 times"):
        blame(FIRST, replace(second, header=replace(second.header, repeats=3)))
    pending = RunRow(second.rows[0].example, Prediction(Status.PENDING))
    with pytest.raises(BadInput, match="still has open rows"):
        blame(FIRST, replace(second, rows=(pending, *second.rows[1:])))
    with pytest.raises(BadData, match="no labelled row in common"):
        blame(replace(FIRST, rows=FIRST.rows[:1]), replace(second, rows=second.rows[1:]))
