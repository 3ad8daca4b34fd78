"""What an API's refusal means: wait and try again, stop at once, give up one row, or an answer that was withheld.

Which words mean what is data: each provider's own in providers.toml, and below those that many use.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from enum import StrEnum
from types import MappingProxyType

from labkit.errors import ModelBusy, ModelError, ModelRefused
from labkit.texts import say

Patterns = Mapping[str, Sequence[str]]  # kind of error -> regular expressions


class ErrorKind(StrEnum):
    """What a provider complains about; earlier kinds are looked for first."""

    MONEY = "money"
    QUOTA = "quota"
    FILTER = "filter"  # a content filter withheld the answer to this one row
    KEY = "key"
    UNKNOWN_MODEL = "unknown_model"
    TOO_LONG = "too_long"
    JSON_MODE = "json_mode"
    TEMPERATURE = "temperature"
    SYSTEM_ROLE = "system_role"
    THINKING = "thinking"
    LENGTH_NAME = "length_name"  # the parameter for the longest answer goes by its other name
    LENGTH = "length"  # an answer may not be that long
    BUSY = "busy"


COMMON: Patterns = {
    "money": [
        "Arrearage",
        r"insufficient.{0,3}balance",
        r"no balance",
        r"account.{0,20}(suspended|overdue)",
        "欠费",
        "余额不足",
    ],
    "quota": ["insufficient_quota", "exceeded your current quota"],
    "filter": ["content_filter", "content_policy_violation", "data_?inspection_?failed"],
    "key": ["invalid_api_key", "incorrect api key"],
    "unknown_model": ["model_not_found", r"model .{0,80}(does not exist|not exist|not found)", r"模型.{0,40}不存在"],
    "too_long": ["context_length_exceeded", "maximum context length"],
    "json_mode": [r"word .{0,3}json", r"response_format.{0,80}(not support|unsupported|unavailable|not permitted)"],
    "temperature": [r"(invalid|unsupported).{0,20}temperature", r"temperature.{0,40}not support"],
    "system_role": [r"system role.{0,20}not support", r"(invalid|unsupported).{0,20}role.{0,20}system"],
    "thinking": [r"enable_thinking"],
    "length_name": [r"max_tokens.{0,60}(unsupported|not support).{0,60}max_completion_tokens"],
    "length": [r"max_(completion_)?tokens.{0,60}(too large|at most|valid range|less than)", r"range of max_tokens"],
    "busy": ["rate_limit", "overloaded"],
}
# What to write into models.toml, or to do, for the kinds that every further row would meet as well.
IN_MODELS_FILE = {
    *(ErrorKind.JSON_MODE, ErrorKind.TEMPERATURE, ErrorKind.SYSTEM_ROLE, ErrorKind.THINKING),
    *(ErrorKind.LENGTH_NAME, ErrorKind.LENGTH),
}
FIXED_BY_PEOPLE = {ErrorKind.MONEY, ErrorKind.QUOTA, ErrorKind.KEY, ErrorKind.UNKNOWN_MODEL} | IN_MODELS_FILE

_RATE_LIMIT = 429
_BUSY = {408, 409, 425, _RATE_LIMIT}
_ACCOUNT = {401: ErrorKind.KEY, 402: ErrorKind.MONEY, 403: ErrorKind.KEY, 404: ErrorKind.UNKNOWN_MODEL}
_EXCERPT = 200  # characters of a server's words that go into an error
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_READ = 20_000  # bytes of its body that are looked at


def kind_of(status: int, body: bytes, patterns: Patterns = COMMON) -> ErrorKind | None:
    """What a reply that is no answer complains about.

    Args:
        status: its HTTP status; 200 for an error sent as if it were an answer.
        body: its body.
        patterns: the provider's words; those that many use are looked for after them.

    Returns:
        The kind, or None when it is not known.
    """
    if status >= 500:
        return ErrorKind.BUSY
    text = _unescaped(body)
    for words in (patterns, COMMON):
        for kind in ErrorKind:
            if any(re.search(word, text, re.IGNORECASE) for word in words.get(kind, ())):
                return kind
    return ErrorKind.BUSY if status in _BUSY else _ACCOUNT.get(status)


def api_error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    model: str,
    patterns: Patterns = COMMON,
    hints: Mapping[ErrorKind, str] = MappingProxyType({}),
) -> ModelError:
    """The error behind an HTTP reply that is no answer.

    Args:
        status: its HTTP status; 200 for an error sent as if it were an answer.
        headers: its headers, keys in lower case.
        body: its body; keys must have been removed from it.
        model: the model's name.
        patterns: the provider's words.
        hints: kind -> the fix to offer in place of the usual one.

    Returns:
        ModelRefused when asking again is useless for every row, ModelBusy when it is not, else ModelError for this row.
    """
    said = say(f"error.api.{'answered' if body else 'status'}", model=model, status=status, body=excerpt(body))
    if 300 <= status < 400:
        return ModelRefused(say("error.api.redirect", model=model), say("error.api.redirect.fix"), body)
    kind = kind_of(status, body, patterns)
    if kind in FIXED_BY_PEOPLE:
        fix = hints.get(kind) or say(f"error.api.fix.{kind}")
        fix = say("error.api.in_models_file", fix=fix) if kind in IN_MODELS_FILE else fix
        return ModelRefused(said, fix, body, kind)
    if kind is ErrorKind.BUSY or (kind is None and status == 200):
        overloaded = kind is ErrorKind.BUSY
        busy = ModelBusy(said, retry_after=retry_after_s(headers), raw=body, overloaded=overloaded)
        if status == _RATE_LIMIT:
            busy.limit_of = "model" if _names(model, body) else "key"
        return busy
    fix = say("error.api.too_long") if kind is ErrorKind.TOO_LONG else ""
    return ModelError(said, fix, body, kind or "")


def _names(model: str, body: bytes) -> bool:
    """Whether a server's words say that a limit is of this model, as in `Rate limit reached for gpt-4o in …`."""
    name = re.escape(model.partition("/")[2])
    said = rf"(?:\bfor|\bmodel|模型)[\s:：]*[`'\"“「]?{name}(?![\w.:/-]*\w)"
    return bool(name) and re.search(said, _as_text(body[:_READ]).replace('\\"', '"'), re.IGNORECASE) is not None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds a server asks to wait, or None when it does not say or what it says is useless.

    A date is compared with the date of the same reply, so that a server's wrong clock does no harm.

    Args:
        headers: the reply's headers, keys in lower case.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        wait = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)


def excerpt(body: bytes) -> str:
    """The beginning of what a server said (its own message, if it sent one), on one line, nothing invisible in it."""
    text = _as_text(body[:_READ])
    try:
        error = json.loads(text).get("error")
        text = str(error["message"]) if isinstance(error, dict) else text
    except (ValueError, AttributeError, KeyError, RecursionError):
        pass
    words = "".join(ch if ch.isprintable() else "\ufffd" for ch in " ".join(text.split()))
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"


def _unescaped(body: bytes) -> str:
    """What a body says, its words as they are read: some servers escape every Chinese character of their JSON."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), _as_text(body[:_READ]))


def _as_text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")
