"""The content of a terms.toml becomes `Terms`; what it does not say stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from labkit.costs import PriceList
from labkit.decision.break_even import MONTHS, Tuning
from labkit.decision.terms import ModelFacts, Terms
from labkit.errors import BadInput, UnknownName
from labkit.scoring import Interval

_KEYS = ("people_per_1000", "tuning", "models")
_TUNING = ("once", "monthly", "per_1000", "months", "date", "source")
_FACTS = ("licence", "memory_gb", "monthly", "open", "hosted_tuning")


def terms_from_mapping(content: Mapping[str, Any], prices: PriceList, where: str) -> Terms:
    """Read what a decision takes for given.

    Args:
        content: as TOML gives it; amounts are a number, or [least, most], or [least, likely, most].
        prices: of tokens; they stand in a file of their own.
        where: the file, for errors.

    Raises:
        UnknownName: a key that does not exist.
        BadInput: a value of the wrong kind, below 0, or limits in the wrong order.
    """
    _known(content, _KEYS, where)
    models = _table(content, "models", where)
    return Terms(
        prices=prices,
        models={str(name): _facts(_table(models, name, where), f"{where}, {name!r}") for name in models},
        tuning=_tuning(_table(content, "tuning", where), f"{where}, [tuning]"),
        people_per_1000=_range(content, "people_per_1000", where),
    )


def _tuning(content: Mapping[str, Any], where: str) -> Tuning:
    _known(content, _TUNING, where)
    return Tuning(
        once=_range(content, "once", where),
        monthly=_range(content, "monthly", where),
        per_1000=_range(content, "per_1000", where),
        months=_number(content, "months", where) or MONTHS,
        date=str(content.get("date", "")),
        source=str(content.get("source", "")),
    )


def _facts(content: Mapping[str, Any], where: str) -> ModelFacts:
    _known(content, _FACTS, where)
    licence = content.get("licence")
    if licence is not None and not isinstance(licence, str):
        raise BadInput.told("error.terms.licence", where=where)
    return ModelFacts(
        licence=licence,
        memory_gb=_number(content, "memory_gb", where),
        monthly=_range(content, "monthly", where),
        is_open=_flag(content, "open", where),
        hosted_tuning=_flag(content, "hosted_tuning", where),
    )


def _known(content: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in content:
        if key not in keys:
            raise UnknownName("key in", str(key), keys, where=where)


def _table(content: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    found = content.get(key, {})
    if not isinstance(found, Mapping):
        raise BadInput.told("error.terms.no_table", where=where, key_=key)
    return found


def _number(content: Mapping[str, Any], key: str, where: str) -> float | None:
    value = content.get(key)
    if value is None:
        return None
    if not _is_amount(value) or value == 0:
        raise BadInput.told("error.terms.no_number", where=where, key_=key, value=_shown(value))
    return float(value)


def _flag(content: Mapping[str, Any], key: str, where: str) -> bool | None:
    value = content.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadInput.told("error.terms.no_flag", where=where, key_=key, value=_shown(value))
    return value


def _range(content: Mapping[str, Any], key: str, where: str) -> Interval | None:
    value = content.get(key)
    if value is None:
        return None
    parts = value if isinstance(value, list) else [value]
    fits = 1 <= len(parts) <= 3 and all(map(_is_amount, parts)) and sorted(parts) == parts
    if not fits:
        raise BadInput.told("error.terms.no_range", where=where, key_=key, value=_shown(value))
    likely = parts[1] if len(parts) == 3 else sum(parts) / len(parts)
    return Interval(float(likely), float(parts[0]), float(parts[-1]))


def _shown(value: object) -> str:
    return repr(value)[:60]


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0
