from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.privacy import find
from labkit.privacy.numbers import is_id_card, passes_luhn
from labkit.workspace import bundled_scenes, open_scene
from tests.privacy.made import cards, chinese, id_cards, phones

GLUED = [
    ("我的电话是13812345678，请联系", "phone", "13812345678"),
    ("打138 1234 5678找我", "phone", "138 1234 5678"),
    ("手机＋８６１３８１２３４５６７８谢谢", "phone", "+8613812345678"),
    ("tel13812345678", "phone", "13812345678"),
    ("座机0571-88888888转8", "phone", "0571-88888888"),
    ("call me at (415) 555-2671 please", "phone", "(415) 555-2671"),
    ("my number is +44 20 7946 0958", "phone", "+44 20 7946 0958"),
    ("身份证号11010519491231002X", "id_card", "11010519491231002X"),
    ("我是11010519491231002x的本人", "id_card", "11010519491231002x"),
    ("身份证是110105194912310021，打错一位也是人", "id_card", "110105194912310021"),
    ("信用卡4111111111111111到期", "bank_card", "4111111111111111"),
    ("卡号6222 0212 3456 7890 128别外传", "bank_card", "6222 0212 3456 7890 128"),
    ("邮箱zhang@qq.com谢谢", "email", "zhang@qq.com"),
    ("给13812345678@163.com发", "email", "13812345678@163.com"),
    ("IP地址192.168.1.1异常", "ip", "192.168.1.1"),
    ("来自2001:db8:85a3::8a2e:370:7334的登录", "ip", "2001:db8:85a3::8a2e:370:7334"),
    ("加我微信号abc_12345聊", "wechat", "abc_12345"),
    ("vx：zhang2024", "wechat", "zhang2024"),
    ("QQ号:123456789", "qq", "123456789"),
    ("车牌京A12345被拍了", "plate", "京A12345"),
    ("key sk-abcdefghijklmnop1234", "secret", "sk-abcdefghijklmnop1234"),
    ("密码是abc12345", "secret", "abc12345"),
    ("验证码是482910千万别告诉别人", "secret", "482910"),
    ("您的验证码为：482910，请勿泄露", "secret", "482910"),
    ("验证码482910别给人", "secret", "482910"),
    ("我把验证码482910发给他了", "secret", "482910"),
    ("验证码482910.5分钟内有效", "secret", "482910"),
    ("验证码100862别给人", "secret", "100862"),
    ("快递单号是我的：手机13812345678", "phone", "13812345678"),
    ("手机138.1234.5678谢谢", "phone", "138.1234.5678"),
    ("打了400-820-8820没人接，回我13812345678", "phone", "13812345678"),
    ("座机0411-88208820，不是热线", "phone", "0411-88208820"),
    ("call 401-820-8820 after six", "phone", "401-820-8820"),
    ("国外拨+86 411 8820 8820", "phone", "+86 411 8820 8820"),
    ("国外拨+86 138 0013 8000", "phone", "+86 138 0013 8000"),
    ("座机010 62345678没人接", "phone", "010 62345678"),
    ("联系电话：057188888888", "phone", "057188888888"),
    ("AKIAIOSFODNN7EXAMPLE是我的", "secret", "AKIAIOSFODNN7EXAMPLE"),
    ("api_key = 'q8Zr2LmX90vKpTs4'", "secret", "q8Zr2LmX90vKpTs4"),
    ("看https://a.cn/x?id=3&token=9f8e7d6c5b链接", "secret", "9f8e7d6c5b"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", "secret", None),
]
INNOCENT = [
    "客服热线400-820-8820打不通",
    "请拨 400 820 8820 转 3",
    "热线：４００－８２０－８８２０",
    "４００－８２０－８８２０",
    "800.820.8820和8008208820、4008208820都没人接",
    "国外拨+86 400 820 8820，或者+86-800-820-8820",
    "拨+86 4008-208-820，或者+864008 208 820",
    "call us at (800) 555-2671, 1-888-555-2671 or +1 (877) 555-2671",
    "订单号 20260501123456789 还没发货",
    "运单SF1234567890123三天没动",
    "订单号：13812345678还没发货",
    "快递单号是13812345678",
    "快递单号是：13812345678",
    "单号为: 13812345678",
    "订单编号：  13812345678",
    "运单号 ： 13812345678",
    "订单编号是：4111111111111111",
    "订单编号 4111111111111111",
    "版本1.2.3.4闪退",
    "版本: 1.2.3.4",
    "版本号是：1.2.3.4",
    "版本号 1.2.3.4",
    "验证码2024年就收不到了",
    "验证码2024-05-01收不到",
    "验证码2024.5.1就收不到",
    "验证码95588发来的",
    "验证码106980发来的看不懂",
    "验证码10086一直不发",
    "快递单号773123456789012345678",
    "花了13812345678901块",
    "今天12:30:45到的，5.1.2版本更新到v1.2.3.4了",
    "8000分变26000分，运费680",
    "@青禾商城客服 你们管这叫七天无理由？",
    "换个密码吧，密码是什么都记不住",
    "password is required",
    "微信支付失败了，QQ音乐也卡",
    "My wechat payment failed twice",
    "the token expired again, token: unavailable",
    "127.0.0.1 打不开",
    "概率0.13812345678",
    "2026-05-01 2026-05-02",
    "4111111111111112 不是卡号",
]


@pytest.mark.parametrize(("text", "kind", "value"), GLUED)
def test_it_is_found_although_it_touches_chinese_characters(text: str, kind: str, value: str | None):
    (found,) = find(text)
    assert (found.kind, found.value) == (kind, value or text)


@pytest.mark.parametrize("text", [text for text in INNOCENT if not text.startswith("4111")])
def test_look_alikes_are_left_alone(text: str):
    assert find(text) == ()


def test_a_number_that_fails_its_check_digit_needs_a_word_that_announces_it():
    assert find("4111111111111112 到了") == ()
    assert find("卡号4111111111111112")[0].kind == "bank_card"


@given(chinese, phones | id_cards | cards, chinese)
def test_whatever_chinese_stands_around_it_it_is_found(before: str, value: str, behind: str):
    text = before + value + behind
    assert any(text[f.start : f.end] == value for f in find(text))


@given(id_cards, st.integers(1, 9))
def test_one_wrong_digit_and_it_is_no_identity_card(number: str, shift: int):
    wrong = number[:16] + str((int(number[16]) + shift) % 10) + number[17]
    assert is_id_card(number)
    assert not is_id_card(wrong)


@given(st.text())
def test_what_is_found_stands_in_the_text_in_order_and_apart(text: str):
    found = find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_luhn_on_the_number_of_its_definition():
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "a@" * 50_000, "eyJ" + "a" * 99_000, "密码是" * 30_000, "1." * 50_000, "a:" * 50_000]
)
def test_hundred_thousand_characters_of_almost_matches_come_to_an_end(text: str):
    assert all(text[found.start : found.end] == found.value for found in find(text))


def test_the_bundled_scenes_hold_none_and_nothing_in_them_is_mistaken_for_any():
    posts = [post for name in bundled_scenes() for example in open_scene(name).rows for post in example.items]
    assert len(posts) > 2000
    assert [post for post in posts if find(post)] == []
