"""What is read at a glance is what h11 reads: the same status, headers and body, and never more than it would take."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.models.plain_replies import plain_head

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id:  a b \r\nContent-Length: 2\r\n\r\nok"
_NAMES = [b"content-length", b"Content-Length", b"transfer-encoding", b"connection", b"x-a", b"set-cookie", b"bad name"]
_VALUES = [
    b"2",
    b"3",
    b"02",
    b" 2 ",
    b"+2",
    b"2, 2",
    b"chunked",
    b"close",
    b"Keep-Alive",
    b"a\tb",
    b"\x00",
    b"\xff",
    b"",
]
_LINES = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from([b":", b": ", b" :"]), st.sampled_from(_VALUES)))
_STARTS = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 429",
    b"HTTP/1.1 204 No",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 100 Go",
    b"http/1.1 200",
]
_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n "])


def read_by_h11(heard: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes, bool]:
    """Status, headers, body and whether the connection can be used again; raises what h11 raises."""
    wire, body = h11.Connection(h11.CLIENT), b""
    for event in (h11.Request(method="GET", target="/", headers=[("host", "h")]), h11.EndOfMessage()):
        wire.send(event)
    wire.receive_data(heard)
    head = wire.next_event()
    while isinstance(event := wire.next_event(), h11.Data):
        body += event.data
    assert isinstance(event, h11.EndOfMessage)
    free = wire.our_state is wire.their_state is h11.DONE and not wire.trailing_data[0]
    return head.status_code, list(head.headers), body, free


@given(start=st.sampled_from(_STARTS), lines=_LINES, end=_ENDS, body=st.sampled_from([b"", b"ok", b"ok!", b"o\r\nk"]))
def test_what_is_plain_is_what_h11_reads(
    start: bytes, lines: list[tuple[bytes, bytes, bytes]], end: bytes, body: bytes
):
    heard = b"".join([start, end, *(b"".join(line) + end for line in lines), end, body])
    head = plain_head(heard)
    if head and len(heard) == head.ends:
        assert (head.status, head.headers, heard[head.begins :], True) == read_by_h11(heard)


def test_an_answer_as_most_servers_send_it_is_plain():
    head = plain_head(OK)
    assert head
    assert (head.status, head.headers, OK[head.begins : head.ends], True) == read_by_h11(OK)


def test_half_a_head_is_none():
    assert not any(plain_head(OK[:size]) for size in range(len(OK) - 2))


@pytest.mark.parametrize(
    "told",
    [
        b"transfer-encoding: chunked\r\n",
        b"content-encoding: gzip\r\n",
        b"connection: close\r\n",
        b"content-length: 2\r\n",
        b" folded: into the line before\r\n",
        b"x: \x00\r\n",
    ],
)
def test_what_has_more_to_it_is_left_to_h11(told: bytes):
    assert not plain_head(OK.replace(b"\r\n\r\n", b"\r\n" + told + b"\r\n"))


@pytest.mark.parametrize(("part", "other"), [(b": 2", b": +2"), (b"200", b"204"), (b"1.1", b"1.0"), (b"200", b"100")])
def test_all_others_are_left_to_h11(part: bytes, other: bytes):
    assert not plain_head(OK.replace(part, other))
