"""A stable token for each viewer of the dashboards: a file of names and tokens, made by us, kept by the engineer."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider
from traitlets import List, Unicode

from labkit.errors import BadInput
from labkit.tables.atomic import replace_text

VIEWERS_VARIABLE = "LABKIT_DASH_VIEWERS"  # the tokens, apart by spaces; taken out of the environment at once
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TOKEN = re.compile(r"(?i)((?:token|password)(?:=|%3D))[^&\s'\"]*|[0-9a-f]{48}")
_LINE = re.compile(r"(\S+)(?:[ \t]+([0-9a-f]{48}))?")


class ViewerTokens(PasswordIdentityProvider):
    """Lets in whoever brings one of several tokens."""

    known = List(Unicode(), config=True, help="Tokens of viewers, beside the server's own.")

    def get_token(self, handler: Any) -> str | None:
        """What a request brought; the server's own token in place of a viewer's, for the check that follows."""
        brought = super().get_token(handler) or ""
        matches = [hmac.compare_digest(brought.encode(), token.encode()) for token in self.known]
        return str(self.token) if any(matches) else brought

    def set_login_cookie(self, handler: Any, user: Any) -> None:
        """As Jupyter does, but a viewer who comes by another name than this machine's came through TLS at a proxy."""
        self.secure_cookie = handler.request.host_name not in _LOOPBACK or None
        super().set_login_cookie(handler, user)


class WithoutTokens(logging.Filter):
    """Takes tokens out of what is logged: addresses that were refused are written there whole."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, its words without tokens."""
        record.msg, record.args = _TOKEN.sub(r"\1[token]", record.getMessage()), ()
        return True


def read_viewers(path: Path) -> dict[str, str]:
    """The viewers of a file with their tokens; a name without one is given one, and the file keeps it.

    Args:
        path: a text file, a name a line; readable by its owner alone once it was read.

    Returns:
        name -> token, 48 hexadecimal digits.

    Raises:
        BadInput: the file cannot be read or written, a line is no name with a token, or a name stands twice.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found = {name: token or secrets.token_hex(24) for name, token in _parsed(lines, path)}
        replace_text(path, "".join(f"{name} {token}\n" for name, token in found.items()), mode=0o600)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput.told("error.viewers.unusable", path=path, error=error) from error
    return found


def _parsed(lines: list[str], path: Path) -> list[tuple[str, str | None]]:
    found = [_LINE.fullmatch(line) for line in lines]
    names: set[str] = set()
    for number, (line, match) in enumerate(zip(lines, found, strict=True), start=1):
        if match is None:
            raise BadInput.told("error.viewers.no_name", path=path, line=line)
        if match[1] in names:
            raise BadInput.told("error.viewers.twice", path=path, name=match[1], number=number)
        names.add(match[1])
    return [(match[1], match[2]) for match in found if match]
