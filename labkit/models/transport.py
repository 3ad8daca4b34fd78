"""The one way out to a server: no redirects, no proxies, nothing extra sent, no endless and no exploding replies."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore2
import httpx2

from labkit.errors import BadInput
from labkit.models.addresses import addresses_of

MAX_REPLY_BYTES = 2_000_000
CONNECT_S = 5.0
READ_S = 60.0  # between two pieces of a reply; the whole of it has a limit of its own
_HEADERS = ("accept", "authorization", "connection", "content-length", "content-type", "host", "user-agent")


def guarded_client(
    timeout_s: float,
    connections: int,
    *,
    ca_file: str = "",
    private_network: bool = False,
    largest_reply: int = MAX_REPLY_BYTES,
    proxy: str = "",
) -> httpx2.Client:
    """An HTTP client for one server.

    Args:
        timeout_s: seconds for one exchange, first to last byte.
        connections: how many exchanges at once.
        ca_file: a file of certificates to trust instead of the system's; "" is the system's. There is no way to trust
            none.
        private_network: whether the server's name may stand for a private address.
        largest_reply: bytes of a reply, at most.
        proxy: connects to this one, which connects to the server and carries what they say to each other in TLS; then
            it is the proxy's address that is looked at, and it may be private.

    Returns:
        A client that follows no redirect, reads no proxy or certificate settings from the environment, connects to no
        address it has not looked at, and raises `httpx2.TransportError` for replies that take too long or grow too
        large.

    Raises:
        BadInput: the certificates cannot be read.
    """
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    transport = httpx2.HTTPTransport(verify=_trusted(ca_file), limits=limits, trust_env=False, proxy=proxy or None)
    # httpx2 has no parameter for the way a connection is opened; its pool has.
    transport._pool._network_backend = _LookedAtAddresses(private_network or bool(proxy))
    read = min(READ_S, timeout_s)
    return httpx2.Client(
        transport=_Guard(transport, timeout_s, largest_reply),
        timeout=httpx2.Timeout(connect=CONNECT_S, read=read, write=read, pool=timeout_s),
        follow_redirects=False,
        trust_env=False,
    )


def why_distrusted(error: BaseException) -> str:
    """Why a server's certificate was refused, in OpenSSL's words; "" when that is not what went wrong."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return ""


def _trusted(ca_file: str) -> ssl.SSLContext | bool:
    if not ca_file:
        return True
    try:
        return ssl.create_default_context(cafile=os.path.expanduser(ca_file))
    except OSError as error:
        raise BadInput(
            f"The certificates in {ca_file!r} cannot be read ({error.strerror or error})", "Fix ca_file in models.toml"
        ) from error


class _LookedAtAddresses(httpcore2.NetworkBackend):
    """Opens connections to the addresses that were looked at, so that a name cannot change its meaning in between."""

    def __init__(self, private_network: bool) -> None:
        self._backend = httpcore2.SyncBackend()
        self._private_network = private_network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of a host's addresses that answers."""
        try:
            addresses = addresses_of(host, port, self._private_network)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} is not known ({error.strerror or error})") from error
        for address in addresses[:-1]:
            try:
                return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._backend.sleep(seconds)


class _Guard(httpx2.BaseTransport):
    """Lets through only the headers an API needs, and only as much of a reply as an answer can be."""

    def __init__(self, transport: httpx2.BaseTransport, timeout_s: float, largest_reply: int) -> None:
        self._transport = transport
        self._timeout_s, self._largest = timeout_s, largest_reply

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and hand back its reply, the body still to be read."""
        deadline = time.monotonic() + self._timeout_s
        response = self._transport.handle_request(_bare(request))
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise httpx2.RemoteProtocolError("the reply is compressed, although that was not asked for")
        if not isinstance(response.stream, httpx2.SyncByteStream):
            raise TypeError("a synchronous transport gives synchronous streams")
        response.stream = _GuardedStream(response.stream, deadline, self._largest)
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

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float, largest: int) -> None:
        self._stream = stream
        self._deadline, self._largest = deadline, largest

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > self._largest:
                raise httpx2.RemoteProtocolError(f"the reply is larger than {self._largest} bytes")
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the reply did not end in time")
            yield piece

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
