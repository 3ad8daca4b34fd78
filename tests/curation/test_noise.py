"""Links and mentions are taken away, and nothing that somebody says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.curation.leaks import find_leaks
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.curation.noise import without_noise
from labkit.curation.repetition import sift_pool
from labkit.records import Example

POST = "快递五天没动静了"


@pytest.mark.parametrize(
    "text",
    [
        f"{POST} http://t.cn/A6x9Yz",
        f"{POST}https://weibo.com/123/abc?x=1&y=2",
        f"@张三 @li_si {POST}",
        f"//@用户七:{POST}",
        f"回复@青禾商城：{POST}",
        f"RT @user: {POST}",
        f"＠张三 {POST} ＠李四",
    ],
)
def test_a_copy_with_links_and_mentions_says_the_same(text: str):
    assert "".join(without_noise(text).split()) == POST
    rows = [Example("a", (POST,), ("x",)), Example("b", (text,), ("x",))]
    assert near_duplicate_groups(rows) == {"a": "a", "b": "a"}
    assert sift_pool(rows)[1] == {"a": "a", "b": "a"}
    (leak,) = find_leaks([text], [POST]).pairs
    assert leak.kind == "near"


def test_a_link_that_posts_share_does_not_make_them_alike():
    link = " https://weibo.com/ttarticle/p/show?id=2309404567890123456789"
    rows = [Example("a", ("屏幕碎了" + link,)), Example("b", ("退款没到" + link,))]
    assert near_duplicate_groups(rows) == {"a": "a", "b": "b"}


@pytest.mark.parametrize("comma", ["，", ","])
def test_what_stands_behind_a_name_and_a_comma_is_said(comma: str):
    one, other = f"@青禾商城{comma}退款一周了还没到账 求助客服", f"@青禾商城{comma}包裹停在中转站五天 求助客服"
    assert find_leaks([one], [other]).pairs == ()
    rows = [Example("a", (one,), ("x",)), Example("b", (other,), ("x",))]
    assert near_duplicate_groups(rows) == {"a": "a", "b": "b"}
    assert without_noise(f"@青禾商城{comma}快递没到，客服说：等着") == f"@青禾商城{comma}快递没到，客服说：等着"


@pytest.mark.parametrize(
    "text",
    ["@青禾商城客服你们管这叫七天无理由？", "写信到zhang@qq.com谢谢", "http://t.cn/A6", "@张三", POST, "", "a//b 5@3"],
)
def test_what_is_no_noise_or_all_there_is_stays(text: str):
    assert without_noise(text) == text


@given(st.text("@: /ahtp.w快", max_size=40))
def test_something_is_left_of_whatever_said_something(text: str):
    assert any(map(str.isalnum, without_noise(text))) == any(map(str.isalnum, text))
