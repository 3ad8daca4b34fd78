"""Exchanges that nobody waits in hear the same as those that somebody does: on an open connection, many at once."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import httpx2
import pytest

from labkit.models.connections import Answer
from labkit.models.listening import Listener
from labkit.models.transport import GuardedTransport, guarded_transport
from tests.models.test_transport import OK, ask, refuse_early, serving

PATIENCE_S = 30.0


def opened(url: str, times: int = 1, timeout_s: float = 5.0) -> GuardedTransport:
    """A transport with connections that are open and idle."""
    transport = guarded_transport(url, timeout_s)
    connections = [transport._new_connection(time.monotonic() + PATIENCE_S) for _ in range(times)]
    for connection in connections:
        transport.take_back(connection)
    return transport


def hear(transport: GuardedTransport, times: int = 1, content: bytes = b"{}") -> list[Answer | Exception]:
    """What comes of so many exchanges that are begun at once."""
    listener, heard = Listener(), []
    for _ in range(times):
        exchange = transport.begin("POST", b"/v1/chat/completions", [(b"content-type", b"application/json")], content)
        assert exchange is not None
        listener.add(exchange, heard.append)
    until = time.monotonic() + PATIENCE_S
    while len(heard) < times and time.monotonic() < until:
        listener.wait(1.0)
        listener.go_on()
    listener.close()
    return heard


def test_nothing_is_sent_where_no_connection_is_open():
    with serving(OK) as server:
        assert guarded_transport(server.url, 5.0).begin("POST", b"/v1", []) is None
        assert server.connections == 0


def test_many_are_listened_to_at_once_and_their_connections_used_again():
    all_asked = threading.Barrier(8, timeout=PATIENCE_S)  # one after the other, they would wait for each other for ever

    def answer_together(client: socket.socket) -> None:
        all_asked.wait()
        client.sendall(OK)

    with serving(*[answer_together] * 16, OK) as server:
        transport = opened(server.url, 8)
        assert [answer.body for answer in hear(transport, 8) + hear(transport, 8)] == [b"ok"] * 16
        assert ask(transport).body == b"ok"  # who waits may use it next
        assert server.connections == 8


@pytest.mark.parametrize(
    "reply",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nx: close\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n" + b"y" * 3_000_000,
    ],
    ids=["no HTTP", "endless header", "cut off", "compressed", "too large"],
)
def test_what_is_no_proper_reply_is_a_transport_error_and_ends_the_connection(reply: bytes):
    with serving(reply) as server:
        transport = opened(server.url)
        (error,) = hear(transport)
        assert isinstance(error, httpx2.TransportError)
        assert transport.begin("POST", b"/v1", []) is None


def test_words_that_nobody_asked_for_end_the_connection():
    with serving(OK + OK) as server:
        transport = opened(server.url)
        assert [answer.body for answer in hear(transport)] == [b"ok"]
        assert transport.begin("POST", b"/v1", []) is None


def test_a_reply_in_pieces_and_a_long_request_are_whole():
    content = b"x" * 3_000_000

    def read_slowly(client: socket.socket) -> None:
        size = 65_536  # about what was read before; the head makes up for it
        with suppress(TimeoutError):
            client.settimeout(0.3)
            while piece := client.recv(1 << 20):
                size += len(piece)
        client.settimeout(None)
        body = b"whole" if size >= len(content) else b"cut off"
        for piece in (b"HTTP/1.1 200 OK\r\ncontent-le", b"ngth: %d\r\n\r\n" % len(body), body):
            client.sendall(piece)
            time.sleep(0.05)

    with serving(read_slowly) as server:
        (answer,) = hear(opened(server.url), content=content)
    assert isinstance(answer, Answer)
    assert answer.body == b"whole"


def test_a_refusal_before_the_whole_request_was_read_is_heard():
    with serving(refuse_early) as server:
        transport = opened(server.url)
        (answer,) = hear(transport, content=b"x" * 8_000_000)
        assert isinstance(answer, Answer)
        assert answer.status == 413
        assert transport.begin("POST", b"/v1", []) is None


@pytest.mark.parametrize("drips", [True, False], ids=["drips", "is silent"])
def test_a_reply_that_does_not_end_in_time_is_given_up(drips: bool):
    def stall(client: socket.socket) -> None:
        with suppress(OSError):
            for byte in OK[:-1] * 3 if drips else ():
                client.sendall(bytes([byte]))
                time.sleep(0.02)
            client.recv(1)

    with serving(stall) as server:
        transport, started = opened(server.url, timeout_s=0.3), time.monotonic()
        (error,) = hear(transport)
        assert isinstance(error, httpx2.ReadTimeout)
        assert "did not end in time" in str(error)
        assert 0.3 <= time.monotonic() - started < PATIENCE_S
        assert transport.begin("POST", b"/v1", []) is None


def test_who_waits_is_woken_by_the_bell():
    listener = Listener()
    listener.ring()
    assert listener.wait(PATIENCE_S)
    listener.go_on()
    assert not listener.wait(0.01)
    listener.close()
    listener.ring()  # nobody is there any more, and nothing happens


def test_what_is_on_its_way_is_hung_up_on_in_the_end():
    ended = []

    def wait_for_the_end(client: socket.socket) -> None:
        ended.append(client.recv(1))

    with serving(wait_for_the_end) as server:
        exchange = opened(server.url).begin("POST", b"/v1", [], b"{}")
        assert exchange is not None
        listener = Listener()
        listener.add(exchange, lambda _: None)
        until = time.monotonic() + PATIENCE_S
        while not server.requests and time.monotonic() < until:
            time.sleep(0.01)
        listener.close()
        while not ended and time.monotonic() < until:
            time.sleep(0.01)
    assert ended == [b""]
