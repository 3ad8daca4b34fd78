"""ISO weeks by their names, such as "2026-W48", in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from labkit.errors import BadInput

_NAME = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)  # full-width digits would be a second name of the same week


def week_of(moment: datetime) -> str:
    """The name of the week that a moment lies in."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02d}"


def last_whole_week(now: datetime) -> str:
    """The name of the last week that is over."""
    return week_of(now - timedelta(days=7))


def bounds_of(week: str) -> tuple[datetime, datetime]:
    """The first moment of a week, and the first one after it; BadInput when there is no such week."""
    found = _NAME.fullmatch(week)
    try:
        if found is None:
            raise ValueError
        first = datetime.fromisocalendar(int(found[1]), int(found[2]), 1).replace(tzinfo=UTC)
        return first, first + timedelta(days=7)
    except (ValueError, OverflowError) as error:
        raise BadInput.told("error.online.week", week=week) from error
