"""A real tuning service on 127.0.0.1, in OpenAI's form and in DashScope's, as their references describe them."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.models.loopback import completion

Record = dict[str, Any]


class LoopbackTuning:
    """The server; use it as a context manager.

    Args:
        form: "openai" or "dashscope".
        looks: how often a job is looked at before it is over.
        ends_as: how jobs end, in the form's own word.
        lose_create: how many answers to "create" are lost on the way, though the job was made.
        refuse: path -> the status with which it is refused.
    """

    def __init__(
        self,
        form: str = "openai",
        looks: int = 1,
        ends_as: str = "succeeded",
        lose_create: int = 0,
        refuse: dict[str, int] | None = None,
    ) -> None:
        self.form, self.looks, self.ends_as, self.lose_create = form, looks, ends_as, lose_create
        self.refuse = dict(refuse or {})
        self.files: dict[str, bytes] = {}
        self.jobs: dict[str, Record] = {}
        self.keys: set[str] = set()
        self.asked: list[str] = []  # models that were asked for answers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def root(self) -> str:
        """Where everything is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def rows(self) -> list[Record]:
        """The conversations in all files."""
        return [json.loads(line) for content in self.files.values() for line in content.splitlines()]

    def keep(self, content: bytes) -> Record:
        """What an upload is answered with."""
        file = f"file-{len(self.files)}"
        self.files[file] = content
        if self.form == "openai":
            return {"id": file, "object": "file", "purpose": "fine-tune"}
        return {"request_id": "r", "data": {"uploaded_files": [{"file_id": file, "name": "x"}], "failed_uploads": []}}

    def make(self, asked: Record) -> Record:
        """A new job."""
        name = f"ftjob-{len(self.jobs)}"
        files = [asked["training_file"]] if self.form == "openai" else asked["training_file_ids"]
        assert all(file in self.files for file in files)
        self.jobs[name] = {**asked, "looked": 0, "number": name}
        return self.said(self.jobs[name], "queued" if self.form == "openai" else "PENDING")

    def look(self, job: Record) -> Record:
        """A job as it is when it is asked for the next time."""
        job["looked"] += 1
        if job.get("cancelled"):
            return self.said(job, "cancelled" if self.form == "openai" else "CANCELED")
        if job["looked"] < self.looks:
            return self.said(job, "running" if self.form == "openai" else "RUNNING")
        return self.said(job, self.ends_as)

    def said(self, job: Record, status: str) -> Record:
        """What is said of a job."""
        done, failed = status.lower() == "succeeded", status.lower() == "failed"
        if self.form == "openai":
            asked = {key: job.get(key) for key in ("training_file", "metadata", "model")}
            found = {"fine_tuned_model": "ft:small:us::abc" if done else None, "trained_tokens": 4321 if done else None}
            error = {"code": "bad", "message": "row 3 is no conversation"} if failed else {}
            return {
                **asked,
                **found,
                "id": job["number"],
                "object": "fine_tuning.job",
                "status": status,
                "error": error,
            }
        asked = {key: job.get(key) for key in ("training_file_ids", "job_name", "model")}
        found = {"finetuned_output": "small-ft-2026", "usage": 4321} if done else {}
        found |= {"message": "row 3 is no conversation"} if failed else {}
        return {**asked, **found, "job_id": job["number"], "status": status}

    def __enter__(self) -> LoopbackTuning:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(server: LoopbackTuning) -> type[BaseHTTPRequestHandler]:
    jobs = "/v1/fine_tuning/jobs" if server.form == "openai" else "/v1/fine-tunes"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.keys.add(self.headers.get("Authorization", ""))
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == jobs:
                self.page(query)
            elif (job := server.jobs.get(path.removeprefix(f"{jobs}/"))) is None:
                self.say(404, {"error": {"message": "no such job"}})
            else:
                self.say(200, self.wrapped(server.look(job)))

        def page(self, query: dict[str, list[str]]) -> None:
            found = [server.said(job, "running") for job in reversed(server.jobs.values())]
            if server.form == "dashscope":
                self.say(200, {"output": {"jobs": found, "total": len(found)}})
                return
            if "after" in query:
                found = found[1 + [job["id"] for job in found].index(query["after"][0]) :]
            self.say(200, {"object": "list", "data": found[:2], "has_more": len(found) > 2})  # two a page

        def do_POST(self) -> None:
            server.keys.add(self.headers.get("Authorization", ""))
            content = self.rfile.read(int(self.headers["Content-Length"] or 0))
            path = urlsplit(self.path).path
            if path in server.refuse:
                self.say(server.refuse[path], {"error": {"message": "not with this key sk-CANARY-0123456789"}})
            elif path == "/v1/files":
                self.say(200, server.keep(self.file_in(content)))
            elif path == jobs:
                made = server.make(json.loads(content))
                server.lose_create -= 1
                self.close_connection = server.lose_create >= 0
                if server.lose_create < 0:
                    self.say(200, self.wrapped(made))
            elif path.endswith("/cancel"):
                server.jobs[path.split("/")[-2]]["cancelled"] = True
                self.say(200, self.wrapped({"status": "success"}))
            else:
                server.asked.append(json.loads(content)["model"])
                self.send(200, completion('{"labels": ["物流"]}'))

        def wrapped(self, said: Record) -> Record:
            return said if server.form == "openai" else {"request_id": "r", "output": said}

        def file_in(self, content: bytes) -> bytes:
            head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
            parts = {
                part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                for part in message_from_bytes(head + content).get_payload()
            }  # type: ignore[union-attr]
            assert parts["purpose"] == b"fine-tune"
            return parts["file" if server.form == "openai" else "files"]

        def say(self, status: int, said: Record) -> None:
            self.send(status, json.dumps(said).encode())

        def send(self, status: int, body: bytes) -> None:
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    return Handler
