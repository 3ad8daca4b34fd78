"""The one way out to a server: no redirects, no proxies, nothing extra sent, no endless and no exploding replies."""

from __future__ import annotations

import os
import ssl
import time
from collections import deque
from functools import lru_cache
from socket import socket
from typing import Any

import h11
import httpx2

from labkit.errors import BadInput
from labkit.models.connections import (
    READ_S,
    TOO_LATE,
    Answer,
    Connection,
    Door,
    Head,
    Headers,
    head_of,
    in_words_of_httpx,
    origin_of,
)

MAX_REPLY_BYTES = 2_000_000
_HEADERS = (b"accept", b"authorization", b"content-type", b"user-agent")


def guarded_transport(
    url: str,
    timeout_s: float,
    *,
    ca_file: str = "",
    private_network: bool = False,
    largest_reply: int = MAX_REPLY_BYTES,
    proxy: str = "",
) -> GuardedTransport:
    """The way to one server.

    Args:
        url: an address at the server; to another scheme, host or port nothing is sent.
        timeout_s: seconds for one exchange, first to last byte.
        ca_file: a file of certificates to trust instead of the system's; "" is the system's. There is no way to trust
            none.
        private_network: whether the server's name may stand for a private address.
        largest_reply: bytes of a reply, at most.
        proxy: see `Door`.

    Raises:
        BadInput: the certificates cannot be read.
    """
    places = [place for place in (url, proxy) if place]
    in_the_clear = not ca_file and all(origin_of(place)[0] == "http" for place in places)
    trusted = _nobody() if in_the_clear else _trusted(ca_file)
    return GuardedTransport(Door(url, trusted, private_network, proxy), timeout_s, largest_reply)


def guarded_client(url: str, timeout_s: float, **settings: Any) -> httpx2.Client:
    """httpx2's client over `guarded_transport`, for what is asked now and then; it follows no redirect."""
    transport = guarded_transport(url, timeout_s, **settings)
    return httpx2.Client(transport=transport, follow_redirects=False, trust_env=False)


