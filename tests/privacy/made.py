"""Numbers that nobody has, with the check digits of those that somebody has."""

from __future__ import annotations

from hypothesis import strategies as st

_WEIGHTS = [2 ** (17 - k) % 11 for k in range(17)]  # ISO 7064 MOD 11-2, computed rather than copied


def _id_card(area: int, born: object, serial: int) -> str:
    body = f"{area:06d}{born:%Y%m%d}{serial:03d}"
    rest = sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11
    return body + "0123456789X"[(12 - rest) % 11]


def _card(body: str) -> str:
    for check in "0123456789":
        digits = [int(d) for d in body + check]
        for k in range(len(digits) - 2, -1, -2):
            digits[k] = sum(divmod(2 * digits[k], 10))
        if sum(digits) % 10 == 0:
            return body + check
    raise AssertionError("one of ten check digits always fits")


def _born() -> st.SearchStrategy[object]:
    from datetime import date

    return st.dates(date(1900, 1, 1), date(2025, 12, 31))


phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
id_cards = st.builds(_id_card, st.integers(110000, 659999), _born(), st.integers(0, 999))
cards = st.from_regex(r"62[0-9]{14,16}|4[0-9]{14}|5[1-5][0-9]{13}", fullmatch=True).map(_card)
chinese = st.text(st.sampled_from("我的电话是请联系身份证号银行卡谢，。：！（）\n微信快递退款😀"), max_size=12)
