"""terms.toml of a scene: what tuning and people cost, and what is known of models, for the memo."""

from __future__ import annotations

import tomllib
from pathlib import Path

from labkit.costs import PriceList
from labkit.decision import Terms
from labkit.decision.terms_reading import terms_from_mapping
from labkit.errors import BadInput

TERMS_FILE = "terms.toml"


def read_terms(folder: Path, prices: PriceList) -> Terms:
    """What a decision about a scene takes for given.

    Args:
        folder: the scene's folder; without a terms.toml only prices are known.
        prices: that hold there.

    Raises:
        BadInput: the file cannot be read, or a value in it cannot be used.
    """
    path = folder / TERMS_FILE
    if not path.exists():
        return Terms(prices)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:  # tomllib and codecs raise ValueErrors
        raise BadInput.told("error.terms.unreadable", path=path, reason=error) from error
    return terms_from_mapping(content, prices, str(path))
