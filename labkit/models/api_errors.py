"""What an API's refusal means: wait and try again, stop at once, give up one row, or an answer that was withheld."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from labkit.errors import ModelBusy, ModelError, ModelRefused

_BUSY = {408, 409, 425, 429}
_ACCOUNT = {401, 402, 403, 404}
_EXCERPT = 200  # characters of a server's words that go into an error
# Words by which providers say that money or a quota is at its end: OpenAI, DashScope, DeepSeek, Moonshot, Zhipu
# (business code 1113), Qianfan.
_NO_MONEY = re.compile(
    r"insufficient_quota|exceeded_current_quota|billing_hard_limit|Arrearage|insufficient.{0,3}balance|no balance|"
    r'"code":\s*"?1113\b|account.{0,20}(suspended|overdue|not active)|欠费|余额不足',
    re.IGNORECASE,
)
# Words by which they say that a filter withheld the answer: DashScope, Moonshot, Azure, Zhipu (business code 1301).
_WITHHELD = re.compile(
    r'data_inspection_failed|DataInspectionFailed|content_filter|content_policy_violation|"code":\s*"?1301\b'
)


def is_withheld(status: int, body: bytes) -> bool:
    """Whether a reply of status 4xx means that a content filter withheld the answer to this one row."""
    return status in (400, 403, 422) and bool(_WITHHELD.search(_as_text(body)))


def api_error(status: int, headers: Mapping[str, str], body: bytes, model: str) -> ModelError:
    """The error behind an HTTP reply that is no answer.

    Args:
        status: its HTTP status; 200 for an error sent as if it were an answer.
        headers: its headers, keys in lower case.
        body: its body; keys must have been removed from it.
        model: the model's name.

    Returns:
        ModelRefused when asking again is useless for every row, ModelBusy when it is not, else ModelError for this row.
    """
    said = f"{model} answered with status {status}: {excerpt(body)!r}" if body else f"{model}: status {status}"
    if 300 <= status < 400:
        return ModelRefused(f"{model} sends requests on to another address, which is not followed", "Fix its base_url")
    if _NO_MONEY.search(_as_text(body)):
        return ModelRefused(said, "Top up the account, or choose another model")
    if status in _ACCOUNT:
        return ModelRefused(said, "See to the key, its region and the model's name")
    if status in _BUSY or status >= 500 or status == 200:
        return ModelBusy(said, retry_after=retry_after_s(headers), raw=body)
    return ModelError(said)


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
    text = _as_text(body[:20_000])
    try:
        error = json.loads(text).get("error")
        text = str(error["message"]) if isinstance(error, dict) else text
    except (ValueError, AttributeError, KeyError, RecursionError):
        pass
    words = "".join(ch if ch.isprintable() else "\ufffd" for ch in " ".join(text.split()))
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"


def _as_text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")
