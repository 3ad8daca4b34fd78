"""Themes hold what belongs together, every row once, the same at every call; bad input makes none."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.diagnosis import find_themes
from labkit.errors import BadInput
from labkit.records import Example, Prediction, RunRow, Status

Phrases = dict[str, tuple[str, ...]]
CHINESE: Phrases = {
    "快递": ("快递一直没送到门口", "快递停在路上没动静", "包裹被快递丢在楼下", "快递单号查询卡住"),
    "退款": ("退款申请没人处理", "退款一直没到银行卡", "退款被商家拒绝", "申请退款等审核"),
    "坏了": ("拉链当天就坏了", "杯子坏了漏水做工差", "屏幕坏了亮线", "开胶掉漆坏了"),
}
ENGLISH: Phrases = {
    "parcel": ("the parcel is late and the courier is silent", "courier lost the parcel", "parcel was left outside"),
    "refund": ("refund was promised but no money came", "asking for the money back, a refund", "refund refused"),
}


def made(texts: Phrases, times: int, rationale: bool = True) -> list[RunRow]:
    """Rows whose texts each join two phrases of one kind; the id begins with the kind."""
    draw = random.Random(0)
    found = []
    for k in range(times):
        for kind, phrases in texts.items():
            text = "，".join(draw.sample(phrases, 2))
            example = Example(f"{kind}-{k}", ("帖子" if rationale else text,), (), "dev")
            found.append(RunRow(example, Prediction(Status.ANSWERED, (), text if rationale else "")))
    return found


def kinds_of(theme_rows: tuple[tuple[str, int], ...]) -> set[str]:
    return {row_id.split("-")[0] for row_id, _ in theme_rows}


@pytest.mark.parametrize("texts", [CHINESE, ENGLISH])
@pytest.mark.parametrize("rationale", [True, False])
def test_texts_of_one_kind_make_one_theme_and_its_first_word_is_theirs_alone(texts: Phrases, rationale: bool):
    found = find_themes(made(texts, 15, rationale), themes=len(texts))
    assert found.source == ("rationale" if rationale else "posts")
    assert sorted(kinds_of(theme.rows).pop() for theme in found.themes) == sorted(texts)
    for theme in found.themes:
        (kind,) = kinds_of(theme.rows)
        telling = theme.terms[0].split()[0]
        assert [name for name, phrases in texts.items() if telling in " ".join(phrases)] == [kind]


def test_a_chinese_phrase_longer_than_what_is_counted_is_named_whole_and_once():
    said = ("作者引用马克思主义的观点，属于哲学", "马克思主义的基本原理是关键", "他把马克思主义当成史料")
    others = ("快递一直没到", "快递停在路上", "快递丢在楼下")
    rows = [
        RunRow(Example(f"{k}", ("帖子",)), Prediction(Status.ANSWERED, (), text))
        for k, text in enumerate((*said, *others) * 3)
    ]
    named = next(theme.terms for theme in find_themes(rows, themes=2).themes if "快递" not in "".join(theme.terms))
    assert "马克思主义" in named
    assert not [term for term in named if term != "马克思主义" and set(term) & set("马克思")]


def test_the_data_choose_how_many_and_every_call_finds_the_same():
    rows = made(CHINESE, 20)
    found = find_themes(rows)
    assert 2 <= len(found.themes) <= 8
    assert found == find_themes(rows)
    sizes = [len(theme.rows) for theme in found.themes]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=25)
@given(
    st.lists(st.text(alphabet="甲乙退款快递 abcd，\n", max_size=20), max_size=12),
    st.integers(1, 5) | st.none(),
)
def test_every_row_is_in_one_theme_or_silent(texts: list[str], themes: int | None):
    rows = [RunRow(Example(f"r{k}", ("x",)), Prediction(Status.ANSWERED, (), text)) for k, text in enumerate(texts)]
    found = find_themes(rows, source="rationale", themes=themes)
    keys = [key for theme in found.themes for key in theme.rows] + list(found.silent)
    assert sorted(keys) == sorted((f"r{k}", 0) for k in range(len(texts)))


def test_no_rows_and_rows_without_words_make_no_theme():
    assert find_themes([]).themes == ()
    silent = find_themes([RunRow(Example("r", ("！？",)), Prediction(Status.FAILED))])
    assert (silent.themes, silent.silent) == ((), (("r", 0),))
    with pytest.raises(BadInput, match="0 themes"):
        find_themes(made(CHINESE, 2), themes=0)


def test_more_rows_than_are_clustered_at_once_all_find_a_theme(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.diagnosis.themes.AT_ONCE", 30)
    rows = made(CHINESE, 40)
    found = find_themes(rows, themes=3)
    assert sum(len(theme.rows) for theme in found.themes) == len(rows)
    assert all(len(kinds_of(theme.rows)) == 1 for theme in found.themes)


def test_a_theme_is_named_by_whole_words_not_by_pieces_of_them():
    texts = {"app": ("客户端闪退", "打开客户端就卡住", "客户端没反应"), "parcel": CHINESE["快递"]}
    named = {term for theme in find_themes(made(texts, 12), themes=2).themes for term in theme.terms}
    assert "客户端" in named
    assert not named & {"客户", "户端"}


def test_on_gpt4s_rationales_themes_part_history_from_politics(test_data: Path):
    """77 of the 147 errors are about politics: one theme alone would be right in .52 of them."""
    rows = []
    for file in sorted((test_data / "gaokao_gpt4").glob("*.json")):
        for entry in json.loads(file.read_text(encoding="utf-8"))["example"]:
            if entry["model_answer"] != entry["standard_answer"]:
                answer = Prediction(Status.ANSWERED, (), entry["model_output"])
                rows.append(RunRow(Example(f"{'History' in file.stem}-{entry['index']}", ("x",)), answer))
    found = find_themes(rows)
    assert len(rows) == 147
    history = [sum(row_id.startswith("True") for row_id, _ in theme.rows) for theme in found.themes]
    majority = sum(max(h, len(theme.rows) - h) for h, theme in zip(history, found.themes, strict=True))
    assert majority > 0.65 * len(rows)
