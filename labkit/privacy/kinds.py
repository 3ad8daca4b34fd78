r"""What is looked for, as data: a kind, how it is written, and what tells it from its look-alikes.

Chinese is written without spaces, so `\b` finds no edge between 号 and 138: edges here are ASCII characters only.
Every quantifier is bounded, so that no text takes long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from labkit.privacy.numbers import has_digit, is_address_of_a_host, is_bank_card, is_id_card, looks_random

SECRET = "secret"  # noqa: S105  (the name of a kind)
# In the order in which they claim text that several of them match.
KINDS = (SECRET, "email", "id_card", "bank_card", "phone", "ip", "wechat", "qq", "plate")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a kind is written.

    Args:
        kind: one of KINDS.
        pattern: matches it; the group "value", where there is one, is the part that must not be seen.
        holds: what its value must further be.
    """

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = bool


def _rule(kind: str, pattern: str, holds: Callable[[str], bool] = bool, flags: int = 0) -> Rule:
    return Rule(kind, re.compile(pattern, flags | re.ASCII), holds)


_NO_DIGIT_BEFORE, _NO_DIGIT_BEHIND = r"(?<!\d)(?<!\d[.-])", r"(?!-?\d)"
_NO_WORD_BEFORE = r"(?<![A-Za-z0-9_])"
_SAYS = r"[\"']?\s{0,3}(?:[是为][:=]?|[:=]|is)\s{0,3}[\"']?"
_GAP = 4  # characters such as 是：or blanks between a word and the number it announces


def _not_behind(*words: str) -> str:
    """That no such word announces the number: a lookbehind for each width, as each has but one."""
    return "".join(f"(?<!{word}[是为: ]{{{gap}}})" for word in words for gap in range(_GAP + 1))


_NO_ORDER = r"(?=[+\d])" + _not_behind("单号", "编号")  # what says itself that it is a number of goods
_MOBILE_BEFORE = _NO_ORDER + _NO_DIGIT_BEFORE
# the hotlines of companies, which are nobody's own: 400 and 800 in China, where no area begins so; toll-free in America
_TOLL_FREE = r"8(?:00|33|44|55|66|77|88)"
_NO_HOTLINE = rf"(?!\(?(?:400|{_TOLL_FREE})[-. )])"
_NO_HOTLINE_ABROAD = (
    rf"(?!\+(?:86[ -]?[48]00(?:[ -]?\d{{3}}[ -]?\d{{4}}|\d[ -]\d{{3}}[ -]\d{{3}})"
    rf"|1[ -]?\(?{_TOLL_FREE}\)?[ -]?\d{{3}}[ -]?\d{{4}})(?!\d))"
)
# what stands right behind 验证码 and is no code: the number that sends it (95588, 10086, 106…), a date, a count
_NO_SENDER = r"(?!(?:95|1[02])\d{3}(?!\d)|106\d{3,5}发)"
_NO_DATE_OR_COUNT = r"(?![0-9A-Za-z年月日号次条位个]|[-/]\d|\.\d{1,2}\.\d|发来|发过来|发的)"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

