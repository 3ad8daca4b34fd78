"""Exchange rates of a stated day: money in one currency becomes money in another, or nobody knows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit.errors import BadInput

OLD_DAYS = 90  # prices and rates change several times a year
_PAIR = re.compile(r"([A-Z]{3})_([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates as the table [rates] of prices.toml gives them.

    Args:
        pairs: (from, to) -> how much of the second one unit of the first is worth.
        date: the day they held, or None when the file does not say.
    """

    pairs: Mapping[tuple[str, str], float] = field(default_factory=dict)
    date: datetime.date | None = None

    def is_old(self, today: datetime.date) -> bool:
        """Whether they held more than 90 days ago; rates without a date are not known to be new."""
        return self.date is None or (today - self.date).days > OLD_DAYS

    def convert(self, amount: float, currency: str, wanted: str) -> float | None:
        """Money in another currency; None when no rate leads there, directly or the other way round."""
        if currency == wanted:
            return amount
        if rate := self.pairs.get((currency, wanted)):
            return amount * rate
        if rate := self.pairs.get((wanted, currency)):
            return amount / rate
        return None


def is_currency(name: object) -> bool:
    """Whether it may be the code of a currency, as ISO 4217 has them."""
    return isinstance(name, str) and re.fullmatch("[A-Z]{3}", name) is not None


def rates_from_mapping(content: object, where: str) -> Rates:
    """Read the table [rates].

    Args:
        content: such as {"USD_CNY": 7.1, "date": "2026-11-20"}; `source` may say where they stand.
        where: the file, for errors.

    Raises:
        BadInput: a key that is no pair of currencies, a rate that is not above 0, a date that is none.
    """
    if not isinstance(content, Mapping):
        raise BadInput.told("error.rates.no_table", where=where)
    pairs = {_pair(key, where): _rate(key, value, where) for key, value in content.items() if key not in _NOTES}
    return Rates(pairs, read_date(content.get("date"), f"{where}, [rates]"))


def read_date(value: Any, where: str) -> datetime.date | None:
    """A date as TOML or text gives it; None for none.

    Raises:
        BadInput: it is neither.
    """
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise BadInput.told("error.rates.date", where=where, value=value) from None


_NOTES = ("date", "source")


def _pair(key: str, where: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(key)
    if not found:
        raise BadInput.told("error.rates.no_pair", where=where, key_=key)
    return found[1], found[2]


def _rate(key: str, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise BadInput.told("error.rates.no_number", where=where, key_=key)
    return float(value)
