"""A real server that does what vLLM's documents say of LoRA: a key, models by name, adapters at run time."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class VllmLike:
    """The server; use it as a context manager.

    Args:
        base: the name of the base model, as `--served-model-name` gives it.
        key: what clients must bring.
        answer: what every chat is answered.
    """

    def __init__(self, base: str, key: str, answer: str) -> None:
        self.models: dict[str, str] = {base: ""}
        self.key, self.answer = key, answer
        self.bodies: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> VllmLike:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """What a request does, and is answered."""
        if path == "/v1/load_lora_adapter":
            name, folder = body["lora_name"], Path(body["lora_path"])
            if name in self.models or not (folder / "adapter_config.json").is_file():
                return 400, "The adapter is loaded already, or is not there"
            self.models[name] = str(folder)
            return 200, f"Success: LoRA adapter '{name}' added successfully."
        if path == "/v1/unload_lora_adapter":
            return (200, "Success") if self.models.pop(body["lora_name"], None) else (404, "There is no such adapter")
        if path != "/v1/chat/completions" or body["model"] not in self.models:
            return 404, json.dumps({"error": {"message": f"The model {body.get('model')!r} does not exist"}})
        self.bodies.append(body)
        message = {"role": "assistant", "content": self.answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return 200, json.dumps(
            {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        )


def _handler(server: VllmLike) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            knows = self.headers.get("Authorization") == f"Bearer {server.key}"
            status, said = server.take(self.path, body) if knows else (401, '{"error": "Unauthorized"}')
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
