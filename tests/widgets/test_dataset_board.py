"""DatasetBoard without a browser: what the page is told, and decisions that stand in the scene's file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.adjudications import adjudicate
from labkit.errors import BadInput, UnknownName
from labkit.evaluation import evaluate
from labkit.records import Example
from labkit.widgets import DatasetBoard
from labkit.workspace import Scene, create_scene, open_scene, unclear_definitions
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.widgets.test_error_triage import command

HOSTILE = "<img src=x onerror='window.hacked=1'>\u202eabc"


@pytest.fixture
def doubtful(tmp_path: Path) -> Scene:
    """Two conflicts and two rows with personal data, one of them hostile."""
    rows = tiny_examples()
    copies = [replace(rows[k], id=f"copy-{k}", labels=("退款",), group=f"g{k}") for k in (0, 8)]
    called = [Example("phone", ("打13812345678给我退款",), ("退款",)), Example("bad", (f"13900001111 {HOSTILE}",), ())]
    return create_scene(tmp_path / "doubtful", TINY_TASK, (*rows, *copies, *called), tiny_prompts())


@pytest.fixture
def board(doubtful: Scene) -> DatasetBoard:
    return DatasetBoard(doubtful, annotator="ann")


def listed(board: DatasetBoard) -> list[str]:
    return [line["id"] for line in board.view["rows"]]


def chosen(board: DatasetBoard, *labels: str) -> list[int]:
    return [TINY_TASK.labels.index(label) for label in labels]


def test_the_page_is_told_the_item_both_definitions_and_no_votes(board: DatasetBoard):
    assert [kind[0] for kind in board.kinds] == ["conflict", "personal"]
    assert [kind[2:] for kind in board.kinds] == [[2, 2], [2, 2]]
    opened = board.opened
    assert (opened["position"], opened["current"], opened["question"]) == (0, None, chosen(board, "物流", "退款"))
    assert opened["carried"] == [[["物流"], 1], [["退款"], 1]]
    assert board.definitions[0].startswith("快递、包裹、配送和物流信息的问题。")
    assert "votes" not in opened
    assert board.progress == {"decided": 0, "waiting": 0, "total": 4}


def test_an_unclear_definition_is_noted_for_step_1_and_leaves_the_item_open(board: DatasetBoard, doubtful: Scene):
    item = board.opened["id"]
    said = command(board, "unclear", item=item, labels=chosen(board, "退款"), reason="since when?")
    assert said == {"ok": True, "said": "Noted for step 1 as unclear: 退款"}
    assert (board.opened["id"], board.opened["unclear"]) == (item, chosen(board, "退款"))
    assert board.progress["decided"] == 0
    (found,) = unclear_definitions(doubtful)
    assert (found.label, found.rows, found.flags[0].reason) == ("退款", board.work.item(item).rows, "since when?")
    assert DatasetBoard(open_scene(doubtful.path), annotator="ann").opened["unclear"] == chosen(board, "退款")
    assert DatasetBoard(open_scene(doubtful.path), annotator="ben").opened["unclear"] == []
    assert command(board, "unclear", item=item, labels=[])["ok"]
    assert (board.opened["unclear"], unclear_definitions(doubtful)) == ([], ())


def test_a_decision_is_in_the_file_before_it_is_shown_and_the_next_item_takes_its_place(
    board: DatasetBoard, doubtful: Scene
):
    first, second = listed(board)[:2]
    said = command(board, "decide", item=first, action="relabel", labels=chosen(board, "物流"), reason="the same")
    assert said == {"ok": True, "said": "relabelled: 物流"}
    assert doubtful.decisions()[-1]["item"] == first
    assert (board.opened["id"], listed(board)[-1], board.position) == (second, first, 0)
    assert board.progress == {"decided": 1, "waiting": 0, "total": 4}
    assert board.kinds[0][2:] == [1, 2]
    assert board.last == "relabelled: 物流"
    anew = DatasetBoard(open_scene(doubtful.path), annotator="ann")
    assert (anew.progress, anew.last, listed(anew)[-1]) == (board.progress, board.last, first)


def test_personal_data_is_masked_until_somebody_asks_for_an_item(board: DatasetBoard):
    board.wanted = {"kind": "personal", "revision": 1}
    assert "1381234" not in str((board.view, board.opened))
    place = next(k for k, line in enumerate(board.view["rows"]) if "退款" in line["post"])
    board.position = place
    (text, _), *_ = board.opened["rows"][0]["posts"]
    assert (text, board.opened["masked"]) == ("打[手机号1]给我退款", True)
    board.unmasked = board.opened["id"]
    (text, _), *_ = board.opened["rows"][0]["posts"]
    assert (text, board.opened["masked"]) == ("打13812345678给我退款", False)
    board.position = 1 - place
    assert board.opened["masked"], "the next item is masked again"
    assert "1390000" not in str(board.opened)


def test_undo_opens_the_item_again_also_in_a_new_kernel_and_behind_a_filter(board: DatasetBoard, doubtful: Scene):
    first = listed(board)[0]
    command(board, "decide", item=first, action="drop", labels=[])
    anew = DatasetBoard(open_scene(doubtful.path), annotator="ann")
    anew.wanted = {"kind": "personal", "revision": 1}
    assert len(listed(anew)) == 2
    reply = command(anew, "undo")
    assert reply["said"] == "Taken back: dropped"
    assert (anew.opened["id"], anew.opened["state"], anew.wanted["kind"], anew.last) == (first, "open", "", "")
    refused = command(anew, "undo")
    assert (refused["ok"], "nothing that could be taken back" in refused["error"]) == (False, True)


def test_a_kind_filters_and_skipped_items_come_after_open_ones(board: DatasetBoard):
    board.wanted = {"kind": "personal", "revision": 1}
    first, second = listed(board)
    command(board, "decide", item=first, action="skip", labels=[])
    assert listed(board) == [second, first]
    assert [line["state"] for line in board.view["rows"]] == ["open", "skipped"]
    board.position = 1
    assert board.opened["id"] == first
    board.wanted = {"kind": "no such kind", "revision": 2}
    assert len(listed(board)) == 4


def test_votes_are_told_only_when_asked_for(doubtful: Scene):
    for prompt in ("v1", "v2"):
        evaluate(doubtful, prompt, "definition-reader", split="pool")
    board = DatasetBoard(doubtful, annotator="ann")
    assert "definition-reader" not in str(board.get_state())
    votes = command(board, "votes", item=board.opened["id"])["votes"]
    assert [vote["model"] for vote in votes][:2] == ["v2 · definition-reader", "v1 · definition-reader"]
    assert {vote["row"] for vote in votes} == {"pool-00", "copy-0"}


def test_two_people_do_not_see_each_other_until_both_have_spoken(doubtful: Scene):
    ann, bob = (DatasetBoard(doubtful, annotator=who, overlap=1.0) for who in ("ann", "bob"))
    item = listed(ann)[0]
    command(ann, "decide", item=item, action="drop", labels=[], reason="an advertisement")
    assert (ann.progress["waiting"], ann.view["rows"][-1]["state"]) == (1, "waiting")
    blind = DatasetBoard(doubtful, annotator="bob", overlap=1.0)
    assert "advertisement" not in str(blind.get_state())
    command(bob, "decide", item=item, action="relabel", labels=chosen(bob, "物流"))
    assert (bob.opened["id"], bob.opened["kind"]) == (item, "disagreement")
    assert [(side["who"], side["said"], side["reason"]) for side in bob.opened["sides"]] == [
        ("ann", "dropped", "an advertisement"),
        ("bob", "relabelled: 物流", ""),
    ]
    refused = command(bob, "decide", item=item, action="drop", labels=[])
    assert "settled only with a reason" in refused["error"]
    assert command(bob, "decide", item=item, action="drop", labels=[], reason="right")["ok"]


def test_the_random_check_is_told_beside_the_queue(doubtful: Scene):
    board = DatasetBoard(doubtful, annotator="ann", spot=3)
    board.wanted = {"kind": "spot", "revision": 1}
    for item in listed(board):
        command(board, "decide", item=item, action="keep", labels=[])
    assert any(note.startswith("Random check: 0 of 3 labels wrong") for note in board.notes)


def test_text_that_hides_is_made_visible(board: DatasetBoard):
    row = next(line for line in board.view["rows"] if "onerror" in line["post"])
    assert "⟨U+202E⟩" in row["post"]
    assert "\u202e" not in str(board.get_state())


def test_an_empty_queue_is_shown_as_one(tmp_path: Path):
    board = DatasetBoard(create_scene(tmp_path / "s", TINY_TASK, [Example("a", ("好",))], tiny_prompts()))
    assert (board.view["found"], board.opened["position"], board.progress["total"]) == (0, -1, 0)
    assert command(board, "decide", item="x", action="keep", labels=[])["ok"] is False


def test_a_copy_made_a_hundred_times_is_told_once_with_their_number(tmp_path: Path):
    rows = [Example(f"r{k}", ("快递五天没动静",), (TINY_TASK.labels[k % 2],)) for k in range(100)]
    board = DatasetBoard(create_scene(tmp_path / "s", TINY_TASK, rows, tiny_prompts()))
    assert (len(board.opened["rows"]), board.opened["more"]) == (12, 88)
    assert [count for _, count in board.opened["carried"]] == [50, 50]


def test_a_queue_gathered_before_can_be_shown_and_names_are_checked(doubtful: Scene):
    work = adjudicate(doubtful, annotator="cho")
    assert DatasetBoard(work).work is work
    with pytest.raises(UnknownName, match="overlaps"):
        DatasetBoard(doubtful, overlaps=0.2)
    with pytest.raises(BadInput, match="no name"):
        DatasetBoard(doubtful, annotator="")


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.lists(st.integers(), max_size=3)


@given(st.dictionaries(st.sampled_from(["item", "action", "labels", "reason", "start", "count"]), JUNK, max_size=6))
@settings(max_examples=40)
def test_no_message_breaks_the_board(message: dict[str, Any]):
    board = STANDING["board"]
    for name in ("page", "decide", "votes"):
        assert isinstance(command(board, name, **message)["ok"], bool)
    assert board.view["found"] == 4
    assert board.problem == {}


STANDING: dict[str, DatasetBoard] = {}


@pytest.fixture(autouse=True)
def standing_board(doubtful: Scene) -> None:
    """The board that hypothesis sends messages to."""
    STANDING["board"] = DatasetBoard(doubtful, annotator="ann")
