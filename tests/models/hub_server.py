"""A hub on loopback that serves one repository's files, in the few ways in which the hub client asks."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0" * 39 + "1"


class HubServer:
    """Serves a folder as the repository `name`, and keeps the paths that were asked for."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """What HF_ENDPOINT says."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> HubServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET(body=False)

        def do_GET(self, body: bool = True) -> None:
            path = self.path.partition("?")[0]
            hub.asked.append(path)
            if path.startswith(f"/api/models/{hub.name}/tree/"):
                files = [
                    {"type": "file", "path": p.name, "oid": "0" * 40, "size": p.stat().st_size} for p in self.files()
                ]
                self.reply(200, json.dumps(files).encode(), body)
            elif path.startswith(f"/api/models/{hub.name}"):
                siblings = [{"rfilename": p.name} for p in self.files()]
                said = {"id": hub.name, "modelId": hub.name, "sha": COMMIT, "private": False, "siblings": siblings}
                self.reply(200, json.dumps(said).encode(), body)
            elif path.startswith(f"/{hub.name}/resolve/") and (hub.folder / Path(path).name).is_file():
                self.reply(200, (hub.folder / Path(path).name).read_bytes(), body)
            else:
                self.reply(404, b"{}", body)

        def files(self) -> list[Path]:
            return sorted(path for path in hub.folder.iterdir() if path.is_file())

        def reply(self, status: int, content: bytes, body: bool) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            return

    return Handler
