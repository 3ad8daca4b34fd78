"""prices.toml of a scene, laid over the prices that labkit brings along."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from labkit.costs import PriceList
from labkit.costs.prices import price_list_from_mapping
from labkit.errors import BadInput

PRICES_FILE = "prices.toml"


def read_prices(folder: Path) -> PriceList:
    """The prices that hold in a scene's folder.

    Args:
        folder: its prices.toml, where there is one, is laid over the bundled prices, model by model, rate by rate.

    Raises:
        BadInput: the file cannot be read, or a price or rate in it cannot be used.
    """
    path = folder / PRICES_FILE
    if not path.exists():
        return bundled_prices()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:  # tomllib and codecs raise ValueErrors
        raise BadInput.told("error.prices.unreadable", path=path, reason=error) from error
    return price_list_from_mapping(content, str(path)).over(bundled_prices())


@cache
def bundled_prices() -> PriceList:
    """The prices that labkit brings along, each with its day and its source."""
    file = files("labkit").joinpath("models", PRICES_FILE)
    if not file.is_file():
        return PriceList()
    return price_list_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), "labkit's own prices.toml")
