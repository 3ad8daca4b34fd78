"""What a connection survives, and what it does not: raw servers on loopback that say exactly these bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.models.connections import Answer
from labkit.models.transport import GuardedTransport, guarded_client, guarded_transport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class RawServer:
    """Answers the n-th request it reads with the n-th of its replies, whatever connection it came on; then repeats."""

    def __init__(self, *replies: bytes | Callable[[socket.socket], None]) -> None:
        self.replies, self.requests, self.connections = replies, [], 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self.requests: list[bytes]

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            while request := client.recv(65536):
                self.requests.append(request)
                reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
                if callable(reply):
                    reply(client)
                else:
                    client.sendall(reply)
                    if b"close" in reply:
                        return


@contextmanager
def serving(*replies: bytes | Callable[[socket.socket], None]) -> Iterator[RawServer]:
    server = RawServer(*replies)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.stop()


def ask(transport: GuardedTransport) -> Answer:
    return transport.exchange("POST", b"/v1/chat/completions", [(b"content-type", b"application/json")], b"{}")


def bodies(server: RawServer, times: int) -> Sequence[bytes]:
    transport = guarded_transport(server.url, 5.0)
    answers = [ask(transport).body for _ in range(times)]
    transport.close()
    return answers


def test_one_connection_carries_one_exchange_after_another():
    with serving(OK) as server:
        assert bodies(server, 3) == [b"ok"] * 3
        assert server.connections == 1
        host = server.url.removeprefix("http://").removesuffix("/v1").encode()
        assert server.requests[0] == (
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: " + host + b"\r\naccept-encoding: identity\r\n"
            b"content-length: 2\r\ncontent-type: application/json\r\n\r\n{}"
        )


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok",
    ],
    ids=["told to close", "HTTP 1.0", "ends with the connection"],
)
def test_a_connection_that_a_server_gives_up_is_not_used_again(reply: bytes):
    with serving(reply) as server:
        assert bodies(server, 2) == [b"ok", b"ok"]
        assert server.connections == 2


def test_words_that_nobody_asked_for_are_no_answer_to_the_next_request():
    """A reply smuggled in behind another must not be taken for the next row's."""
    smuggled = OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
    with serving(smuggled, OK) as server:
        assert bodies(server, 2) == [b"ok", b"ok"]
        assert server.connections == 2


def test_a_server_that_hung_up_in_between_is_called_again():
    def answer_and_leave(client: socket.socket) -> None:
        client.sendall(OK)
        client.close()

    with serving(answer_and_leave, OK) as server:
        transport = guarded_transport(server.url, 5.0)
        ask(transport)
        time.sleep(0.1)  # its good-bye has arrived
        assert ask(transport).body == b"ok"


def test_word_that_the_answer_is_being_worked_on_is_not_the_answer():
    with serving(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK) as server:
        assert bodies(server, 1) == [b"ok"]


def refuse_early(client: socket.socket) -> None:
    """Say no, and hang up, before the whole request has come."""
    client.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    client.shutdown(socket.SHUT_WR)
    while client.recv(1 << 20):
        pass


def test_a_refusal_before_the_whole_request_was_read_is_heard():
    with serving(refuse_early) as server:
        answer = guarded_transport(server.url, 5.0).exchange("POST", b"/v1/files", [], b"x" * 8_000_000)
    assert answer.status == 413


def test_a_request_that_is_taken_in_too_slowly_is_not_sent_to_its_end():
    """Each piece is taken soon enough; all of them together are not."""
    content, taken, ended = bytes(24_000_000), [0], threading.Event()

    def sip(client: socket.socket) -> None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        with suppress(OSError):
            while piece := client.recv(65536):
                taken[0] += len(piece)
                time.sleep(0.01)
        ended.set()

    with serving(sip) as server:
        transport = guarded_transport(server.url, 0.5)
        with pytest.raises(httpx2.TimeoutException):
            transport.exchange("POST", b"/v1", [], content)
        assert ended.wait(120)
    assert taken[0] < len(content) - 1_000_000


def test_a_head_that_drips_ends_in_time():
    def drip(client: socket.socket) -> None:
        for byte in OK[:15]:
            client.sendall(bytes([byte]))
            time.sleep(0.05)

    with serving(drip) as server, pytest.raises(httpx2.ReadTimeout, match="did not end in time"):
        ask(guarded_transport(server.url, 0.3))


@pytest.mark.parametrize(
    "reply",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nx: close\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nok",
    ],
    ids=["no HTTP", "endless header", "two lengths", "no chunk", "cut off", "compressed"],
)
def test_what_is_no_proper_reply_is_a_transport_error(reply: bytes):
    with serving(reply) as server, pytest.raises(httpx2.TransportError):
        ask(guarded_transport(server.url, 5.0))


def test_a_server_that_hangs_up_without_a_word_is_told_in_words():
    with (
        serving(socket.socket.close) as server,
        pytest.raises(httpx2.RemoteProtocolError, match="ended before the reply"),
    ):
        ask(guarded_transport(server.url, 5.0))


@given(reply=st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: OK[:-2] + tail))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_an_answer_or_a_transport_error(reply: bytes):
    def say(client: socket.socket) -> None:
        client.sendall(reply)
        client.shutdown(socket.SHUT_WR)

    with serving(say) as server, suppress(httpx2.TransportError):
        assert isinstance(ask(guarded_transport(server.url, 5.0)), Answer)


def test_what_leads_to_one_server_leads_to_no_other():
    with serving(OK) as server, serving(OK) as other:
        client = guarded_client(server.url, 5.0)
        assert client.get(f"{server.url}/models").content == b"ok"
        with pytest.raises(httpx2.UnsupportedProtocol, match="not the server"):
            client.get(f"{other.url}/models")
        assert other.requests == []


def test_a_client_sends_a_form_whole_and_no_header_of_its_environment():
    with serving(OK) as server:
        client = guarded_client(server.url, 5.0)
        client.post(f"{server.url}/files", files={"file": ("a.jsonl", b"{}")}, headers={"x-organisation": "secret"})
        sent = b"".join(server.requests)
    assert b"multipart/form-data; boundary=" in sent
    assert sent.rstrip().endswith(b"--")
    assert b"secret" not in sent
