"""Names that become file names: one rule, so that none leaves its folder or means a device on another system."""

from __future__ import annotations

import re
import unicodedata

from labkit.errors import BadData, LabkitError
from labkit.texts import say

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_ALLOWED = re.compile(r"[\w][\w.+\- ]*", re.UNICODE)
_NAME_BYTES = 100  # leaves room for suffixes and temporary names under the common limit of 255


def check_name(kind: str, name: str, error: type[LabkitError] = BadData) -> str:
    """Return a name that is safe as a file or folder name.

    Args:
        kind: what it names, a kind of `UnknownName` ("prompt", "dataset", "scene"), for the error.
        name: letters of any script, digits, `_ - . +` and spaces inside; at most 100 bytes.
        error: the type to raise.

    Raises:
        LabkitError: of the given type; the name is empty, too long, reserved on Windows, or holds other characters.
    """
    fine = (
        _ALLOWED.fullmatch(name)
        and name == unicodedata.normalize("NFC", name)
        and not name.endswith((".", " "))
        and name.split(".")[0].strip().lower() not in _RESERVED
        and len(name.encode("utf-8")) <= _NAME_BYTES
    )
    if not fine:
        raise error.told("error.name", name=name[:60], kind=say(f"kind.{kind}"), most=_NAME_BYTES)
    return name


def safe_name(text: str, default: str = "scene") -> str:
    """Turn any text into a name that `check_name` accepts; `default` when nothing of it can stay."""
    name = re.sub(r"[^\w.+\-]+", "_", unicodedata.normalize("NFC", text)).strip("._-+ ")
    name = name.encode("utf-8")[:_NAME_BYTES].decode("utf-8", errors="ignore").rstrip("._-+ ")
    try:
        return check_name("scene", name)
    except BadData:
        return default