RULES: tuple[Rule, ...] = (
    # keys by the prefixes their issuers give them: OpenAI and others, Anthropic, AWS, Alibaba Cloud, GitHub, GitLab,
    # Hugging Face, Slack, Google
    _rule(SECRET, _NO_WORD_BEFORE + r"sk-[A-Za-z0-9_-]{16,200}"),
    _rule(SECRET, _NO_WORD_BEFORE + r"A[KS]IA[0-9A-Z]{16}(?![0-9A-Z])"),
    _rule(SECRET, _NO_WORD_BEFORE + r"LTAI[A-Za-z0-9]{12,24}"),
    _rule(SECRET, _NO_WORD_BEFORE + r"(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,64})"),
    _rule(SECRET, _NO_WORD_BEFORE + r"hf_[A-Za-z0-9]{30,64}"),
    _rule(SECRET, _NO_WORD_BEFORE + r"xox[abeprs]-[A-Za-z0-9-]{10,250}"),
    _rule(SECRET, _NO_WORD_BEFORE + r"AIza[0-9A-Za-z_-]{35}"),
    _rule(SECRET, r"eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,1000}"),
    _rule(SECRET, r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----)?"),
    # what a word announces
    _rule(SECRET, r"(?:password|passwd|pwd|密码|口令)" + _SAYS + r"(?P<value>[!-~]{4,64})", has_digit, re.IGNORECASE),
    _rule(SECRET, r"(?:验证码|校验码|动态码)" + _SAYS + r"(?P<value>[0-9A-Za-z]{4,8})(?![0-9A-Za-z])", has_digit),
    _rule(SECRET, r"(?:验证码|校验码|动态码) ?" + _NO_SENDER + r"(?P<value>\d{4,8})" + _NO_DATE_OR_COUNT),
    _rule(
        SECRET,
        r"(?:api[_ -]?key|access[_ -]?key|secret(?:[_ -]?key)?|token|密钥|令牌)"
        + _SAYS
        + r"(?P<value>[A-Za-z0-9+/=_.-]{12,512})",
        looks_random,
        re.IGNORECASE,
    ),
    _rule(
        SECRET,
        r"[?&](?:access_token|token|api_?key|key|secret|sig|signature|auth|password|pwd|session)="
        r"(?P<value>[^&#\s\u3000-\uffff]{6,2000})",
        bool,
        re.IGNORECASE,
    ),
    _rule(SECRET, r"://[^\s/@:]{1,64}:(?P<value>[^\s/@]{1,128})@"),
    _rule(
        "email",
        r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}",
    ),
    _rule("id_card", _NO_DIGIT_BEFORE + r"[1-9]\d{5} ?(?:18|19|20)\d{6} ?\d{3}[\dXx]" + _NO_DIGIT_BEHIND, is_id_card),
    _rule("id_card", r"身份证(?:号码?)?[^\d\n]{0,6}(?P<value>\d{17}[\dXx]|\d{15})(?!\d)"),
    _rule("bank_card", _NO_ORDER + _NO_DIGIT_BEFORE + r"\d(?:[ -]?\d){12,18}" + _NO_DIGIT_BEHIND, is_bank_card),
    _rule(
        "bank_card", r"(?:银行卡号?|卡号|账号|card (?:number|no\.?))[^\d\n]{0,8}(?P<value>\d(?:[ -]?\d){12,18})(?!\d)"
    ),
    _rule("phone", _MOBILE_BEFORE + r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}" + _NO_DIGIT_BEHIND),
    _rule("phone", _MOBILE_BEFORE + r"1[3-9]\d\.\d{4}\.\d{4}" + _NO_DIGIT_BEHIND),
    _rule(
        "phone",
        r"(?:电话|座机|传真|热线)(?:号码?)?[是为:]?[: ]{0,2}(?P<value>0\d{2,3} ?[2-9]\d{6,7})" + _NO_DIGIT_BEHIND,
    ),
    _rule("phone", _NO_DIGIT_BEFORE + r"(?:\(0\d{2,3}\) ?|0\d{2,3}-)[2-9]\d{6,7}" + _NO_DIGIT_BEHIND),
    _rule(
        "phone",
        r"(?<![\d+])" + _NO_HOTLINE_ABROAD + r"\+[1-9]\d{0,2}(?:[ -]?\(\d{1,4}\))?(?:[ -]?\d){7,12}" + _NO_DIGIT_BEHIND,
    ),
    _rule(
        "phone",
        _NO_DIGIT_BEFORE + _NO_HOTLINE + r"(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}" + _NO_DIGIT_BEHIND,
    ),
    _rule(
        "ip",
        r"(?=\d)(?<![\d.vV])" + _not_behind("版本", "版本号") + r"(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)",
        is_address_of_a_host,
    ),
    _rule(
        "ip", r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:{1,2}){2,7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])", is_address_of_a_host
    ),
    _rule(
        "wechat",
        r"(?:微信号?|薇信|威信|加[vV]|(?<![A-Za-z])(?:vx|wx|wechat|weixin))(?:id)?[号是为: ]{0,3}"
        r"(?P<value>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])",
        has_digit,
        re.IGNORECASE,
    ),
    _rule("qq", r"(?:QQ|扣扣|企鹅号)(?:群|号码?)?[号是为: ]{0,3}(?P<value>[1-9]\d{4,10})(?!\d)", bool, re.IGNORECASE),
    _rule("plate", rf"[{_PROVINCES}][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])", has_digit),
)
