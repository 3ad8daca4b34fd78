"""The queue: what the checks find, each row once, the most urgent first, under ids that stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.adjudication.item import KINDS, Item, item_id
from labkit.adjudication.queue import build_queue, current_items
from labkit.adjudication.ruling import Ruling
from labkit.adjudication.standing import standings
from labkit.auditing import Material, sample_of
from labkit.records import Example, Run
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK
from tests.made_runs import made_row, made_run

LABELS = tuple(TOPICS)


def pool(rows: int = 90) -> list[Example]:
    """Rows whose first words give their label away."""
    return [Example(f"r{k:02d}", (post(k),), (LABELS[k % 3],)) for k in range(rows)]


def material(rows: list[Example], runs: tuple[Run, ...] = ()) -> Material:
    return Material(tuple(sample_of(row) for row in rows), TINY_TASK, runs=runs)


def items(rows: list[Example], *, runs: tuple[Run, ...] = (), spot: int = 0) -> tuple[Item, ...]:
    return build_queue(material(rows, runs), {}, spot).items


def keep(item: Item) -> Ruling:
    return Ruling(item.id, item.kind, item.rows, "keep", found=(("退款",),) * len(item.rows), who="ann")


def test_copies_with_other_labels_come_first_and_a_label_nobody_believes_after_them():
    rows = pool()
    rows[5] = replace(rows[5], labels=("物流",))
    rows.append(replace(rows[0], id="copy", labels=("质量",)))
    first, *rest = items(rows)
    assert (first.kind, first.rows, first.labels, first.worth) == ("conflict", ("r00", "copy"), ("物流", "质量"), 1.0)
    assert first.reasons[0] == "2 copies of one post carry different labels."
    suspects = [item for item in rest if item.kind == "label"]
    assert suspects[0].rows == ("r05",)
    assert set(suspects[0].labels) == {"物流", "质量"}, "the label it has and the one it should have"
    assert [item.worth for item in suspects] == sorted((item.worth for item in suspects), reverse=True)


def test_doubts_that_wait_behind_the_most_certain_ones_are_counted(monkeypatch: pytest.MonkeyPatch):
    rows = pool()
    for k in (5, 16, 27, 38):
        rows[k] = replace(rows[k], labels=("物流",))
    whole = build_queue(material(rows), {})
    suspects = [item.rows for item in whole.items if item.kind == "label"]
    assert len(suspects) >= 4
    assert whole.following == {}
    monkeypatch.setattr("labkit.adjudication.doubts._LEAST", 3)
    some = build_queue(material(rows), {})
    shown = [item.rows for item in some.items if item.kind == "label"]
    assert shown == suspects[: len(shown)], "the most certain first"
    assert len(shown) + some.following["label"] == len(suspects)


def test_test_rows_never_enter_and_a_conflict_with_one_is_a_leak_not_a_conflict():
    rows = [*pool(), replace(pool()[0], id="held", labels=("质量",), split="test")]
    rows.append(Example("secret", ("我的电话13812345678",), ("退款",), "test"))
    assert {row for item in items(rows) for row in item.rows} <= {row.id for row in pool()}


def test_personal_data_is_named_and_a_secret_is_the_worst():
    rows = [Example("phone", ("打13812345678给我退款",)), Example("key", ("sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z",))]
    found = [item for item in items([*pool(), *rows]) if item.kind == "personal"]
    assert [(item.rows, item.worth) for item in found] == [(("key",), 1.0), (("phone",), 0.5)]
    assert "phone" in found[1].reasons[0]


def test_rows_that_models_fail_on_are_hard_and_their_vote_speaks_against_the_label():
    rows = pool(60)
    wrong = {"r06": ("退款",)}
    asked = [made_row_of(row, wrong.get(row.id, row.labels or ())) for row in rows]
    runs = tuple(made_run(asked, f"run{k}", TINY_TASK, model=f"m{k}") for k in range(2))
    (item,) = [item for item in items(rows, runs=runs) if item.rows == ("r06",)]
    assert item.kind == "label"
    assert item.labels == ("物流", "退款")
    assert item.reasons == (
        "2 of 2 models answer otherwise.",
        "Most models get it wrong: it may enter training only once its labels are confirmed.",
    )


def made_row_of(example: Example, answer: tuple[str, ...]):
    return replace(made_row(example.id, example.labels, answer), example=example)


def test_what_a_check_could_not_examine_is_said():
    queue = build_queue(material(pool(10)), {})
    assert set(queue.not_examined) == {"label", "hard", "style"}
    assert all(queue.not_examined.values())


def test_an_item_keeps_its_id_while_its_rows_keep_their_posts():
    rows = pool()
    rows[5] = replace(rows[5], labels=("物流",))
    before = next(item for item in items(rows) if item.rows == ("r05",))
    again = [replace(rows[7], id="other", items=("一条新的",), labels=()), *reversed(rows)]
    assert before.id in {item.id for item in items(again)}
    assert item_id([("a", "x"), ("b", "y")]) == item_id([("b", "y"), ("a", "x")]) != item_id([("a", "y"), ("b", "x")])


def test_a_row_that_was_decided_is_not_asked_about_again_but_by_the_random_check():
    rows = [*pool(), Example("phone", ("打13812345678给我退款",), ("退款",))]
    asked = next(item for item in items(rows) if item.rows == ("phone",))
    found = standings([replace(keep(asked), item="elsewhere", rows=("phone",))])
    queue = build_queue(material(rows), found, spot=200)
    assert [item.kind for item in queue.items if item.rows == ("phone",)] == ["spot"]
    listed = current_items(queue, found, TINY_TASK)
    assert [item.id for item in listed if item.rows == ("phone",) and item.kind != "spot"] == ["elsewhere"]


def test_the_random_check_depends_on_ids_alone_and_goes_on_where_it_stopped():
    rows = pool()
    drawn = [item for item in items(rows, spot=10) if item.kind == "spot"]
    assert [item.id for item in drawn] == [i.id for i in items(rows[::-1], spot=10) if i.kind == "spot"]
    assert len(drawn) == 10
    found = standings([keep(item) for item in drawn[:4]])
    more = build_queue(material(rows), found, spot=10).items
    assert {item.id for item in more if item.kind == "spot"} == {item.id for item in drawn[4:]}
    assert sum(item.kind == "spot" for item in build_queue(material(rows), found, spot=12).items) == 8


def test_a_disagreement_comes_before_everything_else():
    rows = [*pool(), replace(pool()[0], id="copy", labels=("质量",))]
    queue = build_queue(material(rows), {})
    last = queue.items[-1]
    found = standings([keep(last), replace(keep(last), who="bob", action="drop", order=1)])
    first = current_items(queue, found, TINY_TASK)[0]
    assert (first.id, first.kind) == (last.id, "disagreement")
    assert first.reasons[0].startswith("ann, bob decided differently")


def test_what_one_person_said_is_not_in_question_for_the_next_until_it_counts():
    rows = [*pool(), Example("phone", ("打13812345678给我退款",), ("退款",))]
    queue = build_queue(material(rows), {})
    asked = next(item for item in queue.items if item.rows == ("phone",))
    said = replace(keep(asked), action="relabel", labels=("质量",), needed=2)
    for rulings, told in (([said], False), ([said, replace(said, who="bob", order=1)], True)):
        listed = current_items(queue, standings(rulings), TINY_TASK)
        labels = next(item for item in listed if item.id == asked.id).labels
        assert ("质量" in labels, set(asked.labels) <= set(labels)) == (told, True)


def test_an_item_that_was_taken_back_is_open_again_whatever_the_checks_say():
    asked = items([*pool(), Example("phone", ("打13812345678给我退款",), ("退款",))])[0]
    undone = replace(keep(asked), action="undo", found=(None,), order=1)
    listed = current_items(build_queue(material(pool()), {}), standings([keep(asked), undone]), TINY_TASK)
    again = next(item for item in listed if item.id == asked.id)
    assert (again.kind, again.rows, again.labels) == (asked.kind, asked.rows, ("退款",))


def test_kinds_are_in_order_and_nothing_is_needed_for_an_empty_scene():
    assert items([]) == ()
    kinds = [item.kind for item in items([*pool(), replace(pool()[0], id="copy", labels=("质量",))], spot=3)]
    assert kinds == sorted(kinds, key=KINDS.index)
