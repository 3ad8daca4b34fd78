"""terms.toml: amounts as a number or a range, facts of models; bad values are refused with the place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.costs import PriceList
from labkit.decision.terms_reading import terms_from_mapping
from labkit.errors import BadInput, LabkitError, UnknownName
from labkit.scoring import Interval
from labkit.workspace import Scene

WHOLE = """
people_per_1000 = [200, 400]
[tuning]
once = [8000, 12000, 20000]
monthly = 1200
per_1000 = 0.5
months = 18
date = 2026-11-20
source = "offer of the cloud"
[models."local/qwen"]
licence = "Apache-2.0"
memory_gb = 18
monthly = 900
open = true
hosted_tuning = false
"""


def test_everything_is_read(scene: Scene):
    (scene.path / "terms.toml").write_text(WHOLE, encoding="utf-8")
    found = scene.terms()
    assert found.people_per_1000 == Interval(300.0, 200.0, 400.0)
    assert (found.tuning.once, found.tuning.monthly) == (Interval(12_000, 8_000, 20_000), Interval(1200, 1200, 1200))
    assert (found.tuning.months, found.tuning.date) == (18, "2026-11-20")
    facts = found.facts("local/qwen")
    assert (facts.licence, facts.memory_gb, facts.is_open, facts.hosted_tuning) == ("Apache-2.0", 18, True, False)
    assert found.facts("other").licence is None
    assert found.prices == scene.prices()


def test_without_the_file_only_prices_are_known(scene: Scene):
    found = scene.terms()
    assert (found.tuning.once, found.people_per_1000, found.models) == (None, None, {})


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("tunning = 1", UnknownName, "Did you mean 'tuning'"),
        ("[tuning]\nonce = -1", BadInput, "once is -1"),
        ("[tuning]\nonce = [3, 2]", BadInput, r"once is \[3, 2\]"),
        ("[tuning]\nonce = [1, 2, 3, 4]", BadInput, "least, likely, most"),
        ("[tuning]\nonce = true", BadInput, "once is True"),
        ("[tuning]\nmonthly = nan", BadInput, "monthly is nan"),
        ("[tuning]\nmonths = 0", BadInput, "months is 0, not a number above 0"),
        ("tuning = 3", BadInput, "tuning is not a table"),
        ('[models.x]\nopen = "yes"', BadInput, "open = true or open = false"),
        ("[models.x]\nlicence = 3", BadInput, "licence is not a word"),
        ("[models.x]\nprice = 3", UnknownName, "'price'"),
        ("[models]\nx = 3", BadInput, "x is not a table"),
        ("people_per_1000 = ", BadInput, "cannot be read"),
    ],
)
def test_what_cannot_be_used_names_the_place(scene: Scene, text: str, error: type[LabkitError], match: str):
    (scene.path / "terms.toml").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=match) as raised:
        scene.terms()
    assert "terms.toml" in str(raised.value)


def test_a_file_that_is_no_text_is_refused(scene: Scene):
    (scene.path / "terms.toml").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(BadInput, match="cannot be read"):
        scene.terms()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["people_per_1000", "tuning", "models", "once", "months", "licence", "open", "x"])


@given(st.dictionaries(keys, values | st.dictionaries(keys, values, max_size=3), max_size=3))
def test_any_content_is_read_or_refused(content: dict):
    try:
        found = terms_from_mapping(content, PriceList(), "here")
    except LabkitError:
        return
    assert found.people_per_1000 is None or found.people_per_1000.low >= 0
