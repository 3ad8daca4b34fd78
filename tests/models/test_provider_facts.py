"""What a bundled provider's row says of it, or says that nobody knows: nothing is left to a silent default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import labkit.models
from labkit.errors import BadInput
from labkit.models.provider_fields import checked_row

ROWS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(labkit.models.__file__).parent / "providers.toml").read_text(encoding="utf-8")
)
COMPANIES = {name: row for name, row in ROWS.items() if "key" in row}
FACTS = (
    *("json_mode", "system_role", "temperature", "thinking", "cached_tokens", "caches", "batch_url", "currency"),
    "training_on_outputs",
)


@pytest.mark.parametrize("name", COMPANIES)
def test_each_fact_of_a_company_is_there_or_said_to_be_unknown(name: str):
    row = COMPANIES[name]
    unknown = set(row["unknown"])
    facts = {*FACTS, *(() if row["json_mode"] == "none" else ("needs_json_word",))}
    assert not {fact for fact in facts if fact not in row} - unknown
    assert "regions" in row or "regions" in unknown
    assert row["errors"]
    without_minimum = [cache for cache in row.get("caches", ()) if "minimum_tokens" not in cache]
    assert bool(without_minimum) is ("minimum_tokens" in unknown)


@pytest.mark.parametrize("name", ROWS)
def test_each_row_has_a_source_and_a_date(name: str):
    assert ROWS[name]["source"]
    assert re.fullmatch(r"2026-\d\d-\d\d", ROWS[name]["date"])


@pytest.mark.parametrize("name", COMPANIES)
def test_a_region_has_its_own_address_key_and_money(name: str):
    row = COMPANIES[name]
    for region, differs in row.get("regions", {}).items():
        assert differs["base_url"] != row["base_url"], region
        assert differs["key"] != row["key"], region
        assert differs.get("currency", row["currency"])


def test_an_unknown_setting_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(BadInput, match="json_mode"):
        checked_row({"unknown": ["json_mod"]}, "models.toml, [ours]")
