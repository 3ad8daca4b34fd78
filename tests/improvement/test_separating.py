from __future__ import annotations

import pytest

from labkit.errors import BadData
from labkit.improvement.separating import separating_terms, suggest_terms
from labkit.records import Definition, Example


def rows(label: str, *texts: str) -> list[Example]:
    return [Example(f"{label}-{k}", (text,), (label,)) for k, text in enumerate(texts)]


BILLS = rows("bill", "The invoice was wrong", "invoice twice", "my invoices are late", "please call", "call me")
PARCELS = rows("parcel", "parcel lost", "no parcel", "the parcel is late", "please call", "call me now")


def test_terms_are_those_of_one_side_as_authors_write_them():
    terms = list(separating_terms(BILLS, PARCELS))
    assert terms[0].text == "invoice"
    assert "call" not in {term.text for term in terms}
    assert [term.text for term in separating_terms(PARCELS, BILLS)] == ["parcel"]


def test_no_term_is_a_part_of_another_one():
    ours = rows("a", "申请退款没人理", "申请退款被拒", "申请退款三天")
    terms = [term.text for term in separating_terms(ours, rows("b", "快递没到", "快递丢了", "快递太慢"))]
    assert all(one == other or one not in other for one in terms for other in terms)
    assert any("退款" in term for term in terms)


def test_what_a_definition_says_already_is_not_suggested_again():
    known = {"bill": Definition("bill", "An invoice.")}
    with pytest.raises(BadData, match="no word that parts"):
        suggest_terms(known, "bill", "parcel", [*BILLS, *PARCELS])


def test_a_label_answered_without_cause_excludes_what_others_say_where_it_is_answered():
    known = {"bill": Definition("bill", "call")}
    pool = [*rows("bill", "call about bill", "call now"), *rows("parcel", "call the parcel", "parcel call", "parcel")]
    found, seen = suggest_terms(known, None, "bill", pool)
    assert found.definition.excludes == ("parcel",)
    assert found.definition.includes == ()
    assert "parcel-2" not in {row.id for row in seen}  # it holds no word of the definition


def test_rows_without_gold_say_nothing():
    unlabelled = [Example(f"u{k}", ("invoice",)) for k in range(9)]
    with pytest.raises(BadData, match="no word"):
        suggest_terms({}, "bill", "parcel", unlabelled)