class GuardedTransport(httpx2.BaseTransport):
    """Exchanges with one server, from any number of threads; each reply is read whole.

    It reads no settings from the environment, connects to no address it has not looked at, follows no redirect, and
    raises `httpx2.TransportError` for replies that take too long, grow too large or come compressed.

    Args:
        door: where the server is.
        timeout_s: see `guarded_transport`.
        largest_reply: see `guarded_transport`.
    """

    def __init__(self, door: Door, timeout_s: float, largest_reply: int) -> None:
        self._door, self._timeout_s, self._largest = door, timeout_s, largest_reply
        # To check a head and write it down costs a tenth of an exchange, and few differ.
        self._head = lru_cache(maxsize=1024)(self._new_head)
        self._idle: deque[Connection] = deque()  # the one used last goes first, so that those too many fall silent

    def exchange(self, method: str, target: bytes, headers: Headers, content: bytes = b"") -> Answer:
        """Send a request, prepared to the byte, and read its reply.

        Args:
            method: GET or POST.
            target: path and query.
            headers: names in lower case; those that no API needs, such as an organisation's, are left out.
            content: the body.

        Raises:
            httpx2.TransportError: see the class.
            ModelRefused: the server's name stands for an address to which nothing is sent.
        """
        deadline = time.monotonic() + self._timeout_s
        head = self._head(method, target, tuple(headers), len(content))
        connection = self._idle_connection() or self._new_connection(deadline)
        try:
            answer = connection.exchange(head, content, deadline, self._largest)
        except BaseException:
            connection.close()
            raise
        self.take_back(connection)
        return answer

    def begin(self, method: str, target: bytes, headers: Headers, content: bytes = b"") -> Exchange | None:
        """Send a request on a connection that is open and idle, without waiting for anything; see `exchange`.

        Returns:
            What is to be gone on with, or None when there is no such connection: then nothing was sent.
        """
        deadline = time.monotonic() + self._timeout_s
        connection = self._idle_connection()
        if connection is None:
            return None
        if not connection.goes_without_waiting:
            self._idle.append(connection)
            return None
        connection.start(self._head(method, target, tuple(headers), len(content)), content, self._largest)
        return Exchange(self, connection, deadline)

    def take_back(self, connection: Connection) -> None:
        """Keep a connection whose exchange is over for the next one, if it can bear another."""
        if connection.is_free:
            self._idle.append(connection)
        else:
            connection.close()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The same for httpx2's own client."""
        if origin_of(str(request.url)) != self._door.origin:
            raise httpx2.UnsupportedProtocol(f"{request.url.host} is not the server that this way leads to")
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        answer = self.exchange(request.method, request.url.raw_path, headers, request.read())
        return httpx2.Response(answer.status, headers=list(answer.headers), content=answer.body)

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def _new_head(self, method: str, target: bytes, headers: Headers, size: int) -> Head:
        """The head of a request with a body of so many bytes."""
        sent = [(name, value) for name, value in headers if name in _HEADERS]
        own = [(b"host", self._door.name), (b"accept-encoding", b"identity"), (b"content-length", b"%d" % size)]
        return head_of(h11.Request(method=method, target=target, headers=[*own, *sent]))

    def _idle_connection(self) -> Connection | None:
        """One that is idle and alive."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_alive:
                return connection
            connection.close()

    def _new_connection(self, deadline: float) -> Connection:
        with in_words_of_httpx():
            return self._door.open(deadline)


class Exchange:
    """An exchange that was begun, and is gone on with whenever its socket is ready: nobody waits in it.

    Args:
        transport: whose connection it is.
        connection: on which the request was started.
        deadline: the moment of the monotonic clock at which the reply must have ended.
    """

    def __init__(self, transport: GuardedTransport, connection: Connection, deadline: float) -> None:
        self._transport, self._connection, self._deadline = transport, connection, deadline
        self._heard = time.monotonic()

    @property
    def socket(self) -> socket:
        """What becomes ready."""
        return self._connection.socket

    @property
    def has_more_to_send(self) -> bool:
        """Whether it is to be gone on with as soon as the socket takes more, too."""
        return self._connection.has_more_to_send

    def go_on(self) -> Answer | None:
        """Do what can be done without waiting; the reply when it is whole.

        Raises:
            httpx2.TransportError: see `GuardedTransport`; it is over.
        """
        self._heard = time.monotonic()
        try:
            answer = self._connection.go_on()
        except BaseException:
            self._connection.close()
            raise
        if answer is not None:
            self._transport.take_back(self._connection)
        return answer

    def is_late(self, now: float) -> bool:
        """Whether it has taken too long, in all or since it was last heard of, at a moment of the monotonic clock."""
        return now > min(self._deadline, self._heard + READ_S)

    def give_up(self) -> httpx2.TransportError:
        """Hang up; the error that says why."""
        self._connection.close()
        return httpx2.ReadTimeout(TOO_LATE if time.monotonic() > self._deadline else "the server fell silent")


def why_distrusted(error: BaseException) -> str:
    """Why a server's certificate was refused, in OpenSSL's words; "" when that is not what went wrong."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return ""


def _nobody() -> ssl.SSLContext:
    """Trusts no certificate, for where none is shown: to read the system's takes longer than a whole exchange."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _trusted(ca_file: str) -> ssl.SSLContext:
    try:
        own = ssl.create_default_context(cafile=os.path.expanduser(ca_file)) if ca_file else True
    except OSError as error:
        raise BadInput.told(
            "error.transport.certificates", ca_file=ca_file, strerror=error.strerror or error
        ) from error
    trusted = httpx2.create_ssl_context(verify=own, trust_env=False)
    trusted.set_alpn_protocols(["http/1.1"])
    return trusted
