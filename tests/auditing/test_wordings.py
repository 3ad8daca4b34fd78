"""What stands around posts is told by the answers: a copied post with short tails, or one question in other words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

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


ASKED = (
    "Read the post and decide whether it is toxic, that is rude or unreasonable. Answer yes or no:\n",
    "Does the text below hold an insult or a threat against somebody? Say yes or no:\n",
)


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
    material = of([*plain(100, language), ("c", COPIED[language], "甲", "pool"), *spam])
    assert set(check_duplicates(material).rows) == {row[0] for row in spam}, "the original stays"
    assert check_leakage(material).counts["test_rows"] == ["c0"]


TITLES = {
    "inline": "Here is the title of a message from a customer. Classify it and answer with the label only: {}",
    "own line": "Here is the title of a message from a customer. Classify it and answer with the label only:\n{}",
    "behind": "{}\nThis was the title of a message from a customer. Classify it and answer with the label only.",
    "zh": "下面是一条微博里的话题标签，请你判断这条微博属于哪个类别，只回答类别名称，不要解释：{}",
}


@pytest.mark.parametrize("case", [*TITLES, "zh, one empty", "inline, one empty"])
def test_titles_under_an_instruction_with_the_labels_of_other_posts_are_no_copies(case: str):
    case, _, empty = case.partition(", ")
    language = "zh" if case == "zh" else "en"
    short = [text[:6] if language == "zh" else " ".join(text.split()[:3]) for text in posts(150, language, 4)]
    asked = [TITLES[case].format(title) for title in ["", *short[1:]] if title or empty]
    titles = [(f"t{k}", q, LABELS[k % 4], "pool" if k % 10 else "test") for k, q in enumerate(asked)]
    material = of([*plain(300, language), *titles])
    assert not check_duplicates(material).rows
    assert not check_leakage(material).counts["test_rows"]


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
    material = of(in_wordings(language, None, 4))
    assert set(check_duplicates(material).rows) == {f"c{k}" for k in range(0, 360, 4)}
    assert check_leakage(material).counts["test_rows"] == [f"r{k}" for k in range(0, 360, 20)]


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


@pytest.mark.parametrize("count", [200, 600])
def test_two_questions_with_a_rare_answer_that_mostly_go_together_stay_two(count: int):
    draw, rows = random.Random(11), []
    for k, post in enumerate(posts(count, "en", 12)):
        toxic = draw.random() < 0.06
        insult = toxic and draw.random() > 0.15
        for task, yes in enumerate((toxic, insult)):
            rows.append((f"{task}-{k}", ASKED[task] + post, "yes" if yes else "no", "pool" if k % 5 else "test"))
    assert not check_duplicates(of(rows)).rows


def test_a_question_with_a_rare_answer_in_other_words_is_one_where_enough_rows_have_it():
    texts = posts(300, "en", 12)
    for yes, same in ((10, set()), (40, {"A", "B"})):
        rows = [Worded(f"{w}{k}", w, t, "yes" if k < yes else "no") for w in "AB" for k, t in enumerate(texts[:150])]
        assert set(wordings(rows)) == same
    slip = [replace(row, outcome="no") if row.question == "B0" else row for row in rows]
    assert set(wordings(slip)) == {"A", "B"}, "one slip of forty"
    slips = [replace(row, outcome="no") if row.question in ("B0", "B1", "B2") else row for row in rows]
    assert wordings(slips) == {}, "three of forty are more than slips, though all other answers agree"


ROWS = st.tuples(st.sampled_from("ABCD"), st.integers(0, 150), st.sampled_from([None, "x", "y", "z"]))


@given(st.lists(st.sampled_from([0, 30, 60, 90]), min_size=4, max_size=4), st.lists(ROWS, max_size=60), st.randoms())
def test_who_stands_for_words_stands_for_itself_and_repeated_rows_change_nothing(
    starts: list[int], strays: list[tuple[str, int, str | None]], draw: random.Random
):
    agreed = [(w, k, "xyz"[k % 3]) for w, start in zip("ABCD", starts, strict=True) for k in range(start, start + 60)]
    texts = [f"{chr(0x4E00 + 37 * k)}号帖子说{chr(0x5E00 + 41 * k)}" for k in range(151)]
    worded = [Worded(words + texts[k], words, texts[k], outcome) for words, k, outcome in [*strays, *agreed]]
    found = wordings(worded)
    assert all(found[stands] == stands for stands in found.values())
    assert strays or all(
        found[w] == found[v]
        for (w, a), (v, b) in product(zip("ABCD", starts, strict=True), repeat=2)
        if abs(a - b) == 30
    )
    again = [*worded, *draw.choices(worded, k=20)]
    assert wordings(again) == found
    spelt = {words: words for words in "ABCD"}
    assert copied_posts(again, spelt) == copied_posts(worded, spelt)
