"""What changed between two datasets, row by row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labkit.curation.dataset_diff import diff_rows


def row(id: str, labels: list[str], text: str = "post", **answer: str) -> dict[str, object]:
    return {"id": id, "items": [text], "labels": labels, "target": {"labels": labels, **answer}}


def test_each_row_is_told_by_what_changed_in_it():
    before = [row("same", ["a"]), row("gone", ["a"]), row("label", ["a"]), row("answer", ["b"]), row("text", ["b"])]
    after = [
        row("text", ["b"], "another post"),
        row("answer", ["b"], rationale="because"),
        row("label", ["b", "a"]),
        row("same", ["a"]),
        row("new", ["a"]),
    ]
    found = diff_rows(before, after)
    assert (found.added, found.removed) == (("new",), ("gone",))
    assert found.relabelled == {"label": (("a",), ("a", "b"))}
    assert (found.retargeted, found.reworded, found.unchanged) == (("answer",), ("text",), 1)


def test_the_order_of_rows_and_labels_is_no_change():
    before = [row("x", ["a", "b"]), row("y", ["a"])]
    assert diff_rows(before, list(reversed(before))).counts == {
        **dict.fromkeys(("added", "removed", "relabelled", "retargeted", "reworded"), 0),
        "unchanged": 2,
    }


ROWS = st.dictionaries(st.sampled_from("pqrstu"), st.lists(st.sampled_from("ab"), unique=True), max_size=6)


@given(ROWS, ROWS)
def test_every_row_is_counted_once(old: dict[str, list[str]], new: dict[str, list[str]]):
    found = diff_rows([row(*pair) for pair in old.items()], [row(*pair) for pair in new.items()])
    counts = found.counts
    assert counts["unchanged"] + counts["relabelled"] + counts["retargeted"] + counts["added"] == len(new)
    assert len(old) - counts["removed"] + counts["added"] == len(new)
