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
    ],
)
def test_times_as_people_and_platforms_write_them(text: str):
    assert read_time(text) == datetime(2026, 5, 1, 10, tzinfo=UTC)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str):
    found = read_time(text)
    assert found is None or found.tzinfo
