"""Replies of the plainest sort, read at a glance; h11, which can read all others, takes several times as long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_FIELD = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+:[\t -~\x80-\xff]*\r\n"
_HEAD = re.compile(rb"HTTP/1\.1 ([2-5][0-9]{2})(?: [\t -~\x80-\xff]*)?\r\n((?:" + _FIELD + rb")*)\r\n")
_WITHOUT_BODY = (b"204", b"205", b"304")
_MORE_TO_IT = {b"transfer-encoding", b"content-encoding", b"upgrade", b"trailer"}
_LENGTH = re.compile(rb"[0-9]{1,9}")


class PlainHead(NamedTuple):
    """The head of a plain reply.

    Args:
        status: as a number.
        headers: names in lower case.
        begins, ends: where the body does, in what was heard.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    begins: int
    ends: int


def plain_head(heard: bytes) -> PlainHead | None:
    """The head of a reply, when it is plain: HTTP/1.1, the length told once, nothing encoded, the connection kept.

    Args:
        heard: what came since the request was sent, from the first byte on.

    Returns:
        None while the head is not whole, and for a reply of any other sort.
    """
    found = _HEAD.match(heard)
    if found is None or found[1] in _WITHOUT_BODY:
        return None
    fields = (line.split(b":", 1) for line in found[2].split(b"\r\n")[:-1])
    headers = [(name.lower(), value.strip(b" \t")) for name, value in fields]
    told = dict(headers)
    length = told.get(b"content-length", b"")
    kept = told.get(b"connection", b"keep-alive").lower() == b"keep-alive"
    if len(told) < len(headers) or not kept or not _LENGTH.fullmatch(length) or not _MORE_TO_IT.isdisjoint(told):
        return None
    return PlainHead(int(found[1]), headers, found.end(), found.end() + int(length))
