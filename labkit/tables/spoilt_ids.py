"""What Excel makes of ids that look like numbers: it keeps 15 digits, writes 1.23E+17, and drops leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_DIGITS = 15  # that Excel keeps of a number
ROUNDED = re.compile(r"-?\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)  # how a spreadsheet writes a long number
_WHOLE = re.compile(r"\d{1,100}", re.ASCII)


def spoilt_of(said: Iterable[str], known: Iterable[str]) -> tuple[str, str] | None:
    """The first id that Excel made of a known one, and that one; None where no id looks so.

    Args:
        said: ids that are not known.
        known: the ids that there are.
    """
    whole = {id for id in known if _WHOLE.fullmatch(id)}
    shown = {id: form for id in said if (form := _read(id))}
    return next(((id, one) for id, form in shown.items() for one in whole if _is_made_of(form, one)), None)


def _read(said: str) -> str | None:
    """An id as the number that Excel took it for, as a cell shows it; None where it is none."""
    text = said.strip().upper()
    return text if ROUNDED.fullmatch(text) or _WHOLE.fullmatch(text) else None


def _is_made_of(form: str, one: str) -> bool:
    if "E" not in form:
        return form == str(Decimal(one)) or (len(one) > _DIGITS and form == _rounded(one))
    mantissa, exponent = form.split("E")
    unit = Decimal(10) ** (int(exponent) - len(mantissa.partition(".")[2]))
    return abs(Decimal(form) - Decimal(one)) <= unit / 2


def _rounded(one: str) -> str:
    """A long number as Excel keeps it."""
    return one[:_DIGITS] + "0" * (len(one) - _DIGITS)
