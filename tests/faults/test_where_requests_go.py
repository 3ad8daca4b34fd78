"""Rows 25 to 28 of the fault list: what is sent goes to the address that was named, over TLS that holds, or nowhere."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadInput, LabkitError, ModelBusy, ModelRefused, ModelUnreachable
from labkit.models import get_model
from labkit.models.completion import read_completion
from labkit.models.listening import Listener
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.records import Message, Reply, Request
from labkit.workspace import Scene
from tests.evaluation.scripted import ask as ask_rows
from tests.evaluation.scripted import served
from tests.faults.replies import ANSWER
from tests.models.loopback import Loopback, completion, free_port

KEY = "sk-CANARY-0123456789"
REQUEST = Request("1", (Message("user", "Post 1: hello"),))
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def ask(base_url: str, **settings: Any) -> Reply:
    provider = Provider("ours", base_url, "env:OUR_KEY", **{"timeout_s": 5.0, **settings})
    (reply,) = OpenAICompatible(provider, "m").answer([REQUEST])
    return reply


def check(base_url: str, **settings: Any) -> None:
    OpenAICompatible(Provider("ours", base_url, "env:OUR_KEY", **{"timeout_s": 5.0, **settings}), "m").check()


def certificate(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def port_of(server: Loopback) -> int:
    return int(server.url.rsplit(":", 1)[1].removesuffix("/v1"))


class Tunnel:
    """An HTTP proxy on loopback: leads every CONNECT to one port, or refuses when that is 0; keeps what it has read."""

    def __init__(self, port: int) -> None:
        self.read: list[bytes] = []
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Tunnel:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._lead, args=(self._listener.accept()[0],), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            self.read.append(client.recv(65536))
            if not self._port:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", self._port)) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                threading.Thread(target=_pump, args=(server, client, []), daemon=True).start()
                _pump(client, server, self.read)


def _pump(source: socket.socket, target: socket.socket, kept: list[bytes]) -> None:
    with suppress(OSError):
        while words := source.recv(65536):
            kept.append(words)
            target.sendall(words)


# --- redirects ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("elsewhere", [True, False], ids=["to another origin", "to the same origin"])
def test_a_redirect_is_refused_and_nothing_goes_there(status: int, elsewhere: bool):
    with Loopback() as other, Loopback(lambda _body, _seen: (status, {"Location": to}, b"")) as server:
        to = f"{other.url}/chat/completions" if elsewhere else "/v1/elsewhere"
        with pytest.raises(ModelRefused, match=r"base_url in models\.toml"):
            ask(server.url)
        assert (server.hits, other.hits, other.lists) == (1, 0, 0)


# --- TLS ---------------------------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_is_refused_before_a_word_is_sent(authority: trustme.CA):
    with Loopback(tls=certificate(authority, "127.0.0.1")) as server:
        for attempt in (ask, check):
            with pytest.raises(ModelUnreachable, match="write ca_file") as caught:
                attempt(server.url)
            assert "not to be trusted" in str(caught.value)
        assert (server.hits, server.lists, server.headers) == (0, 0, [])


def test_a_certificate_of_another_host_is_refused_although_its_authority_is_trusted(
    authority: trustme.CA, tmp_path: Path
):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with Loopback(tls=certificate(authority, "models.example.com")) as server:
        with pytest.raises(ModelUnreachable, match="not to be trusted"):
            ask(server.url, ca_file=str(tmp_path / "ca.pem"))
        assert server.hits == 0


def test_a_server_of_one_s_own_is_trusted_by_the_file_of_its_certificates(authority: trustme.CA, tmp_path: Path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with Loopback(tls=certificate(authority, "127.0.0.1")) as server:
        assert ask(server.url, ca_file=str(tmp_path / "ca.pem")).text
        assert server.hits == 1


def test_a_connection_in_tls_that_is_open_is_listened_to_with_others(authority: trustme.CA, tmp_path: Path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with Loopback(tls=certificate(authority, "127.0.0.1")) as server:
        provider = Provider("ours", server.url, "env:OUR_KEY", timeout_s=5.0, ca_file=str(tmp_path / "ca.pem"))
        model, listener = OpenAICompatible(provider, "m"), Listener()
        heard: list[Reply | Exception] = []
        (first,) = model.answer([REQUEST])
        long = replace(REQUEST, messages=(Message("user", "x" * 1_000_000),))
        for request in (REQUEST, long):
            before = len(heard)
            assert model.begin(request, listener, heard.append)
            while len(heard) == before and listener.wait(30.0):
                listener.go_on()
        listener.close()
    assert [reply.text for reply in heard if isinstance(reply, Reply)] == [first.text, first.text]
    assert [headers["authorization"] for headers in server.headers] == [f"Bearer {KEY}"] * 3


def test_certificates_in_the_environment_are_not_read(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    with Loopback(tls=certificate(authority, "127.0.0.1")) as server:
        with pytest.raises(ModelUnreachable):
            ask(server.url)
        assert server.hits == 0


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_useless_file_of_certificates_is_named(tmp_path: Path, content: str | None):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInput, match="ca_file") as caught:
        ask("https://127.0.0.1:1/v1", ca_file=str(path))
    assert str(path) in str(caught.value)


# --- proxies and other names -------------------------------------------------------------------------------------


def test_no_proxy_of_the_environment_sees_a_request(monkeypatch: pytest.MonkeyPatch):
    with Loopback() as server, Loopback() as proxy:
        for name in (*PROXIES, "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, proxy.url)
        ask(server.url)
        check(server.url)
        assert (server.hits, server.lists, proxy.hits, proxy.lists) == (1, 1, 0, 0)


def test_a_proxy_that_is_named_carries_what_it_cannot_read(authority: trustme.CA, tmp_path: Path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    settings = {"ca_file": str(tmp_path / "ca.pem")}
    with Loopback(tls=certificate(authority, "models.example.com")) as server, Tunnel(port_of(server)) as proxy:
        assert ask("https://models.example.com/v1", proxy=proxy.url, **settings).text
        check("https://models.example.com/v1", proxy=proxy.url, **settings)
        assert (server.hits, server.headers[0]["authorization"]) == (1, f"Bearer {KEY}")
        assert proxy.read[0].startswith(b"CONNECT models.example.com:443 ")
        assert not any(b"CANARY" in words or b"uthorization" in words for words in proxy.read)
        with pytest.raises(ModelUnreachable, match="not to be trusted"):
            ask("https://other.example.com/v1", proxy=proxy.url, **settings)


def test_nothing_was_sent_when_the_proxy_refuses_or_is_gone(authority: trustme.CA):
    with Tunnel(0) as proxy, pytest.raises(ModelBusy, match="nothing was sent"):
        ask("https://models.example.com/v1", proxy=proxy.url)
    with pytest.raises(ModelBusy, match="nothing was sent"):
        ask("https://models.example.com/v1", proxy=f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize(
    ("proxy", "base_url", "words"),
    [
        ("http://me:SECRET@proxy:3128", "https://models.example.com/v1", "without user and password"),
        ("socks5://proxy:1080", "https://models.example.com/v1", "http://host:port"),
        ("proxy", "https://models.example.com/v1", "http://host:port"),
        ("http://proxy:3128", "http://127.0.0.1:8000/v1", "a proxy would read"),
    ],
)
def test_a_proxy_that_would_not_do_is_refused_and_no_password_repeated(
    scene: Scene, proxy: str, base_url: str, words: str
):
    table = f'[ours]\nbase_url = "{base_url}"\nproxy = "{proxy}"\n'
    (scene.path / "models.toml").write_text(table, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        get_model("ours/m", scene)
    assert words in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_who_cannot_be_reached_is_told_that_the_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    with pytest.raises(ModelUnreachable, match=r"not used: HTTPS_PROXY.*write proxy ="):
        check(f"http://127.0.0.1:{free_port()}/v1")


def test_nothing_was_sent_when_nothing_listens():
    with pytest.raises(ModelBusy, match="nothing was sent"):
        ask(f"http://127.0.0.1:{free_port()}/v1")


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["127.0.0.1"], "in a private network"),
        (["10.0.0.7"], "private_network = true"),
        (["169.254.169.254"], "metadata"),
        (["100.100.100.200"], "metadata"),
        (["::ffff:127.0.0.1"], "in a private network"),
        (["fd00:ec2::254"], "metadata"),
        (["8.8.8.8", "127.0.0.1"], "in a private network"),
        (["0.0.0.0"], "no address of a single machine"),
    ],
)
def test_a_name_that_stands_for_a_forbidden_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], words: str
):
    with Loopback() as server:
        port = port_of(server)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
        with pytest.raises(ModelRefused) as caught:
            ask(f"https://models.example.com:{port}/v1")
        assert (server.hits, server.headers) == (0, [])
    assert words in str(caught.value)
    assert "nothing was sent" in str(caught.value)


# --- headers -----------------------------------------------------------------------------------------------------

RATES = st.dictionaries(
    st.sampled_from(
        [f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")]
        + ["Retry-After", "Retry-After-Ms"]
    ),
    st.sampled_from(["1m30.5s", "12ms", "-1", "0", "", "6m0s", "soon", "9" * 400, "NaN"])
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)).map(str.strip),
)


def test_no_rate_header_makes_a_good_answer_fail():
    sent: list[dict[str, str]] = [{}]
    with Loopback(lambda _body, _seen: (200, sent[0], completion("fine"))) as server:
        model = OpenAICompatible(Provider("ours", server.url), "m")

        @given(RATES)
        def holds(headers: dict[str, str]) -> None:
            sent[0] = headers
            assert model.answer([REQUEST])[0].text == "fine"

        holds()


@given(RATES)
def test_a_busy_server_s_headers_are_a_wait_or_nothing(headers: dict[str, str]):
    from labkit.models.api_errors import api_error

    error = api_error(429, {name.lower(): value for name, value in headers.items()}, b"{}", "m")
    assert isinstance(error, ModelBusy)
    assert error.retry_after is None or 0 <= error.retry_after < float("inf")


# --- who answered ------------------------------------------------------------------------------------------------


def test_the_model_that_answered_and_its_build_are_kept():
    body = json.loads(completion("fine")) | {"model": "m-2026-11-01", "system_fingerprint": "fp_1"}
    assert read_completion(json.dumps(body).encode(), "m", 0.1).served_by == "m-2026-11-01 (fp_1)"


@given(st.dictionaries(st.sampled_from(["model", "system_fingerprint"]), st.none() | st.integers() | st.text()))
def test_whatever_stands_for_the_model_breaks_nothing(fields: dict[str, Any]):
    body = json.dumps(json.loads(completion("fine")) | fields).encode()
    try:
        reply = read_completion(body, "m", 0.1)
    except LabkitError:
        pytest.fail("a good answer was refused")
    assert reply.text == "fine"


def test_a_model_swapped_behind_its_name_is_said_when_it_happens_and_kept_with_the_run(scene: Scene):
    answers = (completion(ANSWER), completion(ANSWER).replace(b'"model": "m"', b'"model": "m\\u001b[31m"'))
    hits = count()
    with Loopback(lambda _body, _seen: (200, {}, answers[next(hits) >= 8])) as server:
        run, told = ask_rows(scene, served(scene, server))
    assert run.served_by == {"m": 8, "m\x1b[31m": 8}
    (note,) = [progress.note for progress in told if "where m did" in progress.note]
    assert "\x1b" not in note
