"""The dashboards' server: who is let in, what a browser may send, what a kernel refuses to do."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.web import HTTPError
from tornado.websocket import websocket_connect
from traitlets.config import Config

from labkit.cli.lab import dash_command
from labkit.cli.servers import ServerCommand, start
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.voila.server import HERE
from labkit.voila.viewers import read_viewers
from labkit.voila.warm_kernels import WarmKernels
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

VIEWER = "ab" * 24
PATIENCE_S = 120.0
T = TypeVar("T")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's words go."""
    return tmp_path_factory.mktemp("log") / "stderr"


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[ServerCommand]:
    """A server on a small scene, with one viewer and one further host."""
    folder = tmp_path_factory.mktemp("dash") / "tiny"
    create_scene(folder, TINY_TASK, tiny_examples(), tiny_prompts())
    asked = dash_command(str(folder), None, hosts=("lab.example.com",), tokens=(VIEWER,))
    with log.open("wb") as words:
        ours = os.dup(2)
        os.dup2(words.fileno(), 2)
        try:
            server = start(asked)
        finally:
            os.dup2(ours, 2)
            os.close(ours)
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


def test_tokens_do_not_stand_in_the_log(command: ServerCommand, log: Path):
    assert answer(command, "/voila/files/nothing", VIEWER).status in (403, 404)
    assert answer(command, "/nowhere", VIEWER).status == 404
    assert answer(command, "/", VIEWER, Host="evil.example").status == 403
    assert answer(command, "/nowhere", command.token, Referer=f"http://127.0.0.1/?token={VIEWER}").status == 404
    wait_for(lambda: "403" in log.read_text("utf-8") and "404" in log.read_text("utf-8"))
    assert VIEWER not in log.read_text("utf-8")
    assert command.token not in log.read_text("utf-8")


WRONG = (
    "/nowhere",
    "/voila/render/nope.ipynb",
    "/voila/render/%00.ipynb",
    "/voila/render/%ff.ipynb",
    "/voila/render/sub/week.ipynb",
    "/voila/templates/x",
    "/voila/templates/a/b/c",
    "/voila/templates/lab/static/%2e%2e/%2e%2e/x",
    "/voila/files/nothing",
    "/voila/static/nope.js",
)


def test_a_wrong_address_is_told_in_a_line_and_leaves_no_traceback(command: ServerCommand, log: Path):
    for path in WRONG:
        reply = answer(command, path, VIEWER)
        assert reply.status in (400, 403, 404), path
        assert b"Traceback" not in reply.read()
    assert "The pages begin at /" in answer(command, WRONG[1], VIEWER).read().decode()
    wait_for(lambda: "nope.js" in log.read_text("utf-8"))
    assert "Traceback" not in log.read_text("utf-8")


def test_behind_a_proxy_the_cookie_goes_over_tls_alone(command: ServerCommand):
    outside = answer(command, "/", VIEWER, Host="lab.example.com").headers.get_all("Set-Cookie") or []
    assert outside
    assert all("Secure" in cookie.split("; ") for cookie in outside)
    inside = answer(command, "/", VIEWER).headers.get_all("Set-Cookie") or []
    assert inside
    assert not any("Secure" in cookie.split("; ") for cookie in inside)


def wait_for(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.1)


async def talk(
    command: ServerCommand,
    kernel: str,
    origin: str,
    messages: list[dict[str, Any]],
    patience_s: float = PATIENCE_S,
    host: str = "",
) -> list[str]:
    """Send messages, then one that is always answered; the kinds of all messages until its answer."""
    named = {"Host": host} if host else {}
    address = f"ws://127.0.0.1:{command.port}/api/kernels/{kernel}/channels"
    cookies = answer(command, "/", command.token, **named).headers.get_all("Set-Cookie") or []  # as a browser has them
    headers = {"Origin": origin, "Cookie": "; ".join(cookie.split(";")[0] for cookie in cookies), **named}
    socket = await websocket_connect(HTTPRequest(address, headers=headers))
    last = message("comm_info_request", {})
    for each in (*messages, last):
        await socket.write_message(json.dumps(each))
    kinds: list[str] = []
    while True:
        heard = await asyncio.wait_for(socket.read_message(), patience_s)
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


def in_a_loop_of_its_own(talking: Coroutine[Any, Any, T]) -> T:
    """On a further thread: once a browser test has run, Playwright's loop holds this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, talking).result()


def test_behind_a_proxy_on_another_port_the_host_must_come_with_that_port(command: ServerCommand):
    """What nginx's $http_host passes on and its $host does not; docs/dashboards.md has the first."""
    kernel, origin = kernel_of_page(command), "https://lab.example.com:8443"
    assert in_a_loop_of_its_own(talk(command, kernel, origin, [], host="lab.example.com:8443"))
    with pytest.raises(HTTPClientError, match="403"):
        in_a_loop_of_its_own(talk(command, kernel, origin, [], host="lab.example.com"))
    page = (Path(__file__).parents[1] / "docs" / "dashboards.md").read_text("utf-8")
    assert "proxy_set_header Host $http_host;" in page


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


