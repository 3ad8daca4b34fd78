"""A real server on 127.0.0.1 with batch files: /v1/files and /v1/batches as OpenAI's reference describes them."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.models.loopback import completion

Line = dict[str, Any]


def answered(line: Line) -> Line:
    """The line of the output file for a request that went well."""
    body = json.loads(completion('{"rationale": "说到快递", "labels": ["物流"]}'))
    response = {"status_code": 200, "request_id": f"req-{line['custom_id']}", "body": body}
    return {"id": f"out-{line['custom_id']}", "custom_id": line["custom_id"], "response": response, "error": None}


def refused(line: Line, status: int, message: str, code: str = "") -> Line:
    """The line of the error file for a request that the model refused."""
    body = {"error": {"message": message, "code": code}}
    response = {"status_code": status, "request_id": "req", "body": body}
    return {"id": "err", "custom_id": line["custom_id"], "response": response, "error": None}


def not_tried(line: Line, code: str) -> Line:
    """The line of the error file for a request that the batch did not come to."""
    error = {"code": code, "message": "This request could not be executed before the completion window expired."}
    return {"id": "err", "custom_id": line["custom_id"], "response": None, "error": error}


class LoopbackBatches:
    """The server; use it as a context manager.

    Args:
        work: the lines of the output and the error file for those of a batch; backwards by default, so that nothing
            can be joined by position.
        ends_as: the status in which batches end.
        looks: how often one is looked at before it is over.
        lose_create: how many answers to "create" are lost on the way, though the batch was made.
        keeps_metadata: whether a listed batch still says what was attached to it.
    """

    def __init__(
        self,
        work: Callable[[list[Line]], tuple[list[Line], list[Line]]] | None = None,
        ends_as: str = "completed",
        looks: int = 1,
        lose_create: int = 0,
        keeps_metadata: bool = True,
    ) -> None:
        self.work = work or (lambda lines: ([answered(line) for line in reversed(lines)], []))
        self.ends_as, self.looks, self.lose_create, self.keeps_metadata = ends_as, looks, lose_create, keeps_metadata
        self.files: dict[str, tuple[str, bytes]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.refused: dict[str, int] = {}  # path -> the status with which it is refused
        self.problem = ""  # makes validation fail
        self.broken_looks = 0  # so many answers to "how far is it" are errors 500
        self.keeps_answers = True  # whether files of answers can still be fetched
        self.hidden = False  # whether the list of batches is kept from whoever asks
        self.completions = 0  # asked one by one
        self.before_completion: Callable[[], object] = lambda: None
        self.keys: set[str] = set()
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def sent(self) -> list[Line]:
        """All lines of all batches that were made."""
        return [line for batch in self.batches.values() for line in self.lines(batch)]

    def lines(self, batch: dict[str, Any]) -> list[Line]:
        """The requests of a batch."""
        return [json.loads(line) for line in self.files[batch["input_file_id"]][1].splitlines()]

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file; its id."""
        number = f"file-{len(self.files)}"
        self.files[number] = name, content
        return number

    def make(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A new batch, as `POST /batches` answers."""
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        number = f"batch_{len(self.batches)}"
        fields = {"id": number, "object": "batch", "created_at": int(time.time()), "output_file_id": None}
        self.batches[number] = {**asked, **fields, "error_file_id": None, "errors": None, "status": "validating"}
        self.batches[number] |= {"request_counts": {"total": 0, "completed": 0, "failed": 0}, "looked": 0}
        return self.batches[number]

    def look(self, batch: dict[str, Any]) -> dict[str, Any]:
        """A batch as it is when it is asked for the next time."""
        batch["looked"] += 1
        lines = self.lines(batch)
        if batch["status"] == "validating" and (problem := self.problem or _invalid(lines)):
            batch |= {"status": "failed", "errors": {"object": "list", "data": [{"code": "bad", "message": problem}]}}
        elif batch["status"] in ("validating", "in_progress"):
            batch |= {"status": "in_progress", "request_counts": {"total": len(lines), "completed": 0, "failed": 0}}
            if batch["looked"] >= self.looks:
                self.end(batch, lines)
        return batch

    def end(self, batch: dict[str, Any], lines: list[Line]) -> None:
        """Write a batch's files."""
        output, errors = self.work(lines)
        for name, found in (("output_file_id", output), ("error_file_id", errors)):
            content = b"".join(json.dumps(line).encode() + b"\n" for line in found)
            batch[name] = self.keep(name, content) if found else None
            if not self.keeps_answers:
                self.files.pop(batch[name], None)
        counts = {"total": len(lines), "completed": len(output), "failed": len(errors)}
        batch |= {"status": self.ends_as, "request_counts": counts}

    def __enter__(self) -> LoopbackBatches:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _invalid(lines: list[Line]) -> str:
    """Why a file is refused; "" when it is not."""
    ids = [line["custom_id"] for line in lines]
    if len(set(ids)) < len(ids):
        return "duplicate custom_id"
    wrong = [line for line in lines if (line["method"], line["url"]) != ("POST", "/v1/chat/completions")]
    return "wrong method or url" if wrong or not lines else ""


def _handler(server: LoopbackBatches) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.keys.add(self.headers.get("Authorization", ""))
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if found := re.fullmatch(r"/v1/files/([\w-]+)/content", path):
                _, content = server.files.get(found[1], ("", b""))
                self.send(
                    200 if found[1] in server.files else 404, content or b'{"error": {"message": "no such file"}}'
                )
            elif (found := re.fullmatch(r"/v1/batches/(\w+)", path)) and found[1] not in server.batches:
                self.send(404, b'{"error": {"message": "no such batch"}}')
            elif found:
                with server.lock:
                    server.broken_looks -= 1
                    broken = server.broken_looks >= 0
                    said = {} if broken else server.look(server.batches[found[1]])
                self.send(500 if broken else 200, json.dumps(said).encode())
            elif path == "/v1/batches":
                self.page(query)
            else:
                self.send(200, b'{"object": "list", "data": [{"id": "m"}]}')

        def page(self, query: dict[str, list[str]]) -> None:
            """Batches, newest first, two a page whatever is asked for."""
            newest = [] if server.hidden else list(reversed(server.batches.values()))
            if "after" in query:
                newest = newest[1 + [batch["id"] for batch in newest].index(query["after"][0]) :]
            shown = [{**batch, **({} if server.keeps_metadata else {"metadata": None})} for batch in newest[:2]]
            self.send(200, json.dumps({"object": "list", "data": shown, "has_more": len(newest) > 2}).encode())

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path in server.refused:
                self.send(server.refused[self.path], b'{"error": {"message": "not with this key"}}')
            elif self.path == "/v1/files":
                self.upload(content)
            elif self.path == "/v1/batches":
                with server.lock:
                    batch = server.make(json.loads(content))
                    server.lose_create -= 1
                    lost = server.lose_create >= 0
                self.close_connection = lost
                if not lost:
                    self.send(200, json.dumps(batch).encode())
            else:
                server.completions += 1
                server.before_completion()
                self.send(200, completion('{"labels": ["物流"]}'))

        def upload(self, content: bytes) -> None:
            head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
            parts = {
                part.get_param("name", header="content-disposition"): part
                for part in message_from_bytes(head + content).get_payload()
            }  # type: ignore[union-attr]
            assert parts["purpose"].get_payload() == "batch"
            with server.lock:
                file = server.keep(str(parts["file"].get_filename()), parts["file"].get_payload(decode=True))
            self.send(200, json.dumps({"id": file, "object": "file", "purpose": "batch"}).encode())

        def send(self, status: int, body: bytes) -> None:
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    return Handler
