"""A real server on 127.0.0.1 that speaks Chat Completions, counts what it is asked, and misbehaves on demand."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Canned = tuple[int, dict[str, str], bytes]  # status, headers, body
Action = str | Canned  # what to do with one request: a key of FAULTS, another mode, or a reply as it stands
Mode = Action | Callable[[dict[str, Any], int], Action]  # or which one for a body and how often it was seen
FAULTS: dict[str, Canned] = {
    "retry_after": (429, {"Retry-After": "0.3"}, b'{"error": {"message": "slow down", "code": "rate_limit"}}'),
    "quota": (429, {}, b'{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'),
    "arrears": (400, {}, b'{"error": {"message": "Access denied", "code": "Arrearage"}}'),
    "no_balance": (402, {}, b'{"error": {"message": "Insufficient Balance"}}'),
    "unknown_model": (404, {}, b'{"error": {"message": "The model does not exist"}}'),
    "bad_request": (400, {}, b'{"error": {"message": "this row is too long"}}'),
    "withheld": (400, {}, b'{"error": {"message": "inappropriate", "code": "data_inspection_failed"}}'),
    "error_500": (500, {}, b"<html><b>oops</b></html>"),
    "overloaded": (529, {}, b""),
    "empty": (200, {}, b""),
    "html": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Please log in</title>"),
    "half": (200, {}, b'{"choices": [{"message": {"content": "{\\"lab'),
    "null_choices": (200, {}, b'{"choices": null}'),
    "list": (200, {}, b"[1, 2]"),
    "error_200": (200, {}, b'{"error": {"message": "busy", "code": 1302}}'),
    "deep": (200, {}, b"[" * 100_000),
    "long_number": (200, {}, b'{"choices": [{"message": {"content": 1' + b"0" * 10_000 + b"}}]}"),
    "gbk": (200, {}, '{"choices": [{"message": {"content": "物流"}}]}'.encode("gbk")),
    "bomb": (200, {}, b" " * 3_000_000),
    "compressed": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"),
}


class Loopback:
    """The server; use it as a context manager.

    Args:
        mode: "ok", a reply as it stands, a key of FAULTS, or one of: delay, length, content_filter, refusal, blank,
            surrogate, unauthorized (echoes the key), reset, reset_midway, hang, drip, blank_lines, redirect.
        answer: the reply's text for the user message.
        delay_s: seconds before an answer in mode "delay".
        port: where it listens; 0 is any that is free.
        tls: speaks https with the certificate in it.
    """

    def __init__(
        self,
        mode: Mode = "ok",
        answer: Callable[[str], str] | None = None,
        delay_s: float = 0.0,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.mode = mode
        self.answer = answer or (lambda _: '{"rationale": "说到快递", "labels": ["物流"]}')
        self.delay_s = delay_s
        self.asked: Counter[str] = Counter()  # user message -> how often
        self.answered: Counter[str] = Counter()  # ... and how often a good answer left
        self.headers: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.redirect_to = ""
        self.lists = 0  # GET /models
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def hits(self) -> int:
        """How many completions were asked for."""
        return sum(self.asked.values())

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def completion(text: object, finish_reason: str = "stop", **message: Any) -> bytes:
    """The body of a chat completion."""
    usage = {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 64}}
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": text, **message}}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
    ).encode()


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with suppress(OSError):  # a client that was killed resets its connection
                super().handle()

        def do_GET(self) -> None:
            loopback.lists += 1
            mode = loopback.mode if isinstance(loopback.mode, str) else "ok"
            if mode == "redirect":
                self.send(307, {"Location": loopback.redirect_to}, b"")
            elif mode == "unauthorized":
                self.refuse_key()
            else:
                self.send(200, {}, b'{"object": "list", "data": [{"id": "m"}]}')

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            user = body["messages"][-1]["content"]
            with loopback.lock:
                seen = loopback.asked[user]
                loopback.asked[user] += 1
                loopback.headers.append({name.lower(): value for name, value in self.headers.items()})
                loopback.bodies.append(body)
            self.act(loopback.mode(body, seen) if callable(loopback.mode) else loopback.mode, user)

        def act(self, mode: Action, user: str) -> None:
            if isinstance(mode, tuple):
                self.send(*mode)
            elif mode in FAULTS:
                self.send(*FAULTS[mode])
            elif mode in ("ok", "delay"):
                time.sleep(loopback.delay_s if mode == "delay" else 0)
                with loopback.lock:
                    loopback.answered[user] += 1
                self.send(200, {}, completion(loopback.answer(user)))
            else:
                getattr(self, mode)(user)

        def length(self, user: str) -> None:
            self.send(200, {}, completion('{"labels": ["物', "length"))

        def content_filter(self, user: str) -> None:
            self.send(200, {}, completion("", "content_filter"))

        def refusal(self, user: str) -> None:
            self.send(200, {}, completion(None, refusal="I cannot help with that"))

        def blank(self, user: str) -> None:
            self.send(200, {}, completion(None))

        def surrogate(self, user: str) -> None:
            self.send(200, {}, completion('{"rationale": "\ud83d", "labels": ["物流"]}'))

        def unauthorized(self, user: str) -> None:
            self.refuse_key()

        def refuse_key(self) -> None:
            said = {"error": {"message": f"Incorrect API key: {self.headers['Authorization']}"}}
            self.send(401, {}, json.dumps(said).encode())

        def redirect(self, user: str) -> None:
            self.send(307, {"Location": loopback.redirect_to}, b"")

        def reset(self, user: str) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def reset_midway(self, user: str) -> None:
            self.start(200, {"Content-Length": "1000"})
            self.wfile.write(b'{"choices": [')
            self.wfile.flush()
            self.reset(user)

        def blank_lines(self, user: str) -> None:
            self.drip(user, b"1\r\n\n\r\n")

        def hang(self, user: str) -> None:
            loopback.stopping.wait(30)
            self.close_connection = True

        def drip(self, user: str, chunk: bytes = b"1\r\n \r\n") -> None:
            self.start(200, {"Transfer-Encoding": "chunked"})
            try:
                while not loopback.stopping.wait(0.1):
                    self.wfile.write(chunk)
            except OSError:
                self.close_connection = True

        def start(self, status: int, headers: dict[str, str]) -> None:
            self.send_response_only(status)  # no date but the one a test gives
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            try:
                self.start(status, {**headers, "Content-Length": str(len(body))})
                self.wfile.write(body)
            except OSError:  # the client has gone, as it may
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                return

        def log_message(self, *args: object) -> None:
            return

    return Handler