def test_a_kernel_that_was_ended_is_not_started_again_without_its_guard(command: ServerCommand):
    kernel, own = kernel_of_page(command), f"http://127.0.0.1:{command.port}"
    assert answer(command, f"/api/kernels/{kernel}", command.token).status == 200
    with suppress(ConnectionError, TimeoutError):
        in_a_loop_of_its_own(talk(command, kernel, own, [message("shutdown_request", {"restart": False})], 10.0))
    wait_for(lambda: answer(command, f"/api/kernels/{kernel}", command.token).status == 404)


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings of the kernels' manager, with room for three viewers."""
    monkeypatch.setattr("labkit.voila.warm_kernels.MAX_KERNELS", 3)
    return Config(json.loads((HERE / "voila.json").read_text("utf-8")))


def test_pages_opened_at_once_share_the_limit_and_lose_no_kernel(manager: Config):
    async def crowd() -> tuple[list[str | BaseException], set[str], set[str]]:
        kernels = WarmKernels(config=manager, spare=1, pause=0.0)
        try:
            kernels.refill()
            found = await asyncio.gather(*(kernels.start_kernel() for _ in range(6)), return_exceptions=True)
            await kernels.settled()
            return found, set(kernels.list_kernel_ids()), set(kernels.waiting)
        finally:
            await kernels.shutdown_all(now=True)

    found, alive, waiting = in_a_loop_of_its_own(crowd())
    handed = {one for one in found if isinstance(one, str)}
    refused = [one for one in found if isinstance(one, HTTPError)]
    assert (len(handed), len(refused)) == (3, 3)
    assert all(one.status_code == 503 for one in refused)
    assert alive == handed | waiting


def test_a_full_house_lets_in_whoever_comes_once_somebody_left_without_a_word_and_nobody_who_is_there_goes(
    manager: Config, monkeypatch: pytest.MonkeyPatch
):
    async def house() -> tuple[list[str], list[str | BaseException], set[str]]:
        kernels = WarmKernels(config=manager, spare=0)
        try:
            first, second, third = [await kernels.start_kernel() for _ in range(3)]
            kernels.notify_connect(first)
            for _ in range(2):  # two tabs of one page, of which one closes
                kernels.notify_connect(second)
            kernels.notify_disconnect(second)
            kernels.notify_connect(third)
            kernels.notify_disconnect(third)
            early = await asyncio.gather(kernels.start_kernel(), return_exceptions=True)
            monkeypatch.setattr("labkit.voila.warm_kernels.ABSENT_S", 0.0)
            kernels.notify_connect(third)
            kernels.notify_disconnect(third)
            later = await asyncio.gather(*(kernels.start_kernel() for _ in range(2)), return_exceptions=True)
            return [first, second, third], [*early, *later], set(kernels.list_kernel_ids())
        finally:
            await kernels.shutdown_all(now=True)

    (first, second, _third), (early, *later), alive = in_a_loop_of_its_own(house())
    assert isinstance(early, HTTPError), "the third may come back"
    assert early.status_code == 503
    (new,) = (one for one in later if isinstance(one, str))
    assert alive == {first, second, new}


def test_no_kernel_is_prepared_beside_a_page_that_paints(manager: Config):
    async def visited() -> tuple[int, int, float]:
        kernels = WarmKernels(config=manager, spare=1, pause=2.0)
        try:
            kernels.refill()
            await kernels.settled()
            began = time.monotonic()
            await kernels.start_kernel()
            await asyncio.sleep(0.1)
            beside = len(kernels.list_kernel_ids())
            await kernels.settled()
            return beside, len(kernels.list_kernel_ids()), time.monotonic() - began
        finally:
            await kernels.shutdown_all(now=True)

    beside, after, seconds = in_a_loop_of_its_own(visited())
    assert (beside, after) == (1, 2)
    assert seconds >= 2.0


def test_idle_kernels_are_culled_and_those_that_wait_are_not(manager: Config):
    async def quiet() -> tuple[str, str, set[str], str]:
        kernels = WarmKernels(config=manager, spare=1, pause=0.0)
        try:
            left = await kernels.start_kernel()
            await kernels.settled()
            (waits,) = kernels.waiting
            for kernel in (left, waits):
                kernels.get_kernel(kernel).last_activity = datetime(2020, 1, 1, tzinfo=UTC)
                await kernels.cull_kernel_if_idle(kernel)
            return left, waits, set(kernels.list_kernel_ids()), await kernels.start_kernel()
        finally:
            await kernels.shutdown_all(now=True)

    left, waits, alive, next_one = in_a_loop_of_its_own(quiet())
    assert left not in alive
    assert waits == next_one


