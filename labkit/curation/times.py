"""When a row was written, in whatever way that is said: only read can times be put in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FORMATS = (
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%a %b %d %H:%M:%S %z %Y",  # Weibo: Fri May 01 10:00:00 +0800 2026
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
)
_DATE = re.compile(r"^(\d{4})[./年](\d{1,2})[./月]")
_SINCE_1970 = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d*)?", re.ASCII)  # seconds or milliseconds of these years


def read_time(text: str | None) -> datetime | None:
    """A time as people and platforms write it, or None.

    Args:
        text: ISO 8601, 2026/5/1 10:00, 5/1/2026, 2026年5月1日, Weibo's and e-mail's forms, seconds or milliseconds
            since 1970. A time without a zone is taken for UTC: only the order counts.
    """
    if not text or not any(map(str.isdigit, text)):
        return None  # at once: a file without times has as many rows
    text = _DATE.sub(r"\1-\2-", text.strip())
    text = text.replace("日", " ").replace("时", ":").replace("分", "").replace("：", ":").strip().rstrip(":-")
    if seconds := _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    for read in (datetime.fromisoformat, *(_reader(form) for form in _FORMATS), parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)
