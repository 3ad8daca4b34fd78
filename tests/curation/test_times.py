"""Times as people and platforms write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.curation.times import read_time


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01 10:00",
        "2026-05-01T10:00:00Z",
        "2026/5/1 10:00",
        "2026.05.01 10:00:00",
        "2026年5月1日 10:00",
        "2026年5月1日10时00分",
        "Fri May 01 10:00:00 +0000 2026",
        "Fri, 01 May 2026 10:00:00 +0000",
        "1777629600",
        "1777629600000",
        "1777629600.0",  # a column of a data frame with gaps
        "1777629600000.0",
        "2026-05-01 10:00:00.000",
        "2026/5/1 10:00:00.000",
        "2026.5.1 10:00",
        "5/1/2026 10:00",
        "05/01/2026 10:00:00",
    ],
)
def test_times_as_people_and_platforms_write_them(text: str):
    assert read_time(text) == datetime(2026, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(("fraction", "microsecond"), [(".123456", 123456), (".5", 500000), (".000001", 1)])
def test_a_fraction_of_a_second_is_no_zone(fraction: str, microsecond: int):
    assert read_time("2026-05-01 10:00:00" + fraction) == datetime(2026, 5, 1, 10, 0, 0, microsecond, UTC)


def test_a_day_of_the_american_form_is_its_midnight():
    assert read_time("5/1/2026") == read_time("2026/5/1") == datetime(2026, 5, 1, tzinfo=UTC)
    assert read_time("31/1/2026") is None, "the day first is not guessed"


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str):
    found = read_time(text)
    assert found is None or found.tzinfo
