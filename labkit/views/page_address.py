"""What a dashboard page's address asks for: the server writes it into the kernel's environment, the page reads it."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs

from labkit.diagnosis.filters import QUERY_LIMIT

VARIABLE = "LABKIT_DASH_QUERY"
NAMES = ("run", "label", "status", "query", "page")  # what an address of the quality page may say


def asked_in(query: str) -> dict[str, str]:
    """The names that a page knows, of the part of an address behind its "?"; a token is never among them."""
    return {name: value[-1][:QUERY_LIMIT] for name, value in parse_qs(query).items() if name in NAMES}


def asked_here() -> dict[str, str]:
    """What the address of this kernel's page asked for."""
    asked: dict[str, str] = json.loads(os.environ.get(VARIABLE, "{}"))
    return asked
