"""An edit taken apart: the earlier prompt with one change made differs from it by exactly this change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labkit.prompts import diff_prompts, split_sentences
from labkit.prompts.partial import pieces_of, with_piece
from labkit.prompts.sentences import join_sentences
from labkit.records import Definition, Prompt

OLD = Definition("退款", "要求退钱。只问价格的不算。", includes=("催退款",), excludes=("问价",))
NEW = Definition("退款", "要求退钱或换货。只问价格的不算。运费险归这里。", includes=("催退款",))
BEFORE = Prompt("v1", "分类。", "{{posts}}", "回答。", (OLD, Definition("物流", "快递包裹。")))
AFTER = replace(BEFORE, name="v2", definitions=(NEW, Definition("物流", "快递包裹和外卖。")))
DIFF = diff_prompts(BEFORE, AFTER)


def test_an_edit_falls_into_definitions_or_into_sentences():
    assert [(piece.label, len(piece.changes)) for piece in pieces_of(DIFF)] == [("退款", 3), ("物流", 1)]
    by_sentence = pieces_of(DIFF, "sentence")
    assert [piece.changes[0].kind for piece in by_sentence] == ["changed", "added", "removed", "changed"]


def test_with_one_piece_made_the_prompt_differs_by_exactly_this_piece():
    for grain in ("definition", "sentence"):
        for piece in pieces_of(DIFF, grain):
            made = diff_prompts(BEFORE, with_piece(BEFORE, AFTER, DIFF, piece, "one"))
            assert made.changed_labels == (piece.label,)
            diff = made.of_label(piece.label)
            assert diff is not None
            assert diff.changes == piece.changes
            assert made.shared == ()


def test_shared_text_is_a_piece_of_its_own_and_leaves_the_definitions():
    after = replace(AFTER, system="请分类。", rationale="none", retrieved=2, definitions=AFTER.definitions[::-1])
    diff = diff_prompts(BEFORE, after)
    first = pieces_of(diff)[0]
    made = with_piece(BEFORE, after, diff, first, "one")
    assert (first.label, made.system, made.rationale, made.retrieved) == ("", "请分类。", "none", 2)
    assert made.definitions == BEFORE.definitions[::-1]


def test_definitions_that_come_and_go_are_pieces_too():
    after = replace(BEFORE, name="v2", definitions=(OLD, Definition("质量", "坏了。")))
    diff = diff_prompts(BEFORE, after)
    came, gone = (with_piece(BEFORE, after, diff, piece, "one") for piece in pieces_of(diff, "sentence"))
    assert [d.label for d in came.definitions] == ["退款", "物流", "质量"]
    assert [d.label for d in gone.definitions] == ["退款"]


def test_a_reordered_definition_stays_one_piece():
    after = replace(BEFORE, definitions=(replace(OLD, text="只问价格的不算。要求退钱。"), BEFORE.definitions[1]))
    (piece,) = pieces_of(diff_prompts(BEFORE, after), "sentence")
    assert with_piece(BEFORE, after, diff_prompts(BEFORE, after), piece, "one").definitions == after.definitions


@given(st.lists(st.sampled_from(["甲。", "Yes.", "No!", "乙？", "C3。"]), max_size=6))
def test_joined_sentences_are_cut_into_the_same_ones(sentences: list[str]):
    assert list(split_sentences(join_sentences(sentences))) == sentences
