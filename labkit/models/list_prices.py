"""The list prices that ship with labkit; a scene's prices.toml stands above them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("prices.toml")


@cache
def list_prices() -> Mapping[str, Mapping[str, Any]]:
    """Model -> its list price, in the form that `costs.prices_from_mapping` reads, with its date and source."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
