from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labkit.privacy import find, mask_example, mask_messages, mask_texts, survey
from labkit.records import Example, Message
from tests.privacy.made import cards, chinese, id_cards, phones

pieces = st.one_of(
    chinese, phones, id_cards, cards, st.text(max_size=5), st.sampled_from(["a@b.cn", "密码是x1y2z3", "[手机号1]"])
)
posts = st.lists(pieces, max_size=6).map("".join)


def test_one_value_has_one_name_within_a_row_and_another_value_another():
    masked = mask_texts(("打13812345678", "别打138-1234-5678，打13900001111或a@b.cn"), "zh")
    assert masked == ("打[手机号1]", "别打[手机号1]，打[手机号2]或[邮箱1]")
    assert mask_texts(("mail a@b.cn or A@B.cn",), "en") == ("mail [e-mail 1] or [e-mail 1]",)


def test_only_the_secret_is_masked_not_the_word_that_announces_it():
    assert mask_texts(("密码是abc12345，快改",), "zh") == ("密码是[密钥1]，快改",)


def test_a_placeholder_that_an_author_wrote_is_not_given_out_again():
    assert mask_texts(("[手机号1]不是我，13812345678是",), "zh") == ("[手机号1]不是我，[手机号2]是",)


def test_a_masked_row_keeps_all_but_its_posts():
    row = Example("a", ("打13812345678",), ("退款",), "dev", meta={"k": 1})
    masked = mask_example(row, "zh")
    assert masked.items == ("打[手机号1]",)
    assert (masked.id, masked.labels, masked.split, masked.meta) == ("a", ("退款",), "dev", {"k": 1})


def test_messages_are_masked_apart_so_that_the_shared_part_stays_shared():
    system = Message("system", "有事打13900001111")
    first, _ = mask_messages((system, Message("user", "打13812345678")), "zh")
    again, user = mask_messages((system, Message("user", "打13700000000")), "zh")
    assert first == again == Message("system", "有事打[手机号1]")
    assert user.content == "打[手机号1]"


@given(st.lists(posts, max_size=3), st.sampled_from(["zh", "en"]))
def test_in_masked_texts_nothing_is_found_and_masking_again_changes_nothing(texts: list[str], language: str):
    masked = mask_texts(texts, language)
    assert [find(text) for text in masked] == [()] * len(texts)
    assert mask_texts(masked, language) == masked


@given(posts)
def test_a_text_in_which_nothing_is_found_is_not_touched(text: str):
    if not find(text):
        assert mask_texts((text,), "zh") == (text,)


def test_a_survey_counts_and_gives_nothing_away():
    found = survey(
        [("a", "打13812345678或13812345678"), ("a", "a.long.name@example.com"), ("b", "好"), ("c", "京A12345")]
    )
    assert found.counts == {"email": 1, "phone": 2, "plate": 1}
    assert found.samples == {
        "email": ("a.********om",),
        "phone": ("1********8",),
        "plate": ("京*****5",),
    }
    assert found.ids == ("a", "c")
    assert not survey([("a", "好")])


@given(phones | id_cards | cards)
def test_a_sample_never_shows_more_than_a_third(value: str):
    ((sample,),) = survey([("a", value)]).samples.values()
    assert sum(ch != "*" for ch in sample) <= len(value) / 3
