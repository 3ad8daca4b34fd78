"""The one way out to a server: no redirects, no proxies, nothing extra sent, no endless and no exploding replies."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2

MAX_REPLY_BYTES = 2_000_000
CONNECT_S = 5.0
READ_S = 60.0  # between two pieces of a reply; the whole of it has a limit of its own
_HEADERS = ("accept", "authorization", "connection", "content-length", "content-type", "host", "user-agent")


def guarded_client(timeout_s: float, connections: int) -> httpx2.Client:
    """An HTTP client for one server.

    Args:
        timeout_s: seconds for one exchange, first to last byte.
        connections: how many exchanges at once.

    Returns:
        A client that follows no redirect, reads no proxy or certificate settings from the environment, and raises
        `httpx2.TransportError` for replies that take too long or grow too large.
    """
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    read = min(READ_S, timeout_s)
    return httpx2.Client(
        transport=_Guard(httpx2.HTTPTransport(limits=limits, trust_env=False), timeout_s),
        timeout=httpx2.Timeout(connect=CONNECT_S, read=read, write=read, pool=timeout_s),
        follow_redirects=False,
        trust_env=False,
    )


class _Guard(httpx2.BaseTransport):
    """Lets through only the headers an API needs, and only as much of a reply as an answer can be."""

    def __init__(self, transport: httpx2.BaseTransport, timeout_s: float) -> None:
        self._transport = transport
        self._timeout_s = timeout_s

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and hand back its reply, the body still to be read."""
        deadline = time.monotonic() + self._timeout_s
        response = self._transport.handle_request(_bare(request))
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise httpx2.RemoteProtocolError("the reply is compressed, although that was not asked for")
        if not isinstance(response.stream, httpx2.SyncByteStream):
            raise TypeError("a synchronous transport gives synchronous streams")
        response.stream = _GuardedStream(response.stream, deadline)
        return response

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _bare(request: httpx2.Request) -> httpx2.Request:
    """The request without headers that an API does not need, such as an organisation from the environment."""
    headers = {name: value for name, value in request.headers.items() if name in _HEADERS}
    headers["accept-encoding"] = "identity"
    return httpx2.Request(
        request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
    )


class _GuardedStream(httpx2.SyncByteStream):
    """The body of a reply, up to a size and a moment."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > MAX_REPLY_BYTES:
                raise httpx2.RemoteProtocolError(f"the reply is larger than {MAX_REPLY_BYTES} bytes")
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the reply did not end in time")
            yield piece

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
