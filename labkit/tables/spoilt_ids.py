"""What Excel makes of ids that look like numbers: it keeps 15 digits, writes 1.23E+17, and drops leading zeros."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

_DIGITS = 15  # that Excel keeps of a number
_SHOWN_WHOLE = 11  # digits of the longest number that a cell shows without an exponent
_BY_CHANCE = 4  # zeros that ids of the source's own seldom end in, all taken together: one time in 10,000
ROUNDED = re.compile(r"-?\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)  # how a spreadsheet writes a long number
_WHOLE = re.compile(r"\d{1,100}", re.ASCII)


def spoilt_of(said: Iterable[str], known: Iterable[str]) -> tuple[str, str] | None:
    """The first id that Excel made of a known one, and the first known one that it may be; None where no id looks so.

    Args:
        said: ids that are not known.
        known: the ids that there are.
    """
    there = dict.fromkeys(known)
    shown = {id: form for id in said if id.strip() not in there and (form := _read(id))}
    lengths = {n for form in shown.values() if "E" in form and (n := _digits(form)) <= _DIGITS}
    made: dict[Hashable, str] = {}
    for one in filter(_WHOLE.fullmatch, there):
        for key in _forms(one, lengths):
            made.setdefault(key, one)
    return next(((id, made[key]) for id, form in shown.items() for key in _keys(form) if key in made), None)


def cut_ids(ids: Iterable[str]) -> list[str]:
    """The ids with nothing but zeros from the 16th digit on, where they are most and too many to be so by chance.

    Two rows may have become one of these. One id of 16 digits in ten ends in 0 by itself, so that few are no sign.
    """
    several = dict.fromkeys(ids)
    cut = [id for id in several if _WHOLE.fullmatch(id) and len(id) > _DIGITS and not id[_DIGITS:].strip("0")]
    zeros = sum(len(id) - _DIGITS for id in cut)
    return cut if 2 * len(cut) > len(several) and zeros >= _BY_CHANCE else []


def _read(said: str) -> str | None:
    """An id as the number that Excel took it for, as a cell shows it; None where it is none."""
    text = said.strip().upper()
    return text if ROUNDED.fullmatch(text) or _WHOLE.fullmatch(text) else None


def _digits(form: str) -> int:
    """How many digits a number with an exponent shows."""
    return len(form.partition("E")[0].replace(".", ""))


def _keys(form: str) -> tuple[Hashable, ...]:
    """What to look a form up by; a Decimal or float equals no text."""
    return (Decimal(form), ("float", float(form))) if "E" in form else (form,)


def _forms(one: str, lengths: Iterable[int]) -> Iterator[Hashable]:
    """Everything that a spreadsheet or a float may make of an id, as `_keys` names it.

    Args:
        one: the id.
        lengths: how many digits the numbers with an exponent show.
    """
    number = one.lstrip("0") or "0"
    cut = number[:_DIGITS] + "0" * (len(number) - _DIGITS)  # Excel does not round what it keeps
    yield from (form for form in (number, cut) if form != one)
    if len(number) <= _SHOWN_WHOLE:
        return
    yield "float", float(number)
    for length in lengths:
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            yield Context(length, rounding).plus(Decimal(number))
        yield Context(length, ROUND_HALF_UP).plus(Decimal(cut))
