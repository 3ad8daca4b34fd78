"""Check digits and plausibility: what tells an identity card or a bank card from any other long number."""

from __future__ import annotations

import ipaddress
import math
from collections import Counter
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
# First digits -> lengths: UnionPay, Visa, Mastercard, American Express, Diners, JCB, Discover (ISO/IEC 7812).
_CARDS: tuple[tuple[range, int, tuple[int, ...]], ...] = (
    (range(62, 63), 2, (16, 17, 18, 19)),
    (range(4, 5), 1, (13, 16, 19)),
    (range(51, 56), 2, (16,)),
    (range(2221, 2721), 4, (16,)),
    (range(34, 35), 2, (15,)),
    (range(37, 38), 2, (15,)),
    (range(300, 306), 3, (14,)),
    (range(36, 37), 2, (14,)),
    (range(3528, 3590), 4, (16,)),
    (range(6011, 6012), 4, (16,)),
    (range(65, 66), 2, (16,)),
)
_ENTROPY_BITS = 3.0  # bits a character; English words of this length lie below


def digits_of(text: str) -> str:
    """The digits of a number that is written with spaces or dashes."""
    return "".join(ch for ch in text if ch.isdigit())


def is_id_card(number: str) -> bool:
    """Whether eighteen characters are a Chinese identity card number: a real birthday, and check digit of GB 11643."""
    number = number.replace(" ", "").upper()
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return 1880 <= born.year <= 2100 and _ID_CHECK[total % 11] == number[17]


def is_bank_card(number: str) -> bool:
    """Whether a number begins and ends like a payment card's: a known issuer, its length, the Luhn check digit."""
    digits = digits_of(number)
    known = any(int(digits[:n]) in starts and len(digits) in lengths for starts, n, lengths in _CARDS)
    return known and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1)."""
    doubled = [int(d) * (1 + k % 2) for k, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_address_of_a_host(text: str) -> bool:
    """Whether this is an IP address of some machine; loopback and 0.0.0.0 tell nothing about anybody."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def looks_random(text: str) -> bool:
    """Whether a word is one that nobody would say: letters and digits mixed, at least 3 bits a character."""
    counts = Counter(text).values()
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
    return has_digit(text) and entropy >= _ENTROPY_BITS


def has_digit(text: str) -> bool:
    """Whether a digit stands in it."""
    return any(ch.isdigit() for ch in text)
