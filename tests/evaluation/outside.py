"""A real server that counts as a host outside: TLS under a name that this machine resolves to itself."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from labkit.workspace import Scene
from tests.models.loopback import Loopback

HOST = "models.example.com"


@contextmanager
def outside(scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """The server, written into the scene's models.toml as `outside/m`."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    resolve = socket.getaddrinfo
    here = lambda host, *rest, **more: resolve("127.0.0.1" if host == HOST else host, *rest, **more)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", here)
    with Loopback(tls=context) as server:
        settings = {"base_url": server.url.replace("127.0.0.1", HOST), "ca_file": str(folder / "ca.pem")}
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        (scene.path / "models.toml").write_text("\n".join(["[outside]", "private_network = true", *lines]), "utf-8")
        yield server
