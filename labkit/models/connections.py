"""Connections to one server: opened only to addresses that were looked at, TLS always checked."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11
import httpcore2
import httpx2

from labkit.models.addresses import addresses_of
from labkit.models.plain_replies import plain_head

CONNECT_S = 5.0
QUIET_S = 5.0  # a connection that was silent for longer may be gone without a word
READ_S = 60.0  # between two pieces of a reply; the whole of it has a limit of its own
_PIECE_BYTES = 65_536
_HEAD_BYTES = 100_000  # of a reply's status line and headers, at most
_PORTS = {"http": 80, "https": 443}
_NOT_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)  # the socket is not ready for more
TOO_LATE = "the exchange did not end in time"
_HEAD_ENDS = re.compile(rb"\n\r?\n")
_NO_REPLY = "the connection ended before the reply began"
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of a server, read whole."""

    status: int
    headers: Headers
    body: bytes

    @property
    def named_headers(self) -> Mapping[str, str]:
        """The headers as text, found by name in any case."""
        return httpx2.Headers(list(self.headers))


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request.

    Args:
        event: in h11's words.
        words: as it goes over the line.
    """

    event: h11.Request
    words: bytes


def head_of(event: h11.Request) -> Head:
    """A head as it goes over the line, too."""
    return Head(event, h11.Connection(h11.CLIENT).send(event) or b"")


class Door:
    """Where one server is and how it is reached.

    Args:
        url: an address at the server; its scheme, host and port count.
        trusted: whose certificates count; used for https only.
        private_network: whether the server's name may stand for a private address.
        proxy: connects to this one, which connects to the server and carries what they say to each other in TLS; then
            it is the proxy's address that is looked at, and it may be private.
    """

    def __init__(self, url: str, trusted: ssl.SSLContext, private_network: bool, proxy: str) -> None:
        self.origin = origin_of(url)
        scheme, host, port = self.origin
        self.name = (_bracketed(host) if port == _PORTS[scheme] else f"{_bracketed(host)}:{port}").encode()
        self._trusted, self._private_network = trusted, private_network
        self._proxy = proxy
        self._backend = httpcore2.SyncBackend()

    def open(self, deadline: float) -> Connection:
        """A new connection to the server, ready for a request; to be opened before a moment of the monotonic clock."""
        scheme, host, port = self.origin
        if self._proxy:
            stream = self._tunnel(self._proxy, deadline)
        else:
            stream = self._connect(host, port, self._private_network)
        return Connection(self._in_tls(stream, host) if scheme == "https" else stream)

    def _connect(self, host: str, port: int, private_network: bool) -> httpcore2.NetworkStream:
        """Connect to the first of a host's addresses that answers; as they are, so that no name changes its meaning."""
        try:
            addresses = addresses_of(host, port, private_network)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} is not known ({error.strerror or error})") from error
        for address in addresses[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return self._backend.connect_tcp(address, port, CONNECT_S, socket_options=())
        return self._backend.connect_tcp(addresses[-1], port, CONNECT_S, socket_options=())

    def _tunnel(self, proxy: str, deadline: float) -> httpcore2.NetworkStream:
        """A way through a proxy to the server."""
        scheme, host, port = origin_of(proxy)
        stream = self._connect(host, port, private_network=True)
        stream = self._in_tls(stream, host) if scheme == "https" else stream
        server = f"{_bracketed(self.origin[1])}:{self.origin[2]}"
        asked = h11.Request(method="CONNECT", target=server, headers=[("host", server)])
        try:
            answer = Connection(stream).begin(head_of(asked), deadline)
            if not 200 <= answer.status_code < 300:
                raise httpcore2.ProxyError(f"{answer.status_code} {answer.reason.decode('ascii', 'replace')}".strip())
        except (httpcore2.NetworkError, httpx2.TransportError, h11.RemoteProtocolError) as error:
            stream.close()
            raise httpcore2.ProxyError(str(error)) from error
        except httpcore2.ProxyError:
            stream.close()
            raise
        return stream

    def _in_tls(self, stream: httpcore2.NetworkStream, host: str) -> httpcore2.NetworkStream:
        return stream.start_tls(self._trusted, host, CONNECT_S)


@dataclass(slots=True)
class _Coming:
    """What has come of a reply, of whose body at most so many bytes are taken."""

    largest: int
    head: h11.Response | None = None
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0

    def begin(self, head: h11.Response) -> None:
        if any(name == b"content-encoding" and value.lower() != b"identity" for name, value in head.headers):
            raise httpx2.RemoteProtocolError("the reply is compressed, although that was not asked for")
        self.head = head

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.largest:
            raise httpx2.RemoteProtocolError(f"the reply is larger than {self.largest} bytes")
        self.pieces.append(bytes(piece))


class Connection:
    """An open connection, on which one exchange follows another: `exchange` waits for it, `start` and `go_on` do not.

    A plain reply is read at a glance; h11 is told of the request, and of all that was heard, when another sort comes.

    Args:
        stream: carries it.
    """

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._asked: tuple[h11.Request, bytes]  # what is being answered
        self._heard = b""  # as long as it may be a plain reply
        self._wire: h11.Connection | None = None  # of an exchange whose reply is none
        self._coming = _Coming(0)
        self._unsent = memoryview(b"")
        self._quiet_since = time.monotonic()
        self._bears_another = True

    def exchange(self, head: Head, content: bytes, deadline: float, largest: int) -> Answer:
        """Send a request and read its reply whole.

        Args:
            head: its head.
            content: its body.
            deadline: the moment of the monotonic clock at which the reply must have ended.
            largest: bytes of its body, at most.

        Raises:
            httpx2.TransportError: the reply takes too long, is too large, compressed or no HTTP.
        """
        with in_words_of_httpx():
            self._say(self._begun(head, content, largest), deadline)
            answer = None
            while answer is None:
                answer = self._take_in(self._hear(deadline))
            return answer

    def begin(self, head: Head, deadline: float) -> h11.Response:
        """Send a request without a body and read the head of its reply; then the connection carries something else."""
        self._say(self._begun(head, b"", 0), deadline)
        wire = self._told_h11()
        while not isinstance(event := wire.next_event(), h11.Response):
            if event is h11.NEED_DATA:
                wire.receive_data(self._hear(deadline))
            elif not isinstance(event, h11.InformationalResponse):
                raise httpx2.RemoteProtocolError(_NO_REPLY)
        return event

    def start(self, head: Head, content: bytes, largest: int) -> None:
        """Send as much of a request as goes out at once; `go_on`, whenever the socket is ready, does the rest."""
        self.socket.setblocking(False)  # `exchange` sets a patience of its own at each step
        self._unsent = memoryview(self._begun(head, content, largest))
        self._push()

    def go_on(self) -> Answer | None:
        """Send and read what can be without waiting.

        Returns:
            The reply when it is whole.

        Raises:
            httpx2.TransportError: as `exchange`, but for what takes too long.
        """
        with in_words_of_httpx():
            self._push()
            answer = None
            while answer is None:
                try:
                    piece = self.socket.recv(_PIECE_BYTES)
                except _NOT_YET:
                    return None
                except OSError as error:
                    raise httpx2.ReadError(str(error)) from error
                answer = self._take_in(piece)
            return answer

    @property
    def socket(self) -> socket.socket:
        """To be looked at for whether it is ready; what is sent and read goes through this class."""
        found: socket.socket = self._stream.get_extra_info("socket")
        return found

    @property
    def goes_without_waiting(self) -> bool:
        """Whether `start` and `go_on` can be used: not where TLS is carried in the TLS of a proxy."""
        return not isinstance(self._stream.get_extra_info("ssl_object"), ssl.SSLObject)

    @property
    def has_more_to_send(self) -> bool:
        """Whether part of a request that was started is still here."""
        return bool(self._unsent)

    @property
    def is_free(self) -> bool:
        """Whether the exchange is over in a way that lets another begin."""
        return self._bears_another and not self._unsent

    @property
    def is_alive(self) -> bool:
        """Whether the server is likely to be there still: it has said nothing since, and it is not long ago."""
        return time.monotonic() - self._quiet_since < QUIET_S and not self._stream.get_extra_info("is_readable")

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def _begun(self, head: Head, content: bytes, largest: int) -> bytes:
        """A request as it goes over the line, when an exchange begins."""
        self._asked, self._heard, self._wire, self._coming = (head.event, content), b"", None, _Coming(largest)
        self._bears_another = False
        return head.words + content

    def _say(self, words: bytes, deadline: float) -> None:
        """Send piece by piece: the stream would allow each of them the time that is there for all together."""
        with suppress(httpcore2.WriteError):  # a server may refuse, and hang up, before it has read all of it
            for start in range(0, len(words), _PIECE_BYTES):
                self._stream.write(words[start : start + _PIECE_BYTES], _patience_s(deadline))

    def _push(self) -> None:
        """Send what the socket takes; a server may hang up before it has read all of it, and have said why."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
        except _NOT_YET:
            return
        except OSError:
            self._unsent = memoryview(b"")

    def _take_in(self, piece: bytes) -> Answer | None:
        """The reply, when a piece of it makes it whole; b"" is the end of all that is said."""
        if self._wire is not None:
            self._wire.receive_data(piece)
            return self._read_on(self._wire)
        self._heard += piece
        head, size = plain_head(self._heard), len(self._heard)
        if head and size == head.ends and size - head.begins <= self._coming.largest:
            return self._ended(Answer(head.status, head.headers, self._heard[head.begins :]), bears_another=True)
        may_be_plain = size < head.ends if head else not _HEAD_ENDS.search(self._heard)
        if piece and size < _PIECE_BYTES and may_be_plain:
            return None
        return self._leave_to_h11(is_over=not piece)

    def _leave_to_h11(self, *, is_over: bool) -> Answer | None:
        """Have h11 read what was heard, and all that comes; the reply, when that is whole."""
        if is_over and not self._heard:
            raise httpx2.RemoteProtocolError(_NO_REPLY)  # in h11's words nobody would know what happened
        self._wire = self._told_h11()
        if self._heard:
            self._wire.receive_data(self._heard)
        if is_over:
            self._wire.receive_data(b"")
        return self._read_on(self._wire)

    def _told_h11(self) -> h11.Connection:
        """h11's view of the exchange: the request was sent."""
        request, content = self._asked
        wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_BYTES)
        for event in (request, h11.Data(data=content), h11.EndOfMessage()):
            wire.send(event)
        return wire

    def _read_on(self, wire: h11.Connection) -> Answer | None:
        """The reply, when what h11 was given makes it whole."""
        coming = self._coming
        while (event := wire.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Data):
                coming.add(event.data)
            elif isinstance(event, h11.Response):
                coming.begin(event)
            elif coming.head is not None:
                done = {wire.our_state, wire.their_state} == {h11.DONE}  # what nobody asked for belongs to no reply
                answer = Answer(coming.head.status_code, coming.head.headers, b"".join(coming.pieces))
                return self._ended(answer, bears_another=done and not wire.trailing_data[0])
            elif not isinstance(event, h11.InformationalResponse):
                raise httpx2.RemoteProtocolError(_NO_REPLY)
        return None

    def _ended(self, answer: Answer, *, bears_another: bool) -> Answer:
        self._bears_another, self._quiet_since = bears_another, time.monotonic()
        return answer

    def _hear(self, deadline: float) -> bytes:
        """Wait for the next piece."""
        try:
            return self._stream.read(_PIECE_BYTES, _patience_s(deadline))
        except httpcore2.ReadTimeout:
            _patience_s(deadline)  # says so when it is the whole that took too long
            raise


@contextmanager
def in_words_of_httpx() -> Iterator[None]:
    """Errors of the lower floors as those of httpx2, which has the same under the same names."""
    try:
        yield
    except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProxyError) as error:
        kind: type[httpx2.TransportError] = getattr(httpx2, type(error).__name__)
        raise kind(str(error)) from error
    except h11.RemoteProtocolError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error


def _patience_s(deadline: float) -> float:
    """Seconds for the next piece."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpx2.ReadTimeout(TOO_LATE)
    return min(READ_S, left)


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address of http or https."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _bracketed(host: str) -> str:
    """A host as an address has it."""
    return f"[{host}]" if ":" in host else host
