"""What stands around posts is told by the answers: a copied post with short tails, or one question in other words."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.auditing import Material, Sample
from labkit.auditing.duplicates import check_duplicates
from labkit.auditing.frame import without_frame
from labkit.auditing.leakage import check_leakage
from labkit.auditing.wordings import Worded, copied_posts, wordings

LABELS = "甲乙丙丁"
COPIED = {
    "zh": "限时大促销全场五折起满三百减一百点击链接领取优惠券先到先得",
    "en": "Limited offer, everything is at half price until Sunday, click the link",
}
ASKING = {
    "zh": (
        "请你作为一名经验丰富的内容审核员，判断下面的微博属于哪个类别：\n",
        "你将看到一条来自社交网络的留言，请从给定的类别里选出最合适的一个：\n",
        "以下是一条公开发布的短消息，它应该归入哪一类，仅给出类别名称：\n",
    ),
    "en": (
        "Classify the message below and answer with the label only:\n",
        "Which category fits this customer's message best? Give its name:\n",
        "Read what a client of ours wrote and pick one label for it:\n",
    ),
}


def posts(count: int, language: str, seed: int) -> list[str]:
    """Posts that have nothing in common."""
    draw = random.Random(seed)
    if language == "zh":
        return ["".join(chr(0x4E00 + draw.randrange(1500)) for _ in range(24)) for _ in range(count)]
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(900)]
    return [" ".join(draw.choices(words, k=7)) for _ in range(count)]


def of(rows: Sequence[tuple[str, str, str, str]]) -> Material:
    """Rows of id, question, answer and split as training data is audited."""
    return Material(without_frame([Sample(i, q, answer=a, form="chat", split=s) for i, q, a, s in rows]))  # type: ignore[arg-type]


def plain(count: int, language: str) -> list[tuple[str, str, str, str]]:
    texts = enumerate(posts(count, language, 1))
    return [(f"r{k}", text, LABELS[k % 4], "pool" if k % 5 else "test") for k, text in texts]


@pytest.mark.parametrize("copies", [30, 150])
@pytest.mark.parametrize("answers", ["甲", "甲乙"])
@pytest.mark.parametrize("mark", ["。\n", "：\n", "：", "。"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_post_that_is_copied_with_short_tails_is_no_instruction(language: str, mark: str, answers: str, copies: int):
    draw, tails = random.Random(2), posts(copies, language, 3)
    spam = [
        (f"c{k}", f"{COPIED[language]}{mark}{tail[:4]}", draw.choice(answers), "pool" if k else "test")
        for k, tail in enumerate(tails)
    ]
    material = of([*plain(100, language), *spam])
    assert set(check_duplicates(material).rows) == {row[0] for row in spam[1:]}
    assert check_leakage(material).counts["test_rows"] == ["c0"]


def test_a_copied_post_is_known_by_its_original_where_answers_are_free():
    spam = [(f"c{k}", f"{COPIED['zh']}。\n{t[:3]}", t[::-1], "pool") for k, t in enumerate(posts(40, "zh", 3))]
    rows = [*plain(100, "zh"), *spam]
    assert not check_duplicates(of(rows)).rows, "words before a short post may ask something about it"
    original = ("c", COPIED["zh"], "好的", "pool")
    assert set(check_duplicates(of([*rows, original])).rows) == {"c", *(row[0] for row in spam[1:])}


def test_single_words_under_an_instruction_are_no_copies():
    words = [word for text in posts(20, "en", 5) for word in text.split()]
    about = [
        (f"w{k}", f"Say what part of speech this word is and nothing else: {word}", ("noun", "verb")[k % 2], "pool")
        for k, word in enumerate(dict.fromkeys(words))
    ]
    assert not check_duplicates(of([*plain(400, "en"), *about])).rows


def in_wordings(language: str, other: str | None, every: int) -> list[tuple[str, str, str, str]]:
    """Posts under three wordings, some under a second one as well, where the answer is the same or drawn anew.

    Args:
        language: of posts and wordings.
        other: labels that the second answer is drawn from; the first answer again when None.
        every: one post of so many is asked twice.
    """
    draw, rows = random.Random(7), []
    for k, post in enumerate(posts(360, language, 6)):
        label = draw.choice(LABELS)
        rows.append((f"r{k}", ASKING[language][k % 3] + post, label, "pool" if k % 10 else "test"))
        if k % every == 0:
            again = label if other is None else draw.choice(other)
            rows.append((f"c{k}", ASKING[language][(k + 1) % 3] + post[:-1], again, "pool"))
    return rows


@pytest.mark.parametrize("language", ["zh", "en"])
def test_copies_behind_other_wordings_of_one_instruction_are_found(language: str):
    material = of(in_wordings(language, None, 5))
    assert set(check_duplicates(material).rows) == {f"c{k}" for k in range(0, 360, 5)}
    assert check_leakage(material).counts["test_rows"] == [f"r{k}" for k in range(0, 360, 10)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_posts_that_several_instructions_are_about_are_no_copies(language: str):
    material = of(in_wordings(language, LABELS, 1))
    assert not check_duplicates(material).rows
    assert not check_leakage(material).value


def test_two_wordings_of_two_questions_each_are_two_subtasks():
    draw, rows = random.Random(8), []
    wordings_of = (ASKING["zh"][:2], ("这条微博是正面、负面还是中性的情绪，只回答一个词：\n", *ASKING["en"][:1]))
    for k, post in enumerate(posts(240, "zh", 9)):
        for task, (asked, labels) in enumerate(zip(wordings_of, (LABELS, "好坏中"), strict=True)):
            label = draw.choice(labels)
            rows.append((f"{task}-{k}", asked[k % 2] + post, label, "pool"))
            if k % 4 == 0:
                rows.append((f"{task}-{k} again", asked[1 - k % 2] + post, label, "pool"))
    material = of(rows)
    assert set(check_duplicates(material).rows) == {row[0] for row in rows if "again" in row[0]}
    assert len({s.subtask for s in material.samples}) == 2


def test_few_agreeing_answers_are_no_evidence():
    rows = [Worded(f"{w}{k}", w, f"今天天气真的很不错啊{k:03d}", "是") for w in "AB" for k in range(40)]
    assert wordings(rows) == {}, "all answers are one"
    varied = [Worded(r.question, r.words, r.post, LABELS[k % 4]) for k, r in enumerate(rows)]
    assert set(wordings(varied)) == {"A", "B"}
    assert (
        wordings([*varied[:40], *(Worded(f"C{k}", "C", post, "甲") for k, post in enumerate(posts(40, "zh", 1)))]) == {}
    )


@given(st.lists(st.tuples(st.sampled_from("AB"), st.text(max_size=9), st.sampled_from([None, "x", "y"])), max_size=60))
def test_any_rows_can_be_told_apart(rows: list[tuple[str, str, str | None]]):
    worded = [Worded(words + post, words, post, outcome) for words, post, outcome in rows]
    assert set(wordings(worded)) <= {"A", "B"}
    assert copied_posts(worded, {"A": "A", "B": "B"}) <= {"A", "B"}
