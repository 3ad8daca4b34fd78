"""A request that kills the model's process is found out, and takes no other with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from labkit.records import Message, Reply, Request
from labkit.serving import model_process
from labkit.serving.answering import READY, Failure
from labkit.serving.model_process import ModelProcess
from tests.serving.served import PATIENCE_S

DEADLY = "deadly"


def answer_until_it_dies(pipe: Connection, scene: str, model: str) -> None:
    """A model that dies of one request, as one that is out of memory would."""
    pipe.send(READY)
    while (asked := pipe.recv()) is not None:
        number, requests = asked
        if any(request.row == DEADLY for request in requests):
            os._exit(1)
        pipe.send((number, [reply_to(request.row) for request in requests]))


def reply_to(row: str) -> Reply:
    return Reply(row, row.encode())


def asked(*rows: str) -> list[Request]:
    return [Request(row, (Message("user", row),)) for row in rows]


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelProcess]:
    monkeypatch.setattr(model_process, "answer_until_closed", answer_until_it_dies)
    process = ModelProcess("a scene", "a model")
    process.start()
    yield process
    process.close()


def test_of_a_batch_that_kills_the_process_only_the_deadly_request_fails(process: ModelProcess):
    first, deadly, last = process.ask(asked("one", DEADLY, "three")).result(PATIENCE_S)
    assert [first, last] == [reply_to("one"), reply_to("three")]
    assert isinstance(deadly, Failure)
    assert "died over this request" in deadly.problem
    assert process.is_up
    assert process.ask(asked("four")).result(PATIENCE_S) == [reply_to("four")]
