"""When a row was written, in whatever way that is said: only read can times be put in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%a %b %d %H:%M:%S %z %Y",  # Weibo: Fri May 01 10:00:00 +0800 2026
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
)
_SECONDS, _MILLISECONDS = 10, 13  # digits of a Unix time of these years


def read_time(text: str | None) -> datetime | None:
    """A time as people and platforms write it, or None.

    Args:
        text: ISO 8601, 2026/5/1 10:00, 2026年5月1日, Weibo's and e-mail's forms, seconds or milliseconds since 1970.
            A time without a zone is taken for UTC: only the order counts.
    """
    text = re.sub(r"[年月/.]", "-", (text or "").strip()) if text and not re.search("[A-Za-z]", text) else text or ""
    text = text.replace("日", " ").replace("时", ":").replace("分", "").replace("：", ":").strip().rstrip(":-")
    if text.isascii() and text.isdigit() and len(text) in (_SECONDS, _MILLISECONDS):
        return datetime.fromtimestamp(int(text[:_SECONDS]), UTC)
    for read in (datetime.fromisoformat, *(_reader(form) for form in _FORMATS), parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)
