"""The dashboards' server: who is let in, what a browser may send, what a kernel refuses to do."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from labkit.cli.lab import dash_command
from labkit.cli.servers import ServerCommand, start
from labkit.errors import BadInput
from labkit.voila.viewers import read_viewers
from labkit.workspace import create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

VIEWER = "ab" * 24
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerCommand]:
    """A server on a small scene, with one viewer and one further host."""
    folder = tmp_path_factory.mktemp("dash") / "tiny"
    create_scene(folder, TINY_TASK, tiny_examples(), tiny_prompts())
    asked = dash_command(str(folder), None, hosts=("lab.example.com",), tokens=(VIEWER,))
    server = start(asked)
    yield asked
    server.terminate()
    server.wait(PATIENCE_S)


def answer(command: ServerCommand, path: str, token: str = "", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", command.port, timeout=PATIENCE_S)
    connection.request("GET", f"{path}?token={token}" if token else path, headers=headers)
    return connection.getresponse()


def kernel_of_page(command: ServerCommand) -> str:
    page = answer(command, "/voila/render/releases.ipynb", command.token).read().decode()
    found = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def test_every_page_hangs_below_one_index(command: ServerCommand):
    reply = answer(command, "/", command.token)
    assert reply.status == 302
    assert urlsplit(reply.headers["Location"]).path == "/voila/render/week.ipynb"
    page = answer(command, "/voila/render/week.ipynb", command.token).read().decode()
    for other in ("week", "quality", "models", "data", "releases"):
        assert f'href="{other}.ipynb"' in page


def test_only_known_hosts_and_tokens_are_let_in(command: ServerCommand):
    path = "/voila/static/voila.js"
    assert answer(command, "/").headers["Location"].startswith("/login")
    assert answer(command, "/", "0" * 48).headers["Location"].startswith("/login")
    assert "week.ipynb" in answer(command, "/", VIEWER).headers["Location"]
    assert answer(command, path, VIEWER, Host="lab.example.com").status == 200
    assert answer(command, "/", VIEWER, Host="lab.example.com").status == 302
    assert answer(command, "/", VIEWER, Host="evil.example").status == 403


async def talk(command: ServerCommand, kernel: str, origin: str, messages: list[dict[str, Any]]) -> list[str]:
    """Send messages, then one that is always answered; the kinds of all messages until its answer."""
    address = f"ws://127.0.0.1:{command.port}/api/kernels/{kernel}/channels"
    cookies = answer(command, "/", command.token).headers.get_all("Set-Cookie") or []  # as a browser holds them
    headers = {"Origin": origin, "Cookie": "; ".join(cookie.split(";")[0] for cookie in cookies)}
    socket = await websocket_connect(HTTPRequest(address, headers=headers))
    last = message("comm_info_request", {})
    for each in (*messages, last):
        await socket.write_message(json.dumps(each))
    kinds: list[str] = []
    while True:
        heard = await asyncio.wait_for(socket.read_message(), PATIENCE_S)
        if heard is None:
            raise ConnectionError("the server hung up")
        if isinstance(heard, bytes):
            continue
        told = json.loads(heard)
        kinds.append(told["header"]["msg_type"])
        if told["parent_header"].get("msg_id") == last["header"]["msg_id"] and kinds[-1] == "comm_info_reply":
            socket.close()
            return kinds


def message(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    header = {"msg_id": uuid4().hex, "msg_type": kind, "session": "s", "username": "u", "version": "5.3", "date": ""}
    empty = {"parent_header": {}, "metadata": {}, "buffers": []}
    return {"header": header, "channel": "shell", "content": content, **empty}


def in_a_loop_of_its_own(talking: Coroutine[Any, Any, list[str]]) -> list[str]:
    """On a further thread: once a browser test has run, Playwright's loop holds this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, talking).result()


def test_forged_origins_are_refused_and_forged_messages_run_nothing(command: ServerCommand, tmp_path: Path):
    kernel, own = kernel_of_page(command), f"http://127.0.0.1:{command.port}"
    with pytest.raises(HTTPClientError) as refused:
        in_a_loop_of_its_own(talk(command, kernel, "http://evil.example", []))
    assert refused.value.code == 403
    target = tmp_path / "touched"
    code = f"open({str(target)!r}, 'w').close()"
    forged = [
        message("execute_request", {"code": code, "silent": False, "user_expressions": {"x": code}}),
        message("inspect_request", {"code": "open", "cursor_pos": 2, "detail_level": 1}),
        message("complete_request", {"code": "/etc/pas", "cursor_pos": 8}),
        message("comm_open", {"comm_id": "1", "target_name": "os.system", "target_module": "os", "data": {"x": code}}),
        message("comm_msg", {"comm_id": "nobody", "data": {"method": "custom", "content": code}}),
    ]
    heard = in_a_loop_of_its_own(talk(command, kernel, own, forged))
    assert not {"execute_reply", "inspect_reply", "complete_reply"} & set(heard)
    assert not target.exists()


GUARDED = """
import os, pathlib, socket, subprocess, sys
from labkit.voila.guard import forbid_acting
forbid_acting()
here = sys.argv[1]
acts = {
    "write": lambda: open(here + "/new", "w"),
    "append": lambda: pathlib.Path(here, "there").open("a"),
    "low level": lambda: os.open(here + "/new", os.O_CREAT | os.O_WRONLY),
    "remove": lambda: os.remove(here + "/there"),
    "rename": lambda: os.rename(here + "/there", here + "/new"),
    "program": lambda: subprocess.run(["true"]),
    "shell": lambda: os.system("true"),
    "call": lambda: socket.create_connection(("127.0.0.1", 9), 1),
}
for name, act in acts.items():
    try:
        act()
        print(name, "done")
    except PermissionError:
        print(name, "refused")
print(open(here + "/there").read())
"""


def test_a_guarded_process_reads_and_does_nothing_else(tmp_path: Path):
    (tmp_path / "there").write_text("read", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-c", GUARDED, str(tmp_path)], capture_output=True, text=True, check=True, env={**os.environ}
    )
    *acts, read = found.stdout.split("\n")[:-1]
    assert [act.split()[-1] for act in acts] == ["refused"] * 8
    assert read == "read"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_viewers_keep_their_tokens_and_new_names_get_one(tmp_path: Path):
    file = tmp_path / "viewers.txt"
    file.write_text("lin\nwang\n", encoding="utf-8")
    first = read_viewers(file)
    assert len(set(first.values())) == 2
    file.write_text(file.read_text(encoding="utf-8") + "zhao\n", encoding="utf-8")
    second = read_viewers(file)
    assert {name: second[name] for name in first} == first
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"lin not-a-token\n", b"\xff\xfe", b"a b c\n"])
def test_a_file_of_viewers_that_cannot_be_used_is_refused_and_left_alone(tmp_path: Path, content: bytes):
    file = tmp_path / "viewers.txt"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"viewers\.txt"):
        read_viewers(file)
    assert file.read_bytes() == content