def test_a_page_hears_what_its_address_asks_for_and_never_the_token(manager: Config):
    async def heard() -> str:
        kernels = WarmKernels(config=manager, spare=0)
        try:
            wish = {**os.environ, "QUERY_STRING": f"token={VIEWER}&label=%E9%80%80%E6%AC%BE%27%22&run=r1&x=y"}
            kernel = await kernels.start_kernel(env=wish)
            client = kernels.get_kernel(kernel).client()
            client.start_channels()
            await client.wait_for_ready(timeout=PATIENCE_S)
            code = {"query": "__import__('os').environ.get('LABKIT_DASH_QUERY')"}
            reply = await client.execute("", user_expressions=code, reply=True, timeout=PATIENCE_S)
            client.stop_channels()
            return str(reply["content"]["user_expressions"]["query"]["data"]["text/plain"])
        finally:
            await kernels.shutdown_all(now=True)

    found = json.loads(ast.literal_eval(in_a_loop_of_its_own(heard())))
    assert found == {"label": "退款'\"", "run": "r1"}


GUARDED = """
import multiprocessing, os, pathlib, signal, socket, subprocess, sys
from labkit.voila.guard import forbid_acting
forbid_acting()
here = sys.argv[1]
class Nothing(str):  # it says that it is any other path
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
acts = {
    "write": lambda: open(here + "/new", "w"),
    "append": lambda: pathlib.Path(here, "there").open("a"),
    "low level": lambda: os.open(here + "/new", os.O_CREAT | os.O_WRONLY),
    "folder": lambda: os.mkdir(here + "/new"),
    "symbolic link": lambda: os.symlink(here + "/there", here + "/new"),
    "hard link": lambda: os.link(here + "/there", here + "/new"),
    "truncate": lambda: os.truncate(here + "/there", 0),
    "permissions": lambda: os.chmod(here + "/there", 0o777),
    "times": lambda: os.utime(here + "/there", (0, 0)),
    "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    "kill": lambda: os.kill(os.getppid(), 0),
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    "listen": lambda: socket.socket().bind(("127.0.0.1", 0)),
    "remove": lambda: os.remove(here + "/there"),
    "rename": lambda: os.rename(here + "/there", here + "/new"),
    "program": lambda: subprocess.run(["true"]),
    "shell": lambda: os.system("true"),
    "call": lambda: socket.create_connection(("127.0.0.1", 9), 1),
    "local socket": lambda: socket.socket(socket.AF_UNIX).bind(here + "/new"),
    "local call": lambda: socket.socket(socket.AF_UNIX).connect(here + "/there"),
    "name": lambda: socket.getaddrinfo("localhost", 80),
    "spawn": lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    "disguise": lambda: open(Nothing(here + "/new"), "w"),
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
    assert [act for act in acts if not act.endswith("refused")] == []
    assert [act.split()[-1] for act in acts] == ["refused"] * 23
    assert read == "read"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


PAGES = """
import os
from labkit.voila.guard import forbid_acting
from labkit import dashboards
from labkit.workspace import open_scene
forbid_acting()
scene = open_scene(os.environ[dashboards.SCENE_VARIABLE])
for page in ("week", "quality", "models", "releases"):
    dashboards.dashboard(page)
shown = dashboards.QualityPage(scene)
shown.excel.click()
assert not shown.excel.disabled and ("download" in shown.file.value) == bool(shown.run.options), shown.file.value
data = dashboards.DataPage(scene)
data.examining.join(120)
assert "could not be examined" not in data.lights.value, data.lights.value
"""


IMPORTS = """
import sys
from labkit import dashboards
dashboards.make_ready()
before = set(sys.modules)
for page in ("week", "quality", "models", "releases"):
    dashboards.dashboard(page)
new = sorted({name.split(".")[0] for name in set(sys.modules) - before} & {"numpy", "scipy", "pandas", "sqlalchemy"})
assert not new, new
"""


def test_no_page_imports_a_large_library_once_its_kernel_is_warm(scene: Scene):
    for name in ("v1", "v2"):
        evaluate(scene, name, "definition-reader")
    environment = dict(dash_command(str(scene.path), None).environment)
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("runs", [0, 2])
def test_every_page_comes_whole_in_a_guarded_process(scene: Scene, runs: int):
    for name in ("v1", "v2")[:runs]:
        evaluate(scene, name, "definition-reader")
    environment = dict(dash_command(str(scene.path), None).environment)
    done = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


def test_viewers_keep_their_tokens_and_new_names_get_one(tmp_path: Path):
    file = tmp_path / "viewers.txt"
    file.write_text("lin\nwang\n", encoding="utf-8")
    first = read_viewers(file)
    assert len(set(first.values())) == 2
    file.write_text(file.read_text(encoding="utf-8") + "zhao\n", encoding="utf-8")
    second = read_viewers(file)
    assert {name: second[name] for name in first} == first
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"lin not-a-token\n", b"\xff\xfe", b"a b c\n", b"lin\nwang\nlin\n"])
def test_a_file_of_viewers_that_cannot_be_used_is_refused_and_left_alone(tmp_path: Path, content: bytes):
    file = tmp_path / "viewers.txt"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"viewers\.txt"):
        read_viewers(file)
    assert file.read_bytes() == content


def test_a_file_of_viewers_stays_whole_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "viewers.txt"
    file.write_text(f"lin {VIEWER}\nwang\n", encoding="utf-8")

    def full(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInput, match="No space"):
        read_viewers(file)
    assert file.read_text("utf-8") == f"lin {VIEWER}\nwang\n"
    assert os.listdir(tmp_path) == ["viewers.txt"]
