"""Whether the values of a provider's table are what they must be; the same for the bundled file and the user's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from labkit.costs.rates import is_currency
from labkit.errors import BadInput, UnknownName
from labkit.models.api_errors import ErrorKind
from labkit.models.keys import is_key_name
from labkit.models.provider import DEFAULT, JSON_MODES, THINKING, TRAINING, TUNING_FORMS, Provider
from labkit.texts import listed, say

# Where requests go and what opens the door there; all models of a provider share it.
_OF_THE_SERVER = (
    *("base_url", "batch_url", "tuning_url", "tuning_form", "key", "key_host", "region", "regions", "models"),
    *("private_network", "proxy", "ca_file"),
)
# What of a request no table may stand in for: what is recorded would not be what was sent, nor read as it comes.
_WRITTEN = ("model", "messages", "stream", "stream_options")
Check = Callable[[Any], str]  # of a value: "" when it is fine, else what to write


def checked_row(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The values of a table, ready for `Provider`.

    Args:
        row: the table as TOML gives it.
        place: the file and table, for errors.

    Raises:
        UnknownName: a setting, kind of error or region's setting that does not exist.
        BadInput: a value of the wrong kind, or a key where its name belongs.
    """
    for name, value in row.items():
        if name not in _CHECKS:
            raise UnknownName("setting in", name, _CHECKS, where=place)
        wanted = _CHECKS[name](value)
        if name == "key" and wanted:  # it may be the key itself: never repeated
            raise BadInput(say("error.providers.key", place=place), wanted)
        if name == "proxy" and wanted:  # it may hold a password
            raise BadInput(say("error.providers.proxy_unusable", place=place), wanted)
        if wanted:
            raise BadInput(say("error.providers.value", place=place, name=name, value=value)[:300], wanted)
    for nested in ("regions", "models"):
        for name, differs in row.get(nested, {}).items():
            checked_row(differs, f"{place}, {nested}.{name}")
    for pattern, differs in row.get("models", {}).items():
        _refuse_another_server(differs, f"{place}, models.{pattern}")
    return {name: _frozen(value) for name, value in row.items()}


def _refuse_another_server(differs: Mapping[str, Any], place: str) -> None:
    """A model's settings may not lead the provider's key, or posts, to a place that nobody has looked at."""
    elsewhere = next((name for name in _OF_THE_SERVER if name in differs), None)
    if elsewhere:
        raise BadInput.told("error.provider.of_the_server", place=place, elsewhere=elsewhere)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else say("settings.text")


def _yes_or_no(value: Any) -> str:
    return "" if isinstance(value, bool) else say("settings.yes_or_no")


def _table(value: Any) -> str:
    return "" if isinstance(value, dict) else say("settings.table", example="{ name = value }")


def _json_table(value: Any) -> str:
    """A table that goes into a request as it is, beside what labkit writes there itself."""
    if wrong := _table(value):
        return wrong
    if taken := next((name for name in _WRITTEN if name in value), None):
        return say("settings.written", name=taken)
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return say("settings.json")
    return ""


def _currency(value: Any) -> str:
    return "" if value == "" or is_currency(value) else say("settings.currency")


def _tables(value: Any) -> str:
    fine = isinstance(value, dict) and all(isinstance(row, dict) for row in value.values())
    return "" if fine else say("settings.tables")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _above_zero(value: Any) -> str:
    return "" if _is_number(value) and 0 < value < float("inf") else say("settings.above_zero")


def _whole_above_zero(value: Any) -> str:
    return _above_zero(value) if isinstance(value, int) else say("settings.whole_above_zero")


def _share(value: Any) -> str:
    return "" if _is_number(value) and 0 <= value < 1 else say("settings.share")


def _temperature(value: Any) -> str:
    fine = value == DEFAULT or (_is_number(value) and 0 <= value <= 2)
    return "" if fine else say("settings.temperature")


def _proxy(value: Any) -> str:
    fine = isinstance(value, str) and (not value or re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+:\d{1,5}/?", value))
    return "" if fine else say("settings.proxy")


def _key(value: Any) -> str:
    fine = isinstance(value, str) and is_key_name(value)
    return "" if fine else say("settings.key")


def _one_of(words: tuple[str, ...]) -> Check:
    def check(value: Any) -> str:
        if value in words:
            return ""
        near = get_close_matches(str(value), words, n=1)
        return say("settings.meant", near=near[0]) if near else say("settings.one_of", words=listed(words))

    return check


def _texts(value: Any) -> str:
    fine = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if fine else say("settings.list", example='["…", "…"]')


def _settings(value: Any) -> str:
    """A list of names of settings; minimum_tokens is one of a cache's."""
    if wrong := _texts(value):
        return wrong
    known = tuple(sorted((*_CHECKS, "minimum_tokens")))
    return next((f"{name}: {wrong}" for name in value if (wrong := _one_of(known)(name))), "")


def _caches(value: Any) -> str:
    fine = isinstance(value, list) and all(isinstance(row, dict) and _is_cache(row) for row in value)
    return "" if fine else say("settings.list", example='[{ kind = "automatic", minimum_tokens = 1024 }]')


def _is_cache(row: Mapping[str, Any]) -> bool:
    known = set(row) <= {"kind", "minimum_tokens"} and isinstance(row.get("kind", ""), str)
    return known and not _whole_above_zero(row.get("minimum_tokens", 1))


def _errors(value: Any) -> str:
    if wrong := _table(value):
        return wrong
    for kind, patterns in value.items():
        if wrong := _one_of(tuple(map(str, ErrorKind)))(kind) or _texts(patterns) or _patterns(patterns):
            return f"{kind}: {wrong}"
    return ""


def _patterns(patterns: list[str]) -> str:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            return say("settings.no_pattern", pattern=pattern, error=error)
    return ""


_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(
        (
            "base_url",
            "key_host",
            "region",
            "max_tokens_name",
            "batch_url",
            "tuning_url",
            "ca_file",
            "terms",
            "source",
            "date",
        ),
        _text,
    ),
    **dict.fromkeys(
        (
            "needs_json_word",
            "system_role",
            "thinking_needs_stream",
            "thinking_takes_json",
            "stream",
            "stream_usage",
            "private_network",
        ),
        _yes_or_no,
    ),
    **dict.fromkeys(("thinking_off", "thinking_on", "extra_body"), _json_table),
    **dict.fromkeys(("regions", "models"), _tables),
    **dict.fromkeys(("max_tokens", "concurrency"), _whole_above_zero),
    "key": _key,
    "currency": _currency,
    "json_mode": _one_of(JSON_MODES),
    "thinking": _one_of(THINKING),
    "tuning_form": _one_of(TUNING_FORMS),
    "training_on_outputs": _one_of(TRAINING),
    "temperature": _temperature,
    "proxy": _proxy,
    "cached_tokens": _texts,
    "unknown": _settings,
    "caches": _caches,
    "errors": _errors,
    "batch_discount": _share,
    "timeout_s": _above_zero,
}

if set(_CHECKS) != {field.name for field in fields(Provider)} - {"name"}:  # pragma: no cover
    raise TypeError("every setting of Provider needs its check")
