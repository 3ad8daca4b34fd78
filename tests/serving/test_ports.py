from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from labkit.errors import BadInput
from labkit.serving.ports import PORTS_TRIED, free_port, listen, port_of


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield port_of(listening)


def test_two_that_look_for_a_port_at_once_find_two(taken: int):
    with closing(listen(None, taken)) as first, closing(listen(None, taken)) as second:
        assert taken < port_of(first) < port_of(second) < taken + PORTS_TRIED


def test_what_listens_can_be_reached_at_once_and_its_port_is_free_again_behind_it(taken: int):
    with closing(listen(None, taken)) as listening:
        port = port_of(listening)
        with socket.create_connection(("127.0.0.1", port), 5):
            listening.accept()[0].close()
    assert free_port(port, 1) == port


@pytest.mark.parametrize("port", ["taken", -1, 65_536, 2**70])
def test_a_port_that_cannot_be_had_is_named(taken: int, port: int | str):
    wanted = taken if isinstance(port, str) else port
    with pytest.raises(BadInput, match=f"Port {wanted} is taken"):
        listen(wanted, 1)


def test_where_all_are_taken_the_range_is_named():
    with pytest.raises(BadInput, match="The ports 65536 to 65555 are taken"):
        listen(None, 65_536)
